"""Conversations with the customers: what was said, what it promised, and whether we kept it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from sheetcrm.sample.cast import Account, Company
from sheetcrm.sample.days import add_workdays, workday

HISTORY = 390
"""Days of history that the sample keeps of conversations, tickets and invoices."""

EVERY = {"key": 25, "standard": 45, "low": 120}
"""Days between two conversations with an account in good order, by tier."""

SLOWER = {"good": 1.0, "fair": 1.2, "troubled": 1.3}
KEPT = {"good": (0.95, 0.04), "fair": (0.62, 0.22), "troubled": (0.3, 0.35)}
"""Share of promises kept on time, and late; the rest are broken."""

LATEST = {"good": (0.05, 0.8), "fair": (0.7, 2.2), "troubled": (1.2, 2.7)}
"""The last conversation lies between so many cadences back."""

_CADENCE = {"key": 30, "standard": 90, "low": 90}
_CHANNELS = ("call", "email", "visit", "meeting", "report", "other", "proposal")
_WEIGHTS = (36, 24, 17, 10, 7, 3, 3)
_ASKED = {"good": "high", "fair": "middle", "troubled": "low"}
_SCORES = {"high": (8, 9, 9, 10, 10), "middle": (6, 7, 7, 8), "low": (3, 4, 5, 6)}

SURVEYS: dict[str, tuple[tuple[int, float], ...]] = {
    "rising": ((-230, 5), (-150, 6), (-61, 8), (-21, 9)),
    "falling": ((-240, 9), (-130, 9.5), (-70, 7), (-26, 6)),
    "detractor": ((-190, 6), (-33, 3)),
    "recurrent_asset": ((-140, 7), (-29, 4)),
    "critical_15": ((-100, 7), (-12, 5)),
}
"""Surveys that the story asks for: days from ``as_of`` and score."""

SIGNALS: dict[str, tuple[tuple[int, str, str], ...]] = {
    "cancelled_contract": ((-12, "email", "cancellation_notice"),),
    "cancelled_account": ((-6, "email", "cancellation_notice"), (-40, "call", "quote_request")),
    "detractor": ((-24, "other", "quote_request"), (-51, "complaint", "billing_complaint")),
    "critical_15": ((-31, "decision", "purchasing_change"),),
    "recurrent_asset": ((-36, "complaint", "billing_complaint"), (-18, "other", "quote_request")),
    "negotiation_41": ((-33, "meeting", "new_decision_maker"),),
    "weekend": ((-47, "email", "purchasing_change"),),
    "closing_9": ((-19, "complaint", "billing_complaint"),),
    "urgent_30": ((-27, "visit", "obsolescence"),),
    "expansion": ((-15, "meeting", "expansion_need"),),
    "rising": ((-19, "visit", "expansion_need"),),
    "leap_start": ((-44, "meeting", "expansion_need"),),
    "auto_open": ((-30, "other", "trigger_event"),),
    "co_termed": ((-22, "other", "trigger_event"),),
    "override": ((-88, "complaint", "billing_complaint"),),
    "prospect_hot": ((-6, "call", "quote_request"),),
    "single_threaded": ((-125, "call", "quote_request"),),
    "lost_price": ((-130, "call", "quote_request"),),
}
"""Risk signals and openings; one older than 90 days no longer lives."""

PENDING: dict[str, int] = {"preparation_90": 3, "closing_3": 1, "prospect_hot": 5}
"""Promises given three days ago that are not yet due: working days left."""

COMPLAINTS: dict[str, tuple[int, ...]] = {
    "recurrent_asset": (-64, -20),
    "difficult": (-70, -41, -11),
    "detractor": (-33,),
    "recurrent_location": (-17,),
    "lost_service": (-300, -276),
}


def talk(company: Company) -> None:
    """Every conversation of the last year, noted in the journal."""
    for account in company.accounts:
        if account.part.mood == "silent":
            continue
        dice = company.dice(account.part.case, "talks")
        for day in _days(company, account, dice):
            _routine(company, account, day, dice)
        _told(company, account, dice)
        _surveys(company, account, dice)


def _span(company: Company, account: Account) -> tuple[int, int]:
    """The first and the last day of talking, from ``as_of``: a lost account is spoken to for some months more."""
    part = account.part
    begun = min((term.start for term in account.terms), default=company.day(-200))
    first = max(-HISTORY, (begun - company.as_of).days - 25)
    if part.quiet is not None:
        return first, -part.quiet
    if part.case.startswith("lost"):
        ended = max(term.closed_on for term in account.terms if term.closed_on)
        return first, min(-60, (ended - company.as_of).days + 100)
    dice = company.dice(part.case, "latest")
    cadence = _CADENCE[part.tier or "standard"]
    low, high = LATEST[part.mood]
    return first, -dice.randint(round(low * cadence), round(high * cadence))


def _days(company: Company, account: Account, dice: Random) -> list[date]:
    first, last = _span(company, account)
    every = EVERY[account.part.tier or "standard"] * SLOWER[account.part.mood]
    days, offset = [], float(last)
    while offset > first:
        days.append(company.day(round(offset)))
        offset -= every * dice.uniform(0.7, 1.3)
    return days[::-1]


def _routine(company: Company, account: Account, day: date, dice: Random) -> None:
    """A conversation as most are, with the promise that one in three leaves."""
    contact = dice.choice(account.contacts)
    if contact.left and day > company.day(-40):
        contact = account.contacts[0]
    channel = dice.choices(_CHANNELS, _WEIGHTS)[0]
    if channel == "proposal" and not account.terms:
        channel = "meeting"
    # Our second person keeps in touch with key accounts too.
    ours = account.service if dice.random() < (0.3 if account.part.tier == "key" else 0.12) else account.owner
    _note(
        company,
        account,
        day,
        dice,
        contact=contact.name,
        owner=ours,
        channel=channel,
        initiative="proactive" if dice.random() < 0.6 else "reactive",
        nature="commercial" if channel != "email" and dice.random() < 0.6 else "admin",
        summary=dice.choice(company.words.talks[channel]),
        minutes=f"https://docs.example.com/m/{dice.randrange(10**6):06d}" if channel == "meeting" else None,
        **(_promise(company, account, day, dice) if dice.random() < 0.38 else {}),
    )


def _promise(company: Company, account: Account, day: date, dice: Random) -> dict[str, Any]:
    """A next step: done on time, late, or never, as the account's mood has it; pending while not yet due."""
    due = add_workdays(day, dice.randint(4, 14))
    on_time, late = KEPT[account.part.mood]
    turn = dice.random()
    done: date | None = None
    if turn < on_time:
        done = max(day, workday(due - timedelta(dice.randint(0, 5))))
    elif turn < on_time + late:
        done = add_workdays(due, dice.randint(2, 9))
    return {
        "next_step": dice.choice(company.words.next_steps),
        "next_step_due": due,
        "next_step_done_on": done if done and done <= company.as_of else None,
    }


def _told(company: Company, account: Account, dice: Random) -> None:
    """What the story needs said: signals, complaints, and what a loss sounded like."""
    case = account.part.case
    contact = account.contacts[0].name
    for offset, channel, signal in SIGNALS.get(case, ()):
        named = account.running[0].id if case == "cancelled_contract" else None
        summary = dice.choice(company.words.signals[signal])
        _note(company, account, company.day(offset), dice, contract_id=named, contact=contact, owner=account.owner,
              channel=channel, initiative="reactive", nature="commercial", signal=signal, summary=summary)  # fmt: skip
    for offset in COMPLAINTS.get(case, ()):
        _note(company, account, company.day(offset), dice, contact=contact, owner=account.service, channel="complaint",
              initiative="reactive", nature="admin", summary=dice.choice(company.words.talks["complaint"]),
              **_promise(company, account, company.day(offset), dice))  # fmt: skip
    if case in ("won_by_stage", "renewed_early"):
        closed = account.running[0].closed_on
        _note(company, account, closed or company.day(-5), dice, contract_id=account.running[0].id, contact=contact,
              owner=account.owner, channel="decision", initiative="reactive", nature="commercial",
              summary=company.words.talks["decision"][0])  # fmt: skip
    if case == "lost_competitor":
        _note(company, account, company.day(-45), dice, contact=contact, owner=account.owner, channel="newsletter",
              initiative="proactive", nature="commercial", summary=company.words.talks["newsletter"][0])  # fmt: skip

    if case in PENDING:
        step = company.words.next_steps[0]
        _note(company, account, company.day(-3), dice, contact=contact, owner=account.owner, channel="call",
              initiative="proactive", nature="commercial", summary=dice.choice(company.words.talks["call"]),
              next_step=step, next_step_due=add_workdays(company.as_of, PENDING[case]))  # fmt: skip


def _surveys(company: Company, account: Account, dice: Random) -> None:
    """The story's surveys, else one or two for about two clients in three."""
    asked = SURVEYS.get(account.part.case)
    mood = _ASKED[account.part.mood]
    if asked is None:
        count = 0 if not account.terms or account.part.case.startswith("lost") else dice.choice((0, 1, 1, 2))
        asked = tuple((-dice.randint(15, 330), float(dice.choice(_SCORES[mood]))) for _ in range(count))
    for offset, score in asked:
        said = "high" if score >= 8 else "middle" if score > 6 else "low"
        _note(company, account, company.day(offset), dice, contact=account.contacts[0].name, owner=account.owner,
              channel="survey", initiative="proactive", nature="commercial", score=score,
              summary=dice.choice(company.words.surveys[said]))  # fmt: skip


def _note(company: Company, account: Account, day: date, dice: Random, **cells: Any) -> None:
    cells["summary"] = fill(company, cells["summary"], cells.get("contact"), dice)
    company.journal.write("interactions", date=day, account_id=account.id, **cells)


def fill(company: Company, line: str, who: str | None, dice: Random, **more: Any) -> str:
    """A line of the vocabulary with its blanks filled."""
    places: Mapping[str, Any] = {
        "who": who or "",
        "place": dice.choice(company.words.places),
        "asset": dice.choice(company.words.equipment),
        "day": "",
        **more,
    }
    return line.format(**places)
