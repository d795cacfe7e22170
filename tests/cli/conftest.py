"""A sample workbook and a small one made once, copied for each test, and the command line in this process."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sheetcrm.cli import app
from sheetcrm.cli.exits import in_words
from tests.run import small_book

DAY = "2026-11-23"


@dataclass(frozen=True)
class Answer:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    answer = call("init", "--excel", str(folder / "crm.xlsx"), "--lang", "en", "--sample", "--as-of", DAY)
    assert answer.code == 0, answer.err
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A folder with a sample workbook of 23 November 2026 and its settings."""
    for name in ("crm.xlsx", "config.yaml"):
        shutil.copy(made / name, tmp_path / name)
    return tmp_path


@dataclass(frozen=True)
class Lived:
    """The sample workbook before and after the first run of its day: ``planned`` by ``plan``, ``done`` by ``run``."""

    before: Path
    folder: Path
    planned: Answer
    untouched: bool
    done: Answer


@pytest.fixture(scope="session")
def lived(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    folder = tmp_path_factory.mktemp("lived") / "office"
    shutil.copytree(made, folder)
    planned = call_in(folder, "plan", "--json")
    same = (folder / "crm.xlsx").read_bytes() == (made / "crm.xlsx").read_bytes()
    untouched = same and sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in made.iterdir())
    return Lived(made, folder, planned, untouched, call_in(folder, "run", "--json"))


@pytest.fixture
def folder_after(lived: Lived, tmp_path: Path) -> Path:
    """A folder with the sample workbook after its first run, its settings and its state."""
    shutil.copytree(lived.folder, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture(scope="session")
def small_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    small_book.make(folder, date.fromisoformat(DAY))
    return folder


@pytest.fixture
def small_folder(small_made: Path, tmp_path: Path) -> Path:
    """A folder with a workbook of a few rows of the same day, for what does not ask for a whole sample."""
    shutil.copytree(small_made, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def on_small(small_folder: Path) -> Callable[..., Answer]:
    """Runs a command on the small folder as of its day, with a state of its own."""
    return lambda command, *arguments: call_in(small_folder, command, *arguments)


def call_in(folder: Path, command: str, *arguments: str) -> Answer:
    """A command on a folder as of the day, with the state in it."""
    places = ["--config", str(folder / "config.yaml"), "--state", str(folder / "state"), "--as-of", DAY]
    return call(command, *arguments, *places)


@pytest.fixture
def sheetcrm(folder: Path) -> Callable[..., Answer]:
    """Runs a command on that folder as of its day, with a state of its own."""

    return lambda command, *arguments: call_in(folder, command, *arguments)


def call(*arguments: str) -> Answer:
    """The command line in this process, with the exit codes of ``main``."""

    def main() -> None:
        with in_words():
            app(list(arguments), standalone_mode=True)

    out, err = io.StringIO(), io.StringIO()
    code = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
    return Answer(code, out.getvalue(), err.getvalue())
