"""One place for a workbook per backend: how it is made, and what stands in it afterwards."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl

from sheetcrm.sync.backend import Backend
from sheetcrm.sync.excel.backend import ExcelBackend
from sheetcrm.sync.memory import MemoryBackend
from tests.google.desk import Desk
from tests.sheets_server import SheetsServer

Grid = list[list[Any]]
EPOCH = datetime(1899, 12, 30)


class Place(ABC):
    """Where a test's workbook lives."""

    @abstractmethod
    def put(self, tabs: dict[str, Grid]) -> Backend:
        """Make the workbook of these tabs, anew; give a runner's backend for it."""

    @abstractmethod
    def values(self, tab: str) -> Grid:
        """The cells of a tab; blank ones are None."""

    @abstractmethod
    def type(self, tab: str, row: int, column: int, value: Any) -> None:
        """A person changes a cell."""

    def close(self) -> None:  # noqa: B027 - most have nothing to close
        """End what was started for the test."""


class InMemory(Place):
    def put(self, tabs: dict[str, Grid]) -> Backend:
        self.backend = MemoryBackend({title: [list(row) for row in rows] for title, rows in tabs.items()})
        return self.backend

    def values(self, tab: str) -> Grid:
        return self.backend.tabs[tab]

    def type(self, tab: str, row: int, column: int, value: Any) -> None:
        cells = self.backend.tabs[tab][row - 1]
        cells.extend([None] * (column - len(cells)))
        cells[column - 1] = value


class OnExcel(Place):
    def __init__(self, folder: Path) -> None:
        self.path = folder / "book.xlsx"
        self.folder = folder

    def put(self, tabs: dict[str, Grid]) -> Backend:
        from sheetcrm.config import defaults

        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in tabs.items():
            sheet = book.create_sheet(title)
            for row, values in enumerate(rows, start=1):
                for column, value in enumerate(values, start=1):
                    if value is not None and value != "":
                        cell = sheet.cell(row, column, value)
                        cell.data_type = "s" if isinstance(value, str) else cell.data_type
        book.save(self.path)
        return ExcelBackend(self.path, defaults().excel, self.folder / "backups")

    def values(self, tab: str) -> Grid:
        return [list(row) for row in openpyxl.load_workbook(self.path)[tab].iter_rows(values_only=True)]

    def type(self, tab: str, row: int, column: int, value: Any) -> None:
        book = openpyxl.load_workbook(self.path)
        book[tab].cell(row, column).value = value
        book.save(self.path)


class OnGoogle(Place):
    def __init__(self, folder: Path) -> None:
        self.server = SheetsServer()
        self.desk = Desk(self.server, folder)

    def put(self, tabs: dict[str, Grid]) -> Backend:
        raw = {title: [[serial(value) for value in row] for row in rows] for title, rows in tabs.items()}
        self.desk.file_id = self.server.create(tabs=raw)
        return self.desk.backend()

    def values(self, tab: str) -> Grid:
        return self.desk.values(tab)

    def type(self, tab: str, row: int, column: int, value: Any) -> None:
        from sheetcrm.address import address

        self.server.people(self.desk.file_id).type(tab, address(row, column), value)

    def close(self) -> None:
        self.server.close()
        assert self.server.findings == []
        assert self.server.app.failures == []


def serial(value: Any) -> Any:
    """A date as the serial number that both programs keep."""
    if isinstance(value, datetime):
        days = (value - EPOCH) / timedelta(days=1)
        return int(days) if days.is_integer() else days
    if isinstance(value, date):
        return (value - EPOCH.date()).days
    return value


def shown(rows: Grid) -> Grid:
    """Rows without trailing blanks, dates as serial numbers: the same for every backend."""
    plain = [[None if cell == "" else serial(cell) for cell in row] for row in rows]
    for row in plain:
        while row and row[-1] is None:
            row.pop()
    while plain and not plain[-1]:
        plain.pop()
    return plain


PLACES = {"memory": lambda _: InMemory(), "excel": OnExcel, "google": OnGoogle}
"""Backend → how to make a place for it in a folder. A new backend joins the suite here."""
