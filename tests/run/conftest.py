"""A small workbook of 23 November 2026, made once and copied for each test, and runs of it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from sheetcrm.schema import TABS
from sheetcrm.words import words_of
from tests.cli.conftest import Answer, call
from tests.run import small_book

DAY = date(2026, 11, 23)
NO_WAIT = "excel:\n  wait_seconds: 0\n"


@dataclass(frozen=True)
class Office:
    """A folder with a workbook, its settings and its state, and what people and the runner do in it."""

    folder: Path

    @property
    def book(self) -> Path:
        return self.folder / "crm.xlsx"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def run(self, *arguments: str, day: date = DAY, command: str = "run") -> Answer:
        """A command as of a day, with the state beside the workbook."""
        places = ["--config", str(self.folder / "config.yaml"), "--state", str(self.state), "--as-of", day.isoformat()]
        answer = call(command, "--json", *arguments, *places)
        assert "Traceback" not in answer.err
        return answer

    def change(self, edit: Callable[[Workbook], Any]) -> None:
        """What a person does to the workbook."""
        book = openpyxl.load_workbook(self.book)
        edit(book)
        book.save(self.book)

    def sha(self) -> tuple[str, int]:
        """What the workbook's bytes are and when they were written."""
        return hashlib.sha256(self.book.read_bytes()).hexdigest(), self.book.stat().st_mtime_ns

    def letters(self) -> dict[str, bytes]:
        """The letters that were delivered, by the name of their file."""
        return {path.name: path.read_bytes() for path in sorted((self.state / "outbox").glob("*.eml"))}

    def rest(self, day: date = DAY) -> None:
        """One more run of the same day writes no byte and sends nothing."""
        sha, letters = self.sha(), self.letters()
        answer = self.run(day=day)
        assert answer.json["state"] == "unchanged", answer.out
        assert answer.json["cells"] == answer.json["rows"] == 0
        assert (self.sha(), self.letters()) == (sha, letters)

    def grids(self, language: str = "en", tabs: Iterable[str] = TABS) -> dict[str, list[list[Any]]]:
        """The values of these tabs by openpyxl."""
        book, words = openpyxl.load_workbook(self.book, data_only=True, read_only=True), words_of(language)
        titles = {tab: words.tab(tab) for tab in tabs}
        return {
            tab: [list(row) for row in book[title].iter_rows(values_only=True)]
            for tab, title in titles.items()
            if title in book.sheetnames
        }

    def grid(self, tab: str, language: str = "en") -> list[list[Any]]:
        """One tab's values."""
        return self.grids(language, (tab,))[tab]

    def column(self, tab: str, key: str, language: str = "en") -> dict[Any, Any]:
        """A column's values by the id of their row, wherever the header row stands."""
        words = words_of(language)
        rows = self.grid(tab, language)
        at = next(n for n, row in enumerate(rows) if words.header(tab, key) in row)
        place = rows[at].index(words.header(tab, key))
        first = rows[at].index(words.header(tab, TABS[tab].id))
        return {row[first]: row[place] for row in rows[at + 1 :] if row[first] is not None}

    def problems(self) -> list[dict[str, Any]]:
        """The problems that a plan names."""
        problems: list[dict[str, Any]] = self.run(command="plan").json["problems"]
        return problems


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    small_book.make(folder, DAY, settings=NO_WAIT)
    small_book.write_settings(folder, more=NO_WAIT)
    return folder


@pytest.fixture
def office(small: Path, tmp_path: Path) -> Office:
    """A copy of the small workbook in a folder of its own."""
    for name in ("crm.xlsx", "config.yaml"):
        shutil.copy(small / name, tmp_path / name)
    return Office(tmp_path)


@pytest.fixture(scope="session")
def small_after(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("after") / "office"
    shutil.copytree(small, folder)
    assert Office(folder).run().code == 0
    return folder


@pytest.fixture
def office_after(small_after: Path, tmp_path: Path) -> Office:
    """A copy of the small workbook and of its state after the first run of its day."""
    shutil.copytree(small_after, tmp_path, dirs_exist_ok=True)
    return Office(tmp_path)
