"""kill -9 anywhere between deciding to write and being done: nothing is lost, customers hear at most once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.mail.servers import scripted

pytestmark = [pytest.mark.proof, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")]
ROOT = Path(__file__).parents[2]


def _cases(folder: Path, port: int, kind: str, stride: int) -> list[dict]:
    command = [sys.executable, "-m", "tests.mail.crash_runner", str(folder), str(port), kind, str(stride)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def _check_ledger(case: dict) -> None:
    """After the recovery the ledger is whole, knows every alert, and owes nothing."""
    assert case["integrity"] == "ok"
    assert len(case["alerts"]) == len(case["outbox"]) == 4
    assert set(case["intents"].values()) == {"written"}
    for number in range(4):
        state = case["outbox"][f"case{case['case']}-{number}@example.com"]
        assert state == "sent" or (number >= 2 and state == "held"), case
        assert case["alerts"][f"a{number}"] == state


def _prove_smtp(folder: Path, stride: int) -> Counter:
    seen: Counter = Counter()
    with scripted() as (handler, server):
        cases = _cases(folder, server.port, "smtp", stride)
    arrived: dict[str, list[bytes]] = {}
    for _, [to], data in handler.taken:
        arrived.setdefault(to, []).append(data)
    assert [case["killed"] for case in cases] == [True] * (len(cases) - 1) + [False]
    for case in cases:
        _check_ledger(case)
        if case["leased"]:
            before, after = case["leased"]
            assert before == after, case
            seen["leased"] += len(before)
        for number in range(4):
            to = f"case{case['case']}-{number}@example.com"
            copies = arrived.get(to, [])
            assert {copy.hex() for copy in copies} <= {case["data"][to]}
            if number < 2:
                assert len(copies) >= 1
                seen["repeated"] += len(copies) > 1
            else:
                assert len(copies) <= 1
                assert copies or case["outbox"][to] == "held"
                seen["held"] += case["outbox"][to] == "held"
    return seen + Counter(cases=len(cases))


def test_killed_now_and_then(tmp_path):
    seen = _prove_smtp(tmp_path, stride=101)
    assert seen["cases"] > 3


def test_killed_at_every_write_and_send(tmp_path):
    seen = _prove_smtp(tmp_path, stride=1)
    # Both must have happened, or the kills missed the moments that matter.
    assert seen["repeated"] > 0
    assert seen["held"] > 0
    assert seen["leased"] > 0
    print(f"\n{dict(seen)}")


def test_killed_at_every_write_of_a_file(tmp_path):
    cases = _cases(tmp_path, 0, "files", 1)
    assert len(cases) > 50
    for case in cases:
        _check_ledger(case)
        written = {path.read_bytes().hex() for path in (tmp_path / str(case["case"]) / "outbox").glob("*.eml")}
        expected = {case["data"][to] for to, state in case["outbox"].items() if state == "sent"}
        assert expected <= written <= set(case["data"].values())
