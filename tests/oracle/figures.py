"""The metrics of domain 7 in plain Python: one number by name, None where there is nothing to tell."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from statistics import mean
from typing import Any

from tests.frames import UNREADABLE
from tests.oracle.terms import TermFigures, share
from tests.oracle.whole import Record, day_of, known, total

STRATEGIES = ("retain", "reprice", "develop", "maintain", "streamline", "")
STEPS = ("contact", "proposal", "negotiation")
LEAST_ENTRIES = 5


class Figures(TermFigures):
    """The numbers of a workbook as of its day; ``read`` are its records."""

    def all(self) -> dict[str, Any]:
        """Every number by its name."""
        parts = (
            self.renewals, self.forecast, self.retention, self.service, self.surveys, self.sales, self.funnel,
            self.activity, self.weeks, self.portfolio, self.base, self.losses,
        )  # fmt: skip
        return {name: value for part in parts for name, value in part().items()}

    # --- service and surveys

    def service(self) -> dict[str, Any]:
        service = self.whole.service
        states = [(row, service.sla_status(row)) for row in service.tickets]
        counts = Counter(
            state for row, state in states if state in ("met", "missed") and self.in_window(row["resolved_at"])
        )
        counts |= Counter(state for _, state in states if state in ("breached", "at_risk"))
        opened = [row for row in self.whole.tabs["tickets"] if self.in_window(row["opened_at"])]
        causes = Counter(None if row["root_cause"] is UNREADABLE else row["root_cause"] for row in opened)
        clients = self.whole.clients()
        theirs = [row for row in opened if row["account_id"] in clients]
        told = [row for row in opened if service.fault(row)]
        faults = [self.accounts.recurrent_faults(one) for one in self.book.accounts]
        decided = counts["met"] + counts["missed"] + counts["breached"]
        used = bool(service.tickets)
        return {
            **{f"sla.{state}": counts[state] for state in ("met", "missed", "breached", "at_risk")},
            "sla.share": share(counts["met"], decided),
            "recurrence.tickets": len(opened),
            "recurrence.per_client": share(len(theirs), len(clients)) if used else None,
            "recurrence.repeated": share(sum((service.repeats(row) or 0) > 1 for row in told), len(told)),
            "recurrence.faults": sum(fault or 0 for fault in faults) if used else None,
            **{f"friction.{cause or ''}": count for cause, count in causes.items()},
        }

    def surveys(self) -> dict[str, Any]:
        rows = [
            row
            for row in self.whole.tabs["interactions"]
            if row["channel"] == "survey" and isinstance(row["score"], float) and isinstance(row["date"], date)
        ]
        ages = [(row["score"], (self.today - row["date"]).days) for row in rows]
        weights = sum(0.5 ** (age / 180) for _, age in ages)
        year = [score for score, age in ages if age < 365]
        new, old = ([score for score, age in ages if low <= age < low + 90] for low in (0, 90))
        high, low = sum(score >= 9 for score in year), sum(score <= 6 for score in year)
        return {
            "perception.score": share(
                10 * sum(s * 0.5 ** (age / 180) for s, age in ages), weights if weights >= 0.25 else 0
            ),
            "perception.surveys": len(year),
            "perception.promoters": high,
            "perception.detractors": low,
            "perception.nps": share(100.0 * (high - low), len(year)),
            "perception.trend": 10 * (mean(new) - mean(old)) if len(new) >= 2 and len(old) >= 2 else None,
        }

    # --- sales

    def sales(self) -> dict[str, Any]:
        deals = self.whole.tabs["opportunities"]
        growing = [deal for deal in deals if deal["kind"] in ("upsell", "cross_sell")]
        live = [deal for deal in growing if deal["stage"] not in ("won", "lost") and not deal.bad("stage")]
        won = [deal for deal in growing if deal["stage"] == "won" and self.in_window(deal["closed_on"])]
        amounts = [amount for deal in won if (amount := self.deal_amount(deal)) is not None]

        def weighted(deal: Record) -> float | None:
            amount, chance = self.deal_amount(deal), self.deal_chance(deal)
            return None if amount is None or chance is None else amount * chance

        return {
            "growth.opportunities": len(live),
            "growth.accounts": len({deal["account_id"] for deal in live}),
            "growth.value": total(self.deal_amount(deal) for deal in live),
            "growth.expected": total(weighted(deal) for deal in live),
            "expansion.upsell": total(self.deal_amount(deal) for deal in won if deal["kind"] == "upsell"),
            "expansion.cross_sell": total(self.deal_amount(deal) for deal in won if deal["kind"] == "cross_sell"),
            "expansion.deals": len(won),
            "expansion.mean": mean(amounts) if amounts else None,
            "expansion.undated": sum(deal["stage"] == "won" and day_of(deal["closed_on"]) is None for deal in growing),
        }

    def funnel(self) -> dict[str, Any]:
        reached = Counter[str]()
        onward = Counter[str]()
        lost = Counter[str]()
        ended = Counter[str]()
        for deal in self.whole.tabs["opportunities"]:
            place, began = self.place(deal)
            if place is None or deal.bad("kind") or deal["kind"] == "renewal" or not self.in_window(began):
                continue
            for at, step in enumerate(STEPS[: place + 1]):
                reached[step] += 1
                onward[step] += place > at
            if deal["stage"] == "lost":
                lost[STEPS[min(place, 2)]] += 1
            ended[deal["stage"] if deal["stage"] in ("won", "lost") else "open"] += 1
        rates = {step: share(onward[step], onward[step] + lost[step]) for step in STEPS}
        compared = [step for step in STEPS if onward[step] + lost[step] >= LEAST_ENTRIES]
        weakest = min(compared, key=lambda step: rates[step] or 0.0, default="")
        figures: dict[str, Any] = {f"funnel.{step}.entries": reached[step] for step in STEPS}
        figures |= {f"funnel.{step}.conversion": rates[step] for step in STEPS}
        return figures | {"funnel.won": ended["won"], "funnel.lost": ended["lost"], "funnel.weakest": weakest}

    def place(self, deal: Record) -> tuple[int | None, date | None]:
        """How far an opportunity came (0 contact to 3 won), and since when it is one."""
        dates = [day_of(deal[cell]) for cell in ("created_on", "proposal_on", "negotiation_on", "closed_on")]
        past = [day if day is not None and day <= self.today else None for day in dates]
        began = next((day for day in past if day is not None), None)
        dated = max((at for at, day in enumerate(past[:3]) if day is not None), default=0)
        stage = known(deal.cell, "stage")
        if stage == "won":
            return 3, began
        named = STEPS.index(stage) if stage in STEPS else 0
        return max(dated, named), began

    # --- activity

    def activity(self) -> dict[str, Any]:
        # Where nobody notes what is done, nobody can tell what was left undone.
        noted = "done_on" not in self.without.get("tasks", ())
        tasks = [row for row in self.whole.tabs["tasks"] if noted and day_of(row["due"]) and not row.bad("done_on")]
        fell = [row for row in tasks if self.in_window(row["due"]) and (row["done_on"] or row["due"] < self.today)]
        on_time = sum(row["done_on"] is not None and row["done_on"] <= row["due"] for row in fell)
        late = sum(row["done_on"] is not None and row["done_on"] > row["due"] for row in fell)
        talks = [row for row in self.whole.tabs["interactions"] if self.in_window(row["date"])]
        done = [row for row in self.whole.tabs["tasks"] if self.in_window(row["done_on"])]
        return {
            "planned.due": len(fell),
            "planned.on_time": on_time,
            "planned.late": late,
            "planned.not_done": len(fell) - on_time - late,
            "planned.share": share(on_time, len(fell)),
            **split("initiative", talks, "proactive", "reactive"),
            **split("nature", [*talks, *done], "commercial", "admin"),
        }

    def weeks(self) -> dict[str, Any]:
        this = self.today - timedelta(days=self.today.weekday())
        talks, tasks = self.whole.tabs["interactions"], self.whole.tabs["tasks"]
        contacts = [day_of(row["date"]) for row in talks if row["channel"] in self.contacts]
        done = Counter(week(day) for day in [*contacts, *(day_of(row["done_on"]) for row in tasks)] if day)
        todo = [row["due"] for row in tasks if row["done_on"] is None]
        todo += [row["next_step_due"] for row in talks if row["next_step_done_on"] is None]
        planned = Counter(week(found) for day in todo if (found := day_of(day)) and week(found) >= this)
        usual = sum(done[this - timedelta(weeks=back)] for back in range(1, 9)) / 8
        mondays = [this + timedelta(weeks=at) for at in range(-8, 5)]
        return {
            "weeks.mean": usual or None,
            "weeks.done": [done[monday] for monday in mondays],
            "weeks.planned": [planned[monday] for monday in mondays],
            "weeks.valley": [2 * (done[monday] + planned[monday]) < usual for monday in mondays],
        }

    contacts = frozenset(("visit", "call", "email", "meeting", "proposal", "report"))

    # --- portfolio

    def portfolio(self) -> dict[str, Any]:
        figures: dict[str, Any] = {}
        for by in ("volume", "margin"):
            amounts = {one: known(self.accounts.cell, one, by) for one in self.book.accounts}
            ranked = sorted((one for one, amount in amounts.items() if amount), key=lambda one: -amounts[one])
            figures[f"top.{by}"] = [amounts[one] for one in ranked[:10] if amounts[one] > 0]
        counts = Counter(known(self.accounts.strategy, one) or "" for one in self.whole.clients())
        figures |= {f"quadrants.{name}": counts[name] for name in STRATEGIES if counts[name]}
        owners = Counter(self.whole.account(one)["owner"] or "" for one in self.book.accounts)
        return figures | {f"portfolios.{owner}": count for owner, count in owners.items()}

    def base(self) -> dict[str, Any]:
        states = {one: self.whole.status(one) for one in self.book.accounts}
        counts = Counter(states.values())
        live = {
            deal["account_id"]
            for deal in self.whole.tabs["opportunities"]
            if known(deal.cell, "stage") not in ("won", "lost") and not deal.bad("stage")
        }
        lost = [one for one in states if self.in_window(known(self.book.lost_on, one))]
        return {
            "base.clients": counts["client"],
            "base.prospects": counts["prospect"],
            "base.ex_clients": counts["ex_client"],
            "base.unclear": counts[None],
            "base.lost": len(lost),
            "base.new": sum(self.is_new(one) for one, state in states.items() if state in ("client", "ex_client")),
            "base.pursued": sum(state == "prospect" and one in live for one, state in states.items()),
        }

    def is_new(self, account: str) -> bool:
        starts = [day_of(self.book.rows[one]["start_date"]) for one in self.book.terms(account)]
        since = [*starts, day_of(self.whole.account(account)["client_since"])]
        return self.in_window(min((day for day in since if day is not None), default=None))


def week(day: date) -> date:
    return day - timedelta(days=day.weekday())


def split(name: str, rows: list[Record], one: str, other: str) -> dict[str, Any]:
    """How rows divide in two."""
    counts = Counter(row[name] for row in rows if not row.bad(name))
    unsaid = len(rows) - counts[one] - counts[other]
    return {
        f"{name}.first": counts[one],
        f"{name}.second": counts[other],
        f"{name}.unsaid": unsaid,
        f"{name}.share": share(counts[one], counts[one] + counts[other]),
    }
