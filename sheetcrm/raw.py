"""What a backend hands to the reader: whole tabs as columns of text, and what text alone cannot tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

Box = tuple[int, int, int, int]
"""First row, first column, last row, last column: 1-based, inclusive."""

Rows = np.ndarray[Any, Any]
"""Sorted 1-based sheet rows."""


def no_rows(_col: int) -> Rows:
    """For backends and tabs without cells of that kind."""
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class RawTable:
    """An Excel table: its box with header and totals, and how many of its rows are which."""

    ref: Box
    header_rows: int = 1
    totals_rows: int = 0


@dataclass(frozen=True)
class RawSheet:
    """One tab as text.

    ``columns`` are string arrays of one length; the first is the sheet's column ``first_col`` and starts at its row
    ``first_row`` (both 1-based). Blank cells are null; dates are ISO text, numbers have a "." and no exponent.
    ``text_rows(col)`` gives the sheet rows whose cell in that sheet column is text: only this tells a typed "1.234"
    from the number 1.234. ``blocked_rows(col)`` gives those whose cell there can't be written: a formula that
    people typed, part of merged cells, of a pivot table or of a table's title. ``errors`` (row, column, text) and
    ``unsaved`` (row, column; a formula that no program has calculated) are null in ``columns``. ``append_blocked``:
    no row can be added below the data. ``date1904`` concerns dates that stand there as plain serial numbers.
    """

    title: str
    columns: Sequence[pa.Array]
    first_row: int = 1
    first_col: int = 1
    rows: int = 0
    text_rows: Callable[[int], Rows] = no_rows
    blocked_rows: Callable[[int], Rows] = no_rows
    errors: Sequence[tuple[int, int, str]] = ()
    unsaved: Sequence[tuple[int, int]] = ()
    merged: Sequence[Box] = ()
    tables: Sequence[RawTable] = ()
    date1904: bool = False
    append_blocked: bool = False


@dataclass(frozen=True)
class RawBook:
    """A workbook as text. ``base`` identifies the bytes (sha256) or the revision that was read.

    ``titles`` are all tabs in order, also those that were not asked for and are not in ``sheets``. ``scan`` is what
    the backend wants back when it writes.
    """

    sheets: Sequence[RawSheet]
    base: str = ""
    titles: Sequence[str] = ()
    scan: Any = field(default=None, repr=False, compare=False)
