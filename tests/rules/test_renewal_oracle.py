"""Contracts and their accounts against an independent computation in plain Python, on random workbooks."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sheetcrm.schema import TABS
from tests.frames import UNREADABLE, snapshot
from tests.oracle import contracts as oracle
from tests.oracle import random_books
from tests.oracle.dates import Settings
from tests.rules.contracts_book import DEFAULTS, evaluated

RATES = {"USD": 0.92}
FEW, MANY = range(8), range(8, 600)


@pytest.mark.parametrize("seed", FEW)
def test_a_random_workbook_gets_the_values_of_the_domain(seed: int) -> None:
    check(seed)


@pytest.mark.proof
@pytest.mark.parametrize("seed", MANY)
def test_many_random_workbooks_get_the_values_of_the_domain(seed: int) -> None:
    check(seed)


def check(seed: int) -> None:
    tabs = random_books.book(seed)
    today = random_books.TODAY
    expected = oracle.Book(tabs, today, Settings(rates=RATES, bad=UNREADABLE))
    found = evaluated(snapshot(tabs), today, DEFAULTS.model_copy(update={"rates": RATES}))
    for tab, key, columns in (
        ("contracts", "contract_id", expected.contracts()),
        ("accounts", "account_id", expected.accounts_columns()),
    ):
        for name, values in columns.items():
            got = dict(zip(found[f"{tab}.{key}"], found[f"{tab}.{name}"], strict=True))
            for row, value in values.items():
                right = same(got[row], value, step(tab, name))
                assert right, f"seed {seed}: {tab}.{name} of {row} is {got[row]}, should be {value}"
    unclear = dict(zip(found["interactions.interaction_id"], found["interactions.notice_unclear"], strict=True))
    for notice in expected.interactions:
        assert bool(unclear[notice["interaction_id"]]) == expected.unclear(notice), f"seed {seed}: {notice}"


def step(tab: str, name: str) -> float:
    """The last decimal of the column; a leaf is not rounded."""
    shown = {column.key: column for column in TABS[tab].columns}.get(name)
    return 10.0**-shown.decimals if shown else 1e-9


def same(found: Any, expected: Any, step: float) -> bool:
    """Equal, where blank is blank and numbers may differ by the rounding to the column's decimals."""
    if expected is None:
        return bool(pd.isna(found))
    if isinstance(expected, date):
        return bool(np.datetime64(found, "D") == np.datetime64(expected, "D"))
    if isinstance(expected, str):
        return bool(found == expected)
    return not pd.isna(found) and abs(float(found) - float(expected)) <= step / 2 + 1e-7
