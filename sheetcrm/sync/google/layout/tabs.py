"""Draws a tab of rows, or columns that an existing one lacks: headers with notes, formats, widths, rules, filter."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sheetcrm.schema import Column, Tab, Type
from sheetcrm.sync.google.cells import to_cell
from sheetcrm.sync.google.layout.places import Place
from sheetcrm.sync.google.layout.rules import conditional_formats, example_format, protections, validations
from sheetcrm.sync.google.layout.wire import (
    Json,
    colour,
    columns_of,
    extended,
    letter,
    line,
    number_format,
    padding,
    pixels,
    rows_of,
    span,
    stretches,
)
from sheetcrm.views.look.colours import AMBER, EDGE, NAVY, PAPER, ROBOT_CELL, ROBOT_HEAD
from sheetcrm.views.look.examples import has_example
from sheetcrm.views.look.filters import filter_views
from sheetcrm.views.look.folds import folds
from sheetcrm.views.look.formats import number_format as pattern_of
from sheetcrm.views.look.formats import width
from sheetcrm.words import Words

if TYPE_CHECKING:
    from sheetcrm.model import Value

ROWS = 1000
"""Rows of a new tab; it grows by itself."""
SPARE_COLUMNS = 3
"""Blank columns at the right of a new tab, for what people add."""
_HEADER_PIXELS = 44
_AIR = 10
"""Pixels right of a number: it does not stick to the text in the next column."""


_TESTS = {"filled": "NOT_BLANK", "blank": "BLANK"}


def draw_columns(
    place: Place, columns: Sequence[Column], words: Words, places: Mapping[str, Place], rules_before: int = 0
) -> list[Json]:
    """The requests that dress these columns, which stand side by side and are blank; nothing else is touched.

    ``rules_before`` is the number of conditional formats that the tab has already: they keep their precedence.
    """
    left = place.where[columns[0].key] - 1
    return [
        _headers(place, columns, words, left),
        *_formats(place, columns, words, left),
        *_widths(place, columns, words, left),
        *validations(place, columns, words, places),
        *conditional_formats(place, columns, words, rules_before),
        *protections(place, columns, words),
    ]


def draw_tab(place: Place, words: Words, places: Mapping[str, Place]) -> list[Json]:
    """The requests that fill an empty sheet with a whole tab."""
    tab = place.tab
    end = len(tab.columns)
    table = span(place.sheet, 0, None, 0, end)
    return [
        *draw_columns(place, tab.columns, words, places),
        *([example_format(place, words)] if has_example(tab) else []),
        pixels(rows_of(place.sheet, 0, 1), _HEADER_PIXELS),
        {"setBasicFilter": {"filter": {"range": table}}},
        *({"addFilterView": {"filter": named}} for named in _views(place, table, words)),
        *({"addDimensionGroup": {"range": columns_of(place.sheet, left - 1, right)}} for left, right in folds(tab)),
    ]


def _views(place: Place, table: Json, words: Words) -> Iterator[Json]:
    """The named views: whoever opens one changes nothing of what others see."""
    for view in filter_views(place.tab):
        specs = [
            {"columnIndex": place.where[key] - 1, "filterCriteria": {"condition": _wanted(place.tab, key, test, words)}}
            for key, test in view.where
        ]
        way = "DESCENDING" if view.descending else "ASCENDING"
        order = {"dimensionIndex": place.where[view.sort] - 1, "sortOrder": way}
        title = words.text(f"filter.{place.key}.{view.key}")
        yield {"title": title, "range": table, "filterSpecs": specs, "sortSpecs": [order]}


def _wanted(tab: Tab, key: str, test: str, words: Words) -> Json:
    if test in _TESTS:
        return {"type": _TESTS[test]}
    word = words.value(tab.column(key).value_set, test)
    return {"type": "TEXT_EQ", "values": [{"userEnteredValue": word}]}


def rows_written(place: Place, rows: Sequence[Mapping[str, Value]], words: Words) -> Json:
    """The request that writes people's rows into a tab that was just drawn; lists come as keys."""
    columns = {column.key: column for column in place.tab.columns}
    cells = []
    for row in rows:
        values: list[Json] = [{} for _ in columns]
        for key, value in row.items():
            if value is not None and value != "":
                values[place.where[key] - 1] = {"userEnteredValue": _value(value, columns[key], words)}
        cells.append({"values": values})
    start = {"sheetId": place.sheet, "rowIndex": place.header_row, "columnIndex": 0}
    return {"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}}


def _value(value: Value, column: Column, words: Words) -> Json:
    if isinstance(value, str) and value in column.values:
        value = words.value(column.value_set, value)
    return extended(to_cell(value))


def _headers(place: Place, columns: Sequence[Column], words: Words, left: int) -> Json:
    cells = [
        {
            "userEnteredValue": extended(words.header(place.key, column.key)),
            "note": words.note(place.key, column.key),
            "userEnteredFormat": robot_head() if column.by_runner else people_head(required=column.required),
        }
        for column in columns
    ]
    start = {"sheetId": place.sheet, "rowIndex": place.header_row - 1, "columnIndex": left}
    fields = "userEnteredValue,userEnteredFormat,note"
    return {"updateCells": {"start": start, "rows": [{"values": cells}], "fields": fields}}


def people_head(*, required: bool = False) -> Json:
    """White on navy; an amber edge where the cell may not be blank."""
    edge = line(AMBER if required else NAVY, "SOLID_THICK")
    return _head(NAVY, letter(bold=True, ink=PAPER), edge)


def robot_head() -> Json:
    """Dark on pale, in italics: told apart from the people's by lightness, not by hue alone."""
    return _head(ROBOT_HEAD, letter(bold=True, italic=True, ink=NAVY), line(EDGE, "SOLID_THICK"))


def _head(ground: str, text: Json, edge: Json) -> Json:
    return {
        "backgroundColorStyle": colour(ground),
        "textFormat": text,
        "borders": {"bottom": edge},
        "wrapStrategy": "WRAP",
        "verticalAlignment": "MIDDLE",
    }


def _formats(place: Place, columns: Sequence[Column], words: Words, left: int) -> list[Json]:
    """One request for each stretch of columns that look the same, to the last row: a new row has its formats before
    anyone types in it."""
    looks = [json.dumps(_look(place.tab, column, words.language)) for column in columns]
    return [
        {
            "repeatCell": {
                "range": span(place.sheet, place.header_row, None, left + first, left + end),
                "cell": {"userEnteredFormat": json.loads(look)},
                "fields": "userEnteredFormat",
            }
        }
        for first, end, look in stretches(looks)
    ]


def _look(tab: Tab, column: Column, language: str) -> Json:
    found: Json = {"textFormat": letter(), "verticalAlignment": "MIDDLE"}
    shown = number_format(pattern_of(column, language))
    if shown is not None:
        found["numberFormat"] = shown
    if column.type.is_number or column.type.is_date:
        found["padding"] = padding(right=_AIR)
    if tab.kind == "runner" or column.type is Type.LINK:
        # Addresses and sentences end at their column's edge instead of running over what is beside them.
        found["wrapStrategy"] = "CLIP"
    if column.by_runner and tab.kind == "people":
        found["backgroundColorStyle"] = colour(ROBOT_CELL)
    return found


def _widths(place: Place, columns: Sequence[Column], words: Words, left: int) -> list[Json]:
    sizes = [_pixels(place, column, words) for column in columns]
    found = [pixels(columns_of(place.sheet, left + first, left + end), size) for first, end, size in stretches(sizes)]
    for first, end, hidden in stretches([column.hidden for column in columns]):
        if hidden:
            where = columns_of(place.sheet, left + first, left + end)
            hide = {"range": where, "properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}
            found.append({"updateDimensionProperties": hide})
    return found


def _pixels(place: Place, column: Column, words: Words) -> int:
    choices = [words.value(column.value_set, key) for key in column.values]
    return round(width(column, words.header(place.key, column.key), choices) * 7) + 5
