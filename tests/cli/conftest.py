"""A sample workbook made once, copied for each test, and the command line in this process."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sheetcrm.cli import app
from sheetcrm.cli.exits import in_words

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


@pytest.fixture
def sheetcrm(folder: Path) -> Callable[..., Answer]:
    """Runs a command on that folder as of its day, with a state of its own."""

    def run(command: str, *arguments: str) -> Answer:
        places = ["--config", str(folder / "config.yaml"), "--state", str(folder / "state"), "--as-of", DAY]
        return call(command, *arguments, *places)

    return run


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
