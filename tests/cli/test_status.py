"""``sheetcrm status``: what is wrong, in words and by its exit code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sheetcrm.ledger import Ledger
from tests.cli.conftest import Answer, call
from tests.cli.test_outbox import letter

NOW = datetime.now(UTC)


def status(folder: Path, *arguments: str) -> Answer:
    (folder / "config.yaml").write_text("workbook: crm.xlsx\n")
    (folder / "crm.xlsx").touch()
    return call("status", *arguments, "--config", str(folder / "config.yaml"), "--state", str(folder / "state"))


def ran(folder: Path, ago: timedelta, state: str = "done") -> None:
    """A run that long ago."""
    began = NOW - ago
    with Ledger.open(folder / "state") as ledger:
        run_id = ledger.begin(began.date(), "", now=began)
        if state == "done":
            ledger.finish(run_id, now=began, written_causes=[], history=None, counts={}, last_run=began.date())
        elif state == "failed":
            ledger.fail(run_id, "no space left", now=began)


def test_it_has_never_run(tmp_path: Path) -> None:
    answer = status(tmp_path)
    assert (answer.code, "It has never run" in answer.out) == (1, True)


@pytest.mark.parametrize(("ago", "wrong"), [(timedelta(days=3), False), (timedelta(days=5), True)])
def test_it_has_not_run_for_longer_than_a_weekend(tmp_path: Path, ago: timedelta, wrong: bool) -> None:
    ran(tmp_path, ago)
    answer = status(tmp_path)
    assert answer.code == int(wrong)
    assert ("It has not run since" in answer.out) is wrong
    assert ("Nothing is wrong" in answer.out) is not wrong


def test_the_last_run_failed_or_was_cut_off(tmp_path: Path) -> None:
    ran(tmp_path, timedelta(hours=3))
    ran(tmp_path, timedelta(hours=2), "failed")
    answer = status(tmp_path)
    assert (answer.code, "no space left" in answer.out) == (1, True)
    ran(tmp_path, timedelta(hours=2), "running")
    assert "and has not ended" in status(tmp_path).out


def test_for_programs(tmp_path: Path) -> None:
    ran(tmp_path, timedelta(hours=1))
    answer = status(tmp_path, "--json")
    assert (answer.code, answer.json["trouble"], answer.json["filed"]) == (0, [], 0)
    assert [run["state"] for run in answer.json["runs"]] == ["done"]


@pytest.mark.parametrize(("days", "wrong"), [(0, False), (1, True)])
def test_a_letter_that_no_server_takes(tmp_path: Path, days: int, wrong: bool) -> None:
    ran(tmp_path, timedelta(hours=1))
    queued = NOW - timedelta(days=days)
    with Ledger.open(tmp_path / "state") as ledger:
        run_id = ledger.begin(NOW.date(), "", now=NOW)
        ledger.commit_effects(run_id, now=queued, alerts=[], rows=[], letters=[letter("waits", keys=())])
        assert ledger.memory(NOW.date()).undelivered == int(wrong)
    assert ("1 letter waiting since an earlier day" in status(tmp_path).out) is wrong
