"""Ranges that follow the data: the sheet's dimension, its filter, and tables that get new rows."""

import re
from collections.abc import Collection, Sequence

from sheetcrm.address import Box, box_text, letters, parse_box
from sheetcrm.sync.excel import markup
from sheetcrm.sync.excel.markup import Bytes
from sheetcrm.sync.excel.sheet import SheetIndex
from sheetcrm.sync.excel.splice import Splice
from sheetcrm.sync.excel.tables import TableScan


def why_not_append(tables: Sequence[TableScan], last_row: int, count: int, cols: Collection[int]) -> str | None:
    """Why no rows can be added below `last_row`, the tab's last row that holds anything; None when they can.

    Only tables that the new rows' columns touch matter.
    """
    for table in _touched(tables, cols):
        top, _, bottom, _ = table.ref
        if table.totals_rows:
            return f"the table {table.name} ends in a totals row. Switch the totals row off, or add the rows in Excel"
        if top > last_row:
            return f"the table {table.name} stands below the data. Move it"
        if bottom < last_row:
            return f"there is something below the table {table.name}. Move it, so that the table can grow"
        if bottom == top and table.header_rows and count > 1 and bottom > last_row:
            return f"the table {table.name} has no rows yet. Type its first row in Excel"
    return None


def grown_tables(tables: Sequence[TableScan], last_row: int, count: int, cols: Collection[int]) -> dict[str, Box]:
    """Part → new range, for tables that must grow to hold the rows down to last_row + count."""
    new_last = last_row + count
    return {
        table.part: (table.ref[0], table.ref[1], new_last, table.ref[3])
        for table in _touched(tables, cols)
        if table.ref[2] < new_last
    }


def resized_table(raw: Bytes, old: Box, new: Box) -> Bytes:
    """A table part with its range, and the range of its filter, moved from `old` to `new`."""
    shade = markup.shadow(raw)
    splice = Splice(raw)
    for name in (rb"table", rb"autoFilter"):
        for match in re.finditer(rb"<(?:[\w.-]+:)?" + name + rb"\s[^>]*>", shade):
            tag = bytes(raw[match.start() : match.end()])
            ref = _box(markup.attributes(tag).get(b"ref", b""))
            if ref is not None and ref[:2] == old[:2] and ref[2] == old[2]:
                grown = box_text((ref[0], ref[1], new[2], ref[3])).encode()
                splice.put(match.start(), match.end(), markup.with_attribute(tag, b"ref", grown))
    return splice.join()


def grow_dimension(index: SheetIndex, splice: Splice, box: Box) -> None:
    """Widen `<dimension>` to hold the box of new cells."""
    match = re.search(rb"<" + re.escape(index.prefix) + rb"dimension\s[^>]*>", index.shadow[: index.start])
    if match is None:
        return
    tag = bytes(index.raw[match.start() : match.end()])
    old = _box(markup.attributes(tag).get(b"ref", b""))
    if old is None:
        return
    new = (min(old[0], box[0]), min(old[1], box[1]), max(old[2], box[2]), max(old[3], box[3]))
    if new != old:
        splice.put(match.start(), match.end(), markup.with_attribute(tag, b"ref", box_text(new).encode()))


def grow_filter(index: SheetIndex, splice: Splice, last_row: int, new_last: int) -> tuple[Box, Box] | None:
    """Let the sheet's filter reach the appended rows. Returns (old range, new range) when it had to grow."""
    match = re.search(rb"<" + re.escape(index.prefix) + rb"autoFilter\s[^>]*>", index.shadow[index.end :])
    if match is None:
        return None
    start, end = match.start() + index.end, match.end() + index.end
    if b"customSheetViews" in index.shadow[index.end : start]:
        return None  # that filter belongs to a saved view
    tag = bytes(index.raw[start:end])
    old = _box(markup.attributes(tag).get(b"ref", b""))
    if old is None or not last_row <= old[2] < new_last:
        return None
    new = (old[0], old[1], new_last, old[3])
    splice.put(start, end, markup.with_attribute(tag, b"ref", box_text(new).encode()))
    return old, new


def grow_filter_name(raw: Bytes, sheet_number: int, old: Box, new: Box) -> Bytes:
    """The workbook part with the hidden name that repeats a sheet's filter range, moved as the filter was."""
    shade = markup.shadow(raw)
    splice = Splice(raw)
    for match in re.finditer(rb"<(?:[\w.-]+:)?definedName\s[^>]*>([^<]*)<", shade):
        found = markup.attributes(match[0][: match.start(1) - match.start()])
        same = found.get(b"localSheetId") == str(sheet_number).encode()
        if found.get(b"name") == b"_xlnm._FilterDatabase" and same and match[1].endswith(_absolute(old)):
            splice.put(match.end(1) - len(_absolute(old)), match.end(1), _absolute(new))
    return splice.join()


def _absolute(box: Box) -> bytes:
    return f"!${letters(box[1])}${box[0]}:${letters(box[3])}${box[2]}".encode()


def _touched(tables: Sequence[TableScan], cols: Collection[int]) -> list[TableScan]:
    return [table for table in tables if any(table.ref[1] <= col <= table.ref[3] for col in cols)]


def _box(ref: bytes) -> Box | None:
    try:
        return parse_box(ref.decode("ascii", "replace"))
    except ValueError:
        return None
