"""How a column's values look: number format and width by type."""

from __future__ import annotations

from collections.abc import Sequence

from sheetcrm.schema import Column, Type
from sheetcrm.views.places import Format
from sheetcrm.words import words_of

_TEXT = "@"
_MARGIN = "_)"
"""A little air between a number and the text in the next column. By format, not by alignment: a date typed as text
still stands at the left, where it shows."""
_WIDTHS = {
    Type.ID: 13,
    Type.IDS: 16,
    Type.LINK: 20,
    Type.EMAIL: 36,
    Type.PERSON: 20,
    Type.LIST: 16,
    Type.YES_NO: 11,
    Type.DATE: 12,
    Type.DATETIME: 17,
    Type.PERIOD: 13,
    Type.INTEGER: 11,
    Type.NUMBER: 11,
    Type.MONEY: 15,
    Type.PERCENT: 12,
}
_FILTER_ARROW, _AIR = 4, 2
_WIDEST_CHOICE = 32
# A price rise of half a percent is the point of this column; elsewhere whole percents read better.
_FINE_PERCENTS = {"rate_change": "+0.0%_);-0.0%_);0.0%_)"}

_FIGURES: dict[Format, str] = {
    "count": "#,##0",
    "decimal": "0.0",
    "change": "+0.0;-0.0;0.0",
    "money": "#,##0",
    "percent": "0%",
    "text": "General",
}

# Typed as they are and never turned into a number or a date: codes, "12M", +34 600 111 222.
_AS_TYPED = {Type.ID, Type.IDS, Type.PERIOD}
_AS_TYPED_KEYS = {"phone"}


def number_format(column: Column, language: str) -> str:
    """The number format of a column's cells, as Excel writes it; "General" for plain text."""
    if column.type in _AS_TYPED or column.key in _AS_TYPED_KEYS:
        return _TEXT
    match column.type:
        case Type.DATE:
            return day_format(language) + _MARGIN
        case Type.DATETIME:
            return f"{day_format(language)} hh:mm{_MARGIN}"
        case Type.INTEGER:
            return "#,##0" + _MARGIN
        case Type.MONEY:
            return "#,##0.00" + _MARGIN
        case Type.PERCENT:
            return _FINE_PERCENTS.get(column.key, "0%" + _MARGIN)
        case Type.NUMBER:
            return "0" + ("." + "0" * column.decimals if column.decimals else "") + _MARGIN
        case _:
            return "General"


def figure_format(kind: Format, language: str) -> str:
    """The number format of a dashboard's number of this kind."""
    return day_format(language) if kind == "date" else _FIGURES[kind]


def day_format(language: str) -> str:
    """The number format of a day: fixed by language, so that 3/4 reads the same on every machine."""
    return words_of(language).text("cell.day_format")


def width(column: Column, header: str, choices: Sequence[str] = ()) -> float:
    """Characters: the column's own or its type's, and at least its longest choice and its header on two lines."""
    wanted = column.width or _WIDTHS.get(column.type, 20)
    longest_choice = min(max(map(len, choices), default=0) + _AIR, _WIDEST_CHOICE)
    return max(wanted, longest_choice, _on_two_lines(header) + _FILTER_ARROW)


def _on_two_lines(text: str) -> int:
    """The longer line of a text that is cut where both are shortest."""
    words = text.split()
    cuts = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return min((max(map(len, lines)) for lines in cuts), default=len(text))
