"""SLA clocks: each rule with its case, its boundary and its blank. Friday 20 November 2026, business from 9 to 18."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.frames import UNREADABLE
from tests.rules.service_book import client, evaluated, settings, values

COLUMNS = ("due_at", "sla_status", "escalation")


def at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def ticket(now: str = "2026-11-20T12:00", noted: bool = False, **cells: Any) -> dict[str, Any]:
    """One ticket's computed cells. ``noted``: the team notes first answers (an older ticket has one)."""
    row = {
        "ticket_id": "T-1",
        "account_id": "A-1",
        **{key: at(v) if isinstance(v, str) and key.endswith("at") else v for key, v in cells.items()},
    }
    other = {
        "ticket_id": "T-0",
        "account_id": "A-1",
        "opened_at": at("2026-11-02T09:00"),
        "resolved_at": at("2026-11-02T10:00"),
    }
    other["first_response_at"] = at("2026-11-02T09:30") if noted else None
    columns = (*COLUMNS, "age_days", "repeats")
    found = evaluated({**client(), "tickets": [row, other]}, now=at(now))
    return {name: values(found, f"tickets.{name}")[0] for name in columns}


@pytest.mark.parametrize(
    ("priority", "due"),
    [
        ("critical", "2026-11-19T17:00"),
        ("high", "2026-11-23T15:00"),
        ("normal", "2026-12-01T09:00"),
        (None, "2026-12-01T09:00"),
    ],
)
def test_the_solution_is_due_after_the_priority_s_business_hours(priority: str | None, due: str) -> None:
    if due == "2026-12-01T09:00":
        due = "2026-11-30T18:00"  # 72 hours are eight days of nine: the end of the eighth
    assert ticket(opened_at="2026-11-19T09:00", priority=priority)["due_at"] == at(due)


def test_low_priority_has_120_business_hours() -> None:
    assert ticket(opened_at="2026-11-16T09:00", priority="low")["due_at"] == at("2026-12-03T12:00")


def test_a_promise_replaces_the_target_and_a_date_alone_is_the_end_of_that_day() -> None:
    assert ticket(opened_at="2026-11-19T09:00", promised_at="2026-11-25T11:15")["due_at"] == at("2026-11-25T11:15")
    assert ticket(opened_at="2026-11-19T09:00", promised_at="2026-11-25T00:00")["due_at"] == at("2026-11-25T18:00")


def test_opened_on_a_date_alone_is_the_start_of_business_that_day() -> None:
    assert ticket(opened_at="2026-11-20T00:00", priority="critical")["due_at"] == at("2026-11-20T17:00")


def test_the_response_clock_runs_only_where_answers_are_noted() -> None:
    assert ticket(opened_at="2026-11-20T09:00", priority="high", noted=False)["due_at"] == at("2026-11-24T15:00")
    assert ticket(opened_at="2026-11-20T09:00", priority="high", noted=True)["due_at"] == at("2026-11-20T13:00")


@pytest.mark.parametrize(("answered", "runs"), [(date(2026, 8, 23), True), (date(2026, 8, 22), False)])
def test_an_answer_counts_as_noted_for_90_days(answered: date, runs: bool) -> None:
    old = {
        "ticket_id": "T-0",
        "account_id": "A-1",
        "opened_at": datetime(2026, 8, 1, 9),
        "resolved_at": datetime(2026, 9, 1),
    }
    old["first_response_at"] = datetime.combine(answered, datetime.min.time())
    new = {"ticket_id": "T-1", "account_id": "A-1", "opened_at": datetime(2026, 11, 20, 9)}
    found = evaluated({**client(), "tickets": [old, new]}, now=datetime(2026, 11, 20, 12))
    assert (values(found, "tickets.due_at")[1] == datetime(2026, 11, 20, 17)) is runs


def test_after_the_answer_the_solution_is_the_next_open_clock() -> None:
    told = ticket(opened_at="2026-11-20T09:00", priority="high", first_response_at="2026-11-20T14:00", noted=True)
    assert told["due_at"] == at("2026-11-24T15:00")
    assert told["sla_status"] == "on_track"


@pytest.mark.parametrize(
    ("now", "status", "escalation"),
    [
        ("2026-11-20T15:23:59", "on_track", "none"),
        ("2026-11-20T15:24", "at_risk", "none"),  # 80% of eight hours
        ("2026-11-20T17:00", "at_risk", "none"),  # the last moment
        ("2026-11-20T17:00:01", "breached", "manager"),
        ("2026-11-23T16:59:59", "breached", "manager"),
        ("2026-11-23T17:00", "breached", "direction"),  # one business day later
    ],
)
def test_a_clock_warns_breaks_and_climbs(now: str, status: str, escalation: str) -> None:
    told = ticket(now, opened_at="2026-11-20T09:00", priority="critical", noted=False)
    assert (told["sla_status"], told["escalation"]) == (status, escalation)


@pytest.mark.parametrize(
    ("resolved", "status"),
    [
        ("2026-11-20T17:00", "met"),
        ("2026-11-20T17:00:01", "missed"),
        ("2026-11-20T00:00", "missed"),
        ("2026-11-20T10:00", "met"),
    ],
)
def test_a_resolved_ticket_has_met_or_missed_its_clock(resolved: str, status: str) -> None:
    told = ticket(opened_at="2026-11-20T09:00", priority="critical", resolved_at=resolved)
    assert (told["sla_status"], told["due_at"], told["escalation"]) == (status, None, "none")


def test_met_needs_both_clocks() -> None:
    late = ticket(
        opened_at="2026-11-20T09:00",
        priority="critical",
        first_response_at="2026-11-20T10:01",
        resolved_at="2026-11-20T11:00",
        noted=True,
    )
    assert late["sla_status"] == "missed"
    early = ticket(
        opened_at="2026-11-20T09:00",
        priority="critical",
        first_response_at="2026-11-20T10:00",
        resolved_at="2026-11-20T11:00",
        noted=True,
    )
    assert early["sla_status"] == "met"


def test_the_solution_stops_the_response_clock_too() -> None:
    assert (
        ticket(opened_at="2026-11-20T09:00", priority="critical", resolved_at="2026-11-20T09:50", noted=True)[
            "sla_status"
        ]
        == "met"
    )
    assert (
        ticket(opened_at="2026-11-20T09:00", priority="critical", resolved_at="2026-11-20T10:50", noted=True)[
            "sla_status"
        ]
        == "missed"
    )


def test_a_promise_for_the_minute_of_the_opening_is_at_risk_at_once() -> None:
    told = ticket("2026-11-20T08:00", opened_at="2026-11-20T09:00", promised_at="2026-11-20T09:00")
    assert told["sla_status"] == "at_risk"


@pytest.mark.parametrize("cell", ["opened_at", "resolved_at", "promised_at", "priority", "first_response_at"])
def test_a_ticket_with_a_cell_that_can_t_be_read_has_no_sla(cell: str) -> None:
    told = ticket(**{"opened_at": "2026-11-20T09:00", cell: UNREADABLE})
    assert [told[name] for name in COLUMNS] == [None, None, None]


def test_age_runs_to_today_or_to_the_solution() -> None:
    assert ticket(opened_at="2026-11-19T23:00")["age_days"] == 1
    assert ticket(opened_at="2026-11-10T23:00", resolved_at="2026-11-12T01:00")["age_days"] == 2
    assert ticket(opened_at="2026-11-10T23:00", resolved_at=UNREADABLE)["age_days"] is None


def test_seen_as_of_an_earlier_day_a_later_solution_is_not_known() -> None:
    row = {
        "ticket_id": "T-1",
        "account_id": "A-1",
        "opened_at": datetime(2026, 11, 16, 9),
        "resolved_at": datetime(2026, 11, 20, 9),
    }
    later = {"ticket_id": "T-2", "account_id": "A-1", "opened_at": datetime(2026, 11, 20, 9)}
    found = evaluated({**client(), "tickets": [row, later]}, today=date(2026, 11, 18))
    assert values(found, "tickets.ticket_id") == ["T-1"]
    assert values(found, "tickets.sla_status") == ["on_track"]
    assert values(found, "accounts.open_tickets") == [1]


def test_a_holiday_moves_the_clock() -> None:
    row = {"ticket_id": "T-1", "account_id": "A-1", "opened_at": datetime(2026, 11, 20, 17), "priority": "critical"}
    found = evaluated({**client(), "tickets": [row]}, cfg=settings([date(2026, 11, 23)]))
    assert values(found, "tickets.due_at") == [datetime(2026, 11, 24, 16)]


def test_without_tickets_there_is_nothing_to_say() -> None:
    found = evaluated(client())
    assert values(found, "accounts.open_tickets") == [None]
    assert values(found, "accounts.recurrent_faults") == [None]
    assert values(found, "tickets.sla_status") == []
