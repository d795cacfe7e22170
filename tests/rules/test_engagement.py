"""Contact, cadence, follow-ups and tasks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.frames import UNREADABLE
from tests.rules.service_book import TODAY, client, evaluated, values


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def account(*rows: dict[str, Any], tier: Any = None, tickets: Any = ()) -> dict[str, Any]:
    """The account's contact columns after these interactions."""
    made = [{"interaction_id": f"I-{n}", "account_id": "A-1", "channel": "call", **row} for n, row in enumerate(rows)]
    names = (
        "last_contact",
        "days_since_contact",
        "next_contact_due",
        "silence",
        "factor_engagement",
        "single_threaded",
    )
    tabs = {**client(tier=tier), "interactions": made, "tickets": list(tickets)}
    found = evaluated(tabs)
    told = {name: values(found, f"accounts.{name}")[0] for name in names}
    return {name: value.date() if isinstance(value, datetime) else value for name, value in told.items()}


def test_the_last_contact_counts_whatever_the_order_of_rows() -> None:
    told = account({"date": ago(10)}, {"date": ago(3)}, {"date": ago(40)})
    assert (told["last_contact"], told["days_since_contact"]) == (ago(3), 3)
    assert told["next_contact_due"] == ago(3) + timedelta(days=90)


@pytest.mark.parametrize("channel", ["visit", "call", "email", "meeting", "proposal", "report"])
def test_these_channels_are_contacts(channel: str) -> None:
    assert account({"date": ago(1), "channel": channel})["days_since_contact"] == 1


@pytest.mark.parametrize("channel", ["survey", "complaint", "newsletter", "decision", "other", None, UNREADABLE])
def test_other_channels_are_not(channel: Any) -> None:
    assert account({"date": ago(1), "channel": channel})["days_since_contact"] is None


def test_an_interaction_of_tomorrow_is_not_seen_and_one_of_today_is() -> None:
    assert account({"date": ago(-1)}, {"date": ago(0)})["days_since_contact"] == 0
    assert account({"date": ago(-1)})["last_contact"] is None


def test_a_date_that_can_t_be_read_is_no_contact() -> None:
    assert account({"date": UNREADABLE}, {"date": ago(5)})["days_since_contact"] == 5


@pytest.mark.parametrize(
    ("tier", "days"), [("key", 30), ("standard", 90), (None, 90), ("low", None), (UNREADABLE, None)]
)
def test_the_cadence_goes_by_tier(tier: Any, days: int | None) -> None:
    due = account({"date": ago(5)}, tier=tier)["next_contact_due"]
    assert due == (None if days is None else ago(5) + timedelta(days=days))


@pytest.mark.parametrize("signal", ["quote_request", "billing_complaint", "new_decision_maker"])
@pytest.mark.parametrize(("age", "days"), [(89, 15), (90, 30)])
def test_a_living_signal_halves_the_cadence_of_the_next_contact_only(signal: str, age: int, days: int) -> None:
    told = account({"date": ago(45)}, {"date": ago(age), "channel": "other", "signal": signal}, tier="key")
    assert told["next_contact_due"] == ago(45) + timedelta(days=days)
    assert told["factor_engagement"] == 75


def test_a_recurrent_fault_halves_it_too_and_other_signals_do_not() -> None:
    faults = [
        {"ticket_id": f"T-{n}", "account_id": "A-1", "asset": "M-1", "opened_at": datetime(2026, 11, n + 1, 9)}
        for n in range(3)
    ]
    assert account({"date": ago(45)}, tickets=faults)["next_contact_due"] == ago(0)
    assert account({"date": ago(45), "signal": "purchasing_change"})["next_contact_due"] == ago(-45)


@pytest.mark.parametrize(("days", "points"), [(0, 100), (90, 100), (180, 50), (269, 100 / 180), (270, 0), (400, 0)])
def test_engagement_falls_from_the_cadence_to_three_times_it(days: int, points: float) -> None:
    assert account({"date": ago(days)})["factor_engagement"] == pytest.approx(points, abs=1e-9)


def test_a_used_tab_without_a_row_for_the_client_is_silence_since_the_first_term() -> None:
    """The term began on 1 January: 323 days ago."""
    told = account({"date": ago(1), "account_id": "A-2"})
    assert (told["silence"], told["factor_engagement"]) == (323, 0)
    assert (told["last_contact"], told["days_since_contact"]) == (None, None)
    assert told["next_contact_due"] == date(2026, 1, 1) + timedelta(days=90)


def test_a_tab_that_nobody_uses_tells_nothing() -> None:
    told = account()
    assert (told["silence"], told["factor_engagement"], told["next_contact_due"]) == (None, None, None)


def test_a_prospect_without_a_contact_has_no_date() -> None:
    tabs = {
        "accounts": [{"account_id": "A-1", "name": "Norte"}],
        "interactions": [{"date": ago(1), "account_id": "A-2"}],
    }
    assert values(evaluated(tabs), "accounts.next_contact_due") == [None]


@pytest.mark.parametrize(
    ("owners", "alone"), [(["ana", "luis"], 0), (["ana", "ana"], 1), (["ana", None], 1), ([None, None], 0)]
)
def test_a_key_account_needs_two_of_our_people_in_touch(owners: list[str | None], alone: int) -> None:
    rows = [{"date": ago(5), "owner": owner} for owner in owners]
    assert account(*rows, tier="key")["single_threaded"] == alone
    assert account(*rows, tier="standard")["single_threaded"] == 0


@pytest.mark.parametrize(("age", "alone"), [(179, 0), (180, 1)])
def test_in_touch_means_within_180_days(age: int, alone: int) -> None:
    assert (
        account({"date": ago(5), "owner": "ana"}, {"date": ago(age), "owner": "luis"}, tier="key")["single_threaded"]
        == alone
    )


@pytest.mark.parametrize(
    ("second", "alone"),
    [({}, 0), ({"left_on": ago(0)}, 1), ({"left_on": ago(-1)}, 0), ({"since": ago(-1)}, 1), ({"account_id": "A-2"}, 1)],
)
def test_a_key_account_needs_two_living_contacts_of_theirs(second: dict[str, Any], alone: int) -> None:
    contacts = [{"contact_id": f"K-{n}", "account_id": "A-1", "name": "x"} for n in range(2)]
    contacts[1].update(second)
    found = evaluated({**client(tier="key"), "contacts": contacts})
    assert values(found, "accounts.single_threaded") == [alone]


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ({}, "none"),
        ({"next_step": "call back"}, "pending"),
        ({"next_step_due": ago(0)}, "pending"),
        ({"next_step": "x", "next_step_due": ago(1)}, "overdue"),
        ({"next_step_due": ago(1), "next_step_done_on": ago(0)}, "done"),
        ({"next_step_due": ago(1), "next_step_done_on": ago(-1)}, "overdue"),  # done tomorrow is not known today
        ({"next_step": "x", "next_step_due": UNREADABLE}, None),
        ({"next_step_due": UNREADABLE, "next_step_done_on": ago(3)}, "done"),
        ({"next_step_due": ago(1), "next_step_done_on": UNREADABLE}, None),
    ],
)
def test_a_follow_up_is_pending_until_its_day_has_passed(cells: dict[str, Any], state: str | None) -> None:
    found = evaluated({**client(), "interactions": [{"date": ago(9), "account_id": "A-1", **cells}]})
    assert values(found, "interactions.follow_up") == [state]


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ({}, "open"),
        ({"due": ago(-1)}, "open"),
        ({"due": ago(0)}, "due"),
        ({"due": ago(1)}, "overdue"),
        ({"due": ago(1), "done_on": ago(0)}, "done"),
        ({"due": ago(1), "done_on": ago(-1)}, "overdue"),
        ({"due": UNREADABLE}, None),
        ({"due": UNREADABLE, "done_on": ago(0)}, "done"),
        ({"done_on": UNREADABLE}, None),
    ],
)
def test_a_task_is_due_on_its_day(cells: dict[str, Any], state: str | None) -> None:
    found = evaluated({**client(), "tasks": [{"task_id": "K-1", "account_id": "A-1", **cells}]})
    assert values(found, "tasks.state") == [state]


def test_empty_tabs_have_no_rows_to_fill() -> None:
    found = evaluated({})
    for name in ("interactions.follow_up", "tasks.state", "invoices.days_overdue", "accounts.health_why"):
        assert values(found, name) == []
