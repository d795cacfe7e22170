"""What cells say as text: every form of cell by hand, and real workbooks against an independent reader."""

from collections.abc import Iterator
from pathlib import Path

import fastexcel
import pyarrow as pa
import pytest

from sheetcrm.raw import RawSheet
from sheetcrm.sync.excel.date_styles import is_date_format
from sheetcrm.sync.excel.read import read_book, read_bytes
from sheetcrm.sync.excel.refused import Refused
from tests.excel.books import STYLES, one
from tests.excel.corpora import workbooks

STRINGS = (
    "<t>sí</t>",
    '<t xml:space="preserve"> two </t>',
    "<r><t>a</t></r><rPh><t>x</t></rPh><r><t>b</t></r>",
    "<t>&lt;&amp;lt;_x000A_&#233;</t>",
)

CELLS = [
    ('<c r="A1"><v>1</v></c>', "1"),
    ('<c r="A1" s="0"><v>1.50</v></c>', "1.5"),
    ('<c r="A1"><v>1E-3</v></c>', "0.001"),
    ('<c r="A1"><v>1e21</v></c>', "1000000000000000000000"),
    ('<c r="A1"><v>0.30000000000000004</v></c>', "0.3"),
    ('<c r="A1"><v>007</v></c>', "7"),
    ('<c r="A1"><v>-0</v></c>', "0"),
    ('<c r="A1"><v>x</v></c>', "x"),
    ('<c r="A1"><v>nan</v></c>', "nan"),
    ('<c r="A1" s="1"><v>45499</v></c>', "2024-07-26 00:00:00"),
    ('<c r="A1" s="1"><v>45499.648611111114</v></c>', "2024-07-26 15:34:00"),
    ('<c r="A1" s="1"><v>45499.9999999</v></c>', "2024-07-26 23:59:59.991"),
    ('<c r="A1" s="1"><v>0.5</v></c>', "1899-12-31 12:00:00"),
    ('<c r="A1" s="1"><v>59</v></c>', "1900-02-28 00:00:00"),
    ('<c r="A1" s="1"><v>61</v></c>', "1900-03-01 00:00:00"),
    ('<c r="A1" s="1"><v>2958465</v></c>', "9999-12-31 00:00:00"),
    ('<c r="A1" s="1"><v>2958466</v></c>', None),
    ('<c r="A1" s="1"><v>-1</v></c>', None),
    ('<c r="A1" s="1"><v>x</v></c>', "x"),
    ('<c r="A1" s="99"><v>45499</v></c>', "45499"),
    ("<c s='1' r='A1'><v>45499</v></c>", "2024-07-26 00:00:00"),
    ('<c r="A1" t="b"><v>1</v></c>', "true"),
    ('<c r="A1" t="b"><v>0</v></c>', "false"),
    ('<c r="A1" t="e"><v>#N/A</v></c>', None),
    ('<c r="A1" t="d"><v>2026-01-02T10:11:12</v></c>', "2026-01-02T10:11:12"),
    ('<c r="A1" t="str"><v>a &amp; b</v></c>', "a & b"),
    ('<c r="A1" t="str"><f>1</f><v>4&lt;5</v></c>', "4<5"),
    ('<c r="A1"><f>1+1</f><v>2.0</v></c>', "2"),
    ('<c r="A1"><f t="shared" ref="A1" si="0">1</f><v>3</v></c>', "3"),
    ('<c r="A1"><f>1+1</f></c>', None),
    ('<c r="A1" t="s"><v>0</v></c>', "sí"),
    ('<c r="A1" t="s"><v>1</v></c>', " two "),
    ('<c r="A1" t="s"><v>2</v></c>', "ab"),
    ('<c r="A1" t="s"><v>3</v></c>', "<&lt;\né"),
    ("<c t='s' r='A1'><v> 0 </v></c>", "sí"),
    ('<c r="A1" t="s"><v>0</v> </c> ', "sí"),
    ('<c r="A1" t="inlineStr"><is><t>caf&#233; &amp;#233; é</t></is></c>', "café &#233; é"),
    ('<c r="A1" t="inlineStr"><is><t xml:space="preserve"> a&#10;b </t></is></c>', " a\nb "),
    ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', "ab"),
    ('<c r="A1" t="inlineStr"><is><t>a</t><t>b</t></is></c>', "ab"),
    ('<c r="A1" t="inlineStr"><is><t><![CDATA[<b>]]></t></is></c>', "<b>"),
    ('<c r="A1" t="inlineStr"><is><t>_x0041_ _x00e9_</t></is></c>', "A é"),
    ('<c r="A1" t="inlineStr"><is><t/></is></c>', ""),
    ('<c r="A1" t="n"></c>', None),
    ('<c r="A1"/>', None),
    ("<c><v>8</v></c>", "8"),
]


def read(rows: str, **more: object) -> tuple[list[str | None], list[tuple[int, int, str]]]:
    """Column A and the cells that show an error."""
    sheet = read_bytes(one(rows, strings=STRINGS, **more), Path("book.xlsx")).sheets[0]
    return sheet.columns[0].to_pylist(), sorted(sheet.errors)


@pytest.mark.parametrize(("cell", "text"), CELLS)
def test_each_form_of_cell_is_read(cell: str, text: str | None) -> None:
    around = '<c r="A{0}" t="str"><v>end</v></c>'
    rows = (around.format(1), cell.replace("A1", "A2"), around.format(3))
    found, _ = read("".join(f'<row r="{n}">{row}</row>' for n, row in enumerate(rows, 1)))
    assert found == ["end", text, "end"]


def test_all_forms_in_one_column_are_read_together() -> None:
    numbered = [cell.replace("A1", f"A{n}") for n, (cell, _) in enumerate(CELLS, 1)]
    rows = "".join(f'<row r="{n}">{cell}</row>' for n, cell in enumerate(numbered, 1))
    found, errors = read(rows)
    assert found == [text for _, text in CELLS]
    unshown = [n for n, (_, text) in enumerate(CELLS, 1) if text is None and 's="1"' in CELLS[n - 1][0]]
    assert [row for row, _, text in errors if text == "#####"] == unshown


def test_a_text_that_the_workbook_lacks_is_refused() -> None:
    with pytest.raises(Refused, match="“Data” names a text that the workbook does not hold"):
        read('<row r="1"><c r="A1" t="s"><v>4</v></c></row>')


@pytest.mark.parametrize(
    "cell", ['<c r="A1"><v>1</w></c>', '<c r="A1"><f>1</f><v>&x;</v></c>', '<c r="A1"><v>1<b></v></c>']
)
def test_a_cell_that_is_no_xml_is_refused(cell: str) -> None:
    with pytest.raises(Refused, match="damaged"):
        read(f'<row r="1">{cell}</row>')


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    found, errors = read(
        '<row r="1"><c r="A1" s="1"><v>0</v></c></row><row r="2"><c r="A2" s="1"><v>2957004</v></c></row>',
        workbook_pr='<workbookPr date1904="1"/>',
    )
    assert found == ["1904-01-01 00:00:00", None]
    assert errors == [(2, 1, "#####")]


@pytest.mark.parametrize(
    ("code", "shows"),
    [
        ("General", False), ("0.00", False), ("dd/mm/yyyy", True), ("[h]:mm", True), ("[$-409]d-mmm", True), ("h:mm", True),
        ('"day" 0', False), ("\\d0", False), ("[Red]0", False), ("0;dd", False), ("#,##0 [$€-x]", False), ("A/P", True),
        ("[mm]", True), ("_d0", False), ("@", False), ("", False),
    ],
)  # fmt: skip
def test_a_format_shows_a_date_by_its_letters(code: str, shows: bool) -> None:
    assert is_date_format(code) is shows


def test_a_style_of_the_workbooks_own_shows_a_date() -> None:
    styles = STYLES.replace(
        "<fonts", '<numFmts count="1"><numFmt numFmtId="170" formatCode="yyyy"/></numFmts><fonts', 1
    )
    styles = styles.replace('numFmtId="49"', 'numFmtId="170"')
    found, _ = read('<row r="1"><c r="A1" s="3"><v>45499</v></c></row>', extra={"xl/styles.xml": styles})
    assert found == ["2024-07-26 00:00:00"]


def test_a_sheet_without_texts_or_styles_is_read() -> None:
    found, _ = read('<row r="1"><c r="A1" s="1"><v>45499</v></c></row>', extra={"xl/styles.xml": ""})
    assert found == ["45499"]


def test_real_workbooks_read_as_another_reader_reads_them() -> None:
    differing, compared = [], 0
    for path in workbooks():
        try:
            book, other = read_book(path), fastexcel.read_excel(path)
        except (Refused, fastexcel.FastExcelError):
            continue
        for sheet in book.sheets:
            if sheet.columns and not sheet.date1904:  # the other reader knows no 1904
                theirs = other.load_sheet(sheet.title, header_row=None, skip_rows=0, dtypes="string", eager=True)
                found = list(_differing(sheet, theirs))
                differing += [(path.name, sheet.title, *one) for one in found]
                compared += sheet.rows * len(sheet.columns)
    assert differing == []
    assert compared > 50_000


def _differing(sheet: RawSheet, theirs: pa.RecordBatch) -> Iterator[tuple[int, int, str | None, str | None]]:
    """(row, column, ours, theirs), but for spaces that no `xml:space` keeps and dates that Excel does not show."""
    unshown = {(row, col) for row, col, text in sheet.errors if text == "#####"}
    leading = theirs.num_rows - sheet.rows
    for col, (ours, column) in enumerate(zip(sheet.columns, theirs.columns, strict=True), sheet.first_col):
        pairs = zip(ours.to_pylist(), column.slice(leading).to_pylist(), strict=True)
        for row, (text, other) in enumerate(pairs, sheet.first_row):
            same = (text or "").strip() == (other or "").strip() or (row, col) in unshown
            if not same and not (text and other and text.isdigit() and float(text) == float(other)):
                yield row, col, text, other
