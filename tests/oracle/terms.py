"""The metrics of contract terms in plain Python, from domain 7: due, renewed, signed, lost, forecast, retained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from statistics import mean, median
from typing import Any

from tests.frames import UNREADABLE
from tests.oracle.accounts import Accounts
from tests.oracle.contracts import Book
from tests.oracle.rows import CHANCES, Rows
from tests.oracle.whole import Record, Whole, day_of, known, total

LATE_STAGES = ("invoice_needed", "invoice_sent")


def share(part: float | None, whole: float | None) -> float | None:
    return part / whole if whole and part is not None else None


class TermFigures:
    """The numbers of a workbook as of its day; ``read`` are its records, ``without`` the columns that its tabs lack."""

    def __init__(
        self, whole: Whole, read: dict[str, list[dict[str, Any]]], without: Mapping[str, set[str]] | None = None
    ) -> None:
        self.without = without or {}
        self.whole, self.read, self.today = whole, read, whole.today
        self.book, self.rows, self.accounts = whole.book, Rows(whole), Accounts(whole)
        self.first = self.today - timedelta(days=364)

    def in_window(self, day: Any) -> bool:
        found = day_of(day)
        return found is not None and self.first <= found <= self.today

    # --- terms

    def fate(self, contract: str) -> str:
        """signed, auto, lost, open; "" where it can't be told."""
        status = known(self.book.status, contract)
        if status == "renewed":
            return "auto" if known(self.book.renewed_by_itself, contract) else "signed"
        return "lost" if status == "lost" else "open" if status not in (None, "evergreen") else ""

    def due(self, first: date, last: date) -> list[str]:
        """Terms whose last day falls in a period; a finished project is never due."""
        ends = {contract: known(self.book.cell, contract, "end_date") for contract in self.book.rows}
        return [
            contract
            for contract, end in ends.items()
            if end is not None and first <= end <= last and not known(self.book.one_off, contract)
        ]

    def yearly(self, contract: str) -> float | None:
        return self.whole.yearly(contract)

    def amount(self, contract: str, *cells: str) -> float | None:
        """The first filled of these amounts, in base currency."""
        values = [known(self.book.cell, contract, cell) for cell in cells]
        rate = known(self.book.to_base, contract)
        value = next((value for value in values if value is not None), None)
        return None if value is None or rate is None else value * rate

    def became(self, contract: str, yearly: bool) -> float | None:
        """What replaced a renewed term: its share of its successor rows, else what was agreed, else itself."""
        own = self.yearly(contract) if yearly else self.amount(contract, "value")
        following = self.book.successors(contract)
        if not following:
            return self.agreed(contract, own, yearly)
        parts = [self.part(own, follower, yearly) for follower in following]
        return None if None in parts else sum(part for part in parts if part is not None)

    def part(self, own: float | None, follower: str, yearly: bool) -> float | None:
        """The share of a successor that belongs to one of its predecessors, by what they were worth."""
        whole = self.yearly(follower) if yearly else self.amount(follower, "value")
        family = self.book.predecessors(follower)
        if len(family) == 1 or whole is None:
            return whole
        worths = [self.yearly(one) if yearly else self.amount(one, "value") for one in family]
        if None in worths:
            return None
        together = sum(worth for worth in worths if worth is not None)
        return whole * own / together if together and own is not None else whole / len(family)

    def agreed(self, contract: str, own: float | None, yearly: bool) -> float | None:
        asked = self.amount(contract, "renewal_value")
        if asked is None:
            return own
        months = known(self.book.period, contract)
        if not yearly:
            return asked
        if months is not None:
            return asked * 12 / months
        value = self.amount(contract, "value")
        return asked * own / value if value and own is not None else None

    def signed_on(self, contract: str) -> date | None:
        return known(self.book.closed_on, contract)

    def renewals(self) -> dict[str, Any]:
        terms = self.due(self.first, self.today)
        of = {name: [one for one in terms if self.fate(one) == name] for name in ("signed", "auto", "lost", "open")}
        pairs = [
            (self.yearly(one), 0.0 if one in of["lost"] else self.became(one, True))
            for one in of["signed"] + of["lost"]
        ]
        told = [(then, now) for then, now in pairs if then is not None and now is not None]
        before = sum(then for then, _ in told)
        on_days = [(one, self.signed_on(one)) for one in of["signed"]]
        on_time = [one for one, day in on_days if day is not None and day <= self.book.cell(one, "end_date")]
        undated = [one for one, day in on_days if day is None]
        paces = [
            (day - known(self.book.deadline, one)).days + 90
            for one, day in on_days
            if day is not None and known(self.book.deadline, one) is not None
        ]
        worths = [worth for one in of["signed"] if (worth := self.became(one, True)) is not None]
        figures: dict[str, Any] = {f"rate.{ours}": len(of[name]) for ours, name in
                                   (("renewed", "signed"), ("lost", "lost"), ("open", "open"), ("auto", "auto"))}  # fmt: skip
        figures |= {
            "rate.by_count": share(len(of["signed"]), len(of["signed"]) + len(of["lost"])),
            "rate.gross": share(sum(min(then, now) for then, now in told), before),
            "rate.net": share(sum(now for _, now in told), before),
            "on_time.due": len(terms),
            "on_time.on_time": len(on_time),
            "on_time.undated": len(undated),
            "on_time.late": len(of["signed"]) - len(on_time) - len(undated),
            "on_time.share": share(len(on_time), 0 if of["signed"] and len(undated) == len(on_days) else len(terms)),
            "pace.days": median(paces) if paces else None,
            "pace.contracts": len(paces),
            "mean_renewal_value": mean(worths) if worths else None,
        }
        return figures | self.ahead()

    def ahead(self) -> dict[str, Any]:
        figures: dict[str, Any] = {}
        for days in (30, 60, 90):
            terms = [one for one in self.due(self.today, self.today + timedelta(days=days)) if self.fate(one) == "open"]
            figures[f"to_renew.{days}.contracts"] = len(terms)
            figures[f"to_renew.{days}.value"] = total(self.yearly(one) for one in terms)
        risky = [one for one in self.book.rows if known(self.rows.at_risk, one)]
        figures["at_risk.contracts"] = len(risky)
        figures["at_risk.past"] = sum(self.book.days_to_deadline(one) < 0 for one in risky)
        figures["at_risk.value"] = total(self.yearly(one) for one in risky)
        return figures

    # --- forecast

    def forecast(self) -> dict[str, Any]:
        first = date(self.today.year, (self.today.month - 1) // 3 * 3 + 1, 1)
        last = (first + timedelta(days=95)).replace(day=1) - timedelta(days=1)
        cases = [*self.renewing(first, last), *self.selling(first, last)]
        targets = [row["sales_target"] for row in self.whole.tabs["team"]]
        given = [target for target in targets if target is not None and target is not UNREADABLE]
        return {
            "forecast.won": total(amount for amount, _, won, _ in cases if won),
            "forecast.commit": total(amount for amount, p, won, sure in cases if won or sure or (p or 0) >= 0.9 - 5e-5),
            "forecast.expected": total(
                amount if won or amount is None else None if p is None else amount * p for amount, p, won, _ in cases
            ),
            "forecast.best": total(amount for amount, *_ in cases),
            "forecast.target": sum(given) / 4 if given else None,
        }

    def renewing(self, first: date, last: date) -> list[tuple[float | None, float | None, bool, bool]]:
        found = []
        for one in self.due(first, last):
            fate, stage = self.fate(one), known(self.book.stage, one)
            if fate in ("signed", "auto"):
                found.append((self.became(one, False), 1.0, True, True))
            elif fate == "open":
                amount = self.amount(one, "renewal_value", "value")
                found.append((amount, known(self.book.chance, one), False, stage in LATE_STAGES))
        return found

    def selling(self, first: date, last: date) -> list[tuple[float | None, float | None, bool, bool]]:
        found = []
        for deal in self.whole.tabs["opportunities"]:
            won = deal["stage"] == "won"
            when = day_of(deal["expected_close"]) or (day_of(deal["closed_on"]) if won else None)
            if deal.bad("kind") or deal.bad("stage") or self.counts_itself(deal, first, last):
                continue
            if when and first <= when <= last and deal["kind"] != "renewal" and deal["stage"] != "lost":
                found.append((self.deal_amount(deal), self.deal_chance(deal), won, False))
        return found

    def counts_itself(self, deal: Record, first: date, last: date) -> bool:
        """Whether the term that an opportunity wants to win back is in the forecast already."""
        contract = deal["contract_id"]
        if deal["kind"] != "recovery" or contract not in self.book.rows:
            return False
        fate = self.fate(contract)
        return fate in ("signed", "auto") or (fate == "open" and contract in self.due(first, last))

    def deal_amount(self, deal: Record) -> float | None:
        return self.whole.in_base(deal, known(deal.cell, "value"))

    def deal_chance(self, deal: Record) -> float | None:
        stage, given = known(deal.cell, "stage"), known(deal.cell, "probability")
        if stage in ("won", "lost"):
            return float(stage == "won")
        if deal.bad("probability"):
            return None
        return CHANCES.get(stage or "") if given is None else given

    # --- retention

    def retention(self) -> dict[str, Any]:
        day = self.today - timedelta(days=365)
        then = Whole(self.read, replace(self.whole.given, today=day))
        clients = then.clients()
        lost = [one for one in self.book.accounts if self.in_window(known(self.book.lost_on, one))]
        pairs = []
        for one in clients:
            before, now = self.portfolio_of(then.book, one), self.portfolio_of(self.book, one)
            pairs.append((before, 0.0 if one in lost else now))
        told = [(before, now) for before, now in pairs if before is not None and now is not None]
        base = sum(before for before, _ in told)
        return {
            "retention.gross": share(sum(min(pair) for pair in told), base),
            "retention.net": share(sum(now for before, now in told if before), base),
            "retention.clients_before": len(clients),
            "retention.lost": len(lost),
            "retention.churn": share(len(lost), len(clients)),
        }

    def portfolio_of(self, book: Book, account: str) -> float | None:
        """The annual value of the terms that run, in base currency; None where one of them is not known."""
        worth = 0.0
        for contract in book.terms(account):
            runs = known(book.running, contract)
            if runs and not known(book.one_off, contract):
                amount, rate = known(book.annual, contract), known(book.to_base, contract)
                if amount is None or rate is None:
                    return None
                worth += amount * rate
            elif runs is None:
                return None
        return worth

    def losses(self) -> dict[str, Any]:
        found: dict[str, list[float | None]] = {}
        for one in self.book.rows:
            if self.fate(one) == "lost":
                end = known(self.book.cell, one, "end_date")
                if self.in_window(end or self.signed_on(one)):
                    reason = self.book.rows[one]["loss_reason"] or ""
                    found.setdefault(reason, []).append(self.yearly(one))
        return {f"losses.{reason}": (len(values), total(values)) for reason, values in found.items()}
