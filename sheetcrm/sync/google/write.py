"""Writing while people edit (architecture 5): Google has no compare-and-set, and rows move at any moment.

1  hold the lock; tag the columns that are not tagged yet
2  read the ids again; a header row that changed means: read everything again
3  one write, columns by their tags, the runner's own tabs by their place; unchanged cells are null and skipped
4  append the rows that do not stand there yet
5  read ids and written columns at one moment; put right what rows moved in between, at most three times
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sheetcrm.sync.changes import Outcome
from sheetcrm.sync.google.append import append, owed
from sheetcrm.sync.google.cells import Cell, at, same
from sheetcrm.sync.google.errors import GoogleError, Unanswered
from sheetcrm.sync.google.lock import held
from sheetcrm.sync.google.look import Columns, Moved, Standing, after_writing, box, ids_again
from sheetcrm.sync.google.metadata import Key, Tags, ensure
from sheetcrm.sync.google.structure import grid_range
from sheetcrm.sync.google.wanted import Filled, Rows, Wanted

if TYPE_CHECKING:
    from sheetcrm.config import Google
    from sheetcrm.sync.google.read import Seen
    from sheetcrm.sync.google.transport import SheetsTransport

log = logging.getLogger("sheetcrm")
Json = dict[str, Any]

MOST_REPAIRS = 3
MOST_APPENDS = 3
"""Times that rows are sent whose answer got lost, after a look each time whether they stand there."""


@dataclass
class Writing:
    """One write of one sheet. ``sent`` are the values written to each column: a stray one is told as ours by them."""

    transport: SheetsTransport
    file_id: str
    settings: Google
    seen: Seen
    sent: dict[Key, set[Cell]] = field(default_factory=dict)

    def write(self, wanted: Wanted) -> Outcome:
        """Carry out what is wanted; nothing is called where nothing is. Raises GoogleError in words."""
        rows, filled = [part for part in wanted.rows if part], [part for part in wanted.filled if part]
        if not rows and not filled:
            return Outcome("unchanged")
        with held(
            self.transport, self.file_id, seconds=self.settings.lock_seconds, wait=self.settings.wait_seconds
        ) as lock:
            try:
                tags = ensure(self.transport, self.file_id, Wanted(rows, filled))
                standing = ids_again(self.transport, self.file_id, rows, filled, tags, self.seen)
                if lock.has_expired():
                    return Outcome("changed", "the lock on the sheet ran out before anything was written")
                cells = self._send(_columns(rows, standing), filled, tags)
                if lock.has_expired() and owed(rows, standing):
                    raise Moved  # another runner may be adding the same rows by now
                cells += self._append(rows, filled, tags, standing)
                self._verify(rows, filled, tags)
            except Moved:
                return Outcome("changed", "people moved columns of the sheet while it was being written")
            except Unanswered:
                return Outcome("changed", "Google did not answer while rows were being added")
            except GoogleError as error:
                if _laid_out_anew(error):
                    return Outcome("changed", str(error))
                raise
        return Outcome("written", "", cells)

    def _send(self, columns: Mapping[Key, Mapping[int, Cell]], filled: Sequence[Filled], tags: Tags) -> int:
        """Write these rows of columns and these cells; in one call unless there are too many. Counts the cells."""
        data: list[tuple[int, Json]] = []
        for key, cells in columns.items():
            if cells:
                self.sent.setdefault(key, set()).update(cell for cell in cells.values() if cell is not None)
                lookup = {"developerMetadataLookup": {"metadataId": tags.ids[key]}}
                data.append((len(cells), _column(lookup, cells, first=1)))
        for part in filled:
            data.extend(_by_place(part))
        for chunk in _chunks(data, self.settings.cells_per_call):
            body = {"valueInputOption": "RAW", "data": chunk}
            self.transport.call("post", f"{self.file_id}/values:batchUpdateByDataFilter", name="write", body=body)
        return sum(count for count, _ in data)

    def _append(
        self, rows: Sequence[Rows], filled: Sequence[Filled], tags: Tags, standing: Mapping[str, Standing]
    ) -> int:
        """Add the rows that do not stand there; after a lost answer look first, then send what is still missing."""
        missing = owed(rows, standing)
        count = sum(len(part.new[name]) for part in rows for name in missing.get(part.tab.key, ()))
        for attempt in range(MOST_APPENDS):
            if not missing:
                return count
            try:
                append(self.transport, self.file_id, rows, missing, standing)
                return count
            except Unanswered:
                if attempt == MOST_APPENDS - 1:
                    raise
                standing = ids_again(self.transport, self.file_id, rows, filled, tags, self.seen)
                missing = owed(rows, standing)
        return count

    def _verify(self, rows: Sequence[Rows], filled: Sequence[Filled], tags: Tags) -> None:
        """Read back; write again where rows moved in between. What is still wrong after that is left to the next run.

        Raises Moved when the columns moved, or when rows that were appended do not stand there.
        """
        for repairs in range(MOST_REPAIRS + 1):
            standing, boxes = after_writing(
                self.transport, self.file_id, rows, filled, tags, self.settings.cells_per_call
            )
            if owed(rows, standing):
                raise Moved
            wrong = {key: cells for part in rows for key, cells in self._wrong(part, standing[part.tab.key]) if cells}
            unlike = [part for number, part in enumerate(filled) if not _stands(part, boxes[number])]
            if not wrong and not unlike:
                return
            if repairs < MOST_REPAIRS:
                self._send(wrong, unlike, tags)
        log.warning("Rows of the sheet kept moving; what is not right yet is put right by the next run.")

    def _wrong(self, part: Rows, standing: Standing) -> Iterator[tuple[Key, dict[int, Cell]]]:
        """What must be written to put each column right: the records', and what the last write left elsewhere."""
        records = set(standing.rows.values())
        for key, column in part.columns.items():
            now = standing.columns[key]
            cells = dict(self._strays(part, key, standing, records))
            for name, cell in zip(part.names, column, strict=True):
                row = standing.rows.get(name)
                if row is not None and not same(at(now, row), cell):
                    cells[row] = cell
            yield (part.tab.key, key), cells

    def _strays(self, part: Rows, key: str, standing: Standing, records: Set[int]) -> Iterator[tuple[int, Cell]]:
        """Values of ours in rows that are nobody's, where rows moved at the very moment of the write.

        Above the data they may stand on the column's own header or a title: what was read there is put back. Below,
        they are told from what stood in such rows before by counting.
        """
        ours = self.sent.get((part.tab.key, key), set())
        now = standing.columns[key]
        before = self.seen.column(part.sheet.title, part.table.where[key])
        down = standing.header_row - part.table.header_row
        for row in range(1, min(standing.header_row, len(now)) + 1):
            if at(now, row) in ours and not same(at(now, row), at(before, row - down)):
                yield row, at(before, row - down)
        known = set(part.read_at)
        first = part.table.header_row + 1
        kept = Counter(at(before, row) for row in range(first, len(before) + 1) if row not in known)
        for row in range(standing.header_row + 1, len(now) + 1):
            cell = at(now, row)
            if cell is None or row in records:
                continue
            if kept[cell] > 0:
                kept[cell] -= 1
            elif cell in ours and not any(standing.rows.get(name) == row for name in part.new):
                yield row, None


def _columns(rows: Sequence[Rows], standing: Mapping[str, Standing]) -> dict[Key, dict[int, Cell]]:
    """(tab, column) → row → cell of what changes, at the rows where the ids stand now."""
    found: dict[Key, dict[int, Cell]] = {}
    for part in rows:
        where = standing[part.tab.key].rows
        places = [where.get(name) for name in part.names]
        for key, changed in part.changed.items():
            column = part.columns[key]
            found[part.tab.key, key] = {
                row: column[position] for position in changed if (row := places[position]) is not None
            }
    return found


def _column(data_filter: Json, cells: Mapping[int, Cell], first: int) -> Json:
    """Cells of one column from row ``first`` on: null is skipped, empty text blanks."""
    values: list[Cell] = [None] * (max(cells) - first + 1)
    for row, cell in cells.items():
        values[row - first] = "" if cell is None else cell
    return {"dataFilter": data_filter, "majorDimension": "COLUMNS", "values": [values]}


def _by_place(part: Filled) -> Iterator[tuple[int, Json]]:
    """The cells of a tab that is the runner's own, column by column."""
    columns: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in part.cells.items():
        columns.setdefault(column, {})[row] = cell
    for column, cells in columns.items():
        first, last = min(cells), max(cells)
        where = {"gridRange": grid_range(part.sheet.id, first, last, column, column)}
        yield len(cells), _column(where, cells, first)


def _chunks(data: Sequence[tuple[int, Json]], most: int) -> Iterator[list[Json]]:
    chunk: list[Json] = []
    size = 0
    for count, part in data:
        if chunk and size + count > most:
            yield chunk
            chunk, size = [], 0
        chunk.append(part)
        size += count
    if chunk:
        yield chunk


def _stands(part: Filled, columns: Columns) -> bool:
    span = box(part)
    top, left = span["startRowIndex"], span["startColumnIndex"]
    for (row, column), cell in part.cells.items():
        found = columns[column - 1 - left] if column - 1 - left < len(columns) else ()
        if not same(at(found, row - top), cell):
            return False
    return True


def _laid_out_anew(error: GoogleError) -> bool:
    """Whether a refusal tells that people changed the sheet meanwhile: a tab, a column or rows went, or were locked."""
    return error.status == 400 or (error.status == 403 and "protected" in str(error))
