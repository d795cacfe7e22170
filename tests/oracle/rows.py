"""The columns of interactions, tickets, opportunities, tasks, invoices and team in plain Python, from domain 4."""

from __future__ import annotations

import math
from typing import Any

from tests.oracle.whole import Record, Whole, known, total

CHANCES = {"contact": 0.1, "proposal": 0.3, "negotiation": 0.6}


class Rows:
    """One method per column: a row in, its value out."""

    def __init__(self, whole: Whole) -> None:
        self.whole, self.today = whole, whole.today

    # interactions

    def follow_up(self, row: Record) -> str:
        if row.cell("next_step_done_on") is not None:
            return "done"
        due = row.cell("next_step_due")
        if due is not None:
            return "overdue" if due < self.today else "pending"
        return "pending" if row["next_step"] else "none"

    # opportunities

    def probability(self, row: Record) -> float | None:
        stage = row.cell("stage")
        if stage in ("won", "lost"):
            return 1.0 if stage == "won" else 0.0
        given = row.cell("probability")
        return CHANCES.get(stage or "") if given is None else given

    def expected_value(self, row: Record) -> float | None:
        p, value = self.probability(row), row.cell("value")
        return None if p is None or value is None else p * value

    def days_open(self, row: Record) -> int | None:
        over = row.cell("stage") in ("won", "lost")
        created, until = row.cell("created_on"), row.cell("closed_on") if over else self.today
        return None if created is None or until is None else (until - created).days

    def pace(self, row: Record) -> str | None:
        if row.cell("stage") in ("won", "lost"):
            return "closed"
        dates = [row.cell(cell) for cell in ("created_on", "proposal_on", "negotiation_on")]
        moves = [day for day in dates if day is not None and day <= self.today]
        if row["account_id"] in self.whole.book.accounts:
            talks = self.whole.mine("interactions", row["account_id"])
            moves += [talk["date"] for talk in talks if not talk.bad("date")]
        if not moves:
            return None
        return "stalled" if (self.today - max(moves)).days >= 30 else "moving"

    # tasks

    def state(self, row: Record) -> str:
        if row.cell("done_on") is not None:
            return "done"
        due = row.cell("due")
        if due is None or due > self.today:
            return "open"
        return "due" if due == self.today else "overdue"

    # invoices

    def days_overdue(self, row: Record) -> int | None:
        due, paid = row.cell("due_on"), row.cell("paid_on")
        return None if paid is not None or due is None else max((self.today - due).days, 0)

    # team

    def accounts(self, row: Record) -> int:
        return len(self.owned(row))

    def owned(self, row: Record) -> list[str]:
        return [key for key, account in self.whole.book.accounts.items() if account["owner"] == row["email"]]

    def portfolio_value(self, row: Record) -> float | None:
        """The sum of the annual values that the accounts show."""
        values = [known(self.whole.book.account_annual, account) for account in self.owned(row)]
        return total(None if value is None else math.floor(value * 100 + 0.5 + 1e-7) / 100 for value in values)

    def at_risk_value(self, row: Record) -> float | None:
        """What of it may be lost: terms count with the owner of their account."""
        book, owned = self.whole.book, self.owned(row)
        by_account = []
        for account in owned:
            risky = [contract for contract in book.terms(account) if known(self.at_risk, contract)]
            by_account.append(total(self.whole.yearly(contract) for contract in risky))
        return total(by_account)

    def at_risk(self, contract: str) -> bool:
        """A high-risk term with a deadline up to 90 days ahead or 30 past."""
        book = self.whole.book
        return book.renewal_risk(contract) == "high" and -30 <= book.days_to_deadline(contract) <= 90

    def open_tasks(self, row: Record) -> int | None:
        return (
            None
            if not self.whole.tabs["tasks"]
            else len([task for task in self.tasks(row) if known(self.state, task) in ("open", "due", "overdue")])
        )

    def overdue_tasks(self, row: Record) -> int | None:
        return (
            None
            if not self.whole.tabs["tasks"]
            else len([task for task in self.tasks(row) if known(self.state, task) == "overdue"])
        )

    def tasks(self, row: Record) -> list[Record]:
        return [task for task in self.whole.tabs["tasks"] if task["owner"] == row["email"]]


COLUMNS: dict[str, tuple[str, ...]] = {
    "interactions": ("follow_up",),
    "opportunities": ("expected_value", "days_open", "pace"),
    "tasks": ("state",),
    "invoices": ("days_overdue",),
    "team": ("accounts", "portfolio_value", "at_risk_value", "open_tasks", "overdue_tasks"),
}


def columns(whole: Whole) -> dict[str, list[Any]]:
    """``tab.column`` → a value per visible row, in the order of the tab."""
    rows = Rows(whole)
    found: dict[str, list[Any]] = {}
    for tab, names in COLUMNS.items():
        for name in names:
            found[f"{tab}.{name}"] = [known(getattr(rows, name), row) for row in whole.tabs[tab]]
    service = whole.service
    for name in ("age_days", "due_at", "sla_status", "escalation", "repeats"):
        found[f"tickets.{name}"] = [getattr(service, name)(row) for row in service.tickets]
    return found
