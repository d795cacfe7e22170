"""The columns of accounts beyond their contracts and their health, in plain Python, from domain 4."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.oracle.whole import Whole, known


class Accounts:
    """One method per column: an account's id in, its value out."""

    def __init__(self, whole: Whole) -> None:
        self.whole, self.today, self.health = whole, whole.today, whole.health

    def last_contact(self, account: str) -> Any:
        days = self.health.days_since_contact(self.whole.account(account))
        return None if days is None else self.today - timedelta(days=days)

    def recurrent_faults(self, account: str) -> int | None:
        return self.health.recurrent(self.whole.account(account)) if self.whole.service.tickets else None

    def promise_keeping(self, account: str) -> float | None:
        return self.health.promises(self.whole.account(account))

    def perception(self, account: str) -> float | None:
        return self.health.perception(self.whole.account(account))


COLUMNS = ("last_contact", "recurrent_faults", "promise_keeping", "perception")


def columns(whole: Whole) -> dict[str, list[Any]]:
    """Column → a value per account, in the order of the tab."""
    accounts = Accounts(whole)
    return {name: [known(getattr(accounts, name), id) for id in whole.book.accounts] for name in COLUMNS}
