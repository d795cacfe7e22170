"""A look at the sheet as it stands now: where the ids are, what the runner's columns hold, whether headers moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sheetcrm.sync.google.cells import Cell, at, to_text
from sheetcrm.sync.google.metadata import Tags
from sheetcrm.sync.google.naming import Name, rows_by_name
from sheetcrm.sync.google.read import UNFORMATTED, Seen
from sheetcrm.sync.google.structure import grid_range
from sheetcrm.sync.google.wanted import Filled, Rows

if TYPE_CHECKING:
    from sheetcrm.sync.google.transport import SheetsTransport

Json = dict[str, Any]
Columns = Sequence[Sequence[Cell]]


class Moved(Exception):  # noqa: N818 - not an error: people are at work
    """The sheet is no longer laid out as it was read: read it again."""


@dataclass
class Standing:
    """One tab of records as it stands: name → row, and the cells of each column that was asked for."""

    header_row: int
    rows: dict[Name, int]
    last_row: int
    columns: dict[str, Sequence[Cell]] = field(default_factory=dict)


@dataclass
class Ask:
    """Data filters of one call, and how many cells they may bring."""

    filters: list[Json] = field(default_factory=list)
    cells: int = 0


def ids_again(
    transport: SheetsTransport, file_id: str, rows: Sequence[Rows], filled: Sequence[Filled], tags: Tags, seen: Seen
) -> dict[str, Standing]:
    """The ids of each tab, just before writing. Raises Moved when a header row is not the one that was read."""
    filters: list[Json] = []
    for part in rows:
        filters.append(_header_row(part.sheet.id, part.table.header_row, part.sheet.columns))
        filters.extend(tags.lookup(part, key) for key in part.identity)
    tabs = {part.sheet.id: part for part in filled if part.header_row}
    filters.extend(_header_row(tab.sheet.id, tab.header_row, tab.sheet.columns) for tab in tabs.values())
    found = _fetch(transport, file_id, filters, "ids")
    headers = {part.sheet.title: (part.sheet, part.table.header_row) for part in rows}
    headers |= {part.sheet.title: (part.sheet, part.header_row) for part in tabs.values()}
    for sheet, header_row in headers.values():
        now = found.get(_key(_header_row(sheet.id, header_row, sheet.columns)), [])
        before = [at(column, header_row) for column in seen.columns[sheet.title]]
        if _texts([at(column, 1) for column in now]) != _texts(before):
            raise Moved
    return {part.tab.key: _standing(part, tags, found, part.identity, part.table.header_row) for part in rows}


def after_writing(
    transport: SheetsTransport, file_id: str, rows: Sequence[Rows], filled: Sequence[Filled], tags: Tags, most: int
) -> tuple[dict[str, Standing], dict[int, Columns]]:
    """Ids and written columns of each tab, and the written box of each tab that is filled, read at one moment.

    The ids of a tab and its columns come in the same call, so that they belong together.
    """
    asks = list(_asks(rows, filled, tags, most))
    standing: dict[str, Standing] = {}
    boxes: dict[int, Columns] = {}
    found: dict[object, Columns] = {}
    for ask, parts, whole in asks:
        found = _fetch(transport, file_id, ask.filters, "verify")
        for part, keys in parts:
            own = _standing(part, tags, found, (*part.identity, *keys), None)
            if part.tab.key in standing:
                own.columns = {**standing[part.tab.key].columns, **own.columns}
                if own.rows != standing[part.tab.key].rows:
                    raise Moved
            standing[part.tab.key] = own
        for at_filled in whole:
            boxes[at_filled] = found.get(_key({"gridRange": box(filled[at_filled])}), [])
    return standing, boxes


def _asks(
    rows: Sequence[Rows], filled: Sequence[Filled], tags: Tags, most: int
) -> Iterator[tuple[Ask, list[tuple[Rows, Sequence[str]]], list[int]]]:
    """What to ask for, in as few calls as ``most`` cells a call allow."""
    ask, parts, whole = Ask(), [], []  # type: tuple[Ask, list[tuple[Rows, Sequence[str]]], list[int]]
    for part in rows:
        left = list(part.columns)
        height = max(1, part.sheet.rows)
        while True:
            room = (most - ask.cells) // height - len(part.identity)
            if ask.filters and room < min(len(left), 1):
                yield ask, parts, whole
                ask, parts, whole = Ask(), [], []
                continue
            keys, left = left[: max(1, room)], left[max(1, room) :]
            ask.filters.extend(tags.lookup(part, key) for key in (*part.identity, *keys))
            ask.cells += height * (len(part.identity) + len(keys))
            parts.append((part, keys))
            if not left:
                break
    for number, own_tab in enumerate(filled):
        ask.filters.append({"gridRange": box(own_tab)})
        whole.append(number)
    if ask.filters:
        yield ask, parts, whole


def box(filled: Filled) -> dict[str, int]:
    """The smallest range that holds all changed cells."""
    rows, columns = [row for row, _ in filled.cells], [column for _, column in filled.cells]
    return grid_range(filled.sheet.id, min(rows), max(rows), min(columns), max(columns))


def _standing(
    part: Rows, tags: Tags, found: Mapping[object, Columns], keys: Sequence[str], header_row: int | None
) -> Standing:
    """A tab's columns as they came back. Without ``header_row`` it is looked for in the id's column: it may have moved
    down with everything else."""
    columns: dict[str, Sequence[Cell]] = {}
    for key in keys:
        answer = found.get(_key(tags.lookup(part, key)))
        if answer is None:
            raise Moved  # the column was deleted
        columns[key] = answer[0] if answer else []
    first = part.identity[0]
    header = to_text(part.table.headers.get(first)) or ""
    row = header_row or _row_of(header, columns[first], part.table.header_row)
    named = [columns[key] for key in part.identity]
    last = max((len(column) for column in named), default=0)
    return Standing(row, rows_by_name(part.tab, part.identity, named, row), max(last, row), columns)


def _row_of(header: str, column: Sequence[Cell], usual: int) -> int:
    if at(column, usual) == header:
        return usual
    for row, cell in enumerate(column, start=1):
        if cell == header:
            return row
    raise Moved


def _fetch(transport: SheetsTransport, file_id: str, filters: Sequence[Json], name: str) -> dict[object, Columns]:
    """The columns that each filter found."""
    body = {**UNFORMATTED, "dataFilters": list(filters)}
    reply = transport.call("post", f"{file_id}/values:batchGetByDataFilter", name=name, body=body)
    found: dict[object, Columns] = {}
    for matched in reply.get("valueRanges", ()):
        for data_filter in matched.get("dataFilters", ()):
            found[_key(data_filter)] = matched["valueRange"].get("values", [])
    return found


def _key(data_filter: Json) -> object:
    """A filter however Google spells it back: a 0 may be left out."""
    if "developerMetadataLookup" in data_filter:
        return data_filter["developerMetadataLookup"]["metadataId"]
    span = data_filter["gridRange"]
    names = ("sheetId", "startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
    return tuple(span.get(name, 0) for name in names)


def _header_row(sheet_id: int, row: int, columns: int) -> Json:
    return {"gridRange": grid_range(sheet_id, row, row, 1, columns)}


def _texts(cells: Sequence[Cell]) -> list[str]:
    texts = [to_text(cell) or "" for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts
