"""A pass in a process of its own: how each end is understood."""

from __future__ import annotations

import json
import sys

import pytest

from sheetcrm.service.child import Child
from sheetcrm.service.loop import Pass


def child(script: str, *, memory_mb: int = 0, minutes: float = 1.0) -> Child:
    return Child((), memory_mb, minutes, command=(sys.executable, "-c", script))


def saying(report: dict[str, object], code: int) -> str:
    return f"import sys; print({json.dumps(json.dumps(report))}); sys.exit({code})"


@pytest.mark.parametrize(
    ("report", "code", "ended"),
    [
        ({"state": "done"}, 0, Pass("done")),
        ({"state": "unchanged"}, 3, Pass("done")),
        ({"state": "done", "letters": {"left": 2}}, 75, Pass("done")),
        ({"state": "postponed", "why": "open by Ana"}, 75, Pass("postponed", "open by Ana")),
        ({"state": "refused", "refusals": ["too much goes blank"]}, 1, Pass("failed", "too much goes blank")),
    ],
)
def test_the_report_says_how_it_ended(report: dict[str, object], code: int, ended: Pass) -> None:
    assert child(saying(report, code)).perform("digest") == ended


def test_words_on_standard_error_are_the_reason() -> None:
    script = "import sys; print('The state folder is full.', file=sys.stderr); sys.exit(1)"
    assert child(script).perform("digest") == Pass("failed", "The state folder is full.")


def test_another_runner_is_no_failure() -> None:
    script = "import sys; print('Another sheetcrm is working', file=sys.stderr); sys.exit(75)"
    assert child(script).perform("digest").ended == "postponed"


def test_an_abort_of_the_reader_ends_the_child_only() -> None:
    ended = child("import os; os.abort()").perform("digest")
    assert ended.ended == "failed"
    assert "SIGABRT" in ended.error


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no memory limit of a process")
def test_a_pass_that_takes_too_much_memory_fails() -> None:
    ended = child("x = bytearray(900 * 1024 * 1024)", memory_mb=400).perform("digest")
    assert ended.ended == "failed"
    assert "MemoryError" in ended.error


def test_a_pass_that_takes_too_long_is_stopped() -> None:
    ended = child("import time; time.sleep(60)", minutes=0.005).perform("digest")
    assert ended.ended == "failed"
    assert "longer than" in ended.error


def test_the_task_and_the_options_are_handed_on() -> None:
    script = "import sys, json; print(json.dumps({'state': 'postponed', 'why': ' '.join(sys.argv[1:])}))"
    found = Child(("--state", "x y"), 0, 1, command=(sys.executable, "-c", script)).perform("tickets")
    assert found.error == "--task tickets --state x y"
