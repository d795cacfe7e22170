"""What new cells do to the rows around them: start tags widened, empty rows opened, missing rows added."""

import re

import numpy as np
from numpy.typing import NDArray

from sheetcrm.address import MAX_COL, MAX_ROW
from sheetcrm.sync.excel.markup import without_attributes
from sheetcrm.sync.excel.sheet import SheetIndex
from sheetcrm.sync.excel.splice import Splice
from sheetcrm.sync.excel.styles import row_tag

# The first range of `spans` grows; any further ranges stay, as they only ever narrow the hint.
_SPANS = re.compile(rb"<[^>]*?\sspans\s*=\s*[\"'](\d+):(\d+)")


class RowEdits:
    """Collects what happens to rows, and puts it into the splice at the end. Rows are given by their index in the
    sheet, except for those that do not exist yet, which have only their number."""

    def __init__(self, index: SheetIndex, splice: Splice) -> None:
        self._index = index
        self._splice = splice
        # Per row: the first and the last column that it got a cell in.
        self._first_new = np.full(len(index.rows.number), MAX_COL + 1, np.int64)
        self._last_new = np.zeros(len(index.rows.number), np.int64)
        self._opened: dict[int, list[tuple[int, bytes]]] = {}
        self._new_rows: dict[int, list[tuple[int, bytes]]] = {}

    def got_cells(self, rows: NDArray[np.int64], col: int) -> None:
        """Each of these rows gets a cell in this column."""
        self._first_new[rows] = np.minimum(self._first_new[rows], col)
        self._last_new[rows] = np.maximum(self._last_new[rows], col)

    def open(self, row: int, col: int, body: bytes) -> None:
        """A cell for a self-closing row."""
        self._opened.setdefault(row, []).append((col, body))

    def add(self, number: int, col: int, body: bytes) -> None:
        """A cell for a row that does not exist yet."""
        self._new_rows.setdefault(number, []).append((col, body))

    def finish(self) -> None:
        """Start tags of rows that got cells: `spans` widened, `<row/>` opened. Then rows that did not exist."""
        index = self._index
        if self._last_new.any() and not index.rows.bare and index.shadow.find(b"spans", index.start, index.end) >= 0:
            self._widen_spans()
        for row in sorted(self._opened):
            tag = row_tag(index, row)
            new = without_attributes(tag, b"spans").rstrip(b">").rstrip(b"/").rstrip()
            cells = b"".join(body for _, body in sorted(self._opened[row]))
            start = int(index.rows.start[row])
            self._splice.put(start, start + len(tag), new + b">" + cells + b"</" + index.prefix + b"row>")
        self._put_new_rows()

    def _widen_spans(self) -> None:
        """Let `spans` hold the new cells: some programs believe it."""
        starts, ends, bodies = [], [], []
        shade = self._index.shadow
        rows = np.flatnonzero(self._last_new)
        places = self._index.rows.start[rows].tolist()
        edges = zip(self._first_new[rows].tolist(), self._last_new[rows].tolist(), strict=True)
        for row, start, (first, last) in zip(rows.tolist(), places, edges, strict=True):
            found = _SPANS.match(shade, start)
            if found is None or row in self._opened:
                continue
            left, right = int(found[1]), int(found[2])
            if first < left or last > right:
                starts.append(found.start(1))
                ends.append(found.end(2))
                bodies.append(b"%d:%d" % (min(first, left), max(last, right)))
        self._splice.add(np.array(starts, np.int64), np.array(ends, np.int64), np.zeros(len(starts), np.int64), bodies)

    def _put_new_rows(self) -> None:
        if not self._new_rows:
            return
        index, p = self._index, self._index.prefix.decode()
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
            self._splice.put(index.start, tag_end, data)
            return
        where = ends[after]
        # Below zero: in front of whatever else happens at the start of the following row.
        self._splice.add(where, where, numbers - MAX_ROW - 1, bodies)
