"""Small random workbooks of contracts, accounts and interactions, dense in the cases where rules meet."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from tests.frames import UNREADABLE

TODAY = date(2026, 11, 21)

STAGES = (
    None,
    None,
    None,
    "planned",
    "contacted",
    "proposal",
    "negotiation",
    "invoice_needed",
    "invoice_sent",
    "payment_received",
    "lost",
)


class Draw(random.Random):
    """Chance, and the day around which dates are drawn."""

    def __init__(self, seed: int, today: date) -> None:
        super().__init__(seed)
        self.today = today


def book(seed: int) -> dict[str, list[dict[str, Any]]]:
    """A workbook of a few accounts: the same for the same seed. Half of the books hold unreadable cells."""
    draw = Draw(seed, TODAY)
    accounts = [
        {
            "account_id": f"A-{n}",
            "name": f"Account {n}",
            "notes": draw.choice(["green", "yellow", "red", "no_data", None]),
        }
        for n in range(draw.randint(1, 4))
    ]
    ids = [row["account_id"] for row in accounts]
    contracts: list[dict[str, Any]] = []
    for number in range(draw.randint(0, 14)):
        contracts.append(contract(draw, f"C-{number}", draw.choice([*ids, "A-none"] if draw.random() < 0.1 else ids)))
        if draw.random() < 0.45:
            contracts.append(successor(draw, contracts, f"C-{number}/2"))
    if contracts and draw.random() < 0.2:
        draw.choice(contracts)["predecessor_id"] = draw.choice(contracts)["contract_id"]
    interactions = [notice(draw, number, ids, contracts) for number in range(draw.randint(0, 8))]
    if draw.random() < 0.5:
        spoil(draw, contracts)
    return {"accounts": accounts, "contracts": contracts, "interactions": interactions}


def a_day(draw: Draw, low: int, high: int) -> date:
    day = draw.today + timedelta(days=draw.randint(low, high))
    if draw.random() < 0.3:
        following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        day = draw.choice([following, following - timedelta(days=1), following - timedelta(days=2)])
    return day


def contract(draw: Draw, id: str, account: str) -> dict[str, Any]:
    start = a_day(draw, -1100, 60)
    return {
        "contract_id": id,
        "account_id": account,
        "contract_type": draw.choice(["service", "support", "project", None]),
        "start_date": start,
        "end_date": _end(draw, start),
        "value": draw.choice([None, 1200.0, 999.99, 45000.0, 0.0]),
        "currency": draw.choice([None, None, "EUR", "USD", "CHF"]),
        "renewal_period": draw.choice([None, None, None, 1.0, 6.0, 12.0, 24.0]),
        "auto_renew": draw.choice([None, "no", "yes", "yes"]),
        "notice_days": draw.choice([None, None, 0.0, 15.0, 60.0, 90.0]),
        "renewal_stage": draw.choice(STAGES),
        "renewal_value": draw.choice([None, None, 1500.0]),
        "probability": draw.choice([None, None, None, None, 0.0, 0.6, 1.0]),
        "predecessor_id": None,
        "closed_on": draw.choice([None, None, a_day(draw, -900, 40), draw.today, draw.today + timedelta(days=1)]),
    }


def _end(draw: Draw, start: date) -> date | None:
    kind = draw.random()
    if kind < 0.15:
        return None
    if kind < 0.55:
        months = draw.choice([1, 3, 6, 12, 12, 24])
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        for day in (start.day, 30, 29, 28):
            try:
                return date(year, month + 1, day) - timedelta(days=1)
            except ValueError:
                continue
    if kind < 0.8:
        return draw.today + timedelta(
            days=draw.choice([-31, -30, -29, -1, 0, 1, 15, 16, 30, 31, 60, 61, 90, 91, 120, 121])
        )
    return start + timedelta(days=draw.randint(-2, 800))


def successor(draw: Draw, contracts: list[dict[str, Any]], id: str) -> dict[str, Any]:
    last = contracts[-1]
    row = contract(draw, id, last["account_id"])
    if last["end_date"] is not None:
        row["start_date"] = last["end_date"] + timedelta(days=1)
        row["end_date"] = _end(draw, row["start_date"])
    names = [last["contract_id"]]
    if draw.random() < 0.2:
        names.append(draw.choice(contracts)["contract_id"])
    row["predecessor_id"] = draw.choice([";", "; "]).join(names)
    return row


def notice(draw: Draw, number: int, ids: list[str], contracts: list[dict[str, Any]]) -> dict[str, Any]:
    named = draw.choice(contracts)["contract_id"] if contracts and draw.random() < 0.5 else None
    return {
        "interaction_id": f"I-{number}",
        "date": draw.choice([a_day(draw, -700, 20), a_day(draw, -60, 3), draw.today]),
        "account_id": draw.choice(ids),
        "contract_id": "C-none" if draw.random() < 0.05 else named,
        "signal": draw.choice(["cancellation_notice", "cancellation_notice", "quote_request", None]),
    }


def spoil(draw: Draw, contracts: list[dict[str, Any]]) -> None:
    columns = (
        "start_date",
        "end_date",
        "value",
        "renewal_period",
        "auto_renew",
        "notice_days",
        "renewal_stage",
        "renewal_value",
        "probability",
        "closed_on",
        "contract_type",
    )
    for row in contracts:
        if draw.random() < 0.4:
            row[draw.choice(columns)] = UNREADABLE
