"""Particular moments of a write: what people do to tabs, columns and tags, and where what is written then goes."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.google.desk import Desk, small_book
from tests.google.race import BOT, TAB, Crowd, pass_, rows
from tests.sheets_server import People, SheetsServer

DAY = 46000


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with SheetsServer() as server:
        yield Desk(server, tmp_path, server.create(tabs={TAB: rows(6), "Tasks": small_book()["Tasks"]}))
        assert server.findings == []


def crowd_of(desk: Desk) -> Crowd:
    made = Crowd(desk, random.Random(1), itertools.count(1))
    made.remember()
    return made


EDITS: list[Callable[[People], Any]] = [
    lambda people: people.sort(TAB, "Value", descending=True),
    lambda people: people.insert_row(TAB, 2, ["N-1", "A-1", "", 46000, 46100, 1]),
    lambda people: people.insert_row(TAB, 1, ["a title"]),
    lambda people: people.delete_row(TAB, 3),
    lambda people: people.move_column(TAB, "Why", "Contract ID"),
    lambda people: people.insert_column(TAB, "Contract ID", "mine"),
    lambda people: people.rename_tab(TAB, "Contratos"),
    lambda people: people.duplicate_tab(TAB),
]


@pytest.mark.parametrize("gap", [2, 6, 7])
@pytest.mark.parametrize("edit", range(len(EDITS)))
def test_an_edit_between_two_calls(desk: Desk, gap: int, edit: int) -> None:
    """Between structure and values, just before the write, and just after it."""
    edit_in_gap(desk, gap, edit)


@pytest.mark.proof
@pytest.mark.parametrize("gap", [1, 3, 4, 5, 8])
@pytest.mark.parametrize("edit", range(len(EDITS)))
def test_an_edit_in_any_other_gap(desk: Desk, gap: int, edit: int) -> None:
    edit_in_gap(desk, gap, edit)


def edit_in_gap(desk: Desk, gap: int, edit: int) -> None:
    """One edit just before a call of a pass; the sheet must be right after one more."""
    people = desk.server.people(desk.file_id)
    desk.server.between(lambda: EDITS[edit](people), call=gap, path="/v4/")
    assert pass_(desk.backend(), DAY).state == "written"
    assert pass_(desk.backend(), DAY).state in ("written", "unchanged")
    title = "Contratos" if "Contratos" in [sheet.title for sheet in desk.server.book(desk.file_id).sheets] else TAB
    if title != TAB:
        people.rename_tab(title, TAB)
    crowd = crowd_of(desk)
    assert crowd.stale(DAY) == (0, 3 * len([row for row in crowd.records() if row["Contract ID"]]))
    assert set(crowd.headers()) == set(BOT)
    notes = {row["Contract ID"]: row["Notes"] for row in crowd.records() if row["Contract ID"].startswith("C-")}
    assert all(note == f"note {int(name[2:])}" for name, note in notes.items())
    assert pass_(desk.backend(), DAY).state == "unchanged"


def test_a_copied_tab_is_not_written(desk: Desk) -> None:
    pass_(desk.backend(), DAY)
    copy = desk.server.people(desk.file_id).duplicate_tab(TAB)
    before = desk.values(copy)
    assert pass_(desk.backend(), DAY + 1).state == "written"
    assert desk.values(copy) == before
    assert crowd_of(desk).stale(DAY + 1)[0] == 0


def test_a_tag_at_another_column_is_not_trusted(desk: Desk) -> None:
    pass_(desk.backend(), DAY)
    people = desk.server.people(desk.file_id)
    people.rename_column(TAB, "Why", "Ours now")
    people.insert_column(TAB, "Notes", "Why")
    theirs = desk.column(TAB, "Ours now")
    assert pass_(desk.backend(), DAY + 1).state == "written"
    assert desk.column(TAB, "Ours now") == theirs
    assert desk.column(TAB, "Why")[0] == f"C-000 is worth 0 on {(DAY + 1) % 7}"


@pytest.mark.parametrize("strict", [False, True])
def test_a_column_that_is_deleted_while_it_is_written(desk: Desk, strict: bool) -> None:
    desk.server.settings.refuses_empty_filters = strict
    people = desk.server.people(desk.file_id)
    desk.server.between(lambda: people.delete_column(TAB, "Why"), path="batchUpdateByDataFilter")
    assert pass_(desk.backend(), DAY).state in ("written", "unchanged")
    assert "Why" not in desk.values(TAB)[0]
    assert desk.column(TAB, "Days to expiry") == [300 + 7 * n for n in range(6)]


def test_a_tab_that_is_deleted_while_it_is_written(desk: Desk) -> None:
    people = desk.server.people(desk.file_id)
    desk.server.between(lambda: people.delete_tab(TAB), path="batchUpdateByDataFilter")
    assert pass_(desk.backend(), DAY).state in ("unchanged", "changed")
    assert [sheet.title for sheet in desk.server.book(desk.file_id).sheets] == ["Tasks"]


def test_a_column_that_is_locked_while_it_is_written(desk: Desk) -> None:
    people = desk.server.people(desk.file_id)
    desk.server.between(lambda: people.protect(TAB, "Why"), path="batchUpdateByDataFilter")
    assert pass_(desk.backend(), DAY).state == "written"
    assert set(desk.column(TAB, "Why")) == {""}
    assert desk.column(TAB, "Days to expiry") == [300 + 7 * n for n in range(6)]


def test_a_column_that_moves_while_rows_are_appended(desk: Desk) -> None:
    people = desk.server.people(desk.file_id)
    pass_(desk.backend(), DAY)
    seen = len([call for call in desk.server.calls if call.path.endswith(":batchUpdate")])
    assert seen
    # the lock is the first batch of a steady pass, the new row the second
    desk.server.between(lambda: people.move_column("Tasks", "Task ID", "Owner"), path=":batchUpdate", call=2)
    assert pass_(desk.backend(), DAY + 1, task=True).state == "written"
    assert desk.column("Tasks", "Task ID").count(f"S-{DAY + 1}") == 1


def test_ids_that_become_double_are_left_alone(desk: Desk) -> None:
    pass_(desk.backend(), DAY)
    people = desk.server.people(desk.file_id)
    before = desk.values(TAB)[1]
    desk.server.between(lambda: people.type(TAB, "A3", "C-000 "), path="batchGetByDataFilter")
    assert pass_(desk.backend(), DAY + 1).state == "written"
    after = desk.values(TAB)
    at = after[0].index("Why")
    assert after[1][at] == before[at]
    assert after[2][at] == f"C-001 is worth 100 on {DAY % 7}"


def test_rows_typed_below_while_one_is_appended(desk: Desk) -> None:
    people = desk.server.people(desk.file_id)
    desk.server.between(lambda: people.type("Tasks", "A2", "mine"), path=":batchUpdate", call=3)
    assert pass_(desk.backend(), DAY, task=True).state == "written"
    assert sorted(value for value in desk.column("Tasks", "Task ID") if value) == [f"S-{DAY}", "mine"]


def test_large_writes_are_cut(desk: Desk) -> None:
    desk.file_id = desk.server.create(tabs={TAB: rows(900)})
    desk.settings |= {"cells_per_call": 1000}
    backend = desk.backend()
    assert pass_(backend, DAY).state == "written"
    assert backend.transport.traffic.writes["write"] == 3
    assert backend.transport.traffic.reads["verify"] > 1
    assert crowd_of(desk).stale(DAY)[0] == 0


def test_an_earlier_reading_is_not_written(desk: Desk) -> None:
    from sheetcrm.sync.google.errors import GoogleError
    from tests.google.race import changes_of

    backend = desk.backend()
    changes = changes_of(backend, DAY, False)
    desk.server.people(desk.file_id).type(TAB, "A2", "C-9")
    backend.read()
    with pytest.raises(GoogleError, match="earlier reading"):
        backend.prepare(changes)
