"""A workbook in memory, as lists of rows of Python values: for tests, and the smallest example of a backend."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa

from sheetcrm.model import TabRows
from sheetcrm.raw import RawBook, RawSheet, Rows
from sheetcrm.sync.changes import Changes, Outcome
from sheetcrm.sync.excel import assemble
from sheetcrm.sync.excel.edits import Formula, OwnedCell, SheetEdit

Cell = None | str | bool | int | float | date | datetime
Grid = list[list[Cell]]


@dataclass
class MemoryBackend:
    """Tabs by title; each is a list of rows that starts at A1. Rows may differ in length."""

    tabs: dict[str, Grid] = field(default_factory=dict)

    def read(self, wanted: Callable[[str], bool] | None = None) -> RawBook:
        """The wanted tabs as text; ``base`` is a hash of all cells."""
        sheets = [raw_sheet(title, grid) for title, grid in self.tabs.items() if wanted is None or wanted(title)]
        return RawBook(sheets, base=self._base(), titles=tuple(self.tabs))

    def prepare(self, changes: Changes) -> PreparedGrids:
        """The changes, ready to be written; no cell is touched yet."""
        return PreparedGrids(self, changes)

    def open_by(self) -> str | None:
        """Nobody has memory open."""
        return None

    def _base(self) -> str:
        return hashlib.sha256(repr(self.tabs).encode()).hexdigest()


@dataclass(frozen=True)
class PreparedGrids:
    """Changes of a workbook in memory."""

    backend: MemoryBackend
    changes: Changes

    def write(self, late: Sequence[TabRows]) -> Outcome:
        """Write the cells at their addresses, and these tabs' contents; nothing when people changed a cell since."""
        if self.backend._base() != self.changes.snapshot.base:
            return Outcome("changed", "the workbook is not the one that was read")
        tabs = copy.deepcopy(self.backend.tabs)
        late_edits = assemble.owned(self.changes.snapshot, late, self.changes.words)
        for title, edit in {**assemble.Edits(self.changes), **late_edits}.items():
            _apply(tabs[title], edit)
        cells = sum(_unlike(tabs[title], grid) for title, grid in self.backend.tabs.items())
        if not cells:
            return Outcome("unchanged")
        self.backend.tabs.update(tabs)
        return Outcome("written", "", cells)


def _apply(grid: Grid, edit: SheetEdit) -> None:
    for column, cells in edit.columns.items():
        for row, value in zip(list(cells.rows), cells.values, strict=True):
            _put(grid, int(row), column, value)
    for new in edit.appended:
        last = max(
            (at for at, row in enumerate(grid, start=1) if any(cell not in (None, "") for cell in row)), default=0
        )
        for column, value in new.items():
            _put(grid, last + 1, column, value)
    if edit.replace_below is not None:
        del grid[edit.replace_below.header_row :]
        grid.extend([_shown(cell) for cell in row] for row in edit.replace_below.rows)


def _shown(cell: OwnedCell) -> Cell:
    return cell.value if isinstance(cell, Formula) else cell


def _put(grid: Grid, row: int, column: int, value: Cell) -> None:
    grid.extend([] for _ in range(row - len(grid)))
    cells = grid[row - 1]
    cells.extend([None] * (column - len(cells)))
    cells[column - 1] = value


def _unlike(one: Grid, other: Grid) -> int:
    """How many cells of two grids differ; blank is blank, however it is held."""
    size = max(len(one), len(other))
    width = max((len(row) for row in (*one, *other)), default=0)

    def at(grid: Grid, row: int, column: int) -> Cell:
        cell = grid[row][column] if row < len(grid) and column < len(grid[row]) else None
        return None if cell == "" else cell

    return sum(at(one, row, column) != at(other, row, column) for row in range(size) for column in range(width))


def raw_sheet(title: str, grid: Sequence[Sequence[Cell]]) -> RawSheet:
    """A grid of values as a tab that starts at A1."""
    width = max((len(row) for row in grid), default=0)
    filled = [[*row, *[None] * (width - len(row))] for row in grid]
    columns = [pa.array([as_text(row[at]) for row in filled], type=pa.string()) for at in range(width)]
    return RawSheet(title=title, columns=columns, rows=len(filled), text_rows=_text_rows(filled))


def raw_book(tabs: Mapping[str, Sequence[Sequence[Cell]]]) -> RawBook:
    """Grids by title as a workbook."""
    return MemoryBackend({title: [list(row) for row in grid] for title, grid in tabs.items()}).read()


def as_text(cell: Cell) -> str | None:
    """A cell as a reader of files gives it: ISO dates with a time, numbers without exponent, true and false."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="milliseconds" if cell.microsecond else "seconds")
    if isinstance(cell, date):
        return f"{cell.isoformat()} 00:00:00"
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)).normalize():f}" if np.isfinite(cell) else None
    return str(cell)


def _text_rows(grid: Sequence[Sequence[Cell]]) -> Callable[[int], Rows]:
    def rows(col: int) -> Rows:
        found = [at for at, row in enumerate(grid, start=1) if isinstance(row[col - 1], str)]
        return np.array(found, dtype=np.int64)

    return rows
