"""The columns of contracts and their accounts computed a second time, row by row in plain Python, from the domain's
sentences alone: no pandas, and nothing of the product is imported.

Input is a list of dicts per tab (None: blank, ``bad``: the marker of an unreadable cell) and the plain numbers of the
configuration. Output is a dict of column → value per id.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

ONE_DAY = timedelta(days=1)


class Unknown(Exception):
    """What is asked for depends on a cell that could not be read."""


@dataclass
class Settings:
    base: str = "EUR"
    rates: dict[str, float] = field(default_factory=dict)
    bad: Any = None


def plus_months(anchor: date, months: int) -> date:
    return on_anchor_day(anchor, months, anchor.day)


def on_anchor_day(month: date, months: int, day: int) -> date:
    year, index = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(year, index + 1, min(day, calendar.monthrange(year, index + 1)[1]))


def months_of_term(start: date, end: date) -> int | None:
    for months in range(1, 600):
        if plus_months(start, months) - ONE_DAY == end:
            return months
    return None


def chain_months(start: date, end: date, day: int) -> int | None:
    """The same for a term of a chain that turns on ``day``: both ends lie on it, clamped."""
    if on_anchor_day(start, 0, day) != start:
        return None
    for months in range(1, 600):
        if on_anchor_day(start, months, day) - ONE_DAY == end:
            return months
    return None


class Book:
    """A workbook as of a day."""

    def __init__(self, tabs: dict[str, list[dict[str, Any]]], today: date, settings: Settings) -> None:
        self.today = today
        self.settings = settings
        self.rows = {row["contract_id"]: row for row in tabs["contracts"]}
        self.accounts = {row["account_id"]: row for row in tabs["accounts"]}
        self.interactions = [
            row for row in tabs["interactions"] if not isinstance(row["date"], date) or row["date"] <= today
        ]
        self._rate: float | None = None
        self._before: dict[str, list[str]] = {}
        self._after: dict[str, list[str]] = {}

    # cells

    def cell(self, contract: str, column: str) -> Any:
        """A cell as known today; raises Unknown for an unreadable one."""
        value = self.rows[contract].get(column)
        if value is self.settings.bad or (value is None and column in ("contract_id", "account_id", "start_date")):
            raise Unknown
        return value

    def closed_later(self, contract: str) -> bool:
        closed = self.rows[contract].get("closed_on")
        return isinstance(closed, date) and closed > self.today

    def closed_on(self, contract: str) -> date | None:
        return None if self.closed_later(contract) else self.cell(contract, "closed_on")

    def stage(self, contract: str) -> str | None:
        stage = self.cell(contract, "renewal_stage")
        return None if self.closed_later(contract) and stage in ("payment_received", "lost") else stage

    # succession

    def predecessors(self, contract: str) -> list[str]:
        if contract not in self._before:
            self._before[contract] = self._named(contract)
        return self._before[contract]

    def _named(self, contract: str) -> list[str]:
        named = self.rows[contract].get("predecessor_id")
        parts = [part.strip() for part in named.split(";")] if isinstance(named, str) else []
        known = {part for part in parts if part in self.rows and part != contract}
        return sorted(part for part in known if not self.closed_later(part))

    def full(self, contract: str) -> bool:
        try:
            self.cell(contract, "account_id"), self.cell(contract, "start_date"), self.cell(contract, "end_date")
        except Unknown:
            return False
        return True

    def successors(self, contract: str) -> list[str]:
        if contract not in self._after:
            following = [other for other in self.rows if contract in self.predecessors(other) and self.full(other)]
            self._after[contract] = following
        return self._after[contract]

    def decision(self, contract: str) -> str:
        stage, following = self.stage(contract), self.successors(contract)
        if stage in ("payment_received", "lost") or following:
            self.closed_on(contract)
        if len(following) == 1 or stage == "payment_received":
            return "renewed"
        return "lost" if stage == "lost" else "open"

    def contradiction(self, contract: str) -> str | None:
        following = self.successors(contract)
        if following and self.stage(contract) == "lost":
            return "renewed_and_lost"
        return "two_successors" if len(following) > 1 else None

    def chain_start(self, contract: str) -> date:
        seen, row = {contract}, contract
        while len(self.predecessors(row)) == 1:
            row = self.predecessors(row)[0]
            if row in seen:
                row = contract
                break
            seen.add(row)
        return self.cell(row, "start_date")

    # notices

    def last_day(self, contract: str) -> date | None:
        end = self.cell(contract, "end_date")
        if end is not None:
            return end
        if self.decision(contract) == "lost":
            return self.closed_on(contract)
        following = self.successors(contract)
        return self.cell(following[0], "start_date") - ONE_DAY if len(following) == 1 else None

    def ran_on(self, contract: str, day: date) -> bool:
        try:
            start, end = self.cell(contract, "start_date"), self.last_day(contract)
        except Unknown:
            return False
        if end is None:
            return start <= day
        grace = 0
        try:
            if self.decision(contract) == "open" and self.cell(contract, "end_date") is not None:
                grace = 30
        except Unknown:
            pass
        return start <= day <= end + timedelta(days=grace)

    def meant(self, notice: dict[str, Any]) -> str | None:
        """The contract that a notice is about."""
        if notice["contract_id"] is not None:
            return notice["contract_id"] if notice["contract_id"] in self.rows else None
        account = notice["account_id"]
        terms = [c for c, row in self.rows.items() if row["account_id"] == account and account is not None]
        running = [contract for contract in terms if self.ran_on(contract, notice["date"])]
        return running[0] if len(running) == 1 else None

    def notices(self) -> list[dict[str, Any]]:
        rows = [row for row in self.interactions if row["signal"] == "cancellation_notice"]
        return [row for row in rows if isinstance(row["date"], date)]

    def unclear(self, notice: dict[str, Any]) -> bool:
        return (
            notice["signal"] == "cancellation_notice"
            and isinstance(notice["date"], date)
            and notice["contract_id"] is None
            and self.meant(notice) is None
        )

    def renews_itself(self, contract: str) -> bool:
        if self.cell(contract, "end_date") is None:
            return False
        return self.cell(contract, "auto_renew") == "yes"

    def notice_until(self, contract: str) -> date | None:
        end = self.cell(contract, "end_date")
        if not self.renews_itself(contract):
            return end
        notice = self.cell(contract, "notice_days")
        return end - timedelta(days=int(30 if notice is None else notice))

    def noticed_on(self, contract: str) -> date | None:
        days = [notice["date"] for notice in self.notices() if self.meant(notice) == contract]
        if not days:
            return None
        start, until = self.cell(contract, "start_date"), self.notice_until(contract)
        return max((day for day in days if start <= day and (until is None or day <= until)), default=None)

    def auto_renewing(self, contract: str) -> bool:
        return self.renews_itself(contract) and self.noticed_on(contract) is None

    # dates and status

    def days_to_expiry(self, contract: str) -> int | None:
        end = self.cell(contract, "end_date")
        return None if end is None else (end - self.today).days

    def deadline(self, contract: str) -> date:
        end = self.cell(contract, "end_date")
        if end is None:
            start, years = self.cell(contract, "start_date"), 1
            while plus_months(start, 12 * years) < self.today:
                years += 1
            return plus_months(start, 12 * years)
        return self.notice_until(contract) if self.auto_renewing(contract) else end

    def days_to_deadline(self, contract: str) -> int:
        return (self.deadline(contract) - self.today).days

    def status(self, contract: str) -> str:
        start, end = self.cell(contract, "start_date"), self.cell(contract, "end_date")
        decision, left = self.decision(contract), self.days_to_deadline(contract)
        auto = self.auto_renewing(contract)
        if decision != "open":
            return decision
        if auto and left < 0:
            return "renewed"
        if start > self.today:
            return "upcoming"
        if end is None:
            return "evergreen"
        if end < self.today:
            return "expired"
        return "expiring" if left <= 90 else "active"

    def undecided(self, contract: str) -> bool:
        return self.status(contract) not in ("renewed", "lost")

    def renewed_by_itself(self, contract: str) -> bool:
        if self.status(contract) != "renewed" or not self.auto_renewing(contract):
            return False
        until, closed = self.notice_until(contract), self.rows[contract].get("closed_on")
        closed = None if not isinstance(closed, date) or self.closed_later(contract) else closed
        signed = self.stage(contract) == "payment_received" or (closed is not None and closed <= until)
        return until < self.today and not signed

    def phase(self, contract: str) -> str | None:
        left = self.days_to_deadline(contract)
        if not self.undecided(contract) or left > 90:
            return None
        if left > 60:
            return "preparation"
        if left > 30:
            return "negotiation"
        return "closing" if left >= 0 else "recovery"

    def period(self, contract: str) -> int | None:
        given = self.cell(contract, "renewal_period")
        start, end = self.cell(contract, "start_date"), self.cell(contract, "end_date")
        if given is not None:
            return int(given) if given > 0 else None
        if end is None:
            return None
        own = months_of_term(start, end)
        return own if own is not None else chain_months(start, end, self.chain_start(contract).day)

    def next_renewal_date(self, contract: str) -> date | None:
        end, decision = self.cell(contract, "end_date"), self.decision(contract)
        anchor = self.chain_start(contract).day
        months = self.period(contract)
        if end is None or decision == "lost" or months is None:
            return None
        following = end + ONE_DAY
        if following == on_anchor_day(following, 0, anchor):
            return on_anchor_day(following, months, anchor) - ONE_DAY
        return plus_months(end, months)

    # money and chances

    def one_off(self, contract: str) -> bool:
        row, bad = self.rows[contract], self.settings.bad
        if row["contract_type"] not in ("project", bad):
            return False
        if row["auto_renew"] == "yes" or row["renewal_period"] not in (None, bad):
            return False
        self.cell(contract, "contract_type"), self.cell(contract, "auto_renew"), self.cell(contract, "renewal_period")
        return True

    def annual(self, contract: str) -> float | None:
        start, end = self.cell(contract, "start_date"), self.cell(contract, "end_date")
        value = self.cell(contract, "value")
        if self.one_off(contract) or value is None:
            return None
        if end is None:
            return value
        months = months_of_term(start, end)
        if months is not None:
            return value * 12 / months
        length = (end - start).days + 1
        return value * 365.25 / length if length > 0 else None

    def to_base(self, contract: str) -> float | None:
        currency = self.cell(contract, "currency")
        if currency is None or currency == self.settings.base:
            return 1.0
        return self.settings.rates.get(currency)

    def renewal_rate(self) -> float:
        if self._rate is None:
            decided = [contract for contract in self.rows if self._counts_in_rate(contract)]
            renewed = [contract for contract in decided if self.status(contract) == "renewed"]
            self._rate = (len(renewed) + 7.5) / (len(decided) + 10)
        return self._rate

    def _counts_in_rate(self, contract: str) -> bool:
        try:
            if self.undecided(contract) or self.renewed_by_itself(contract) or self.one_off(contract):
                return False
            on = self.closed_on(contract) or self.cell(contract, "end_date")
        except Unknown:
            return False
        return on is not None and plus_months(self.today, -24) < on <= self.today

    def band(self, contract: str) -> str | None:
        """The account's health band: small books have it in the account's notes."""
        return self.accounts.get(self.rows[contract]["account_id"], {}).get("notes")

    def chance(self, contract: str) -> float:
        given = self.cell(contract, "probability")
        if given is not None:
            return given
        status = self.status(contract)
        if status in ("renewed", "lost"):
            return 1.0 if status == "renewed" else 0.0
        base = {"green": 0.9, "yellow": 0.75, "red": 0.45}.get(self.band(contract) or "", 0.7)
        p0 = min(max(base + self.renewal_rate() - 0.75, 0.05), 0.95)
        gain = {"proposal": 0.15, "negotiation": 0.3, "invoice_needed": 0.6, "invoice_sent": 0.8}
        p = p0 + (1 - p0) * gain.get(self.stage(contract) or "", 0)
        left = self.days_to_expiry(contract)
        if left is not None and left < 0:
            p *= 0.5 ** (-left / 30)
        return min(p, 0.1) if self.noticed_on(contract) is not None else p

    def expected_value(self, contract: str) -> float | None:
        amount = self.cell(contract, "renewal_value")
        amount = self.cell(contract, "value") if amount is None else amount
        return None if amount is None else amount * self.chance(contract)

    def renewal_risk(self, contract: str) -> str | None:
        p = self.chance(contract)
        if not self.undecided(contract) or self.cell(contract, "end_date") is None:
            return None
        left, stage = self.days_to_deadline(contract), self.stage(contract)
        before_proposal = stage in (None, "planned", "contacted")
        if p < 0.5 or left < 0 or (left <= 15 and before_proposal):
            return "high"
        before_invoice = before_proposal or stage in ("proposal", "negotiation")
        return "medium" if p < 0.75 or (left <= 30 and before_invoice) else "low"

    # when a term runs

    def begun(self, contract: str) -> bool:
        return self.cell(contract, "start_date") <= self.today

    def end_of_run(self, contract: str, grace: bool) -> date | None:
        """The last day of the term (None: open, or unknown for a lost evergreen)."""
        end, last, status = self.cell(contract, "end_date"), self.last_day(contract), self.status(contract)
        if end is None:
            return last
        if status == "renewed" and not self.successors(contract):
            try:
                further = self.next_renewal_date(contract)
            except Unknown:
                further = None
            if further is not None:
                return further
            return end + timedelta(days=30) if grace else end
        undecided = status not in ("renewed", "lost")
        return end + timedelta(days=30) if undecided and grace else end

    def running(self, contract: str) -> bool:
        if not self.begun(contract):
            return False
        end = self.rows[contract]["end_date"]
        if isinstance(end, date) and end >= self.today:
            return True
        until = self.end_of_run(contract, grace=True)
        if until is not None:
            return until >= self.today
        return self.decision(contract) != "lost"

    # accounts

    def terms(self, account: str) -> list[str]:
        return [contract for contract, row in self.rows.items() if row["account_id"] == account]

    def known(self, rule: Any, *arguments: Any) -> Any:
        """A rule's value, None where it depends on an unreadable cell."""
        try:
            return rule(*arguments)
        except Unknown:
            return None

    def client_status(self, account: str) -> str:
        states = [self.known(self.running, contract) for contract in self.terms(account)]
        if True in states:
            return "client"
        if None in states:
            raise Unknown
        return "ex_client" if any(self.begun(contract) for contract in self.terms(account)) else "prospect"

    def lost_on(self, account: str) -> date | None:
        if self.client_status(account) != "ex_client":
            return None
        begun = [contract for contract in self.terms(account) if self.begun(contract)]
        ends = [self.known(self.end_of_run, contract, False) for contract in begun]
        return max((end for end in ends if end is not None), default=None)

    def active(self, account: str) -> list[str]:
        return [contract for contract in self.terms(account) if self.known(self.running, contract)]

    def account_annual(self, account: str) -> float | None:
        counted = [contract for contract in self.active(account) if not self.known(self.one_off, contract)]
        return self.total(counted, self.annual)

    def lifetime(self, account: str) -> float | None:
        begun = [contract for contract in self.terms(account) if self.known(self.begun, contract)]
        return self.total(begun, self.brought)

    def brought(self, contract: str) -> float | None:
        value, end, start = (
            self.cell(contract, "value"),
            self.cell(contract, "end_date"),
            self.cell(contract, "start_date"),
        )
        if value is None or end is not None:
            return value
        until = self.last_day(contract)
        until = self.today if until is None else min(until, self.today)
        return value * max((until - start).days, 0) / 365.25

    def total(self, contracts: list[str], rule: Any) -> float | None:
        amounts = []
        for contract in contracts:
            amount, rate = self.known(rule, contract), self.known(self.to_base, contract)
            if amount is not None and rate is not None:
                amounts.append(amount * rate)
        return None if contracts and not amounts else sum(amounts, 0.0)

    def next_deadline(self, account: str) -> date | None:
        open_terms = [contract for contract in self.terms(account) if self.known(self.undecided, contract)]
        ahead = [self.known(self.deadline, contract) for contract in open_terms]
        return min((day for day in ahead if day is not None and day >= self.today), default=None)

    # everything

    def contracts(self) -> dict[str, dict[str, Any]]:
        rules = {
            "days_to_expiry": self.days_to_expiry,
            "deadline": self.deadline,
            "days_to_deadline": self.days_to_deadline,
            "status": self.status,
            "phase": self.phase,
            "renewal_probability": self.chance,
            "expected_value": self.expected_value,
            "annual_value": self.annual,
            "renewal_risk": self.renewal_risk,
            "next_renewal_date": self.next_renewal_date,
            "contradiction": self.contradiction,
            "cancellation_notice_on": self.noticed_on,
            "renewed_auto": self.renewed_by_itself,
            "running": self.running,
        }
        return {name: {row: self.known(rule, row) for row in self.rows} for name, rule in rules.items()}

    def accounts_columns(self) -> dict[str, dict[str, Any]]:
        rules = {
            "client_status": self.client_status,
            "lost_on": self.lost_on,
            "active_contracts": lambda account: len(self.active(account)),
            "annual_value": self.account_annual,
            "lifetime_value": self.lifetime,
            "next_deadline": self.next_deadline,
        }
        return {name: {row: self.known(rule, row) for row in self.accounts} for name, rule in rules.items()}
