"""``batchUpdate``: whole or not at all, and everything follows when rows and columns move."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.google.test_server_metadata import batch
from tests.google.test_server_values import call, get, put
from tests.sheets_server import SheetsServer

Json = dict[str, Any]


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as started:
        yield started
        assert started.findings == []


@pytest.fixture
def file_id(server: SheetsServer) -> str:
    return server.create(tabs={"S": [["n", "t"], [3, "c"], [1, "a"], [2, "b"]]})


def sheet_of(server: SheetsServer, file_id: str, **query: Any) -> Json:
    """The first tab as ``spreadsheets.get`` tells it."""
    reply: Json = call(server, "GET", f"/v4/spreadsheets/{file_id}", **query).json()["sheets"][0]
    return reply


def span(top: int, bottom: int, left: int, right: int) -> Json:
    """A GridRange of the first tab."""
    return {
        "sheetId": 0,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }


def test_a_refused_request_takes_all_back(server: SheetsServer, file_id: str) -> None:
    before = server.people(file_id).rows("S"), sheet_of(server, file_id)
    row = {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    cell = {"values": [{"userEnteredValue": {"stringValue": "new"}}]}
    reply = batch(
        server,
        file_id,
        {"insertDimension": {"range": row}},
        {"updateCells": {"range": span(1, 2, 0, 1), "rows": [cell], "fields": "userEnteredValue"}},
        {"addSheet": {"properties": {"title": "T"}}},
        {"addSheet": {"properties": {"title": "s"}}},
    )
    assert reply.status_code == 400
    message = 'Invalid requests[3].addSheet: A sheet with the name "s" already exists. Please enter another name.'
    assert reply.json()["error"]["message"] == message
    assert (server.people(file_id).rows("S"), sheet_of(server, file_id)) == before


def test_rows_are_appended_atomically(server: SheetsServer, file_id: str) -> None:
    row = {"sheetId": 0, "dimension": "ROWS", "startIndex": 4, "endIndex": 5}
    cells = [{"userEnteredValue": {"numberValue": 9}}, {"userEnteredValue": {"stringValue": "=not a formula"}}]
    written = {"start": {"rowIndex": 4, "columnIndex": 0}, "rows": [{"values": cells}], "fields": "userEnteredValue"}
    batch(server, file_id, {"insertDimension": {"range": row, "inheritFromBefore": True}}, {"updateCells": written})
    assert server.people(file_id).rows("S")[4] == [9, "=not a formula"]
    assert sheet_of(server, file_id)["properties"]["gridProperties"]["rowCount"] == 1001


def test_sorting_carries_cells(server: SheetsServer, file_id: str) -> None:
    people = server.people(file_id)
    people.note("S", "B3", "about a")
    put(server, file_id, "S!C2", [["=A2*10"], ["=A3*10"], ["=A4*10"]], valueInputOption="USER_ENTERED")
    sort = {"range": span(1, 4, 0, 3), "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}]}
    batch(server, file_id, {"sortRange": sort})
    assert people.rows("S")[1:] == [[1, "a", 10], [2, "b", 20], [3, "c", 30]]
    assert get(server, file_id, "S!C2:C4", valueRenderOption="FORMULA")["values"] == [
        ["=A2*10"],
        ["=A3*10"],
        ["=A4*10"],
    ]
    notes = call(server, "GET", f"/v4/spreadsheets/{file_id}", ranges="S!B2", fields="sheets.data.rowData.values.note")
    assert notes.json()["sheets"][0]["data"][0]["rowData"] == [{"values": [{"note": "about a"}]}]


@pytest.mark.parametrize("whole", [True, False])
def test_blanks_sort_last_both_ways(server: SheetsServer, whole: bool) -> None:
    file_id = server.create(tabs={"S": [[""], ["b"], [True], [2], ["a"]]})
    area = span(0, 5, 0, 26 if whole else 1)
    for order, wanted in (("ASCENDING", [2, "a", "b", True]), ("DESCENDING", [True, "b", "a", 2])):
        batch(server, file_id, {"sortRange": {"range": area, "sortSpecs": [{"dimensionIndex": 0, "sortOrder": order}]}})
        assert [row[0] for row in server.people(file_id).rows("S")] == wanted


def test_everything_follows_inserted_rows_and_columns(server: SheetsServer, file_id: str) -> None:
    put(server, file_id, "S!D1", [["=SUM(A2:A4)+$B$1&'S'!A3"]], valueInputOption="USER_ENTERED")
    rule = {"ranges": [span(1, 4, 0, 1)], "booleanRule": {"condition": {"type": "NOT_BLANK"}, "format": {}}}
    source = {"sourceRange": {"sources": [span(0, 4, 0, 1)]}}
    chart = {"basicChart": {"chartType": "COLUMN", "headerCount": 1, "series": [{"series": source}], "domains": []}}
    place = {"overlayPosition": {"anchorCell": {"sheetId": 0, "rowIndex": 5, "columnIndex": 4}}}
    batch(
        server,
        file_id,
        {"addConditionalFormatRule": {"rule": rule, "index": 0}},
        {"addNamedRange": {"namedRange": {"name": "numbers", "range": span(1, 4, 0, 1)}}},
        {"addProtectedRange": {"protectedRange": {"range": span(0, 1, 0, 2), "warningOnly": True}}},
        {"setBasicFilter": {"filter": {"range": span(0, 4, 0, 2)}}},
        {"mergeCells": {"range": span(6, 8, 0, 2), "mergeType": "MERGE_ALL"}},
        {"addChart": {"chart": {"chartId": 77, "spec": chart, "position": place}}},
    )
    server.people(file_id).insert_row("S", 2)
    server.people(file_id).insert_column("S", "n")
    seen = sheet_of(server, file_id)
    ranges = {"startRowIndex": 2, "endRowIndex": 5, "startColumnIndex": 1, "endColumnIndex": 2}
    assert seen["conditionalFormats"][0]["ranges"] == [ranges]
    assert seen["basicFilter"]["range"]["endRowIndex"] == 5
    assert seen["basicFilter"]["range"]["startColumnIndex"] == 1
    assert seen["protectedRanges"][0]["range"]["endColumnIndex"] == 3
    assert seen["merges"] == [{"startRowIndex": 7, "endRowIndex": 9, "startColumnIndex": 1, "endColumnIndex": 3}]
    spec = seen["charts"][0]["spec"]["basicChart"]["series"][0]["series"]["sourceRange"]["sources"][0]
    assert (spec["endRowIndex"], spec["startColumnIndex"]) == (5, 1)
    assert seen["charts"][0]["position"]["overlayPosition"]["anchorCell"] == {"rowIndex": 6, "columnIndex": 5}
    named = call(server, "GET", f"/v4/spreadsheets/{file_id}", fields="namedRanges").json()["namedRanges"][0]
    assert named["range"] == ranges
    formula = get(server, file_id, "S!E1", valueRenderOption="FORMULA")["values"][0][0]
    assert formula == "=SUM(B3:B5)+$C$1&S!B4"


def test_charts_have_fixed_ids(server: SheetsServer, file_id: str) -> None:
    data = {"sourceRange": {"sources": [span(0, 4, 0, 1)]}}
    spec = {"title": "x", "pieChart": {"domain": data, "series": data}}
    place = {"overlayPosition": {"anchorCell": {"sheetId": 0}}}
    add = {"addChart": {"chart": {"chartId": 5, "spec": spec, "position": place}}}
    assert batch(server, file_id, add).json()["replies"][0]["addChart"]["chart"]["chartId"] == 5
    assert batch(server, file_id, add).status_code == 400
    batch(server, file_id, {"updateChartSpec": {"chartId": 5, "spec": {**spec, "title": "y"}}})
    assert sheet_of(server, file_id)["charts"][0]["spec"]["title"] == "y"
    batch(server, file_id, {"deleteEmbeddedObject": {"objectId": 5}})
    assert "charts" not in sheet_of(server, file_id)


def test_masks(server: SheetsServer, file_id: str) -> None:
    look = {"backgroundColor": {"red": 1, "green": 0.5}, "textFormat": {"bold": True, "fontSize": 12}}
    area = span(0, 1, 0, 1)
    batch(
        server,
        file_id,
        {"repeatCell": {"range": area, "cell": {"userEnteredFormat": look}, "fields": "userEnteredFormat"}},
    )
    only_bold = {"range": area, "cell": {"userEnteredFormat": {}}, "fields": "userEnteredFormat.textFormat.bold"}
    batch(server, file_id, {"repeatCell": only_bold})
    fields = "sheets(data(rowData(values(userEnteredFormat,note))))"
    seen = sheet_of(server, file_id, ranges="S!A1", fields=fields)["data"][0]["rowData"][0]["values"][0]
    colour = {"red": 1, "green": 0.49803922}
    wanted = {"backgroundColor": colour, "backgroundColorStyle": {"rgbColor": colour}, "textFormat": {"fontSize": 12}}
    assert seen == {"userEnteredFormat": wanted}
    top = call(server, "GET", f"/v4/spreadsheets/{file_id}", fields="spreadsheetId,properties(title,locale)").json()
    assert top == {"spreadsheetId": file_id, "properties": {"title": "Customers", "locale": "en_US"}}


def test_validation_find_replace_push(server: SheetsServer, file_id: str) -> None:
    rule = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "a"}]}, "strict": False}
    reply = batch(
        server,
        file_id,
        {"setDataValidation": {"range": span(1, 4, 1, 2), "rule": rule}},
        {"findReplace": {"find": "a", "replacement": r"\1z", "sheetId": 0}},
        {"insertRange": {"range": span(1, 2, 0, 1), "shiftDimension": "ROWS"}},
        {"deleteRange": {"range": span(0, 1, 0, 1), "shiftDimension": "COLUMNS"}},
    ).json()
    assert reply["replies"][1]["findReplace"] == {
        "valuesChanged": 1, "occurrencesChanged": 1, "rowsChanged": 1, "sheetsChanged": 1,
    }  # fmt: skip
    assert server.people(file_id).rows("S") == [["t"], ["", "c"], [3, r"\1z"], [1, "b"], [2]]


def test_protected_columns_refuse_the_whole_batch(server: SheetsServer) -> None:
    file_id = server.create(tabs={"S": [["id", "mine", "bot"]]})
    protected = server.people(file_id).protect("S", "mine", ["ana@example.com"])
    client = server.client("runner@example.com")
    shown = client.open_by_key(file_id).list_protected_ranges(0)[0]
    assert shown["protectedRangeId"] == protected
    assert "requestingUserCanEdit" not in shown
    assert server.client("ana@example.com").open_by_key(file_id).list_protected_ranges(0)[0]["requestingUserCanEdit"]
    data = [{"range": "S!C2", "values": [[1]]}, {"range": "S!B2", "values": [[2]]}]
    with pytest.raises(Exception, match="protected cell or object"):
        client.open_by_key(file_id).values_batch_update({"valueInputOption": "RAW", "data": data})
    assert server.people(file_id).rows("S") == [["id", "mine", "bot"]]


def test_a_request_that_is_not_simulated_says_so(server: SheetsServer, file_id: str) -> None:
    reply = batch(server, file_id, {"randomizeRange": {"range": span(0, 1, 0, 1)}})
    assert reply.status_code == 501
    assert "randomizeRange is not simulated" in reply.json()["error"]["message"]
