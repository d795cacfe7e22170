"""What an account is told of in time: contact, promises and risk signals, in plain Python, from domain 4."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.frames import UNREADABLE
from tests.oracle.whole import Record, Whole

SPOKEN = (
    "quote_request",
    "new_decision_maker",
    "purchasing_change",
    "billing_complaint",
    "cancellation_notice",
    "obsolescence",
)
OPENINGS = ("expansion_need", "trigger_event")
LIVES = 90
Signal = tuple[str, str]
"""A kind of signal and the id of the row that it names ("" where the row has none)."""


class Signals:
    """One method per column: an account's id in, its value out."""

    def __init__(self, whole: Whole) -> None:
        self.whole, self.today, self.health, self.book = whole, whole.today, whole.health, whole.book

    def cell(self, account: str, key: str) -> Any:
        return self.whole.account(account).cell(key)

    # --- contact and promises

    def last_contact(self, account: str) -> date | None:
        days = self.health.days_since_contact(self.whole.account(account))
        return None if days is None else self.today - timedelta(days=days)

    def recurrent_faults(self, account: str) -> int | None:
        return self.health.recurrent(self.whole.account(account)) if self.whole.service.tickets else None

    def promise_keeping(self, account: str) -> float | None:
        return self.health.promises(self.whole.account(account))

    def perception(self, account: str) -> float | None:
        return self.health.perception(self.whole.account(account))

    # --- signals

    def signals(self, account: str) -> list[Signal]:
        """The living risk signals, each with the row that it names."""
        row = self.whole.account(account)
        found = [*self.spoken(account, SPOKEN), *self.missed(account), *self.late_payments(account)]
        found += [
            ("detractor", talk["interaction_id"] or "")
            for talk in self.surveys(account, 0, LIVES)
            if talk["score"] <= 6
        ]
        found += [("recurrent_fault", id) for id in self.faults(account)]
        if self.health.single_threaded(row):
            found.append(("single_threaded", account))
        found += [("perception_fell", talk["interaction_id"] or "") for talk in self.fall(account)]
        if self.untouched(account):
            found.append(("untouched", account))
        return sorted(found)

    def openings(self, account: str) -> list[Signal]:
        return sorted(self.spoken(account, OPENINGS))

    def spoken(self, account: str, kinds: tuple[str, ...]) -> list[Signal]:
        return [
            (talk["signal"], talk["interaction_id"] or "")
            for talk in self.talks(account)
            if talk["signal"] in kinds and 0 <= self.ago(talk["date"]) < LIVES
        ]

    def ago(self, day: Any) -> int:
        found = self.whole.ago(day)
        return 10**6 if found is None else found

    def talks(self, account: str) -> list[Record]:
        return [talk for talk in self.whole.mine("interactions", account) if isinstance(talk["date"], date)]

    def faults(self, account: str) -> list[str]:
        """The latest ticket of each fault that came back three times in 90 days."""
        service, latest = self.whole.service, {}
        for ticket in self.health.mine(service.tickets, {"account_id": account}):
            repeats = service.repeats(ticket)
            if repeats is not None and repeats >= 3 and service.age_of(ticket["opened_at"]) < 90:
                fault = service.fault(ticket)
                if fault not in latest or service.age_of(ticket["opened_at"]) <= latest[fault][0]:
                    latest[fault] = (service.age_of(ticket["opened_at"]), ticket["ticket_id"])
        return [id for _, id in latest.values()]

    def missed(self, account: str) -> list[Signal]:
        """Tickets whose clock ran out and promises that were not kept, in the last 90 days."""
        found: list[Signal] = []
        service = self.whole.service
        for ticket in self.health.mine(service.tickets, {"account_id": account}):
            if service.sla_status(ticket) in ("breached", "missed"):
                late = [due for due, stop in service.clocks(ticket) if (stop or service.now) > due]
                if 0 <= self.ago(max(late)) < LIVES:
                    found.append(("promise_missed", ticket["ticket_id"]))
        for talk in self.whole.mine("interactions", account):
            due, done = talk["next_step_due"], talk["next_step_done_on"]
            alive = isinstance(due, date) and done is not UNREADABLE and 0 <= self.ago(due) < LIVES
            if alive and (done or self.today) > due:
                found.append(("promise_missed", talk["interaction_id"] or ""))
        return found

    def late_payments(self, account: str) -> list[Signal]:
        """Invoices over 15 days late: still unpaid, or paid so in the last 90 days."""
        found: list[Signal] = []
        for bill in self.whole.mine("invoices", account):
            if bill.bad("due_on", "paid_on") or bill["due_on"] is None:
                continue
            paid = bill["paid_on"]
            if ((paid or self.today) - bill["due_on"]).days > 15 and (paid is None or self.ago(paid) < LIVES):
                found.append(("late_payment", bill["invoice_id"]))
        return found

    def surveys(self, account: str, first: int, last: int) -> list[Record]:
        """Answered surveys of so many days ago."""
        return [
            talk
            for talk in self.talks(account)
            if talk["channel"] == "survey"
            and isinstance(talk["score"], float)
            and first <= self.ago(talk["date"]) < last
        ]

    def fall(self, account: str) -> list[Record]:
        """The latest survey, where perception lies 1.5 points or more under what it was 90 days ago."""
        new, old = self.surveys(account, 0, LIVES), self.surveys(account, LIVES, 10**6)
        if len(new) < 2 or len(old) < 2 or self.said(old) - self.said(new) < 1.5 - 1e-9:
            return []
        return [min(new, key=lambda talk: self.ago(talk["date"]))]

    def said(self, talks: list[Record]) -> float:
        weights = [0.5 ** (self.ago(talk["date"]) / 180) for talk in talks]
        return sum(talk["score"] * weight for talk, weight in zip(talks, weights, strict=True)) / sum(weights)

    def untouched(self, account: str) -> bool:
        """Silence longer than the cadence of its tier; a client lost is not counted as neglected."""
        row = self.whole.account(account)
        tier, silence = self.health.tier(row), self.health.silence(row)
        cadence = {"key": 30, "standard": 90}.get(tier or "")
        lost = self.whole.status(account) in ("ex_client", None)
        return not lost and cadence is not None and silence is not None and silence > cadence
