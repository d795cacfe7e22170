"""One of people's own tables: its columns, its records, and its cells as they see them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from sheetcrm.address import address, letters
from sheetcrm.cells import clean
from sheetcrm.model import Bools, Ints
from sheetcrm.raw import RawSheet


@dataclass(frozen=True)
class OldColumn:
    """A column of a table: its 1-based sheet column, its header, and the header of its group above ("")."""

    col: int
    header: str
    group: str = ""

    @property
    def shown(self) -> str:
        """What the column is called: its header with its group's, or its letter where it has none."""
        return " ".join(part for part in (self.group, self.header) if part) or letters(self.col)


@dataclass(frozen=True)
class Skipped:
    """A row inside a table that is no record."""

    row: int
    text: str
    why: str


@dataclass(frozen=True, eq=False)
class OldTable:
    """One table: ``header_row`` is the last row of its header, ``rows`` are the 1-based sheet rows of its records."""

    sheet: RawSheet
    header_row: int
    columns: tuple[OldColumn, ...]
    rows: Ints
    skipped: tuple[Skipped, ...] = ()
    _texts: dict[int, pa.Array] = field(default_factory=dict, repr=False, compare=False)

    def texts(self, col: int) -> pa.Array:
        """The cells of a sheet column, record by record, without spaces around them; blank is null."""
        if col not in self._texts:
            cells = self.sheet.columns[col - self.sheet.first_col]
            self._texts[col] = clean(cells.take(pa.array(self.rows - self.sheet.first_row)))
        return self._texts[col]

    def filled_down(self, col: int) -> pa.Array:
        """The same, with the text of merged cells in every row that they span: that is what people see."""
        texts = self.texts(col)
        spans = [box for box in self.sheet.merged if box[1] <= col <= box[3] and box[2] > box[0]]
        if not spans:
            return texts
        cells: list[str | None] = texts.to_pylist()
        places = {int(row): at for at, row in enumerate(self.rows)}
        for top, _, bottom, _ in spans:
            anchor = cells[places[top]] if top in places else None
            for row in range(top + 1, bottom + 1):
                if anchor is not None and row in places and cells[places[row]] is None:
                    cells[places[row]] = anchor
        return pa.array(cells, pa.string())

    def is_text(self, col: int) -> Bools:
        """Which cells of a sheet column are text, not numbers."""
        return np.isin(self.rows, np.asarray(self.sheet.text_rows(col), dtype=np.int64))

    def address(self, at: int, col: int) -> str:
        """The A1 address of the cell of a record."""
        return address(int(self.rows[at]), col)
