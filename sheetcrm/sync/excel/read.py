"""A workbook file as text: guarded and scanned by our own code, then read by the native reader.

The native reader gives every cell as text and no more than that. What it hides comes from the scan: where the cells
start, which are text, which show an error or were never calculated, what is merged, which rows are totals.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sheetcrm.sync.backend import RawBook, RawSheet, RawTable
from sheetcrm.sync.excel.facts import BLANK, ERROR, KIND_MASK, BookScan, SheetScan
from sheetcrm.sync.excel.grow import why_not_append
from sheetcrm.sync.excel.limits import Limits
from sheetcrm.sync.excel.obstacles import blocked_rows
from sheetcrm.sync.excel.refused import Refused
from sheetcrm.sync.excel.scan import scan_bytes

READERS = 2
"""Native readers at work at a time; each holds all texts of the workbook."""


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
    book = scan_bytes(data, path, limits)
    chosen = [sheet for sheet in book.sheets if wanted is None or wanted(sheet.title)]
    with ThreadPoolExecutor(READERS) as pool:
        loaded = pool.map(lambda part: _load(data, part), _shares(chosen))
    columns = {title: arrays for part in loaded for title, arrays in part.items()}
    sheets = [_raw_sheet(sheet, columns[sheet.title], book) for sheet in chosen]
    return RawBook(sheets, base=book.sha256, titles=tuple(sheet.title for sheet in book.sheets), scan=book)


def _shares(sheets: list[SheetScan]) -> list[list[SheetScan]]:
    """The tabs in as many lists as there are readers, of about the same number of cells."""
    shares: list[list[SheetScan]] = [[] for _ in range(READERS)]
    cells = [0] * READERS
    for sheet in sorted(sheets, key=lambda sheet: sheet.cells.rows.size, reverse=True):
        least = cells.index(min(cells))
        shares[least].append(sheet)
        cells[least] += sheet.cells.rows.size
    # One starts with its largest tab, the other with its smallest: the two largest are not held at the same time.
    for share in shares[1:]:
        share.reverse()
    return [share for share in shares if share]


def _load(data: bytes, sheets: list[SheetScan]) -> dict[str, list[pa.Array]]:
    """The columns of some tabs by title, by one reader: it is not safe to share, and to open it reads all texts."""
    import fastexcel

    columns: dict[str, list[pa.Array]] = {sheet.title: [] for sheet in sheets}
    title = ""
    try:
        reader = fastexcel.read_excel(data)
        for sheet in sheets:
            title = sheet.title
            if not sheet.empty:
                # Eager: straight into Arrow; the lazy way keeps every cell of the tab a second time.
                batch = reader.load_sheet(title, header_row=None, skip_rows=0, dtypes="string", eager=True)
                columns[title] = _from_first_row(batch, sheet)
    except fastexcel.FastExcelError as error:
        reason = str(error).splitlines()[0]
        place = f"The tab {title!r}" if title else "The workbook"
        raise Refused(
            f"{place} cannot be read ({reason}). Open the workbook in Excel or LibreOffice, save it again and retry."
        ) from error
    return columns


def _from_first_row(batch: pa.RecordBatch, sheet: SheetScan) -> list[pa.Array]:
    """The columns from the first filled row on, checked against the box that our own scan saw.

    Were the two to disagree, every address would be wrong: that is refused, never guessed.
    """
    rows, width = sheet.last_row - sheet.first_row + 1, sheet.last_col - sheet.first_col + 1
    leading = batch.num_rows - rows
    if batch.num_columns != width or leading not in (0, sheet.first_row - 1):
        raise Refused(
            f"The tab {sheet.title!r} reads as {batch.num_rows} rows and {batch.num_columns} columns, but its cells "
            f"fill {rows} rows and {width} columns. Open the workbook in Excel or LibreOffice, save it again and retry."
        )
    return [batch.column(at).slice(leading) for at in range(width)]


def _unshown(sheet: SheetScan, columns: list[pa.Array]) -> list[tuple[int, int, str]]:
    """Numbers with a date format that are no date, which Excel shows as ##### and the native reader as blank."""
    kinds = sheet.cells.kinds & KIND_MASK
    shown = sheet.cells.cols[~np.isin(kinds, (BLANK, ERROR))]
    counts = np.bincount(shown, minlength=sheet.last_col + 1)
    found: list[tuple[int, int, str]] = []
    for col, cells in enumerate(columns, start=sheet.first_col):
        if counts[col] == len(cells) - cells.null_count:
            continue
        numbers = sheet.number_rows(col)
        blank = cells.is_null().to_numpy(zero_copy_only=False)[numbers - sheet.first_row]
        found.extend((int(row), col, "#####") for row in numbers[blank])
    uncounted = set(sheet.unsaved)
    return [cell for cell in found if cell[:2] not in uncounted]


def _raw_sheet(sheet: SheetScan, columns: list[pa.Array], book: BookScan) -> RawSheet:
    return RawSheet(
        title=sheet.title,
        columns=columns,
        first_row=max(1, sheet.first_row),
        first_col=max(1, sheet.first_col),
        rows=len(columns[0]) if columns else 0,
        text_rows=sheet.text_rows,
        blocked_rows=partial(_blocked, sheet),
        errors=(*sheet.errors, *_unshown(sheet, columns)),
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
