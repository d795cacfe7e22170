"""``serve`` and ``status`` as processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sheetcrm.ledger import Ledger
from tests.cli.conftest import call

pytestmark = pytest.mark.proof

CLI = [sys.executable, "-m", "sheetcrm"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    assert call("init", "--excel", str(tmp_path / "crm.xlsx")).code == 0
    with (tmp_path / "config.yaml").open("a", encoding="utf-8") as settings:
        # Every hour of every day counts, so that the test is the same at night and on a Sunday.
        settings.write(
            "\ncalendar: {workdays: [0, 1, 2, 3, 4, 5, 6], holiday_country: '', day_starts: '00:00', day_ends: '23:59'}"
            "\nschedule: {tickets_minutes: 1, catch_up_hours: 48}\n"
        )
    return tmp_path


def start(place: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([*CLI, "serve", "--log-json"], cwd=place, stderr=subprocess.PIPE, text=True)


def lines_until(process: subprocess.Popen[str], message: str) -> list[dict[str, object]]:
    assert process.stderr is not None
    found: list[dict[str, object]] = []
    for line in process.stderr:
        found.append(json.loads(line))
        if found[-1]["message"] == message:
            return found
    raise AssertionError(f"{message!r} was never logged; instead: {found}")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that a process can answer")
def test_serve_works_is_alone_and_stops_between_two_passes(place: Path) -> None:
    process = start(place)
    try:
        begun = lines_until(process, "pass begins")
        assert begun[0]["message"] == "serving"
        second = subprocess.run([*CLI, "serve"], cwd=place, capture_output=True, text=True, check=False)
        assert second.returncode == 2
        assert "sheetcrm status" in second.stderr
        process.send_signal(signal.SIGTERM)
        ended = lines_until(process, "stopped")
        # The pass that ran when the stop came was let finish, and no other began after it; slots of days ago may have
        # been given up before the stop came.
        told = [line["message"] for line in ended if line["message"] != "slot missed"]
        assert told == ["pass done", "stopped"]
        assert process.wait(30) == 0
    finally:
        process.kill()
    status = subprocess.run([*CLI, "status", "--json"], cwd=place, capture_output=True, text=True, check=False)
    report = json.loads(status.stdout)
    assert status.returncode == 0, report["trouble"]
    assert report["serving"] is False
    assert report["runs"][0]["state"] == "done"


def test_a_serve_that_is_killed_in_a_pass_runs_that_slot_again(place: Path) -> None:
    process = start(place)
    lines_until(process, "pass begins")
    os.kill(process.pid, signal.SIGKILL)
    process.wait(30)
    time.sleep(10)  # its pass is a process of its own, and comes to its end
    again = subprocess.run(
        [*CLI, "serve", "--once", "--log-json"], cwd=place, capture_output=True, text=True, check=True
    )
    begun = [json.loads(line) for line in again.stderr.splitlines()]
    assert [line["attempt"] for line in begun if line["message"] == "pass begins"][:1] == [2]
    with Ledger.look(place / "state") as ledger:
        assert {slot.state for slot in ledger.latest_slots()} <= {"done", "missed"}
