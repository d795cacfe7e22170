"""The pieces that requests of the Sheets API are made of. Their places count from 0, and ends are excluded."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from typing import Any, TypeVar
from zlib import crc32

from sheetcrm.address import parse_box
from sheetcrm.views.look.colours import FONT, INK

Json = dict[str, Any]
_Look = TypeVar("_Look", bound=Hashable)

_KINDS = (("%", "PERCENT"), ("hh", "DATE_TIME"), ("yy", "DATE"))


def fixed_id(name: str, taken: Collection[int] = ()) -> int:
    """The id that the thing of this name has in every spreadsheet, or the next one that is free: with ids of our own
    everything fits into one call, and a second drawing of the same thing is refused by the server."""
    found = crc32(f"sheetcrm/{name}".encode()) & 0x3FFF_FFFF or 1
    while found in taken:
        found += 1
    return found


def span(sheet: int, top: int, bottom: int | None, left: int, right: int | None) -> Json:
    """A GridRange; None: to the sheet's end, also when it grows."""
    found = {"sheetId": sheet, "startRowIndex": top, "startColumnIndex": left}
    return found | {name: end for name, end in (("endRowIndex", bottom), ("endColumnIndex", right)) if end is not None}


def span_of(sheet: int, box: str) -> Json:
    """The GridRange of ``B1:L1`` or ``B1``."""
    top, left, bottom, right = parse_box(box)
    return span(sheet, top - 1, bottom, left - 1, right)


def columns_of(sheet: int, left: int, right: int) -> Json:
    """A DimensionRange of columns."""
    return {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": left, "endIndex": right}


def rows_of(sheet: int, top: int, bottom: int) -> Json:
    """A DimensionRange of rows."""
    return {"sheetId": sheet, "dimension": "ROWS", "startIndex": top, "endIndex": bottom}


def pixels(dimension: Json, size: int) -> Json:
    """The request that gives rows or columns a size."""
    return {"updateDimensionProperties": {"range": dimension, "properties": {"pixelSize": size}, "fields": "pixelSize"}}


def colour(text: str) -> Json:
    """A ColorStyle of ``RRGGBB``."""
    channels = zip(("red", "green", "blue"), bytes.fromhex(text), strict=True)
    return {"rgbColor": {name: round(byte / 255, 6) for name, byte in channels}}


def letter(
    *, size: int = 11, bold: bool = False, italic: bool = False, ink: str = INK, family: bool = True, link: str = ""
) -> Json:
    """A TextFormat in the workbook's face."""
    found: Json = {"fontSize": size, "foregroundColorStyle": colour(ink)}
    if family:
        found["fontFamily"] = FONT
    return found | {name: True for name, on in (("bold", bold), ("italic", italic)) if on} | _linked(link)


def _linked(link: str) -> Json:
    return {"link": {"uri": link}, "underline": True} if link else {}


def number_format(pattern: str) -> Json | None:
    """A NumberFormat of an Excel pattern; None for plain cells. The air that Excel leaves beside a number is left out:
    Google's cells have their own."""
    pattern = pattern.replace("_)", "")
    if pattern == "General":
        return None
    if pattern == "@":
        return {"type": "TEXT", "pattern": "@"}
    kind = next((kind for mark, kind in _KINDS if mark in pattern), "NUMBER")
    return {"type": kind, "pattern": pattern}


def line(ink: str, style: str = "SOLID") -> Json:
    """A Border."""
    return {"style": style, "colorStyle": colour(ink)}


def padding(*, left: int = 3, right: int = 3) -> Json:
    """A Padding in pixels: Google's own, unless a side is named."""
    return {"top": 2, "right": right, "bottom": 2, "left": left}


def extended(value: Any) -> Json:
    """An ExtendedValue. Text stays text, also when it begins with "=": only ``formulaValue`` makes a formula."""
    if isinstance(value, bool):
        return {"boolValue": value}
    return {"numberValue": value} if isinstance(value, int | float) else {"stringValue": str(value)}


def quoted(title: str) -> str:
    """A tab's title as formulas and addresses name it; always quoted, since a tab may be called A1."""
    return "'" + title.replace("'", "''") + "'"


def stretches(looks: Sequence[_Look]) -> Iterator[tuple[int, int, _Look]]:
    """Neighbours that look the same, as (first, one past the last, look)."""
    first = 0
    for place in range(1, len(looks) + 1):
        if place == len(looks) or looks[place] != looks[first]:
            yield first, place, looks[first]
            first = place
