"""Cell addresses: `AB12` ↔ (12, 28). Rows and columns count from 1."""

import re
from functools import lru_cache

MAX_ROW = 1_048_576
MAX_COL = 16_384

# (first row, first column, last row, last column), all inclusive
Box = tuple[int, int, int, int]

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


@lru_cache(maxsize=MAX_COL)
def letters(col: int) -> str:
    """1 → A, 28 → AB."""
    name = ""
    while col > 0:
        col, rest = divmod(col - 1, 26)
        name = chr(65 + rest) + name
    return name


def column(name: str) -> int:
    """A → 1, ab → 28."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number


def address(row: int, col: int) -> str:
    """(12, 28) → AB12."""
    return f"{letters(col)}{row}"


def parse_cell(text: str) -> tuple[int, int]:
    """`AB12` or `$AB$12` → (12, 28). ValueError when it is no cell of a sheet."""
    match = _CELL.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    row, col = int(match[2]), column(match[1])
    if not (1 <= row <= MAX_ROW and 1 <= col <= MAX_COL):
        raise ValueError(text)
    return row, col


def parse_box(text: str) -> Box:
    """`B2:D9` or `B2` → (2, 2, 9, 4); whole columns and rows (`A:C`, `2:5`) reach to the sheet's edge. ValueError."""
    first, _, last = text.strip().replace("$", "").partition(":")
    top, left = _corner(first, 1, 1)
    bottom, right = _corner(last or first, MAX_ROW, MAX_COL)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def box_text(box: Box) -> str:
    """(2, 2, 9, 4) → B2:D9; a single cell → B2."""
    first, last = address(box[0], box[1]), address(box[2], box[3])
    return first if first == last else f"{first}:{last}"


def inside(row: int, col: int, box: Box) -> bool:
    """Whether the cell lies in the box."""
    return box[0] <= row <= box[2] and box[1] <= col <= box[3]


def _corner(text: str, row: int, col: int) -> tuple[int, int]:
    if text.isdecimal():
        return int(text), col
    if text.isalpha():
        return row, column(text)
    return parse_cell(text)
