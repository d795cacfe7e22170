"""The columns of contracts and their accounts computed a second time, row by row in plain Python, from the domain's
sentences alone: no pandas, and nothing of the product is imported.

Input is a list of dicts per tab (None: blank, ``bad``: the marker of an unreadable cell) and the plain numbers of the
configuration. Output is a dict of column → value per id.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.oracle.dates import Unknown, months_of_term, plus_months
from tests.oracle.standing import Standing


class Book(Standing):
    """A workbook as of a day: what its terms are worth, how likely, and what that makes of the accounts."""

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
