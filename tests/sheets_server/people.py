"""People at the sheet: edits that go straight into a spreadsheet, as if typed between two calls of a program.

Rows and columns are counted as people see them: row 1 is the first, a column is its letter or its header in row 1.
"""

from dataclasses import replace
from typing import Any

from . import requests_sheets, structure
from .book import Book
from .formats import shown
from .ranges import Area, column_index, parse_cells
from .sheet import Sheet
from .sorting import sort_rows
from .values_write import put_typed


class _Batch:
    """What a request handler needs to know, for edits that a person makes through one."""

    def __init__(self, book: Book, *, copies_metadata: bool = True) -> None:
        self.book, self.who, self.where, self.copies_metadata = book, None, "person", copies_metadata


class People:
    """Edits of one spreadsheet."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def column(self, tab: str, column: str) -> int:
        """The position of a column named by its header in row 1, else by its letters."""
        sheet = self.book.tab(tab)
        first = sheet.grid.row(0)
        for c, value in enumerate(first.values if first is not None else []):
            if value == column:
                return c
        if column.isascii() and column.isalpha() and len(column) <= 3:
            return column_index(column)
        raise LookupError(f"no column {column!r} in {tab!r}")

    def header(self, tab: str) -> list[str]:
        """The texts of row 1."""
        row = self.book.tab(tab).grid.row(0)
        return [shown(v, None, self.book.locale) for v in (row.values if row is not None else [])]

    def rows(self, tab: str) -> list[list[Any]]:
        """All values of a tab, row by row, trailing blanks left out; formulas are computed."""
        with self.book.lock:
            self.book.settle()
            sheet = self.book.tab(tab)
            block = sheet.grid.block(0, sheet.rows, 0, sheet.columns)
            return [["" if v is None else v for v in row] for row in block]

    def value(self, tab: str, cell: str) -> Any:
        """One cell's value."""
        with self.book.lock:
            self.book.settle()
            sheet, r, c = self._place(tab, cell)
            return sheet.grid.value(r, c)

    def _place(self, tab: str, cell: str) -> tuple[Sheet, int, int]:
        sheet = self.book.tab(tab)
        area = parse_cells(cell, sheet.id)
        if area is None or area.top is None or area.left is None:
            raise ValueError(f"{cell!r} is no cell")
        return sheet, area.top, area.left

    def type(self, tab: str, cell: str, text: Any) -> None:
        """Types into a cell; the grid grows when it must."""
        with self.book.lock:
            sheet, r, c = self._place(tab, cell)
            if r >= sheet.rows or c >= sheet.columns:
                sheet.resize(max(sheet.rows, r + 1), max(sheet.columns, c + 1))
            put_typed(self.book, sheet, r, c, text)
            self.book.touch()

    def clear(self, tab: str, cell: str) -> None:
        """Empties a cell."""
        with self.book.lock:
            sheet, r, c = self._place(tab, cell)
            sheet.grid.put(r, c, None)
            self.book.touch()

    def note(self, tab: str, cell: str, text: str) -> None:
        """Writes a note."""
        with self.book.lock:
            sheet, r, c = self._place(tab, cell)
            sheet.grid.put_extra(r, c, replace(sheet.grid.extra(r, c), note=text or None))
            self.book.touch()

    def insert_row(self, tab: str, row: int, values: list[Any] | None = None) -> None:
        """Inserts a row so that it becomes row ``row``, and types ``values`` into it."""
        with self.book.lock:
            sheet = self.book.tab(tab)
            structure.insert(self.book, sheet, "ROWS", row - 1, 1, inherit_before=row > 2)
            for c, value in enumerate(values or []):
                if value is not None and value != "":
                    put_typed(self.book, sheet, row - 1, c, value)
            self.book.touch()

    def delete_row(self, tab: str, row: int) -> None:
        """Deletes a row."""
        with self.book.lock:
            structure.delete(self.book, self.book.tab(tab), "ROWS", row - 1, row)
            self.book.touch()

    def move_row(self, tab: str, row: int, to: int) -> None:
        """Drags a row so that it becomes row ``to``."""
        with self.book.lock:
            before = to if to > row else to - 1
            structure.move(self.book, self.book.tab(tab), "ROWS", row - 1, row, before)
            self.book.touch()

    def sort(self, tab: str, column: str, *, descending: bool = False, header_rows: int = 1) -> None:
        """Sorts all rows below the header by a column."""
        with self.book.lock:
            self.book.settle()
            sheet = self.book.tab(tab)
            sort_rows(sheet, Area(sheet.id, top=header_rows), [(self.column(tab, column), descending)])
            self.book.touch()

    def rename_column(self, tab: str, column: str, header: str) -> None:
        """Types another header over one."""
        with self.book.lock:
            sheet = self.book.tab(tab)
            sheet.grid.put(0, self.column(tab, column), header)
            self.book.touch()

    def insert_column(self, tab: str, before: str, header: str = "") -> None:
        """Inserts a column before another."""
        with self.book.lock:
            sheet, at = self.book.tab(tab), self.column(tab, before)
            structure.insert(self.book, sheet, "COLUMNS", at, 1, inherit_before=at > 0)
            sheet.grid.put(0, at, header or None)
            self.book.touch()

    def delete_column(self, tab: str, column: str) -> None:
        """Deletes a column."""
        with self.book.lock:
            at = self.column(tab, column)
            structure.delete(self.book, self.book.tab(tab), "COLUMNS", at, at + 1)
            self.book.touch()

    def move_column(self, tab: str, column: str, before: str) -> None:
        """Drags a column before another."""
        with self.book.lock:
            start = self.column(tab, column)
            structure.move(self.book, self.book.tab(tab), "COLUMNS", start, start + 1, self.column(tab, before))
            self.book.touch()

    def rename_tab(self, tab: str, title: str) -> None:
        """Renames a tab."""
        self._change_tab(tab, {"title": title}, "title")

    def add_tab(self, title: str) -> None:
        """Adds an empty tab at the end."""
        with self.book.lock:
            requests_sheets.add_sheet(_Batch(self.book), {"properties": {"title": title}})
            self.book.touch()

    def delete_tab(self, tab: str) -> None:
        """Deletes a tab."""
        with self.book.lock:
            requests_sheets.delete_sheet(_Batch(self.book), {"sheetId": self.book.tab(tab).id})
            self.book.touch()

    def duplicate_tab(self, tab: str, *, copies_metadata: bool = True) -> str:
        """Duplicates a tab, its metadata too unless told otherwise; returns the copy's title."""
        with self.book.lock:
            batch = _Batch(self.book, copies_metadata=copies_metadata)
            reply = requests_sheets.duplicate_sheet(batch, {"sourceSheetId": self.book.tab(tab).id})
            self.book.touch()
            return str(reply["properties"]["title"])

    def move_tab(self, tab: str, index: int) -> None:
        """Drags a tab before the one at ``index`` (from 0)."""
        self._change_tab(tab, {"index": index}, "index")

    def protect(self, tab: str, column: str | None = None, editors: list[str] | None = None) -> int:
        """Locks a column, or the tab, for all but the owner and ``editors``; returns the protection's id."""
        with self.book.lock:
            sheet = self.book.tab(tab)
            at = None if column is None else self.column(tab, column)
            area = Area(sheet.id) if at is None else Area(sheet.id, left=at, right=at + 1)
            protected_id = self.book.new_id()
            locked = {"protectedRangeId": protected_id, "range": area.json(), "editors": {"users": editors or []}}
            sheet.parts["protectedRanges"] = [*sheet.parts["protectedRanges"], locked]
            return protected_id

    def _change_tab(self, tab: str, properties: dict[str, Any], fields: str) -> None:
        with self.book.lock:
            wanted = {"sheetId": self.book.tab(tab).id, **properties}
            requests_sheets.update_sheet_properties(_Batch(self.book), {"properties": wanted, "fields": fields})
            self.book.touch()
