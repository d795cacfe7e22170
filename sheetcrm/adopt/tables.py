"""Where the tables of people's own tabs are: below titles, beside each other, with one or two header rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow.compute as pc

from sheetcrm.adopt.headers import is_known
from sheetcrm.adopt.old_table import OldColumn, OldTable, Skipped
from sheetcrm.cells import bools, clean
from sheetcrm.model import Bools, Ints
from sheetcrm.raw import RawSheet
from sheetcrm.words import normalise

HEADER_WITHIN = 30
"""Rows at the top of a table's place among which its header may stand."""

_LONGEST_LABEL = 60
_LABELS_SHARE = 0.7
_TOTAL = re.compile(r"(?i)^(grand |sub)?-?(total|totals|totales|suma|subtotal|итого|всего)\b[\s:]*")
_DATA = re.compile(r"[\d\s.,:/%€$£₽+()-]+")


def find_tables(sheet: RawSheet) -> list[OldTable]:
    """The tables of a tab, from the left and from the top; none where nothing looks like a header above rows."""
    if not sheet.columns or not sheet.rows:
        return []
    grid = _Grid(sheet)
    return list(_tables(grid, _Area(0, sheet.rows, 0, len(sheet.columns))))


@dataclass(frozen=True)
class _Area:
    """Part of a tab as positions: rows top … bottom − 1, columns left … right − 1."""

    top: int
    bottom: int
    left: int
    right: int


class _Grid:
    """The cells of a tab by position."""

    def __init__(self, sheet: RawSheet) -> None:
        self.sheet = sheet
        self.cells = [clean(cells) for cells in sheet.columns]
        self.filled: Bools = np.column_stack([bools(pc.is_valid(cells)) for cells in self.cells])

    @cached_property
    def text(self) -> Bools:
        """Which cells are text."""
        found = np.zeros_like(self.filled)
        for at in range(len(self.cells)):
            rows = np.asarray(self.sheet.text_rows(self.sheet.first_col + at), dtype=np.int64) - self.sheet.first_row
            found[rows[(rows >= 0) & (rows < len(found))], at] = True
        return found & self.filled

    def seen(self) -> Bools:
        """Which cells people see filled: also those below the first of merged ones."""
        found: Bools = self.filled.copy()
        for top, left, bottom, _ in self.sheet.merged:
            row, column = top - self.sheet.first_row, left - self.sheet.first_col
            if bottom > top and 0 <= row < len(found) and 0 <= column < found.shape[1] and found[row, column]:
                found[row : bottom - self.sheet.first_row + 1, column] = True
        return found

    def at(self, row: int, column: int) -> str:
        """The text of a cell; "" for blank."""
        return self.cells[column][row].as_py() or ""

    def labels(self, row: int, area: _Area) -> dict[int, str]:
        """The cells of a row that could be headers, by position: short texts that are no number, date or address."""
        found = {}
        for column in np.flatnonzero(self.text[row, area.left : area.right]) + area.left:
            text = self.at(row, int(column))
            if len(text) <= _LONGEST_LABEL and "@" not in text and not (_DATA.fullmatch(text) and len(text) > 1):
                found[int(column)] = text
        return found

    def count(self, row: int, area: _Area) -> int:
        return int(self.filled[row, area.left : area.right].sum())


def _tables(grid: _Grid, area: _Area) -> Iterator[OldTable]:
    """The tables of an area: its first header divides it into tables side by side, then what follows below."""
    head = _header(grid, area)
    if head is None:
        return
    runs = _runs(grid, head, area)
    if len(runs) > 1:
        for left, right in runs:
            yield from _tables(grid, _Area(area.top, area.bottom, left, right))
        return
    end = _next_header(grid, head, area)
    yield from _one_table(grid, head, _Area(area.top, end, area.left, area.right))
    if end < area.bottom:
        yield from _tables(grid, _Area(end, area.bottom, area.left, area.right))


def _header(grid: _Grid, area: _Area) -> int | None:
    """The row that looks most like a header: known words count most, then how many short texts it has."""
    best, best_score = None, 0.0
    for row in range(area.top, min(area.bottom, area.top + HEADER_WITHIN)):
        if grid.count(row, area) < 2:
            continue
        labels = grid.labels(row, area)
        if len(labels) < 2 or len(labels) < _LABELS_SHARE * grid.count(row, area):
            continue
        words = sum(is_known(normalise(text)) for text in labels.values())
        distinct = len({normalise(text) for text in labels.values()}) / len(labels)
        score = (2 * words + 0.2 * len(labels)) * distinct
        if (words or len(labels) >= 3) and score > best_score:
            best, best_score = row, score
    return best


def _runs(grid: _Grid, head: int, area: _Area) -> list[tuple[int, int]]:
    """The columns of tables that stand side by side, divided by blank columns: only where each has a header of its own.

    One table with an empty column in it stays one: its parts do not repeat a header and share the header row.
    """
    used = grid.filled[area.top : area.bottom, area.left : area.right].any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], used, [False]]).astype(np.int8))) + area.left
    runs = [(int(left), int(right)) for left, right in edges.reshape(-1, 2)]
    if len(runs) < 2:
        return runs
    labels = grid.labels(head, area)
    words = [{normalise(text) for at, text in labels.items() if left <= at < right} for left, right in runs]
    apart = any(not mine for mine in words) or sum(map(len, words)) > len(set().union(*words))
    return runs if apart else [(area.left, area.right)]


def _next_header(grid: _Grid, head: int, area: _Area) -> int:
    """Where the next table of the area begins: a header of other words below a blank row or a title."""
    own = {normalise(text) for text in grid.labels(head, area).values()}
    counts = grid.filled[area.top : area.bottom, area.left : area.right].sum(axis=1)
    lonely = np.flatnonzero(counts[:-1] <= 1) + area.top + 1
    for row in lonely[lonely > head + 1].tolist():
        labels = grid.labels(row, area) if counts[row - area.top] >= 2 else {}
        words = {normalise(text) for text in labels.values()}
        known = sum(is_known(word) for word in words)
        if known >= 2 and known >= 0.5 * counts[row - area.top] and words != own:
            start = int(row)
            while start - 1 > head + 1 and counts[start - 1 - area.top] == 1:
                start -= 1
            return start
    return area.bottom


def _one_table(grid: _Grid, head: int, area: _Area) -> Iterator[OldTable]:
    """The table under a header row, with a second header row above or below it where there is one."""
    columns, last = _columns(grid, head, area)
    rows, skipped = _records(grid, last, area, [column.col - grid.sheet.first_col for column in columns])
    filled = [column for column in columns if column.header or len(rows)]
    if filled and (len(rows) or sum(bool(column.header) for column in filled) >= 2):
        first = grid.sheet.first_row
        yield OldTable(grid.sheet, last + first, tuple(filled), rows + first, tuple(skipped))


def _columns(grid: _Grid, head: int, area: _Area) -> tuple[list[OldColumn], int]:
    """The columns with their headers, and the last row of the header."""
    upper, lower = head, head
    if head + 1 < area.bottom and _is_second(grid, head, head + 1, area):
        lower = head + 1
    elif head > area.top and _is_second(grid, head - 1, head, area):
        upper = head - 1
    below: Any = grid.filled[lower + 1 : area.bottom, area.left : area.right].any(axis=0)
    columns: list[OldColumn] = []
    group = ""
    for column in range(area.left, area.right):
        top = grid.at(upper, column) if upper != lower else ""
        own = grid.at(lower, column)
        if top or not own:
            group = top if own else ""
        header = own or top
        if header or below[column - area.left]:
            line = " ".join(header.split())
            columns.append(OldColumn(grid.sheet.first_col + column, line, " ".join(group.split())))
    return columns, lower


def _is_second(grid: _Grid, upper: int, lower: int, area: _Area) -> bool:
    """Whether two rows are one header: the lower one names columns where the upper is blank or spans several."""
    above, below = grid.labels(upper, area), grid.labels(lower, area)
    if len(above) < 2 or len(below) < 2 or len(above) < grid.count(upper, area) or len(below) < grid.count(lower, area):
        return False
    named = sum(is_known(normalise(text)) for text in below.values())
    return named >= 2 and any(column not in above for column in below)


def _records(grid: _Grid, head: int, area: _Area, columns: list[int]) -> tuple[Ints, list[Skipped]]:
    """The rows that are records, and those that are not: sums, repeated headers, banners, footnotes."""
    start = head + 1
    filled: Any = grid.seen()[start : area.bottom][:, columns]
    counts: Any = filled.sum(axis=1)
    if not len(counts) or not counts.any():
        return np.zeros(0, dtype=np.int64), []
    usual = float(np.median(counts[counts > 0]))
    last_full = int(np.flatnonzero(counts >= min(2, counts.max()))[-1])
    suspects = _suspects(grid, head, start, area, columns, counts)
    keep: Any = counts > 0
    skipped = []
    for at in suspects:
        why = _why_no_record(grid, head, start + at, columns, int(counts[at]), usual, at > last_full)
        if why:
            keep[at] = False
            texts = (grid.at(start + at, column) for column in columns)
            skipped.append(Skipped(start + at + grid.sheet.first_row, " · ".join(t for t in texts if t), why))
    return np.flatnonzero(keep).astype(np.int64) + start, skipped


def _suspects(grid: _Grid, head: int, start: int, area: _Area, columns: list[int], counts: Any) -> list[int]:
    """Positions of rows worth a closer look: with a single cell, a word for a sum, or a cell that repeats a header."""
    found = (counts == 1) & (len(columns) >= 3)
    for column in columns:
        cells = grid.cells[column].slice(start, area.bottom - start)
        found |= bools(pc.match_substring_regex(cells, r"(?i)^(grand |sub)?-?(total|suma|subtotal|итого|всего)"))
        own = grid.at(head, column)
        if own:
            found |= bools(pc.equal(cells, own))
    for table in grid.sheet.tables:
        sums = range(table.ref[2] - table.totals_rows + 1, table.ref[2] + 1)
        places = [row - grid.sheet.first_row - start for row in sums]
        found[[place for place in places if 0 <= place < len(found)]] = True
    return [int(at) for at in np.flatnonzero(found & (counts > 0))]


def _why_no_record(grid: _Grid, head: int, row: int, columns: list[int], count: int, usual: float, at_end: bool) -> str:
    """Why a row is no record; "" when it is one after all."""
    sheet_row = row + grid.sheet.first_row
    texts = {column: grid.at(row, column) for column in columns if grid.filled[row, column]}
    for table in grid.sheet.tables:
        if table.ref[2] - table.totals_rows < sheet_row <= table.ref[2]:
            return "a row of totals"
    if any(_TOTAL.match(text) for text in texts.values()) and count <= max(2.0, 0.6 * usual):
        return "a row of totals"
    repeated = sum(text == grid.at(head, column) for column, text in texts.items())
    if repeated >= 2 and repeated >= 0.8 * count:
        return "the header once more"
    if count == 1 and texts and len(columns) >= 3:
        column = next(iter(texts)) + grid.sheet.first_col
        wide = any(box[0] <= sheet_row <= box[2] and box[1] <= column < box[3] for box in grid.sheet.merged)
        if wide:
            return "a title"
        if at_end:
            return "a remark below the table"
    return ""
