"""Every fault at every call of a pass: it completes or postpones in words, and the next run puts all right."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sheetcrm.run import Report, run
from sheetcrm.sync.google.errors import GoogleError
from tests.google.desk import Desk, small_book
from tests.sheets_server import KINDS, SheetsServer

TABS = ("Contracts", "Accounts", "Interactions", "Tickets", "Tasks", "Team", "Alerts")
QUICK = {"read_seconds": 0.3, "connect_seconds": 0.3}


def cells(desk: Desk) -> dict[str, Any]:
    """All cells; the appended rows in the order of their ids."""
    found = {tab: desk.values(tab) for tab in TABS}
    return {tab: [rows[0], *sorted(rows[1:], key=str)] for tab, rows in found.items()}


def letters(desk: Desk, state: str = "state") -> Counter[str]:
    """The mails that went out, by their Message-ID."""
    found: Counter[str] = Counter()
    for path in (desk.folder / state / "outbox").glob("*.eml"):
        head = path.read_text(encoding="utf-8", errors="replace")
        found[next(line for line in head.splitlines() if line.lower().startswith("message-id"))] += 1
    return found


def clean(folder: Path) -> tuple[dict[str, Any], int, int]:
    """What a run without faults leaves, how many calls it makes, and how many mails it sends."""
    folder.mkdir()
    with SheetsServer() as server:
        desk = Desk(server, folder, server.create(tabs=small_book()))
        run(desk.job())
        calls = [call for call in server.calls if call.kind != "token"]
        return cells(desk), len(calls), len(letters(desk))


def struck(folder: Path, fault: str, call: int, times: int | None) -> tuple[str, dict[str, Any], Counter[str]]:
    """A run with a fault at a call, then runs without until nothing is left to do."""
    folder.mkdir()
    with SheetsServer() as server:
        desk = Desk(server, folder, server.create(tabs=small_book()), dict(QUICK))
        desk.settings |= {"retries": 2, "lock_seconds": 0.0001} if times is None else {}
        server.faults.add(fault, path="/v4/", call=call, times=times, seconds=1)
        try:
            state = run(desk.job()).state
        except GoogleError as error:
            state = "stopped in words" if str(error) else "stopped without a word"
        server.faults.clear()
        desk.settings |= {"read_seconds": 20.0, "lock_seconds": 60.0}
        report: Report = run(desk.job())
        assert report.state in ("done", "unchanged"), report.why
        assert run(desk.job()).state == "unchanged"
        assert server.findings == []
        return state, cells(desk), letters(desk)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], int, int]:
    return clean(tmp_path_factory.mktemp("undisturbed") / "clean")


@pytest.mark.parametrize(
    ("fault", "call"),
    [
        ("lost reply", 4),
        ("lost reply", 6),
        pytest.param("lost reply", 7, marks=pytest.mark.proof),
        ("500", 6),
        pytest.param("500", 4, marks=pytest.mark.proof),
        pytest.param("500", 7, marks=pytest.mark.proof),
    ],
)
def test_a_fault_while_writing(
    undisturbed: tuple[dict[str, Any], int, int], tmp_path: Path, fault: str, call: int
) -> None:
    expected, _, mails = undisturbed
    state, found, sent = struck(tmp_path / "struck", fault, call, 1)
    assert state in ("done", "postponed")
    assert found == expected
    assert len(sent) == mails
    assert set(sent.values()) == {1}


@pytest.mark.proof
def test_every_fault_at_every_call(undisturbed: tuple[dict[str, Any], int, int], tmp_path: Path) -> None:
    expected, calls, mails = undisturbed
    ends: Counter[str] = Counter()
    for fault in KINDS:
        for call in range(1, calls + 1):
            for times in (1, None):
                name = f"{fault.replace(' ', '-')}-{call}-{times}"
                state, found, sent = struck(tmp_path / name, fault, call, times)
                ends[f"{'once' if times else 'lasting'}: {state}"] += 1
                assert found == expected, name
                assert len(sent) == mails, name
                assert set(sent.values()) == {1}, name
    print(f"\nfaults: {len(KINDS)} kinds at each of {calls} calls, once and lasting: {sum(ends.values())} runs")
    print(dict(ends), "and after the next run every cell, row and mail as without faults")
