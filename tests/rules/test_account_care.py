"""Difficult clients seen early, plans of key accounts, risk plans, the team's load; case, boundary and blank."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from tests.frames import UNREADABLE
from tests.rules.service_book import TODAY, client, computed, evaluated, values

Row = dict[str, Any]


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def moment(days: int) -> datetime:
    return datetime.combine(ago(days), time(10))


def complaints(*days: int) -> list[Row]:
    return [
        {"interaction_id": f"I-{at}", "date": ago(day), "account_id": "A-1", "channel": "complaint"}
        for at, day in enumerate(days)
    ]


def tickets(*cells: Row) -> list[Row]:
    return [
        {"ticket_id": f"T-{at}", "account_id": "A-1", "opened_at": moment(20), **row} for at, row in enumerate(cells)
    ]


def difficult(interactions: list[Row], served: list[Row]) -> Any:
    return computed({**client(), "interactions": interactions, "tickets": served}, "accounts.difficult_early")[0]


REFUSED: list[Row] = [{"customer_confirmed": "no", "resolved_at": moment(2)}] * 2
URGENT: list[Row] = [{"priority": "critical"}] * 2 + [{"priority": "high"}] + [{}] * 2


def test_two_of_three_signs_make_a_difficult_client() -> None:
    three = complaints(1, 2, 89)
    assert difficult(three, tickets(*REFUSED)) == 1
    assert difficult(three, tickets(*URGENT)) == 1
    assert difficult([], tickets(*URGENT, *REFUSED, {"priority": "high"})) == 1
    assert difficult(three, []) == difficult([], tickets(*URGENT)) == difficult([], []) == 0


def test_each_sign_has_its_limit() -> None:
    assert difficult(complaints(1, 2), tickets(*REFUSED)) == 0
    assert difficult(complaints(1, 2, 90), tickets(*REFUSED)) == 0
    three = complaints(1, 2, 3)
    assert difficult(three, tickets(*URGENT[1:])) == 0
    assert difficult(three, tickets(*URGENT, {})) == 1
    assert difficult(three, tickets(*URGENT, {}, {})) == 0
    assert difficult(three, tickets(*[{**row, "opened_at": moment(90)} for row in URGENT])) == 0
    assert difficult(three, tickets(REFUSED[0])) == 0
    assert difficult(three, tickets(*[{**row, "resolved_at": None} for row in REFUSED])) == 0
    assert difficult(three, tickets(*[{**row, "customer_confirmed": None} for row in REFUSED])) == 0


@pytest.mark.parametrize(
    ("cells", "gap"),
    [
        ({"tier": "key"}, "missing"),
        ({"tier": "key", "plan": "https://x", "plan_reviewed_on": date(2026, 5, 20)}, None),
        ({"tier": "key", "plan": "https://x", "plan_reviewed_on": date(2026, 5, 19)}, "old"),
        ({"tier": "key", "plan": "https://x"}, "undated"),
        ({"tier": "key", "plan": "https://x", "plan_reviewed_on": UNREADABLE}, None),
        ({"tier": "standard"}, None),
        ({}, None),
    ],
)
def test_a_key_account_needs_a_plan_of_the_last_six_months(cells: Row, gap: str | None) -> None:
    assert computed({"accounts": [{"account_id": "A-1", "name": "x", **cells}]}, "accounts.plan_gap") == [gap]


def test_a_risk_plan_is_due_on_its_day_for_clients() -> None:
    def due(day: Any) -> Any:
        return computed(client(risk_plan_due=day), "accounts.risk_plan_now")[0]

    assert (due(TODAY), due(ago(30)), due(ago(-1)), due(None), due(UNREADABLE)) == (1, 1, 0, 0, None)
    prospect = {"accounts": [{"account_id": "A-1", "name": "x", "risk_plan_due": ago(1)}]}
    assert computed(prospect, "accounts.risk_plan_now") == [0]


ANA, LUIS = "ana@example.com", "luis@example.com"
TEAM = [{"email": ANA, "name": "Ana"}, {"email": LUIS, "name": "Luis"}]


def carried(tabs: dict[str, list[Row]], *names: str) -> list[tuple[Any, ...]]:
    found = evaluated({**tabs, "team": TEAM})
    return list(zip(*(values(found, f"team.{name}") for name in names), strict=True))


def owned(value: Any, days_left: int = 300) -> dict[str, list[Row]]:
    """Two accounts of Ana's, one with a term."""
    end = ago(-days_left)
    term = {"contract_id": "C-1", "account_id": "A-1", "start_date": end - timedelta(days=364), "end_date": end}
    accounts = [{"account_id": f"A-{n}", "name": "x", "owner": ANA} for n in (1, 2)]
    return {
        "accounts": [*accounts, {"account_id": "A-3", "name": "x"}],
        "contracts": [{**term, "value": value, "owner": LUIS}],
    }


def test_a_person_carries_the_accounts_that_they_own() -> None:
    assert carried(owned(1200.0), "accounts", "portfolio_value") == [(2, 1200), (0, 0)]
    assert carried(owned(None), "accounts", "portfolio_value") == [(2, 0), (0, 0)]
    one = {key: rows[:1] for key, rows in owned(None).items()}
    assert carried(one, "accounts", "portfolio_value") == [(1, None), (0, 0)]


@pytest.mark.parametrize(("left", "value"), [(15, 1200), (16, 0), (-30, 1200), (-31, 0)])
def test_value_at_risk_is_of_high_risk_and_near(left: int, value: float) -> None:
    assert carried(owned(1200.0, left), "at_risk_value") == [(value,), (0,)]


def test_tasks_are_counted_by_their_owner() -> None:
    tasks = [
        {"task_id": f"K-{at}", "owner": owner, "due": due, "done_on": done}
        for at, (owner, due, done) in enumerate(
            [(ANA, ago(1), None), (ANA, TODAY, None), (ANA, None, None), (ANA, ago(5), ago(1)), (None, ago(1), None)]
        )
    ]
    assert carried({"tasks": tasks}, "open_tasks", "overdue_tasks") == [(3, 1), (0, 0)]
    unread = [{"task_id": "K-1", "owner": ANA, "due": UNREADABLE}]
    assert carried({"tasks": unread}, "open_tasks", "overdue_tasks") == [(0, 0), (0, 0)]
    assert carried({"tasks": []}, "open_tasks", "overdue_tasks") == [(None, None), (None, None)]
