"""References inside formulas: found, and rewritten when rows and columns move."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from .ranges import column_index, column_letters, quoted
from .shifts import Shift

_PREFIX = r"(?:(?P<sheet>'(?:[^']|'')*'|[^\W\d][\w.]*)!)?"
_SIDE = r"(?P<{0}ac>\$?)(?P<{0}c>[A-Za-z]{{1,3}})?(?P<{0}ar>\$?)(?P<{0}r>[1-9]\d*)?"
_REFERENCE = re.compile(
    rf'"(?:[^"]|"")*"|{_PREFIX}(?<![\w$.]){_SIDE.format("a")}(?::{_SIDE.format("b")})?(?![\w(.!])',
)


@dataclass(frozen=True, slots=True)
class Corner:
    """One corner of a reference; ``None`` for a whole row or column. ``pin_…`` is the dollar sign."""

    column: int | None
    row: int | None
    pin_column: bool
    pin_row: bool

    def text(self) -> str:
        column = "" if self.column is None else ("$" if self.pin_column else "") + column_letters(self.column)
        return column + ("" if self.row is None else ("$" if self.pin_row else "") + str(self.row + 1))


@dataclass(frozen=True, slots=True)
class Reference:
    """``Sheet!$A$1:B2``; ``sheet`` is ``None`` for the formula's own tab, ``last`` for a single cell."""

    sheet: str | None
    first: Corner
    last: Corner | None

    def text(self) -> str:
        sheet = "" if self.sheet is None else quoted(self.sheet) + "!"
        return sheet + self.first.text() + ("" if self.last is None else ":" + self.last.text())


def rewrite(formula: str, change: Callable[[Reference], Reference | None]) -> str:
    """``formula`` with every reference passed through ``change``; ``None`` becomes ``#REF!``."""

    def one(match: "re.Match[str]") -> str:
        reference = _read(match)
        if reference is None:
            return match.group()
        changed = change(reference)
        if changed is None:
            return "#REF!"
        return match.group() if changed == reference else changed.text()

    return _REFERENCE.sub(one, formula)


def _read(match: "re.Match[str]") -> Reference | None:
    if match.group().startswith('"') or not match.group():
        return None
    sheet = match["sheet"]
    if sheet is not None and sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    first = _corner(match, "a")
    if ":" not in match.group().rpartition("!")[2]:
        return Reference(sheet, first, None) if first.column is not None and first.row is not None else None
    last = _corner(match, "b")
    if (first.column is None and first.row is None) or (last.column is None and last.row is None):
        return None
    return Reference(sheet, first, last)


def _corner(match: "re.Match[str]", side: str) -> Corner:
    column, row = match[side + "c"], match[side + "r"]
    pin_column, pin_row = bool(match[side + "ac"]), bool(match[side + "ar"])
    if column is None and row is not None:
        pin_row = pin_row or pin_column
    return Corner(
        None if column is None else column_index(column), None if row is None else int(row) - 1, pin_column, pin_row
    )


def copied(formula: str, down: int, right: int) -> str:
    """The formula after its cell was copied, or sorted, ``down`` rows and ``right`` columns."""

    def moved(corner: Corner) -> Corner | None:
        row = corner.row if corner.row is None or corner.pin_row else corner.row + down
        column = corner.column if corner.column is None or corner.pin_column else corner.column + right
        return None if (row or 0) < 0 or (column or 0) < 0 else replace(corner, row=row, column=column)

    def change(reference: Reference) -> Reference | None:
        first = moved(reference.first)
        last = None if reference.last is None else moved(reference.last)
        if first is None or (last is None and reference.last is not None):
            return None
        return replace(reference, first=first, last=last)

    return rewrite(formula, change)


def _at(corner: Corner, field: str, place: int | None) -> Corner:
    """The corner with another row or column."""
    return replace(corner, row=place) if field == "row" else replace(corner, column=place)


def shifted(formula: str, own: str, title: str, dimension: str, shift: Shift) -> str:
    """The formula (on tab ``own``) after rows or columns of tab ``title`` shifted."""
    field = "row" if dimension == "ROWS" else "column"

    def change(reference: Reference) -> Reference | None:
        if (reference.sheet or own) != title:
            return reference
        start = getattr(reference.first, field)
        if reference.last is None:
            point = None if start is None else shift.point(start)
            if start is not None and point is None:
                return None
            return replace(reference, first=_at(reference.first, field, point))
        end = getattr(reference.last, field)
        span = shift.span((start, None if end is None else end + 1))
        if span is None:
            return None
        last = None if span[1] is None else span[1] - 1
        return replace(
            reference,
            first=_at(reference.first, field, span[0]),
            last=_at(reference.last, field, last),
        )

    return rewrite(formula, change)


def renamed(formula: str, old: str, new: str) -> str:
    """The formula after the tab ``old`` was renamed."""
    return rewrite(formula, lambda r: replace(r, sheet=new) if r.sheet == old else r)
