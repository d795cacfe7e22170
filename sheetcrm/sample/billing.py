"""Invoices of the sample company: one per period of each term, paid as the customer pays."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from sheetcrm.sample.cast import Company, Term
from sheetcrm.sample.days import add_months, workday
from sheetcrm.sample.talks import HISTORY

PERIODS = {"monthly": 1, "quarterly": 3, "semiannual": 6, "annual": 12}
DUE_AFTER = 30
PAYS = {"good": (-8, 2), "fair": (2, 26), "troubled": (12, 48), "silent": (-4, 0)}
"""Days after the due date between which a customer pays, by mood."""

PAID_LATE: dict[str, tuple[int, int]] = {"critical_15": (130, 41), "difficult": (95, 36), "snoozed": (70, 16)}
"""Extra invoices paid late: how many days ago they fell due, and how many days after that they were paid."""

UNPAID: dict[str, tuple[int, ...]] = {
    "credit_blocked": (75, 44),
    "critical_15": (45,),
    "closing_9": (18,),
    "snoozed": (5,),
    "preparation_61": (2,),
    "lost_price": (96,),
}
"""Extra invoices that are still open: days past due."""


def bill(company: Company, terms: list[Term]) -> None:
    """Every invoice of the last year, noted in the journal."""
    for term in terms:
        if term.account.part.case == "no_data" or "slip" in term.spec.cells:
            continue
        dice = company.dice(term.account.part.case, "invoices", term.id)
        for issued, amount in _periods(company, term):
            _invoice(company, term, issued, amount, dice)
    for case, ages in UNPAID.items():
        for age in ages:
            _extra(company, case, age, None)
    for case, (age, late) in PAID_LATE.items():
        _extra(company, case, age, company.day(late - age))


def _extra(company: Company, case: str, age: int, paid: date | None) -> None:
    """An invoice for work outside the terms' periods, due so many days ago."""
    account = company.of(case)
    due = company.day(-age)
    company.journal.write(
        "invoices",
        account_id=account.id,
        contract_id=account.running[0].id,
        issued_on=workday(due - timedelta(DUE_AFTER)),
        due_on=due,
        amount=round(account.running[0].value / 12, 2),
        currency=account.running[0].cells.get("currency"),
        paid_on=paid,
    )


def _periods(company: Company, term: Term) -> list[tuple[date, float]]:
    """When each period's invoice went out, from the anchor, and what it asked for."""
    if term.frequency == "once":
        return [(workday(term.start, forward=True), term.value)] if term.start <= company.as_of else []
    step = PERIODS[term.frequency]
    last = min(term.end or company.as_of, company.as_of)
    if term.stage == "lost" and term.closed_on and term.end is None:
        last = min(last, term.closed_on)
    share = round(term.value * step / term.months, 2)
    found = []
    count = 0
    while (start := add_months(term.start, count * step)) <= last:
        issued = workday(start, forward=True)
        if company.day(-HISTORY) <= issued <= company.as_of:
            found.append((issued, share))
        count += 1
    return found


def _invoice(company: Company, term: Term, issued: date, amount: float, dice: Random) -> None:
    due = workday(issued + timedelta(DUE_AFTER), forward=True)
    early, late = PAYS[term.account.part.mood]
    paid = workday(due + timedelta(dice.randint(early, late)))
    company.journal.write(
        "invoices",
        account_id=term.account.id,
        contract_id=term.id,
        issued_on=issued,
        due_on=due,
        amount=amount,
        currency=term.cells.get("currency"),
        paid_on=paid if paid <= company.as_of else None,
    )
