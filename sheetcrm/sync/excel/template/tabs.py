"""Draws one tab of rows: header, column styles to the last row, notes, filter, print set-up; then the rows given."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sheetcrm.schema import Column, Tab, Type
from sheetcrm.sync.excel.template import palette
from sheetcrm.sync.excel.template.highlights import highlight
from sheetcrm.sync.excel.template.validations import Lists, validate
from sheetcrm.views.look.folds import folds
from sheetcrm.views.look.formats import number_format, width
from sheetcrm.views.look.tabs import colour_kind, frozen_columns, repeated_columns
from sheetcrm.words import Words

if TYPE_CHECKING:
    from sheetcrm.model import Value

_HEADER_HEIGHT = 33
_NOTE_LINE = 38
"""Characters that fit on one line of a note."""
_NOTE_WIDTH, _NOTE_ROW, _NOTE_EDGE = 270, 17, 14
_PAGE_CHARACTERS = 230
"""What one landscape page holds at a size that can still be read."""
_AUTHOR = "sheetcrm"


def draw(sheet: Worksheet, tab: Tab, words: Words, lists: Lists, rows: Sequence[Mapping[str, Value]]) -> None:
    """Fills an empty sheet with a tab. ``rows`` hold people's values by column key, lists as keys;
    what is not a key of its list is written as it stands.

    ValueError for a key that is not a people's column of this tab: the runner's columns stay empty.
    """
    for place, column in enumerate(tab.columns, 1):
        _style_column(sheet, place, column, words, tab)
        _write_header(sheet.cell(1, place), tab, column, words)
    _fold(sheet, tab)
    sheet.row_dimensions[1].height = _HEADER_HEIGHT
    _write_rows(sheet, tab, words, rows)
    last = get_column_letter(len(tab.columns))
    sheet.auto_filter.ref = f"A1:{last}{max(len(rows) + 1, 2)}"
    sheet.freeze_panes = f"{get_column_letter(frozen_columns(tab) + 1)}2"
    sheet.sheet_properties.tabColor = palette.TAB_COLOURS[colour_kind(tab)]
    validate(sheet, tab, words, lists)
    highlight(sheet, tab, words)
    left, right = repeated_columns(tab)
    set_up_print(sheet, words, f"{get_column_letter(left)}:{get_column_letter(right)}" if left else "")


def set_up_print(sheet: Worksheet, words: Words, repeated: str = "") -> None:
    """Landscape A4 with the header and these columns (``A:C``) on each page, as few pages wide as can be read."""
    characters = sum(each.width or 0 for each in sheet.column_dimensions.values() if not each.hidden)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = "9"  # A4
    sheet.page_setup.fitToWidth = max(1, round(characters / _PAGE_CHARACTERS))
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_title_rows = "1:1"
    if repeated and sheet.page_setup.fitToWidth > 1:
        sheet.print_title_cols = repeated
    print_edges(sheet, words)


def print_edges(sheet: Worksheet, words: Words) -> None:
    """The tab's name, the date and the page at the edges of every page, and narrow margins."""
    sheet.oddHeader.left.text = "&A"  # type: ignore[union-attr]
    sheet.oddHeader.right.text = "&D"  # type: ignore[union-attr]
    sheet.oddFooter.right.text = words.text("template.page", page="&P", pages="&N")  # type: ignore[union-attr]
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    sheet.page_margins.header = sheet.page_margins.footer = 0.3


def _style_column(sheet: Worksheet, place: int, column: Column, words: Words, tab: Tab) -> None:
    """The look of a whole column, to the last row: a new row has its formats before anyone types in it."""
    look = sheet.column_dimensions[get_column_letter(place)]
    choices = [words.value(column.value_set, key) for key in column.values]
    look.width = width(column, words.header(tab.key, column.key), choices)
    look.hidden = column.hidden
    look.number_format = number_format(column, words.language)
    look.font = palette.font(colour=palette.LINK if column.type is Type.LINK else palette.INK)
    look.alignment = Alignment(vertical="center")
    if column.by_runner and tab.kind == "people":
        look.fill = palette.fill(palette.ROBOT_CELL)


def _fold(sheet: Worksheet, tab: Tab) -> None:
    """Columns in groups that fold, each with its button on the left, beside what it belongs to."""
    for first, last in folds(tab):
        for place in range(first, last + 1):
            sheet.column_dimensions[get_column_letter(place)].outlineLevel = 1
            sheet.column_dimensions.max_outline = 1
    sheet.sheet_properties.outlinePr.summaryRight = False  # type: ignore[union-attr]


def _write_header(cell: Cell | MergedCell, tab: Tab, column: Column, words: Words) -> None:
    cell.value = words.header(tab.key, column.key)
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    if column.by_runner:
        dress_robot_header(cell)
    else:
        dress_people_header(cell, required=column.required)
    note = words.note(tab.key, column.key)
    lines = sum(math.ceil(len(line) / _NOTE_LINE) or 1 for line in note.split("\n"))
    cell.comment = Comment(note, _AUTHOR, height=lines * _NOTE_ROW + _NOTE_EDGE, width=_NOTE_WIDTH)


def dress_people_header(cell: Cell | MergedCell, *, required: bool = False) -> None:
    """White on navy; an amber edge where the cell may not be blank."""
    cell.font = palette.font(bold=True, colour=palette.PAPER)
    cell.fill = palette.fill(palette.NAVY)
    cell.border = palette.underline(palette.AMBER if required else palette.NAVY, "thick")


def dress_robot_header(cell: Cell | MergedCell) -> None:
    """Dark on pale, in italics: told apart from the people's by lightness, not by hue alone."""
    cell.font = palette.font(bold=True, italic=True, colour=palette.NAVY)
    cell.fill = palette.fill(palette.ROBOT_HEAD)
    cell.border = palette.underline(palette.EDGE, "thick")


def _write_rows(sheet: Worksheet, tab: Tab, words: Words, rows: Sequence[Mapping[str, Value]]) -> None:
    places = {column.key: place for place, column in enumerate(tab.columns, 1) if not column.by_runner}
    columns = {column.key: column for column in tab.columns}
    looks = {place: sheet.column_dimensions[get_column_letter(place)]._style for place in places.values()}  # type: ignore[attr-defined]
    for at, row in enumerate(rows, 2):
        unknown = row.keys() - places.keys()
        if unknown:
            raise ValueError(f"{tab.key} has no column that people fill named {', '.join(sorted(unknown))}")
        for key, place in places.items():
            value = row.get(key)
            if value is None or value == "":
                continue
            cell = sheet.cell(at, place)
            _write(cell, columns[key], value, words)
            # A cell does not inherit its column's look in the file: each names it again.
            cell._style = looks[place]  # type: ignore[union-attr]


def _write(cell: Cell | MergedCell, column: Column, value: Value, words: Words) -> None:
    if value in column.values:
        value = words.value(column.value_set, str(value))
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        # Text is text, also when it starts with "=" or reads "#N/A".
        cell.data_type = "s"
    else:
        cell.value = value
