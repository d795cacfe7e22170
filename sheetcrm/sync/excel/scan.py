"""Look at a workbook before any other reader does: refuse what is dangerous, say where its cells are."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sheetcrm.address import Box, address, parse_box
from sheetcrm.sync.excel import cell_kinds
from sheetcrm.sync.excel.book import Book, Tab, open_book
from sheetcrm.sync.excel.facts import BookScan, SheetScan
from sheetcrm.sync.excel.limits import Limits
from sheetcrm.sync.excel.refused import Refused
from sheetcrm.sync.excel.sheet import SheetIndex, index_sheet
from sheetcrm.sync.excel.tables import TableScan
from sheetcrm.sync.excel.texts import SharedStrings, plain

__all__ = ["BookScan", "Limits", "Refused", "SheetScan", "TableScan", "scan", "scan_bytes"]


Show = Callable[[SheetScan, SheetIndex], None]
Seeing = Callable[[Book, SharedStrings], Show]


def scan(path: Path, limits: Limits = Limits()) -> BookScan:
    """Guard and scan a workbook. Raises Refused (in words) and OSError."""
    size = path.stat().st_size
    if size > limits.file_size:
        raise Refused(f"The file has {size / 2**20:,.0f} MB, more than this program reads. Split the workbook.")
    return scan_bytes(path.read_bytes(), path, limits)


def scan_bytes(data: bytes, path: Path, limits: Limits = Limits(), see: Seeing | None = None) -> BookScan:
    """The same for bytes already read; `path` is only recorded.

    `see` makes, from the workbook, what is shown every tab while its bytes are at hand.
    """
    book = open_book(data, limits)
    strings = SharedStrings.of(book) if see is not None else None
    show = see(book, strings) if see is not None and strings is not None else None
    tabs = [tab for tab in book.tabs if tab.kind == "worksheet"]
    # One after the other: threads would wait for the interpreter's lock between small steps of numpy, which costs a
    # sixth more processor time and another tab's memory.
    sheets = tuple(_scan_tab(book, tab, limits, show) for tab in tabs)
    return BookScan(
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        date1904=book.date1904,
        sheets=sheets,
        other_sheets=tuple(tab.title for tab in book.tabs if tab.kind != "worksheet"),
        has_macros=book.has_macros,
        strings=strings,
        has_formulas=any((sheet.cells.kinds & cell_kinds.FORMULA).any() for sheet in sheets),
    )


def merged_ranges(index: SheetIndex) -> tuple[Box, ...]:
    """The merged ranges of a tab."""
    tag = re.compile(rb"<" + index.prefix + rb"mergeCell\s[^>]*?\bref\s*=\s*[\"']([^\"']+)[\"']")
    boxes = []
    for match in tag.finditer(index.shadow, index.end):
        try:
            boxes.append(parse_box(match[1].decode("ascii", "replace")))
        except ValueError:
            continue
    return tuple(boxes)


def _scan_tab(book: Book, tab: Tab, limits: Limits, show: Show | None) -> SheetScan:
    if tab.entry is None:
        raise Refused(f"The workbook lists a tab “{tab.title}” that it does not hold. Open it in Excel and save it.")
    index = index_sheet(book.archive.read(tab.entry), tab.entry.name)
    box = index.box()
    _refuse_wide(index, tab.title, box, limits)
    found = SheetScan(
        title=tab.title,
        part=tab.entry.name,
        visible=tab.visible,
        first_row=box[0],
        first_col=box[1],
        last_row=box[2],
        last_col=box[3],
        merged=merged_ranges(index),
        tables=book.tables(tab.entry),
        errors=tuple(_errors(index)),
        unsaved=tuple((int(index.cells.rows[i]), int(index.cells.cols[i])) for i in index.unsaved),
        pivots=book.pivots(tab.entry),
        arrays=index.arrays(),
        last_held_row=index.last_held_row(),
        unpatchable=index.fault,
        cells=index.cells,
        index=index.without_bytes(),
    )
    if show is not None:
        show(found, index)
    return found


def _refuse_wide(index: SheetIndex, title: str, box: Box, limits: Limits) -> None:
    """Native readers make a dense table from row 1 and the first column on: a stray cell costs gigabytes."""
    area = box[2] * (box[3] - box[1] + 1)
    if area <= limits.box_cells:
        return
    held = np.flatnonzero((index.cells.kinds & cell_kinds.KIND_MASK) != cell_kinds.BLANK)
    rows, cols = index.cells.rows[held], index.cells.cols[held]
    far = {int(held[rows.argmax()]), int(held[cols.argmax()])}
    names = " and ".join(sorted(address(int(index.cells.rows[i]), int(index.cells.cols[i])) for i in far))
    raise Refused(
        f"The tab “{title}” holds {len(held):,} values but reaches to row {box[2]:,} and column {box[3]:,}, "
        f"because of the cell at {names}. Delete the rows and columns beyond your data and save the workbook."
    )


def _errors(index: SheetIndex) -> list[tuple[int, int, str]]:
    cells = np.flatnonzero((index.cells.kinds & cell_kinds.KIND_MASK) == cell_kinds.ERROR)
    starts, ends = index.spans(cells)
    value = re.compile(rb"<" + index.prefix + rb"v(?:\s[^>]*)?>(.*?)</", re.DOTALL)
    found = []
    for cell, start, end in zip(cells.tolist(), starts.tolist(), ends.tolist(), strict=True):
        match = value.search(index.raw, start, end)
        text = plain(match[1], index.codec) if match else "#?"
        found.append((int(index.cells.rows[cell]), int(index.cells.cols[cell]), text))
    return found
