"""Single cells: what is written, what is kept, what is refused. Every trap has its line."""

import io
import math
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
import python_calamine

from sheetcrm.address import parse_cell
from sheetcrm.sync.excel.edits import ColumnEdit, SheetEdit
from sheetcrm.sync.excel.patch import PatchResult, patch_book
from sheetcrm.sync.excel.refused import Refused
from tests.excel.books import HEAD, MAIN, RELS, book, one, part, parts_of, relations, worksheet, zipped

SHEET = "xl/worksheets/sheet1.xml"


def edit(values: dict[str, Any], **more: Any) -> SheetEdit:
    """Address → value as an edit."""
    columns: dict[int, dict[int, Any]] = {}
    for name, value in values.items():
        row, col = parse_cell(name)
        columns.setdefault(col, {})[row] = value
    return SheetEdit(
        {col: ColumnEdit(sorted(rows), [rows[r] for r in sorted(rows)]) for col, rows in columns.items()}, **more
    )


def patch(data: bytes, values: dict[str, Any], **more: Any) -> PatchResult:
    result = patch_book(data, {"Data": edit(values, **more)})
    again = patch_book(result.data, {"Data": edit(values, **more)})
    assert again.data == result.data, "a second patch must not change a byte"
    assert not again.changed
    return result


def rows(data: bytes) -> str:
    """What stands inside sheetData."""
    xml = part(data, SHEET)
    return re.search(r"<(?:\w+:)?sheetData>(.*)</(?:\w+:)?sheetData>", xml, re.DOTALL)[1]


def patched(old_rows: str, values: dict[str, Any], **more: Any) -> str:
    return rows(patch(one(old_rows, **more), values).data)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (12, '<c r="A1"><v>12</v></c>'),
        (12.0, '<c r="A1"><v>12</v></c>'),
        (0.1, '<c r="A1"><v>0.1</v></c>'),
        (-1.5e-7, '<c r="A1"><v>-1.5e-07</v></c>'),
        (1e300, '<c r="A1"><v>1e+300</v></c>'),
        (2**53 + 1, '<c r="A1"><v>9007199254740993</v></c>'),
        (True, '<c r="A1" t="b"><v>1</v></c>'),
        (False, '<c r="A1" t="b"><v>0</v></c>'),
        ("text", '<c r="A1" t="inlineStr"><is><t>text</t></is></c>'),
        ("=1+1", '<c r="A1" t="inlineStr"><is><t>=1+1</t></is></c>'),
        ("00123", '<c r="A1" t="inlineStr"><is><t>00123</t></is></c>'),
        ("a < b & c > d", '<c r="A1" t="inlineStr"><is><t>a &lt; b &amp; c &gt; d</t></is></c>'),
        ("ñ ж 😀", '<c r="A1" t="inlineStr"><is><t>&#241; &#1078; &#128512;</t></is></c>'),
        (" x ", '<c r="A1" t="inlineStr"><is><t xml:space="preserve"> x </t></is></c>'),
        ("a\r\nb\rc\td", '<c r="A1" t="inlineStr"><is><t xml:space="preserve">a&#10;b&#10;c&#9;d</t></is></c>'),
        ("_x0041_", '<c r="A1" t="inlineStr"><is><t>_x005F_x0041_</t></is></c>'),
        ("bell\x07", '<c r="A1" t="inlineStr"><is><t>bell_x0007_</t></is></c>'),
        ("lone \ud800", '<c r="A1" t="inlineStr"><is><t>lone &#65533;</t></is></c>'),
        (date(2026, 11, 21), '<c r="A1"><v>46347</v></c>'),
        (datetime(2026, 11, 21, 18, 0), '<c r="A1"><v>46347.75</v></c>'),
        (datetime(2026, 11, 21), '<c r="A1"><v>46347</v></c>'),
        (date(1900, 2, 28), '<c r="A1"><v>59</v></c>'),
        (date(1900, 3, 1), '<c r="A1"><v>61</v></c>'),
        (date(1900, 1, 1), '<c r="A1"><v>1</v></c>'),
        (np.float64(2.5), '<c r="A1"><v>2.5</v></c>'),
        (np.int64(7), '<c r="A1"><v>7</v></c>'),
        (np.bool_(True), '<c r="A1" t="b"><v>1</v></c>'),
        (pd.Timestamp("2026-11-21"), '<c r="A1"><v>46347</v></c>'),
    ],
)
def test_values_become_these_cells(value: Any, cell: str) -> None:
    assert patched('<row r="1"><c r="A1"/></row>', {"A1": value}) == f'<row r="1">{cell}</row>'


@pytest.mark.parametrize("blank", [None, "", math.nan, np.nan, pd.NaT, pd.NA])
def test_blank_values_take_the_value_and_keep_the_style(blank: Any) -> None:
    before = '<row r="1"><c r="A1" s="3" t="s"><v>0</v></c></row>'
    assert patched(before, {"A1": blank}, strings=("<t>x</t>",)) == '<row r="1"><c r="A1" s="3"/></row>'
    assert not patch(one(""), {"A1": blank}).changed


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (math.inf, "infinity"),
        (date(1899, 12, 31), "before the first day"),
        ("x" * 32_768, "32,767"),
        ("😀" * 16_384, "32,767"),
        (10**400, "largest"),
        (Decimal("1.5"), "Decimal"),
        (b"bytes", "bytes"),
    ],
)
def test_values_that_no_cell_holds_are_refused_by_address(value: Any, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        patch(one(""), {"A1": 1, "A2": value})
    assert "Data!A2" in str(caught.value)


def test_the_longest_text_fits() -> None:
    assert patch(one(""), {"A1": "x" * 32_767}).report.cells == 1


def test_1904_dates_count_from_their_own_day() -> None:
    data = one("", workbook_pr='<workbookPr date1904="true"/>')
    assert rows(patch(data, {"A1": date(2026, 11, 21)}).data) == '<row r="1"><c r="A1"><v>44885</v></c></row>'
    with pytest.raises(Refused, match="before the first day"):
        patch(data, {"A1": date(1903, 12, 31)})


SAME = [
    ('<c r="A1"><v>12.50</v></c>', 12.5),
    ('<c r="A1"><v>1E1</v></c>', 10),
    ('<c r="A1" t="n"><v>3</v></c>', 3.0),
    ('<c r="A1" t="s"><v>1</v></c>', "Año nuevo"),
    ('<c r="A1" t="s"><v>2</v></c>', "rich text"),
    ('<c r="A1" t="str"><v>a &amp; b</v></c>', "a & b"),
    ('<c r="A1" t="inlineStr"><is><r><t>in</t></r><r><t xml:space="preserve"> line</t></r></is></c>', "in line"),
    ('<c r="A1" t="inlineStr"><is><t><![CDATA[a<b]]></t></is></c>', "a<b"),
    ('<c r="A1" t="b"><v>1</v></c>', True),
    ('<c r="A1" t="b"><v>true</v></c>', True),
    ('<c r="A1"><v>46347</v></c>', date(2026, 11, 21)),
    ('<c r="A1"><v>46347.3333333333</v></c>', datetime(2026, 11, 21, 8, 0)),
    ('<c r="A1" t="d"><v>2026-11-21</v></c>', date(2026, 11, 21)),
    ('<c r="A1" t="d"><v>2026-11-21T00:00:00</v></c>', date(2026, 11, 21)),
    ('<c r="A1" s="1"/>', None),
    ('<c r="A1"><v></v></c>', None),
    ('<c r="A1" t="s"><v>3</v></c>', "line\nbreak _x0041_"),
    ('<c cm="1" r="A1" t="s" vm="2"><v>1</v></c>', "Año nuevo"),
]


@pytest.mark.parametrize(("cell", "value"), SAME)
def test_the_same_value_keeps_the_original_bytes(cell: str, value: Any) -> None:
    strings = (
        "<t>x</t>",
        "<t>Año nuevo</t>",
        "<r><rPr><b/></rPr><t>rich</t></r><r><t xml:space='preserve'> text</t></r><rPh sb='0' eb='1'><t>no</t></rPh>",
        "<t>line_x000A_break _x005F_x0041_</t>",
    )
    data = one(f'<row r="1">{cell}</row>', strings=strings)
    result = patch_book(data, {"Data": edit({"A1": value})})
    assert result.data == data
    assert result.report.unchanged == {"Data": 1}


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><v>1</v></c>', True),
        ('<c r="A1" t="b"><v>1</v></c>', 1),
        ('<c r="A1"><v>123</v></c>', "123"),
        ('<c r="A1" t="s"><v>0</v></c>', 123),
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A1" t="e"><v>#N/A</v></c>', None),
        ('<c r="A1"><v>46347</v></c>', date(2026, 11, 22)),
        ('<c r="A1"><v>oops</v></c>', 1),
        ('<c r="A1" t="str"><v></v></c>', None),
    ],
)
def test_another_type_is_another_value(cell: str, value: Any) -> None:
    result = patch(one(f'<row r="1">{cell}</row>', strings=("<t>123</t>",)), {"A1": value})
    assert result.report.cells == 1


def test_overwriting_keeps_style_and_drops_type_and_metadata() -> None:
    before = '<row r="1"><c cm="1" r="A1" s="2" t="s" vm="3" ph="1"><v>0</v><extLst/></c></row>'
    assert patched(before, {"A1": 5}, strings=("<t>x</t>",)) == '<row r="1"><c r="A1" s="2" ph="1"><v>5</v></c></row>'


def test_new_cells_stand_in_order_with_the_style_of_row_or_column() -> None:
    cols = '<cols><col min="2" max="3" width="9" style="1"/><col min="4" max="4" style="0"/></cols>'
    before = (
        '<row r="1"><c r="A1"/><c r="E1"/></row><row r="2" s="2" customFormat="1"/><row r="3" s="2"><c r="C3"/></row>'
    )
    after = patched(before, {"B1": 1, "C1": 2, "D1": 3, "F1": 4, "B2": 5, "B3": 6, "A5": 7, "B5": 8}, before=cols)
    assert after == (
        '<row r="1"><c r="A1"/><c r="B1" s="1"><v>1</v></c><c r="C1" s="1"><v>2</v></c><c r="D1"><v>3</v></c><c r="E1"/>'
        '<c r="F1"><v>4</v></c></row><row r="2" s="2" customFormat="1"><c r="B2" s="2"><v>5</v></c></row>'
        '<row r="3" s="2"><c r="B3" s="1"><v>6</v></c><c r="C3"/></row>'
        '<row r="5"><c r="A5"><v>7</v></c><c r="B5" s="1"><v>8</v></c></row>'
    )


def test_new_rows_go_between_and_around_the_old_ones() -> None:
    after = patched('<row r="3"/><row r="6"><c r="A6"/></row>', {"A1": 1, "A4": 4, "B5": 5, "A9": 9})
    assert re.findall(r'<row r="(\d+)"', after) == ["1", "3", "4", "5", "6", "9"]


@pytest.mark.parametrize(
    "empty", ["<sheetData/>", "<sheetData />", "<sheetData></sheetData>", "<sheetData>\n</sheetData>"]
)
def test_empty_sheets_take_cells(empty: str) -> None:
    data = book({"Data": worksheet("").replace("<sheetData></sheetData>", empty)})
    assert rows(patch(data, {"B2": 1, "A1": "x"}).data).split() == (
        [
            "<row",
            'r="1"><c',
            'r="A1"',
            't="inlineStr"><is><t>x</t></is></c></row><row',
            'r="2"><c',
            'r="B2"><v>1</v></c></row>',
        ]
    )


def test_self_closing_rows_open_and_spans_and_dimension_widen() -> None:
    before = '<row r="1" spans="2:3" ht="30"/><row r="2" spans="2:3"><c r="B2"/></row><row r="3" spans="1:9"><c r="B3"/></row>'
    result = patch(one(before, before='<dimension ref="B1:C3"/>'), {"A1": 1, "E1": 2, "A2": 3, "A3": 4})
    assert rows(result.data) == (
        '<row r="1" ht="30"><c r="A1"><v>1</v></c><c r="E1"><v>2</v></c></row>'
        '<row r="2" spans="1:3"><c r="A2"><v>3</v></c><c r="B2"/></row>'
        '<row r="3" spans="1:9"><c r="A3"><v>4</v></c><c r="B3"/></row>'
    )
    assert '<dimension ref="A1:E3"/>' in part(result.data, SHEET)


def test_prefixes_are_used_for_what_is_new() -> None:
    xml = (
        f'{HEAD}<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1" s="1"><x:v>1</x:v></x:c></x:row>'
        "<x:row r='2'/></x:sheetData></x:worksheet>"
    )
    result = patch(book({"Data": xml}), {"A1": "a", "B1": 2, "A2": True, "C4": None, "A4": 4})
    assert rows(result.data) == (
        '<x:row r="1"><x:c r="A1" s="1" t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c><x:c r="B1"><x:v>2</x:v></x:c></x:row>'
        '<x:row r=\'2\'><x:c r="A2" t="b"><x:v>1</x:v></x:c></x:row>'
        '<x:row r="4"><x:c r="A4"><x:v>4</x:v></x:c></x:row>'
    )


def test_rows_and_cells_without_r_stay_without() -> None:
    after = patched("<row><c><v>1</v></c><c><v>2</v></c></row><row><c/></row>", {"B1": 9, "C1": 3, "B2": 5, "A4": 7})
    assert after == (
        '<row><c><v>1</v></c><c><v>9</v></c><c r="C1"><v>3</v></c></row><row><c/><c r="B2"><v>5</v></c></row>'
        '<row r="4"><c r="A4"><v>7</v></c></row>'
    )


def test_comments_cdata_and_whitespace_stay() -> None:
    before = '<!-- <row r="1"> -->\n  <row r="1">\n    <c r="A1"><v>1</v></c> <!-- here -->\n    <c r="C1" t="str"><v><![CDATA[</c>]]></v></c>\n  </row>\n'
    after = patched(before, {"A1": 2, "B1": 3, "C1": "</c>", "D1": 4})
    assert after == (
        '<!-- <row r="1"> -->\n  <row r="1">\n    <c r="A1"><v>2</v></c> <!-- here -->\n    <c r="B1"><v>3</v></c>'
        '<c r="C1" t="str"><v><![CDATA[</c>]]></v></c>\n  <c r="D1"><v>4</v></c></row>\n'
    )


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "us-ascii", "utf-8-sig"])
def test_other_ascii_encodings_are_kept(encoding: str) -> None:
    letter = "n" if encoding == "us-ascii" else "ñ"
    xml = worksheet(f'<row r="1"><c r="A1" t="str"><v>a{letter}o</v></c></row>')
    if encoding != "utf-8-sig":
        xml = xml.replace("UTF-8", encoding)
    parts = {**parts_of({"Data": worksheet("")}), SHEET: xml.encode(encoding)}
    data = zipped(parts)
    assert not patch(data, {"A1": f"a{letter}o"}).changed
    result = patch(data, {"A1": "жñ", "B1": "€"})
    assert openpyxl.load_workbook(io.BytesIO(result.data))["Data"]["A1"].value == "жñ"


def formula_book(cell: str, **more: Any) -> bytes:
    return one(f'<row r="1"><c r="A1"><v>1</v></c>{cell}</row><row r="2"><c r="B2"><v>2</v></c></row>', **more)


@pytest.mark.parametrize(
    ("data", "cell", "words"),
    [
        (formula_book('<c r="B1"><f>A1</f><v>1</v></c>'), "B1", "formula"),
        (formula_book('<c r="B1"><v>1</v><f>A1</f></c>'), "B1", "formula"),
        (formula_book('<c r="B1"><f t="shared" ref="B1:B3" si="0">A1</f><v>1</v></c>'), "B1", "formula"),
        (
            formula_book('<c r="B1"><f t="array" ref="B1:B3">A1:A3</f><v>1</v></c>'),
            "B2",
            "one formula for all of B1:B3",
        ),
        (
            formula_book('<c r="B1"><f t="array" ref="B1:B3">A1:A3</f><v>1</v></c>'),
            "B3",
            "one formula for all of B1:B3",
        ),
        (
            formula_book('<c r="B1"><f t="dataTable" ref="B1:C5" r1="A1"/><v>1</v></c>'),
            "C4",
            "one formula for all of B1:C5",
        ),
        (
            formula_book("", after='<mergeCells count="1"><mergeCell ref="D1:E9"/></mergeCells>'),
            "E1",
            "merged cells D1:E9",
        ),
        (
            formula_book("", after='<mergeCells count="1"><mergeCell ref="D1:E9"/></mergeCells>'),
            "D2",
            "merged cells D1:E9",
        ),
    ],
)
def test_cells_that_belong_to_others_are_refused_by_address(data: bytes, cell: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        patch_book(data, {"Data": edit({cell: 5})})
    assert f"Data!{cell} " in str(caught.value)


def test_the_first_cell_of_a_merge_and_blanks_inside_it_are_fine() -> None:
    data = formula_book("", after='<mergeCells count="1"><mergeCell ref="D1:E9"/></mergeCells>')
    assert patch(data, {"D1": 5, "E2": None}).report.cells == 1


def test_pivot_output_and_its_page_filters_are_refused() -> None:
    data = one(
        '<row r="1"><c r="A1"><v>1</v></c></row>',
        extra={
            "xl/worksheets/_rels/sheet1.xml.rels": relations(("rId1", "pivotTable", "../pivotTables/pivotTable1.xml")),
            "xl/pivotTables/pivotTable1.xml": f'{HEAD}<pivotTableDefinition xmlns="{MAIN}"><location ref="B6:D9" rowPageCount="2" colPageCount="1"/></pivotTableDefinition>',
        },
    )
    for cell in ("B6", "D9", "C7", "B3", "C4"):
        with pytest.raises(Refused, match="pivot"):
            patch_book(data, {"Data": edit({cell: 1})})
    assert patch(data, {"B5": 1, "E6": 1, "A6": 1, "B10": 1}).report.cells == 4


def test_expected_headers_and_ids_are_checked_in_the_xml() -> None:
    data = one(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Días </t></is></c></row>'
        '<row r="2"><c r="A2" t="s"><v>1</v></c></row><row r="3"><c r="A3"><v>1023.0</v></c></row><row r="4"/>',
        strings=("<t>id</t>", "<t>C-1</t>"),
    )
    good = {"expect": {(1, 1): "id", (1, 2): "Días"}, "expect_ids": (1, [2, 3], ["C-1", "1023"])}
    assert patch(data, {"B2": 5}, **good).report.cells == 1
    for wrong, words in (
        ({"expect": {(1, 2): "Days"}}, "Data!B1 holds “Días ” where “Days”"),
        ({"expect": {(1, 3): "Days"}}, "Data!C1 holds “”"),
        ({"expect_ids": (1, [2, 3], ["C-1", "C-2"])}, "Data!A3"),
        ({"expect_ids": (1, [2, 4], ["C-1", "C-2"])}, "Data!A4"),
        ({"expect_ids": (1, [900], ["C-2"])}, "Data!A900"),
    ):
        with pytest.raises(Refused, match=re.escape(words)):
            patch_book(data, {"Data": edit({"B2": 5}, **wrong)})


def test_tabs_are_found_and_missing_ones_named() -> None:
    data = one("")
    assert patch_book(data, {"DATA": edit({"A1": 1})}).report.cells == 1
    with pytest.raises(Refused, match=re.escape("no tab “Other”. Its tabs are “Data”")):
        patch_book(data, {"Other": edit({"A1": 1})})
    with pytest.raises(Refused, match="same tab"):
        patch_book(data, {"DATA": edit({"A1": 1}), "Data": edit({"A1": 2})})


def test_tabs_without_cells_are_refused() -> None:
    parts = parts_of({"Data": worksheet("")}, more_rels=(("rIdC", "chartsheet", "chartsheets/sheet1.xml"),))
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace(
        "</sheets>", '<sheet name="Plot" sheetId="9" r:id="rIdC"/></sheets>'
    )
    parts["xl/chartsheets/sheet1.xml"] = f'{HEAD}<chartsheet xmlns="{MAIN}" xmlns:r="{RELS}"/>'
    with pytest.raises(Refused, match="“Plot” is a chart sheet"):
        patch_book(zipped(parts), {"Plot": edit({"A1": 1})})


def test_disordered_tabs_are_refused_only_where_they_are_edited() -> None:
    data = book({"Data": worksheet(""), "Odd": worksheet('<row r="2"/><row r="1"/>')})
    assert patch(data, {"A1": 1}).changed
    with pytest.raises(Refused, match="“Odd” can't be patched: row 1 comes after row 2"):
        patch_book(data, {"Odd": edit({"A1": 1})})


def test_a_tab_that_is_not_well_formed_is_refused_not_blamed_on_the_patch() -> None:
    data = one('<row r="1"><c r="A1"><v>1</v></c></row>', after="<hyperlinks><hyperlink></hyperlinks>")
    with pytest.raises(Refused, match="“Data” is damaged"):
        patch_book(data, {"Data": edit({"B1": 1})})


def test_the_last_cell_of_a_sheet_can_be_written() -> None:
    assert 'r="XFD1048576"' in patched("", {"XFD1048576": 1})
    for row, col in ((0, 1), (1_048_577, 1), (1, 0), (1, 16_385)):
        with pytest.raises(Refused, match="no such cell"):
            patch_book(one(""), {"Data": SheetEdit({col: ColumnEdit([row], [1])})})


def test_backslashes_absolute_targets_and_other_case_are_followed() -> None:
    parts = parts_of({"Data": worksheet('<row r="1"><c r="A1"><v>1</v></c></row>')})
    renamed: dict[str, Any] = {}
    for name, body in parts.items():
        key = name.replace("/", "\\").replace("xl\\worksheets\\sheet1.xml", "XL\\WorkSheets\\Sheet1.xml")
        renamed[key] = str(body).replace('Target="worksheets/sheet1.xml"', 'Target="/xl/worksheets/sheet1.xml"')
    result = patch(zipped(renamed), {"A1": 2})
    assert [name.lower().replace("\\", "/") for name in result.report.parts] == [SHEET]


def test_both_readers_agree_after_a_patch_of_everything() -> None:
    values = {"A1": "ж 😀 <&>", "B1": -2.5, "C1": True, "D1": date(2026, 11, 21), "A2": "two\nlines", "B2": 3}
    cols = '<cols><col min="4" max="4" width="12" style="1"/></cols>'
    result = patch(one('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', before=cols, strings=("<t>old</t>",)), values)
    sheet = openpyxl.load_workbook(io.BytesIO(result.data))["Data"]
    assert [sheet[name].value for name in values] == ["ж 😀 <&>", -2.5, True, datetime(2026, 11, 21), "two\nlines", 3]
    table = (
        python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(result.data)).get_sheet_by_name("Data").to_python()
    )
    assert table == [["ж 😀 <&>", -2.5, True, date(2026, 11, 21)], ["two\nlines", 3.0, "", ""]]
