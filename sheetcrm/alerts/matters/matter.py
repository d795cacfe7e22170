"""What a matter is: something that can be true of a row and asks a person to act (domain 5, "other alerts").

    @matter("accounts")
    def tier_blank(state, cfg) -> Cases: ...

A function of this folder with that mark is a matter; who hears of it and what is to be done stands in ``config.yaml``
under ``alerts.matters`` by the function's name, its words in the locale. It is pure and looks at whole columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Ints
from sheetcrm.rules.ages import Flags, Floats
from sheetcrm.rules.dates import Days


@dataclass(frozen=True)
class Cases:
    """The rows of which a matter is true today.

    ``rows`` are visible rows of the matter's tab, ``episodes`` the day that tells each occurrence from the next one:
    since when it is true, or the month or quarter that it belongs to (NaT: it occurs once for good). ``details`` are
    sentences that go with each case ("" for none; empty where no case has one). ``facts`` are days, numbers and texts
    that the alert's sentence ``matter.<name>.why`` names, one list per name. ``parts``: the names of what each
    case is made of, where one more makes it a new one (empty: it is one whole).
    """

    rows: Ints
    episodes: Days
    details: Sequence[str] = ()
    facts: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    parts: Sequence[Sequence[str]] = ()

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Matter:
    """A matter: its name, the tab whose rows it is about, and the function that finds its cases.

    ``standing``: it has no day of its own, it is true from some day on; its episodes only tell its tasks apart, and
    what is said of it counts from the day on which a run first saw it. ``says`` is the column of the row's own sentence
    that goes with it, in the reader's language. ``brief``: the page about the account goes with it.
    """

    name: str
    tab: str
    nature: Literal["commercial", "admin"]
    cases: Callable[[Evaluated, Config], Cases]
    standing: bool = False
    says: str = ""
    brief: bool = False


def matter(
    tab: str,
    *,
    nature: Literal["commercial", "admin"] = "commercial",
    standing: bool = False,
    says: str = "",
    brief: bool = False,
) -> Callable[..., Any]:
    """Mark a function as the matter of its name."""

    def mark(cases: Callable[[Evaluated, Config], Cases]) -> Callable[[Evaluated, Config], Cases]:
        made = Matter(cases.__name__, tab, nature, cases, standing, says, brief)
        cases.__matter__ = made  # type: ignore[attr-defined]
        return cases

    return mark


def found(mask: Flags, episodes: Days | np.datetime64, details: Any = None, **facts: Any) -> Cases:
    """The cases in the mask. ``episodes``: a day per row of the tab, or one for all; ``details``: a text column;
    ``facts``: columns of the tab, or one value for all."""
    rows = np.flatnonzero(mask).astype(np.int64)
    days = np.broadcast_to(np.asarray(episodes, dtype="datetime64[D]"), np.shape(mask))[rows]
    said = () if details is None else tuple(details.iloc[rows].fillna("").tolist())
    told = {name: _chosen(values, rows) for name, values in facts.items()}
    return Cases(rows, days, details=said, facts=told)


def _chosen(values: Any, rows: Ints) -> Sequence[Any]:
    if np.ndim(values) == 0:
        return [values] * len(rows)
    chosen: list[Any] = np.asarray(values)[rows].tolist()
    return chosen


def freshest(codes: Ints, ages: Floats, ids: Any, today: np.datetime64) -> Cases:
    """One case per account: that of its youngest row. ``codes`` are account rows (−1: none), ``ages`` days (NaN: no
    case), ``ids`` what names each row."""
    rows = np.flatnonzero((codes >= 0) & ~np.isnan(ages))
    rows = rows[np.lexsort((ages[rows], codes[rows]))]
    accounts, first = np.unique(codes[rows], return_index=True)
    at = rows[first]
    since: Days = np.full(len(at), today, dtype="datetime64[D]") - ages[at].astype(np.int64).astype("timedelta64[D]")
    names = tuple(name if isinstance(name, str) else "" for name in np.asarray(ids, dtype=object)[at].tolist())
    return Cases(accounts.astype(np.int64), since, details=names)


def lately(state: Evaluated, cfg: Config, when: Days) -> Flags:
    """Which days are not so long past that they are history: what was pasted in, or left lying, says nothing any more
    (domain 6, "pasted history")."""
    oldest = np.datetime64(state.as_of) - np.timedelta64(cfg.alerts.history_days, "D")
    return np.asarray(when >= oldest)


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
