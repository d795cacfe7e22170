"""What stands in a spreadsheet before it is laid out: which of its tabs are ours, and which of their columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pyarrow as pa

from sheetcrm.address import parse_cell
from sheetcrm.languages import LANGUAGES
from sheetcrm.raw import RawSheet
from sheetcrm.reading.headers import HEADER_WITHIN, FoundTab, find_tabs, language_of, tab_of
from sheetcrm.reading.options import Options
from sheetcrm.schema import TABS, Column
from sheetcrm.sync.google.layout.board import MARK_KEY
from sheetcrm.sync.google.layout.calls import Calls, get, values, whole
from sheetcrm.sync.google.layout.places import Place
from sheetcrm.sync.google.layout.wire import Json
from sheetcrm.views.layout import LATER_ROW, LAYOUT
from sheetcrm.views.places import Section
from sheetcrm.views.standing import standing
from sheetcrm.words import normalise, words_of

_FIELDS = (
    "properties(title,locale,timeZone),"
    "sheets(properties(sheetId,title,index,sheetType,hidden,gridProperties(rowCount,columnCount)),"
    "charts(chartId),conditionalFormats(ranges),developerMetadata(metadataId,metadataKey,metadataValue))"
)


@dataclass(frozen=True)
class Sheet:
    """One tab of the spreadsheet. ``used``: rows and columns that hold something; None: not looked at."""

    id: int
    title: str
    rows: int
    columns: int
    charts: frozenset[int] = frozenset()
    rules: int = 0
    mark: str = ""
    mark_id: int = 0
    used: tuple[int, int] | None = None

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything: it may be drawn over."""
        return self.used == (0, 0)


@dataclass(frozen=True)
class Present:
    """The spreadsheet. ``tabs``: the sheet of each known tab (and of the guide); ``places``: where columns stand."""

    title: str
    locale: str
    zone: str
    sheets: Sequence[Sheet]
    tabs: Mapping[str, Sheet] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Tab → required columns that it has no header for: it is left alone."""
    language: str = ""
    """The language of most headers and titles; "" where none is known."""
    has_board: bool = False
    """Whether the tab with the dashboard's name is one: drawn here, or brought in from an Excel workbook."""
    sections: tuple[Section, ...] = ()
    """The sections of that dashboard which stand: one drawn by an earlier version lacks some."""

    @property
    def blank(self) -> bool:
        """Whether this is a spreadsheet as it is made: one tab with nothing in it."""
        return len(self.sheets) == 1 and self.sheets[0].blank

    def missing(self, key: str) -> tuple[Column, ...]:
        """The runner's columns that a tab lacks."""
        place = self.places.get(key)
        return tuple(column for column in TABS[key].runner if column.key not in place.where) if place else ()


def look(calls: Calls, book: str, options: Options) -> Present:
    """Two calls, and a third where columns are to be added: only whole tabs tell which columns are free."""
    told = get(calls, book, _FIELDS)
    sheets = [_sheet(each) for each in told.get("sheets", []) if each["properties"].get("sheetType", "GRID") == "GRID"]
    about = told.get("properties", {})
    found = Present(about.get("title", ""), about.get("locale", ""), about.get("timeZone", ""), sheets)
    known = [sheet for sheet in sheets if tab_of(sheet.title, options) is not None]
    heads: list[list[list[Any]]] = []
    if known:
        tops = [f"{whole(sheet.title)}!1:{min(_looked_at(sheet, options), sheet.rows)}" for sheet in known]
        heads = values(calls, book, tops, "FORMATTED_VALUE")
    found = _recognised(found, known, heads, options)
    return _measured(calls, book, found)


def _looked_at(sheet: Sheet, options: Options) -> int:
    """How many rows are read: those in which a header may stand; of the dashboard all that are ours."""
    found = tab_of(sheet.title, options)
    return LATER_ROW if found is not None and found[0] == "dashboard" else HEADER_WITHIN


def _sheet(told: Json) -> Sheet:
    about = told["properties"]
    grid = about.get("gridProperties", {})
    marks = [each for each in told.get("developerMetadata", []) if each.get("metadataKey") == MARK_KEY]
    return Sheet(
        id=about.get("sheetId", 0),
        title=about["title"],
        rows=grid.get("rowCount", 0),
        columns=grid.get("columnCount", 0),
        charts=frozenset(chart["chartId"] for chart in told.get("charts", [])),
        rules=len(told.get("conditionalFormats", [])),
        mark=marks[0].get("metadataValue", "") if marks else "",
        mark_id=marks[0]["metadataId"] if marks else 0,
    )


def _recognised(found: Present, known: Sequence[Sheet], heads: Sequence[list[list[Any]]], options: Options) -> Present:
    """Tabs by title and columns by header in three languages, as a run will find them."""
    raw = [_raw(sheet.title, head) for sheet, head in zip(known, heads, strict=True)]
    tabs, _ = find_tabs(raw, options)
    by_title = {sheet.title: sheet for sheet in found.sheets}
    sheets = {key: by_title[tab.sheet.title] for key, tab in tabs.items()}
    for sheet in found.sheets:
        if normalise(sheet.title) in {normalise(words_of(each).tab("guide")) for each in LANGUAGES}:
            sheets.setdefault("guide", sheet)
    has_board = "dashboard" in sheets and _is_board(sheets["dashboard"], tabs["dashboard"].sheet)
    return replace(
        found,
        tabs=sheets,
        places={key: _place(key, tab, sheets[key].id) for key, tab in tabs.items() if tab.where and not tab.missing},
        lacking={key: tab.missing for key, tab in tabs.items() if tab.where and tab.missing},
        language=language_of(tabs),
        has_board=has_board,
        sections=standing(partial(_text_at, tabs["dashboard"].sheet)) if has_board else (),
    )


def _is_board(sheet: Sheet, cells: RawSheet) -> bool:
    return bool(sheet.mark) or _text_at(cells, LAYOUT.title) in {
        words_of(each).text("card.title") for each in LANGUAGES
    }


def _text_at(cells: RawSheet, address: str) -> str | None:
    row, col = parse_cell(address)
    if len(cells.columns) < col or cells.rows < row:
        return None
    text = cells.columns[col - 1][row - 1].as_py()
    return text if isinstance(text, str) else None


def _place(key: str, tab: FoundTab, sheet: int) -> Place:
    return Place(key, sheet, tab.sheet.title, tab.header_row, tab.where)


def _raw(title: str, rows: list[list[Any]]) -> RawSheet:
    """The top of a tab in the shape that headers are looked for in."""
    width = max((len(row) for row in rows), default=0)
    columns = [
        pa.array([str(row[col]) if col < len(row) and row[col] != "" else None for row in rows], pa.string())
        for col in range(width)
    ]
    return RawSheet(title=title, columns=columns, rows=len(rows))


def _measured(calls: Calls, book: str, found: Present) -> Present:
    """With the used size of the tabs that may be drawn in. As formulas: one that shows nothing is not blank."""
    settled = {*found.lacking, *(key for key in found.places if not found.missing(key)), "guide"}
    settled |= {"dashboard"} if found.has_board else set()
    drawn = [sheet for key, sheet in found.tabs.items() if key not in settled]
    if len(found.sheets) == 1 and found.sheets[0] not in drawn:
        drawn += found.sheets
    if not drawn:
        return found
    cells = values(calls, book, [whole(sheet.title) for sheet in drawn], "FORMULA")
    sizes = {
        sheet.id: (len(rows), max((len(row) for row in rows), default=0))
        for sheet, rows in zip(drawn, cells, strict=True)
    }
    measured = {sheet.id: replace(sheet, used=sizes.get(sheet.id)) for sheet in found.sheets}
    return replace(
        found,
        sheets=list(measured.values()),
        tabs={key: measured[sheet.id] for key, sheet in found.tabs.items()},
    )
