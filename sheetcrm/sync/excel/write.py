"""Turn columns of values into replacements of a sheet's bytes: only cells whose value differs, nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import add, ne
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetcrm.address import MAX_COL, MAX_ROW, address, letters
from sheetcrm.sync.excel import cell_kinds
from sheetcrm.sync.excel.calc import has_formula
from sheetcrm.sync.excel.cell import CellReader
from sheetcrm.sync.excel.edits import Formula
from sheetcrm.sync.excel.heads import heads_of, mixed_heads, new_heads
from sheetcrm.sync.excel.obstacles import FORMULA_REASON, Obstacles
from sheetcrm.sync.excel.refused import Refused
from sheetcrm.sync.excel.row_edits import RowEdits
from sheetcrm.sync.excel.sheet import SheetIndex
from sheetcrm.sync.excel.splice import Splice
from sheetcrm.sync.excel.styles import NewCellStyles, style_of
from sheetcrm.sync.excel.tails import TailWriter
from sheetcrm.sync.excel.texts import SharedStrings
from sheetcrm.sync.excel.values import UnwritableError

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Block:
    """Values for one column. `like_row`: new cells take the style of the cell in that row, if it has one.

    `owned`: the tab is the runner's, so that formulas may be written and overwritten.
    """

    col: int
    rows: Places
    values: Sequence[Any]
    like_row: int | None = None
    owned: bool = False


@dataclass
class Written:
    """What was put into a sheet. Lists run alongside: one entry per block of cells of one column."""

    cols: list[int] = field(default_factory=list)
    rows: list[Places] = field(default_factory=list)
    bodies: list[list[bytes]] = field(default_factory=list)
    unchanged: int = 0
    added: int = 0
    formulas_gone: list[tuple[int, int]] = field(default_factory=list)
    formulas_new: bool = False

    @property
    def count(self) -> int:
        """Cells written."""
        return sum(map(len, self.bodies))

    def record(self, col: int, rows: Places, bodies: list[bytes]) -> None:
        """Remember what was put where, for verification."""
        if bodies:
            self.cols.append(col)
            self.rows.append(rows)
            self.bodies.append(bodies)


class SheetWriter:
    """Writes blocks of values into one sheet. Call `write` once with all blocks, columns ascending, then `join`."""

    def __init__(
        self, index: SheetIndex, title: str, strings: SharedStrings, date1904: bool, obstacles: Obstacles
    ) -> None:
        self.index = index
        self.title = title
        self.obstacles = obstacles
        self.written = Written()
        self.splice = Splice(index.raw)
        self.reader = CellReader(index, strings, date1904)
        self._prefix = index.prefix.decode()
        self._tails = TailWriter(self._prefix, date1904)
        self._styles = NewCellStyles(index)
        self._keys = index.cell_row.astype(np.int64) * (MAX_COL + 1) + index.cells.cols
        self._rows = RowEdits(index, self.splice)
        self._group: tuple[Places, int, list[list[bytes]]] | None = None

    def find(self, col: int, rows: Places) -> tuple[Places, NDArray[np.bool_], Places, NDArray[np.bool_]]:
        """For sheet rows: (row's index, whether the row exists, cell's index, whether the cell exists)."""
        numbers, keys = self.index.rows.number, self._keys
        at = np.minimum(np.searchsorted(numbers, rows), max(len(numbers) - 1, 0)).astype(np.int64)
        has_row = numbers[at] == rows if len(numbers) else np.zeros(len(rows), bool)
        wanted = at * (MAX_COL + 1) + col
        place = np.searchsorted(keys, wanted).astype(np.int64)
        inside = np.minimum(place, max(len(keys) - 1, 0))
        has_cell = has_row & (keys[inside] == wanted) if len(keys) else np.zeros(len(rows), bool)
        return at, has_row, place, has_cell

    def write(self, blocks: Sequence[Block]) -> None:
        """Collect the replacements for all blocks. Raises Refused before anything is joined."""
        for block in blocks:
            self._check(block)
            values, tails = self._encode(block)
            at, has_row, place, has_cell = self.find(block.col, block.rows)
            there = np.flatnonzero(has_cell)
            self._replace(block, values, tails, place, there)
            missing = np.array([i for i in np.flatnonzero(~has_cell).tolist() if values[i] is not None], np.int64)
            self.written.unchanged += len(block.rows) - len(there) - len(missing)
            self._insert(block, tails, missing, at, has_row, place)
        self._finish_group()
        self._rows.finish()

    def _check(self, block: Block) -> None:
        rows = block.rows
        if not 1 <= block.col <= MAX_COL or (len(rows) and not 1 <= rows.min() <= rows.max() <= MAX_ROW):
            raise Refused(f"The tab “{self.title}” has no such cell: a sheet ends at row {MAX_ROW:,}, column XFD.")
        if (np.diff(rows) < 1).any():
            raise ValueError(f"rows of column {letters(block.col)} must ascend without repetition")

    def _encode(self, block: Block) -> tuple[list[Any], list[bytes]]:
        if len(block.values) != len(block.rows):
            raise ValueError(f"column {letters(block.col)}: {len(block.rows)} rows but {len(block.values)} values")
        try:
            return self._tails.column(block.values)
        except UnwritableError as error:
            where = address(int(block.rows[error.place]), block.col)
            raise Refused(f"{self.title}!{where} can't be written: {error}.") from None

    def _replace(self, block: Block, values: list[Any], tails: list[bytes], place: Places, there: Places) -> None:
        """Existing cells: keep the ones that hold the value already; of the others keep all but value and type."""
        cells = place[there]
        starts, ends = self.index.spans(cells)
        raw, rows = self.index.raw, block.rows[there]
        old = [raw[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        if len(there) < len(tails):
            tails = [tails[i] for i in there.tolist()]
            values = [values[i] for i in there.tolist()]
        new = list(map(add, heads_of(self.index, block.col, rows, cells), tails))
        differing = np.flatnonzero(np.fromiter(map(ne, new, old), bool, len(new))).tolist()
        kinds = self.index.cells.kinds[cells].tolist()
        holds = self.reader.holds
        changed = [n for n in differing if not holds(old[n], kinds[n], values[n])]
        self.written.unchanged += len(there) - len(changed)
        chosen = np.array(changed, np.int64)
        self._refuse_blocked(block, rows[chosen], cells[chosen])
        for n in changed:
            # A formula that stands after its value, as no schema allows but some programs write.
            if b"<f" in old[n] and not kinds[n] & cell_kinds.FORMULA and has_formula(old[n]) and not block.owned:
                raise Refused(f"{self.title}!{address(int(rows[n]), block.col)} {FORMULA_REASON}.")
        bodies = [new[n] for n in changed]
        self.written.formulas_new |= block.owned and any(isinstance(value, Formula) for value in values)
        self.splice.add(starts[chosen], ends[chosen], np.full(len(chosen), block.col), bodies)
        self.written.record(block.col, rows[chosen], bodies)

    def _refuse_blocked(self, block: Block, rows: Places, cells: Places) -> None:
        """Refuse to write the first of these cells that must not be written."""
        blocked = self.obstacles.among(block.col, rows)
        formulas = rows[(self.index.cells.kinds[cells] & cell_kinds.FORMULA) > 0].tolist() if len(cells) else []
        if block.owned:
            self.written.formulas_gone += [(row, block.col) for row in formulas]
        else:
            for row in formulas:
                blocked.setdefault(row, FORMULA_REASON)
        if blocked:
            row = min(blocked)
            raise Refused(f"{self.title}!{address(row, block.col)} {blocked[row]}.")

    def _insert(
        self, block: Block, tails: list[bytes], missing: Places, at: Places, has_row: NDArray[np.bool_], place: Places
    ) -> None:
        """Cells that do not exist yet, in rows that do, in empty rows, and in rows that do not exist either."""
        if not len(missing):
            return
        col, rows = block.col, block.rows[missing]
        self._refuse_blocked(block, rows, np.zeros(0, np.int64))
        if len(missing) < len(tails):
            tails = [tails[i] for i in missing.tolist()]
        bodies = list(map(add, self._new_heads(block, rows, at[missing], has_row[missing]), tails))
        self.written.record(col, rows, bodies)
        self.written.formulas_new |= block.owned and any(isinstance(value, Formula) for value in block.values)
        self.written.added += len(bodies)
        self._place(col, missing, bodies, rows, at, has_row, place)

    def _new_heads(self, block: Block, rows: Places, at: Places, has_row: NDArray[np.bool_]) -> list[bytes]:
        prefix, col = self.index.prefix, block.col
        usual = self._like(block) or self._styles.of_column(col)
        if not self._styles.rows_styled:
            return new_heads(prefix, col, rows, usual)
        own = [
            self._styles.of_row(i) if known else None for i, known in zip(at.tolist(), has_row.tolist(), strict=True)
        ]
        return mixed_heads(prefix, col, rows, [usual if style is None else style for style in own])

    def _place(
        self,
        col: int,
        missing: Places,
        bodies: list[bytes],
        rows: Places,
        at: Places,
        has_row: NDArray[np.bool_],
        place: Places,
    ) -> None:
        index = self.index
        row_index, cell = at[missing], place[missing]
        close = index.rows.close[row_index] if len(index.rows.close) else np.full(len(missing), -1)
        inside = has_row[missing] & (close >= 0)
        chosen = np.flatnonzero(inside)
        if len(chosen):
            before_cell = cell[chosen] < index.rows.first[row_index[chosen] + 1]
            safe = np.minimum(cell[chosen], max(len(index.cell_start) - 1, 0))
            next_cell = index.cell_start[safe] if len(index.cell_start) else close[chosen]
            where = np.where(before_cell, next_cell, close[chosen]).astype(np.int64)
            self._insert_at(where, col, bodies if len(chosen) == len(bodies) else [bodies[i] for i in chosen.tolist()])
        self._rows.got_cells(row_index[has_row[missing]], col)
        for i in np.flatnonzero(~inside).tolist():
            if has_row[missing[i]]:
                self._rows.open(int(row_index[i]), col, bodies[i])
            else:
                self._rows.add(int(rows[i]), col, bodies[i])

    def _insert_at(self, where: Places, col: int, bodies: list[bytes]) -> None:
        """Cells at the same places as the column before them (side by side in their rows) make one piece with it."""
        if self._group is not None and np.array_equal(self._group[0], where):
            self._group[2].append(bodies)
            return
        self._finish_group()
        self._group = (where, col, [bodies])

    def _finish_group(self) -> None:
        if self._group is not None:
            where, col, columns = self._group
            pieces = list(map(b"".join, zip(*columns, strict=True))) if len(columns) > 1 else columns[0]
            self.splice.add(where, where, np.full(len(where), col), pieces)
            self._group = None

    def _like(self, block: Block) -> str | None:
        if block.like_row is None:
            return None
        _, _, place, has_cell = self.find(block.col, np.array([block.like_row], np.int64))
        if not has_cell[0]:
            return None
        start = int(self.index.cell_start[place[0]])
        return style_of(bytes(self.index.raw[start : self.index.shadow.find(b">", start)]).rstrip(b"/"))
