"""Service, contact and health against independent computations in plain Python, on random workbooks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.factors import ORDER
from tests.oracle.health import Health
from tests.oracle.random_service import HOLIDAYS, TODAY, book
from tests.rules.service_book import evaluated, memory, settings, values

FEW, MANY = range(8), range(8, 600)


@pytest.mark.parametrize("seed", FEW)
def test_a_random_workbook_gets_the_values_of_the_domain(seed: int) -> None:
    check(seed)


@pytest.mark.proof
@pytest.mark.parametrize("seed", MANY)
def test_many_random_workbooks_get_the_values_of_the_domain(seed: int) -> None:
    check(seed)


def check(seed: int) -> None:
    tabs, now, past = book(seed)
    found = evaluated(tabs, now=now, today=TODAY, past=memory(past), cfg=settings(HOLIDAYS))
    oracle = Health(tabs, TODAY, now, HOLIDAYS, past)
    _tickets(found, oracle)
    _accounts(found, oracle, tabs["accounts"])


def _tickets(found: Any, oracle: Health) -> None:
    rows = oracle.service.tickets
    assert values(found, "tickets.ticket_id") == [row["ticket_id"] for row in rows]
    for column in ("age_days", "due_at", "sla_status", "escalation", "repeats"):
        expected = [getattr(oracle.service, column)(row) for row in rows]
        assert values(found, f"tickets.{column}") == expected, column


def _accounts(found: Any, oracle: Health, accounts: list[dict[str, Any]]) -> None:
    def same(column: str, expected: list[Any]) -> None:
        got = values(found, f"accounts.{column}")
        if expected and any(isinstance(value, float) for value in expected):
            got = [None if value is None else pytest.approx(value, abs=1e-9) for value in got]
        assert expected == got, column

    same("client_status", [_status(oracle, row) for row in accounts])
    for number, name in enumerate(ORDER):
        points = [oracle.factors(row)[name] for row in accounts]
        same(f"factor_{name}", [None if value is None else float(value) for value in points])
        assert number < len(ORDER)
    for column in ("open_tickets", "days_since_contact", "days_overdue"):
        same(column, [getattr(oracle, column)(row) for row in accounts])
    same("recurrent_faults", [oracle.recurrent(row) if oracle.service.tickets else None for row in accounts])
    due = [oracle.next_contact_due(row) for row in accounts]
    assert [value and value.date() for value in values(found, "accounts.next_contact_due")] == due
    same("health_coverage", [oracle.coverage(row) for row in accounts])
    computed = [oracle.computed(row) for row in accounts]
    same("health_computed", [None if value is None else float(value) for value in computed])
    same("health_score", [oracle.score(row) for row in accounts])
    same("health_band", [oracle.band(row) for row in accounts])
    same("health_trend", [oracle.trend(row) for row in accounts])
    acts = [oracle.best_act(row) for row in accounts]
    same("best_act", [act and act[0] for act in acts])
    same("score_after_act", [act and act[1] for act in acts])


def _status(oracle: Health, account: dict[str, Any]) -> str:
    terms = oracle.mine(oracle.tabs["contracts"], account)
    return "client" if oracle.is_client(account) else "ex_client" if terms else "prospect"
