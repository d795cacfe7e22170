"""A workbook of a few rows with something to say to everybody on its day, and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sheetcrm.sync.excel.template import make_template

# Contract → days from the day to its last day. One for each renewal stage that is reached on that very day, one late.
DAYS_LEFT = {"C-1": 90, "C-2": 60, "C-3": 30, "C-4": 15, "C-5": 0, "C-6": -1, "C-7": 300, "C-8": 47}
EVERY_DAY = "calendar:\n  workdays: [0, 1, 2, 3, 4, 5, 6]\n  holiday_country: ''\n"
"""Settings of an office that never closes: what a run of today says does not depend on the weekday."""
OWNERS = ("ana@example.com", "ben@example.com")


def rows(day: date) -> dict[str, list[dict[str, Any]]]:
    """The people's rows of every tab, as ``make_template`` takes them."""

    def ago(days: int) -> date:
        return day - timedelta(days=days)

    person = "email", "name", "role", "manager"
    team = [
        ("ana@example.com", "Ana", "owner", "mia@example.com"),
        ("ben@example.com", "Ben", "owner", "mia@example.com"),
        ("mia@example.com", "Mia", "manager", "dora@example.com"),
        ("dora@example.com", "Dora", "direction", None),
    ]
    ticket = {"ticket_id": "T-1", "account_id": "A-1", "opened_at": ago(9), "category": "repair", "priority": "high"}
    survey = {"interaction_id": "I-2", "date": ago(20), "account_id": "A-2", "channel": "survey", "score": 8}
    call = {"interaction_id": "I-1", "date": ago(12), "account_id": "A-1", "channel": "call", "next_step_due": ago(2)}
    return {
        "team": [dict(zip(person, each, strict=True)) for each in team],
        "accounts": [
            {"account_id": f"A-{n}", "name": f"Customer {n} 😀", "owner": OWNERS[n % 2], "tier": tier}
            for n, tier in enumerate(("key", "standard", "standard"), 1)
        ],
        "contracts": [_contract(name, left, day) for name, left in DAYS_LEFT.items()],
        "interactions": [call, survey],
        "tickets": [ticket],
        "tasks": [{"task_id": "K-1", "account_id": "A-1", "title": "=Call them", "owner": OWNERS[0], "due": ago(1)}],
        "invoices": [
            {"invoice_id": "F-1", "account_id": "A-1", "issued_on": ago(40), "due_on": ago(10), "amount": 120.5}
        ],
    }


def _contract(name: str, left: int, day: date) -> dict[str, Any]:
    number = int(name.removeprefix("C-"))
    end = day + timedelta(days=left)
    return {
        "contract_id": name,
        "account_id": f"A-{1 + number % 3}",
        "title": "Maintenance",
        "start_date": end - timedelta(days=364),
        "end_date": end,
        "value": 1000 * number,
        "owner": OWNERS[number % 2],
        "renewal_stage": "planned",
    }


def make(folder: Path, day: date, *, settings: str = "", language: str = "en") -> Path:
    """The workbook of a day and its config.yaml; ``settings`` are further lines."""
    folder.mkdir(parents=True, exist_ok=True)
    book = folder / "crm.xlsx"
    make_template(book, language, rows(day), day)
    write_settings(folder, language=language, more=settings)
    return book


def write_settings(
    folder: Path,
    *,
    zone: str = "Etc/UTC",
    language: str = "en",
    mail: Mapping[str, object] | None = None,
    more: str = "",
) -> None:
    """``config.yaml`` beside the workbook, with what ``mail`` adds."""
    lines = "".join(f"  {key}: {value}\n" for key, value in (mail or {}).items())
    text = f"workbook: crm.xlsx\ntimezone: {zone}\nlanguage: {language}\nmail:\n  allowed: [example.com]\n{lines}{more}"
    (folder / "config.yaml").write_text(text, encoding="utf-8")


def noon_zone(now: datetime | None = None) -> str:
    """A zone in which it is about noon: a test that lasts an hour does not see midnight."""
    ahead = 12 - (now or datetime.now(UTC)).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
