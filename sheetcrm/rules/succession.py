"""Which term follows which, what was decided about each, and where the rows contradict each other.

A term's successor is the row that names it in ``predecessor_id``; one successor may follow several terms (co-terming).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Partial, Unreadable, column, label
from sheetcrm.evaluated import Evaluated, row_codes
from sheetcrm.model import Bools, Ints
from sheetcrm.rules.dates import days
from sheetcrm.schema import Type

DECIDED_STAGES = ("payment_received", "lost")


@dataclass(frozen=True)
class Links:
    """Pairs of contract rows: each ``after`` names each ``before`` as its predecessor. ``size`` counts all rows."""

    before: Ints
    after: Ints
    size: int

    def predecessors(self) -> Ints:
        """How many predecessors each row has."""
        return np.bincount(self.after, minlength=self.size).astype(np.int64)

    def only(self, mask: Bools) -> Links:
        """The pairs in the mask."""
        return Links(self.before[mask], self.after[mask], self.size)


@column("contracts", show=False, raw=True, decided_later="contracts.closed_on__later")
def links(contract_id: pd.Series[Any], predecessor_id: pd.Series[Any], decided_later: Bools) -> Links:
    """Which row follows which; a row that names itself, or an id that no row has, links nothing. A term that was closed
    after today has no successor yet."""
    size = len(contract_id)
    named = predecessor_id.dropna()
    if named.str.contains(";", regex=False).any():
        named = named.str.split(";").explode().str.strip()
    after = named.index.to_numpy(dtype=np.int64)
    before = row_codes(named, contract_id)
    real = (before >= 0) & (before != after) & ~np.asarray(decided_later, dtype=bool)[before]
    # One cell may name an id twice: the pair counts once.
    pairs = np.unique(before[real] * size + after[real])
    return Links(pairs // max(size, 1), pairs % max(size, 1), size)


@column("contracts", show=False, raw=True)
def successions(links: Links, account_id: pd.Series[Any], start_date: pd.Series[Any], unreadable: Unreadable) -> Links:
    """The links that count: the successor has its needed cells.

    Needed are account, start and a readable end (blank is evergreen): a row with only its ids typed renews nothing.
    """
    full = (
        (account_id.notna() & start_date.notna()).to_numpy()
        & ~unreadable["account_id"]
        & ~unreadable["start_date"]
        & ~unreadable["end_date"]
    )
    return links.only(full[links.after])


@column("contracts", show=False)
def successors(successions: Links) -> Ints:
    """How many full successor rows this term has.

    Unit: rows
    Source: domain 4
    """
    return np.bincount(successions.before, minlength=successions.size).astype(np.int64)


@column("contracts", show=False, type=Type.ID)
def successor_id(contract_id: pd.Series[Any], successions: Links, successors: pd.Series[Any]) -> Any:
    """The id of the one full row that follows this term.

    Blank: none, or more than one
    Source: domain 4
    """
    follower = np.full(successions.size, -1, dtype=np.int64)
    follower[successions.before] = successions.after
    return contract_id.reindex(np.where(successors.to_numpy() == 1, follower, -1))


@column("contracts", show=False, type=Type.DATE)
def successor_start(start_date: pd.Series[Any], successions: Links, successors: pd.Series[Any]) -> Any:
    """The first day of the one full row that follows this term.

    Blank: none, or more than one
    Source: domain 4
    """
    found = np.full(successions.size, np.datetime64("NaT", "D"))
    found[successions.before] = days(start_date)[successions.after]
    return np.where(successors.to_numpy() == 1, found, np.datetime64("NaT", "D"))


@column("contracts", show=False, type=Type.TEXT)
def decision(renewal_stage: pd.Series[Any], successors: pd.Series[Any], unreadable: Unreadable) -> Partial:
    """What was decided about this term by today: renewed (exactly one full successor, or payment received), lost, or
    open. Automatic renewals are not decisions.

    Blank: the stage could not be read, or the day of a decision could not be read
    Source: domain 4
    """
    renewed = (successors.to_numpy() == 1) | (renewal_stage == "payment_received").to_numpy()
    lost = (renewal_stage == "lost").to_numpy()
    said = renewal_stage.isin(DECIDED_STAGES).to_numpy() | (successors.to_numpy() > 0)
    return Partial(label((renewed, "renewed"), (lost, "lost"), default="open"), unknown=said & unreadable["closed_on"])


@column("contracts", show=False, type=Type.TEXT)
def contradiction(renewal_stage: pd.Series[Any], successors: pd.Series[Any]) -> Any:
    """What the rows say against each other: ``two_successors`` or ``renewed_and_lost``. A problem in either case.

    Blank: nothing
    Source: domain 4
    """
    count = successors.to_numpy()
    lost = (renewal_stage == "lost").to_numpy()
    return label((lost & (count > 0), "renewed_and_lost"), (count > 1, "two_successors"))


@column("contracts", show=False, type=Type.DATE, copes=("start_date",))
def chain_start(links: Links, start_date: pd.Series[Any]) -> Partial:
    """The first day of the first term of this term's chain: its day of the month is the anchor of every later term.
    A term with several predecessors (co-terming) starts a chain of its own, and so does a row of a circle.

    Blank: that first day could not be read
    Source: domain 4
    """
    start = days(start_date)[_roots(links)]
    return Partial(start, unknown=np.isnat(start))


def _roots(links: Links) -> Ints:
    """For each row the first row of its chain, by doubling the step until nothing moves."""
    rows = np.arange(links.size, dtype=np.int64)
    single = links.predecessors()[links.after] == 1
    step = rows.copy()
    step[links.after[single]] = links.before[single]
    is_root = step == rows
    # A circle has no root and never settles: the number of doublings is bounded by the longest possible chain.
    for _ in range(max(1, links.size.bit_length())):
        further = step[step]
        if np.array_equal(further, step):
            break
        step = further
    return np.where(is_root[step], step, rows)


@dataclass(frozen=True)
class Link:
    """One term of a chain: its visible row, its id and those of its direct predecessors, its days and its status.

    ``start`` and ``end`` are None where the cell is blank or unreadable (``end`` of an evergreen too); ``status`` is ""
    where a cell that decides it could not be read.
    """

    row: int
    contract_id: str
    after: tuple[str, ...]
    start: date | None
    end: date | None
    status: str


def chain(state: Evaluated, contract_id: str) -> list[Link]:
    """The renewal history of a term: what it follows and what follows it, first term first. Co-terming brings in the
    history of each term that was joined. Empty where no visible row has the id; circles end where they close."""
    ids = state["contracts.contract_id"]
    here = np.flatnonzero((ids == contract_id).to_numpy())
    if not len(here):
        return []
    pairs: Links = state["contracts.links"]
    rows = _reached(here, pairs.after, pairs.before) | _reached(here, pairs.before, pairs.after)
    start, end = (days(state[f"contracts.{name}"]) for name in ("start_date", "end_date"))
    order = sorted(rows, key=lambda row: (np.isnat(start[row]), start[row].astype(np.int64), row))
    status = state["contracts.status"]
    return [
        Link(
            row=row,
            contract_id=ids.iloc[row],
            after=tuple(ids.iloc[pairs.before[pairs.after == row]].tolist()),
            start=start[row].item(),
            end=end[row].item(),
            status=status.iloc[row] if isinstance(status.iloc[row], str) else "",
        )
        for row in order
    ]


def _reached(from_rows: Ints, here: Ints, there: Ints) -> set[int]:
    """The rows that are reached from these by going from ``here`` to ``there`` any number of times, these included."""
    found: set[int] = set()
    front = from_rows
    while len(front):
        found.update(front.tolist())
        further = np.unique(there[np.isin(here, front)])
        front = further[~np.isin(further, list(found))]
    return found
