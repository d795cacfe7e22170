"""The rows that a run appends: those still owed from earlier runs and today's, and their part in the day. Pure.

Each row has a cause and is made once per cause. Rows to append are part of the day: what is computed from their tabs
counts them, and they carry their own computed cells, so that the next run finds nothing to add.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from sheetcrm.alerts.successors import PREFIX, successors
from sheetcrm.config import Config
from sheetcrm.diff import as_value
from sheetcrm.engine import extend
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Memory, NewRow, Table, Value
from sheetcrm.schema import TABS, Type
from sheetcrm.words import normalise

MOST_ROUNDS = 400
"""Looks for further successors within one run; each brings at least one row, and chains come whole."""


@dataclass
class Appended:
    """``rows`` are appended now, ``owed`` wait because nothing can be appended to their tab; ``reappeared`` and
    ``dropped`` are the causes of pending rows that stand in the workbook already, or that nobody needs any more."""

    state: Evaluated
    memory: Memory
    rows: list[NewRow] = field(default_factory=list)
    owed: list[NewRow] = field(default_factory=list)
    reappeared: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    _pending: dict[str, str] = field(default_factory=dict)
    _standing: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        snapshot = self.state.snapshot
        tabs = [tab for tab in TABS.values() if tab.appended]
        self._standing = {tab.key: {*snapshot[tab.key].frame[tab.id], *self._repeated(tab.key)} for tab in tabs}
        # A row whose tab people have removed stays owed: it is appended when the tab is back.
        waiting = [row for row in self.memory.pending if snapshot[row.tab].present]
        self.reappeared = [row.cause for row in waiting if row.id in self._standing[row.tab]]
        waiting = [row for row in waiting if row.id not in self._standing[row.tab]]
        self._pending = {row.cause: row.id for row in waiting if row.tab == "contracts"}
        self.take([row for row in waiting if row.tab != "contracts"])

    def known(self, tab: str) -> dict[str, str]:
        """cause → id of all rows that were ever decided on, and the ids that stand in a tab."""
        mine = {cause: row.id for row in (*self.rows, *self.owed) for cause in (row.cause, *row.also)}
        return {**self.memory.causes, **mine, **dict.fromkeys(self._standing[tab], "")}

    def take(self, rows: Sequence[NewRow]) -> None:
        """Append these rows; where their tab takes none now, they are owed."""
        for tab in dict.fromkeys(row.tab for row in rows):
            mine = [row for row in rows if row.tab == tab]
            if self.state.snapshot[tab].append_blocked:
                self.owed += mine
                continue
            self.rows += mine
            columns = [column.key for column in TABS[tab].people]
            values = [[row.values.get(key) for key in columns] for row in mine]
            extend(self.state, tab, pd.DataFrame(values, columns=columns, dtype=object))

    def take_successors(self, cfg: Config, *, fresh: bool) -> None:
        """Append the rows of next terms, until no renewed term lacks its own; only pending ones unless ``fresh``.

        A pending one is made anew from its term as it stands today, or dropped where somebody typed another row.
        """
        for _ in range(MOST_ROUNDS):
            mine = {row.cause for row in (*self.rows, *self.owed)}
            pending = {cause: id for cause, id in self._pending.items() if cause not in mine}
            found = successors(self.state, cfg, self.known("contracts"), pending)
            new = [row for row in found if row.cause not in mine and (fresh or row.cause in pending)]
            if not new:
                break
            self.take(new)
        self.dropped = [cause for cause in self._left_over() if self._is_needless(cause)]

    def completed(self) -> list[NewRow]:
        """The rows to append with the runner's own columns, once all of them are computed."""
        completed: dict[str, NewRow] = {}
        for tab in {row.tab for row in self.rows}:
            frame = self.state.frames[tab]
            mine = {row.id: row for row in self.rows if row.tab == tab}
            places = np.flatnonzero(frame[TABS[tab].id].isin(mine))
            ids = frame[TABS[tab].id].iloc[places].tolist()
            cells = {c: frame[c.key].iloc[places].tolist() for c in TABS[tab].runner if c.key in frame}
            for at, id in enumerate(ids):
                computed = {column.key: as_value(values[at], column) for column, values in cells.items()}
                completed[mine[id].cause] = replace(mine[id], values={**mine[id].values, **computed})
        return [completed[row.cause] for row in self.rows]

    def _left_over(self) -> Iterable[str]:
        mine = {row.cause for row in (*self.rows, *self.owed)}
        return (cause for cause in self._pending if cause not in mine)

    def _is_needless(self, cause: str) -> bool:
        """Whether the term of a pending successor is gone, or has a row after it by now. One that is not renewed at the
        moment keeps it waiting."""
        contracts = self.state.frames["contracts"]
        before = cause.removeprefix(PREFIX)
        rows = (contracts["contract_id"] == before).to_numpy()
        if not rows.any():
            return before not in self._standing["contracts"]
        return bool((contracts["followers"][rows] > 0).any())

    def _repeated(self, tab: str) -> set[str]:
        """Ids of rows that are kept out because several share them: they stand there all the same."""
        return {p.id for p in self.state.snapshot.problems if p.tab == tab and p.code == "id_repeated"}


def by_name(rows: Sequence[NewRow], team: Table) -> list[NewRow]:
    """The rows with the people of the team by name, as people type them; by address where several share the name."""
    names: dict[str, str] = dict(team.frame[["email", "name"]].dropna().itertuples(index=False))
    bearers = Counter(normalise(name) for name in names.values())
    alone = {email: name for email, name in names.items() if bearers[normalise(name)] == 1}
    people = {tab.key: {column.key for column in tab.people if column.type is Type.PERSON} for tab in TABS.values()}

    def typed(row: NewRow) -> dict[str, Value]:
        cells = row.values.items()
        return {key: alone.get(str(cell), cell) if key in people[row.tab] else cell for key, cell in cells}

    return [replace(row, values=typed(row)) for row in rows]
