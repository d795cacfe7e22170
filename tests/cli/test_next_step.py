"""``sheetcrm`` alone: what comes next in this folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sheetcrm.cli.setup import settings_text
from sheetcrm.ledger import Ledger
from tests.cli.conftest import call

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MAIL = "  enabled: true\n  host: localhost\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, at an English terminal."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    return tmp_path


def settings(language: str = "en", extra: str = MAIL, *, sample: bool = True) -> None:
    Path("config.yaml").write_text(settings_text("crm.xlsx", language, sample) + extra, encoding="utf-8")


def template(language: str = "en") -> None:
    shutil.copy(Path(__file__).parents[2] / "templates" / f"sheetcrm-{language}.xlsx", "crm.xlsx")


def said() -> str:
    answer = call()
    assert answer.code == 0
    assert answer.err == ""
    return answer.out


def test_an_empty_folder_says_how_to_begin() -> None:
    out = said()
    assert "There is no config.yaml here yet." in out
    assert [line.split("  ")[2] for line in out.splitlines() if line.startswith("    ")] == [
        "sheetcrm demo",
        "sheetcrm init --excel crm.xlsx",
        "sheetcrm init --google ADDRESS",
    ]


def test_own_workbooks_are_offered_to_be_taken_over_first(here: Path) -> None:
    for name in ("my customers.xlsx", "~$my customers.xlsx", "notes.txt"):
        (here / name).touch()
    first = next(line for line in said().splitlines() if line.startswith("    "))
    assert first.split()[:5] == ["sheetcrm", "adopt", "'my", "customers.xlsx'", "crm/crm.xlsx"]
    assert "~$" not in said()


@pytest.mark.parametrize(
    ("spoken", "begins"), [("es_ES.UTF-8", "· Aquí no hay"), ("ru_RU", "· Здесь ещё"), ("fr", "· There")]
)
def test_without_settings_it_speaks_as_the_terminal_does(
    spoken: str, begins: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", spoken)
    assert said().startswith(begins)


def test_mistakes_in_the_settings_are_told() -> None:
    Path("config.yaml").write_text("workbok: crm.xlsx\n", encoding="utf-8")
    assert (
        "✗ config.yaml has mistakes:\n    config.yaml, line 1: workbok is no setting. Did you mean workbook?" in said()
    )


def test_a_workbook_that_is_not_there() -> None:
    settings("es")
    assert "No está el libro crm.xlsx" in said()
    assert "sheetcrm init --excel crm.xlsx" in said()


def test_settings_that_name_no_workbook() -> None:
    Path("config.yaml").write_text("language: en\n", encoding="utf-8")
    assert "✗ config.yaml names no workbook." in said()


@pytest.mark.parametrize(("language", "begins"), [("en", "The tabs are empty."), ("ru", "Листы пусты.")])
def test_an_empty_workbook_is_to_be_filled_first(language: str, begins: str) -> None:
    settings(language)
    template(language)
    assert begins in said()


def test_a_full_workbook_that_has_never_run_is_checked_planned_and_run(made: Path) -> None:
    settings()
    shutil.copy(made / "crm.xlsx", "crm.xlsx")
    out = said()
    assert "It has never run." in out
    places = [out.index(f"sheetcrm {command}  ") for command in ("check", "plan", "run")]
    assert places == sorted(places)


def test_a_file_that_is_no_workbook_is_left_to_check() -> None:
    settings()
    Path("crm.xlsx").write_text("no zip", encoding="utf-8")
    assert "It has never run." in said()


def test_without_anybody_who_may_be_written_to_it_says_so() -> None:
    settings(sample=False)
    template()
    assert "✗ Nobody is written to: mail.allowed" in said()


def ran(state: str) -> None:
    settings()
    template()
    with Ledger.open(Path("state")) as ledger:
        run = ledger.begin(date(2026, 11, 23), "", now=NOW)
        if state == "failed":
            ledger.fail(run, "The disk is full.", now=NOW)
        elif state == "postponed":
            ledger.postpone(run, "open elsewhere", now=NOW)
        else:
            ledger.finish(run, now=NOW, written_causes=(), history=None, counts={}, last_run=NOW.date())


def test_when_all_is_well_it_says_when_it_last_ran() -> None:
    ran("done")
    first, second, *_ = said().splitlines()
    assert first.startswith("crm.xlsx · last run 2026-11-23 ")
    assert second == "✓ All is well."
    assert "sheetcrm serve" in said()


def test_a_run_that_failed_comes_first() -> None:
    ran("failed")
    second = said().splitlines()[1]
    assert second.startswith("✗ The last run, 2026-11-23 ")
    assert second.endswith("did not come to its end. The disk is full.")
    assert "All is well" not in said()


def test_a_run_that_could_not_write_is_called_again() -> None:
    ran("postponed")
    assert "could not write the workbook" in said()


def test_mail_that_is_not_set_up_is_a_remark() -> None:
    ran("done")
    settings(extra="")
    assert "· Mail is not set up: letters become files in state/outbox." in said()


def test_it_looks_at_nothing_heavy_in_an_empty_folder(here: Path) -> None:
    code = (
        "import sys; sys.argv = ['sheetcrm']\n"
        "from sheetcrm.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('HEAVY', sorted({'pandas', 'numpy', 'rich', 'openpyxl', 'babel', 'sheetcrm.config'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=here)
    assert "HEAVY []" in done.stdout
