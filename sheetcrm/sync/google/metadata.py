"""Column tags: developer metadata by which Google itself finds a column when a write is applied, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sheetcrm.sync.google.structure import COLUMN_TAG, Tag
from sheetcrm.sync.google.wanted import Filled, Rows, Wanted

if TYPE_CHECKING:
    from sheetcrm.sync.google.transport import SheetsTransport

Json = dict[str, Any]
Key = tuple[str, str]
"""(tab, column)"""

SPARE_ROWS = 100
"""Rows added beyond those needed when a tab grows."""


@dataclass
class Tags:
    """The metadata id of each column that is read again or written."""

    ids: dict[Key, int] = field(default_factory=dict)

    def lookup(self, rows: Rows, key: str) -> Json:
        """The data filter of a column."""
        return {"developerMetadataLookup": {"metadataId": self.ids[rows.tab.key, key]}}


def ensure(transport: SheetsTransport, file_id: str, wanted: Wanted) -> Tags:
    """Tag what is not tagged yet, take away tags that stand at the wrong column, and make room for longer tabs.

    A tag counts only where it stands at the column that was read under that header: in a column of another header it
    would lead a write into people's cells. Nothing is called in a pass where all is in place.
    """
    tags = Tags()
    wrong: list[int] = []
    missing: list[tuple[Rows, str]] = []
    for rows in wanted.rows:
        if not rows:
            continue
        for key in _tagged(rows):
            standing, others = _standing(rows, key)
            wrong.extend(tag.id for tag in others)
            if standing is not None:
                tags.ids[rows.tab.key, key] = standing.id
            else:
                missing.append((rows, key))
    requests = [*(_untag(id) for id in wrong), *(_tag(rows, key) for rows, key in missing)]
    growth = list(_growth(wanted.filled))
    if not requests and not growth:
        return tags
    body = {"requests": [*requests, *growth]}
    reply = transport.call("post", f"{file_id}:batchUpdate", name="tags" if requests else "grow", body=body)
    made = reply["replies"][len(wrong) : len(requests)]
    for (rows, key), answer in zip(missing, made, strict=True):
        tags.ids[rows.tab.key, key] = answer["createDeveloperMetadata"]["developerMetadata"]["metadataId"]
    return tags


def _tagged(rows: Rows) -> Sequence[str]:
    """All columns of a tab that a pass may read again or write: tagged at once, so that later passes need no call."""
    where, header = rows.table.where, rows.table.header_row
    runner = [column.key for column in rows.tab.runner if column.key in where]
    free = [key for key in runner if not rows.sheet.is_locked(where[key], header + 1)]
    return list(dict.fromkeys((*rows.identity, *rows.columns, *free)))


def _standing(rows: Rows, key: str) -> tuple[Tag | None, Sequence[Tag]]:
    """The tag of a column where it stands, and the others that claim to be it."""
    own = [tag for tag in rows.sheet.tags if tag.value == _value(rows, key)]
    right = next((tag for tag in own if tag.column == rows.table.where[key]), None)
    return right, [tag for tag in own if tag is not right]


def _value(rows: Rows, key: str) -> str:
    return f"{rows.tab.key}.{key}"


def _tag(rows: Rows, key: str) -> Json:
    column = rows.table.where[key]
    span = {"sheetId": rows.sheet.id, "dimension": "COLUMNS", "startIndex": column - 1, "endIndex": column}
    entry = {
        "metadataKey": COLUMN_TAG,
        "metadataValue": _value(rows, key),
        "location": {"dimensionRange": span},
        "visibility": "DOCUMENT",
    }
    return {"createDeveloperMetadata": {"developerMetadata": entry}}


def _untag(metadata_id: int) -> Json:
    lookup = {"developerMetadataLookup": {"metadataId": metadata_id}}
    return {"deleteDeveloperMetadata": {"dataFilter": lookup}}


def _growth(filled: Sequence[Filled]) -> Iterator[Json]:
    """Rows for tabs that become longer than their grid: writing beyond it is refused."""
    needed: dict[int, int] = {}
    sizes: Mapping[int, int] = {part.sheet.id: part.sheet.rows for part in filled}
    for part in filled:
        last = max((row for row, _ in part.cells), default=0)
        needed[part.sheet.id] = max(needed.get(part.sheet.id, 0), last)
    for sheet_id, last in needed.items():
        if last > sizes[sheet_id]:
            length = last - sizes[sheet_id] + SPARE_ROWS
            yield {"appendDimension": {"sheetId": sheet_id, "dimension": "ROWS", "length": length}}
