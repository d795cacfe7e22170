"""What a spreadsheet is made of, in one call: tabs and their size, column tags, protections, merges, the lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sheetcrm.raw import Box

if TYPE_CHECKING:
    from sheetcrm.sync.google.transport import SheetsTransport

COLUMN_TAG = "sheetcrm.column"
"""Key of the metadata of a tagged column; its value is ``<tab>.<column>`` in keys."""

_MASK = (
    "properties(title,timeZone),"
    "sheets("
    "properties(sheetId,title,sheetType,gridProperties(rowCount,columnCount)),"
    "merges,"
    "protectedRanges(range,warningOnly,requestingUserCanEdit),"
    "data(startColumn,columnMetadata(developerMetadata(metadataId,metadataKey,metadataValue))))"
)

END = 10**9
"""For ranges that are open at the bottom or on the right."""


@dataclass(frozen=True)
class Tag:
    """A tagged column: the entry's id, what it stands for, and its 1-based column."""

    id: int
    value: str
    column: int


@dataclass(frozen=True)
class Sheet:
    """One tab. ``locked`` are boxes (1-based, inclusive) that this account must not write."""

    id: int
    title: str
    rows: int
    columns: int
    tags: Sequence[Tag] = ()
    locked: Sequence[Box] = ()
    merges: Sequence[Box] = ()

    def is_locked(self, column: int, first: int = 1, last: int = END) -> bool:
        """Whether any cell of these rows of the column is protected from this account."""
        return any(
            left <= column <= right and top <= last and first <= bottom for top, left, bottom, right in self.locked
        )


@dataclass(frozen=True)
class Structure:
    """The spreadsheet's tabs by title, in order. ``zone`` is its own time zone, in which its dates are typed."""

    title: str = ""
    zone: str = ""
    sheets: Mapping[str, Sheet] = field(default_factory=dict)

    def of_id(self, sheet_id: int) -> Sheet | None:
        """The tab with this id."""
        return next((sheet for sheet in self.sheets.values() if sheet.id == sheet_id), None)


def read_structure(transport: SheetsTransport, file_id: str) -> Structure:
    """One call; no cell comes along."""
    reply = transport.call("get", file_id, name="structure", params={"fields": _MASK})
    found = [_sheet(part) for part in reply.get("sheets", ()) if _is_grid(part)]
    properties = reply.get("properties", {})
    return Structure(
        properties.get("title", ""), properties.get("timeZone", ""), {sheet.title: sheet for sheet in found}
    )


def _is_grid(part: Mapping[str, Any]) -> bool:
    return bool(part["properties"].get("sheetType", "GRID") == "GRID")


def _sheet(part: Mapping[str, Any]) -> Sheet:
    properties = part["properties"]
    grid = properties.get("gridProperties", {})
    locked = [
        box_of(protection.get("range", {}))
        for protection in part.get("protectedRanges", ())
        if not protection.get("warningOnly") and not protection.get("requestingUserCanEdit")
    ]
    return Sheet(
        id=properties.get("sheetId", 0),
        title=properties["title"],
        rows=grid.get("rowCount", 0),
        columns=grid.get("columnCount", 0),
        tags=_tags(part.get("data", ())),
        locked=locked,
        merges=[box_of(merge) for merge in part.get("merges", ())],
    )


def _tags(data: Sequence[Mapping[str, Any]]) -> list[Tag]:
    found: list[Tag] = []
    for grid in data:
        start = grid.get("startColumn", 0)
        for at, column in enumerate(grid.get("columnMetadata", ())):
            found.extend(
                Tag(entry["metadataId"], entry.get("metadataValue", ""), start + at + 1)
                for entry in column.get("developerMetadata", ())
                if entry.get("metadataKey") == COLUMN_TAG
            )
    return found


def box_of(span: Mapping[str, Any]) -> Box:
    """A GridRange (0-based, end excluded, 0 left out, open ends left out) as a box."""
    return (
        span.get("startRowIndex", 0) + 1,
        span.get("startColumnIndex", 0) + 1,
        span.get("endRowIndex", END),
        span.get("endColumnIndex", END),
    )


def grid_range(sheet_id: int, top: int, bottom: int, left: int, right: int) -> dict[str, int]:
    """1-based inclusive rows and columns as a GridRange."""
    return {
        "sheetId": sheet_id,
        "startRowIndex": top - 1,
        "endRowIndex": bottom,
        "startColumnIndex": left - 1,
        "endColumnIndex": right,
    }


def quoted(title: str) -> str:
    """A tab's name for A1 notation: always in quotes, since a tab may be named like a cell."""
    return "'" + title.replace("'", "''") + "'"
