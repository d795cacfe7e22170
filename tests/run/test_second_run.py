"""A second run of a day writes not one byte and sends nothing; time and other programs do not change that."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from sheetcrm.languages import LANGUAGES
from sheetcrm.schema import TABS
from sheetcrm.words import words_of
from tests.cli.conftest import call
from tests.run.conftest import DAY, NO_WAIT, Office

PEOPLE = [tab for tab in TABS.values() if tab.kind == "people"]


def _sample(folder: Path, language: str) -> Office:
    answer = call("init", "--excel", str(folder / "crm.xlsx"), "--lang", language, "--sample", "--as-of", str(DAY))
    assert answer.code == 0, answer.err
    with (folder / "config.yaml").open("a") as settings:
        settings.write(NO_WAIT)
    return Office(folder)


def test_the_second_run_of_a_day_does_nothing_and_so_on_the_next_day(office: Office) -> None:
    _live(office, "en", [DAY + timedelta(days=1)])


@pytest.mark.proof
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_second_run_of_a_day_on_the_sample_does_nothing_and_so_on_the_next_days(
    tmp_path: Path, language: str
) -> None:
    _live(_sample(tmp_path, language), language, [DAY + timedelta(days=n) for n in (1, 2, 9)])


def _live(office: Office, language: str, days: list[date]) -> None:
    """Two runs on the first day and on each of the others; people's cells stay."""
    typed = _people(office, language)
    first = office.run()
    assert first.code in (0, 3), first.err
    assert first.json["letters"]["sent"] > 0
    for tab, rows in _people(office, language).items():
        assert rows[: len(typed[tab])] == typed[tab], f"people's cells of {tab} changed"
        assert len(rows) == len(typed[tab]) or TABS[tab].appended
    office.rest()
    for day in days:
        before = office.sha()
        assert office.run(day=day).json["state"] == "done"
        assert office.sha() != before
        office.rest(day)


def _people(office: Office, language: str) -> dict[str, list[list[Any]]]:
    """The people's cells of every tab in rows that have an id."""
    words, found, grids = words_of(language), {}, office.grids(language)
    for tab in PEOPLE:
        head, *rows = grids[tab.key]
        at = [head.index(words.header(tab.key, column.key)) for column in tab.people]
        cells = [[row[place] for place in at] for row in rows]
        found[tab.key] = [row for row in cells if any(cell is not None for cell in row)]
    return found


@pytest.mark.proof
@pytest.mark.parametrize("language", LANGUAGES)
def test_saved_again_by_libreoffice_it_says_the_same(tmp_path: Path, language: str) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("no LibreOffice (soffice) on this machine")
    office = _sample(tmp_path, language)
    office.run()
    before = office.grids(language)
    problems, letters = office.problems(), office.letters()
    saved = tmp_path / "saved"
    profile = f"-env:UserInstallation=file://{(tmp_path / 'profile').absolute()}"
    command = [soffice, "--headless", profile, "--convert-to", "xlsx", "--outdir", str(saved), str(office.book)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    shutil.copy(saved / "crm.xlsx", office.book)
    people = _people(office, language)
    again = office.run()
    assert again.code == 3, again.err
    assert again.json["rows"] == 0
    assert office.letters() == letters
    assert office.problems() == problems
    assert _people(office, language) == people
    after = office.grids(language)
    assert {tab: _filled(rows) for tab, rows in after.items()} == {tab: _filled(rows) for tab, rows in before.items()}
    office.rest()


def _filled(rows: list[list[Any]]) -> list[list[Any]]:
    """Rows without blank ends, floats as they are shown."""
    trimmed = []
    for row in rows:
        cells = [round(cell, 6) if isinstance(cell, float) else cell for cell in row]
        while cells and cells[-1] in (None, ""):
            cells.pop()
        trimmed.append(cells)
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return trimmed


def test_the_leap_day_and_the_days_on_which_clocks_change(office: Office) -> None:
    settings = office.folder / "config.yaml"
    settings.write_text(settings.read_text().replace("Etc/UTC", "Europe/Madrid"))
    for day in (date(2027, 3, 28), date(2027, 10, 31), date(2028, 2, 29)):
        answer = office.run(day=day)
        assert answer.code in (0, 3), answer.err
        assert answer.json["as_of"] == day.isoformat()
        assert office.column("contracts", "days_to_expiry")["C-7"] == (DAY + timedelta(days=300) - day).days
    office.rest(date(2028, 2, 29))
