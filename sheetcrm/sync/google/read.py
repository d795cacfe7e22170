"""A spreadsheet as text: one call for its structure, one for the cells of all wanted tabs.

Large tabs come in parts. Rows may be sorted or inserted between two parts, so the ids of such tabs are read once more
at the end: were they to differ, rows would have been torn apart, and all is read again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sheetcrm.address import letters
from sheetcrm.raw import RawBook, RawSheet, Rows, no_rows
from sheetcrm.sync.google.cells import Cell, arrow
from sheetcrm.sync.google.errors import GoogleBusy, GoogleError
from sheetcrm.sync.google.structure import Sheet, Structure, quoted, read_structure
from sheetcrm.sync.google.transport import SheetsTransport

MOST_READS = 3
"""Times that a sheet is read whose rows move while it is read in parts."""

UNFORMATTED = {
    "majorDimension": "COLUMNS",
    "valueRenderOption": "UNFORMATTED_VALUE",
    "dateTimeRenderOption": "SERIAL_NUMBER",
}

IdColumn = Callable[[RawSheet], int | None]
"""Tells the 1-based column of the ids of a tab; None where it has none."""


@dataclass(frozen=True)
class Part:
    """Some rows of a tab, all of its columns: 1-based, inclusive."""

    sheet: Sheet
    first: int
    last: int

    @property
    def range(self) -> str:
        return f"{quoted(self.sheet.title)}!A{self.first}:{letters(self.sheet.columns)}{self.last}"


@dataclass(frozen=True)
class Seen:
    """A spreadsheet as it was read: its structure, and the columns of each wanted tab, each up to its last cell."""

    structure: Structure = field(default_factory=Structure)
    columns: Mapping[str, Sequence[Sequence[Cell]]] = field(default_factory=dict)

    def column(self, title: str, column: int) -> Sequence[Cell]:
        """A 1-based column of a tab."""
        columns = self.columns.get(title, ())
        return columns[column - 1] if 0 < column <= len(columns) else ()


def read_book(
    transport: SheetsTransport,
    file_id: str,
    wanted: Callable[[str], bool] | None,
    cells_per_call: int,
    id_column: IdColumn,
) -> RawBook:
    """The wanted tabs (None: all). ``RawBook.scan`` is the Seen for the writer. Raises GoogleError in words."""
    for _ in range(MOST_READS):
        structure = read_structure(transport, file_id)
        sheets = [sheet for sheet in structure.sheets.values() if wanted is None or wanted(sheet.title)]
        calls = _calls(sheets, cells_per_call)
        try:
            columns = _values(transport, file_id, calls)
        except GoogleError as error:
            if error.status == 400:  # a tab was renamed, deleted or cut since its name was read
                continue
            raise
        raw = [_raw_sheet(sheet, columns[sheet.title]) for sheet in sheets]
        torn = {part.sheet.title for parts in calls for part in parts if len(calls) > 1}
        checked = {sheet.title: id_column(sheet) for sheet in raw if sheet.title in torn}
        if _still(transport, file_id, structure, columns, {t: c for t, c in checked.items() if c is not None}):
            digest = hashlib.sha256(json.dumps(columns, ensure_ascii=False).encode("utf-8", "replace"))
            return RawBook(raw, digest.hexdigest(), tuple(structure.sheets), Seen(structure, columns))
    raise GoogleBusy("Tabs or rows of the sheet kept moving while it was being read; the next run goes on.")


def _calls(sheets: Sequence[Sheet], most: int) -> list[list[Part]]:
    """The tabs in as few calls as hold them."""
    calls: list[list[Part]] = [[]]
    room = most
    for sheet in sheets:
        first = 1
        while first <= sheet.rows and sheet.columns:
            rows = min(sheet.rows - first + 1, max(1, room // sheet.columns))
            if calls[-1] and room < sheet.columns * min(1000, sheet.rows - first + 1):
                calls.append([])
                room = most
                continue
            calls[-1].append(Part(sheet, first, first + rows - 1))
            first, room = first + rows, room - rows * sheet.columns
    return [parts for parts in calls if parts]


def _values(transport: SheetsTransport, file_id: str, calls: Sequence[Sequence[Part]]) -> dict[str, list[list[Cell]]]:
    columns: dict[str, list[list[Cell]]] = {part.sheet.title: [] for parts in calls for part in parts}
    for parts in calls:
        params = {**UNFORMATTED, "ranges": [part.range for part in parts]}
        reply = transport.call("get", f"{file_id}/values:batchGet", name="values", params=params)
        for part, found in zip(parts, reply["valueRanges"], strict=True):
            _join(columns[part.sheet.title], found.get("values", []), part.first - 1)
    return columns


def _join(columns: list[list[Cell]], more: Sequence[list[Cell]], above: int) -> None:
    """Put a part's columns below what is there; a column that ended earlier is filled up with blanks."""
    columns.extend([] for _ in range(len(more) - len(columns)))
    for column, cells in zip(columns, more, strict=False):
        if cells:
            column.extend([""] * (above - len(column)))
            column.extend(cells)


def _still(
    transport: SheetsTransport,
    file_id: str,
    structure: Structure,
    columns: Mapping[str, Sequence[Sequence[Cell]]],
    checked: Mapping[str, int],
) -> bool:
    """Whether the ids of these tabs still stand where they were read."""
    if not checked:
        return True
    titles = [title for title, column in checked.items() if column <= structure.sheets[title].columns]
    ranges = [f"{quoted(title)}!{letters(checked[title])}:{letters(checked[title])}" for title in titles]
    params = {**UNFORMATTED, "ranges": ranges}
    reply = transport.call("get", f"{file_id}/values:batchGet", name="check", params=params)
    now = [found.get("values", [[]])[0] for found in reply["valueRanges"]]
    return all(cells == list(columns[title][checked[title] - 1]) for title, cells in zip(titles, now, strict=True))


def _raw_sheet(sheet: Sheet, columns: Sequence[Sequence[Cell]]) -> RawSheet:
    size = max((len(column) for column in columns), default=0)
    arrays = []
    errors: list[tuple[int, int, str]] = []
    marked: dict[int, Rows] = {}
    for number, cells in enumerate(columns, start=1):
        array, marked[number], wrong = arrow(cells, size)
        arrays.append(array)
        errors.extend((row, number, text) for row, text in wrong)

    def text_rows(column: int) -> Rows:
        return marked.get(column, no_rows(column))

    inside = [box for box in sheet.merges if box[0] <= size and box[1] <= len(columns)]
    merged = [(top, left, min(bottom, sheet.rows), min(right, sheet.columns)) for top, left, bottom, right in inside]
    return RawSheet(
        title=sheet.title, columns=arrays, rows=size, text_rows=text_rows, errors=sorted(errors), merged=merged
    )
