"""The sample company: a service firm that rents and maintains printers, made from a seed and relative to a day.

About 60 accounts and what they bring, told as dated events; the workbook of a day is their replay. It has every
case of the domain:

- contracts: every status and phase; deadlines at 90, 61, 60, 45, 41, 30, 15, 9, 3, 0, -1, -7, -30 and -75 days, and on
  a weekend; auto-renewing with notice, before and after its deadline; evergreen (also from 29 February); upcoming;
  renewed early and late, with its successor, by stage without one, without a date to come; lost for every reason and
  for none given; co-termed; project; month-end anchors; a second currency; a person's probability; a snooze; no mail
- cancellation notices that name a contract and that only have the account
- accounts: every tier (and none), band and status; credit-blocked; health override; single-threaded; untouched, never
  contacted; difficult; no mail; key accounts without a plan and with an old one
- every risk signal, alive and past; promises kept, late, broken and pending; surveys that rise, fall and detract
- tickets: recurrent by asset, by place and category; each state of the SLA clock; a critical one past it
- invoices: open at 2 to 96 days past due, paid early and late
- opportunities of each kind and stage, stalled ones, lost at each step, one in a second currency; needs to expand and
  trigger events; contacts who moved, to another customer and from one that left; every quadrant of volume and margin
- tasks done, late, due, ahead, and two weeks without any
- a team with somebody away, and an owner who has left
- about a dozen mistakes, as people make them (``mistakes.py``)
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sheetcrm.sample import billing, deals, mistakes, pipeline, portfolio, service, talks
from sheetcrm.sample.cast import gather, note_team
from sheetcrm.sample.journal import Event, arrange, replay

if TYPE_CHECKING:
    from sheetcrm.model import Value

__all__ = ["Event", "events", "replay", "sample"]

_NUMBERING = {
    "contracts": ("start_date", "", 0),
    "interactions": ("date", "I-{:04d}", 1),
    "tickets": ("opened_at", "T-{:03d}", 101),
    "invoices": ("issued_on", "F-{:04d}", 2001),
    "opportunities": ("created_on", "O-{:03d}", 1),
    "tasks": ("due", "TA-{:03d}", 1),
    "contacts": ("", "P-{:03d}", 1),
}


def events(seed: int, as_of: date, language: str) -> tuple[Event, ...]:
    """Everything that happened up to ``as_of``, by day.

    The same seed, day and language (``es``, ``en``, ``ru``) give the same events in every process. KeyError for
    another language.
    """
    company = gather(seed, as_of, language)
    terms = deals.agree(company)
    deals.note_contracts(company, terms)
    talks.talk(company)
    service.serve(company)
    billing.bill(company, terms)
    pipeline.sell(company, terms)
    pipeline.promise(company)
    portfolio.keep(company)
    note_team(company, portfolio.targets(company, terms))
    arrange(company.journal, _NUMBERING)
    mistakes.slip(company)
    return company.journal.events()


def sample(seed: int, as_of: date, language: str) -> dict[str, list[dict[str, Value]]]:
    """The workbook of ``as_of``: tab key → rows of the people's columns, in keys (None where blank).

    Dates are dates (moments are datetimes), money and counts numbers, periods texts like ``12M``, lists and yes/no
    their keys; the mistakes that people make are raw text.
    """
    return replay(events(seed, as_of, language), as_of)
