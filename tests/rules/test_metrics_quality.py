"""Cancellations, the money that problems touch, and every metric of a workbook with nothing in it."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest

from sheetcrm.model import Problem
from sheetcrm.rules import metrics
from sheetcrm.rules.forecast import coverage, forecast
from sheetcrm.rules.metrics import Loss, Touched
from sheetcrm.rules.terms import terms
from tests.rules.metrics_book import CFG, TODAY, book

LOST = """
    contract_id | account_id | start_date | end_date   | value | renewal_stage | closed_on  | loss_reason | competitor
    FIRST-DAY   | A-1        | 2024-11-22 | 2025-11-21 | 100   | lost          | 2025-11-21 | price       | Acme
    TODAY       | A-1        | 2025-11-21 | 2026-11-20 | 200   | lost          | 2026-11-01 | price       |
    TOO-OLD     | A-1        | 2024-11-21 | 2025-11-20 | 900   | lost          | 2025-11-20 | price       | Acme
    EVERGREEN   | A-1        | 2020-01-01 |            | 400   | lost          | 2026-05-05 | service     | Acme
    NO-REASON   | A-1        | 2025-06-01 | 2026-05-31 |       | lost          | 2026-05-05 |             | Zenit
    RENEWED     | A-1        | 2025-06-01 | 2026-05-31 | 900   | payment_received | 2026-05-05 |          |
"""


def test_cancellations_by_reason_and_who_renewed_elsewhere() -> None:
    state = book(LOST)
    found = metrics.cancellations(state, terms(state), CFG)
    assert (found.contracts, found.value) == (4, 700)
    assert [(one.reason, one.contracts) for one in found.reasons] == [("price", 2), ("service", 1), ("", 1)]
    assert found.reasons[0].value == 300
    assert math.isnan(found.reasons[2].value)
    assert (found.elsewhere, found.elsewhere_value) == (3, 500)
    assert found.competitors[0] == Loss("Acme", 2, 500)


def test_without_losses_nothing_was_cancelled() -> None:
    state = book()
    found = metrics.cancellations(state, terms(state), CFG)
    assert (found.contracts, found.value, found.reasons, found.competitors) == (0, 0, (), ())


ROWS = """
    contract_id | account_id | start_date | end_date   | value | renewal_stage | closed_on
    C-1         | A-1        | 2026-01-01 | 2026-12-31 | 1000  |               |
    C-2         | A-1        | 2026-01-01 | 2026-12-31 | much  |               |
    C-3         | A-2        | 2026-01-01 | 2026-12-31 | 4000  |               |
    C-4         | A-1        | 2020-01-01 | 2020-12-31 | 9000  | lost          | 2020-12-31
    C-5         | A-9        | 2026-01-01 | 2026-12-31 | 50    |               |
"""
DEALS = """
    opportunity_id | account_id | kind   | stage    | value
    O-1            | A-1        | upsell | proposal | 300
    O-2            | A-1        | upsell | won      | 700
    O-3            | A-1        | upsell | proposal |
"""


def problem(tab: str, row: int) -> Problem:
    return Problem(tab=tab, code="unreadable", row=row)


@pytest.mark.parametrize(
    ("problems", "expected"),
    [
        ([], Touched(0, 0, 0, 0, 0)),
        ([("contracts", 2)], Touched(1000, 1, 0, 0, 0)),
        ([("contracts", 2), ("contracts", 2)], Touched(1000, 1, 0, 0, 0)),
        ([("contracts", 2), ("contracts", 3)], Touched(1000, 2, 0, 0, 1)),
        ([("contracts", 5)], Touched(0, 0, 0, 0, 0)),  # long over
        ([("accounts", 2)], Touched(1000, 2, 0, 0, 1)),
        ([("accounts", 2), ("contracts", 4), ("contracts", 2)], Touched(5000, 3, 0, 0, 1)),
        ([("contracts", 6)], Touched(50, 1, 0, 0, 0)),  # its account has no row
        ([("contracts", 99)], Touched(0, 0, 0, 0, 1)),  # a row without an id stays out of everything
        ([("opportunities", 2), ("opportunities", 3)], Touched(0, 0, 300, 1, 0)),
        ([("opportunities", 2), ("opportunities", 4)], Touched(0, 0, 300, 2, 1)),
        ([("tickets", 2), ("contracts", 0)], Touched(0, 0, 0, 0, 0)),
    ],
)
def test_the_money_that_problems_touch(problems: list[tuple[str, int]], expected: Touched) -> None:
    state = book(ROWS, opportunities=DEALS)
    found = metrics.touched_money(state, terms(state), [problem(tab, row) for tab, row in problems])
    assert found == expected


def test_touched_money_of_unknown_amounts_only_is_unknown() -> None:
    state = book(ROWS)
    found = metrics.touched_money(state, terms(state), [problem("contracts", 3)])
    assert math.isnan(found.value)
    assert (found.contracts, found.unknown) == (1, 1)


def test_no_metric_of_an_empty_workbook_flatters() -> None:
    """Counts and sums are 0, shares are unknown; nothing fails."""
    state = book(accounts="account_id | name\n")
    found, window = terms(state), (metrics.since(TODAY, 365), TODAY)
    told = [
        metrics.due(found, *window),
        metrics.renewal_rate(found, *window),
        metrics.on_time(found, *window),
        metrics.days_to_renew(found, *window, CFG),
        metrics.at_risk(state, found),
        metrics.retention(state, CFG),
        metrics.perception(state, CFG),
        metrics.sla(state, CFG),
        metrics.expansion(state, CFG),
        metrics.growth(state),
        metrics.base(state, CFG),
        metrics.clients(state, CFG.metrics),
        metrics.planned(state, CFG),
        metrics.initiative(state, CFG),
        metrics.nature(state, CFG),
        metrics.cancellations(state, found, CFG),
        metrics.touched_money(state, found, []),
        forecast(state, found, CFG),
        *metrics.funnel(state, CFG).steps,
        *metrics.quadrants(state),
        *metrics.effort(state, CFG).tiers,
    ]
    for one in told:
        numbers = [value for value in dataclasses.asdict(one).values() if isinstance(value, int | float)]
        assert all(math.isnan(number) or number == 0 for number in numbers), one
    assert math.isnan(metrics.mean_renewal_value(found, *window))
    assert metrics.left_out(state, found, CFG) == 0
    assert (metrics.top(state, "volume"), metrics.portfolios(state, CFG), metrics.friction(state, CFG)) == ((), (), ())
    assert not coverage(forecast(state, found, CFG)).covered


def test_no_metric_changes_what_it_looks_at() -> None:
    state = book(LOST, opportunities=DEALS)
    before: dict[tuple[str, str], Any] = {
        (tab, name): column.copy()
        for tab, frame in state.frames.items()
        for name, column in frame.items()
        if hasattr(column, "equals")
    }
    names = {tab: set(frame) for tab, frame in state.frames.items()}
    found = terms(state)
    for metric in (
        metrics.retention,
        metrics.perception,
        metrics.sla,
        metrics.recurrence,
        metrics.friction,
        metrics.expansion,
        metrics.funnel,
        metrics.effort,
        metrics.portfolios,
        metrics.planned,
        metrics.weeks,
        metrics.nature,
        metrics.base,
    ):
        metric(state, CFG)
    metrics.cancellations(state, found, CFG)
    metrics.touched_money(state, found, [problem("contracts", 2)])
    assert all(column.equals(state.frames[tab][name]) for (tab, name), column in before.items())
    assert {tab: set(frame) for tab, frame in state.frames.items()} == names
