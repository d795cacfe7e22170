"""What one look at a workbook's own XML tells, before any other reader opens it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sheetcrm.address import Box
from sheetcrm.sync.excel.cell_kinds import FORMULA, KIND_MASK, NUMBER, TEXT_KINDS, Cells
from sheetcrm.sync.excel.sheet import SheetIndex
from sheetcrm.sync.excel.tables import TableScan
from sheetcrm.sync.excel.texts import SharedStrings


@dataclass(frozen=True)
class SheetScan:
    """One tab. Rows and columns are 1-based; boxes are (first row, first column, last row, last column).

    first_row … last_row: the rectangle around the cells that hold a value; all four are 0 when the tab is empty.
    merged: merged ranges. tables: Excel tables. pivots: ranges that a pivot table draws. arrays: ranges fed by one
    array formula or data table. errors: (row, column, text) of cells that show an error. unsaved: formulas that no
    program has calculated yet. last_held_row: the last row with a value or a formula, where appending continues.
    unpatchable: why the tab can't be written, in words; "" when it can. It can be read all the same.
    index: where every cell stands, for the patcher; without the part's bytes.
    """

    title: str
    part: str
    visible: bool
    first_row: int
    first_col: int
    last_row: int
    last_col: int
    merged: tuple[Box, ...]
    tables: tuple[TableScan, ...]
    errors: tuple[tuple[int, int, str], ...]
    unsaved: tuple[tuple[int, int], ...]
    pivots: tuple[Box, ...] = ()
    arrays: tuple[Box, ...] = ()
    last_held_row: int = 0
    unpatchable: str = ""
    cells: Cells = field(repr=False, compare=False, kw_only=True)
    index: SheetIndex | None = field(default=None, repr=False, compare=False, kw_only=True)

    @property
    def empty(self) -> bool:
        """True when no cell holds a value."""
        return self.last_row == 0

    def text_rows(self, col: int) -> NDArray[np.int32]:
        """Sorted rows whose cell in this column holds text: a typed "1.234" is here, the number 1.234 is not."""
        return self._rows(col, np.isin(self._in(col) & KIND_MASK, TEXT_KINDS))

    def number_rows(self, col: int) -> NDArray[np.int32]:
        """Sorted rows whose cell in this column holds a number, which is also how Excel stores dates."""
        return self._rows(col, (self._in(col) & KIND_MASK) == NUMBER)

    def formula_rows(self, col: int) -> NDArray[np.int32]:
        """Sorted rows whose cell in this column holds a formula; the patcher never overwrites those."""
        return self._rows(col, (self._in(col) & FORMULA) > 0)

    @cached_property
    def _columns(self) -> dict[int, NDArray[np.int64]]:
        return {}

    def _places(self, col: int) -> NDArray[np.int64]:
        if col not in self._columns:
            self._columns[col] = np.flatnonzero(self.cells.cols == col)
        return self._columns[col]

    def _in(self, col: int) -> NDArray[np.uint8]:
        return self.cells.kinds[self._places(col)]

    def _rows(self, col: int, chosen: NDArray[np.bool_]) -> NDArray[np.int32]:
        return np.sort(self.cells.rows[self._places(col)[chosen]])


@dataclass(frozen=True)
class BookScan:
    """One workbook as it was read: `sha256` (hex) and `size` are of the file's bytes.

    `sheets` are the worksheets in the workbook's order, hidden ones too; `other_sheets` are titles of tabs without
    cells (chart sheets, dialogs, macro sheets). `date1904`: serial 0 is 1904-01-01.
    """

    path: Path
    sha256: str
    size: int
    date1904: bool
    sheets: tuple[SheetScan, ...]
    other_sheets: tuple[str, ...] = ()
    has_macros: bool = False
    has_formulas: bool = False
    strings: SharedStrings | None = field(default=None, repr=False, compare=False)
    """The workbook's texts, where somebody read them."""

    def sheet(self, title: str) -> SheetScan:
        """The tab with this title; KeyError when there is none."""
        for sheet in self.sheets:
            if sheet.title == title:
                return sheet
        raise KeyError(title)
