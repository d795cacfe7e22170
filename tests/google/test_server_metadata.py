"""Developer metadata: columns that are found again wherever people move them, and a lock."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.google.test_server_values import call
from tests.sheets_server import SheetsServer

Json = dict[str, Any]
HEADER = ["id", "value", "days"]


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as started:
        yield started
        assert started.findings == []


@pytest.fixture
def file_id(server: SheetsServer) -> str:
    made = server.create(tabs={"contracts": [HEADER, ["C-1", 5, ""], ["C-2", 6, ""]]})
    assert tag(server, made, 7, 2).status_code == 200
    return made


def batch(server: SheetsServer, file_id: str, *requests: Json) -> Any:
    """``spreadsheets:batchUpdate``."""
    return call(server, "POST", f"/v4/spreadsheets/{file_id}:batchUpdate", {"requests": list(requests)})


def tag(server: SheetsServer, file_id: str, metadata_id: int, column: int, value: str = "days") -> Any:
    """Ties an entry to a column of the first tab."""
    where = {"dimensionRange": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": column, "endIndex": column + 1}}
    entry = {"metadataId": metadata_id, "metadataKey": "sheetcrm", "metadataValue": value, "location": where}
    return batch(
        server, file_id, {"createDeveloperMetadata": {"developerMetadata": {**entry, "visibility": "DOCUMENT"}}}
    )


def write(server: SheetsServer, file_id: str, lookup: Json, column: list[Any]) -> Json:
    """Writes one column through a data filter."""
    data = {"dataFilter": {"developerMetadataLookup": lookup}, "majorDimension": "COLUMNS", "values": [column]}
    path = f"/v4/spreadsheets/{file_id}/values:batchUpdateByDataFilter"
    reply: Json = call(server, "POST", path, {"valueInputOption": "RAW", "data": [data]}).json()
    return reply


def where(server: SheetsServer, file_id: str, metadata_id: int = 7) -> Json:
    """The location of an entry."""
    reply = call(server, "GET", f"/v4/spreadsheets/{file_id}/developerMetadata/{metadata_id}")
    location: Json = reply.json().get("location", {})
    return location


def test_a_column_is_written_where_it_now_stands(server: SheetsServer, file_id: str) -> None:
    people = server.people(file_id)
    people.insert_column("contracts", "value", "mine")
    people.move_column("contracts", "days", "id")
    reply = write(server, file_id, {"metadataId": 7}, [None, 10, 20])
    assert reply["totalUpdatedCells"] == 2
    assert reply["responses"][0]["updatedRange"] == "contracts!A1:A3"
    assert reply["responses"][0]["dataFilter"] == {"developerMetadataLookup": {"metadataId": 7}}
    assert people.rows("contracts") == [["days", "id", "mine", "value"], [10, "C-1", "", 5], [20, "C-2", "", 6]]


@pytest.mark.parametrize(
    ("edit", "index"),
    [
        (lambda p: p.insert_column("contracts", "id"), 3),
        (lambda p: p.move_column("contracts", "days", "id"), 0),
        (lambda p: p.delete_column("contracts", "id"), 1),
        (lambda p: p.rename_column("contracts", "days", "Días"), 2),
        (lambda p: p.sort("contracts", "id", descending=True), 2),
        (lambda p: p.rename_tab("contracts", "Contratos"), 2),
        (lambda p: p.delete_column("contracts", "days"), None),
    ],
)
def test_entries_follow_their_column(server: SheetsServer, file_id: str, edit: Any, index: int | None) -> None:
    edit(server.people(file_id))
    span = where(server, file_id).get("dimensionRange", {})
    assert span.get("startIndex") == index
    assert "sheetId" not in span  # 0 is left out, as Google does


def test_a_fixed_id_is_a_lock(server: SheetsServer, file_id: str) -> None:
    entry = {"metadataId": 99, "metadataKey": "lock", "metadataValue": "host 1", "visibility": "DOCUMENT"}
    take = {"createDeveloperMetadata": {"developerMetadata": {**entry, "location": {"spreadsheet": True}}}}
    assert batch(server, file_id, take).status_code == 200
    refused = batch(server, file_id, take)
    assert refused.status_code == 400
    assert "already exists" in refused.json()["error"]["message"]
    lookup = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": "lock"}}]}
    found = call(server, "POST", f"/v4/spreadsheets/{file_id}/developerMetadata:search", lookup).json()
    assert found["matchedDeveloperMetadata"][0]["developerMetadata"]["metadataValue"] == "host 1"
    free = {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": 99}}}}
    assert (
        len(batch(server, file_id, free).json()["replies"][0]["deleteDeveloperMetadata"]["deletedDeveloperMetadata"])
        == 1
    )
    assert batch(server, file_id, take).status_code == 200


def test_entries_are_changed_in_place(server: SheetsServer, file_id: str) -> None:
    filters = [{"developerMetadataLookup": {"metadataId": 7}}]
    change = {"dataFilters": filters, "developerMetadata": {"metadataValue": "later"}, "fields": "metadataValue"}
    reply = batch(server, file_id, {"updateDeveloperMetadata": change}).json()
    assert reply["replies"][0]["updateDeveloperMetadata"]["developerMetadata"][0]["metadataValue"] == "later"
    assert where(server, file_id)["dimensionRange"]["startIndex"] == 2


def test_caps(server: SheetsServer, file_id: str) -> None:
    assert tag(server, file_id, 8, 1, "x" * 29_900).status_code == 200
    refused = tag(server, file_id, 9, 1, "x" * 200)
    assert refused.status_code == 400
    assert where(server, file_id, 9) == {}
    assert where(server, file_id, 8)["locationType"] == "COLUMN"


def test_a_duplicated_tab_may_copy_metadata(server: SheetsServer, file_id: str) -> None:
    people = server.people(file_id)
    people.duplicate_tab("contracts")
    lookup = {"metadataKey": "sheetcrm", "metadataValue": "days"}
    assert len(write(server, file_id, lookup, [None, 1])["responses"]) == 2
    assert len(write(server, file_id, {"metadataId": 7}, [None, 2])["responses"]) == 1
    people.duplicate_tab("contracts", copies_metadata=False)
    assert len(write(server, file_id, lookup, [None, 3])["responses"]) == 2


def test_a_filter_that_finds_nothing(server: SheetsServer, file_id: str) -> None:
    assert write(server, file_id, {"metadataId": 12345}, [1]) == {"spreadsheetId": file_id}
    server.settings.refuses_empty_filters = True
    assert write(server, file_id, {"metadataId": 12345}, [1])["error"]["code"] == 400


def test_reading_by_filter(server: SheetsServer, file_id: str) -> None:
    filters = [{"developerMetadataLookup": {"metadataId": 7}}, {"a1Range": "contracts!A1:A3"}]
    path = f"/v4/spreadsheets/{file_id}/values:batchGetByDataFilter"
    reply = call(server, "POST", path, {"dataFilters": filters, "majorDimension": "COLUMNS"}).json()
    assert [r["valueRange"]["values"] for r in reply["valueRanges"]] == [[["days"]], [["id", "C-1", "C-2"]]]
    path = f"/v4/spreadsheets/{file_id}:getByDataFilter"
    mask = "sheets(properties.title,data(startColumn,columnMetadata.developerMetadata.metadataId))"
    seen = call(server, "POST", path, {"dataFilters": filters[:1], "includeGridData": True}, fields=mask).json()
    assert seen["sheets"][0]["properties"] == {"title": "contracts"}
    assert seen["sheets"][0]["data"][0]["columnMetadata"] == [{"developerMetadata": [{"metadataId": 7}]}]
    assert seen["sheets"][0]["data"][0]["startColumn"] == 2
