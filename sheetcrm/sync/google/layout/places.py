"""Where the columns of a tab stand in the spreadsheet, those that are there and those that are being added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sheetcrm.address import letters
from sheetcrm.schema import TABS, Column, Tab
from sheetcrm.sync.google.layout.wire import quoted


@dataclass(frozen=True)
class Place:
    """A tab's sheet and title, the row of its header (from 1), and the column of each key (from 1)."""

    key: str
    sheet: int
    title: str
    header_row: int
    where: Mapping[str, int]

    @property
    def tab(self) -> Tab:
        return TABS[self.key]

    @property
    def first_row(self) -> int:
        """The first row of the data, from 1."""
        return self.header_row + 1

    def cell(self, key: str) -> str:
        """``$B2``: a column's first cell, for formulas that are copied down."""
        return f"${letters(self.where[key])}{self.first_row}"

    def whole(self, key: str) -> str:
        """``'Team'!$B$2:$B``: a column's data to the end, also when the tab grows."""
        name = letters(self.where[key])
        return f"{quoted(self.title)}!${name}${self.first_row}:${name}"


def whole_tab(tab: Tab, sheet: int, title: str) -> Place:
    """A tab that is drawn whole: its columns in their order from A on, the header on top."""
    return Place(tab.key, sheet, title, 1, {column.key: at for at, column in enumerate(tab.columns, 1)})


def added(place: Place, columns: tuple[Column, ...], first: int) -> Place:
    """The place with further columns, side by side from the sheet column ``first`` on."""
    where = {**place.where, **{column.key: first + at for at, column in enumerate(columns)}}
    return Place(place.key, place.sheet, place.title, place.header_row, where)
