"""What a cell accepts, as validations that warn: dropdowns, dates, numbers, and the runner's columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from sheetcrm.schema import TABS, Column, Tab
from sheetcrm.views.look.accepts import accepts
from sheetcrm.words import Words

LAST_ROW = 1_048_576
FIRST_ROW = 2
_INLINE_LIMIT = 255
"""Excel refuses a longer list between the quotes of a validation's formula."""
_DAYS = ("10959", "109939")
"""The first and last day that the reader accepts (``accepts.FIRST_DAY``, ``LAST_DAY``), as serials."""
_ROWS_OFFERED = {"team": 500, "accounts": 20_001}
"""Down to which row a dropdown looks: plenty, and no endless list of blanks as whole columns give."""


def validate(sheet: Worksheet, tab: Tab, words: Words, lists: Lists) -> None:
    """Puts the validations of a people's tab on its columns, from the first row to the last."""
    for place, column in enumerate(tab.columns, 1):
        if column.by_runner:
            continue
        rule = _rule(tab, column, words, lists)
        if rule is not None:
            letter = get_column_letter(place)
            rule.add(f"{letter}{FIRST_ROW}:{letter}{LAST_ROW}")
            sheet.add_data_validation(rule)
    for first, last in runs([place for place, column in enumerate(tab.columns, 1) if column.by_runner]):
        rule = _warning("custom", "FALSE", words, "robot")
        rule.add(f"{get_column_letter(first)}{FIRST_ROW}:{get_column_letter(last)}{LAST_ROW}")
        sheet.add_data_validation(rule)


class Lists:
    """The hidden tab that holds the words of lists too long for a validation's own text."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._ranges: dict[tuple[str, ...], str] = {}

    def formula(self, choices: Sequence[str]) -> str:
        """The formula of a list validation: the words themselves where they fit, else their range."""
        inline = f'"{",".join(choices)}"'
        if len(inline) <= _INLINE_LIMIT and not any("," in word or '"' in word for word in choices):
            return inline
        return self._range(tuple(choices))

    def _range(self, choices: tuple[str, ...]) -> str:
        if choices not in self._ranges:
            place = len(self._ranges) + 1
            for row, word in enumerate(choices, 1):
                self._sheet.cell(row, place, word)
            letter = get_column_letter(place)
            title = quote_sheetname(self._sheet.title)
            self._ranges[choices] = f"{title}!${letter}$1:${letter}${len(choices)}"
        return self._ranges[choices]


def runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring places as (first, last)."""
    first = previous = 0
    for place in places:
        if place != previous + 1 or not first:
            if first:
                yield first, previous
            first = place
        previous = place
    if first:
        yield first, previous


def _rule(tab: Tab, column: Column, words: Words, lists: Lists) -> DataValidation | None:
    wanted = accepts(tab, column, words)
    if wanted is None:
        return None
    if wanted.kind in ("words", "column"):
        formula = lists.formula(wanted.words) if wanted.words else _column_of(words, *wanted.source)
        rule = _warning("list", formula, words, wanted.message)
        rule.showErrorMessage = wanted.warns
        return rule
    low, high = _DAYS if wanted.kind == "date" else (str(wanted.low), str(wanted.high))
    rule = _warning(wanted.kind, low, words, wanted.message)
    rule.operator = "between"
    rule.formula2 = high
    return rule


def _column_of(words: Words, tab: str, column: str) -> str:
    """A column of another tab, below its header. Absolute from row 2, so that sorting there changes nothing here."""
    place = [each.key for each in TABS[tab].columns].index(column) + 1
    letter = get_column_letter(place)
    return f"{quote_sheetname(words.tab(tab))}!${letter}${FIRST_ROW}:${letter}${_ROWS_OFFERED[tab]}"


def _warning(kind: str, formula: str, words: Words, message: str) -> DataValidation:
    """A validation of style *warning* with its sentence."""
    return DataValidation(
        type=kind,  # type: ignore[arg-type]
        formula1=formula,
        allow_blank=True,
        errorStyle="warning",
        showErrorMessage=True,
        errorTitle=words.text(f"template.{message}.title"),
        error=words.text(f"template.{message}.message", accounts=words.tab("accounts")),
    )
