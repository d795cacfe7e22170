"""The rows of a tab below its header, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from sheetcrm.address import address
from sheetcrm.cells import Bad
from sheetcrm.model import Bools, Ints, Problem
from sheetcrm.reading.headers import FoundTab

LONGEST_VALUE = 200
"""Characters of a cell that a problem repeats."""


@dataclass
class Body:
    """The cells below the header. ``start`` is the sheet row of position 0; ``size`` counts positions.

    ``totals`` are positions of the totals rows of Excel tables: they look like records and are none.
    """

    found: FoundTab
    start: int
    size: int
    totals: Ints

    @classmethod
    def of(cls, found: FoundTab) -> Body:
        sheet = found.sheet
        start = found.header_row + 1
        size = max(0, sheet.first_row + sheet.rows - start)
        rows: list[int] = []
        for table in sheet.tables:
            top, left, bottom, right = table.ref
            ours = any(left <= col <= right for col in found.where.values()) and top <= found.header_row <= bottom
            if ours:
                rows.extend(range(max(start, bottom - table.totals_rows + 1), min(bottom, start + size - 1) + 1))
        return cls(found, start, size, np.array(rows, dtype=np.int64) - start)

    def cells(self, key: str) -> pa.Array | None:
        """The texts of a column; None when the tab lacks it."""
        col = self.found.where.get(key)
        return self.at(col) if col is not None else None

    def at(self, col: int) -> pa.Array:
        """The texts of a 1-based sheet column."""
        sheet = self.found.sheet
        return sheet.columns[col - sheet.first_col].slice(self.start - sheet.first_row, self.size)

    def text_mask(self, key: str) -> Bools:
        """Which cells of a column are text, not numbers."""
        rows = np.asarray(self.found.sheet.text_rows(self.found.where[key]), dtype=np.int64) - self.start
        mask = np.zeros(self.size, dtype=bool)
        mask[rows[(rows >= 0) & (rows < self.size)]] = True
        return mask

    @cached_property
    def broken(self) -> Mapping[str, dict[int, Bad]]:
        """Cells that show an error or a formula never calculated, by key and position."""
        keys = {col: key for key, col in self.found.where.items()}
        marks: dict[str, dict[int, Bad]] = {}
        for row, col in self.found.sheet.unsaved:
            if col in keys and 0 <= row - self.start < self.size:
                marks.setdefault(keys[col], {})[row - self.start] = Bad("unsaved_formula")
        for row, col, text in self.found.sheet.errors:
            if col in keys and 0 <= row - self.start < self.size:
                marks.setdefault(keys[col], {})[row - self.start] = Bad("error_cell", {"error": text})
        return marks

    def merged_into(self, key: str) -> Mapping[int, str]:
        """Positions of a column that are merged into a cell elsewhere, and that cell's address."""
        col = self.found.where[key]
        swallowed: dict[int, str] = {}
        for top, left, bottom, right in self.found.sheet.merged:
            if left <= col <= right and (top, left) != (bottom, right):
                for row in range(max(top, self.start), min(bottom, self.start + self.size - 1) + 1):
                    if (row, col) != (top, left):
                        swallowed[row - self.start] = address(top, left)
        return swallowed


@dataclass
class Report:
    """The problems of one tab, as they are found."""

    tab: str
    where: Mapping[str, int]
    problems: list[Problem] = field(default_factory=list)

    def add(self, bad: Bad, row: int, column: str, value: str | None = "", id: str | None = "") -> None:
        """A problem at the cell of a column; with no column (or none in the sheet) at the row."""
        col = self.where.get(column)
        self.problems.append(
            Problem(
                tab=self.tab,
                code=bad.code,
                cell=address(row, col) if col and row else "",
                row=row,
                id=id or "",
                column=column,
                value=(value or "")[:LONGEST_VALUE],
                params=bad.params,
            )
        )


def positions(mask: Any) -> Ints:
    """Where a mask is true."""
    return np.flatnonzero(np.asarray(mask)).astype(np.int64)
