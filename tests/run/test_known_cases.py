"""A workbook of ``init``, filled in another program, gets exactly the values that domain 4 gives: worked out by hand."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine

from sheetcrm.schema import TABS, Type
from sheetcrm.words import words_of
from tests.cli.conftest import call
from tests.run import known_book
from tests.tables import grid

Reader = Callable[[Path, str], list[list[Any]]]


def _fill(book: Path) -> None:
    """Type the tables into the template, below its headers, as a person with openpyxl would."""
    opened = openpyxl.load_workbook(book)
    words = words_of("en")
    for tab, text in known_book.BOOK.items():
        sheet = opened[words.tab(tab)]
        places = {cell.value: cell.column for cell in sheet[1]}
        keys, *rows = grid(text)
        for cell in sheet[2]:  # the example is typed over
            cell.value = None
        for number, row in enumerate(rows, start=2):
            for key, value in zip(keys, row, strict=True):
                if value is not None:
                    cell = sheet.cell(number, places[words.header(tab, str(key))], value)
                    if isinstance(value, str):
                        cell.data_type = "s"
    opened.save(book)


def _through_libreoffice(book: Path) -> None:
    """Save the workbook as .ods and that as .xlsx again."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("no LibreOffice (soffice) on this machine")
    folder = book.parent / "office"
    profile = f"-env:UserInstallation=file://{folder.absolute()}/profile"
    for source, kind in ((book, "ods"), (folder / "crm.ods", "xlsx")):
        command = [soffice, "--headless", profile, "--convert-to", kind, "--outdir", str(folder), str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
    shutil.copy(folder / "crm.xlsx", book)


def _run(folder: Path, day: str, *, office: bool = False) -> Path:
    book = folder / "crm.xlsx"
    answer = call("init", "--excel", str(book), "--lang", "en")
    assert answer.code == 0, answer.err
    settings = folder / "config.yaml"
    text = settings.read_text().replace("allowed: []", "allowed: [example.com]")
    settings.write_text(text + known_book.SETTINGS)
    _fill(book)
    if office:
        _through_libreoffice(book)
    done = call("run", "--json", "--config", str(settings), "--state", str(folder / "own"), "--as-of", day)
    assert done.code == 3, done.err + done.out
    assert done.json["counts"]["problems"] == 2  # the 30th of February, and a term that ended long before it was seen
    return book


@cache
def _opened(book: Path) -> openpyxl.Workbook:
    """A workbook that no test changes after its run."""
    return openpyxl.load_workbook(book, data_only=True)


def _by_openpyxl(book: Path, title: str) -> list[list[Any]]:
    sheet = _opened(book)[title]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def _by_calamine(book: Path, title: str) -> list[list[Any]]:
    found = python_calamine.CalamineWorkbook.from_path(str(book)).get_sheet_by_name(title).to_python()
    return [[None if value == "" else value for value in row] for row in found]


def _expected(text: str) -> tuple[list[str], list[dict[str, Any]]]:
    keys, *rows = grid(text)
    return [str(key) for key in keys], [dict(zip(map(str, keys), row, strict=True)) for row in rows]


def _differences(book: Path, expected: Mapping[str, str], read: Reader) -> list[str]:
    """Every cell that is not as expected, in words; ``?`` says nothing about a cell and ``-`` that it is blank."""
    words, wrong = words_of("en"), []
    for tab, text in expected.items():
        head, *rows = read(book, words.tab(tab))
        places = {header: at for at, header in enumerate(head)}
        _, wanted = _expected(text)
        found = {row[places[words.header(tab, TABS[tab].id)]]: row for row in rows}
        for row in wanted:
            name = row.pop(TABS[tab].id)
            for key, value in row.items():
                cell = found[name][places[words.header(tab, key)]]
                if value != "?" and not _same(cell, value, tab, key):
                    wrong.append(f"{tab} {name} {key}: {cell!r}, by hand {value!r}")
    return wrong


def _same(cell: Any, value: Any, tab: str, key: str) -> bool:
    column = TABS[tab].column(key)
    if value == "-":
        return cell is None
    if column.type is Type.LIST:
        return cell == words_of("en").value(column.value_set, value)
    if column.type is Type.DATETIME:
        return cell == datetime.fromisoformat(value)
    if column.type is Type.DATE:
        return (cell.date() if isinstance(cell, datetime) else cell) == value
    return isinstance(cell, (int, float)) and abs(cell - value) < 1e-9


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _run(tmp_path_factory.mktemp("known"), known_book.DAY)


@pytest.mark.parametrize("read", [_by_openpyxl, _by_calamine])
def test_values_are_those_worked_out_by_hand(book: Path, read: Reader) -> None:
    assert _differences(book, known_book.EXPECTED, read) == []


def test_people_s_cells_are_as_they_typed_them(book: Path) -> None:
    words = words_of("en")
    for tab, text in known_book.BOOK.items():
        head, *rows = _by_openpyxl(book, words.tab(tab))
        keys, *typed = grid(text)
        at = [head.index(words.header(tab, str(key))) for key in keys]
        found = [[_day(row[place]) for place in at] for row in rows[: len(typed)]]
        assert found == typed


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


def test_as_of_a_past_day_only_what_was_known_then_counts(tmp_path: Path) -> None:
    book = _run(tmp_path, known_book.PAST_DAY)
    assert _differences(book, known_book.PAST, _by_openpyxl) == []


@pytest.mark.proof
def test_the_same_from_a_workbook_that_libreoffice_saved_twice(tmp_path: Path) -> None:
    book = _run(tmp_path, known_book.DAY, office=True)
    assert _differences(book, known_book.EXPECTED, _by_openpyxl) == []
    assert _differences(book, known_book.EXPECTED, _by_calamine) == []
