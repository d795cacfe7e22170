"""Risk signals: what warns of a loss, each with its row, alive for 90 days (domain 4; 002 items 21 to 27).

Here are those that the cadence, the relationship factor and the caps of health need; ``signal_rows`` holds them for
all accounts as one long table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column
from sheetcrm.model import Ints
from sheetcrm.rules.ages import Flags, Floats, decay, marked, within

SPOKEN = (
    "quote_request",
    "new_decision_maker",
    "purchasing_change",
    "billing_complaint",
    "cancellation_notice",
    "obsolescence",
)
"""Signals that people note on an interaction. Expansion needs and trigger events are opportunities, not risks."""


@dataclass(frozen=True)
class Signals:
    """The living signals of all accounts: one entry per signal, by account and then the freshest first.

    ``codes`` are account rows, ``kinds`` the signals' keys, ``ages`` days, ``tabs`` and ``ids`` the row that each names
    (an interaction may have no id: ""). ``size`` is the number of accounts.
    """

    codes: Ints
    kinds: np.ndarray[Any, np.dtype[np.object_]]
    ages: Floats
    tabs: np.ndarray[Any, np.dtype[np.object_]]
    ids: np.ndarray[Any, np.dtype[np.object_]]
    size: int

    def count(self, *kinds: str) -> Ints:
        """How many living signals of these kinds each account has."""
        return np.bincount(self.codes[self.of(*kinds)], minlength=self.size)

    def of(self, *kinds: str) -> Flags:
        """Which entries are of these kinds."""
        return np.isin(self.kinds.astype(str), kinds)

    def at(self, row: int) -> list[tuple[str, str, str, int]]:
        """The signals of one account: kind, tab, id and age in days."""
        mine = np.flatnonzero(self.codes == row)
        return [(self.kinds[i], self.tabs[i], self.ids[i], int(self.ages[i])) for i in mine]

    def told(self, row: int) -> str | None:
        """The signals of one account, for ``explain``; None where it has none."""
        return ", ".join(f"{kind} {name} {age} d".replace("  ", " ") for kind, _, name, age in self.at(row)) or None


@column(
    "accounts",
    show=False,
    raw=True,
    kinds="interactions.signal",
    ages="interactions.age",
    ids="interactions.interaction_id",
    faults="tickets.fault_signal",
    fault_ages="tickets.age",
    fault_ids="tickets.ticket_id",
)
def signal_rows(
    kinds: Linked,
    ages: Linked,
    ids: Linked,
    faults: Linked,
    fault_ages: Linked,
    fault_ids: Linked,
    single_threaded: pd.Series[Any],
    account_id: pd.Series[Any],
    cfg: Any,
) -> Signals:
    """The account's living risk signals: those noted on interactions, recurrent faults and being single-threaded.

    Source: domain 4 (risk signals); 002 items 21 to 27
    """
    spoken = np.flatnonzero(marked(kinds.values, *SPOKEN) & within(ages.values, cfg.signals.days) & (kinds.codes >= 0))
    broken = np.flatnonzero((faults.values == 1).to_numpy() & (faults.codes >= 0))
    alone = np.flatnonzero((single_threaded == 1).to_numpy())
    codes = np.concatenate([kinds.codes[spoken], faults.codes[broken], alone]).astype(np.int64)
    words = np.concatenate(
        [_texts(kinds.values, spoken), _same("recurrent_fault", broken), _same("single_threaded", alone)]
    )
    days = np.concatenate([ages.values.to_numpy()[spoken], fault_ages.values.to_numpy()[broken], np.zeros(len(alone))])
    tabs = np.concatenate([_same("interactions", spoken), _same("tickets", broken), _same("accounts", alone)])
    names = np.concatenate([_texts(ids.values, spoken), _texts(fault_ids.values, broken), _texts(account_id, alone)])
    order = np.lexsort((np.arange(len(codes)), days, codes))
    return Signals(codes[order], words[order], days[order], tabs[order], names[order], kinds.size)


@column(
    "accounts",
    show=False,
    ages="interactions.contact_age",
    owners="interactions.owner",
    left="contacts.left_on",
    since="contacts.since",
)
def single_threaded(
    tier: pd.Series[Any], ages: Linked, owners: Linked, left: Linked, since: Linked, today: Any, cfg: Any
) -> Floats:
    """1 for a key account that hangs by one thread: fewer than two living contacts of theirs, or fewer than two of our
    people in touch within 180 days; else 0. What the team does not note (contacts, owners) is not held against it.

    Source: domain 4 (contact and cadence; risk signals); 001 item 10
    """
    key = marked(tier, "key")
    alone = np.zeros(ages.size, dtype=bool)
    if len(left.values):
        live = left.values.isna() & ~(since.values.to_numpy() > today)
        alone |= left.count(live) < 2
    if owners.values.notna().any():
        alone |= _people_in_touch(ages, owners, key, cfg.contact.threads_days) < 2
    return (key & alone).astype(float)


@column("accounts", show=False)
def factor_relationship(signal_rows: Signals, interactions_lately: pd.Series[Any], cfg: Any) -> Floats:
    """Health factor: 100, less a share for each living signal of risk that fades with its age.

    Unit: points, 0 to 100
    Blank: no interaction in the last 180 days
    Source: domain 4 (health: relationship); 002 items 23, 24, 26, 27
    """
    return np.where(interactions_lately > 0, relationship_points(signal_rows, cfg), np.nan)


@column("accounts", show=False, ages="interactions.age")
def interactions_lately(ages: Linked, cfg: Any) -> Floats:
    """Interactions of any kind in the last 180 days.

    Unit: interactions
    Source: domain 4 (health: relationship)
    """
    return ages.count(within(ages.values, cfg.health.relationship.days)).astype(float)


def relationship_points(signals: Signals, cfg: Any) -> Floats:
    """The relationship factor of each account whose living signals are these."""
    losses = np.array([cfg.health.relationship_loss.get(kind, 0.0) for kind in signals.kinds], dtype=float)
    kept = np.ones(signals.size)
    np.multiply.at(kept, signals.codes, 1.0 - losses * decay(signals.ages, cfg.health.relationship.half_life))
    return 100.0 * kept


def _people_in_touch(ages: Linked, owners: Linked, key: Flags, days: float) -> Ints:
    """How many of our people were in touch with each key account."""
    rows = np.flatnonzero(within(ages.values, days) & (ages.codes >= 0) & owners.values.notna().to_numpy())
    rows = rows[key[ages.codes[rows]]]
    people = pd.factorize(owners.values.iloc[rows])[0]
    pairs = np.unique(ages.codes[rows] * (people.max(initial=0) + 1) + people)
    return np.bincount(pairs // (people.max(initial=0) + 1), minlength=ages.size)


def _texts(values: pd.Series[Any], rows: Any) -> np.ndarray[Any, np.dtype[np.object_]]:
    return np.asarray(values.iloc[rows].fillna(""), dtype=object)


def _same(word: str, rows: Any) -> np.ndarray[Any, np.dtype[np.object_]]:
    return np.full(len(rows), word, dtype=object)
