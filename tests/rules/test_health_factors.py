"""The six health factors and the columns they show: case, boundary, blank."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.frames import UNREADABLE
from tests.rules.service_book import TODAY, client, evaluated, values


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def told(tab: str, rows: list[dict[str, Any]], *names: str, **cells: Any) -> list[Any]:
    ids = {"interactions": "interaction_id", "tickets": "ticket_id", "invoices": "invoice_id"}
    made = [{ids[tab]: f"R-{number}", "account_id": "A-1", **row} for number, row in enumerate(rows)]
    found = evaluated({**client(**cells), tab: made})
    return [values(found, f"accounts.{name}")[0] for name in names]


# --- promises


def steps(*pairs: tuple[Any, Any]) -> float | None:
    rows = [{"date": ago(100), "next_step_due": due, "next_step_done_on": done} for due, done in pairs]
    return told("interactions", rows, "promise_keeping")[0]


def test_promises_are_the_share_kept_of_what_fell_due() -> None:
    assert steps((ago(3), ago(3)), (ago(3), ago(2)), (ago(3), None)) == 33.3
    assert steps((ago(3), ago(9)), (ago(9), ago(9)), (ago(1), ago(1))) == 100


def test_fewer_than_three_promises_say_nothing() -> None:
    assert steps((ago(3), ago(3)), (ago(3), ago(3))) is None


def test_a_promise_counts_for_90_days_and_from_its_day_on_when_it_is_done() -> None:
    kept = [(ago(3), ago(3)), (ago(3), ago(3))]
    assert steps(*kept, (ago(89), None)) == 66.7
    assert steps(*kept, (ago(90), None)) is None
    assert steps(*kept, (ago(0), ago(0))) == 100
    assert steps(*kept, (ago(0), None)) is None
    assert steps(*kept, (ago(-1), ago(0))) is None


def test_a_promise_that_can_t_be_read_counts_neither_way() -> None:
    assert steps((ago(3), ago(3)), (ago(3), ago(3)), (UNREADABLE, ago(3)), (ago(3), UNREADABLE)) is None


def test_tickets_are_promises_too() -> None:
    rows = [
        {"opened_at": datetime(2026, 11, 2, 9), "promised_at": datetime(2026, 11, 4, 12), "resolved_at": solved}
        for solved in (datetime(2026, 11, 4, 12), datetime(2026, 11, 4, 13), None)
    ]
    assert told("tickets", rows, "promise_keeping") == [33.3]


# --- perception


def surveys(*pairs: tuple[int, Any], channel: str = "survey") -> float | None:
    return told(
        "interactions", [{"date": ago(a), "channel": channel, "score": s} for a, s in pairs], "factor_perception"
    )[0]


def test_recent_surveys_count_most() -> None:
    assert surveys((0, 9)) == pytest.approx(90, abs=1e-9)
    assert surveys((0, 10), (180, 4)) == pytest.approx(10 * (10 + 2) / 1.5, abs=1e-9)


def test_old_surveys_alone_say_nothing() -> None:
    assert surveys((360, 8)) == pytest.approx(80, abs=1e-9)  # two half-lives: a weight of exactly .25
    assert surveys((361, 8)) is None
    assert surveys((361, 8), (1000, 8)) == pytest.approx(80, abs=1e-9)


def test_only_answered_surveys_count() -> None:
    assert surveys((0, 9), channel="call") is None
    assert surveys((0, None)) is None
    assert surveys((0, UNREADABLE)) is None
    assert surveys((0, 0)) == 0


# --- payment


def invoices(*rows: dict[str, Any]) -> list[Any]:
    return told("invoices", [{"amount": 1.0, **row} for row in rows], "days_overdue", "factor_payment")


def test_the_oldest_unpaid_invoice_costs_by_the_day() -> None:
    assert invoices({"due_on": ago(10)}, {"due_on": ago(20)}) == [20, 70]
    assert invoices({"due_on": ago(0)}) == [0, 100]
    assert invoices({"due_on": ago(-5)}) == [0, 100]
    assert invoices({"due_on": ago(66)}) == [66, pytest.approx(1)]
    assert invoices({"due_on": ago(67)}) == [67, 0]


def test_late_payments_of_the_past_fade() -> None:
    assert invoices({"due_on": ago(130), "paid_on": ago(120)}) == [0, pytest.approx(100 - 0.5 * 10 * 0.5)]
    assert invoices({"due_on": ago(90), "paid_on": ago(0)}) == [0, pytest.approx(100 - 0.5 * 60)]
    assert invoices({"due_on": ago(5), "paid_on": ago(9)}) == [0, 100]


def test_a_payment_of_tomorrow_is_not_known_today() -> None:
    assert invoices({"due_on": ago(10), "paid_on": ago(-1)}) == [10, 85]


@pytest.mark.parametrize(("days", "points"), [(364, 100), (365, None)])
def test_without_an_invoice_in_365_days_payment_is_missing(days: int, points: float | None) -> None:
    assert invoices({"due_on": ago(days - 30), "issued_on": ago(days), "paid_on": ago(days - 30)})[1] == points
    assert invoices({"due_on": ago(days), "paid_on": ago(days)})[1] == points


def test_an_invoice_that_can_t_be_read_is_no_good_payment() -> None:
    assert invoices() == [None, None]
    assert invoices({"due_on": UNREADABLE}) == [None, None]
    assert invoices({"due_on": ago(10), "paid_on": UNREADABLE}) == [None, None]
    assert invoices({"due_on": ago(10), "issued_on": UNREADABLE}) == [10, 85]


def test_an_invoice_shows_its_own_days() -> None:
    rows = [{"due_on": ago(7)}, {"due_on": ago(-7)}, {"due_on": ago(7), "paid_on": ago(1)}, {"due_on": UNREADABLE}]
    made = [{"invoice_id": f"F-{n}", "account_id": "A-1", "amount": 1.0, **row} for n, row in enumerate(rows)]
    assert values(evaluated({**client(), "invoices": made}), "invoices.days_overdue") == [7, 0, None, None]


# --- relationship


def relation(*rows: dict[str, Any], **cells: Any) -> float | None:
    return told("interactions", list(rows), "factor_relationship", **cells)[0]


@pytest.mark.parametrize(
    ("signal", "share"),
    [
        ("quote_request", 0.5),
        ("new_decision_maker", 0.3),
        ("purchasing_change", 0.3),
        ("billing_complaint", 0.3),
        ("obsolescence", 0.0),
        ("expansion_need", 0.0),
        ("cancellation_notice", 0.0),
    ],
)
def test_a_signal_takes_its_share_and_fades(signal: str, share: float) -> None:
    assert relation({"date": ago(0), "signal": signal}) == pytest.approx(100 * (1 - share), abs=1e-9)
    assert relation({"date": ago(45), "signal": signal}) == pytest.approx(100 * (1 - share * 0.5**0.5), abs=1e-9)
    assert relation({"date": ago(90), "signal": signal}) == 100


def test_signals_multiply() -> None:
    both = [{"date": ago(0), "signal": "quote_request"}, {"date": ago(0), "signal": "quote_request"}]
    assert relation(*both) == pytest.approx(25, abs=1e-9)


def test_a_single_threaded_key_account_loses_a_fifth() -> None:
    assert relation({"date": ago(0), "channel": "call", "owner": "ana"}, tier="key") == pytest.approx(80, abs=1e-9)


@pytest.mark.parametrize(("days", "points"), [(179, 100), (180, None)])
def test_without_an_interaction_in_180_days_the_relationship_is_missing(days: int, points: float | None) -> None:
    assert relation({"date": ago(days), "channel": "newsletter"}) == points
