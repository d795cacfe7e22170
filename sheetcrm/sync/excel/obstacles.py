"""Cells that must not be written, and why, in words."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sheetcrm.address import Box, box_text
from sheetcrm.sync.excel.facts import SheetScan
from sheetcrm.sync.excel.tables import TableScan


@dataclass(frozen=True)
class Obstacles:
    """The ranges of a tab in which single cells can't be set."""

    merged: tuple[Box, ...] = ()
    tables: tuple[TableScan, ...] = ()
    pivots: tuple[Box, ...] = ()
    arrays: tuple[Box, ...] = ()

    def among(self, col: int, rows: NDArray[np.int64]) -> dict[int, str]:
        """Row → reason for those of the rows (ascending) whose cell in this column must not be written."""
        found: dict[int, str] = {}
        for box in self.merged:
            if box[1] <= col <= box[3]:
                for row in _within(rows, box[0], box[2]):
                    if (row, col) != box[:2]:
                        found[row] = f"is hidden inside the merged cells {box_text(box)}. Unmerge them"
        for table in self.tables:
            if table.ref[1] <= col <= table.ref[3]:
                self._table(table, rows, found)
        for box in self.pivots:
            if box[1] <= col <= box[3]:
                for row in _within(rows, box[0], box[2]):
                    found[row] = f"belongs to the pivot table at {box_text(box)}, which Excel fills. Move that table"
        for box in self.arrays:
            if box[1] <= col <= box[3]:
                for row in _within(rows, box[0], box[2]):
                    found[row] = f"is filled by one formula for all of {box_text(box)}. Delete that formula"
        return found

    def _table(self, table: TableScan, rows: NDArray[np.int64], found: dict[int, str]) -> None:
        for row in _within(rows, table.ref[0], table.ref[0] + table.header_rows - 1):
            found[row] = f"is a column title of the table {table.name}, which names that column. Rename it in Excel"
        for row in _within(rows, table.ref[2] - table.totals_rows + 1, table.ref[2]):
            found[row] = f"is in the totals row of the table {table.name}. Switch the totals row off"


def obstacles_of(sheet: SheetScan) -> Obstacles:
    """The obstacles of a scanned tab."""
    return Obstacles(sheet.merged, sheet.tables, sheet.pivots, sheet.arrays)


def blocked_rows(sheet: SheetScan, col: int, rows: NDArray[np.int64]) -> dict[int, str]:
    """Row → why the cell in this column can't be written, for those of the rows (ascending) that can't.

    The words follow the cell's address: "Data!B7 " + "holds a formula, …". What is not in here, `patch_book` accepts.
    """
    found = obstacles_of(sheet).among(col, np.asarray(rows, np.int64))
    for row in np.intersect1d(sheet.formula_rows(col), rows).tolist():
        found.setdefault(row, FORMULA_REASON)
    return found


FORMULA_REASON = "holds a formula, and formulas are never overwritten. Delete it if the value should be filled in"


def _within(rows: NDArray[np.int64], first: int, last: int) -> list[int]:
    if last < first:
        return []
    inside: list[int] = rows[np.searchsorted(rows, first) : np.searchsorted(rows, last, "right")].tolist()
    return inside
