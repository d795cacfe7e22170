"""What every backend must do, put to each of them in the same cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sheetcrm.config import defaults
from sheetcrm.model import Block, NewRow, Snapshot, TabRows
from sheetcrm.reading import snapshot, wanted_titles
from sheetcrm.sync.backend import Backend
from sheetcrm.sync.changes import Changes, Outcome
from sheetcrm.words import words_of
from tests.backends.places import PLACES, Grid, Place, shown

WORDS = words_of("en")
ACCOUNTS: Grid = [
    ["Account ID", "Name", "Tier", "Client status", "Annual value", "Last contact", "Notes"],
    ["00123", "Uno", "key", None, None, None, "=1+1"],
    [" A-2\u00a0", "Dos", "standard", "client", 12.5, date(2026, 1, 2), "'quoted"],
    ["A-3", "Tres 🙂\nнова", None, "prospect", 3, None, "@x"],
]
CONTRACTS: Grid = [
    ["our customers"],
    ["Contract ID", "Account ID", "Start date", "End date", "Value", "Days to expiry", "Notes"],
    ["C-1", "A-2", date(2026, 1, 1), date(2026, 12, 31), 1.234, None, "+1"],
    [None, "A-2", date(2026, 1, 1), None, 5, 77, "no id"],
    ["C-2", "A-3", "pronto", datetime(2027, 3, 1), "1.234", None, None],
    ["C-3", "A-3", date(2026, 5, 1), None, True, None, None],
    ["C-3", "A-3", date(2026, 5, 1), None, 1, 88, "the same id"],
]
TASKS: Grid = [["Task ID", "Account ID", "Task", "Due"]]
TABS = {"Accounts": ACCOUNTS, "Contracts": CONTRACTS, "Tasks": TASKS, "Mine": [["left", "alone"], [1, 2]]}


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    made: Place = PLACES[request.param](tmp_path)
    yield made
    made.close()


def read(backend: Backend) -> Snapshot:
    cfg = defaults()
    return snapshot(backend.read(wanted_titles(cfg)), cfg, "en")


def block(seen: Snapshot, tab: str, column: str, values: dict[str, Any]) -> Block:
    """New values of a runner's column by id."""
    table = seen[tab]
    ids = table.frame.iloc[:, 0].tolist()
    at = [ids.index(name) for name in values]
    before = table.stored[column].iloc[at].reset_index(drop=True)
    after = pd.Series(list(values.values()), dtype=before.dtype)
    return Block(tab, column, table.rows[at], list(values), before, after)


def write(backend: Backend, seen: Snapshot, late: list[TabRows] | None = None, **parts: Any) -> Outcome:
    return backend.prepare(Changes(seen, WORDS, **parts)).write(late or [])


def test_reading_gives_the_same_values_and_the_same_problems(place: Place) -> None:
    seen = read(place.put(TABS))
    accounts, contracts = seen["accounts"], seen["contracts"]
    assert accounts.frame["account_id"].tolist() == ["00123", "A-2", "A-3"]
    assert accounts.frame["name"].tolist() == ["Uno", "Dos", "Tres 🙂\nнова"]
    assert accounts.frame["notes"].tolist() == ["=1+1", "'quoted", "@x"]
    assert accounts.stored["annual_value"].fillna(-1).tolist() == [-1, 12.5, 3]
    assert accounts.stored["last_contact"].iloc[1] == pd.Timestamp(2026, 1, 2)
    assert contracts.frame["contract_id"].tolist() == ["C-1", "C-2"]
    assert contracts.rows.tolist() == [3, 5]
    assert contracts.frame["value"].fillna(-1).tolist() == [1.234, 1.234]
    assert contracts.frame["end_date"].tolist() == [pd.Timestamp(2026, 12, 31), pd.Timestamp(2027, 3, 1)]
    found = {(problem.tab, problem.cell, problem.code) for problem in seen.problems if problem.row}
    assert found == {
        ("contracts", "A4", "id_blank"),
        ("contracts", "C5", "date_unreadable"),
        ("contracts", "A6", "id_repeated"),
        ("contracts", "A7", "id_repeated"),
    }
    assert seen.base


def test_only_what_is_asked_for_is_read_and_all_tabs_are_named(place: Place) -> None:
    book = place.put(TABS).read(lambda title: title == "Tasks")
    assert [sheet.title for sheet in book.sheets] == ["Tasks"]
    assert list(book.titles) == list(TABS)
    assert place.put(TABS).read(lambda _: False).sheets == []


def test_a_column_is_written_row_by_id_and_nothing_else(place: Place) -> None:
    backend = place.put(TABS)
    seen = read(backend)
    blocks = [
        block(seen, "contracts", "days_to_expiry", {"C-1": 38.0, "C-2": 98.0}),
        block(seen, "accounts", "client_status", {"00123": "client", "A-3": None}),
        block(seen, "accounts", "last_contact", {"A-3": np.datetime64("2026-11-20")}),
    ]
    outcome = write(backend, seen, blocks=blocks)
    assert (outcome.state, outcome.cells) == ("written", 5)
    wanted = {title: [list(row) for row in rows] for title, rows in TABS.items()}
    wanted["Contracts"][2][5], wanted["Contracts"][4][5] = 38, 98
    wanted["Accounts"][1][3], wanted["Accounts"][3][3] = "client", None
    wanted["Accounts"][3][5] = date(2026, 11, 20)
    for title, rows in wanted.items():
        assert shown(place.values(title)) == shown(rows), title


def test_the_same_again_is_no_write(place: Place) -> None:
    backend = place.put(TABS)
    seen = read(backend)
    write(backend, seen, blocks=[block(seen, "contracts", "days_to_expiry", {"C-1": 38.0})])
    seen = read(backend)
    again = block(seen, "contracts", "days_to_expiry", {"C-1": 38.0})
    assert write(backend, seen, blocks=[again]).state == "unchanged"
    assert read(backend).base == seen.base


def test_rows_are_appended_below_the_last(place: Place) -> None:
    backend = place.put(TABS)
    rows = [
        NewRow("tasks", "S-1", "one", {"task_id": "S-1", "title": "=call them", "due": date(2026, 12, 1)}),
        NewRow("tasks", "S-2", "two", {"task_id": "S-2", "account_id": "00123", "title": "+1"}),
    ]
    outcome = write(backend, read(backend), rows=rows)
    assert (outcome.state, outcome.cells) == ("written", 6)
    assert shown(place.values("Tasks")) == [
        TASKS[0],
        ["S-1", None, "=call them", 46357],
        ["S-2", "00123", "+1"],
    ]
    assert read(backend)["tasks"].frame["task_id"].tolist() == ["S-1", "S-2"]


def test_the_runner_s_tabs_are_filled_and_emptied(place: Place) -> None:
    header = [WORDS.header("problems", key) for key in ("tab", "cell", "problem")]
    title = WORDS.tab("problems")
    backend = place.put({**TABS, title: [header, ["old", "A1", "x"], ["old", "A2", "y"], ["old", "A3", "z"]]})
    content = TabRows("problems", ["tab", "cell", "problem"], [["contracts", "C5", "=not a date"]])
    assert write(backend, read(backend), late=[content]).state == "written"
    assert shown(place.values(title)) == [header, ["contracts", "C5", "=not a date"]]
    assert write(backend, read(backend), late=[content]).state == "unchanged"


def test_the_dashboard_s_cells_are_written_at_their_place(place: Place) -> None:
    title = WORDS.tab("dashboard")
    backend = place.put({**TABS, title: [["a title", None, "x"], [1, 2, 3]]})
    values = {"B1": date(2026, 11, 23), "C2": None, "A3": "=text", "B3": 0.5}
    assert write(backend, read(backend), dashboard=values).state == "written"
    assert shown(place.values(title)) == [["a title", 46349, "x"], [1, 2], ["=text", 0.5]]
    assert write(backend, read(backend), dashboard=values).state == "unchanged"


def test_what_people_type_meanwhile_is_kept(place: Place) -> None:
    backend = place.put(TABS)
    seen = read(backend)
    prepared = backend.prepare(Changes(seen, WORDS, [block(seen, "contracts", "days_to_expiry", {"C-1": 38.0})]))
    place.type("Contracts", 3, 7, "typed meanwhile")
    assert prepared.write([]).state in ("written", "changed")
    assert place.values("Contracts")[2][6] == "typed meanwhile"


def test_an_empty_workbook_and_one_row(place: Place) -> None:
    seen = read(place.put({"Empty": [], "Accounts": [ACCOUNTS[0], ["A-1", "Uno"]]}))
    assert seen["accounts"].frame["account_id"].tolist() == ["A-1"]
    assert not seen["contracts"].present
