"""A first run is a baseline, and the next one is it again until one may tell everybody (domain 6)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.run import small_book
from tests.run.conftest import DAY, NO_WAIT, Office

SUNDAY = DAY - timedelta(days=1)


def told(office: Office) -> set[str]:
    """The kinds and readers of all letters so far: ``digest-ana@example.com``."""
    return {name.split("-", 3)[3].rpartition("-")[0] for name in office.letters()}


@pytest.fixture
def offices(small: Path, tmp_path: Path) -> tuple[Office, Office]:
    """The small workbook twice."""
    for name in ("waited", "on Monday"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "crm.xlsx").write_bytes((small / "crm.xlsx").read_bytes())
        small_book.write_settings(tmp_path / name, more=NO_WAIT)
    return Office(tmp_path / "waited"), Office(tmp_path / "on Monday")


def begin_on_monday(waited: Office, monday: Office) -> None:
    """Both are told the same then: a summary for each, nothing at once, nothing for direction."""
    assert waited.run().code == monday.run().code == 0
    assert told(waited) == told(monday)
    assert {name.partition("-")[0] for name in told(waited)} == {"digest"}
    assert "digest-dora@example.com" not in told(waited)


@pytest.mark.parametrize(("day", "task"), [(SUNDAY, "all"), (DAY, "tickets")])
def test_one_that_had_to_wait_leaves_the_summary_to_the_next(
    offices: tuple[Office, Office], day: date, task: str
) -> None:
    waited, monday = offices
    assert waited.run("--task", task, day=day).code == 0
    begin_on_monday(waited, monday)


def test_one_that_could_write_to_nobody_leaves_the_summary_to_the_next(offices: tuple[Office, Office]) -> None:
    waited, monday = offices
    settings = waited.folder / "config.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("[example.com]", "[]"), encoding="utf-8")
    assert waited.run().code == 3
    assert told(waited) == set()
    settings.write_text(text, encoding="utf-8")
    begin_on_monday(waited, monday)


def test_one_of_an_empty_workbook_leaves_the_summary_to_the_first_with_rows(offices: tuple[Office, Office]) -> None:
    waited, monday = offices
    filled = waited.book.read_bytes()
    tabs = ("Contracts", "Accounts", "Interactions", "Tickets", "Tasks", "Invoices")
    waited.change(lambda book: [book[title].delete_rows(2, 50) for title in tabs])
    assert waited.run(day=SUNDAY - timedelta(days=2)).code in (0, 3)
    waited.book.write_bytes(filled)
    begin_on_monday(waited, monday)
