"""Random workbooks as of an earlier day: what happened later changes no cell, whether it stands there or not.

The workbook of that day is made from today's rows by domain 2 alone: later rows are gone, later facts are blank, and a
successor follows only what was closed by then.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sheetcrm.engine import evaluate
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Memory
from sheetcrm.reading import snapshot
from sheetcrm.rules import first
from sheetcrm.sync.memory import MemoryBackend
from sheetcrm.words import words_of
from tests.oracle.random_rows import Row
from tests.oracle.random_whole import HEADERS, Workbook, workbook
from tests.oracle.whole import DATED, day_of
from tests.rules.test_whole_oracle import settings

FEW, MANY = 3, 200
APPENDED = {"contracts.successor_like"}
"""Leaves that only tell which rows the runner would append: those are no part of the comparison."""


@pytest.mark.parametrize("seed", range(FEW))
def test_an_earlier_day_knows_nothing_of_later_ones(seed: int) -> None:
    compare(seed)


@pytest.mark.proof
def test_many_earlier_days_know_nothing_of_later_ones() -> None:
    for seed in range(2000, 2000 + MANY):
        compare(seed)


def compare(seed: int) -> None:
    book = workbook(seed)
    day = book.today - timedelta(days=(45, 14, 1, 120, 300)[seed % 7 % 5])
    now, then = columns(evaluated(book, day)), columns(evaluated(as_it_was(book, day), day))
    assert set(now) == set(then)
    unlike = {name: (now[name], then[name]) for name in now if now[name] != then[name]}
    assert not unlike, f"seed {seed} as of {day}: {unlike} (found today, should be)"


def evaluated(book: Workbook, day: date) -> Evaluated:
    cfg = settings()
    read = snapshot(MemoryBackend(book.typed()).read(), cfg, "en")
    return evaluate(read, day, cfg, Memory(), words_of("en"), first(), datetime.combine(day, time(12)))


def columns(state: Evaluated) -> dict[str, list[Any]]:
    """Every computed column, also those that are not shown."""
    found: dict[str, list[Any]] = {}
    for rule in state.rules:
        if rule.key in APPENDED:
            continue
        cells = state[rule.key]
        if isinstance(cells, pd.Series | np.ndarray):
            found[rule.key] = [None if pd.isna(cell) else cell for cell in pd.Series(cells).tolist()]
    return found


def as_it_was(book: Workbook, day: date) -> Workbook:
    """The workbook of an earlier day."""
    book = replace(book, tabs={tab: [told(book, tab, row) for row in rows] for tab, rows in book.tabs.items()})
    tabs = {tab: [past(tab, row, day) for row in rows if there(tab, row, day)] for tab, rows in book.tabs.items()}
    closed = {row["contract_id"]: day_of(row["closed_on"]) for row in book.tabs["contracts"]}
    for row in tabs["contracts"]:
        named = [part.strip() for part in (row["predecessor_id"] or "").split(";")]
        row["predecessor_id"] = ";".join(part for part in named if (closed.get(part) or day) <= day) or None
    return replace(book, tabs=tabs)


def told(book: Workbook, tab: str, row: Row) -> Row:
    """A row without the cells of columns that the sheet lacks."""
    return {key: None if key in book.without.get(tab, ()) else value for key, value in row.items()}


def there(tab: str, row: Row, day: date) -> bool:
    """Whether a row was there; one without id is no record, and has no day."""
    since = DATED.get(tab, (None, ()))[0]
    is_record = tab == "interactions" or row[next(iter(HEADERS[tab]))] is not None
    began = day_of(row.get(since)) if since and is_record else None
    return began is None or began <= day


def past(tab: str, row: Row, day: date) -> Row:
    """A row with its later facts blank."""
    seen = dict(row)
    facts = ("closed_on",) if tab == "contracts" else DATED.get(tab, (None, ()))[1]
    for fact in facts:
        known = day_of(row.get(fact))
        if known is None or known <= day:
            continue
        seen[fact] = None
        if fact == "left_on":
            seen["moved_to"] = None
        if fact == "closed_on":
            stage = "renewal_stage" if tab == "contracts" else "stage"
            seen[stage] = None if row[stage] in ("payment_received", "won", "lost") else row[stage]
    return seen
