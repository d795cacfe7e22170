"""Contracts of the sample company: running terms, what stood before them, how they were decided."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from sheetcrm.sample.cast import Account, Company, Term
from sheetcrm.sample.days import add_months, latest_leap_day, workday
from sheetcrm.sample.roster import Spec

ANNUAL = {"key": (15000, 39000), "standard": (2600, 9800), "low": (700, 1700)}
SIGNED_LATE = ("preparation_61", "weekend", "rising", "auto_past", "recurrent_location")
_WANTS_VALUE = ("proposal", "negotiation", "invoice_needed", "invoice_sent", "payment_received")
FREQUENCIES = ("quarterly", "quarterly", "annual", "quarterly", "monthly", "quarterly", "quarterly", "semiannual")
_KINDS = ("service", "maintenance", "service", "support", "maintenance", "subscription")


def agree(company: Company) -> list[Term]:
    """All terms, numbered in the order of their start; each account knows its own."""
    terms: list[Term] = []
    for account in company.accounts:
        for number, spec in enumerate(account.part.specs):
            dice = company.dice(account.part.case, "terms", str(number))
            terms += _story(company, account, spec, dice)
    terms.sort(key=lambda term: term.start)
    for number, term in enumerate(terms):
        term.id = f"C-{1001 + number}"
    for term in terms:
        # What the runner appends is named after what it follows.
        if term.before and all(earlier.auto for earlier in term.before):
            term.id = f"{term.before[0].id}/2"
    for account in company.accounts:
        account.terms = [term for term in terms if term.account is account]
    return terms


def _story(company: Company, account: Account, spec: Spec, dice: Random) -> list[Term]:
    """One line of business with an account: the named term, those before it, and one after where it is signed."""
    starts, end, months = _span(company, spec)
    kind = spec.kind or dice.choice(_KINDS)
    low, high = ANNUAL[account.part.tier or "standard"]
    second = spec is not account.part.specs[0]
    annual = dice.uniform(low, high) * (0.5 if second else 1)
    title, frequency = dice.choice(company.words.titles[kind]), _frequency(company, account, spec)
    main = Term(account, spec, starts[-1], end, months, kind, title, frequency)
    main.value = _round(annual * months / 12)
    main.cells = _cells(company, account, spec, dice, main)
    if spec.stage == "lost" or spec.closed is not None:
        main.closed_on = company.day(spec.closed or 0)
    chain = _before(company, main, starts, dice)
    if account.part.case == "co_termed":
        chain.append(_co_termed(chain[0], main))
    if account.part.case == "renewed_early":
        chain.append(_signed_next(main))
    return [*chain, main]


def _span(company: Company, spec: Spec) -> tuple[list[date], date | None, int]:
    """The first days of the terms, the oldest first; the last day of the last one; its whole months."""
    today = company.as_of
    months = spec.months
    if spec.anchor.startswith("evergreen"):
        leap = spec.anchor.endswith("leap")
        start = latest_leap_day(today - timedelta(60)) if leap else add_months(today + timedelta(25), -36)
        return [start], None, 12
    if spec.anchor == "upcoming":
        start = workday(today + timedelta(18), forward=True)
        return [start], add_months(start, months) - timedelta(1), months
    if spec.anchor in ("january_31", "august_31", "leap"):
        return _from_anchor(today, spec)
    end = today + timedelta(spec.ends)
    if spec.anchor == "weekend":
        end = today + timedelta(17)
        end += timedelta((5 - end.weekday()) % 7)
    after = end + timedelta(1)
    if "days" in spec.cells:
        return [after - timedelta(spec.cells["days"])], end, round(spec.cells["days"] / 30.4)
    return [add_months(after, -months * back) for back in range(spec.past + 1, 0, -1)], end, months


def _from_anchor(today: date, spec: Spec) -> tuple[list[date], date, int]:
    """A chain from a first day that short months clamp: each term counts from that day, never from the last one."""
    if spec.anchor == "leap":
        anchor = latest_leap_day(today)
        months = 12
        while add_months(anchor, months) <= today:
            months += 12
        return [anchor], add_months(anchor, months) - timedelta(1), months
    month = 1 if spec.anchor == "january_31" else 8
    months, first = spec.months, date(today.year - 2, month, 31)
    turns = 0
    while add_months(first, months * (turns + 1)) <= today:
        turns += 1
    if month == 8:
        # The chain keeps at most two years, and begins on the 31st: its first start is the anchor.
        first, turns = (add_months(first, 12), turns - 2) if turns >= 3 else (first, turns)
    else:
        first, turns = add_months(first, 12 * (turns - 1)), 1
    starts = [add_months(first, months * turn) for turn in range(turns + 1)]
    return starts, add_months(first, months * (turns + 1)) - timedelta(1), months


def _frequency(company: Company, account: Account, spec: Spec) -> str:
    """By turns, not by chance: the number of invoices hangs on it."""
    given = spec.cells.get("payment_frequency")
    turn = company.accounts.index(account) + account.part.specs.index(spec)
    return str(given) if given else FREQUENCIES[turn % len(FREQUENCIES)]


def _cells(company: Company, account: Account, spec: Spec, dice: Random, term: Term) -> dict[str, Any]:
    """The undated cells of a named term, with words and days filled in."""
    words = company.words
    cells: dict[str, Any] = {
        "renewal_stage": None if spec.stage == "planned" and dice.random() < 0.2 else spec.stage,
        "owner": account.owner if dice.random() < 0.6 else None,
        "contact": account.contacts[0].name,
        "terms": dice.choice(words.terms) if dice.random() < 0.5 else None,
        "notes": dice.choice(words.notes) if dice.random() < 0.25 else None,
    }
    for key, given in spec.cells.items():
        if key.endswith("_in"):
            cells[key[:-3]] = company.as_of + timedelta(given)
        elif key not in ("days", "slip", "payment_frequency"):
            cells[key] = given
    said = {"competitor": words.rivals, "competitor_strengths": words.strengths, "lessons": words.lessons,
            "second_chance": words.second_chance}  # fmt: skip
    for key, lines in said.items():
        if key in cells:
            cells[key] = dice.choice(lines)
    if spec.kind != "project" and "days" not in spec.cells and term.end and dice.random() < 0.6:
        cells["renewal_period"] = f"{term.months}M"
    if spec.stage in _WANTS_VALUE:
        cells["renewal_value"] = _round(term.value * dice.choice((1.0, 1.03, 1.05, 0.96)))
    return cells


def _before(company: Company, main: Term, starts: list[date], dice: Random) -> list[Term]:
    """The renewed terms that lead to this one, the oldest first; signed mostly early, now and then late."""
    chain: list[Term] = []
    later = main
    for start in reversed(starts[:-1]):
        early = dice.choice((9, 16, 23, 31, 44, 58))
        signed = later.start + timedelta(8 if main.account.part.case in SIGNED_LATE else -early)
        earlier = Term(
            main.account, main.spec, start, later.start - timedelta(1), main.months, main.kind, main.title,
            main.frequency, value=_round(later.value / dice.choice((1.0, 1.02, 1.03, 1.05, 0.97))), main=False,
            after=later,
        )  # fmt: skip
        kept = ("owner", "contact", "currency", "auto_renew", "notice_days", "renewal_period")
        earlier.cells = {key: main.cells[key] for key in kept if key in main.cells}
        if not earlier.auto:
            earlier.closed_on = workday(min(signed, company.as_of))
            earlier.cells["renewal_stage"] = "payment_received"
            earlier.cells["renewal_value"] = later.value
        later.before.append(earlier)
        chain.append(earlier)
        later = earlier
    return chain[::-1]


def _co_termed(twin: Term, main: Term) -> Term:
    """A second term that ended in the same new one: half of the sum each."""
    twin.value = _round(twin.value * 0.55)
    other = Term(
        twin.account, twin.spec, twin.start, twin.end, twin.months, "maintenance", twin.title, twin.frequency,
        value=_round(twin.value * 0.8), main=False, after=main, closed_on=twin.closed_on,
        cells={**twin.cells, "renewal_value": None},
    )  # fmt: skip
    twin.cells["renewal_value"] = None
    main.before.append(other)
    return other


def _signed_next(main: Term) -> Term:
    """The next term of one that was renewed before its end: upcoming, planned."""
    start = (main.end or main.start) + timedelta(1)
    nxt = Term(
        main.account, main.spec, start, add_months(start, main.months) - timedelta(1), main.months, main.kind,
        main.title, main.frequency, value=main.cells.get("renewal_value", main.value), main=False, before=[main],
        cells={**{key: main.cells.get(key) for key in ("owner", "contact")}, "renewal_stage": "planned"},
    )  # fmt: skip
    main.after = nxt
    return nxt


def _round(amount: float) -> float:
    return float(round(amount / 10) * 10)


def note_contracts(company: Company, terms: list[Term]) -> None:
    """One row per term."""
    for term in terms:
        company.journal.write(
            "contracts",
            contract_id=term.id,
            account_id=term.account.id,
            title=term.title,
            contract_type=term.kind,
            start_date=term.start,
            end_date=term.end,
            value=term.value,
            payment_frequency=term.frequency,
            predecessor_id="; ".join(earlier.id for earlier in term.before) or None,
            closed_on=term.closed_on,
            **term.cells,
        )
