"""The operator hears of each distinct failure once, and again when it comes back after it was mended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sheetcrm.config import Config, load
from sheetcrm.ledger import Ledger
from sheetcrm.mail.files import FilesTransport
from sheetcrm.service.failures import tell_operator
from sheetcrm.service.loop import Pass
from tests.service.test_schedule import World

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CFG = load()
CFG = CFG.model_copy(update={"mail": CFG.mail.model_copy(update={"operator": "ops@example.com"})})


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path) as opened:
        yield opened


def tell(ledger: Ledger, folder: Path, now: datetime = NOW, cfg: Config = CFG) -> int:
    return tell_operator(
        ledger,
        cfg,
        lambda: FilesTransport(folder / "outbox"),
        task="digest",
        command="sheetcrm check",
        workbook="crm.xlsx",
        now=now,
    )


def letters(folder: Path) -> list[str]:
    return sorted(path.read_text(encoding="utf-8") for path in (folder / "outbox").glob("*.eml"))


def test_each_failure_is_told_once(ledger: Ledger, tmp_path: Path) -> None:
    ledger.note_failure("one", "The file is damaged.", now=NOW)
    assert tell(ledger, tmp_path) == 1
    ledger.note_failure("one", "The file is damaged.", now=NOW + timedelta(minutes=5))
    assert tell(ledger, tmp_path) == 0
    ledger.note_failure("two", "The disk is full.", now=NOW)
    assert tell(ledger, tmp_path) == 1
    damaged, full = letters(tmp_path)
    assert "The disk is full." in damaged + full
    assert "To: ops@example.com" in damaged
    assert "sheetcrm check" in damaged


def test_a_failure_is_told_in_the_language_of_the_workbook_as_it_was_last_read(ledger: Ledger, tmp_path: Path) -> None:
    unsaid = CFG.model_copy(update={"language": ""})
    ledger.note_failure("before any run", "Down.", now=NOW)
    tell(ledger, tmp_path, cfg=unsaid)
    ledger.adopt("book", "ru")
    ledger.adopt("book")
    ledger.note_failure("one", "Down.", now=NOW)
    tell(ledger, tmp_path, cfg=unsaid)
    ledger.note_failure("two", "Down.", now=NOW)
    tell(ledger, tmp_path, cfg=CFG.model_copy(update={"language": "en"}))
    assert sorted(re.findall(r"^Content-Language: (\w+)", "".join(letters(tmp_path)), re.MULTILINE)) == [
        "en",
        "es",
        "ru",
    ]


def test_what_comes_back_after_it_was_mended_is_told_again(ledger: Ledger, tmp_path: Path) -> None:
    ledger.note_failure("one", "Down.", now=NOW)
    tell(ledger, tmp_path)
    ledger.mend()
    assert tell(ledger, tmp_path) == 0
    ledger.note_failure("one", "Down.", now=NOW + timedelta(days=1))
    assert tell(ledger, tmp_path, NOW + timedelta(days=1)) == 1
    assert len(letters(tmp_path)) == 2


def test_without_an_operator_nothing_is_told(ledger: Ledger, tmp_path: Path) -> None:
    ledger.note_failure("one", "Down.", now=NOW)
    assert tell(ledger, tmp_path, cfg=load()) == 0
    assert letters(tmp_path) == []
    assert tell(ledger, tmp_path) == 1


def test_the_loop_tells_and_survives_a_teller_that_fails(ledger: Ledger, caplog: pytest.LogCaptureFixture) -> None:
    world = World(ledger, CFG, NOW + timedelta(minutes=2), lambda _: Pass("failed", "Down."))
    told: list[str] = []
    world.service.tell = told.append
    assert world.service.tick() >= 1
    assert "digest" in told

    def broken(task: str) -> None:
        raise OSError(task)

    world.service.tell = broken
    world.now += timedelta(minutes=30)
    world.service.tick()
    assert "the operator could not be told" in caplog.text
