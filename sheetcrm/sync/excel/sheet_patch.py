"""One sheet: check what is expected to stand there, write, and let its own ranges follow."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from sheetcrm.address import Box, address
from sheetcrm.sync.excel import cell_kinds, grow
from sheetcrm.sync.excel.book import Book, Tab
from sheetcrm.sync.excel.edits import ReplaceBelow, SheetEdit
from sheetcrm.sync.excel.markup import Bytes
from sheetcrm.sync.excel.obstacles import Obstacles
from sheetcrm.sync.excel.refused import Refused
from sheetcrm.sync.excel.scan import merged_ranges
from sheetcrm.sync.excel.sheet import SheetIndex, index_sheet
from sheetcrm.sync.excel.tables import TableScan
from sheetcrm.sync.excel.texts import SharedStrings
from sheetcrm.sync.excel.verify import BrokenPatchError, parses, verify_sheet
from sheetcrm.sync.excel.write import Block, SheetWriter, Written
from sheetcrm.sync.excel.zip import pack
from sheetcrm.sync.excel.zip_directory import Entry, Packed


@dataclass(frozen=True)
class PatchedSheet:
    """`packed` is None when no byte changes. `tables` grew to the ranges in `grown` (by part)."""

    packed: Packed | None
    written: Written
    appended: tuple[int, ...]
    tables: tuple[TableScan, ...]
    grown: dict[str, Box]
    filtered: tuple[Box, Box] | None
    has_formulas: bool


def patch_sheet(
    book: Book, tab: Tab, edit: SheetEdit, strings: SharedStrings, index: SheetIndex | None = None
) -> PatchedSheet:
    """Patch one tab and verify the result. `index` is the tab's own, if a scan has made it. Raises Refused."""
    if tab.entry is None:
        raise ValueError(tab.title)
    raw = book.archive.read(tab.entry)
    built = _build(book, tab, tab.entry, edit, strings, index.over(raw) if index else index_sheet(raw, tab.entry.name))
    del raw, index
    if built.body is None:
        return PatchedSheet(None, built.written, (), (), {}, None, False)
    # By now the old part and its index are gone from memory: on a large sheet they are half a gigabyte.
    return PatchedSheet(
        pack(built.body),
        built.written,
        built.appended,
        built.tables,
        built.grown,
        built.filtered,
        built.has_formulas,
    )


def _refuse_malformed(body: Bytes, title: str) -> None:
    """A sheet that was no XML before is none afterwards: that is the file's fault, and is said to its owner."""
    try:
        parses(body, title)
    except BrokenPatchError as error:
        raise Refused(
            f"The tab “{title}” is damaged (its XML is not well-formed). "
            "Open the workbook in Excel or LibreOffice, save it again and retry."
        ) from error


@dataclass(frozen=True)
class _Built:
    body: Bytes | None
    written: Written
    appended: tuple[int, ...] = ()
    tables: tuple[TableScan, ...] = ()
    grown: dict[str, Box] = field(default_factory=dict)
    filtered: tuple[Box, Box] | None = None
    has_formulas: bool = False


def _build(book: Book, tab: Tab, entry: Entry, edit: SheetEdit, strings: SharedStrings, index: SheetIndex) -> _Built:
    if index.fault:
        raise Refused(f"The tab “{tab.title}” can't be patched: {index.fault}. Open it in Excel and save it.")
    tables = book.tables(entry)
    obstacles = Obstacles(merged_ranges(index), tables, book.pivots(entry), index.arrays())
    writer = SheetWriter(index, tab.title, strings, book.date1904, obstacles)
    _check_expected(writer, edit)
    last_row = index.last_held_row()
    cols = {col for row in edit.appended for col in row}
    if edit.appended:
        reason = grow.why_not_append(tables, last_row, len(edit.appended), cols)
        if reason:
            raise Refused(f"No rows can be added to the tab “{tab.title}”: {reason}.")
        grown = grow.grown_tables(tables, last_row, len(edit.appended), cols)
        writer.obstacles = _without_grown(obstacles, grown)
    else:
        grown = {}
    writer.write(_blocks(index, edit, last_row))
    _check_shared_formulas(writer)
    written = writer.written
    if not len(writer.splice):
        return _Built(None, written)
    new_last = last_row + len(edit.appended)
    filtered = grow.grow_filter(index, writer.splice, last_row, new_last) if edit.appended else None
    if written.rows:
        grow.grow_dimension(index, writer.splice, _box_of(written))
    pieces = writer.splice.pieces()
    body = writer.splice.join(pieces)
    try:
        verify_sheet(index, pieces, body, written)
    except BrokenPatchError:
        _refuse_malformed(index.raw, tab.title)
        raise
    return _Built(
        body,
        written,
        tuple(range(last_row + 1, new_last + 1)),
        tuple(table for table in tables if table.part in grown),
        grown,
        filtered,
        written.formulas_new or bool((index.cells.kinds & cell_kinds.FORMULA).any()),
    )


def _blocks(index: SheetIndex, edit: SheetEdit, last_row: int) -> list[Block]:
    if edit.replace_below is not None:
        if edit.columns or edit.appended:
            raise ValueError("replace_below stands alone: give no columns and no appended rows with it")
        return _owned_blocks(index, edit.replace_below)
    blocks = []
    for col, column in edit.columns.items():
        rows = np.asarray(column.rows, np.int64)
        blocks.append(Block(col, rows, column.values))
    for col in sorted({col for row in edit.appended for col in row}):
        placed = [(last_row + n, row[col]) for n, row in enumerate(edit.appended, 1) if col in row]
        rows = np.array([row for row, _ in placed], np.int64)
        blocks.append(Block(col, rows, [value for _, value in placed], like_row=last_row or None))
    return sorted(blocks, key=lambda block: (block.col, block.rows[0] if len(block.rows) else 0))


def _owned_blocks(index: SheetIndex, content: ReplaceBelow) -> list[Block]:
    """Everything below the header as columns: the new rows, and blanks for every old cell that gets no value."""
    first = content.header_row + 1
    below = index.cells.rows >= first
    old_cols, old_rows = index.cells.cols[below], index.cells.rows[below]
    width = max((len(row) for row in content.rows), default=0)
    blocks = []
    for col in sorted({*range(1, width + 1), *np.unique(old_cols).tolist()}):
        values: dict[int, Any] = dict.fromkeys(old_rows[old_cols == col].tolist())
        for number, row in enumerate(content.rows, first):
            if len(row) >= col:
                values[number] = row[col - 1]
        rows = sorted(values)
        blocks.append(Block(col, np.array(rows, np.int64), [values[row] for row in rows], owned=True))
    return blocks


def _check_expected(writer: SheetWriter, edit: SheetEdit) -> None:
    """Headers and ids must stand where the caller believes, else the rows or columns have moved."""
    for (row, col), text in edit.expect.items():
        found = _texts(writer, col, [row])[0]
        if _squeezed(found) != _squeezed(text):
            raise Refused(
                f"{writer.title}!{address(row, col)} holds “{found or ''}” where “{text}” was read. "
                "Rows or columns have moved; nothing was written. Run again."
            )
    if edit.expect_ids is None:
        return
    col, rows, ids = edit.expect_ids
    there = _texts(writer, col, rows)
    if there == list(ids):
        return
    for row, found, text in zip(rows, there, ids, strict=True):
        if found == text:
            continue
        if _squeezed(found) != _squeezed(text) and not _same_number(found, text):
            raise Refused(
                f"{writer.title}!{address(int(row), col)} holds “{found or ''}” where the id “{text}” was read. "
                "Rows have moved; nothing was written. Run again."
            )


def _texts(writer: SheetWriter, col: int, rows: Any) -> list[str | None]:
    _, _, place, has_cell = writer.find(col, np.asarray(rows, np.int64))
    found: list[str | None] = [None] * len(has_cell)
    there = np.flatnonzero(has_cell)
    texts = writer.reader.column(place[there])
    if len(texts) == len(found):
        return texts
    for i, text in zip(there.tolist(), texts, strict=True):
        found[i] = text
    return found


def _squeezed(text: str | None) -> str:
    return " ".join((text or "").split())


def _same_number(found: str | None, text: str) -> bool:
    try:
        return found is not None and float(found) == float(text)
    except ValueError:
        return False


def _check_shared_formulas(writer: SheetWriter) -> None:
    """A shared formula's first cell carries its text for the others: it must not go while they stay."""
    gone = set(writer.written.formulas_gone)
    if not gone:
        return
    cells = writer.index.cells
    members: dict[str, list[tuple[tuple[int, int], bool]]] = {}
    for tag in writer.index.formulas:
        if tag.kind == "shared":
            at = (int(cells.rows[tag.cell]), int(cells.cols[tag.cell]))
            members.setdefault(tag.group, []).append((at, tag.ref is not None))
    for group in members.values():
        masters = [at for at, is_master in group if is_master]
        if any(master in gone for master in masters) and any(at not in gone for at, _ in group):
            raise Refused(
                f"{writer.title}!{address(*masters[0])} holds a formula that other cells share. "
                "Type that formula into each of them, or delete it."
            )


def _without_grown(obstacles: Obstacles, grown: dict[str, Box]) -> Obstacles:
    tables = tuple(replace(t, ref=grown[t.part]) if t.part in grown else t for t in obstacles.tables)
    return replace(obstacles, tables=tables)


def _box_of(written: Written) -> Box:
    rows = [(int(block.min()), int(block.max())) for block in written.rows]
    return min(r[0] for r in rows), min(written.cols), max(r[1] for r in rows), max(written.cols)
