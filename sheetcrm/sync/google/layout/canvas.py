"""A sheet that is drawn cell by cell, dashboard or guide, and sent as one request."""

from __future__ import annotations

from typing import Any

from sheetcrm.address import parse_box, parse_cell
from sheetcrm.sync.google.layout.wire import Json, columns_of, extended, pixels, rows_of, span_of


class Canvas:
    """Cells by their address; what is put on a cell twice is merged."""

    def __init__(self, sheet: int) -> None:
        self.sheet = sheet
        self._cells: dict[tuple[int, int], Json] = {}
        self._others: list[Json] = []

    def put(self, address: str, value: Any = None, **look: Any) -> None:
        """A value (None: the cell stays as it is) and fields of its CellFormat."""
        cell = self._cells.setdefault(parse_cell(address), {})
        if value is not None:
            cell["userEnteredValue"] = extended(value)
        if look:
            old = cell.get("userEnteredFormat", {})
            borders = {**old.get("borders", {}), **look.pop("borders", {})}
            cell["userEnteredFormat"] = old | look | ({"borders": borders} if borders else {})

    def ground(self, box: str, **look: Any) -> None:
        """A look for every cell of a box, under what is put there."""
        top, left, bottom, right = parse_box(box)
        for row in range(top, bottom + 1):
            for col in range(left, right + 1):
                cell = self._cells.setdefault((row, col), {})
                cell["userEnteredFormat"] = look | cell.get("userEnteredFormat", {})

    def merge(self, box: str) -> None:
        """One cell out of a box."""
        self._others.append({"mergeCells": {"range": span_of(self.sheet, box), "mergeType": "MERGE_ALL"}})

    def widths(self, sizes: dict[int, int]) -> None:
        """Widths in pixels by column, from 1."""
        self._others += [pixels(columns_of(self.sheet, col - 1, col), size) for col, size in sizes.items()]

    def heights(self, sizes: dict[int, int]) -> None:
        """Heights in pixels by row, from 1."""
        self._others += [pixels(rows_of(self.sheet, row - 1, row), size) for row, size in sizes.items()]

    def requests(self) -> list[Json]:
        """All of it: first the cells in one block, then what lies over them."""
        bottom, right = (max(place[axis] for place in self._cells) for axis in (0, 1))
        rows = [
            {"values": [self._cells.get((row, col), {}) for col in range(1, right + 1)]} for row in range(1, bottom + 1)
        ]
        start = {"sheetId": self.sheet, "rowIndex": 0, "columnIndex": 0}
        cells = {"start": start, "rows": rows, "fields": "userEnteredValue,userEnteredFormat"}
        return [{"updateCells": cells}, *self._others]
