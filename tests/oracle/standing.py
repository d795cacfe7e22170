"""Where each contract term stands, row by row in plain Python: what follows it, what was decided, its dates and status."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.oracle.dates import ONE_DAY, Settings, Unknown, chain_months, months_of_term, on_anchor_day, plus_months


class Standing:
    """The terms of a workbook as of a day."""

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
