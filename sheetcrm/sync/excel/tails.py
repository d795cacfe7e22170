"""The XML of values, a column at a time: what follows a cell's `r` and `s` up to its end tag.

Columns of one type are written by a few passes over one long text, which is many times faster than cell by cell.
"""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sheetcrm.sync.excel import texts
from sheetcrm.sync.excel.edits import Formula
from sheetcrm.sync.excel.values import LEAP_BUG, UnwritableError, cleaned, number_text, serial, whole_serials

_LONGEST_FORMULA = 8192
_CLEAN = {int, bool, str, float, date, datetime, Formula, type(None)}
_SPACE_COUNTS = re.compile(r"\A\s|\s\Z|[\n\r]|  ")
_SPACE_AROUND = re.compile(r"\s\x1e|\x1e\s|[\n\r]|  ")


class TailWriter:
    """Writes cells' types and contents; a blank is `/>`. `prefix` is the namespace prefix of the part, with colon."""

    def __init__(self, prefix: str, date1904: bool) -> None:
        self._date1904 = date1904
        self._prefix = prefix
        self._value, self._end = f"><{prefix}v>", f"</{prefix}v></{prefix}c>"
        self._text = f' t="inlineStr"><{prefix}is><{prefix}t>'
        self._spaced_text = f' t="inlineStr"><{prefix}is><{prefix}t xml:space="preserve">'
        self._text_end = f"</{prefix}t></{prefix}is></{prefix}c>"

    def column(self, given: Sequence[Any]) -> tuple[list[Any], list[bytes]]:
        """(cleaned values, tails) of a whole column. UnwritableError has the `place` of the value at fault."""
        values = _clean(given)
        kinds = set(map(type, values))
        blanks = type(None) in kinds
        present = [value for value in values if value is not None] if blanks else values
        kinds.discard(type(None))
        try:
            lane = self._lane(kinds.pop()) if len(kinds) == 1 else None
            tails = lane(present) if lane else as_bytes(self._each(present))
        except UnwritableError:
            raise self._at_fault(values) from None
        if blanks:
            written = iter(tails)
            tails = [b"/>" if value is None else next(written) for value in values]
        return values, tails

    def _lane(self, kind: type) -> Callable[[list[Any]], list[bytes]] | None:
        lanes: dict[type, Callable[[list[Any]], list[bytes]]] = {
            int: self._ints,
            float: self._floats,
            str: self._strings,
            date: self._dates,
        }
        return lanes.get(kind)

    def _ints(self, values: list[int]) -> list[bytes]:
        number_text(max(values, key=abs))  # one that is too large raises
        return framed(self._value, map(str, values), self._end)

    def _floats(self, values: list[float]) -> list[bytes]:
        # repr is the shortest text that reads back as the same number; 12.0 is written 12.
        lines = framed_text(self._value, map(repr, values), self._end)
        return lines.replace(".0" + self._end, self._end).encode("ascii").split(b"\n")

    def _dates(self, values: list[date]) -> list[bytes]:
        serial(min(values), self._date1904)  # one that is too early raises
        if min(values) >= LEAP_BUG:
            return framed(self._value, map(str, whole_serials(values, self._date1904)), self._end)
        return as_bytes(self._each(values))

    def _strings(self, values: list[str]) -> list[bytes]:
        different = list(dict.fromkeys(values))
        if max(map(len, different)) > texts.LONGEST // 2:
            for value in different:
                if texts.too_long(value):
                    raise UnwritableError(f"the text has {len(value):,} characters; a cell holds {texts.LONGEST:,}")
        bodies = texts.escaped_all(different)
        if _SPACE_AROUND.search("\x1e" + "\x1e".join(different) + "\x1e"):
            tails = as_bytes(
                [
                    f"{self._spaced_text if _SPACE_COUNTS.search(value) else self._text}{body}{self._text_end}"
                    for value, body in zip(different, bodies, strict=True)
                ]
            )
        else:
            tails = framed(self._text, bodies, self._text_end)
        if len(different) == len(values):
            return tails
        return list(map(dict(zip(different, tails, strict=True)).__getitem__, values))

    def _each(self, values: Iterable[Any]) -> list[str]:
        return [self._one(value) for value in values]

    def _one(self, value: Any) -> str:
        if value is None:
            return "/>"
        if isinstance(value, str):
            return self._strings([value])[0].decode("ascii")
        if isinstance(value, bool):
            return f' t="b"{self._value}{int(value)}{self._end}'
        if isinstance(value, (int, float)):
            return f"{self._value}{number_text(value)}{self._end}"
        if isinstance(value, Formula):
            return self._formula(value)
        return f"{self._value}{number_text(serial(value, self._date1904))}{self._end}"

    def _formula(self, value: Formula) -> str:
        if len(value.text) > _LONGEST_FORMULA:
            raise UnwritableError(f"the formula is longer than Excel's {_LONGEST_FORMULA:,} characters")
        opened = f"<{self._prefix}f>{texts.escaped(value.text)}</{self._prefix}f>"
        cached = cleaned(value.value)
        if cached is None:
            return f">{opened}</{self._prefix}c>"
        if isinstance(cached, str):
            return f' t="str">{opened}<{self._prefix}v>{texts.escaped(cached)}{self._end}'
        return f">{opened}<{self._prefix}v>{number_text(cached)}{self._end}"

    def _at_fault(self, values: list[Any]) -> UnwritableError:
        for place, value in enumerate(values):
            try:
                self._one(value)
            except UnwritableError as error:
                return error.at(place)
        raise AssertionError("a column is at fault but none of its values is")


def framed_text(before: str, bodies: Iterable[str], after: str) -> str:
    """Each body between `before` and `after`, one to a line."""
    return before + f"{after}\n{before}".join(bodies) + after


def framed(before: str, bodies: Iterable[str], after: str) -> list[bytes]:
    """The same as a list of bytes; for one body or more, in ASCII."""
    return framed_text(before, bodies, after).encode("ascii").split(b"\n")


def as_bytes(lines: list[str]) -> list[bytes]:
    """ASCII texts without line breaks as bytes, all at once."""
    return "\n".join(lines).encode("ascii").split(b"\n") if lines else []


def _clean(given: Sequence[Any]) -> list[Any]:
    values = given.tolist() if hasattr(given, "tolist") else list(given)
    kinds = set(map(type, values))
    strange = not kinds <= _CLEAN
    strange = strange or (float in kinds and not all(math.isfinite(v) for v in values if type(v) is float))
    if not strange and not (str in kinds and "" in values):
        return values
    clean = []
    for place, value in enumerate(values):
        try:
            clean.append(cleaned(value))
        except UnwritableError as error:
            raise error.at(place) from None
    return clean
