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


@pytest.mark.parametrize(("day", "task"), [(SUNDAY, "all"), (DAY, "tickets")])
def test_one_that_had_to_wait_leaves_the_summary_to_the_next(small: Path, tmp_path: Path, day: date, task: str) -> None:
    offices = []
    for name in ("waited", "on Monday"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "crm.xlsx").write_bytes((small / "crm.xlsx").read_bytes())
        small_book.write_settings(folder, more=NO_WAIT)
        offices.append(Office(folder))
    waited, monday = offices
    assert waited.run("--task", task, day=day).code == 0
    assert waited.run().code == monday.run().code == 0
    assert told(waited) == told(monday)
    assert {name.partition("-")[0] for name in told(waited)} == {"digest"}
    assert "digest-dora@example.com" not in told(waited)
