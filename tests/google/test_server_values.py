"""Values: what is written, what is counted, what is refused, what comes back."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests

from tests.sheets_server import SheetsServer

Json = dict[str, Any]


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as started:
        yield started


def call(server: SheetsServer, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
    """One call with any bearer token."""
    session = requests.Session()
    session.trust_env = False
    headers = {"Authorization": "Bearer any"}
    return session.request(method, server.url + path, json=body, params=query, headers=headers, timeout=10)


def put(server: SheetsServer, file_id: str, where: str, values: Any, **query: Any) -> Json:
    """``values.update``; RAW unless told otherwise."""
    path = f"/v4/spreadsheets/{file_id}/values/{quote(where, safe='')}"
    reply: Json = call(server, "PUT", path, {"values": values}, **{"valueInputOption": "RAW", **query}).json()
    return reply


def get(server: SheetsServer, file_id: str, where: str, **query: Any) -> Json:
    """``values.get``."""
    reply: Json = call(server, "GET", f"/v4/spreadsheets/{file_id}/values/{quote(where, safe='')}", **query).json()
    return reply


def test_null_cells_are_skipped_and_not_counted(server: SheetsServer) -> None:
    file_id = server.create(tabs={"S": [["a", "b"], ["c", "d"]]})
    reply = put(server, file_id, "S!A1:B2", [[None, "x"], [None, None]])
    assert reply["updatedRange"] == "S!A1:B2"
    assert (reply["updatedRows"], reply["updatedColumns"], reply["updatedCells"]) == (1, 1, 1)
    assert get(server, file_id, "S")["values"] == [["a", "x"], ["c", "d"]]
    nothing = put(server, file_id, "S!A1", [[None]])
    assert nothing == {"spreadsheetId": file_id, "updatedRange": "S!A1"}


@pytest.mark.parametrize(
    ("where", "title", "cells"),
    [
        ("S", "S", "A1:Z1000"),
        ("'S'!B2:C", "S", "B2:C1000"),
        ("S!2:3", "S", "A2:Z3"),
        ("S!A2:2", "S", "A2:Z2"),
        ("S!C:C", "S", "C1:C1000"),
        ("S!D4:A1", "S", "A1:D4"),
        ("R2C3:R4C4", "S", "C2:D4"),
        ("S!A900:B5000", "S", "A900:B1000"),
        ("'A1'", "'A1'", "A1:Z1000"),
        ("'it''s'!A1", "'it''s'", "A1"),
        ("'Контракты'!A1:A2", "Контракты", "A1:A2"),
    ],
)
def test_ranges(server: SheetsServer, where: str, title: str, cells: str) -> None:
    file_id = server.create(tabs={"S": [], "A1": [], "it's": [], "Контракты": []})
    assert get(server, file_id, where)["range"] == f"{title}!{cells}"


@pytest.mark.parametrize("where", ["nobody!A1", "S!", "S!A1:", "S!1", "S!A1:B2:C3", "'S!A1"])
def test_ranges_that_are_none(server: SheetsServer, where: str) -> None:
    file_id = server.create(tabs={"S": []})
    assert get(server, file_id, where)["error"]["message"] == f"Unable to parse range: {where}"


def test_outside_the_grid(server: SheetsServer) -> None:
    file_id = server.create(tabs={"S": []})
    limits = "exceeds grid limits. Max rows: 1000, max columns: 26"
    assert get(server, file_id, "S!A1001")["error"]["message"] == f"Range (S!A1001) {limits}"
    assert put(server, file_id, "S!A1000", [["x"], ["y"]])["error"]["message"] == f"Range (S!A1000:A1001) {limits}"
    assert get(server, file_id, "S") == {"range": "S!A1:Z1000", "majorDimension": "ROWS"}


def test_more_values_than_the_range_holds(server: SheetsServer) -> None:
    file_id = server.create(tabs={"S": []})
    too_low = put(server, file_id, "S!A1:B2", [["x"], ["y"], ["z"]])["error"]
    assert too_low["message"] == "Requested writing within range [S!A1:B2], but tried writing to row [3]"
    too_wide = put(server, file_id, "S!A1:B2", [["x", "y", "z"]])["error"]["message"]
    assert too_wide.endswith("but tried writing to column [C]")


def test_trailing_blanks_stay_away(server: SheetsServer) -> None:
    file_id = server.create(tabs={"S": [["", "a", ""], [], ["b", "", ""], ["", ""]]})
    assert get(server, file_id, "S")["values"] == [["", "a"], [], ["b"]]
    assert get(server, file_id, "S", majorDimension="COLUMNS")["values"] == [["", "", "b"], ["a"]]
    assert "values" not in get(server, file_id, "S!D5:F9")


def test_raw_and_entered(server: SheetsServer) -> None:
    file_id = server.create(tabs={"S": []})
    typed = ["2026-02-28", "12%", "$1,234.50", "TRUE", "'007", "=1+1", "007", "", "2026-02-30"]
    put(server, file_id, "S!A1", [typed], valueInputOption="USER_ENTERED")
    put(server, file_id, "S!A2", [typed])
    raw = {"valueRenderOption": "UNFORMATTED_VALUE"}
    assert get(server, file_id, "S!1:1", **raw)["values"] == [
        [46081, 0.12, 1234.5, True, "007", 2, 7, "", "2026-02-30"]
    ]
    assert get(server, file_id, "S!2:2", **raw)["values"] == [typed]
    assert get(server, file_id, "S!1:1")["values"] == [
        ["2026-02-28", "12%", "$1,234.50", "TRUE", "007", "2", "7", "", "2026-02-30"]
    ]
    dates = get(server, file_id, "S!A1", dateTimeRenderOption="FORMATTED_STRING", **raw)
    assert dates["values"] == [["2026-02-28"]]


def test_input_option_is_needed(server: SheetsServer) -> None:
    file_id = server.create(tabs={"S": []})
    reply = call(server, "PUT", f"/v4/spreadsheets/{file_id}/values/A1", {"values": [[1]]})
    assert reply.status_code == 400
    assert reply.json()["error"]["message"] == "'valueInputOption' is required but not specified"


@pytest.mark.parametrize("body", ['{"values": [[NaN]]}', "{", "[1]", '{"values": [[{"a": 1}]]}', '{"values": [1]}'])
def test_bodies_that_are_none(server: SheetsServer, body: str) -> None:
    file_id = server.create(tabs={"S": []})
    url = f"{server.url}/v4/spreadsheets/{file_id}/values/A1?valueInputOption=RAW"
    session = requests.Session()
    session.trust_env = False
    reply = session.put(url, data=body, headers={"Authorization": "Bearer any"}, timeout=10)
    assert reply.status_code == 400
    assert reply.json()["error"]["status"] == "INVALID_ARGUMENT"


# The tables of Google's guide: A1:C2 and B4:D6.
TABLES = [["x", "y", "z"], ["x", "y", "z"], [], ["", "x", "y"], ["", "y", "z"], ["", "z", "z"]]


@pytest.mark.parametrize(
    ("where", "row"),
    [("S", 7), ("S!B4", 7), ("S!C5:D5", 7), ("S!B2:D4", 7), ("S!A3:G10", 7), ("S!A1", 3)],
)
def test_append_finds_its_table(server: SheetsServer, where: str, row: int) -> None:
    tables = [[*r, ""] for r in TABLES]
    for r in (3, 4, 5):
        tables[r] = ["", "x", "y", "z"]
    file_id = server.create(tabs={"S": tables})
    path = f"/v4/spreadsheets/{file_id}/values/{quote(where)}:append"
    reply = call(server, "POST", path, {"values": [["n"]]}, valueInputOption="RAW").json()
    assert reply["updates"]["updatedRange"] == f"S!{'B' if row == 7 else 'A'}{row}"


def test_append_outside_any_table_starts_there(server: SheetsServer) -> None:
    file_id = server.create(tabs={"S": TABLES})
    path = f"/v4/spreadsheets/{file_id}/values/S!F4:append"
    reply = call(server, "POST", path, {"values": [["n"]]}, valueInputOption="RAW").json()
    assert "tableRange" not in reply
    assert reply["updates"]["updatedRange"] == "S!F4"


def test_append_grows_the_grid(server: SheetsServer) -> None:
    file_id = server.create(tabs={"S": [[i] for i in range(1000)]})
    path = f"/v4/spreadsheets/{file_id}/values/S:append"
    reply = call(
        server, "POST", path, {"values": [["n"], ["m"]]}, valueInputOption="RAW", insertDataOption="INSERT_ROWS"
    )
    assert reply.json()["updates"]["updatedRange"] == "S!A1001:A1002"
    assert get(server, file_id, "S")["range"] == "S!A1:Z1002"


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=A1+1", 3),
        ('=IF(B1="","",HYPERLINK("#gid=0&range=A1","go"))', "go"),
        ("=SUM(A1:A3)*2", 18),
        ('=COUNTIF(A1:A3,">2")', 2),
        ("=VLOOKUP(3,A1:B3,2,FALSE)", "y"),
        ("='T 2'!A1&\"!\"", "other!"),
        ("=1/0", "#DIV/0!"),
        ("=NOBODY(1)", "#NAME?"),
        ("=IFERROR(1/0,7)", 7),
        ("=DATE(2026,14,1)", 46419),
        ("=C9", "#REF!"),
        ("=-2^2+10%", 4.1),
        ("=((", "#ERROR!"),
    ],
)
def test_formulas(server: SheetsServer, formula: str, value: Any) -> None:
    file_id = server.create(tabs={"S": [[2, "x"], [3, "y"], [4, "z"]], "T 2": [["other"]]})
    put(server, file_id, "S!C9", [[formula]], valueInputOption="USER_ENTERED")
    assert get(server, file_id, "S!C9", valueRenderOption="UNFORMATTED_VALUE")["values"] == [[value]]
    assert get(server, file_id, "S!C9", valueRenderOption="FORMULA")["values"] == [[formula]]


def test_includes_values(server: SheetsServer) -> None:
    file_id = server.create(tabs={"S": []})
    options = {"includeValuesInResponse": "True", "responseValueRenderOption": "UNFORMATTED_VALUE"}
    reply = put(server, file_id, "S!A1", [["=2+3", "x"]], valueInputOption="USER_ENTERED", **options)
    assert reply["updatedData"] == {"range": "S!A1:B1", "majorDimension": "ROWS", "values": [[5, "x"]]}


def test_100_000_cells_and_emoji_headers(server: SheetsServer) -> None:
    rows: list[list[Any]] = [["🔑 id", "línea\n2"], *([f"C-{i}", i] for i in range(50_000))]
    file_id = server.create(tabs={"S": rows})
    got = get(server, file_id, "S", valueRenderOption="UNFORMATTED_VALUE")["values"]
    assert got == rows
    assert server.findings == []
