"""Areas of a sheet: A1 and R1C1 text, the API's GridRange, and back."""

import re
from dataclasses import dataclass, replace
from typing import Any

_A1_SIDE = r"\$?([A-Za-z]{1,3})?\$?([1-9][0-9]{0,7})?"
_A1 = re.compile(rf"{_A1_SIDE}(?::{_A1_SIDE})?")
_R1C1 = re.compile(r"[Rr]([0-9]+)?[Cc]([0-9]+)?(?::[Rr]([0-9]+)?[Cc]([0-9]+)?)?")
_CELL_LIKE = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*|[0-9].*")


@dataclass(frozen=True, slots=True)
class Area:
    """A half-open, zero-based rectangle of one sheet; ``None`` is an open side."""

    sheet_id: int
    top: int | None = None
    bottom: int | None = None
    left: int | None = None
    right: int | None = None

    @classmethod
    def of(cls, grid_range: dict[str, Any]) -> "Area":
        """From a GridRange as clients send it (a missing ``sheetId`` is 0)."""
        return cls(
            grid_range.get("sheetId", 0),
            grid_range.get("startRowIndex"),
            grid_range.get("endRowIndex"),
            grid_range.get("startColumnIndex"),
            grid_range.get("endColumnIndex"),
        )

    def json(self) -> dict[str, Any]:
        """As a GridRange with its ``sheetId`` always there; replies drop a zero."""
        sides = {
            "startRowIndex": self.top,
            "endRowIndex": self.bottom,
            "startColumnIndex": self.left,
            "endColumnIndex": self.right,
        }
        return {"sheetId": self.sheet_id, **{name: side for name, side in sides.items() if side is not None}}

    def bounded(self, rows: int, columns: int) -> "Area":
        """With open sides closed, and ends cut, at the grid's edges."""
        return replace(
            self,
            top=self.top or 0,
            left=self.left or 0,
            bottom=rows if self.bottom is None else min(self.bottom, rows),
            right=columns if self.right is None else min(self.right, columns),
        )

    def corners(self) -> tuple[int, int, int, int]:
        """``top, bottom, left, right`` of a bounded area."""
        if self.top is None or self.bottom is None or self.left is None or self.right is None:
            raise ValueError(f"open area: {self}")
        return self.top, self.bottom, self.left, self.right

    def meets(self, other: "Area") -> bool:
        """Whether the two share a cell."""
        if self.sheet_id != other.sheet_id:
            return False
        return _overlap(self.top, self.bottom, other.top, other.bottom) and _overlap(
            self.left, self.right, other.left, other.right
        )

    def holds(self, other: "Area") -> bool:
        """Whether every cell of ``other`` is inside."""
        return (
            self.sheet_id == other.sheet_id
            and _inside(self.top, self.bottom, other.top, other.bottom)
            and _inside(self.left, self.right, other.left, other.right)
        )


def _overlap(a: int | None, b: int | None, c: int | None, d: int | None) -> bool:
    return (d is None or (a or 0) < d) and (b is None or (c or 0) < b)


def _inside(a: int | None, b: int | None, c: int | None, d: int | None) -> bool:
    return (a or 0) <= (c or 0) and (b is None or (d is not None and d <= b))


def column_letters(index: int) -> str:
    """``A`` for 0, ``AA`` for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """0 for ``A``."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


def quoted(title: str) -> str:
    """A tab's title as replies and formulas write it: quoted unless it is a plain word."""
    plain = all(c.isalnum() or c == "_" for c in title) and not _CELL_LIKE.fullmatch(title)
    return title if plain and title else "'" + title.replace("'", "''") + "'"


def a1(title: str, area: Area) -> str:
    """``Sheet1!A1:B2`` of a bounded area; one cell has no second corner."""
    top, bottom, left, right = area.corners()
    first = f"{column_letters(left)}{top + 1}"
    last = f"{column_letters(max(right, left + 1) - 1)}{max(bottom, top + 1)}"
    return f"{quoted(title)}!{first}" if first == last else f"{quoted(title)}!{first}:{last}"


def split_title(text: str) -> tuple[str | None, str | None]:
    """The tab's title and the cells of a range's text; ``None`` for the part that isn't there.

    A text without ``!`` gives a title only when it is quoted: ``'A1'`` is a tab, ``A1`` a cell.
    """
    if text.startswith("'"):
        end = 1
        while True:
            end = text.find("'", end)
            if end < 0:
                return None, text
            if text[end : end + 2] != "''":
                break
            end += 2
        title, rest = text[1:end].replace("''", "'"), text[end + 1 :]
        if not rest:
            return title, None
        return (title, rest[1:]) if rest[0] == "!" else (None, text)
    if "!" in text:
        title, cells = text.rsplit("!", 1)
        return title, cells
    return None, text


def parse_cells(text: str, sheet_id: int) -> Area | None:
    """The area that ``A1``, ``A:C``, ``2:5``, ``A2:2``, ``B3:D`` or ``R1C1:R2C2`` names; else ``None``."""
    match = _A1.fullmatch(text)
    if match:
        column, row, to_column, to_row = match.groups()
        if ":" not in text:
            if column is None or row is None:
                return _parse_r1c1(text, sheet_id)
            to_column, to_row = column, row
        elif (column is None and row is None) or (to_column is None and to_row is None):
            return None
        top, bottom = _side(_row(row), _row(to_row))
        left, right = _side(_column(column), _column(to_column))
        return Area(sheet_id, top, bottom, left, right)
    return _parse_r1c1(text, sheet_id)


def _parse_r1c1(text: str, sheet_id: int) -> Area | None:
    match = _R1C1.fullmatch(text)
    if not match or not any(match.groups()):
        return None
    row, column, to_row, to_column = (int(part) - 1 if part else None for part in match.groups())
    if ":" not in text:
        to_row, to_column = row, column
    if -1 in (row, column, to_row, to_column):
        return None
    return Area(sheet_id, *_side(row, to_row), *_side(column, to_column))


def _row(text: str | None) -> int | None:
    return int(text) - 1 if text else None


def _column(text: str | None) -> int | None:
    return column_index(text) if text else None


def _side(first: int | None, last: int | None) -> tuple[int | None, int | None]:
    """Two inclusive ends as a half-open side; ends in the wrong order are swapped."""
    if first is not None and last is not None and first > last:
        first, last = last, first
    return first, None if last is None else last + 1
