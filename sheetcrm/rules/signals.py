"""Risk signals: what warns of a loss, each with its row, alive for 90 days (domain 4; 002 items 21 to 27).

``signal_rows`` holds those of all accounts as one long table, ``opening_rows`` the chances that people noted. A signal
lives 90 days from its own day: that of the interaction or survey, of the ticket that made a fault recurrent, of the
promise's due date, of the payment that came late. What tells of today (an unpaid invoice, silence, hanging by a single
thread) lives while it is true, at age 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column
from sheetcrm.model import Ints
from sheetcrm.rules.ages import Flags, Floats, marked, within
from sheetcrm.rules.evidence import NAMED

Texts = np.ndarray[Any, np.dtype[np.object_]]

SEVERITY = (
    "cancellation_notice",
    "quote_request",
    "late_payment",
    "promise_missed",
    "recurrent_fault",
    "billing_complaint",
    "detractor",
    "perception_fell",
    "new_decision_maker",
    "purchasing_change",
    "untouched",
    "single_threaded",
    "obsolescence",
)
"""Every kind of risk signal, the most urgent first: the order in which a sentence names them."""

SPOKEN = (
    "quote_request",
    "new_decision_maker",
    "purchasing_change",
    "billing_complaint",
    "cancellation_notice",
    "obsolescence",
)
"""Signals that people note on an interaction."""

OPENINGS = ("expansion_need", "trigger_event")
"""What people note there that is a chance and no risk: it asks for a proactive contact."""


@dataclass(frozen=True)
class Signals:
    """The living signals of all accounts: one entry per signal, by account and then the freshest first.

    ``codes`` are account rows, ``kinds`` the signals' keys, ``ages`` days, ``tabs`` and ``ids`` the row that each names
    (an interaction may have no id: ""). ``size`` is the number of accounts.
    """

    codes: Ints
    kinds: Texts
    ages: Floats
    tabs: Texts
    ids: Texts
    size: int

    def count(self, *kinds: str) -> Ints:
        """How many living signals of these kinds each account has."""
        return np.bincount(self.codes[self.of(*kinds)], minlength=self.size)

    def of(self, *kinds: str) -> Flags:
        """Which entries are of these kinds."""
        return self.looked_up(dict.fromkeys(kinds, 1.0)) > 0

    def looked_up(self, numbers: Mapping[str, float]) -> Floats:
        """The number that the table gives each entry's kind; 0 where it has none."""
        kinds, words = self._numbered
        return np.array([float(numbers.get(word, 0.0)) for word in words])[kinds]

    @cached_property
    def _numbered(self) -> tuple[Ints, Sequence[str]]:
        """The kinds as numbers, and the word of each: there are a dozen words and tens of thousands of entries."""
        numbers, words = pd.factorize(self.kinds)
        return numbers, words.tolist()

    def at(self, row: int) -> list[tuple[str, str, str, int]]:
        """The signals of one account: kind, tab, id and age in days."""
        mine = np.flatnonzero(self.codes == row)
        return [(self.kinds[i], self.tabs[i], self.ids[i], int(self.ages[i])) for i in mine]

    def told(self, row: int) -> str | None:
        """The signals of one account, for ``explain``; None where it has none."""
        said = [f"{kind} {name if tab != 'accounts' else ''} {age} d" for kind, tab, name, age in self.at(row)]
        return ", ".join(said).replace("  ", " ") or None


class _Part(NamedTuple):
    """Signals of one tab: account rows, a kind (or one per row), ages, and the ids of the rows that they name."""

    tab: str
    kinds: Any
    codes: Ints
    ages: Floats
    ids: pd.Series[Any]


@column(
    "accounts",
    show=False,
    raw=True,
    kinds="interactions.signal",
    ages="interactions.age",
    ids="interactions.interaction_id",
    detractors="interactions.detractor_age",
    commitments="interactions.commitment_missed_age",
    faults="tickets.fault_signal",
    fault_ages="tickets.age",
    missed="tickets.sla_missed_age",
    ticket_ids="tickets.ticket_id",
    late="invoices.late_age",
    invoice_ids="invoices.invoice_id",
)
def signal_rows(
    kinds: Linked,
    ages: Linked,
    ids: Linked,
    detractors: Linked,
    commitments: Linked,
    faults: Linked,
    fault_ages: Linked,
    missed: Linked,
    ticket_ids: Linked,
    late: Linked,
    invoice_ids: Linked,
    perception_fell_row: Ints,
    untouched: pd.Series[Any],
    single_threaded: pd.Series[Any],
    account_id: pd.Series[Any],
    cfg: Any,
) -> Signals:
    """The account's living risk signals, each with its kind, its row and its age: those that people noted on
    interactions, broken promises, recurrent faults, late payments, bad surveys, silence and a single thread.

    Source: domain 4 (risk signals); 002 items 21 to 27
    """
    days = cfg.signals.days
    carrying = Linked(fault_ages.values.where(faults.values == 1), fault_ages.codes, fault_ages.size)
    parts = [
        _noted(kinds, ages, ids, SPOKEN, days),
        _aged("interactions", "promise_missed", commitments, ids, days),
        _aged("interactions", "detractor", detractors, ids, days),
        _fallen(perception_fell_row, ages, ids),
        _aged("tickets", "recurrent_fault", carrying, ticket_ids, days),
        _aged("tickets", "promise_missed", missed, ticket_ids, days),
        _aged("invoices", "late_payment", late, invoice_ids, days),
        _true("untouched", untouched, account_id),
        _true("single_threaded", single_threaded, account_id),
    ]
    return _together(parts, kinds.size)


@column(
    "accounts",
    show=False,
    raw=True,
    kinds="interactions.signal",
    ages="interactions.age",
    ids="interactions.interaction_id",
)
def opening_rows(kinds: Linked, ages: Linked, ids: Linked, cfg: Any) -> Signals:
    """The account's living chances: a need to expand and an event that changes its plans, noted in the last 90 days.
    They are no risks; each asks for a contact that we start.

    Source: domain 4 (risk signals: opportunities); 001 item 11
    """
    return _together([_noted(kinds, ages, ids, OPENINGS, cfg.signals.days)], kinds.size)


@column("accounts")
def signals(signal_rows: Signals, as_of: date, words: Any) -> list[str | None]:
    """Risk signals alive, the most urgent kind first, each with the rows that gave it: a cancellation notice, a request
    for other offers, a payment over 15 days late, a broken promise, a recurrent fault, a billing complaint, a bad
    survey, a fall of perception, a new decision-maker, a change in purchasing, silence past the cadence, a key account
    that hangs by one thread, obsolescence. Each lives 90 days.

    Blank: none is alive
    Source: domain 4 (risk signals); 002 items 20 to 27
    """
    living, rank = signal_rows, {kind: float(at) for at, kind in enumerate(SEVERITY)}
    place = living.looked_up(rank)
    order = np.lexsort((living.ages, place, living.codes))
    first = np.flatnonzero(np.diff(living.codes[order] * len(rank) + place[order], prepend=-1.0))
    until = np.append(first, len(order))[1:].tolist()
    # An interaction without an id is named by its day; an account's own id says nothing in its own row.
    names, own = living.ids[order].tolist(), (living.tabs[order] == "accounts").tolist()
    kinds, ages = living.kinds[order].tolist(), living.ages[order].tolist()
    said: list[list[str]] = [[] for _ in range(living.size)]
    for account, start, end in zip(living.codes[order][first].tolist(), first.tolist(), until, strict=True):
        rows = [
            name or words.date(as_of - timedelta(days=age), short=True)
            for name, age in zip(names[start : min(end, start + NAMED)], ages[start:end], strict=False)
        ]
        more = words.plural("health.more", end - start - NAMED) if end - start > NAMED else ""
        told = words.text(f"signal.{kinds[start]}")
        said[account].append(told if own[start] else f"{told} ({', '.join(rows)}{more})")
    return [" · ".join(parts) or None for parts in said]


def _noted(kinds: Linked, ages: Linked, ids: Linked, wanted: Sequence[str], days: float) -> _Part:
    """What people noted on interactions, of the wanted kinds and still alive."""
    rows = np.flatnonzero(marked(kinds.values, *wanted) & within(ages.values, days) & (kinds.codes >= 0))
    return _Part(
        "interactions", kinds.values.iloc[rows], kinds.codes[rows], ages.values.to_numpy()[rows], ids.values.iloc[rows]
    )


def _aged(tab: str, kind: str, ages: Linked, ids: Linked, days: float) -> _Part:
    """The child rows that carry a living signal: those with an age within its life."""
    rows = np.flatnonzero(within(ages.values, days) & (ages.codes >= 0))
    return _Part(tab, kind, ages.codes[rows], ages.values.to_numpy()[rows], ids.values.iloc[rows])


def _fallen(survey: Ints, ages: Linked, ids: Linked) -> _Part:
    """The latest survey of each account whose perception fell."""
    codes = np.flatnonzero(survey >= 0)
    rows = survey[codes]
    return _Part("interactions", "perception_fell", codes, ages.values.to_numpy()[rows], ids.values.iloc[rows])


def _true(kind: str, holds: pd.Series[Any], account_id: pd.Series[Any]) -> _Part:
    """What is true of the account itself today."""
    codes = np.flatnonzero((holds == 1).to_numpy())
    return _Part("accounts", kind, codes, np.zeros(len(codes)), account_id.iloc[codes])


def _together(parts: Sequence[_Part], size: int) -> Signals:
    codes = np.concatenate([part.codes for part in parts]).astype(np.int64)
    ages = np.concatenate([part.ages for part in parts])
    kinds = np.concatenate([_texts(part.kinds, len(part.codes)) for part in parts])
    tabs = np.concatenate([_texts(part.tab, len(part.codes)) for part in parts])
    ids = np.concatenate([_texts(part.ids, len(part.codes)) for part in parts])
    order = np.lexsort((np.arange(len(codes)), ages, codes))
    return Signals(codes[order], kinds[order], ages[order], tabs[order], ids[order], size)


def _texts(values: Any, size: int) -> Texts:
    return np.full(size, values, dtype=object) if isinstance(values, str) else np.asarray(values.fillna(""), object)
