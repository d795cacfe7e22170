"""Small random workbooks of customers and what happened with them, dense at the boundaries of the service rules."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from tests.frames import UNREADABLE
from tests.oracle.random_books import Draw

TODAY = date(2026, 11, 20)
HOLIDAYS = {date(2026, 11, 9), date(2026, 10, 12), date(2026, 11, 23)}
EDGES = (0, 1, 14, 15, 27, 28, 29, 30, 31, 44, 45, 60, 61, 88, 89, 90, 91, 178, 179, 180, 181, 364, 365, 366)
CHANNELS = ("visit", "call", "email", "meeting", "survey", "complaint", "proposal", "report", "newsletter", None)
SIGNALS = (
    "quote_request",
    "new_decision_maker",
    "purchasing_change",
    "billing_complaint",
    "cancellation_notice",
    "obsolescence",
    "expansion_need",
)
PRIORITIES = ("critical", "high", "normal", "low", None)
SPOILT = {
    "accounts": ("tier", "health_override", "health_override_until"),
    "tickets": ("opened_at", "resolved_at", "promised_at", "priority", "first_response_at", "category"),
    "interactions": ("date", "score", "next_step_due", "next_step_done_on", "channel"),
    "invoices": ("due_on", "paid_on", "issued_on"),
}


def book(seed: int) -> tuple[dict[str, list[dict[str, Any]]], datetime, list[tuple[Any, ...]]]:
    """A workbook, the time of day at which it is read, and the stored changes of health."""
    draw = Draw(seed, TODAY)
    accounts = [account(draw, number) for number in range(draw.randint(1, 4))]
    ids = [row["account_id"] for row in accounts]
    tabs = {
        "accounts": accounts,
        "contracts": [_contract(draw, number, key) for number, key in enumerate(ids) if draw.random() < 0.9],
    }
    makers = {"interactions": interaction, "tickets": ticket, "invoices": invoice, "contacts": contact}
    for tab, make in makers.items():
        most = draw.choice([0, 3, 12, 30]) if tab != "contacts" else draw.choice([0, 5])
        tabs[tab] = [make(draw, number, draw.choice(ids)) for number in range(draw.randint(0, most))]
    if draw.random() < 0.4:
        for tab, cells in SPOILT.items():
            for row in tabs[tab]:
                if draw.random() < 0.15:
                    row[draw.choice(cells)] = UNREADABLE
    past = [
        (key, TODAY - timedelta(days=days), score, draw.choice(["red", "yellow", "green"]))
        for key in ids
        for days in sorted(draw.sample([0, 1, 2, 7, 27, 28, 29, 35, 36, 60], draw.randint(0, 4)))
        for score in [float(draw.choice([20, 45, 50, 52, 53, 54, 60, 75, 77, 78, 79, 90]))]
    ]
    now = datetime.combine(TODAY, draw.choice([time(18), time(9), time(12, 30, 15), time(20), time(7)]))
    return tabs, now, past


def ago(draw: Draw, most: int = 400, ahead: int = 5) -> date:
    days = draw.choice(EDGES) if draw.random() < 0.5 else draw.randint(-ahead, draw.choice([20, 100, most]))
    return draw.today - timedelta(days=days)


def moment(draw: Draw, day: date) -> datetime:
    """A date alone in one case of three; else some time, often outside business hours."""
    kind = draw.random()
    if kind < 0.33:
        return datetime.combine(day, time(0))
    if kind < 0.5:
        return datetime.combine(day, draw.choice([time(9), time(18), time(8, 59, 59), time(18, 0, 1)]))
    return datetime.combine(day, time(draw.randint(0, 23), draw.randint(0, 59), draw.randint(0, 59)))


def account(draw: Draw, number: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "account_id": f"A-{number}",
        "name": f"Account {number}",
        "tier": draw.choice(["key", "key", "standard", "low", None]),
    }
    if draw.random() < 0.15:
        row["health_override"] = float(draw.randint(0, 100))
        row["health_override_reason"] = draw.choice(["we know better", None])
        row["health_override_until"] = draw.today + timedelta(days=draw.choice([-1, 0, 1, 89, 90, 91]))
    return row


def _contract(draw: Draw, number: int, account: str) -> dict[str, Any]:
    start = draw.today - timedelta(days=draw.choice([*EDGES, 100, 200, 300]))
    length = 400 if draw.random() < 0.85 else -40
    end = draw.today + timedelta(days=length) if length > 0 else max(start, draw.today + timedelta(days=length))
    if end < draw.today:
        # Past its grace, so that its account is surely an ex-client.
        start, end = draw.today - timedelta(days=500), draw.today - timedelta(days=135)
    return {"contract_id": f"C-{number}", "account_id": account, "start_date": start, "end_date": end, "value": 100.0}


def interaction(draw: Draw, number: int, account: str) -> dict[str, Any]:
    channel = draw.choice(CHANNELS)
    due = ago(draw, 120, 20) if draw.random() < 0.5 else None
    return {
        "interaction_id": draw.choice([f"I-{number}", None]),
        "date": ago(draw),
        "account_id": account,
        "channel": channel,
        "owner": draw.choice(["ana", "luis", None]),
        "score": float(draw.randint(0, 10)) if channel == "survey" or draw.random() < 0.1 else None,
        "signal": draw.choice(SIGNALS) if draw.random() < 0.2 else None,
        "next_step_due": due,
        "next_step_done_on": due + timedelta(days=draw.choice([-1, 0, 1, 9])) if due and draw.random() < 0.6 else None,
    }


def ticket(draw: Draw, number: int, account: str) -> dict[str, Any]:
    day = draw.today - timedelta(days=draw.randint(0, 12)) if draw.random() < 0.3 else ago(draw)
    opened = moment(draw, day)

    def later(share: float) -> datetime | None:
        return moment(draw, day + timedelta(days=draw.choice([0, 0, 1, 2, 5, 20]))) if draw.random() < share else None

    return {
        "ticket_id": f"T-{number}",
        "account_id": account,
        "opened_at": opened,
        "priority": draw.choice(PRIORITIES),
        "category": draw.choice(["repair", "supply", None]),
        "asset": draw.choice(["M-1", " m-1", "M-2", None, None]),
        "location": draw.choice(["North", "NORTH ", "South", None]),
        "promised_at": later(0.3),
        "first_response_at": later(draw.choice([0.0, 0.6])),
        "resolved_at": later(0.7),
    }


def invoice(draw: Draw, number: int, account: str) -> dict[str, Any]:
    due = ago(draw, 500, 40)
    return {
        "invoice_id": f"F-{number}",
        "account_id": account,
        "issued_on": draw.choice([None, due - timedelta(days=30)]),
        "due_on": due,
        "amount": 10.0,
        "paid_on": due + timedelta(days=draw.choice([-3, 0, 1, 15, 59, 61, 100])) if draw.random() < 0.7 else None,
    }


def contact(draw: Draw, number: int, account: str) -> dict[str, Any]:
    return {
        "contact_id": f"K-{number}",
        "account_id": account,
        "name": f"Person {number}",
        "left_on": draw.choice([None, None, draw.today, draw.today + timedelta(days=3)]),
        "since": draw.choice([None, draw.today, draw.today + timedelta(days=1)]),
    }
