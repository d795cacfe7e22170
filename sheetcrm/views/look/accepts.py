"""What a cell of a column that people fill accepts. Always a warning, never a locked door.

The reader understands synonyms and three languages, so a warned cell may still be right; and a validation that stops
would also stop the team member whose program writes dates another way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sheetcrm.schema import Column, Tab, Type
from sheetcrm.words import Words

FIRST_DAY, LAST_DAY = "1930-01-01", "2200-12-31"
"""The days that the reader accepts."""
_AMOUNT = 1_000_000_000_000
_BETWEEN: dict[Type, tuple[Literal["decimal", "whole"], int, int]] = {
    Type.MONEY: ("decimal", -_AMOUNT, _AMOUNT),
    Type.NUMBER: ("decimal", 0, 100),
    Type.PERCENT: ("decimal", 0, 1),
    Type.INTEGER: ("whole", 0, 100_000),
}
_UPPER = {"score": 10}


@dataclass(frozen=True)
class Accepts:
    """One of these words, a value of another tab's column (``source``: tab and column), a day, or a number between.

    ``message`` names the words ``template.<message>.title`` and ``.message``. ``warns`` is False where other values are
    as good as those offered.
    """

    kind: Literal["words", "column", "date", "decimal", "whole"]
    message: str
    words: tuple[str, ...] = ()
    source: tuple[str, str] = ("", "")
    low: int = 0
    high: int = 0
    warns: bool = True


def accepts(tab: Tab, column: Column, words: Words) -> Accepts | None:
    """What a people's column accepts; None: anything."""
    if column.values:
        choices = tuple(words.value(column.value_set, key) for key in column.values)
        return Accepts("words", "list", words=choices)
    if column.type is Type.PERSON:
        # Addresses are as good as names, so the list offers and never complains.
        return Accepts("column", "list", source=("team", "name"), warns=False)
    if dict(tab.links).get(column.key) == "accounts":
        return Accepts("column", "account", source=("accounts", "account_id"))
    if column.type.is_date:
        return Accepts("date", "date")
    if column.type not in _BETWEEN:
        return None
    kind, low, high = _BETWEEN[column.type]
    return Accepts(kind, "number", low=low, high=_UPPER.get(column.key, high))
