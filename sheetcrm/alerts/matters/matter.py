"""What a matter is: something that can be true of a row and asks a person to act (domain 5, "other alerts").

    @matter("accounts")
    def tier_blank(state, cfg) -> Cases: ...

A function of this folder with that mark is a matter; who hears of it and what is to be done stands in ``config.yaml``
under ``alerts.matters`` by the function's name, its words in the locale. It is pure and looks at whole columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from sheetcrm.columns import Evaluated
from sheetcrm.config import Config
from sheetcrm.model import Ints
from sheetcrm.rules.ages import Flags
from sheetcrm.rules.dates import Days


@dataclass(frozen=True)
class Cases:
    """The rows of which a matter is true today.

    ``rows`` are visible rows of the matter's tab, ``episodes`` the day that tells each occurrence from the next one:
    since when it is true, or the month or quarter that it belongs to (NaT: it occurs once for good). ``details`` are
    sentences that go with each case ("" for none; empty where no case has one).
    """

    rows: Ints
    episodes: Days
    details: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Matter:
    """A matter: its name, the tab whose rows it is about, and the function that finds its cases."""

    name: str
    tab: str
    nature: Literal["commercial", "admin"]
    cases: Callable[[Evaluated, Config], Cases]


def matter(tab: str, *, nature: Literal["commercial", "admin"] = "commercial") -> Callable[..., Any]:
    """Mark a function as the matter of its name."""

    def mark(cases: Callable[[Evaluated, Config], Cases]) -> Callable[[Evaluated, Config], Cases]:
        cases.__matter__ = Matter(cases.__name__, tab, nature, cases)  # type: ignore[attr-defined]
        return cases

    return mark


def found(mask: Flags, episodes: Days | np.datetime64, details: Any = None) -> Cases:
    """The cases in the mask. ``episodes``: a day per row of the tab, or one for all; ``details``: a text column."""
    rows = np.flatnonzero(mask).astype(np.int64)
    days = np.broadcast_to(np.asarray(episodes, dtype="datetime64[D]"), np.shape(mask))[rows]
    said = () if details is None else tuple(details.iloc[rows].fillna("").tolist())
    return Cases(rows, days, details=said)


def month(state: Evaluated) -> np.datetime64:
    """The first day of this month, for what recurs every month."""
    return np.datetime64(state.as_of.replace(day=1))


def quarter(state: Evaluated) -> np.datetime64:
    """The first day of this quarter, for what is said again every quarter while it is true."""
    return np.datetime64(state.as_of.replace(month=3 * ((state.as_of.month - 1) // 3) + 1, day=1))


def readable(state: Evaluated, tab: str, *columns: str) -> Flags:
    """Rows of a tab in which these cells could be read: a blank that is only unreadable is a problem, no matter."""
    marks = [state.unreadable[tab][name] for name in columns if name in state.unreadable[tab]]
    return ~np.logical_or.reduce(marks) if marks else np.ones(state.sizes[tab], dtype=bool)
