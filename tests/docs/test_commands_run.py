"""Each command line of README.md and docs/ works: a page is a story, its lines are run in their order in one folder.

Lines are those of ``sh`` blocks that begin with ``sheetcrm``, ``make`` or ``python``; no other block may hold one. What can't be run here has its reason in ``NOT_RUN`` and is at least a call that the command line accepts.
"""

from __future__ import annotations

import datetime
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
import typer.main

from sheetcrm.cli import app
from sheetcrm.config import load
from tests.cli.conftest import DAY, call
from tests.docs.pages import COMMANDS, ROOT, blocks, command_lines, pages, said_in_passing
from tests.docs.typed import allow, typed

pytestmark = pytest.mark.proof

MORNING = datetime.datetime.fromisoformat(f"{DAY}T10:00:00+00:00")
EMPTY = {"README.md", "docs/start-excel.md"}
"""Pages whose story makes its own workbook; the others begin with a small one that is filled in."""

NOT_RUN: Mapping[str, str] = {
    r"make (demo|test|proof|bench|lint|templates|docs|pictures)": "runs for long: it is a target of the Makefile",
    r"python3? -m venv .*": "installs: the proof in test_start.py follows the page word for word",
    r"sheetcrm .*--google .*": "needs a Google Sheet: the proof in test_start_google.py has one",
    r"sheetcrm check --live": "needs a Google Sheet: the proof in test_start_google.py has one",
    r"sheetcrm adopt customers.xlsx crm.xlsx": "asks what it is unsure of: tests/adopt answers",
    r"sheetcrm check --send-test .*": "needs a mail server: the proof in test_start.py has one",
    r"sheetcrm serve --once": "starts passes as processes of their own: tests/service",
    r"sheetcrm outbox (show|retry|drop|release) .*": "needs a letter that did not leave: tests/cli/test_outbox.py",
}


def _own_workbook(folder: Path) -> None:
    book = openpyxl.Workbook()
    rows = [["Cliente", "Vence", "Importe"], ["Hotel Miramar", "31/12/2026", 1200], ["Ibarra", "15/01/2027", "800 €"]]
    for row in rows:
        book.active.append(row)
    book.save(folder / "customers.xlsx")


def _filled(folder: Path) -> None:
    typed(folder / "crm.xlsx", MORNING.date())
    allow(folder / "config.yaml", "example.com")


def _edits(folder: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Sheet1"
    book.save(folder / "in.xlsx")
    (folder / "edits.json").write_text('{"Sheet1": {"B2": 12.5, "C2": "text", "E2": {"date": "2026-11-21"}}}')


def _other_settings(folder: Path) -> None:
    shutil.copy(folder / "config.yaml", folder / "other.yaml")


def _ran(_folder: Path) -> None:
    run("sheetcrm run")


BEFORE: Mapping[tuple[str, str], Callable[[Path], None]] = {
    ("docs/start-excel.md", "sheetcrm check"): _filled,
    ("docs/operator.md", "sheetcrm status"): _ran,
    ("", r"sheetcrm adopt customers.xlsx"): _own_workbook,
    ("", r"python -m sheetcrm.sync.excel.patch .*"): _edits,
    ("", r"sheetcrm replay .*--compare other.yaml"): _other_settings,
}
"""(page or any, line) → what people do before that line, or have already."""


def reason_not_to_run(line: str) -> str | None:
    return next((reason for pattern, reason in NOT_RUN.items() if re.fullmatch(pattern, line)), None)


@pytest.mark.parametrize("page", sorted(EMPTY))
def test_a_page_that_begins_with_nothing_works_line_by_line(page: str, folder: Path) -> None:
    for made in folder.iterdir():
        made.unlink()
    story([(page, line) for line in command_lines(page)], folder)


def test_the_commands_of_all_other_pages_work(folder: Path) -> None:
    """One story of them all; what several pages say, or the start page has said, is run once."""
    first = {line: page for page in sorted(EMPTY) for line in command_lines(page)}
    for page in pages():
        for line in command_lines(page):
            first.setdefault(line, page)
    story([(page, line) for line, page in first.items() if page not in EMPTY], folder)


def story(lines: Sequence[tuple[str, str]], folder: Path) -> None:
    """The lines in their order, in the folder, on a morning in business hours."""
    with time_machine.travel(MORNING):
        for page, line in lines:
            if reason_not_to_run(line):
                accepted(line)
            else:
                prepare(page, line, folder)
                run(line)


def prepare(page: str, line: str, folder: Path) -> None:
    """What people do before this line, or have."""
    for (where, pattern), act in BEFORE.items():
        if where in (page, "") and re.fullmatch(pattern, line):
            act(folder)


def run(line: str) -> None:
    """One line, as typed. 3 is done as well: with cells to mend, of which the sample company has some."""
    program, *arguments = shlex.split(line)
    if program == "sheetcrm":
        answer = call(*arguments)
        assert answer.code in (0, 3), f"{line}\n{answer.out}{answer.err}"
    else:
        assert program == "python"
        done = subprocess.run(
            [sys.executable, *arguments], capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


def accepted(line: str, *, named_only: bool = False) -> None:
    """That the command line (or the Makefile) knows what a line calls, with all its options.

    ``named_only``: it names the command and calls it with nothing.
    """
    program, *arguments = shlex.split(line)
    if program == "make":
        for target in arguments:
            assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE), line
        return
    if program != "sheetcrm":
        return
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands") and arguments and not arguments[0].startswith("-"):
        name, *arguments = arguments
        assert name in command.commands, f"{line}: there is no command {name}"
        command = command.commands[name]
    if not named_only:
        assert not hasattr(command, "commands"), f"{line}: which command?"
        command.make_context(command.name, list(arguments))


def test_every_block_is_what_a_shell_understands() -> None:
    """Also the lines that need root, a network or hands: at least their form."""
    shell = shutil.which("bash")
    if shell is None:
        pytest.skip("no bash here")
    every = "\n".join(block.text for page in pages() for block in blocks(page, "sh"))
    done = subprocess.run([shell, "-n"], input=every, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", pages())
def test_calls_said_in_passing_are_accepted(page: str) -> None:
    """``KIND`` and ``…`` stand for what people fill in; a command alone names it."""
    for line in said_in_passing(page):
        filled = line.replace(" KIND", " digest").replace("…", "x")
        accepted(filled, named_only=len(filled.split()) == 2)


@pytest.mark.parametrize("page", pages())
def test_no_command_stands_in_a_block_that_is_not_run(page: str) -> None:
    for block in blocks(page):
        if block.language != "sh":
            assert not [line for line in block.lines if line.split()[0] in COMMANDS and not _scheduled(line)]


def _scheduled(line: str) -> bool:
    return bool(re.match(r"[\d*]", line))


PARTS = ("docs/config.md", "docs/extending.md")
"""Pages whose YAML is no file of settings: test_generated.py and test_extending.py look at it."""


@pytest.mark.parametrize("page", [page for page in pages() if blocks(page, "yaml") and page not in PARTS])
def test_the_settings_that_a_page_shows_are_settings(page: str, tmp_path: Path) -> None:
    for number, block in enumerate(blocks(page, "yaml")):
        path = tmp_path / f"{number}.yaml"
        path.write_text(block.text)
        load(path)


def test_each_reason_not_to_run_is_still_needed() -> None:
    lines = [line for page in pages() for line in command_lines(page)]
    unused = [pattern for pattern in NOT_RUN if not any(re.fullmatch(pattern, line) for line in lines)]
    assert not unused
