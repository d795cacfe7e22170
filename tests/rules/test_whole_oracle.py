"""Whole random workbooks, read and evaluated, against the independent computation of tests/oracle: cell by cell.

The ledger is empty and columns that are sentences are left out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sheetcrm.config import Config, defaults
from sheetcrm.engine import evaluate
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Memory
from sheetcrm.reading import snapshot
from sheetcrm.rules import first
from sheetcrm.rules.signals import Signals
from sheetcrm.schema import PEOPLE_TABS, TABS, Type
from sheetcrm.sync.memory import MemoryBackend
from sheetcrm.words import words_of
from tests.oracle import random_whole
from tests.oracle.columns import columns
from tests.oracle.random_whole import Workbook, workbook
from tests.oracle.whole import Given, Whole

FEW, MANY = 8, 200
TOLERANCE = 1e-9

SENTENCES = {
    "contracts": {"next_action", "next_action_on", "why", "alert_stage"},
    "accounts": {"signals", "health_why", "next_action"},
}
"""Columns of words, and what needs the plan or the ledger; ``problems`` is in every tab."""


LEDGER = {"accounts.health_trend"}
"""Blank without a ledger."""


@dataclass(frozen=True)
class Case:
    """A workbook as the engine sees it and as the oracle does."""

    book: Workbook
    cfg: Config
    state: Evaluated
    whole: Whole


@lru_cache(maxsize=FEW)
def case(seed: int) -> Case:
    """The workbook of a seed, typed, read and evaluated; and the oracle's own reading of it."""
    book = workbook(seed)
    cfg = settings()
    read = snapshot(MemoryBackend(book.typed()).read(), cfg, "en")
    state = evaluate(read, book.today, cfg, Memory(), words_of("en"), first(), book.now)
    given = Given(book.today, book.now, frozenset(random_whole.HOLIDAYS), random_whole.RATES)
    return Case(book, cfg, state, Whole(book.read(), given))


def settings() -> Config:
    """The defaults, with a currency and days off of the random workbooks."""
    cfg = defaults()
    days = {"holiday_country": "", "extra_holidays": tuple(sorted(random_whole.HOLIDAYS))}
    return cfg.model_copy(update={"calendar": cfg.calendar.model_copy(update=days), "rates": random_whole.RATES})


@pytest.mark.parametrize("seed", range(FEW))
def test_every_column_of_a_random_workbook(seed: int) -> None:
    compare(case(seed))


@pytest.mark.proof
def test_every_column_of_many_random_workbooks(capsys: pytest.CaptureFixture[str]) -> None:
    cells: Counter[str] = Counter()
    filled: Counter[str] = Counter()
    for seed in range(1000, 1000 + MANY):
        for name, values in compare(case(seed)).items():
            cells[name] += len(values)
            filled[name] += sum(value is not None for value in values)
    with capsys.disabled():
        print(f"\n{MANY} workbooks, {cells.total()} cells")
        for name in sorted(cells):
            print(f"{name:40} {cells[name]:7} cells, {filled[name]:7} not blank")
    assert {name for name in cells if not filled[name]} <= LEDGER


def compare(one: Case) -> dict[str, list[Any]]:
    """Hold every computed column against the oracle's; what was compared."""
    expected = columns(one.whole)
    assert set(expected) >= set(computed())
    for name, values in expected.items():
        check(one.book.seed, name, keys(one.state, name), shown(one.state, name), values)
    return expected


def computed() -> list[str]:
    """The columns that the runner computes from the workbook alone."""
    return [
        f"{tab.key}.{column.key}"
        for tab in PEOPLE_TABS
        for column in tab.runner
        if column.key != "problems" and column.key not in SENTENCES.get(tab.key, ())
    ]


def keys(state: Evaluated, name: str) -> list[Any]:
    tab = name.split(".")[0]
    return list(state[f"{tab}.{TABS[tab].id}"].tolist())


def shown(state: Evaluated, name: str) -> list[Any]:
    """An engine's column as plain values: None for blank."""
    column = state[name]
    if isinstance(column, Signals):
        return [sorted((kind, id) for kind, _, id, _ in column.at(row)) or None for row in range(column.size)]
    column = pd.Series(column)
    if column.dtype.kind == "M":
        return [None if np.isnat(value) else value.item() for value in column.to_numpy()]
    return [None if pd.isna(value) else value for value in column.tolist()]


def check(seed: int, name: str, ids: Sequence[Any], got: Sequence[Any], wanted: Sequence[Any]) -> None:
    """Every cell; a failure names them all."""
    assert len(got) == len(wanted), f"seed {seed}: {name} has {len(got)} cells, should have {len(wanted)}"
    wrong = [
        f"{id}: {one!r}, should be {other!r}"
        for id, one, other in zip(ids, got, wanted, strict=True)
        if not same(name, one, other)
    ]
    assert not wrong, f"seed {seed}: {name}: " + "; ".join(wrong)


def same(name: str, found: Any, expected: Any) -> bool:
    """Equal: blank is blank, and a number is the expected one rounded to the column's decimals."""
    if expected is None or found is None:
        return expected is None and found is None
    if isinstance(expected, date):
        return day(found) == day(expected)
    if isinstance(expected, int | float) and not isinstance(found, str):
        return any(abs(found - value) <= TOLERANCE * max(1.0, abs(value)) for value in rounded(name, float(expected)))
    return bool(found == expected)


def rounded(name: str, value: float) -> Iterable[float]:
    """What a computed number may be shown as: half a step is rounded up, give or take the last bits."""
    tab, _, key = name.partition(".")
    column = next((column for column in TABS[tab].runner if column.key == key), None)
    if column is None or not column.type.is_number or column.type is Type.DATE:
        return (value,)
    scale = 10.0**column.decimals
    nudges = (-1e-7, 0.0, 1e-7)
    return {math.copysign(math.floor(abs(value) * scale + 0.5 + nudge) / scale, value) for nudge in nudges}


def day(value: Any) -> Any:
    """A moment at midnight is a date."""
    if isinstance(value, datetime):
        return value if value.time() != datetime.min.time() else value.date()
    return value
