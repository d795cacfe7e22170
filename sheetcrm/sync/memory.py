"""A workbook in memory, as lists of rows of Python values: for tests, and the smallest example of a backend."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa

from sheetcrm.sync.backend import RawBook, RawSheet, Rows

Cell = None | str | bool | int | float | date | datetime
Grid = list[list[Cell]]


@dataclass
class MemoryBackend:
    """Tabs by title; each is a list of rows that starts at A1. Rows may differ in length."""

    tabs: dict[str, Grid] = field(default_factory=dict)

    def read(self, wanted: Callable[[str], bool] | None = None) -> RawBook:
        """The wanted tabs as text; ``base`` is a hash of all cells."""
        sheets = [raw_sheet(title, grid) for title, grid in self.tabs.items() if wanted is None or wanted(title)]
        base = hashlib.sha256(repr(self.tabs).encode()).hexdigest()
        return RawBook(sheets, base=base, titles=tuple(self.tabs))


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
