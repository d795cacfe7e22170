"""What comes out of a Google Sheet as text: cells of every kind, large tabs in parts, rows that move meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sheetcrm.reading import wanted_titles
from sheetcrm.schema import TABS
from sheetcrm.sync.google.cells import Cell, arrow, same, to_cell, to_text
from sheetcrm.sync.google.errors import GoogleBusy
from sheetcrm.sync.google.naming import rows_by_name
from sheetcrm.sync.google.place import file_id_of, sheet_url
from sheetcrm.sync.google.structure import quoted, read_structure
from tests.google.desk import Desk
from tests.sheets_server import SheetsServer


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with SheetsServer() as server:
        yield Desk(server, tmp_path)
        assert server.findings == []


def test_cells_of_every_kind(desk: Desk) -> None:
    rows = [["id", "n"], ["00123", 1.5e-7], ["1.234", 1.234], ["8085807e40000000", 1e21], ["", True], ["#REF!", -0.0]]
    desk.file_id = desk.server.create(tabs={"A1": rows, "it's": [["x"]]})
    book = desk.backend().read()
    sheet = book.sheets[0]
    assert [column.to_pylist() for column in sheet.columns] == [
        ["id", "00123", "1.234", "8085807e40000000", None, None],
        ["n", "0.00000015", "1.234", "1000000000000000000000", "true", "0"],
    ]
    assert sheet.text_rows(1).tolist() == [1, 2, 3, 4]
    assert sheet.text_rows(2).tolist() == [1]
    assert list(sheet.errors) == [(6, 1, "#REF!")]
    assert book.titles == ("A1", "it's")
    assert book.sheets[1].columns[0].to_pylist() == ["x"]


def test_merged_cells_and_the_base(desk: Desk) -> None:
    desk.file_id = desk.server.create(tabs={"one": [["a", "b"], [1, 2], [3, 4]]})
    span = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 1}
    merge = {"mergeCells": {"range": span, "mergeType": "MERGE_ALL"}}
    before = desk.backend().read().base
    desk.transport().call("post", f"{desk.file_id}:batchUpdate", name="live", body={"requests": [merge]})
    book = desk.backend().read()
    assert list(book.sheets[0].merged) == [(2, 1, 3, 1)]
    assert book.base != before
    assert book.base == desk.backend().read().base


def big(count: int) -> list[list[Any]]:
    return [["Account ID", "Name"], *([f"A-{n:05}", f"name {n}"] for n in range(count))]


def test_a_large_tab_comes_in_parts(desk: Desk) -> None:
    desk.file_id = desk.server.create(tabs={"Accounts": big(3000), "Contracts": [["Contract ID"]]})
    desk.settings |= {"cells_per_call": 26_000}
    backend = desk.backend()
    sheet = backend.read(wanted_titles(desk.cfg)).sheets[0]
    assert backend.transport.traffic.reads["values"] >= 3
    assert backend.transport.traffic.reads["check"] == 1
    assert sheet.columns[0].to_pylist() == [row[0] for row in big(3000)]
    assert sheet.columns[1].to_pylist()[-1] == "name 2999"


def test_rows_that_move_between_two_parts_are_read_again(desk: Desk) -> None:
    desk.file_id = desk.server.create(tabs={"Accounts": big(3000)})
    desk.settings |= {"cells_per_call": 26_000}
    people = desk.server.people(desk.file_id)
    desk.server.between(lambda: people.move_row("Accounts", 2900, 2), path="values:batchGet", call=2)
    backend = desk.backend()
    ids = backend.read(wanted_titles(desk.cfg)).sheets[0].columns[0].to_pylist()
    assert len(ids) == len(set(ids)) == 3001
    assert ids[1] == "A-02898"
    assert backend.transport.traffic.reads["check"] == 2


def test_rows_that_never_rest_are_said_so(desk: Desk) -> None:
    desk.file_id = desk.server.create(tabs={"Accounts": big(3000)})
    desk.settings |= {"cells_per_call": 26_000}
    people = desk.server.people(desk.file_id)
    desk.server.between(lambda: people.move_row("Accounts", 2900, 2), path="values:batchGet", times=None)
    with pytest.raises(GoogleBusy, match="kept moving"):
        desk.backend().read(wanted_titles(desk.cfg))


def test_structure(desk: Desk) -> None:
    desk.file_id = desk.server.create(tabs={"one": [["a", "b"]], "two": []})
    desk.server.people(desk.file_id).protect("two", "B")
    found = read_structure(desk.transport(), desk.file_id)
    assert list(found.sheets) == ["one", "two"]
    assert found.sheets["one"].id == 0
    assert not found.sheets["one"].is_locked(2)
    assert found.sheets["two"].is_locked(2, 5)
    assert not found.sheets["two"].is_locked(1)
    assert found.zone


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, None),
        ("", None),
        (date(2026, 11, 23), 46349),
        (datetime(2026, 11, 23, 12), 46349.5),
        (datetime(2026, 11, 23), 46349),
        (date(1900, 3, 1), 61),
        (float("nan"), None),
        (float("inf"), None),
        (np.float64(1.5), 1.5),
        (np.int64(3), 3),
        (True, True),
        ("=1+1", "=1+1"),
        ("x" * 60_000, "x" * 50_000),
    ],
)
def test_values_as_cells(value: Any, cell: Cell) -> None:
    found = to_cell(value)
    assert found == cell
    assert type(found) is type(cell)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (None, "", True),
        (0, "", False),
        (45, 45.0, True),
        ("45", 45, False),
        (0.1 + 0.2, 0.3, True),
        (True, 1, False),
        (None, False, False),
        ("a", "a ", False),
    ],
)
def test_cells_that_show_the_same(one: Cell, other: Cell, alike: bool) -> None:
    assert same(one, other) is alike
    assert same(other, one) is alike


def test_texts() -> None:
    assert [to_text(cell) for cell in (None, "", 1, 1.0, 12345678901234567890, 1e-5, False, float("nan"))] == [
        None, None, "1", "1", "12345678901234567890", "0.00001", "false", None,
    ]  # fmt: skip
    column, marked, errors = arrow(["a", 1, "", None, "#N/A"], 7)
    assert column.to_pylist() == ["a", "1", None, None, None, None, None]
    assert (marked.tolist(), errors) == ([1], [(5, "#N/A")])
    assert arrow([], 0)[0].to_pylist() == []


def test_rows_are_found_by_their_ids() -> None:
    tab = TABS["contracts"]
    ids: list[Cell] = ["x", "Contract ID", " C-1\u00a0", "C-2", "", "C-2", 7, "c-1"]
    assert rows_by_name(tab, ["contract_id"], [ids], 2) == {"C-1": 3, "7": 7, "c-1": 8}
    team = TABS["team"]
    assert rows_by_name(team, ["email"], [["Email", "Ana@x.es", "ana@x.es ", "b@x.es"]], 1) == {"b@x.es": 4}


def test_rows_without_an_id_are_found_by_what_they_say() -> None:
    tab = TABS["interactions"]
    columns: list[list[Cell]] = [["ID", "", "I-1", "", ""], ["Date", 1, 2, 1, ""]]
    found = rows_by_name(tab, ["interaction_id", "date"], columns, 1)
    assert found == {("1", "1"): 2, "I-1": 3, ("1", "2"): 4}


@pytest.mark.parametrize(
    ("text", "file_id"),
    [
        ("https://docs.google.com/spreadsheets/d/1AbC_d-9/edit#gid=0", "1AbC_d-9"),
        ("https://docs.google.com/spreadsheets/u/1/d/1AbC_d-9/edit?usp=sharing", "1AbC_d-9"),
        ("1" * 44, "1" * 44),
        ("crm.xlsx", None),
        ("folder/crm.xlsx", None),
        ("", None),
    ],
)
def test_which_sheet_is_meant(text: str, file_id: str | None) -> None:
    assert file_id_of(text) == file_id


def test_addresses() -> None:
    assert sheet_url("x") == "https://docs.google.com/spreadsheets/d/x/edit"
    assert quoted("it's") == "'it''s'"
