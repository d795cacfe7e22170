"""Lays out a spreadsheet that people made and shared: all of it when it is blank, else only what it lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sheetcrm.languages import LANGUAGES
from sheetcrm.reading.options import Options
from sheetcrm.schema import TABS
from sheetcrm.sync.google.layout import board, guide, tabs
from sheetcrm.sync.google.layout.calls import Calls, update
from sheetcrm.sync.google.layout.places import Place, added, whole_tab
from sheetcrm.sync.google.layout.present import Present, Sheet, look
from sheetcrm.sync.google.layout.wire import Json, colour, columns_of, fixed_id
from sheetcrm.views.layout import LAYOUT
from sheetcrm.views.look.colours import TAB_COLOURS
from sheetcrm.views.look.examples import example_rows
from sheetcrm.views.look.tabs import ORDER, colour_kind, frozen_columns
from sheetcrm.words import Words, words_of

if TYPE_CHECKING:
    from sheetcrm.model import Value

Rows = Mapping[str, Sequence[Mapping[str, "Value"]]]


@dataclass(frozen=True)
class LaidOut:
    """What was done. ``tabs``: titles of those drawn; ``columns``: title → headers added at its right.

    ``lacking``: title → required headers that people must add first; ``strange``: titles of tabs that bear one of our
    names and hold something else. Both were left alone.
    """

    title: str
    language: str
    was_blank: bool = False
    tabs: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    strange: tuple[str, ...] = ()
    charts: int = 0
    locale: str = ""
    zone: str = ""


def lay_out(
    calls: Calls, book: str, language: str = "", options: Options = Options(), rows: Rows | None = None
) -> LaidOut:
    """Draws what the spreadsheet lacks, in one call that Google carries out whole or not at all.

    1. Look: which tabs and columns are there, by title and header in three languages (2 or 3 calls).
    2. A blank spreadsheet's only tab becomes the guide; tabs that are missing are added after those that are there;
       a tab of ours that holds nothing is drawn in place.
    3. Tabs that people already fill keep every cell: only the runner's columns that they lack are added, as new columns
       to the right of the last one that holds something.
    4. The dashboard's charts are drawn again when their layout has changed.

    ``language`` (es, en, ru) is that of what is added; "": the sheet's own, and Spanish where it has none.
    ``rows`` (tab → rows of people's values by key) fill a blank spreadsheet, None puts an example into each main tab;
    they never come between people's own.
    A second call changes nothing.
    """
    found = look(calls, book, options)
    drawing = Drawing.of(found, words_of(language or found.language or LANGUAGES[0]))
    given = example_rows(drawing.words) if rows is None else rows
    requests = [*drawing.requests(), *drawing.filled(given if found.blank else {})]
    if requests:
        update(calls, book, requests)
    return drawing.told()


@dataclass(frozen=True)
class Drawing:
    """What will be drawn where: the sheets of the tabs that are drawn whole, and the places of all columns."""

    found: Present
    words: Words
    whole: Mapping[str, int]
    places: Mapping[str, Place]

    @classmethod
    def of(cls, found: Present, words: Words) -> Drawing:
        """Chooses the sheets: blank ones of ours as they are, new ones under ids of their own."""
        taken = {sheet.id for sheet in found.sheets}
        whole: dict[str, int] = {}
        for key in ("guide", *ORDER):
            sheet = found.sheets[0] if key == "guide" and found.blank else found.tabs.get(key)
            if sheet is None:
                whole[key] = fixed_id(f"tab/{key}", taken)
                taken.add(whole[key])
            elif sheet.blank:
                whole[key] = sheet.id
        places = dict(found.places)
        for key, id in whole.items():
            if key in TABS and key != "dashboard":
                standing = found.tabs.get(key)
                places[key] = whole_tab(TABS[key], id, standing.title if standing else words.tab(key))
        for key in found.places:
            if columns := found.missing(key):
                places[key] = added(found.places[key], columns, _used_columns(found.tabs[key]) + 1)
        return cls(found, words, whole, places)

    def requests(self) -> list[Json]:
        """Sheets first, then what is drawn on them: rules and links point from one to the other."""
        requests: list[Json] = []
        for index, key in enumerate(("guide", *ORDER)):
            if key in self.whole:
                requests.append(self._prepared(key, index if self.found.blank else None))
        for key, id in self.whole.items():
            requests += self._drawn(key, id)
        for key in self.found.places:
            requests += self._widened(key)
        return requests + self._charts()

    def filled(self, rows: Rows) -> list[Json]:
        """The rows that are given for the tabs of a blank spreadsheet."""
        return [request for key, given in rows.items() if given for request in self._filled(key, given)]

    def told(self) -> LaidOut:
        """What these requests do, in the words of the sheet."""
        words, found = self.words, self.found
        known = {*found.places, *found.lacking, *self.whole, "guide", *(["dashboard"] if found.has_board else [])}
        strange = [sheet.title for key, sheet in found.tabs.items() if key not in known]
        return LaidOut(
            title=found.title,
            language=words.language,
            was_blank=found.blank,
            tabs=tuple(words.tab(key) for key in self.whole),
            columns={
                found.tabs[key].title: tuple(words.header(key, column.key) for column in found.missing(key))
                for key in found.places
                if found.missing(key)
            },
            lacking={
                found.tabs[key].title: tuple(words.header(key, column) for column in columns)
                for key, columns in found.lacking.items()
            },
            strange=tuple(strange),
            charts=len(self._charts()),
            locale=found.locale,
            zone=found.zone,
        )

    def _prepared(self, key: str, index: int | None) -> Json:
        """The sheet of a tab that is drawn whole: made, or a blank one given its size, name and frozen head."""
        id, standing = self.whole[key], next((each for each in self.found.sheets if each.id == self.whole[key]), None)
        grid = _grid(key)
        about: Json = {"sheetId": id, "gridProperties": grid, "tabColorStyle": colour(_ear(key))}
        if standing is None:
            about |= {"title": self.words.tab(key)} | ({} if index is None else {"index": index})
            return {"addSheet": {"properties": about}}
        fields = ["tabColorStyle", *(f"gridProperties.{name}" for name in grid)]
        for name, least in (("rowCount", standing.rows), ("columnCount", standing.columns)):
            grid[name] = max(grid[name], least)
        if index is not None:
            about["title"] = self.words.tab(key)
            fields.append("title")
        return {"updateSheetProperties": {"properties": about, "fields": ",".join(fields)}}

    def _drawn(self, key: str, id: int) -> list[Json]:
        if key == "guide":
            sheets = {tab: self.whole[tab] if tab in self.whole else self.found.tabs[tab].id for tab in ORDER}
            return guide.draw_guide(id, self.words, ORDER, sheets)
        if key == "dashboard":
            return board.draw_board(id, self.words)
        return tabs.draw_tab(self.places[key], self.words, self.places)

    def _widened(self, key: str) -> list[Json]:
        """Columns of their own for what a tab lacks: not even a blank cell of people's is written over."""
        missing, sheet = self.found.missing(key), self.found.tabs[key]
        if not missing:
            return []
        used = _used_columns(sheet)
        if used >= sheet.columns:
            made: Json = {"appendDimension": {"sheetId": sheet.id, "dimension": "COLUMNS", "length": len(missing)}}
        else:
            where = columns_of(sheet.id, used, used + len(missing))
            made = {"insertDimension": {"range": where, "inheritFromBefore": False}}
        return [made, *tabs.draw_columns(self.places[key], missing, self.words, self.places, sheet.rules)]

    def _charts(self) -> list[Json]:
        sheet = self.found.tabs.get("dashboard")
        if sheet is None or "dashboard" in self.whole or not sheet.mark:
            return []
        charts = LAYOUT.charts_of(self.found.sections)
        return board.redrawn(sheet.id, charts, self.words, sheet.charts, sheet.mark, sheet.mark_id)

    def _filled(self, key: str, rows: Sequence[Mapping[str, Value]]) -> list[Json]:
        place = self.places[key]
        size: Json = {"sheetId": place.sheet, "dimension": "ROWS", "length": len(rows)}
        grown = [{"appendDimension": size}] if len(rows) >= tabs.ROWS else []
        return [*grown, tabs.rows_written(place, rows, self.words)]


def _used_columns(sheet: Sheet) -> int:
    assert sheet.used is not None, "the tab was looked at before columns are added to it"
    return sheet.used[1]


def _grid(key: str) -> Json:
    if key == "guide":
        return {"rowCount": guide.ROWS, "columnCount": guide.COLUMNS, "hideGridlines": True}
    if key == "dashboard":
        return {"rowCount": board.ROWS, "columnCount": board.COLUMNS, "hideGridlines": True}
    tab = TABS[key]
    size = {"rowCount": tabs.ROWS, "columnCount": len(tab.columns) + tabs.SPARE_COLUMNS}
    return size | {"frozenRowCount": 1, "frozenColumnCount": frozen_columns(tab)}


def _ear(key: str) -> str:
    return TAB_COLOURS["guide" if key == "guide" else colour_kind(TABS[key])]
