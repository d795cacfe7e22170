"""The segments tab in plain Python, from domain 5 and 7: which accounts each list holds."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.frames import UNREADABLE
from tests.oracle.whole import Record, Whole, day_of, known

NOT_WON_BACK = ("our_choice", "closed_or_merged")


class Segments:
    """Lists of account ids; nobody with ``no_mail`` is in any."""

    def __init__(self, whole: Whole, read: dict[str, list[dict[str, Any]]]) -> None:
        self.whole, self.read, self.book = whole, read, whole.book

    def all(self) -> dict[str, list[str]]:
        """Segment → its accounts, sorted; the survey's in the order of the draw."""
        found = {
            "win_back": sorted(self.win_back()),
            "newsletter": sorted(self.ex_clients()),
            "ambassador": sorted(self.ambassadors()),
            "survey": [account for account in self.sample() if not self.silent(self.whole.account(account))],
        }
        return {segment: accounts for segment, accounts in found.items() if accounts}

    def silent(self, row: dict[str, Any]) -> bool:
        return row.get("no_mail") in ("yes", UNREADABLE)

    def ex_clients(self) -> list[str]:
        return [
            account
            for account, row in self.book.accounts.items()
            if self.whole.status(account) == "ex_client" and not self.silent(row)
        ]

    def win_back(self) -> list[str]:
        """Ex-clients whose latest lost term was no choice of ours, and no end of theirs."""
        found = []
        for account in self.ex_clients():
            lost = [one for one in self.book.terms(account) if known(self.book.status, one) == "lost"]
            latest = max(lost, key=self.ended, default=None)
            if latest is None:
                found.append(account)
                continue
            row = self.book.rows[latest]
            if row["loss_reason"] not in NOT_WON_BACK and not self.silent(row):
                found.append(account)
        return found

    def ended(self, contract: str) -> date:
        return known(self.book.last_day, contract) or date.min

    def ambassadors(self) -> list[str]:
        """The accounts that contacts left for another company: clients or ex-clients."""
        return [
            row["account_id"]
            for row in self.whole.tabs["contacts"]
            if self.moved(row)
            and self.whole.status(row["account_id"]) in ("client", "ex_client")
            and not self.silent(self.whole.account(row["account_id"]))
        ]

    def moved(self, row: Record) -> bool:
        return row["account_id"] in self.book.accounts and row["moved_to"] is not None

    def sample(self) -> list[str]:
        """As of the 1st: clients by the hash of month and id, the first 5 or 10 % that were not asked in 90 days."""
        first = self.whole.today.replace(day=1)
        then = Whole(self.read, replace(self.whole.given, today=first))
        clients = then.clients()
        asked = {
            talk["account_id"]
            for talk in then.tabs["interactions"]
            if talk["channel"] == "survey"
            and (day := day_of(talk["date"]))
            and first - timedelta(days=90) <= day < first
        }
        month = first.strftime("%Y-%m")
        drawn = sorted(clients, key=lambda one: hashlib.sha256(f"{month}{one}".encode()).hexdigest())
        count = max(5, math.ceil(0.1 * len(clients)))
        return [account for account in drawn if account not in asked][:count]
