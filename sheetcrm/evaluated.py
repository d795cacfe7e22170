"""The snapshot seen as of a day, with every computed column: what later rules, alerts and views look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sheetcrm.columns import MASKED, Rule
from sheetcrm.model import Bools, Ints, Snapshot, Table
from sheetcrm.schema import TABS

_Made = TypeVar("_Made")


@dataclass
class Evaluated:
    """The snapshot seen as of a day with every computed column filled.

    ``frames``: per tab the visible rows (people's columns, masked, and computed ones). ``kept``: positions of those
    rows in the snapshot's tables. ``codes``: row codes of each link.
    """

    as_of: date
    frames: dict[str, dict[str, Any]]
    kept: dict[str, Ints]
    sizes: dict[str, int]
    unreadable: dict[str, dict[str, Bools]]
    rules: Sequence[Rule]
    snapshot: Snapshot
    ambient: dict[str, Any] = field(default_factory=dict)
    _codes: dict[tuple[str, str], Ints] = field(default_factory=dict)
    _once: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        tab, _, key = name.partition(".")
        return self.frames[tab][key]

    def codes(self, child: str, parent: str) -> Ints:
        """For each visible row of the child tab the row of its parent, −1 where there is none."""
        known = self._codes.get((child, parent))
        if known is None:
            column = next(key for key, target in TABS[child].links if target == parent)
            known = row_codes(self.frames[child][column], self.frames[parent][TABS[parent].id])
            self._codes[(child, parent)] = known
        return known

    def once(self, name: str, make: Callable[[], _Made]) -> _Made:
        """What several parts of a plan ask for, made by the first of them; made again after rows were added."""
        if name not in self._once:
            self._once[name] = make()
        made: _Made = self._once[name]
        return made

    def forget(self, tab: str) -> None:
        """Drop the row codes of a tab whose rows changed, and all that was made once."""
        self._once.clear()
        self._codes = {pair: codes for pair, codes in self._codes.items() if tab not in pair}


def row_codes(children: pd.Series[Any], parents: pd.Series[Any]) -> Ints:
    """For each id of the children its row among the (unique) ids of the parents, −1 where there is none."""
    if len(parents) == 0 or len(children) == 0:
        return np.full(len(children), -1, dtype=np.int64)
    # Arrow looks up text without making Python strings of it: four times faster than an index of pandas.
    known, asked = (pa.array(ids, type=pa.large_string()) for ids in (parents, children))
    found = pc.index_in(asked, value_set=known, skip_nulls=True)
    return np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)


def mask(snapshot: Snapshot, as_of: date) -> Evaluated:
    """The snapshot seen as of a day: later rows are gone, later facts are blank (domain 2)."""
    moment = np.datetime64(as_of) + np.timedelta64(1, "D")
    frames: dict[str, dict[str, Any]] = {}
    kept: dict[str, Ints] = {}
    unreadable: dict[str, dict[str, Bools]] = {}
    for key, table in snapshot.tabs.items():
        rows = _visible(table, moment)
        whole = len(rows) == len(table)
        frame = table.frame if whole else table.frame.iloc[rows].reset_index(drop=True)
        frames[key] = {name: frame[name] for name in frame.columns}
        _blank_later_facts(key, frames[key], moment)
        kept[key] = rows
        unreadable[key] = {name: bad[rows] for name, bad in table.unreadable.items() if bad.any()}
        unreadable[key].update({name: np.ones(len(rows), dtype=bool) for name in _untold(table)})
    sizes = {key: len(rows) for key, rows in kept.items()}
    return Evaluated(as_of, frames, kept, sizes, unreadable, (), snapshot)


def _untold(table: Table) -> list[str]:
    """Columns that the tab lacks and whose blank would mean "not yet": of a ticket tab that notes no solutions nobody
    can say which tickets are open."""
    if not table.where:  # a table of which nobody said where its columns stand has them all
        return []
    return [column.key for column in TABS[table.key].columns if column.awaited and column.key not in table.where]


def _visible(table: Table, moment: np.datetime64) -> Ints:
    row_date = TABS[table.key].row_date
    if not row_date:
        return np.arange(len(table), dtype=np.int64)
    return np.flatnonzero(~(table.frame[row_date].to_numpy() >= moment)).astype(np.int64)


def _blank_later_facts(tab: str, frame: dict[str, Any], moment: np.datetime64) -> None:
    known = [column for column in TABS[tab].columns if column.known_from and column.key in frame]
    later: dict[str, Bools] = {}
    for column in known:
        if column.known_from not in later:
            later[column.known_from] = frame[column.known_from].to_numpy() >= moment
            frame[column.known_from + MASKED] = later[column.known_from]
    for column in known:
        hide = later[column.known_from]
        if not hide.any():
            continue
        if column.known_values:
            hide = hide & frame[column.key].isin(column.known_values).to_numpy()
        frame[column.key] = frame[column.key].mask(hide)
