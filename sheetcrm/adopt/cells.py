"""One old table, typed by our own strict reading: values by record, and what could not be read."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sheetcrm.adopt.headers import OWNER_MAIL
from sheetcrm.adopt.mapping import KEEP, LEAVE, Choice, Part
from sheetcrm.cells import Bad, Cast, Habits, cast
from sheetcrm.cells.numbers import currencies_of
from sheetcrm.model import Value
from sheetcrm.schema import TABS, Column, Type

_ANY_TEXT = (Type.TEXT, Type.LINK, Type.PERSON, Type.ID, Type.IDS)
_NO_VALUE = "#N/A"
"""What a formula shows that no program has calculated, where a blank would say something else."""

_WORDS = re.compile(r"[^\W\d_]+\.?|[€$£¥₽₴₹]")
_USUAL_CODES = ("EUR", "USD", "GBP", "RUB")

MOST_DIGITS = 15
"""Digits that a number cell keeps; longer ids typed as numbers have lost their end."""


def column_of(tab: str, target: str) -> Column:
    """The column of ours that a target names."""
    if target == OWNER_MAIL:
        return Column("email", Type.EMAIL)
    owner, _, key = target.rpartition(".")
    return TABS[owner or tab].column(key)


@dataclass(frozen=True)
class Typed:
    """One old column read as one of ours: a value and a text per record, None for blank; ``bad`` by record."""

    choice: Choice
    column: Column
    values: list[Value]
    texts: list[str | None]
    bad: dict[int, Bad]
    currencies: dict[int, tuple[str, ...]]

    def stands(self, at: int) -> bool:
        """Whether a cell that could not be read stands in its new place as it was. Not so an id: it would be taken."""
        return at in self.bad and self.column.type is not Type.ID

    def value(self, at: int) -> Value:
        """What goes into the new cell: the value, or the text as it was where it could not be read."""
        return self.texts[at] if self.stands(at) else self.values[at]


def typed_strictly(tab: str, target: str) -> bool:
    """Whether the cells of a column must be something (a date, an amount, a word of a list) and not any text."""
    return target not in (KEEP, LEAVE) and column_of(tab, target).type not in _ANY_TEXT


def header_currencies(header: str) -> tuple[str, ...]:
    """The ISO codes that a header's sign of currency can mean; empty where it bears none.

    Signs and names count anywhere, so do the usual codes; others only where they stand apart: "(TOP)", not "TOP 10".
    """
    for word in _WORDS.findall(header):
        found = currencies_of(word)
        is_code = word.upper() in found
        if found and (not is_code or word in _USUAL_CODES or f"({word})" in header or header.endswith(f", {word}")):
            return found
    return ()


class Cells:
    """The cells of a table under a mapping."""

    def __init__(self, part: Part, habits: Habits) -> None:
        self.part = part
        self._habits = habits

    @cached_property
    def typed(self) -> dict[str, Typed]:
        """By target, everything that has one."""
        choices = [choice for choice in self.part.columns if choice.target not in (KEEP, LEAVE)]
        return {choice.target: self._typed(choice) for choice in choices}

    @cached_property
    def loose(self) -> list[tuple[Choice, list[str | None]]]:
        """The columns without a place of their own, and their texts."""
        kept = [choice for choice in self.part.columns if choice.target == KEEP]
        return [(choice, self.part.old.filled_down(choice.col).to_pylist()) for choice in kept]

    def currency_votes(self) -> Counter[str]:
        """How often each currency is named, by a sign that has one meaning or in a column of its own."""
        votes: Counter[str] = Counter()
        for typed in self.typed.values():
            votes.update(codes[0] for codes in typed.currencies.values() if len(codes) == 1)
        if "currency" in self.typed:
            votes.update(str(code) for code in self.typed["currency"].values if code)
        return votes

    @cached_property
    def amounts(self) -> int:
        """How many amounts of money there are."""
        money = [typed for typed in self.typed.values() if typed.column.type is Type.MONEY]
        return sum(value is not None for typed in money for value in typed.values)

    def _typed(self, choice: Choice) -> Typed:
        old, column = self.part.old, column_of(self.part.tab, choice.target)
        # The amount of merged cells counts once; a name or a date in them holds for each row that they span.
        cells = old.texts(choice.col) if column.type.is_number else old.filled_down(choice.col)
        found = cast(column, cells, self._habits, lambda: old.is_text(choice.col))
        texts: list[str | None] = cells.to_pylist()
        if column.type is Type.ID:
            self._lost_ids(found, texts, choice)
        if column.type not in _ANY_TEXT:
            self._broken(found, texts, choice)
        if column.type is Type.MONEY:
            self._named_above(found, choice)
        values = _values(found, column)
        for at in found.bad:
            values[at] = None
        return Typed(choice, column, values, texts, dict(found.bad), dict(found.currencies))

    def _named_above(self, found: Cast, choice: Choice) -> None:
        """Amounts without a sign bear that of their header ("Стоимость, руб."), unless a column says which."""
        codes = header_currencies(choice.header)
        if codes and self.part.column("currency") is None:
            for at in np.flatnonzero(found.values.notna().to_numpy()).tolist():
                found.currencies.setdefault(at, codes)

    def _broken(self, found: Cast, texts: list[str | None], choice: Choice) -> None:
        """Cells that show an error, and formulas that no program has calculated."""
        places = {int(row): at for at, row in enumerate(self.part.old.rows)}
        sheet = self.part.old.sheet
        marks = [
            (row, text, Bad("error_cell", {"error": text})) for row, col, text in sheet.errors if col == choice.col
        ]
        marks += [(row, _NO_VALUE, Bad("unsaved_formula")) for row, col in sheet.unsaved if col == choice.col]
        for row, text, bad in marks:
            if row in places:
                found.bad[places[row]] = bad
                texts[places[row]] = text

    def _lost_ids(self, found: Cast, texts: list[str | None], choice: Choice) -> None:
        """Ids of over 15 digits that stand there as numbers have lost their end already."""
        numbers = ~self.part.old.is_text(choice.col)
        for at in np.flatnonzero(numbers).tolist():
            text = texts[at] or ""
            if text.isdecimal() and len(text) > MOST_DIGITS:
                found.bad[at] = Bad("id_long")


def _values(found: Cast, column: Column) -> list[Value]:
    """Plain values as the template takes them: days as dates, whole numbers whole, periods as 12M."""
    blank = found.values.isna().tolist()
    return [None if empty else _plain(cell, column) for cell, empty in zip(found.values.tolist(), blank, strict=True)]


def _plain(cell: Any, column: Column) -> Value:
    if column.type is Type.DATETIME:
        moment = cell.to_pydatetime()
        return moment if moment.time() != moment.min.time() else moment.date()  # type: ignore[no-any-return]
    if column.type is Type.DATE:
        return cell.date()  # type: ignore[no-any-return]
    if column.type is Type.PERIOD:
        return f"{int(cell)}M"
    if column.type.is_number:
        return int(cell) if cell == int(cell) else float(cell)
    return str(cell)
