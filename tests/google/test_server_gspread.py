"""gspread's own client, unchanged, over real HTTP: nothing it sends or gets may offend Google's documents."""

import io
from collections.abc import Iterator
from typing import Any

import gspread
import pytest
from gspread.utils import ExportFormat, GridRangeType, MergeType, ValidationConditionType, ValueRenderOption
from openpyxl import load_workbook

from tests.sheets_server import SheetsServer


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as started:
        yield started
        assert started.findings == []


@pytest.fixture
def sheet(server: SheetsServer) -> Any:
    """The first tab of a new spreadsheet, through gspread."""
    return server.client().create("Clientes").sheet1


def test_create_open_list_copy_delete(server: SheetsServer) -> None:
    client = server.client()
    made = client.create("Clientes 2026")
    assert made.sheet1.row_count == 1000
    assert client.open("Clientes 2026").id == client.open_by_url(made.url).id == made.id
    assert made.timezone == "Etc/GMT"
    assert made.locale == "en_US"
    made.sheet1.update([["a"]], "A1")
    made.sheet1.update_note("A1", "keep")
    copy = client.copy(made.id, title="Copia", copy_permissions=True)
    assert copy.sheet1.acell("A1").value == "a"
    assert copy.sheet1.get_note("A1") == "keep"
    copy.sheet1.update([["b"]], "A1")
    assert made.sheet1.acell("A1").value == "a"
    assert {f["name"] for f in client.list_spreadsheet_files()} == {"Clientes 2026", "Copia"}
    client.del_spreadsheet(copy.id)
    with pytest.raises(gspread.SpreadsheetNotFound):
        client.open("Copia")
    with pytest.raises(gspread.SpreadsheetNotFound):
        client.open_by_key("nobody-has-this")


def test_worksheets_come_and_go(server: SheetsServer) -> None:
    book = server.client().create("x")
    second = book.add_worksheet("Second", rows=10, cols=5)
    assert [w.title for w in book.worksheets()] == ["Sheet1", "Second"]
    book.reorder_worksheets([second, book.sheet1])
    assert [w.title for w in book.worksheets()] == ["Second", "Sheet1"]
    second.update_title("Контракты")
    twin = second.duplicate(new_sheet_name="Copia")
    assert twin.index == 0
    assert book.worksheet("Copia").col_count == 5
    second.hide()
    assert [w.title for w in book.worksheets(exclude_hidden=True)] == ["Copia", "Sheet1"]
    book.del_worksheet(book.worksheet("Copia"))
    with pytest.raises(gspread.exceptions.APIError, match="remove all the visible sheets"):
        book.del_worksheet(book.worksheet("Sheet1"))
    second.show()
    copied = second.copy_to(server.client().create("other").id)
    assert copied["title"] == "Copy of Контракты"


def test_cells_rows_columns(sheet: Any) -> None:
    sheet.update([["id", "n"], ["C-1", 2], ["C-2", 3.5]], "A1")
    assert sheet.get_all_values() == [["id", "n"], ["C-1", "2"], ["C-2", "3.5"]]
    assert sheet.get_all_records() == [{"id": "C-1", "n": 2}, {"id": "C-2", "n": 3.5}]
    assert sheet.row_values(2) == ["C-1", "2"]
    assert sheet.col_values(2) == ["n", "2", "3.5"]
    assert sheet.col_values(2, value_render_option=ValueRenderOption.unformatted) == ["n", 2, 3.5]
    assert [c.value for c in sheet.range("A2:B3")] == ["C-1", "2", "C-2", "3.5"]
    assert sheet.find("C-2").address == "A3"
    assert [c.address for c in sheet.findall("c-1", case_sensitive=False)] == ["A2"]
    cells = sheet.range("A2:A3")
    for cell in cells:
        cell.value = f"{cell.value}x"
    sheet.update_cells(cells)
    assert sheet.col_values(1) == ["id", "C-1x", "C-2x"]
    sheet.update_acell("B4", "=SUM(B2:B3)")
    assert sheet.acell("B4").value == "5.5"
    assert sheet.acell("B4", value_render_option=ValueRenderOption.formula).value == "=SUM(B2:B3)"
    sheet.clear()
    assert sheet.get_all_values() == [[]]


def test_append_insert_delete(sheet: Any) -> None:
    sheet.append_rows([["id", "n"], ["a", 1]])
    reply = sheet.append_row(["b", 2], table_range="A1", include_values_in_response=True)
    assert reply["tableRange"] == "Sheet1!A1:B2"
    assert reply["updates"]["updatedRange"] == "Sheet1!A3:B3"
    assert reply["updates"]["updatedData"]["values"] == [["b", "2"]]
    sheet.insert_row(["first", 0], index=2)
    sheet.insert_cols([["new", "x"]], col=2)
    assert sheet.get_all_values() == [["id", "new", "n"], ["first", "x", "0"], ["a", "", "1"], ["b", "", "2"]]
    sheet.delete_rows(2)
    sheet.delete_columns(2)
    assert sheet.get_all_values() == [["id", "n"], ["a", "1"], ["b", "2"]]


def test_batches(sheet: Any) -> None:
    sheet.batch_update([{"range": "A1:B1", "values": [["x", "y"]]}, {"range": "D4", "values": [[7]]}])
    assert sheet.batch_get(["A1:B1", "D4"]) == [[["x", "y"]], [["7"]]]
    sheet.batch_clear(["A1", "D4"])
    assert sheet.get("A1:D4") == [["", "y"]]


def test_sort_and_filter(sheet: Any) -> None:
    sheet.update([["n", "t"], [3, "c"], [1, "a"], [2, "b"]], "A1")
    sheet.freeze(rows=1)
    sheet.sort((1, "asc"))
    assert sheet.col_values(2) == ["t", "a", "b", "c"]
    sheet.sort((1, "des"), range="A2:B4")
    assert sheet.col_values(1) == ["n", "3", "2", "1"]
    sheet.set_basic_filter("A1:B4")
    sheet.clear_basic_filter()


def test_looks(sheet: Any) -> None:
    sheet.update([["1", "", ""], ["", "", "x"]], "A1")
    sheet.merge_cells("A1:B2")
    assert sheet.get("A1:C2", combine_merged_cells=True, pad_values=True) == [["1", "1", ""], ["1", "1", "x"]]
    sheet.unmerge_cells("A1:B2")
    sheet.batch_merge([{"range": "A1:B1"}, {"range": "A2:B2", "mergeType": MergeType.merge_rows}])
    sheet.format(["A1:B1", "C2"], {"textFormat": {"bold": True}, "backgroundColor": {"red": 0.5}})
    sheet.update_tab_color("#ff0080")
    assert sheet.spreadsheet.sheet1.tab_color == "#FF0080"
    sheet.clear_tab_color()
    sheet.columns_auto_resize(0, 2)
    sheet.hide_columns(1, 2)
    sheet.unhide_columns(1, 2)
    sheet.hide_gridlines()
    sheet.add_dimension_group_rows(1, 3)
    assert sheet.list_dimension_group_rows()[0]["depth"] == 1
    sheet.delete_dimension_group_rows(1, 3)
    sheet.add_validation("C1:C9", ValidationConditionType.one_of_list, ["yes", "no"], strict=True, showCustomUi=True)
    sheet.resize(rows=50, cols=6)
    assert sheet.spreadsheet.sheet1.row_count == 50


def test_names_protections_notes(sheet: Any) -> None:
    named = sheet.define_named_range("A1:B2", "clients")["replies"][0]["addNamedRange"]["namedRange"]
    sheet.update([["a", "b"], ["c", "d"]], "A1")
    assert sheet.spreadsheet.values_get("clients")["values"] == [["a", "b"], ["c", "d"]]
    assert sheet.spreadsheet.list_named_ranges()[0]["name"] == "clients"
    sheet.delete_named_range(named["namedRangeId"])
    sheet.add_protected_range("A1:B2", warning_only=True)
    protected = sheet.spreadsheet.list_protected_ranges(sheet.id)[0]
    assert protected["warningOnly"]
    assert protected["requestingUserCanEdit"]
    sheet.delete_protected_range(protected["protectedRangeId"])
    sheet.update_notes({"A1": "uno", "B2": "dos"})
    assert sheet.get_notes() == [["uno", ""], ["", "dos"]]
    sheet.clear_note("A1")
    assert sheet.get_note("A1") == ""


def test_copy_cut_import_export(server: SheetsServer) -> None:
    client = server.client()
    book = client.create("x")
    sheet = book.sheet1
    sheet.update([["a"], ["b"]], "A1")
    sheet.copy_range("A1:A2", "B1:B2")
    sheet.cut_range("A1:A2", "C1")
    assert sheet.get("A1:C2") == [["", "a", "a"], ["", "b", "b"]]
    workbook = load_workbook(io.BytesIO(book.export(ExportFormat.EXCEL)))
    assert [c.value for c in workbook["Sheet1"]["B"]] == ["a", "b"]
    assert book.export(ExportFormat.CSV).decode() == ",a,a\r\n,b,b"
    client.import_csv(book.id, "día,n\n2026-01-31,5")
    assert book.get_worksheet(0).get_all_values() == [["día", "n"], ["2026-01-31", "5"]]
    with pytest.raises(gspread.exceptions.APIError, match="conversion is not supported"):
        book.export(ExportFormat.PDF)


def test_sharing(server: SheetsServer) -> None:
    book = server.client().create("x")
    book.share("ana@example.com", perm_type="user", role="writer", notify=False)
    assert {p["emailAddress"]: p["role"] for p in book.list_permissions()}["ana@example.com"] == "writer"
    assert server.client("ana@example.com").open_by_key(book.id).title == "x"
    book.remove_permissions("ana@example.com")
    with pytest.raises(PermissionError):
        server.client("ana@example.com").open_by_key(book.id)


def test_values_keep_their_text(sheet: Any) -> None:
    texts = ["00123", "8085807e40000000", "=IMPORTXML(1)", "+1", "@x", "'x", "línea 1\nlínea 2", "🍇", "'"]
    sheet.update([texts], "A1")
    got = sheet.get("A1:I1", value_render_option="UNFORMATTED_VALUE", return_type=GridRangeType.ListOfLists)
    assert got == [texts]
