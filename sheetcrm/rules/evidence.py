"""Evidence: the rows behind a number, named by their ids. Reasons are data; ``health_why`` says them in a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked
from sheetcrm.model import Ints

NAMED = 3
"""Rows that one reason names; the rest is counted."""


class Reason(NamedTuple):
    """Why a number is what it is: a code of the locale, the number that its plural goes with, further values, the ids
    of its rows, and how many more rows there are.
    """

    code: str
    number: float
    values: Mapping[str, Any]
    ids: Sequence[str]
    more: int


@dataclass(frozen=True)
class Named:
    """For each parent the ids of its first few rows, and how many rows there are."""

    ids: Sequence[str]
    starts: Sequence[int]
    shown: Sequence[int]
    counts: Sequence[int]

    def at(self, parent: int) -> tuple[list[str], int]:
        """The ids to name (rows without an id have none) and how many rows are left unnamed."""
        start = self.starts[parent]
        ids = [name for name in self.ids[start : start + self.shown[parent]] if name]
        return ids, self.counts[parent] - len(ids)


def by_row(values: Any, codes: Ints) -> Any:
    """A parent's value for each of its child rows; blank for a row without a parent."""
    own = np.asarray(values)
    return np.append(own, np.zeros(1, own.dtype) if own.dtype == bool else np.nan)[codes]


def named(codes: Ints, size: int, ids: pd.Series[Any], mask: Any, *first: Any, most: int = NAMED) -> Named:
    """The rows in the mask by parent, those with the smallest values of ``first`` first, then as they stand."""
    rows = np.flatnonzero(np.asarray(mask, dtype=bool) & (codes >= 0))
    keys = [np.asarray(key)[rows] for key in first]
    ordered = rows[np.lexsort((rows, *reversed(keys), codes[rows]))]
    parents = codes[ordered]
    counts = np.bincount(parents, minlength=size)
    rank = np.arange(len(ordered)) - (np.cumsum(counts) - counts)[parents]
    shown = np.minimum(counts, most)
    names = ids.iloc[ordered[rank < most]].fillna("").tolist()
    return Named(names, (np.cumsum(shown) - shown).tolist(), shown.tolist(), counts.tolist())


def first_row(linked: Linked, mask: Any, keys: Any) -> Ints:
    """For each parent the position of the child row in the mask with the smallest key, −1 where there is none."""
    rows = np.flatnonzero(mask & (linked.codes >= 0))
    order = rows[np.lexsort((rows, keys[rows]))][::-1]
    found = np.full(linked.size, -1, dtype=np.int64)
    found[linked.codes[order]] = order
    return found


@dataclass(frozen=True)
class Evidence:
    """What one factor has to say of every account, one entry per account in each list; ``at`` makes the reason."""

    codes: Sequence[str]
    counts: Sequence[float]
    rows: Named
    values: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def at(self, account: int) -> Reason:
        """The reason for one account."""
        values = {name: column[account] for name, column in self.values.items()}
        return Reason(self.codes[account], self.counts[account], values, *self.rows.at(account))

    def told(self, account: int) -> str:
        """The reason for one account, for ``explain``."""
        reason = self.at(account)
        more = [f"{reason.more} more"] if reason.more and reason.ids else []
        return f"{reason.code} {reason.number:g} ({', '.join([*reason.ids, *more])})".replace(" ()", "")
