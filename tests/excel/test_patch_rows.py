"""Rows below the data, tables and filters that follow them, and tabs that the runner owns."""

import re
from typing import Any

import pytest

from sheetcrm.sync.excel.edits import ColumnEdit, Formula, ReplaceBelow, SheetEdit
from sheetcrm.sync.excel.patch import PatchResult, patch_book
from sheetcrm.sync.excel.refused import Refused
from tests.excel.books import HEAD, MAIN, TYPES, book, one, part, parts_of, relations, worksheet, zipped
from tests.excel.test_patch_cells import SHEET, edit, rows

THREE = "".join(f'<row r="{r}"><c r="A{r}" s="1"><v>{r}</v></c><c r="B{r}" s="2"/></row>' for r in (1, 2, 3))


def append(data: bytes, *new: dict[int, Any], **columns: Any) -> PatchResult:
    return patch_book(data, {"Data": SheetEdit(appended=list(new), **columns)})


def test_rows_go_below_the_last_row_that_holds_anything() -> None:
    data = one(THREE + '<row r="4" ht="20"><c r="A4" s="3"/></row><row r="9"><c r="C9" s="1"/></row>')
    result = append(data, {1: "x", 2: 5}, {3: 7})
    assert result.report.appended == {"Data": (4, 5)}
    assert rows(result.data) == (
        THREE
        + '<row r="4" ht="20"><c r="A4" s="3" t="inlineStr"><is><t>x</t></is></c><c r="B4" s="2"><v>5</v></c></row>'
        '<row r="5"><c r="C5"><v>7</v></c></row><row r="9"><c r="C9" s="1"/></row>'
    )


def test_rows_can_be_added_to_an_empty_tab_and_with_edits_above() -> None:
    assert append(one(""), {1: 1}).report.appended == {"Data": (1,)}
    result = append(one(THREE), {1: 8}, columns={1: ColumnEdit([2], [20])})
    assert re.findall(r'<c r="(A\d)" s="1"><v>(\d+)', rows(result.data)) == [
        ("A1", "1"),
        ("A2", "20"),
        ("A3", "3"),
        ("A4", "8"),
    ]


def filtered(ref: str, **more: Any) -> bytes:
    name = f'<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">Data!$A$1:$B${ref[-1]}</definedName></definedNames>'
    return one(THREE, after=f'<autoFilter ref="{ref}"/>', workbook=name, **more)


def test_the_filter_and_its_hidden_name_grow_with_the_rows() -> None:
    result = append(filtered("A1:B3"), {1: 4}, {1: 5})
    assert '<autoFilter ref="A1:B5"/>' in part(result.data, SHEET)
    assert "Data!$A$1:$B$5<" in part(result.data, "xl/workbook.xml")
    assert set(result.report.parts) == {SHEET, "xl/workbook.xml"}


def test_a_filter_that_reaches_further_or_less_far_stays() -> None:
    assert '<autoFilter ref="A1:B9"/>' in part(append(filtered("A1:B9"), {1: 4}).data, SHEET)
    assert '<autoFilter ref="A1:B2"/>' in part(append(filtered("A1:B2"), {1: 4}).data, SHEET)
    view = (
        '<customSheetViews><customSheetView guid="{0}"><autoFilter ref="A1:B3"/></customSheetView></customSheetViews>'
    )
    assert view in part(append(one(THREE, after=view), {1: 4}).data, SHEET)


def with_table(ref: str, totals: int = 0, below: str = "") -> bytes:
    table = (
        f'{HEAD}<table xmlns="{MAIN}" id="1" name="T" displayName="Clients" ref="{ref}" totalsRowCount="{totals}">'
        f'<autoFilter ref="{ref}"/><tableColumns count="1"><tableColumn id="1" name="id"/></tableColumns></table>'
    )
    return one(
        THREE + below,
        extra={
            "xl/worksheets/_rels/sheet1.xml.rels": relations(("rId1", "table", "../tables/table1.xml")),
            "xl/tables/table1.xml": table,
        },
    )


def test_a_table_grows_with_its_filter() -> None:
    result = append(with_table("A1:B3"), {1: 4}, {2: 5})
    assert part(result.data, "xl/tables/table1.xml").count('ref="A1:B5"') == 2
    assert result.report.parts["xl/tables/table1.xml"] == "the table Clients grew"


def test_blank_rows_at_the_end_of_a_table_are_filled_first() -> None:
    result = append(with_table("A1:B9"), {1: 4})
    assert "xl/tables/table1.xml" not in result.report.parts
    assert result.report.appended == {"Data": (4,)}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (with_table("A1:B3", totals=1), "totals row"),
        (with_table("A1:B2"), "something below the table Clients"),
        (with_table("A5:B9"), "stands below the data"),
    ],
)
def test_tables_that_can_not_grow_are_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        append(data, {1: 4})
    assert "“Data”" in str(caught.value)


def test_a_table_elsewhere_does_not_matter() -> None:
    assert append(with_table("A1:B2"), {5: 4}).report.appended == {"Data": (4,)}


def test_header_and_totals_cells_of_a_table_are_refused() -> None:
    data = with_table("A1:B3", totals=1)
    for cell, words in (("A1", "column title of the table Clients"), ("B3", "totals row of the table Clients")):
        with pytest.raises(Refused, match=words):
            patch_book(data, {"Data": edit({cell: 99})})
    assert patch_book(data, {"Data": edit({"A2": 99, "A1": 1})}).report.cells == 1


OWNED = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>when</t></is></c><c r="B1" t="inlineStr"><is><t>what</t></is></c></row>'
    '<row r="2" ht="18" customHeight="1"><c r="A2" s="1"><v>5</v></c><c r="B2" t="inlineStr"><is><t>old</t></is></c></row>'
    '<row r="3"><c r="A3" s="1"><v>6</v></c><c r="C3" s="2"><v>9</v></c></row><row r="4"><c r="A4" s="1"><v>7</v></c></row>'
)


def replace(data: bytes, *content: list[Any], header: int = 1) -> PatchResult:
    edits = {"Data": SheetEdit(replace_below=ReplaceBelow(header, content))}
    result = patch_book(data, edits)
    again = patch_book(result.data, edits)
    assert again.data == result.data
    return result


def test_a_runners_tab_is_replaced_below_its_header() -> None:
    cols = '<cols><col min="2" max="2" style="3"/></cols>'
    after = '<conditionalFormatting sqref="A2:A9"/><drawing r:id="rId1"/>'
    result = replace(one(OWNED, before=cols, after=after), [5, "new"], ["x", None, 9])
    assert rows(result.data) == (
        OWNED[: OWNED.index('<row r="2"')]
        + '<row r="2" ht="18" customHeight="1"><c r="A2" s="1"><v>5</v></c><c r="B2" t="inlineStr"><is><t>new</t></is></c></row>'
        '<row r="3"><c r="A3" s="1" t="inlineStr"><is><t>x</t></is></c><c r="C3" s="2"><v>9</v></c></row><row r="4"><c r="A4" s="1"/></row>'
    )
    assert cols in part(result.data, SHEET)
    assert after in part(result.data, SHEET)


def test_a_runners_tab_grows_shrinks_and_empties() -> None:
    data = one(OWNED)
    grown = replace(data, *([n, f"row {n}"] for n in range(200)))
    assert len(re.findall("<row ", rows(grown.data))) == 201
    emptied = replace(grown.data)
    assert "<v>" not in rows(emptied.data)
    assert "when" in rows(emptied.data)
    assert replace(emptied.data).data == emptied.data


def test_replacing_stands_alone() -> None:
    with pytest.raises(ValueError, match="stands alone"):
        patch_book(one(OWNED), {"Data": SheetEdit(appended=[{1: 1}], replace_below=ReplaceBelow(1, []))})


CHAIN = (
    f'{HEAD}<calcChain xmlns="{MAIN}"><c r="D2" i="1" l="1"/><c r="D3" s="1"/><c r="A9" i="2"/><c r="A8"/></calcChain>'
)


def with_chain(first_rows: str, chain: str = CHAIN) -> bytes:
    return zipped(
        parts_of(
            {
                "Data": worksheet(first_rows),
                "Other": worksheet('<row r="8"><c r="A8"><f>Data!A2</f><v>5</v></c></row>'),
            },
            extra={"xl/calcChain.xml": chain},
            overrides='<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"/>',
            more_rels=(("rIdCalc", "calcChain", "calcChain.xml"),),
        )
    )


LINKED = (
    OWNED.replace('<row r="3">', '<row r="3"><!-- links -->')
    .replace('</row><row r="3">', '<c r="D2"><f>IF(B2="","",1)</f><v>1</v></c></row><row r="3">')
    .replace('<c r="C3" s="2"><v>9</v></c>', '<c r="C3" s="2"><v>9</v></c><c r="D3"><f>IF(B3="","",1)</f><v>1</v></c>')
)


def test_an_equal_formula_keeps_its_bytes_and_calculated_value() -> None:
    data = with_chain(LINKED)
    link = Formula('IF(B2="","",1)', 99)
    result = replace(data, [5, "old", None, link], [6, None, 9, Formula('IF(B3="","",1)')], [7])
    assert result.data == data


def test_formulas_that_go_leave_the_chain_and_the_next_one_names_its_sheet() -> None:
    result = replace(with_chain(LINKED), [5, "old", None, None], [6, None, 9, Formula('IF(B3="","",1)')], [7])
    chain = part(result.data, "xl/calcChain.xml")
    assert '<c r="D2"' not in chain
    assert '<c r="D3" s="1" i="1"/><c r="A9" i="2"/><c r="A8"/>' in chain
    assert set(result.report.parts) == {SHEET, "xl/calcChain.xml", "xl/workbook.xml"}


def test_the_chain_goes_with_its_last_formula() -> None:
    chain = f'{HEAD}<calcChain xmlns="{MAIN}"><c r="D2" i="1"/><c r="D3"/></calcChain>'
    result = replace(with_chain(LINKED, chain), [5, "other"])
    with pytest.raises(KeyError):
        part(result.data, "xl/calcChain.xml")
    assert "calcChain" not in part(result.data, "[Content_Types].xml")
    assert "calcChain" not in part(result.data, "xl/_rels/workbook.xml.rels")
    assert TYPES in part(result.data, "[Content_Types].xml")
    assert result.report.parts["xl/calcChain.xml"].startswith("removed")


def test_new_formulas_are_written_with_the_value_to_show() -> None:
    result = replace(
        one(OWNED), [1, Formula('HYPERLINK("#Data!A1","a<b")', "a<b")], [2, Formula("A2+1", 3)], [3, Formula("A2")]
    )
    assert '<c r="B2" t="str"><f>HYPERLINK("#Data!A1","a&lt;b")</f><v>a&lt;b</v></c>' in rows(result.data)
    assert '<c r="B3"><f>A2+1</f><v>3</v></c>' in rows(result.data)
    assert '<c r="B4"><f>A2</f></c>' in rows(result.data)
    assert '<calcPr fullCalcOnLoad="1"/>' in part(result.data, "xl/workbook.xml")


def test_shared_and_array_formulas_in_a_runners_tab_are_not_torn_apart() -> None:
    shared = OWNED + (
        '<row r="5"><c r="E5"><f t="shared" ref="E5:E6" si="0">A5</f><v>1</v></c></row><row r="6"><c r="E6"><f t="shared" si="0"/><v>1</v></c></row>'
    )
    assert replace(one(shared), [1]).changed
    above = shared.replace(
        "<t>what</t></is></c></row>", '<t>what</t></is></c><c r="E1"><f t="shared" si="0"/><v>1</v></c></row>'
    )
    with pytest.raises(Refused, match="E5 holds a formula that other cells share"):
        replace(one(above), [1])
    array = OWNED + '<row r="5"><c r="E5"><f t="array" ref="E5:E6">A5:A6</f><v>1</v></c></row>'
    with pytest.raises(Refused, match="one formula for all of E5:E6"):
        replace(one(array), [1])


@pytest.mark.parametrize(
    ("workbook", "expected"),
    [
        ('<calcPr calcId="191029"/>', '<calcPr calcId="191029" fullCalcOnLoad="1"/>'),
        ('<calcPr calcId="1" fullCalcOnLoad="0"></calcPr>', '<calcPr calcId="1" fullCalcOnLoad="1"></calcPr>'),
        (
            '<definedNames><definedName name="a">1</definedName></definedNames>',
            '</definedNames><calcPr fullCalcOnLoad="1"/></workbook>',
        ),
        ("", '</sheets><calcPr fullCalcOnLoad="1"/></workbook>'),
        ("<pivotCaches/>", '</sheets><calcPr fullCalcOnLoad="1"/><pivotCaches/>'),
    ],
)
def test_formulas_anywhere_are_calculated_when_the_book_is_opened(workbook: str, expected: str) -> None:
    sheets = {"Data": worksheet(""), "Other": worksheet('<row r="1"><c r="A1"><f>Data!A1</f><v>1</v></c></row>')}
    result = patch_book(book(sheets, workbook=workbook), {"Data": edit({"A1": 1})})
    assert expected in part(result.data, "xl/workbook.xml")
    assert set(result.report.parts) == {SHEET, "xl/workbook.xml"}


def test_a_book_without_formulas_or_with_the_mark_set_keeps_its_workbook_part() -> None:
    assert set(patch_book(one(""), {"Data": edit({"A1": 1})}).report.parts) == {SHEET}
    marked = one('<row r="1"><c r="B1"><f>A1</f></c></row>', workbook='<calcPr fullCalcOnLoad="1"/>')
    assert set(patch_book(marked, {"Data": edit({"A1": 1})}).report.parts) == {SHEET}
