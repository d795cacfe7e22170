"""Nothing leaks from the future: a run as of an earlier day on today's sample says what a run on that day's workbook did.

The sample is dated events; a day's workbook is their replay. Undated cells are the same on every day, the ledger is
empty, and rows that the runner would append are in both alike.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sheetcrm.config import defaults
from sheetcrm.languages import LANGUAGES
from sheetcrm.model import Memory, Plan, Snapshot, TabRows, Value
from sheetcrm.plan import make_plan
from sheetcrm.reading import snapshot
from sheetcrm.sample import events, replay
from sheetcrm.schema import PEOPLE_TABS
from sheetcrm.sync.memory import MemoryBackend

TODAY = date(2026, 11, 21)
BACK = 500
"""Days back to which days are drawn: longer than what the sample remembers."""

CFG = defaults().model_copy(update={"rates": {"USD": 0.92}})


def days(count: int) -> list[tuple[int, date]]:
    """A seed of the sample and a day before today, so often."""
    chance = Random(f"replay/{count}")
    return [(chance.randrange(3, 6), TODAY - timedelta(chance.randrange(1, BACK))) for _ in range(count)]


@pytest.mark.parametrize(("seed", "day"), days(2))
def test_an_earlier_day_as_it_was(seed: int, day: date) -> None:
    compare(seed, day)


@pytest.mark.proof
def test_fifty_earlier_days_as_they_were() -> None:
    for seed, day in days(50):
        compare(seed, day)


def compare(seed: int, day: date) -> None:
    language = LANGUAGES[seed % len(LANGUAGES)]
    story = events(seed, TODAY, language)
    now, then = (plan(replay(story, last), day, language) for last in (TODAY, day))
    where = f"seed {seed}, {day}"
    today, before = columns(now), columns(then)
    for name, cells in before.items():
        assert cells == today[name], f"{where}: {name}: {unlike(today[name], cells)}"
    assert unlike_cells(now.dashboard, then.dashboard) == {}, where
    for table, other in zip(now.tabs, then.tabs, strict=True):
        assert (table.tab, list(table.columns)) == (other.tab, list(other.columns))
        assert cells_of(table) == cells_of(other), f"{where}: {table.tab}"
    assert [row.cause for row in now.rows] == [row.cause for row in then.rows], where


def cells_of(table: TabRows) -> list[list[Any]]:
    """The rows of a runner's tab, without the addresses of cells: a sheet that grew has them elsewhere."""
    shown = [at for at, column in enumerate(table.columns) if column != "cell"]
    return [[row[at] for at in shown] for row in table.rows]


def plan(rows: dict[str, list[dict[str, Value]]], day: date, language: str) -> Plan:
    """The plan of a day for these rows, typed into a workbook."""
    return make_plan(
        typed(rows, language), day, CFG, Memory(), allowed=lambda address: address.endswith("@example.com")
    )


def typed(rows: dict[str, list[dict[str, Value]]], language: str) -> Snapshot:
    """These rows as they are read from a workbook."""
    keys = {tab.key: [column.key for column in tab.people] for tab in PEOPLE_TABS}
    grids = {
        tab: [list(columns), *([row[key] for key in columns] for row in rows[tab])] for tab, columns in keys.items()
    }
    return snapshot(MemoryBackend(grids).read(), CFG, language)


def columns(done: Plan) -> dict[str, list[Any]]:
    """Every computed column of a plan, also those that are not shown, by id."""
    state = done.state
    found: dict[str, list[Any]] = {}
    for rule in state.rules:
        cells = state[rule.key]
        if isinstance(cells, pd.Series | np.ndarray):
            found[rule.key] = [None if pd.isna(cell) else cell for cell in pd.Series(cells).tolist()]
    for tab in PEOPLE_TABS:
        for column in tab.runner:
            if column.key in state.frames[tab.key]:
                cells = state[f"{tab.key}.{column.key}"]
                found[f"{tab.key}.{column.key}"] = [None if pd.isna(cell) else cell for cell in cells.tolist()]
    return found


def unlike(now: list[Any], then: list[Any]) -> list[tuple[int, Any, Any]]:
    if len(now) != len(then):
        return [(-1, len(now), len(then))]
    return [(at, one, other) for at, (one, other) in enumerate(zip(now, then, strict=True)) if one != other]


def unlike_cells(now: Any, then: Any) -> dict[str, tuple[Any, Any]]:
    return {key: (now.get(key), then.get(key)) for key in {*now, *then} if now.get(key) != then.get(key)}
