"""A workbook file as text, and what text hides: which cells are text, show an error or were never calculated, what is
merged, which rows are totals. One look at the bytes of every tab tells both."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sheetcrm.raw import RawBook, RawSheet, RawTable
from sheetcrm.sync.excel.book import Book
from sheetcrm.sync.excel.contents import Contents
from sheetcrm.sync.excel.date_styles import date_styles
from sheetcrm.sync.excel.facts import BookScan, SheetScan
from sheetcrm.sync.excel.grow import why_not_append
from sheetcrm.sync.excel.limits import Limits
from sheetcrm.sync.excel.obstacles import blocked_rows
from sheetcrm.sync.excel.refused import Refused
from sheetcrm.sync.excel.scan import scan_bytes
from sheetcrm.sync.excel.sheet import SheetIndex
from sheetcrm.sync.excel.texts import SharedStrings


def read_book(path: Path, wanted: Callable[[str], bool] | None = None, limits: Limits = Limits()) -> RawBook:
    """The tabs of a workbook whose title is wanted (None: all). Raises Refused, in words, and OSError.

    ``RawBook.base`` is the sha256 of the bytes that were read, ``RawBook.scan`` the BookScan for the patcher.
    """
    if path.stat().st_size > limits.file_size:
        raise Refused(f"The file has more than {limits.file_size / 2**20:,.0f} MB. Split the workbook.")
    data = path.read_bytes()
    return read_bytes(data, path, wanted, limits)


def read_bytes(
    data: bytes, path: Path, wanted: Callable[[str], bool] | None = None, limits: Limits = Limits()
) -> RawBook:
    """The same for bytes already read; ``path`` is only recorded."""
    reading = _Reading(wanted)
    book = scan_bytes(data, path, limits, reading.of)
    sheets = [
        _raw_sheet(sheet, *reading.found[sheet.title], book) for sheet in book.sheets if reading.wants(sheet.title)
    ]
    return RawBook(sheets, base=book.sha256, titles=tuple(sheet.title for sheet in book.sheets), scan=book)


class _Reading:
    """Takes the texts out of the wanted tabs while the scan has their bytes at hand."""

    def __init__(self, wanted: Callable[[str], bool] | None) -> None:
        self._wanted = wanted
        self.found: dict[str, tuple[list[pa.Array], list[tuple[int, int, str]]]] = {}
        """Title → columns, and the cells that show no value though they hold one."""

    def wants(self, title: str) -> bool:
        return self._wanted is None or self._wanted(title)

    def of(self, book: Book, strings: SharedStrings) -> Callable[[SheetScan, SheetIndex], None]:
        """What the scan shows every tab."""
        styles = book.part("styles")
        dates = date_styles(book.archive.read(styles) if styles is not None else b"")

        def show(sheet: SheetScan, index: SheetIndex) -> None:
            if self.wants(sheet.title):
                contents = Contents(index, sheet.title, strings, dates, book.date1904)
                box = (sheet.first_row, sheet.first_col, sheet.last_row, sheet.last_col)
                self.found[sheet.title] = contents.columns(box), contents.unshown

        return show


def _raw_sheet(
    sheet: SheetScan, columns: list[pa.Array], unshown: list[tuple[int, int, str]], book: BookScan
) -> RawSheet:
    return RawSheet(
        title=sheet.title,
        columns=columns,
        first_row=max(1, sheet.first_row),
        first_col=max(1, sheet.first_col),
        rows=len(columns[0]) if columns else 0,
        text_rows=sheet.text_rows,
        blocked_rows=partial(_blocked, sheet),
        errors=(*sheet.errors, *unshown),
        unsaved=sheet.unsaved,
        merged=sheet.merged,
        tables=[RawTable(table.ref, table.header_rows, table.totals_rows) for table in sheet.tables],
        date1904=book.date1904,
        append_blocked=why_not_append(sheet.tables, sheet.last_held_row, 2, range(1, sheet.last_col + 1)) is not None,
    )


def _blocked(sheet: SheetScan, col: int) -> np.ndarray[Any, Any]:
    """The rows whose cell in this column the patcher would refuse to write."""
    below = np.arange(1, sheet.last_row + 1, dtype=np.int64)
    return np.array(sorted(blocked_rows(sheet, col, below)), dtype=np.int64)
