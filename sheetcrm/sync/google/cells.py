"""Cells as the Sheets API gives and takes them: text, numbers, yes/no; dates are serial numbers of the 1900 system."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from sheetcrm.model import Value
from sheetcrm.raw import Rows

Cell = None | str | bool | int | float

LONGEST_TEXT = 50_000
"""Characters that a cell of a Google Sheet holds."""

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - cells have no zone
_DAY = timedelta(days=1)

ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#ERROR!", "#SPILL!", "#CALC!"})
"""What cells show instead of a value; unformatted reads give them as text."""


def to_cell(value: Value) -> Cell:
    """A value as the cell to write: no numpy type, no NaN; blank is None. Text stays text, whatever it begins with."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return None if value != value else _serial(value)
    if isinstance(value, date):
        return (value - _EPOCH.date()).days
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, str):
        return value[:LONGEST_TEXT]
    if isinstance(value, int | np.integer):
        return int(value)
    number = float(value)
    return number if math.isfinite(number) else None


def _serial(moment: datetime) -> int | float:
    days = (moment.replace(tzinfo=None) - _EPOCH) / _DAY
    return int(days) if moment.time() == time() else days


def to_text(cell: Cell) -> str | None:
    """A cell as readers of files give it: numbers without exponent, true and false; blank is None."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return str(cell)
    return f"{Decimal(repr(cell)).normalize():f}" if math.isfinite(cell) else None


def same(one: Cell, other: Cell) -> bool:
    """Whether two cells show the same; a number is never a text, 45 and 45.0 are one number."""
    if one is None or one == "":
        return other is None or other == ""
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    if other is None or isinstance(one, bool) is not isinstance(other, bool):
        return False
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def arrow(cells: Sequence[Cell], size: int) -> tuple[pa.Array, Rows, list[tuple[int, str]]]:
    """A column as the reader wants it: texts (padded to ``size``), the 1-based rows of texts, and (row, error)."""
    texts: list[str | None] = []
    marked: list[int] = []
    errors: list[tuple[int, str]] = []
    for row, cell in enumerate(cells, start=1):
        if isinstance(cell, str):
            if cell[:1] == "#" and cell in ERRORS:
                errors.append((row, cell))
                texts.append(None)
            elif cell:
                marked.append(row)
                texts.append(cell)
            else:
                texts.append(None)
        else:
            texts.append(to_text(cell))
    texts.extend([None] * (size - len(texts)))
    return pa.array(texts, type=pa.string()), np.array(marked, dtype=np.int64), errors


def at(cells: Sequence[Any], row: int) -> Cell:
    """The cell of a column at a 1-based row; columns end with their last filled cell."""
    found: Cell = cells[row - 1] if 0 < row <= len(cells) else None
    return None if found == "" else found
