"""New rows: inserted below the last one and filled in one atomic call, so that nothing typed meanwhile is hit.

Their ids come from their cause and are looked up before any attempt: an answer that got lost never doubles a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sheetcrm.sync.google.cells import Cell
from sheetcrm.sync.google.look import Standing
from sheetcrm.sync.google.structure import Sheet
from sheetcrm.sync.google.wanted import Rows

if TYPE_CHECKING:
    from sheetcrm.sync.google.transport import SheetsTransport

Json = dict[str, Any]


def owed(rows: Sequence[Rows], standing: Mapping[str, Standing]) -> dict[str, list[str]]:
    """Tab → names of the rows that do not stand there yet."""
    found = {part.tab.key: [name for name in part.new if name not in standing[part.tab.key].rows] for part in rows}
    return {key: names for key, names in found.items() if names}


def append(
    transport: SheetsTransport,
    file_id: str,
    rows: Sequence[Rows],
    names: Mapping[str, Sequence[str]],
    standing: Mapping[str, Standing],
) -> None:
    """Insert and fill the rows of these names. Raises Unanswered when nobody knows whether that was done."""
    requests: list[Json] = []
    for part in rows:
        own = names.get(part.tab.key, ())
        if own:
            requests.extend(_requests(part, own, max(standing[part.tab.key].last_row, part.table.last_row)))
    transport.call("post", f"{file_id}:batchUpdate", name="append", body={"requests": requests})


def _requests(part: Rows, names: Sequence[str], place: int) -> Iterator[Json]:
    """What inserts and fills these rows below row ``place``."""
    sheet, width = part.sheet, max(part.table.where.values())
    yield _insertion(sheet, place, len(names), header=place <= part.table.header_row)
    rows = [{"values": _values(part.new[name], part.table.where, width)} for name in names]
    start = {"sheetId": sheet.id, "rowIndex": place, "columnIndex": 0}
    yield {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}
    if part.newest_first:
        column = part.table.where[part.newest_first] - 1
        span = {"sheetId": sheet.id, "startRowIndex": part.table.header_row, "endRowIndex": place + len(names)}
        yield {"sortRange": {"range": span, "sortSpecs": [{"dimensionIndex": column, "sortOrder": "DESCENDING"}]}}


def _insertion(sheet: Sheet, place: int, count: int, *, header: bool) -> Json:
    """Room for the rows. What people typed below in the meantime moves down; formats come from the row above."""
    if place >= sheet.rows:
        return {"appendDimension": {"sheetId": sheet.id, "dimension": "ROWS", "length": place - sheet.rows + count}}
    span = {"sheetId": sheet.id, "dimension": "ROWS", "startIndex": place, "endIndex": place + count}
    return {"insertDimension": {"range": span, "inheritFromBefore": not header}}


def _values(cells: Mapping[str, Cell], where: Mapping[str, int], width: int) -> list[Json]:
    values: list[Json] = [{} for _ in range(width)]
    for key, cell in cells.items():
        if cell is not None:
            values[where[key] - 1] = {"userEnteredValue": _entered(cell)}
    return values


def _entered(cell: Cell) -> Json:
    """A literal value: text that looks like a formula stays text."""
    if isinstance(cell, bool):
        return {"boolValue": cell}
    return {"stringValue": cell} if isinstance(cell, str) else {"numberValue": cell}
