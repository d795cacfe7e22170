"""Turn columns of values into replacements of a sheet's bytes: only cells whose value differs, nothing else."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetcrm.sync.excel import facts, markup
from sheetcrm.sync.excel.address import MAX_COL, MAX_ROW, address, letters
from sheetcrm.sync.excel.cell import CellReader
from sheetcrm.sync.excel.obstacles import FORMULA_REASON, Obstacles
from sheetcrm.sync.excel.refused import Refused
from sheetcrm.sync.excel.sheet import SheetIndex
from sheetcrm.sync.excel.splice import Splice
from sheetcrm.sync.excel.styles import NewCellStyles, row_tag, style_of
from sheetcrm.sync.excel.texts import SharedStrings
from sheetcrm.sync.excel.values import UnwritableError, cleaned, tail_writer

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
        self._tail = tail_writer(self._prefix, date1904)
        self._styles = NewCellStyles(index)
        self._keys = index.cell_row.astype(np.int64) * (MAX_COL + 1) + index.cells.cols
        # Per row: the first and the last column that it got a cell in.
        self._first_new = np.full(len(index.rows.number), MAX_COL + 1, np.int64)
        self._last_new = np.zeros(len(index.rows.number), np.int64)
        self._opened: dict[int, list[tuple[int, bytes]]] = {}
        self._new_rows: dict[int, list[tuple[int, bytes]]] = {}

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
        self._finish_rows()

    def _check(self, block: Block) -> None:
        rows = block.rows
        if not 1 <= block.col <= MAX_COL or (len(rows) and not 1 <= rows.min() <= rows.max() <= MAX_ROW):
            raise Refused(f"The tab “{self.title}” has no such cell: a sheet ends at row {MAX_ROW:,}, column XFD.")
        if (np.diff(rows) < 1).any():
            raise ValueError(f"rows of column {letters(block.col)} must ascend without repetition")

    def _encode(self, block: Block) -> tuple[list[Any], list[str]]:
        values, tails = [], []
        tail: Callable[[Any], str] = self._tail
        for row, given in zip(block.rows.tolist(), block.values, strict=True):
            try:
                value = cleaned(given)
                tails.append(tail(value))
            except UnwritableError as error:
                raise Refused(f"{self.title}!{address(row, block.col)} can't be written: {error}.") from None
            values.append(value)
        return values, tails

    def _replace(self, block: Block, values: list[Any], tails: list[str], place: Places, there: Places) -> None:
        """Existing cells: keep the ones that hold the value already; of the others keep all but value and type."""
        cells = place[there]
        starts, ends = self.index.spans(cells)
        kinds = self.index.cells.kinds[cells].tolist()
        raw, holds = self.index.raw, self.reader.holds
        changed, bodies = [], []
        for n, (i, start, end, kind) in enumerate(
            zip(there.tolist(), starts.tolist(), ends.tolist(), kinds, strict=True)
        ):
            old = bytes(raw[start:end])
            head = old.partition(b">")[0]
            if head.endswith(b"/"):
                head = head[:-1].rstrip()
            if b"t=" in head or b"m=" in head or b"t =" in head or b"m =" in head:
                head = markup.without_attributes(head, b"t", b"cm", b"vm")
            new = head + tails[i].encode("ascii")
            if new == old or holds(old, kind, values[i]):
                continue
            changed.append(n)
            bodies.append(new)
        self.written.unchanged += len(there) - len(changed)
        chosen = np.array(changed, np.int64)
        rows = block.rows[there[chosen]]
        self._refuse_blocked(block, rows, cells[chosen])
        self.splice.add(starts[chosen], ends[chosen], np.full(len(chosen), block.col), bodies)
        self.written.record(block.col, rows, bodies)

    def _refuse_blocked(self, block: Block, rows: Places, cells: Places) -> None:
        """Refuse to write the first of these cells that must not be written."""
        blocked = self.obstacles.among(block.col, rows)
        formulas = rows[(self.index.cells.kinds[cells] & facts.FORMULA) > 0].tolist() if len(cells) else []
        if block.owned:
            self.written.formulas_gone += [(row, block.col) for row in formulas]
        else:
            for row in formulas:
                blocked.setdefault(row, FORMULA_REASON)
        if blocked:
            row = min(blocked)
            raise Refused(f"{self.title}!{address(row, block.col)} {blocked[row]}.")

    def _insert(
        self, block: Block, tails: list[str], missing: Places, at: Places, has_row: NDArray[np.bool_], place: Places
    ) -> None:
        """Cells that do not exist yet, in rows that do, in empty rows, and in rows that do not exist either."""
        if not len(missing):
            return
        col, name = block.col, letters(block.col)
        rows = block.rows[missing]
        self._refuse_blocked(block, rows, np.zeros(0, np.int64))
        usual = self._like(block) or self._styles.of_column(col)
        of_row = self._styles.of_row
        opening = f'<{self._prefix}c r="{name}'
        bodies = []
        for i, row, known in zip(missing.tolist(), rows.tolist(), has_row[missing].tolist(), strict=True):
            own = of_row(int(at[i])) if known else None
            bodies.append(f'{opening}{row}"{usual if own is None else own}{tails[i]}'.encode("ascii"))
        self.written.record(col, rows, bodies)
        self.written.added += len(bodies)
        self._place(col, missing, bodies, rows, at, has_row, place)

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
            self.splice.add(where, where, np.full(len(chosen), col), [bodies[i] for i in chosen.tolist()])
        known = row_index[has_row[missing]]
        self._first_new[known] = np.minimum(self._first_new[known], col)
        self._last_new[known] = np.maximum(self._last_new[known], col)
        for i in np.flatnonzero(~inside).tolist():
            if has_row[missing[i]]:
                self._opened.setdefault(int(row_index[i]), []).append((col, bodies[i]))
            else:
                self._new_rows.setdefault(int(rows[i]), []).append((col, bodies[i]))

    def _like(self, block: Block) -> str | None:
        if block.like_row is None:
            return None
        _, _, place, has_cell = self.find(block.col, np.array([block.like_row], np.int64))
        if not has_cell[0]:
            return None
        start = int(self.index.cell_start[place[0]])
        return style_of(bytes(self.index.raw[start : self.index.shadow.find(b">", start)]).rstrip(b"/"))

    def _finish_rows(self) -> None:
        """Start tags of rows that got cells: `spans` widened, `<row/>` opened. Then rows that did not exist."""
        index = self.index
        spanned = index.shadow.find(b"spans", index.start, index.end) >= 0
        touched = np.flatnonzero(self._last_new).tolist() if spanned else sorted(self._opened)
        for row in touched:
            tag = row_tag(index, row)
            new = _widened(tag, int(self._first_new[row]), int(self._last_new[row])) if spanned else tag
            start = int(index.rows.start[row])
            if row in self._opened:
                cells = b"".join(body for _, body in sorted(self._opened[row]))
                new = new.rstrip(b">").rstrip(b"/").rstrip() + b">" + cells + b"</" + index.prefix + b"row>"
            if new != tag:
                self.splice.put(start, start + len(tag), new)
        self._put_new_rows()

    def _put_new_rows(self) -> None:
        if not self._new_rows:
            return
        index, p = self.index, self._prefix
        numbers = np.array(sorted(self._new_rows), np.int64)
        after = np.searchsorted(index.rows.number, numbers)
        ends = np.append(index.rows.start, index.end).astype(np.int64)
        bodies = []
        for row in numbers.tolist():
            cells = b"".join(body for _, body in sorted(self._new_rows[row]))
            bodies.append(f'<{p}row r="{row}">'.encode() + cells + f"</{p}row>".encode())
        if index.self_closing:
            tag_end = index.shadow.find(b">", index.start) + 1
            data = f"<{p}sheetData>".encode() + b"".join(bodies) + f"</{p}sheetData>".encode()
            self.splice.put(index.start, tag_end, data)
            return
        where = ends[after]
        # Below zero: in front of whatever else happens at the start of the following row.
        self.splice.add(where, where, numbers - MAX_ROW - 1, bodies)


def _widened(tag: bytes, first: int, last: int) -> bytes:
    spans = markup.attributes(tag).get(b"spans")
    if spans is None:
        return tag
    edges = [int(edge) for edge in re.findall(rb"\d+", spans)]
    if not edges or (min(edges) <= first and max(edges) >= last):
        return tag
    return markup.with_attribute(tag, b"spans", b"%d:%d" % (min(*edges, first), max(*edges, last)))
