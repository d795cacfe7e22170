"""What can't be written in a workbook is said, and stops nothing else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.table import Table as ExcelTable

from tests.cli.conftest import call
from tests.run import small_book

DAY = date(2026, 11, 23)


def _made(folder: Path) -> tuple[Path, list[str]]:
    book = small_book.make(folder, DAY)
    places = ["--config", str(folder / "config.yaml"), "--state", str(folder / "state"), "--as-of", DAY.isoformat()]
    return book, places


def _headers(sheet: openpyxl.worksheet.worksheet.Worksheet) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[1]}


@pytest.mark.proof
def test_a_formula_in_the_runners_column_is_kept_and_reported(tmp_path: Path) -> None:
    book, places = _made(tmp_path)
    opened = openpyxl.load_workbook(book)
    column = _headers(opened["Contracts"])["Days to expiry"]
    opened["Contracts"].cell(5, column).value = "=1+1"
    opened["Contracts"].merge_cells(start_row=8, end_row=9, start_column=column, end_column=column)
    opened.save(book)
    problems = call("plan", "--json", *places).json["problems"]
    letter = opened["Contracts"].cell(5, column).column_letter
    blocked = {problem["cell"] for problem in problems if "robot fills this cell" in problem["problem"]}
    assert blocked == {f"{letter}5", f"{letter}9"}
    assert call("run", *places).code == 3
    after = openpyxl.load_workbook(book)["Contracts"]
    assert after.cell(5, column).value == "=1+1"
    assert isinstance(after.cell(6, column).value, int)
    assert call("run", "--json", *places).json["state"] == "unchanged"


def _ids(book: Path) -> list[str]:
    """What stands in the first column of the tasks."""
    tasks = openpyxl.load_workbook(book, read_only=True)["Tasks"]
    return [str(row[0]) for row in tasks.iter_rows(values_only=True) if row and row[0]]


@pytest.mark.proof
def test_rows_wait_while_a_totals_row_stands_below_the_data_and_come_afterwards(tmp_path: Path) -> None:
    book, places = _made(tmp_path)
    opened = openpyxl.load_workbook(book)
    tasks = opened["Tasks"]
    tasks.auto_filter.ref = None
    last = tasks.max_row
    while not tasks.cell(last, 1).value:
        last -= 1
    table = ExcelTable(displayName="Mine", ref=f"A1:M{last + 1}", totalsRowCount=1)
    tasks.add_table(table)
    opened.save(book)
    before = _ids(book)
    first = call("run", "--json", *places)
    assert first.code == 3, first.err + first.out
    assert _ids(book) == before
    assert first.json["letters"]["sent"] > 0
    assert any("totals row" in problem["problem"] for problem in call("plan", "--json", *places).json["problems"])
    opened = openpyxl.load_workbook(book)
    del opened["Tasks"].tables["Mine"]
    opened.save(book)
    again = call("run", "--json", *places)
    assert len(_ids(book)) > len(before)
    assert again.json["letters"]["sent"] == 0
    assert call("run", "--json", *places).json["state"] == "unchanged"
