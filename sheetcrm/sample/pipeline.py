"""Opportunities and tasks of the sample company: what may be sold, and what somebody has promised to do."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from sheetcrm.sample.cast import Account, Company, Term
from sheetcrm.sample.days import add_workdays
from sheetcrm.sample.talks import fill

RENEWAL_STAGE = {"contacted": "contact", "proposal": "proposal", "negotiation": "negotiation",
                 "invoice_needed": "negotiation", "invoice_sent": "negotiation"}  # fmt: skip

# case, kind, stage, value, days since created, days to the expected close (or since it closed, when decided)
DEALS: tuple[tuple[str, str, str, int, int, int], ...] = (
    ("expansion", "upsell", "negotiation", 9800, 52, 12),
    ("expansion", "cross_sell", "proposal", 4200, 24, 45),
    ("preparation_90", "upsell", "proposal", 6400, 33, 20),
    ("negotiation_41", "cross_sell", "contact", 3600, 16, 60),
    ("co_termed", "upsell", "won", 8200, 120, -34),
    ("single_threaded", "cross_sell", "won", 5400, 210, -140),
    ("multi_year", "upsell", "won", 7600, 95, -12),
    ("recurrent_location", "upsell", "lost", 5100, 160, -70),
    ("rising", "cross_sell", "won", 1900, 80, -25),
    ("rising", "upsell", "proposal", 2300, 20, 34),
    ("auto_open", "cross_sell", "negotiation", 2700, 41, 9),
    ("first_contact_60", "upsell", "contact", 1800, 12, 75),
    ("closing_3", "cross_sell", "lost", 2100, 230, -160),
    ("renewed_early", "upsell", "won", 3100, 61, -9),
    ("month_end_31_january", "cross_sell", "contact", 1500, 70, 18),
    ("leap_start", "upsell", "proposal", 2600, 130, -15),
    ("evergreen_leap", "cross_sell", "contact", 1300, 9, 80),
    ("untiered", "upsell", "won", 1700, 300, -250),
    ("auto_past", "cross_sell", "proposal", 2400, 47, 26),
    ("project", "cross_sell", "negotiation", 3300, 36, 6),
    ("prospect_hot", "new", "proposal", 11500, 38, 21),
    ("prospect_hot", "new", "contact", 4200, 12, 70),
    ("prospect_cold", "new", "contact", 6800, 150, 15),
    ("prospect_stalled", "new", "negotiation", 7900, 110, -8),
    ("upcoming", "new", "won", 5200, 66, -11),
    ("lost_service", "recovery", "proposal", 4600, 28, 40),
    ("lost_price", "recovery", "contact", 5200, 60, 55),
    ("lost_competitor", "recovery", "lost", 6100, 120, -35),
    ("preparation_61", "cross_sell", "proposal", 3900, 29, 31),
    ("month_end_31_august", "upsell", "lost", 2400, 145, -62),
    ("auto_past_60", "cross_sell", "lost", 900, 88, -51),
)

LOST_AT = {"month_end_31_august": "negotiation", "auto_past_60": "contact"}
"""How far lost deals came, where that was not as far as a proposal, or farther."""


def sell(company: Company, terms: list[Term]) -> None:
    """The opportunities: the deals of the story, and a renewal for each term that somebody is working on."""
    for number, (case, kind, stage, value, age, close) in enumerate(DEALS):
        _deal(company, company.of(case), number, kind, stage, float(value), age, close)
    for term in terms:
        if term.main and term.stage in RENEWAL_STAGE and term.end and term.end <= company.as_of + timedelta(60):
            _renewal(company, term)


def _deal(
    company: Company, account: Account, number: int, kind: str, stage: str, value: float, age: int, close: int
) -> None:
    dice = company.dice(account.part.case, "deals", str(number))
    decided = stage in ("won", "lost")
    steps: dict[str, Any] = {}
    span = age + close if decided else age
    reached = LOST_AT.get(account.part.case, "proposal") if stage == "lost" else stage
    if reached != "contact":
        steps["proposal_on"] = company.day(-age + span // 3)
    if reached in ("negotiation", "won"):
        steps["negotiation_on"] = company.day(-age + 2 * span // 3)
    company.journal.write(
        "opportunities",
        account_id=account.id,
        kind=kind,
        stage=stage,
        value=value,
        currency="USD" if account.part.case == "preparation_61" else None,
        probability=dice.choice((0.5, 70)) if stage == "negotiation" and number % 2 == 0 else None,
        owner=account.owner,
        created_on=company.day(-age),
        expected_close=company.day(close),
        closed_on=company.day(close) if decided else None,
        reason=dice.choice(company.words.reasons[stage]) if decided else None,
        plan=fill(company, dice.choice(company.words.deals[kind]), account.contacts[0].name, dice),
        success_criteria=dice.choice(company.words.success) if dice.random() < 0.6 else None,
        **steps,
    )


def _renewal(company: Company, term: Term) -> None:
    """The renewal's opportunity, in step with its contract."""
    dice = company.dice(term.account.part.case, "renewal", term.id)
    end = term.end or company.as_of
    created = min(company.day((end - company.as_of).days - 60), company.day(-1))
    stage = RENEWAL_STAGE[term.stage]
    company.journal.write(
        "opportunities",
        account_id=term.account.id,
        contract_id=term.id,
        kind="renewal",
        stage=stage,
        value=term.cells.get("renewal_value", term.value),
        currency=term.cells.get("currency"),
        probability=term.cells.get("probability"),
        owner=term.account.owner,
        created_on=created,
        proposal_on=add_workdays(created, 1) if stage != "contact" else None,
        negotiation_on=max(add_workdays(created, 1), company.day(-9)) if stage == "negotiation" else None,
        expected_close=end,
        plan=fill(company, company.words.deals["renewal"][0], None, dice),
    )


_KINDS = ("call", "mail", "visit", "meeting", "document", "review", "data", "other")
_SHARES = (30, 16, 14, 12, 12, 9, 4, 3)

# Days from ``as_of`` on which open tasks fall due: late ones, today's, the coming days', then week by week. No task
# stands between 15 and 27 days ahead: two weeks that are a valley.
OPEN_DUE = (-24, -16, -12, -9, -6, -4, -3, 0, 0, 1, 1, 2, 2, 3, 5, 6, 7, 8, 9, 12, 13, 30, 33, 41)


def promise(company: Company) -> None:
    """The tasks: three in five done, the rest late, due or ahead; two visits in the next two working days."""
    clients = [account for account in company.accounts if account.terms and not account.part.case.startswith("lost")]
    dice = company.dice("tasks")
    for _ in range(36):
        account = dice.choice(clients)
        due = company.day(-dice.randint(4, 200))
        late = dice.choices((0, 3, 9), (70, 20, 10))[0]
        done = add_workdays(due, late) if late else company.day((due - company.as_of).days - dice.randint(0, 3))
        _task(company, account, due, dice, done_on=done if done <= company.as_of else None)
    for offset in OPEN_DUE:
        due = add_workdays(company.as_of, offset) if 0 < offset <= 2 else company.day(offset)
        _task(company, dice.choice(clients), due, dice)
    for case, workdays in (("negotiation_41", 1), ("critical_15", 2)):
        _task(company, company.of(case), add_workdays(company.as_of, workdays), dice, kind="visit")


def _task(company: Company, account: Account, due: date, dice: Random, kind: str = "", **cells: Any) -> None:
    kind = kind or dice.choices(_KINDS, _SHARES)[0]
    contact = dice.choice([contact for contact in account.contacts if not contact.left])
    term = account.running[0]
    company.journal.write(
        "tasks",
        account_id=account.id,
        contract_id=term.id if kind in ("meeting", "document") and account.part.case != "mistyped" else None,
        kind=kind,
        nature="commercial" if kind in ("call", "visit", "meeting") else "admin",
        title=fill(company, dice.choice(company.words.tasks[kind]), contact.name, dice),
        checklist=company.words.checklist if kind == "meeting" else None,
        owner=account.service if kind == "data" else account.owner,
        due=due,
        **cells,
    )
