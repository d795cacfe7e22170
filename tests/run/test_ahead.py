"""A run on a day that is still to come (a wrong clock, or somebody who looked ahead) does not silence the runner."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.cli.conftest import Answer, call
from tests.run import small_book
from tests.run.conftest import NO_WAIT, Office

TODAY = datetime.now(UTC).date()
AHEAD = TODAY + timedelta(days=40)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office of today that never closes, of which somebody looked ahead by forty days."""
    small_book.make(tmp_path, TODAY, settings=f"{NO_WAIT}{small_book.EVERY_DAY}")
    settings = tmp_path / "config.yaml"
    settings.write_text(settings.read_text().replace("mail:\n", "mail:\n  hours: any\n"))
    office = Office(tmp_path)
    assert office.run(day=AHEAD).code == 0
    return office


def now(office: Office, command: str) -> Answer:
    """A command of this very day."""
    return call(command, "--config", str(office.folder / "config.yaml"), "--state", str(office.state))


def keys(office: Office) -> list[Any]:
    return [row[-1] for row in openpyxl.load_workbook(office.book)["Alerts"].iter_rows(min_row=2, values_only=True)]


def test_it_stops_and_says_what_to_do(office: Office) -> None:
    sha, letters = office.sha(), office.letters()
    answer = now(office, "run")
    assert answer.code == 1
    assert f"knows of a run on {AHEAD}" in answer.err
    assert "move the folder aside" in answer.err
    assert (office.sha(), office.letters()) == (sha, letters)
    answer = now(office, "status")
    assert answer.code == 1
    assert f"knows of a run on {AHEAD}" in answer.out
    assert f"knows of a run on {AHEAD}" in " ".join(now(office, "check").out.split())


def test_with_the_folder_aside_what_was_said_ahead_is_said_in_its_time(office: Office) -> None:
    ahead = set(keys(office))
    assert any(key and "|C-4|" in f"|{key}" for key in ahead)
    office.state.rename(office.folder / "aside")
    assert now(office, "run").code == 0
    assert {name.partition("-digest-")[0] for name in office.letters()} == {str(TODAY)}
    kept = set(keys(office))
    assert any(f"{key}".startswith("C-4|") and "|critical|" in key for key in kept)
    assert not any("|after" in f"{key}" or ("|follow_up|" in f"{key}" and f"{key}".startswith("C-4")) for key in kept)
