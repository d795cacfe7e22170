"""The columns of accounts beyond their contracts and their health, in plain Python, from domain 4."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from statistics import mean, median
from typing import Any

from tests.frames import UNREADABLE
from tests.oracle.dates import Unknown, plus_months
from tests.oracle.signals import Signals
from tests.oracle.whole import Record, Whole, known, total

NEW = ("upsell", "cross_sell", "new", "recovery", None, UNREADABLE)
"""What can be sold besides renewals; a deal of a kind that nobody can tell was sold all the same."""


class Accounts(Signals):
    """One method per column: an account's id in, its value out."""

    # --- rates

    def rate_change(self, account: str) -> float | None:
        """What successors begun in the last 365 days cost, against their predecessors."""
        after = before = 0.0
        for follower in self.book.terms(account):
            pair = known(self.raised, follower)
            if pair is not None:
                after, before = after + pair[0], before + pair[1]
        return after / before - 1 if before else None

    def raised(self, follower: str, days: int = 365) -> tuple[float, float] | None:
        """What a successor costs a year, and what the terms that it follows did; None where that is not known."""
        then = [self.part(one) for one in self.begun_after(follower, days)]
        now = self.whole.yearly(follower)
        if not then or now is None or None in then:
            return None
        return now, sum(one for one in then if one is not None)

    def begun_after(self, follower: str, days: int) -> list[str]:
        """The terms that this one succeeded, when it did so in the last days."""
        start = self.book.cell(follower, "start_date")
        lately = self.book.full(follower) and 0 <= (self.today - start).days < days
        return self.book.predecessors(follower) if lately else []

    def part(self, contract: str) -> float | None:
        """A term's annual value; an equal part of it where several rows (a problem) succeed it."""
        worth = self.whole.yearly(contract)
        return None if worth is None else worth / len(self.book.successors(contract))

    # --- tier and strategy

    def worth(self, account: str) -> float:
        """The annual value; what is not known comes last."""
        value = known(self.book.account_annual, account)
        return -math.inf if value is None else value

    def ranked(self, accounts: Iterable[str]) -> list[str]:
        """By annual value, volume and id, the worthiest first."""

        def place(account: str) -> tuple[float, float, str]:
            volume = self.volume(account)
            return -self.worth(account), math.inf if volume is None else -volume, account

        return sorted(accounts, key=place)

    def volume(self, account: str) -> float | None:
        return known(self.cell, account, "volume")

    def median_volume(self) -> float | None:
        volumes = [volume for account in self.whole.clients() if (volume := self.volume(account)) is not None]
        return median(volumes) if volumes else None

    def margin_share(self, account: str) -> float | None:
        volume, margin = self.volume(account), known(self.cell, account, "margin")
        return None if not volume or margin is None else margin / volume

    def valued(self) -> list[str]:
        """Clients whose annual value is known, the worthiest first."""
        return self.ranked(one for one in self.whole.clients() if self.worth(one) > -math.inf)

    def candidates(self) -> list[str]:
        """Accounts that may be key, the worthiest first."""
        top = self.valued()[: min(10, math.ceil(0.2 * len(self.whole.clients())))]
        told = [one for one in self.book.accounts if not self.whole.account(one).bad(*self.judged)]
        return self.ranked(one for one in told if one in top or self.stands_out(one))

    def stands_out(self, account: str) -> bool:
        row = self.whole.account(account)
        if self.whole.status(account) is None:
            return False
        if row["critical"] == "yes" or (row["sites"] or 0) >= 3:
            return True
        if row["potential"] != "high":
            return False
        volume, middle = self.volume(account), self.median_volume()
        return self.whole.status(account) == "prospect" or (
            volume is not None and middle is not None and volume >= middle
        )

    judged = ("critical", "sites", "potential", "volume")

    def tier_suggested(self, account: str) -> str | None:
        row = self.whole.account(account)
        if self.whole.status(account) is None or row.bad(*self.judged, "difficult"):
            return None
        if account in self.candidates()[:10]:
            return "key"
        return "low" if self.looks_low(account) else "standard"

    def looks_low(self, account: str) -> bool:
        row = self.whole.account(account)
        if row["difficult"] == "yes":
            return True
        if row["potential"] != "low" or self.whole.status(account) != "client":
            return False
        valued = self.valued()
        return account in valued[len(valued) - math.ceil(0.2 * len(valued)) :] or self.unraised(account)

    def unraised(self, account: str) -> bool:
        """A client of two years and more whose rate is known not to have risen in 24 months."""
        since = plus_months(self.today, -24)
        days = (self.today - since).days
        terms = self.book.terms(account)
        begun = [start for one in terms if isinstance(start := self.book.rows[one]["start_date"], date)]
        if not begun or min(begun) > since:
            return False
        later = [one for one in terms if known(self.begun_after, one, days)]
        pairs = [known(self.raised, one, days) for one in later]
        return all(pair is not None and pair[0] <= pair[1] * (1 + 1e-9) for pair in pairs)

    def strategy(self, account: str) -> str | None:
        both = [one for one in self.whole.clients() if self.margin_share(one) is not None]
        if self.whole.status(account) != "client" or len(both) < 4:
            return None
        volume, margin, middle = self.volume(account), self.margin_share(account), self.median_volume()
        if volume is None or margin is None or middle is None:
            return None
        good = margin >= median(share for one in both if (share := self.margin_share(one)) is not None)
        if volume >= middle:
            return "retain" if good else "reprice"
        potential = self.cell(account, "potential")
        if potential is None:
            return None
        if good:
            return "develop" if potential in ("high", "medium") else "maintain"
        return "develop" if potential == "high" else "streamline"

    def difficult_early(self, account: str) -> bool:
        """Two of: three complaints in 90 days; half of five and more tickets high or critical; two resolutions that the
        customer did not confirm."""
        complaints = [
            talk for talk in self.talks(account) if talk["channel"] == "complaint" and self.ago(talk["date"]) < 90
        ]
        tickets = [row for row in self.whole.mine("tickets", account) if self.ago(row["opened_at"]) < 90]
        grave = [row for row in tickets if row["priority"] in ("high", "critical")]
        refused = [
            row
            for row in self.whole.mine("tickets", account)
            if row["customer_confirmed"] == "no" and self.ago(row["resolved_at"]) < 90
        ]
        signs = (len(complaints) >= 3, len(tickets) >= 5 and 2 * len(grave) >= len(tickets), len(refused) >= 2)
        return sum(signs) >= 2

    def single_threaded(self, account: str) -> bool:
        self.cell(account, "tier")
        return self.health.single_threaded(self.whole.account(account))

    def tier_review_due(self, account: str) -> date | None:
        """6 (key) or 12 months after the last review; where there was none, after they became a client."""
        tier = self.health.tier(self.whole.account(account))
        if tier is None or self.whole.status(account) is None:
            raise Unknown
        reviewed = self.cell(account, "tier_reviewed_on")
        since = reviewed or self.cell(account, "client_since") or self.first_start(account)
        if self.whole.status(account) == "ex_client" or since is None:
            return None
        return plus_months(since, 6 if tier == "key" else 12)

    def plan_gap(self, account: str) -> str | None:
        """What the plan of a key account lacks: all of it, or a review in the last 6 months."""
        tier, reviewed = self.cell(account, "tier"), self.cell(account, "plan_reviewed_on")
        if tier != "key":
            return None
        if not self.cell(account, "plan"):
            return "missing"
        if reviewed is None:
            return "undated"
        return "old" if plus_months(reviewed, 6) < self.today else None

    def risk_plan_now(self, account: str) -> bool:
        """Whether the day of a client's risk plan has come."""
        due, status = self.cell(account, "risk_plan_due"), self.whole.status(account)
        if status is None:
            raise Unknown
        return status == "client" and due is not None and due <= self.today

    def first_start(self, account: str) -> date | None:
        starts = (self.book.rows[one]["start_date"] for one in self.book.terms(account))
        return min((start for start in starts if isinstance(start, date)), default=None)

    # --- growth

    def deals(self, account: str, stage: str, *kinds: Any) -> list[Record]:
        return [
            deal
            for deal in self.whole.mine("opportunities", account)
            if deal["stage"] == stage and (not kinds or deal["kind"] in kinds)
        ]

    def won(self, account: str, *kinds: Any) -> list[float | None]:
        """What each deal won in the last 365 days brought, in base currency."""
        deals = [deal for deal in self.deals(account, "won", *kinds) if 0 <= self.ago(deal["closed_on"]) < 365]
        return [self.whole.in_base(deal, known(deal.cell, "value")) for deal in deals]

    def sold(self, amounts: list[float | None]) -> float | None:
        """Nothing is told of sales where nobody notes opportunities."""
        return total(amounts) if self.whole.tabs["opportunities"] else None

    def upsell_sales(self, account: str) -> float | None:
        return self.sold(self.won(account, "upsell"))

    def cross_sell_sales(self, account: str) -> float | None:
        return self.sold(self.won(account, "cross_sell"))

    def average_deal(self, account: str) -> float | None:
        """Of all but renewals: their contract counts."""
        amounts = [amount for kind in NEW for amount in self.won(account, kind) if amount is not None]
        return mean(amounts) if amounts else None

    def expansion_value(self, account: str) -> float | None:
        amounts = [
            self.whole.in_base(deal, known(deal.cell, "value"))
            for deal in self.whole.mine("opportunities", account)
            if deal["kind"] in ("upsell", "cross_sell")
            and not deal.bad("stage")
            and deal["stage"] not in ("won", "lost")
        ]
        return self.sold(amounts)


COLUMNS = (
    "last_contact",
    "recurrent_faults",
    "promise_keeping",
    "perception",
    "rate_change",
    "tier_suggested",
    "strategy",
    "upsell_sales",
    "cross_sell_sales",
    "average_deal",
    "expansion_value",
    "difficult_early",
    "single_threaded",
    "tier_review_due",
    "plan_gap",
    "risk_plan_now",
)


def columns(whole: Whole) -> dict[str, list[Any]]:
    """Column → a value per account, in the order of the tab."""
    accounts = Accounts(whole)
    raw = {
        name: [getattr(accounts, name)(id) or None for id in whole.book.accounts] for name in ("signals", "openings")
    }
    return {"signal_rows": raw["signals"], "opening_rows": raw["openings"]} | {
        name: [known(getattr(accounts, name), id) for id in whole.book.accounts] for name in COLUMNS
    }
