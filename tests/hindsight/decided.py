"""Customers whose terms were renewed or lost, with what was known of them before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sheetcrm.config import Config
from sheetcrm.engine import evaluate
from sheetcrm.evaluated import Evaluated
from sheetcrm.hindsight import Found, validate
from sheetcrm.model import Memory
from sheetcrm.rules import first
from sheetcrm.words import words_of
from tests.frames import Row, snapshot
from tests.rules.on_demand import needed
from tests.rules.service_book import settings

TODAY = date(2026, 11, 20)
CLOSED = date(2026, 6, 15)
"""A Monday: scores of 91 days before it are seen on that very day."""
_NEEDED = (
    "accounts.health_computed",
    "accounts.health_coverage",
    "accounts.signal_rows",
    "accounts.stored_health",
    "contracts.cancellation_notice_on",
    "contracts.renewed_auto",
    "contracts.one_off",
    "contracts.decided_on",
)
Book = dict[str, list[Row]]


def book(*parts: Book) -> Book:
    """The rows of several books in one."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: [row for part in parts for row in part.get(name, ())] for name in names}


def customer(name: str, stage: str | None, survey: float, closed: date | None = CLOSED, **cells: Any) -> Book:
    """One client with one term that ends at the end of August, and a survey and a visit every month up to its end."""
    term = {
        "contract_id": f"C-{name}",
        "account_id": name,
        "start_date": date(2024, 9, 1),
        "end_date": date(2026, 8, 31),
        "renewal_stage": stage,
        "closed_on": closed,
        **cells,
    }
    days = [(closed or date(2026, 8, 31)) - timedelta(days=30 * month + 20) for month in range(7)]
    talks = [
        {
            "interaction_id": f"{name}-{channel}-{day}",
            "account_id": name,
            "date": day,
            "channel": channel,
            "score": score,
        }
        for day in days
        for channel, score in (("visit", None), ("survey", survey))
    ]
    return {"accounts": [{"account_id": name, "name": name}], "contracts": [term], "interactions": talks}


def many(renewed: Iterable[float], lost: Iterable[float]) -> Book:
    """Customers by their survey scores: some renewed, some lost."""
    kept = [customer(f"R-{at}", "payment_received", score) for at, score in enumerate(renewed)]
    gone = [customer(f"L-{at}", "lost", score) for at, score in enumerate(lost)]
    return book(*kept, *gone)


def seen(tabs: Book, past: Memory | None = None, cfg: Config | None = None) -> Evaluated:
    return evaluate(
        snapshot(tabs), TODAY, cfg or settings(), past or Memory(), words_of("en"), needed(first(), *_NEEDED)
    )


def found(tabs: Book, *days: int, past: Memory | None = None, cfg: Config | None = None) -> Found:
    return validate(seen(tabs, past, cfg), cfg or settings(), days)
