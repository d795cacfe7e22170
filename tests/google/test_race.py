"""People edit while the runner writes: not a cell of theirs changes, and the runner's are right in the end."""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.google.desk import Desk, small_book
from tests.google.race import BOT, TAB, Crowd, pass_, rows
from tests.sheets_server import SheetsServer

ROWS = 12
FIRST_DAY = 46000


def race(passes: int, seed: int, folder: Path) -> Counter[str]:
    """This many passes with a person's edit in one gap out of five; raises where one of their cells changed."""
    dice = random.Random(seed)
    counts: Counter[str] = Counter()
    numbers = itertools.count(1)
    with SheetsServer() as server:
        desk = Desk(server, folder)
        tasks = small_book()
        backend = None
        for number in range(passes):
            if number % 50 == 0:  # a fresh sheet now and then, also one whose columns are not tagged yet
                desk.file_id = server.create(tabs={TAB: rows(ROWS), "Tasks": tasks["Tasks"]})
                backend = desk.backend()
                backend.transport.session.headers["X-Race"] = str(seed)
            assert backend is not None
            crowd = Crowd(desk, dice, numbers)
            crowd.remember()

            def meanwhile(crowd: Crowd = crowd) -> None:
                counts["gaps"] += 1
                if dice.random() < 0.2:
                    crowd.edit()

            server.faults.clear()
            server.between(meanwhile, times=None, path="/v4/")
            day = FIRST_DAY + number
            outcome = pass_(backend, day, task=number % 10 == 0)
            server.faults.clear()
            counts[outcome.state] += 1
            counts["edits"] += crowd.edits.total()
            for name, count in crowd.edits.items():
                counts[f"edit {name}"] += count
            assert crowd.view() == crowd.theirs, (
                number,
                crowd.edits,
                crowd.theirs - crowd.view(),
                crowd.view() - crowd.theirs,
            )
            if outcome.state == "written":
                assert crowd.headers() == Counter(BOT)
                wrong, total = crowd.stale(day)
                counts["stale"] += wrong
                counts["cells"] += total
            if number % 5 == 0 or outcome.state != "written" or wrong:
                crowd.added.clear()
                assert pass_(backend, day, task=number % 10 == 0).state in ("written", "unchanged")
                counts["quiet"] += 1
                assert crowd.stale(day)[0] == 0, (number, crowd.edits)
                ids = [value for value in desk.column("Tasks", "Task ID") if value]
                assert len(ids) == len(set(ids))
                if number % 10 == 0:
                    assert f"S-{day}" in ids
        assert server.findings == []
    return counts


def test_passes_among_people_who_edit(tmp_path: Path) -> None:
    counts = race(30, 7, tmp_path)
    assert counts["stale"] <= 0.01 * counts["cells"]
    assert counts["edits"] > 25


@pytest.mark.proof
def test_three_thousand_passes_among_people_who_edit(tmp_path: Path) -> None:
    start = time.perf_counter()
    counts = race(3000, 2026, tmp_path)
    print(f"\nrace: 3000 passes in {time.perf_counter() - start:.0f} s, {counts['gaps']} gaps, {counts['edits']} edits")
    print({name: count for name, count in sorted(counts.items()) if name.startswith("edit ")})
    print(
        f"outcomes: {counts['written']} written, {counts['changed']} left to the next run, {counts['postponed']} postponed"
    )
    share = counts["stale"] / counts["cells"]
    print(
        f"cells of theirs changed: 0; stale cells of the runner: {counts['stale']} of {counts['cells']} ({share:.3%})"
    )
    print(f"after a further pass, {counts['quiet']} times: 0 stale")
    assert share <= 0.001
