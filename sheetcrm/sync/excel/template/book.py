"""Puts the workbook together: its tabs in reading order, and the rows given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from sheetcrm.schema import TABS
from sheetcrm.sync.excel.template import palette
from sheetcrm.sync.excel.template.board import draw_board
from sheetcrm.sync.excel.template.finish import packed
from sheetcrm.sync.excel.template.guide import draw_guide
from sheetcrm.sync.excel.template.tabs import draw
from sheetcrm.sync.excel.template.validations import Lists
from sheetcrm.views.layout import LAYOUT
from sheetcrm.views.look.examples import example_rows
from sheetcrm.views.look.tabs import ORDER
from sheetcrm.words import Words, words_of

if TYPE_CHECKING:
    from sheetcrm.model import Value

TEMPLATE_DAY = date(2026, 1, 1)
"""The day stamped on the committed templates, whenever they are built."""

Rows = Mapping[str, Sequence[Mapping[str, "Value"]]]


def make_template(path: Path, language: str, rows: Rows | None = None, as_of: date = TEMPLATE_DAY) -> None:
    """Writes a new workbook: the template in a language, with these rows (tab → rows of people's values by key; None:
    an example in each main tab, which runs read over).

    Lists and yes/no come as keys and are written in words; the runner's columns stay empty. Equal arguments give equal
    bytes. FileExistsError when there is a file already; ValueError for a tab or column that is not the people's.
    """
    if path.exists():
        raise FileExistsError(f"there is a file already: {path}")
    data = template_bytes(language, rows, as_of)
    with path.open("xb") as file:
        file.write(data)


def template_bytes(language: str, rows: Rows | None = None, as_of: date = TEMPLATE_DAY) -> bytes:
    """The bytes of :func:`make_template`."""
    words = words_of(language)
    rows = example_rows(words) if rows is None else rows
    unknown = rows.keys() - set(ORDER)
    if unknown:
        raise ValueError(f"no tab named {', '.join(sorted(unknown))}")
    book = Workbook()
    _set_face(book)
    draw_guide(_first(book, words.tab("guide")), words, ORDER)
    sheets = {tab: book.create_sheet(words.tab(tab)) for tab in ORDER}
    hidden = book.create_sheet(words.tab("lists"))
    hidden.sheet_state = "hidden"
    lists = Lists(hidden)
    for tab in ORDER:
        if tab == "dashboard":
            draw_board(sheets[tab], LAYOUT, words)
        else:
            draw(sheets[tab], TABS[tab], words, lists, rows.get(tab, ()))
    _describe(book, words)
    return packed(book, as_of)


def _first(book: Workbook, title: str) -> Worksheet:
    sheet = book.worksheets[0]
    sheet.title = title
    return sheet


def _set_face(book: Workbook) -> None:
    """The face of cells that nobody styled, so that typed text looks like the rest."""
    book._fonts[0] = palette.font()  # type: ignore[attr-defined]
    book._named_styles["Normal"].font = palette.font()  # type: ignore[attr-defined]


def _describe(book: Workbook, words: Words) -> None:
    book.properties.creator = "sheetcrm"
    book.properties.title = words.text("card.title")
    book.properties.language = words.language
    # Formulas over the runner's cells are worked out again when the workbook is opened.
    book.calculation.fullCalcOnLoad = True
