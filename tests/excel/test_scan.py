"""The guard and the scan: what is refused before any reader sees it, and where the cells are."""

from pathlib import Path

import fastexcel
import numpy as np
import pytest

from sheetcrm.sync.excel.facts import BookScan, SheetScan
from sheetcrm.sync.excel.limits import Limits
from sheetcrm.sync.excel.obstacles import blocked_rows
from sheetcrm.sync.excel.refused import Refused
from sheetcrm.sync.excel.scan import scan, scan_bytes
from tests.excel.books import HEAD, MAIN, RELS, book, one, parts_of, relations, worksheet, zipped


def look(data: bytes, **limits: int) -> BookScan:
    return scan_bytes(data, Path("book.xlsx"), Limits(**limits))


def sheet(rows: str, **more: object) -> SheetScan:
    return look(one(rows, **more)).sheets[0]


def box(found: SheetScan) -> tuple[int, int, int, int]:
    return found.first_row, found.first_col, found.last_row, found.last_col


CELLS_THAT_HOLD = {
    '<c r="F9"><v>1</v></c>': True,
    '<c r="F9" s="1"/>': False,
    '<c r="F9" s="1" />': False,
    '<c r="F9"></c>': False,
    '<c r="F9"><v></v></c>': False,
    '<c r="F9"><v/></c>': False,
    '<c r="F9" t="s"><v>0</v></c>': True,
    '<c r="F9" t="s"><v></v></c>': False,
    '<c r="F9" t="str"><v></v></c>': True,
    '<c r="F9" t="str"><v/></c>': True,
    '<c r="F9" t="inlineStr"><is><t></t></is></c>': True,
    '<c r="F9" t="inlineStr"/>': False,
    '<c r="F9" t="n"><is><t>a</t></is></c>': True,
    '<c r="F9"><f>1+1</f></c>': False,
    '<c r="F9"><f>1+1</f><v></v></c>': False,
    '<c r="F9"><f>1+1</f><v>2</v></c>': True,
    '<c r="F9"><f/><v>2</v></c>': True,
    '<c r="F9" t="str"><f>A1</f><v></v></c>': True,
    '<c r="F9" t="e"><v>#REF!</v></c>': True,
    '<c r="F9" t="b"><v>0</v></c>': True,
    '<c r="F9" t="b"><v></v></c>': False,
    '<c r="F9" t="d"><v>2026-11-21</v></c>': True,
    '<c t="b" r="F9"><v>1</v></c>': True,
    "<c r='F9'><v>1</v></c>": True,
    '<c r="F9" vm="1" cm="1" s="2"><v>1</v></c>': True,
    '<c r="F9" t="s" s="1"><v>0</v></c>': True,
    '<c r="F9">\n  <v>1</v>\n</c>': True,
    '<c r="F9"><!-- note --><v>1</v></c>': True,
    '<c r="f9"><v>1</v></c>': True,
    '<c r="F9" t="str"><v xml:space="preserve"> </v></c>': True,
}


@pytest.mark.parametrize("cell", CELLS_THAT_HOLD)
def test_the_box_is_the_one_that_the_native_reader_sees(cell: str) -> None:
    data = one(f'<row r="3"><c r="C3"><v>1</v></c></row><row r="9">{cell}</row>', strings=("<t></t>",))
    found = look(data).sheets[0]
    assert box(found) == ((3, 3, 9, 6) if CELLS_THAT_HOLD[cell] else (3, 3, 3, 3))
    read = fastexcel.read_excel(data).load_sheet_by_idx(0, header_row=None, skip_rows=0, dtypes="string")
    assert (read.height, read.width) == (found.last_row, found.last_col - found.first_col + 1)


def test_an_empty_tab_has_no_box() -> None:
    for rows in ("", '<row r="1"/>', '<row r="4"><c r="B4" s="1"/></row>'):
        found = sheet(rows)
        assert found.empty
        assert box(found) == (0, 0, 0, 0)
    assert look(book({"Data": f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'})).sheets[0].empty


def test_text_number_and_formula_rows_are_told_apart() -> None:
    found = sheet(
        '<row r="1"><c r="B1" t="s"><v>0</v></c></row><row r="2"><c r="B2"><v>1.234</v></c></row>'
        '<row r="3"><c r="B3" t="inlineStr"><is><t>1.234</t></is></c></row><row r="4"><c r="B4"><f>B2</f><v>1</v></c></row>'
        '<row r="5"><c r="B5" t="str"><f>B1</f><v>x</v></c></row><row r="6"><c r="A6"><v>1</v></c><c r="B6" s="1"/></row>',
        strings=("<t>1.234</t>",),
    )
    assert found.text_rows(2).tolist() == [1, 3, 5]
    assert found.number_rows(2).tolist() == [2, 4]
    assert found.formula_rows(2).tolist() == [4, 5]
    assert found.text_rows(7).tolist() == []


def test_errors_and_formulas_without_values_are_listed() -> None:
    found = sheet(
        '<row r="2"><c r="A2" t="e"><v>#REF!</v></c><c r="B2"><f>A1</f></c><c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    assert found.errors == ((2, 1, "#REF!"), (2, 3, "#DIV/0!"))
    assert found.unsaved == ((2, 2),)
    assert found.last_held_row == 2


def test_a_formula_without_value_below_counts_for_appending_but_not_for_the_box() -> None:
    found = sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="7"><c r="A7"><f>A1</f></c></row>')
    assert found.last_row == 1
    assert found.last_held_row == 7


def test_rows_and_cells_without_r_follow_each_other() -> None:
    found = sheet("<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c/><c/><c><v>3</v></c></row>")
    assert box(found) == (1, 1, 3, 3)
    assert not found.unpatchable
    mixed = sheet(
        '<row r="4"><c><v>1</v></c><c r="D4"><v>2</v></c><c><v>3</v></c></row><row><c r="B5"><v>1</v></c></row>'
    )
    assert box(mixed) == (4, 1, 5, 5)


def test_prefixed_sheets_are_read_alike() -> None:
    xml = (
        f'{HEAD}<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="2"><x:c r="B2"><x:v>1</x:v></x:c>'
        '<x:c r="C2" t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c><x:c r="D2"><x:f>B2</x:f></x:c><x:c r="E2" s="1"/>'
        "</x:row></x:sheetData></x:worksheet>"
    )
    found = look(book({"Data": xml})).sheets[0]
    assert box(found) == (2, 2, 2, 3)
    assert found.text_rows(3).tolist() == [2]
    assert found.unsaved == ((2, 4),)


def test_comments_and_cdata_do_not_count_as_cells() -> None:
    found = sheet(
        '<!-- <row r="9"><c r="Z9"><v>1</v></c></row> --><row r="1"><c r="A1" t="str"><v><![CDATA[<c r="Q7">]]></v></c></row>'
    )
    assert box(found) == (1, 1, 1, 1)


def test_structure_tables_merges_visibility_and_1904() -> None:
    data = zipped(
        parts_of(
            {
                "Data": worksheet(
                    '<row r="1"><c r="A1"><v>1</v></c></row>',
                    after='<mergeCells count="1"><mergeCell ref="B2:C3"/></mergeCells>',
                ),
                "Other": worksheet(""),
            },
            workbook_pr='<workbookPr date1904="1"/>',
            extra={
                "xl/worksheets/_rels/sheet1.xml.rels": relations(("rId1", "table", "/xl/tables/table1.xml")),
                "xl/tables/table1.xml": f'{HEAD}<table xmlns="{MAIN}" id="1" name="T" displayName="Clients" ref="A1:B9" totalsRowCount="1"/>',
            },
        )
    )
    found = look(data)
    assert found.date1904
    assert found.sheets[0].merged == ((2, 2, 3, 3),)
    table = found.sheets[0].tables[0]
    assert (table.ref, table.header_rows, table.totals_rows, table.name) == ((1, 1, 9, 2), 1, 1, "Clients")
    assert [s.title for s in found.sheets] == ["Data", "Other"]


def test_obstacles_are_named_for_the_planner() -> None:
    found = sheet(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><f>A1</f><v>1</v></c></row>'
        '<row r="3"><c r="A3"><f t="array" ref="A3:A4">A1:A2</f><v>1</v></c></row><row r="4"><c r="A4"><v>1</v></c></row>',
        after='<mergeCells><mergeCell ref="A6:B7"/></mergeCells>',
    )
    blocked = blocked_rows(found, 1, np.arange(1, 10))
    assert set(blocked) == {2, 3, 4, 7}
    assert "formula" in blocked[2]
    assert "A3:A4" in blocked[4]
    assert "merged" in blocked[7]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ('<row r="5"/><row r="4"/>', "row 4 comes after row 5"),
        ('<row r="4"/><row r="4"/>', "row 4 comes after row 4"),
        ('<row r="1"><c r="B1"/><c r="A1"/></row>', "A1 is out of order"),
        ('<row r="1"><c r="B1"/><c r="B1"/></row>', "B1 is out of order or twice"),
        ('<row r="1"><c r="B2"/></row>', "B2 stands in row 1"),
        ('<row r="2000000"/>', "no sheet has"),
        ('<row r="1"><c r="XFE1"/></row>', "no sheet has"),
        ('<row r="1"><c r="R1C1"/></row>', "no sheet has"),
        ('<row r="1"><c r="A1"/><extLst><ext uri="x"/></extLst></row>', "extensions"),
        ('<row r="1"><mc:AlternateContent xmlns:mc="u"><c r="A1"/></mc:AlternateContent></row>', "alternatives"),
    ],
)
def test_disorder_is_told_and_the_tab_can_still_be_read(rows: str, words: str) -> None:
    found = sheet(rows)
    assert words in found.unpatchable


def test_a_stray_cell_far_away_is_refused_with_its_address() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(Refused, match="XFD1048576"):
        sheet(rows)
    assert box(sheet(rows.replace('<c r="XFD1048576"><v>1</v></c>', '<c r="XFD1048576" s="1"/>'))) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"id;name\n1;a\n", "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old .xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"PK\3\4 nothing more", "cut off"),
        (zipped({"readme.txt": "hello"}), "no Excel workbook"),
        (zipped({"mimetype": "application/vnd.oasis", "content.xml": "<a/>"}), "OpenDocument"),
        (one("", extra={"_xmlsignatures/origin.sigs": b""}), "signed"),
        (one("").replace(b"PK\5\6", b"PK\5\7"), "cut off"),
    ],
)
def test_what_is_no_patchable_workbook_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        look(data)
    assert str(caught.value).endswith(".")


def test_binary_workbooks_dtds_and_utf16_are_refused() -> None:
    parts = parts_of({"Data": worksheet("")})
    types = str(parts["[Content_Types].xml"]).replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.binary.macroEnabled.main",
    )
    with pytest.raises(Refused, match="xlsb"):
        look(zipped({**parts, "[Content_Types].xml": types}))
    dtd = '<!DOCTYPE a [<!ENTITY x "xxxxxxxx">]>'
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        text = str(parts[name]).replace(HEAD, HEAD + dtd)
        with pytest.raises(Refused, match="DTD"):
            look(zipped({**parts, name: text}))
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        text = str(parts["xl/worksheets/sheet1.xml"]).replace("UTF-8", "UTF-16")
        with pytest.raises(Refused, match="UTF-16"):
            look(zipped({**parts, "xl/worksheets/sheet1.xml": text.encode(encoding)}))
    shift = str(parts["xl/worksheets/sheet1.xml"]).replace("UTF-8", "Shift_JIS")
    with pytest.raises(Refused, match="Shift_JIS"):
        look(zipped({**parts, "xl/worksheets/sheet1.xml": shift}))


@pytest.mark.parametrize(
    "xml",
    [
        worksheet('<row r="1"><c r="A1"><v>1</v></c>'),
        worksheet('<row r="1"></row></row>'),
        worksheet('<c r="A1"><v>1</v></c>'),
        worksheet("<rov/>"),
        f'{HEAD}<worksheet xmlns="{MAIN}"></worksheet>',
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData><row r="1">',
        f'{HEAD}<chartsheet xmlns="{MAIN}"/>',
        "",
        worksheet('<x:row r="1"/>', root=f'xmlns="{MAIN}" xmlns:x="{MAIN}" xmlns:r="{RELS}"'),
    ],
)
def test_a_broken_sheet_is_refused_in_words(xml: str) -> None:
    with pytest.raises(Refused) as caught:
        look(book({"Data": xml}))
    assert "sheet1.xml" in str(caught.value)


def test_a_listed_tab_without_part_and_a_missing_relation_are_refused() -> None:
    parts = parts_of({"Data": worksheet("")})
    del parts["xl/worksheets/sheet1.xml"]
    with pytest.raises(Refused, match="“Data”"):
        look(zipped(parts))


def test_scan_reads_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(one('<row r="1"><c r="A1"><v>1</v></c></row>'))
    found = scan(path)
    assert found.size == path.stat().st_size
    assert len(found.sha256) == 64
    with pytest.raises(Refused, match="MB"):
        scan(path, Limits(file_size=10))
    with pytest.raises(OSError):
        scan(tmp_path / "none.xlsx")


def test_a_hundred_thousand_rows_are_scanned_like_the_native_reader_sees_them() -> None:
    rows = "".join(
        f'<row r="{r}"><c r="B{r}" t="s"><v>0</v></c><c r="C{r}" s="2"><v>{r / 4}</v></c><c r="AA{r}"/></row>'
        for r in range(2, 100_002)
    )
    found = sheet(rows, strings=("<t>x</t>",))
    assert box(found) == (2, 2, 100_001, 3)
    assert len(found.text_rows(2)) == len(found.number_rows(3)) == 100_000
