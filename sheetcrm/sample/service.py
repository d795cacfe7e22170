"""Tickets of the sample company: trouble, how fast we answered, and the faults that come back."""

from __future__ import annotations

from datetime import date, datetime
from random import Random
from typing import Any

from sheetcrm.sample.cast import Account, Company
from sheetcrm.sample.days import add_hours, add_workdays, at
from sheetcrm.sample.talks import HISTORY, fill

COUNT = {"good": 2, "fair": 6, "troubled": 9, "silent": 0}
RESOLUTION = {"critical": 8, "high": 24, "normal": 72, "low": 120}
"""Working hours that a solution may take by default (the domain's table)."""

RESPONSE = {"critical": 1, "high": 4, "normal": 8, "low": 24}
ON_TIME = {"good": 0.96, "fair": 0.65, "troubled": 0.35}

_PRIORITIES = ("critical", "high", "normal", "low")
_WEIGHTS = {"good": (1, 10, 64, 25), "fair": (5, 28, 55, 12), "troubled": (8, 40, 45, 7)}
_CATEGORIES = ("service", "consumable", "repair", "supply", "visit", "billing", "communication", "collections")
_SHARES = (28, 22, 22, 9, 8, 6, 3, 2)
_CAUSE = {"service": "equipment", "supply": "supply", "consumable": "supply", "repair": "equipment", "visit": "service",
          "communication": "communication", "collections": "collections", "billing": "billing"}  # fmt: skip


def serve(company: Company) -> None:
    """Every ticket of the last year, noted in the journal."""
    for account in company.accounts:
        if not account.terms or min(term.start for term in account.terms) > company.as_of:
            continue
        dice = company.dice(account.part.case, "tickets")
        for offset in _offsets(company, account, dice):
            _ticket(company, account, company.day(offset), dice)
    _faults(company)
    _clocks(company)


def _offsets(company: Company, account: Account, dice: Random) -> list[int]:
    """When routine tickets came, in days from ``as_of``, within the time that we served the account."""
    first = max(-HISTORY, (min(term.start for term in account.terms) - company.as_of).days)
    last = -2
    if account.part.case.startswith("lost"):
        last = max((term.closed_on - company.as_of).days for term in account.terms if term.closed_on)
    if last <= first:
        return []
    count = COUNT[account.part.mood] + (2 if account.part.tier == "key" else 0) + dice.choice((-1, 0, 0, 1))
    if account.part.mood == "silent":
        return []
    if account.part.mood == "troubled":
        first = max(first, -150)  # what is wrong there is wrong now
    return sorted(dice.randint(first, last) for _ in range(max(count, 0)))


def _ticket(company: Company, account: Account, day: date, dice: Random, **given: Any) -> None:
    """One ticket, answered and solved as the account's mood has it; ``given`` cells stand as they are."""
    mood = account.part.mood
    category = given.get("category") or dice.choices(_CATEGORIES, _SHARES)[0]
    priority = given.get("priority") or dice.choices(_PRIORITIES, _WEIGHTS[mood])[0]
    opened = at(day, dice.uniform(0, 7))
    kept = dice.random() < ON_TIME[mood]
    share = dice.uniform(0.15, 0.85) if kept else dice.uniform(1.1, 2.2)
    answered = add_hours(opened, RESPONSE[priority] * (dice.uniform(0.1, 0.8) if kept or dice.random() < 0.5 else 1.5))
    solved = max(answered, add_hours(opened, RESOLUTION[priority] * share))
    promised = add_hours(opened, RESOLUTION[priority] * dice.choice((0.9, 1.0))) if dice.random() < 0.35 else None
    terms = [term for term in account.running if term.end is None or term.end >= day >= term.start]
    cells: dict[str, Any] = {
        "contract_id": terms[0].id if terms and dice.random() < 0.7 and not _copied(account) else None,
        "category": category,
        "priority": None if priority == "normal" and dice.random() < 0.25 else priority,
        "asset": dice.choice(company.words.equipment) + f" #{dice.randint(1, 40):02d}" if dice.random() < 0.6 else None,
        "location": dice.choice(company.words.places) if dice.random() < 0.7 else None,
        "opened_at": opened,
        "promised_at": promised if promised and promised > answered else None,
        "first_response_at": answered,
        "resolved_at": solved,
        "owner": account.service,
        "summary": dice.choice(company.words.tickets[category]),
        "customer_confirmed": "no" if mood == "troubled" and dice.random() < 0.4 else "yes",
        **given,
    }
    _tidy(company, account, cells, category, day, dice)
    company.journal.write("tickets", account_id=account.id, **cells)


def _copied(account: Account) -> bool:
    """Nothing points at contracts that someone mistyped."""
    return account.part.case == "mistyped"


def _tidy(company: Company, account: Account, cells: dict[str, Any], category: str, day: date, dice: Random) -> None:
    """Nothing from the future; an open ticket has a plan instead of a solution; long ago people gave only a date."""
    for key in ("first_response_at", "resolved_at"):
        if cells[key] is not None and cells[key].date() > company.as_of:
            cells[key] = None
    if cells["resolved_at"] is None:
        cells["customer_confirmed"] = None
        planned = add_workdays(company.day(2), 2).isoformat()
        cells["action_plan"] = fill(
            company, dice.choice(company.words.action_plans), account.service, dice, day=planned
        )
        return
    cells["root_cause"] = _CAUSE[category]
    cells["resolution"] = company.words.resolutions[category]
    if dice.random() < 0.15:
        cells["evidence"] = f"https://docs.example.com/e/{dice.randrange(10**6):06d}"
    if day < company.day(-300):
        cells["opened_at"] = cells["opened_at"].date()
        cells["resolved_at"] = cells["resolved_at"].date()
        cells["first_response_at"] = cells["promised_at"] = None


def _faults(company: Company) -> None:
    """Three calls in 90 days about one machine; and three of one kind at one place, each about another machine."""
    words = company.words
    account, dice = company.of("recurrent_asset"), company.dice("recurrent_asset", "faults")
    for offset in (-74, -45, -13):
        _ticket(company, account, company.day(offset), dice, category="repair", priority="high",
                asset=f"{words.equipment[0]} #07", location=words.places[1])  # fmt: skip
    account, dice = company.of("recurrent_location"), company.dice("recurrent_location", "faults")
    for offset in (-66, -31, -9):
        _ticket(company, account, company.day(offset), dice, category="consumable", asset=None,
                location=words.places[2])  # fmt: skip


def _clocks(company: Company) -> None:
    """Open tickets in each state of the clock, wherever in the week ``as_of`` falls."""
    soon, last_week = add_workdays(company.as_of, 2), company.day(-7)
    states: tuple[tuple[str, date, dict[str, Any]], ...] = (
        ("auto_open", add_workdays(company.as_of, -2), {"priority": "normal", "promised_at": _noon(company, 8)}),
        ("weekend", add_workdays(company.as_of, -1), {"priority": "low", "promised_at": _noon(company, 12)}),
        ("falling", company.day(-28), {"priority": "normal", "promised_at": at(soon, 8.0)}),
        ("expansion", company.day(-35), {"priority": "low", "promised_at": at(soon, 3.0)}),
        ("urgent_30", company.day(-20), {"priority": "high", "promised_at": None}),
        ("detractor", last_week, {"priority": "normal", "promised_at": at(add_workdays(company.as_of, -2), 2.0)}),
        ("critical_breach", add_workdays(company.as_of, -4), {"priority": "critical", "promised_at": None}),
    )
    for case, day, cells in states:
        account, dice = company.of(case), company.dice(case, "clocks")
        _ticket(company, account, day, dice, category="repair", resolved_at=None,
                first_response_at=at(day, 8.5), opened_at=at(day, 8.0), **cells)  # fmt: skip


def _noon(company: Company, workdays: int) -> datetime:
    return at(add_workdays(company.as_of, workdays), 3.0)
