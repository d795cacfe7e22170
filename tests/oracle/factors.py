"""What health is made of in plain Python, one account at a time: contact, tickets, promises, perception, payment."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Any

from tests.frames import UNREADABLE
from tests.oracle.support import Hours, Service

ORDER = ("engagement", "tickets", "promises", "perception", "payment", "relationship")
WEIGHTS = {
    "standard": (20, 20, 15, 15, 15, 15),
    "key": (20, 15, 20, 15, 10, 20),
    "low": (0, 30, 15, 10, 35, 10),
}
CADENCE = {"key": 30, "standard": 90, "low": None}
BURDEN = {"critical": 4, "high": 2, "normal": 1, "low": 0.5}
CONTACTS = {"visit", "call", "email", "meeting", "proposal", "report"}
RELATION = {"quote_request": 0.5, "new_decision_maker": 0.3, "purchasing_change": 0.3, "billing_complaint": 0.3}


def bad(row: dict[str, Any], *cells: str) -> bool:
    return any(row.get(cell) is UNREADABLE for cell in cells)


def half_up(value: float) -> int:
    return math.floor(value + 0.5 + 1e-9)


class Factors:
    """The accounts of a workbook, seen as of ``today`` at ``now``; ``past`` is (account, day, score, band)."""

    def __init__(self, tabs: dict[str, Any], today: date, now: datetime, holidays: set[date], past: list[Any]) -> None:
        self.today, self.now, self.past, self.tabs = today, now, past, tabs
        self.service = Service(tabs.get("tickets", []), today, now, Hours(holidays))
        self.interactions = [
            self._known(row, "next_step_done_on")
            for row in tabs.get("interactions", [])
            if bad(row, "date") or row["date"] <= today
        ]
        self.invoices = [
            self._known(row, "paid_on")
            for row in tabs.get("invoices", [])
            if row.get("issued_on") is None or bad(row, "issued_on") or row["issued_on"] <= today
        ]

    def _known(self, row: dict[str, Any], fact: str) -> dict[str, Any]:
        later = isinstance(row.get(fact), date) and row[fact] > self.today
        return {**row, fact: None if later else row.get(fact)}

    def age(self, day: Any) -> int | None:
        return (self.today - day).days if isinstance(day, date) else None

    def mine(self, rows: list[dict[str, Any]], account: dict[str, Any]) -> list[dict[str, Any]]:
        return [row for row in rows if row["account_id"] == account["account_id"]]

    # --- the account's own columns

    def is_client(self, account: dict[str, Any]) -> bool:
        """The random books keep to plain contracts: a term that covers today makes a client."""
        return any(
            row["start_date"] <= self.today <= row["end_date"] for row in self.mine(self.tabs["contracts"], account)
        )

    def tier(self, account: dict[str, Any]) -> str | None:
        return None if bad(account, "tier") else account.get("tier") or "standard"

    def days_since_contact(self, account: dict[str, Any]) -> int | None:
        ages = [
            self.age(row["date"]) for row in self.mine(self.interactions, account) if row.get("channel") in CONTACTS
        ]
        return min((age for age in ages if age is not None), default=None)

    def silence(self, account: dict[str, Any]) -> int | None:
        if not any(row.get("channel") and not bad(row, "channel") for row in self.interactions):
            return None
        since = self.days_since_contact(account)
        if since is not None:
            return since
        rows = self.mine(self.tabs["contracts"], account)
        first = min((row["start_date"] for row in rows if isinstance(row["start_date"], date)), default=None)
        return (self.today - first).days if first and first <= self.today else None

    def next_contact_due(self, account: dict[str, Any]) -> date | None:
        tier, silence = self.tier(account), self.silence(account)
        cadence = CADENCE[tier] if tier else None
        if cadence is None or silence is None:
            return None
        kinds = {kind for kind, _ in self.spoken(account)}
        if kinds & {"quote_request", "billing_complaint", "new_decision_maker"} or self.recurrent(account):
            cadence //= 2
        return self.today - timedelta(days=silence) + timedelta(days=cadence)

    def spoken(self, account: dict[str, Any]) -> list[tuple[str, int]]:
        """The living signals noted on interactions: kind and age."""
        found = [(row.get("signal"), self.age(row["date"])) for row in self.mine(self.interactions, account)]
        return [(kind, age) for kind, age in found if kind and age is not None and 0 <= age < 90]

    def single_threaded(self, account: dict[str, Any]) -> bool:
        if self.tier(account) != "key":
            return False
        contacts = self.tabs.get("contacts", [])
        if contacts:
            live = [
                row
                for row in self.mine(contacts, account)
                if not (row.get("left_on") and row["left_on"] <= self.today)
                and not (row.get("since") and row["since"] > self.today)
            ]
            if len(live) < 2:
                return True
        if not any(row.get("owner") for row in self.interactions):
            return False
        touched = {
            row.get("owner")
            for row in self.mine(self.interactions, account)
            if row.get("channel") in CONTACTS and not bad(row, "date") and self.age(row["date"]) < 180
        }
        return len(touched - {None}) < 2

    # --- tickets

    def readable_tickets(self, account: dict[str, Any]) -> list[dict[str, Any]]:
        rows = self.mine(self.service.tickets, account)
        return [row for row in rows if not self.service.unreadable(row, "opened_at", "resolved_at", "priority")]

    def open_tickets(self, account: dict[str, Any]) -> int | None:
        rows = self.mine(self.service.tickets, account)
        told = any(row["resolved_at"] is not UNREADABLE for row in self.service.tickets)
        return sum(row["resolved_at"] is None for row in rows) if told else None

    def burden(self, row: dict[str, Any], closed: bool = False) -> float:
        age = self.service.age_of(row["opened_at"])
        weight = BURDEN[row["priority"] or "normal"]
        if row["resolved_at"] is None and not closed:
            return weight
        return weight * 0.5 ** (age / 45) if age < 180 else 0.0

    def recurrent(self, account: dict[str, Any]) -> int:
        faults = set()
        for row in self.mine(self.service.tickets, account):
            repeats = self.service.repeats(row)
            if repeats is not None and repeats >= 3 and self.service.age_of(row["opened_at"]) < 90:
                faults.add(self.service.fault(row))
        return len(faults)

    def tickets(self, account: dict[str, Any], closed: Any = None) -> float | None:
        rows = self.readable_tickets(account)
        if not rows:
            return None
        total = sum(self.burden(row, row is closed) for row in rows) + 3 * self.recurrent(account)
        return 100 * 5 / (5 + total)

    def oldest_open(self, account: dict[str, Any]) -> dict[str, Any] | None:
        rows = [row for row in self.readable_tickets(account) if row["resolved_at"] is None]
        return min(rows, key=self.service.opened) if rows else None

    def critical(self, account: dict[str, Any], closed: Any = None) -> bool:
        return any(
            row["priority"] == "critical" and self.service.sla_status(row) == "breached" and row is not closed
            for row in self.mine(self.service.tickets, account)
        )

    # --- the other factors

    def promises(self, account: dict[str, Any]) -> float | None:
        kept: list[bool] = []
        for row in self.mine(self.service.tickets, account):
            due = self.service.resolution_due(row)
            if due and not bad(row, "resolved_at") and (self.today - due.date()).days < 90 and due < self.now:
                resolved = self.service.resolved(row)
                kept.append(resolved is not None and resolved <= due)
        for row in self.mine(self.interactions, account):
            due, done = row.get("next_step_due"), row["next_step_done_on"]
            if due is None or bad(row, "next_step_due", "next_step_done_on"):
                continue
            if 0 <= (self.today - due).days < 90 and (done or due < self.today):
                kept.append(done is not None and done <= due)
        return 100 * sum(kept) / len(kept) if len(kept) >= 3 else None

    def perception(self, account: dict[str, Any]) -> float | None:
        told = total = 0.0
        for row in self.mine(self.interactions, account):
            score, age = row.get("score"), self.age(row["date"])
            if row.get("channel") == "survey" and score is not None and age is not None and not bad(row, "score"):
                told += score * 0.5 ** (age / 180)
                total += 0.5 ** (age / 180)
        return 10 * told / total if total >= 0.25 else None

    def readable_invoices(self, account: dict[str, Any]) -> list[dict[str, Any]]:
        return [row for row in self.mine(self.invoices, account) if not bad(row, "due_on", "paid_on")]

    def overdue(self, row: dict[str, Any]) -> int:
        return max((self.today - row["due_on"]).days, 0)

    def unpaid(self, account: dict[str, Any]) -> list[dict[str, Any]]:
        rows = [row for row in self.readable_invoices(account) if row["paid_on"] is None]
        return sorted(rows, key=self.overdue, reverse=True)

    def days_overdue(self, account: dict[str, Any], paid: Any = None) -> int | None:
        days = [self.overdue(row) for row in self.unpaid(account) if row is not paid]
        return max(days, default=0) if self.readable_invoices(account) else None

    def payment(self, account: dict[str, Any], paid: Any = None) -> float | None:
        rows = self.readable_invoices(account)
        dates = [row["due_on"] if bad(row, "issued_on") else row.get("issued_on") or row["due_on"] for row in rows]
        if not any((self.today - day).days < 365 for day in dates):
            return None
        late = 0.0
        for row in rows:
            paid_on = self.today if row is paid else row["paid_on"]
            if paid_on:
                days = max((paid_on - row["due_on"]).days, 0)
                late += min(days, 60) * 0.5 ** ((self.today - paid_on).days / 120)
        overdue = self.days_overdue(account, paid) or 0
        return min(max(100 - 1.5 * overdue - 0.5 * late, 0), 100)

    def engagement(self, account: dict[str, Any], contacted: bool = False) -> float | None:
        tier, silence = self.tier(account), self.silence(account)
        cadence = CADENCE[tier] if tier else None
        if cadence is None or silence is None:
            return None
        days = 0 if contacted else silence
        return 100 * min(max((3 * cadence - days) / (2 * cadence), 0), 1)

    def relationship(self, account: dict[str, Any], contacted: bool = False) -> float | None:
        ages = [self.age(row["date"]) for row in self.mine(self.interactions, account)]
        if not contacted and not any(age is not None and age < 180 for age in ages):
            return None
        kept = 0.8 if self.single_threaded(account) else 1.0
        for kind, age in self.spoken(account):
            kept *= 1 - RELATION.get(kind, 0) * 0.5 ** (age / 90)
        return 100 * kept
