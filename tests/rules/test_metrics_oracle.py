"""Renewal rates and the forecast against a second computation in plain Python, on random workbooks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from sheetcrm.rules import metrics
from sheetcrm.rules.forecast import forecast
from sheetcrm.rules.terms import terms
from tests.oracle import metrics as oracle
from tests.rules.metrics_book import book as evaluated
from tests.rules.metrics_book import rated

CFG = rated(**oracle.RATES)
DAYS = (date(2026, 11, 21), date(2024, 2, 29), date(2026, 1, 1))


@pytest.mark.parametrize("seed", range(8))
def test_rates_and_forecast_agree(seed: int) -> None:
    agree(seed)


@pytest.mark.proof
@pytest.mark.parametrize("batch", range(3))
def test_rates_and_forecast_agree_on_many(batch: int) -> None:
    for seed in range(1000 + 100 * batch, 1100 + 100 * batch):
        agree(seed)


def agree(seed: int) -> None:
    today = DAYS[seed % len(DAYS)]
    book = oracle.workbook(seed, today)
    state = evaluated(**_tabs(book), as_of=today, cfg=CFG)
    found = terms(state)
    window = today - timedelta(days=364)
    rate = metrics.renewal_rate(found, np.datetime64(window), np.datetime64(today))
    expected = oracle.rate(book, window, today)
    assert (rate.renewed, rate.lost, rate.open, rate.auto) == tuple(
        expected[name] for name in ("signed", "lost", "open", "auto")
    )
    for name in ("by_count", "gross", "net"):
        assert same(getattr(rate, name), expected[name]), (seed, name)
    first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    last = (first + timedelta(days=95)).replace(day=1) - timedelta(days=1)
    cases, wanted = forecast(state, found, CFG), oracle.forecast(book, first, last)
    for name, value in wanted.items():
        shown = getattr(cases, name)
        assert same(shown, value) or (math.isnan(shown) and value == 0), (seed, name, shown, value)


def same(computed: float, expected: Any) -> bool:
    return math.isnan(computed) if expected is None else computed == pytest.approx(expected, rel=1e-9, abs=1e-9)


def _tabs(book: oracle.Book) -> dict[str, str]:
    accounts = "account_id | name\nA-1 | Norte"
    team = [{"email": f"p{n}@example.com", "name": f"P{n}", "sales_target": t} for n, t in enumerate(book.targets)]
    tabs = {"accounts": accounts, "contracts": _text(book.contracts), "opportunities": _text(book.opportunities)}
    return {name: text for name, text in {**tabs, "team": _text(team)}.items() if text}


def _text(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    lines = [" | ".join(rows[0])]
    lines += [" | ".join("" if value is None else str(value) for value in row.values()) for row in rows]
    return "\n".join(lines)
