"""The metrics of domain 7 in plain Python: one number by name, None where there is nothing to tell."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from statistics import mean, median
from typing import Any

from tests.frames import UNREADABLE
from tests.oracle.accounts import Accounts
from tests.oracle.contracts import Book
from tests.oracle.rows import CHANCES, Rows
from tests.oracle.whole import Record, Whole, day_of, known, total

STRATEGIES = ("retain", "reprice", "develop", "maintain", "streamline", "")
LATE_STAGES = ("invoice_needed", "invoice_sent")
STEPS = ("contact", "proposal", "negotiation")
LEAST_ENTRIES = 5


def share(part: float | None, whole: float | None) -> float | None:
    return part / whole if whole and part is not None else None


class Figures:
    """The numbers of a workbook as of its day; ``read`` are its records."""

    def __init__(self, whole: Whole, read: dict[str, list[dict[str, Any]]]) -> None:
        self.whole, self.read, self.today = whole, read, whole.today
        self.book, self.rows, self.accounts = whole.book, Rows(whole), Accounts(whole)
        self.first = self.today - timedelta(days=364)

    def all(self) -> dict[str, Any]:
        """Every number by its name."""
        parts = (
            self.renewals, self.forecast, self.retention, self.service, self.surveys, self.sales, self.funnel,
            self.activity, self.weeks, self.portfolio, self.base, self.losses,
        )  # fmt: skip
        return {name: value for part in parts for name, value in part().items()}

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
            if deal.bad("kind") or deal.bad("stage"):
                continue
            if when and first <= when <= last and deal["kind"] != "renewal" and deal["stage"] != "lost":
                found.append((self.deal_amount(deal), self.deal_chance(deal), won, False))
        return found

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

    # --- service and surveys

    def in_window(self, day: Any) -> bool:
        found = day_of(day)
        return found is not None and self.first <= found <= self.today

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
        tasks = [row for row in self.whole.tabs["tasks"] if day_of(row["due"]) and not row.bad("done_on")]
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

    def losses(self) -> dict[str, Any]:
        found: dict[str, list[float | None]] = {}
        for one in self.book.rows:
            if self.fate(one) == "lost":
                end = known(self.book.cell, one, "end_date")
                if self.in_window(end or self.signed_on(one)):
                    reason = self.book.rows[one]["loss_reason"] or ""
                    found.setdefault(reason, []).append(self.yearly(one))
        return {f"losses.{reason}": (len(values), total(values)) for reason, values in found.items()}


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
