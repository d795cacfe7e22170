"""A whole workbook in plain Python, as of a day with an empty ledger: the parts of the oracle put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tests.frames import UNREADABLE
from tests.oracle.contracts import Book
from tests.oracle.dates import Settings, Unknown
from tests.oracle.health import Health

OPTIONAL = ("opportunities", "tasks", "contacts", "invoices", "team", "tickets", "interactions")
PERSONS = ("owner", "backup_owner", "manager")
DATED = {
    "interactions": ("date", ("next_step_done_on",)),
    "tickets": ("opened_at", ("first_response_at", "resolved_at")),
    "opportunities": ("created_on", ("closed_on",)),
    "invoices": ("issued_on", ("paid_on",)),
    "tasks": (None, ("done_on",)),
    "contacts": (None, ("left_on",)),
}
"""The date from which a row is there, and the facts that count as blank before their day (domain 2)."""


class Record(dict[str, Any]):
    """A row; a cell that nobody filled is None."""

    def __missing__(self, key: str) -> None:
        return None

    def bad(self, *cells: str) -> bool:
        return any(self[cell] is UNREADABLE for cell in cells)

    def cell(self, key: str) -> Any:
        """A cell's value; raises Unknown for an unreadable one."""
        if self[key] is UNREADABLE:
            raise Unknown
        return self[key]


def known(rule: Callable[..., Any], *arguments: Any) -> Any:
    """A rule's value, None where it depends on an unreadable cell."""
    try:
        return rule(*arguments)
    except Unknown:
        return None


def total(amounts: Iterable[float | None]) -> float | None:
    """The sum of what is known; 0 of nothing, None where nothing is known."""
    listed = list(amounts)
    told = [amount for amount in listed if amount is not None]
    return sum(told) if told or not listed else None


def day_of(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


@dataclass(frozen=True)
class Given:
    """What is known beside the workbook."""

    today: date
    now: datetime
    holidays: frozenset[date]
    rates: Mapping[str, float]
    base: str = "EUR"


class _Contracts(Book):
    """Contracts whose accounts have a computed health."""

    health: _Health

    def band(self, contract: str) -> str | None:
        account = self.accounts.get(self.rows[contract]["account_id"])
        return None if account is None else self.health.band(account)


class _Health(Health):
    """Health of accounts whose contracts are of every kind."""

    book: _Contracts

    def is_client(self, account: dict[str, Any]) -> bool:
        return known(self.book.client_status, account["account_id"]) == "client"


class Whole:
    """The records of a workbook (tab → rows), seen as of a day."""

    def __init__(self, tabs: Mapping[str, list[dict[str, Any]]], given: Given) -> None:
        self.given, self.today = given, given.today
        self.has = frozenset(tabs)
        all_rows = {tab: [Record(row) for row in tabs.get(tab, ())] for tab in ("contracts", "accounts", *OPTIONAL)}
        self.people = {row["email"]: row for row in all_rows["team"]}
        for rows in all_rows.values():
            for row in rows:
                self._tidy(row)
        settings = Settings(given.base, dict(given.rates), UNREADABLE)
        self.book = _Contracts(all_rows, given.today, settings)
        self.health = _Health(all_rows, given.today, given.now, set(given.holidays), [])
        self.book.health, self.health.book = self.health, self.book
        self.service = self.health.service
        self.tabs = {
            tab: [self._seen(tab, row) for row in rows if self._there(tab, row)] for tab, rows in all_rows.items()
        }

    # --- what the sheet says

    def _tidy(self, row: Record) -> None:
        """Owners are members of the team; 65 is 65 %."""
        for key in PERSONS:
            if isinstance(row[key], str):
                row[key] = self.member(row[key])
        if isinstance(row["probability"], float) and row["probability"] > 1:
            row["probability"] /= 100

    def member(self, typed: str) -> str:
        """The address of who is meant; a stranger stays as typed."""
        if typed.lower() in self.people:
            return typed.lower()
        named = [email for email, row in self.people.items() if row["name"].lower() == typed.lower()]
        return named[0] if len(named) == 1 else typed

    def _there(self, tab: str, row: Record) -> bool:
        since = DATED.get(tab, (None, ()))[0]
        day = day_of(row[since]) if since else None
        return day is None or day <= self.today

    def _seen(self, tab: str, row: Record) -> Record:
        seen = Record(row)
        closed = day_of(row["closed_on"])
        if tab == "opportunities" and closed and closed > self.today and row["stage"] in ("won", "lost"):
            seen["stage"] = None
        for fact in DATED.get(tab, (None, ()))[1]:
            day = day_of(row[fact])
            if day and day > self.today:
                seen[fact] = None
                # Who has not left yet has not moved.
                seen["moved_to"] = None
        return seen

    # --- small words

    def ago(self, day: Any) -> int | None:
        """Days since a day; negative before it."""
        found = day_of(day)
        return None if found is None else (self.today - found).days

    def mine(self, tab: str, account: str) -> list[Record]:
        return [row for row in self.tabs[tab] if row["account_id"] == account]

    def rate(self, row: Record) -> float | None:
        """Units of base currency for one of the row's."""
        currency = row["currency"]
        return 1.0 if currency in (None, self.given.base) else self.given.rates.get(currency)

    def in_base(self, row: Record, amount: float | None) -> float | None:
        rate = self.rate(row)
        return None if rate is None or amount is None else amount * rate

    def yearly(self, contract: str) -> float | None:
        """A term's annual value in base currency."""
        worth, rate = known(self.book.annual, contract), known(self.book.to_base, contract)
        return None if worth is None or rate is None else worth * rate

    def account(self, account: str) -> Record:
        return self.book.accounts[account]

    def status(self, account: str) -> str | None:
        return known(self.book.client_status, account)

    def clients(self) -> list[str]:
        return [account for account in self.book.accounts if self.status(account) == "client"]
