"""The style a new cell takes: its row's, else its column's, as Excel gives it to a cell that is typed into."""

import re
from functools import cached_property

from sheetcrm.sync.excel import markup
from sheetcrm.sync.excel.sheet import SheetIndex


class NewCellStyles:
    """Style attributes (` s="3"`, or "" for the default) for cells that do not exist yet."""

    def __init__(self, index: SheetIndex) -> None:
        self._index = index
        self._columns = _column_styles(index)

    @cached_property
    def rows_styled(self) -> bool:
        """Whether any row has a style of its own; asked only when cells are added, as it takes a look at everything."""
        index = self._index
        return not index.rows.bare and index.shadow.find(b"customFormat", index.start, index.end) >= 0

    def of_column(self, col: int) -> str:
        """For a cell in a row without a style of its own."""
        for first, last, style in self._columns:
            if first <= col <= last:
                return style
        return ""

    def of_row(self, row: int) -> str | None:
        """For a cell in this row (index of the row, not its number); None when the column decides."""
        if not self.rows_styled:
            return None
        found = markup.attributes(row_tag(self._index, row))
        if found.get(b"customFormat", b"0") in (b"1", b"true") and found.get(b"s", b"").isdigit():
            return _attribute(found[b"s"])
        return None


def row_tag(index: SheetIndex, row: int) -> bytes:
    """The start tag of a row (index of the row, not its number)."""
    start = int(index.rows.start[row])
    return bytes(index.raw[start : index.shadow.find(b">", start) + 1])


def style_of(head: bytes) -> str:
    """The style attribute of a cell's start tag."""
    style = markup.attributes(head + b">").get(b"s", b"")
    return _attribute(style) if style.isdigit() else ""


def _attribute(style: bytes) -> str:
    return "" if style == b"0" else f' s="{style.decode()}"'


def _column_styles(index: SheetIndex) -> list[tuple[int, int, str]]:
    found = []
    for match in re.finditer(rb"<" + re.escape(index.prefix) + rb"col\s[^>]*>", index.shadow[: index.start]):
        col = markup.attributes(match[0])
        style, first, last = col.get(b"style", b"0"), col.get(b"min", b""), col.get(b"max", b"")
        if style.isdigit() and first.isdigit() and last.isdigit():
            found.append((int(first), int(last), _attribute(style)))
    return found
