"""The passes over one workbook: first, unchanged, daily; and what they are measured against."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks import measure
from benchmarks.day import computed, titles, type_in
from benchmarks.maker import make
from benchmarks.measure import Taken

DAY = date(2026, 11, 19)
SEED = 7
_CONFIG = 'workbook: book.xlsx\ntimezone: Europe/Madrid\nlanguage: es\nmail:\n  allowed: ["example.com"]\n'
RULES = ("compute", "decide", "compare")
"""The steps of rules, alerts and views."""


@dataclass(frozen=True)
class Pass:
    """A pass by its process and its steps (name → processor and wall seconds)."""

    taken: Taken
    steps: dict[str, tuple[float, float]]
    cells: int
    counts: dict[str, int]

    def cpu(self, *steps: str) -> float:
        """Processor seconds of these steps."""
        return sum(self.steps[step][0] for step in steps)


@dataclass(frozen=True)
class Day:
    """All that was measured on one workbook. ``naive`` is missing where nobody asked for it."""

    scale: float
    filled: int
    made: int
    first: Pass
    unchanged: Pass
    untouched: bool
    read: Taken
    daily: Pass
    naive: Taken | None


def measured(scale: float, folder: Path, say: Callable[[str], None], *, naive: bool) -> Day:
    """Make a workbook and take it through two days. ``untouched``: the unchanged pass left every byte and the file."""
    folder.mkdir(parents=True)
    book = folder / "book.xlsx"
    say(f"making a workbook at scale {scale:g}")
    filled = make(book, scale, SEED, DAY)
    (folder / "config.yaml").write_text(_CONFIG, encoding="utf-8")
    shutil.copy(book, folder / "before.xlsx")
    say("first pass")
    first = one_pass(folder, DAY)
    made = computed(book, folder / "cells")
    say("unchanged pass")
    before = book.read_bytes(), book.stat()
    unchanged = one_pass(folder, DAY)
    after = book.read_bytes(), book.stat()
    untouched = before[0] == after[0] and before[1].st_ino == after[1].st_ino
    untouched = untouched and before[1].st_mtime_ns == after[1].st_mtime_ns and unchanged.cells == 0
    del before, after
    say("the read alone")
    read = measure.python(["-m", "benchmarks.read_alone", book, *titles()], folder)
    say("daily pass")
    sizes = {tab: first.counts[tab] for tab in ("contracts", "accounts", "interactions", "tickets")}
    type_in(book, sizes, SEED)
    daily = one_pass(folder, DAY + timedelta(days=1))
    taken = None
    if naive:
        say("the naive script, which takes longest")
        taken = measure.python(["-m", "benchmarks.naive", "before.xlsx", "cells", "naive.xlsx"], folder)
    return Day(scale, filled, made, first, unchanged, untouched, read, daily, taken)


def one_pass(folder: Path, as_of: date) -> Pass:
    """A pass in a process of its own, start and imports included."""
    arguments = ["-m", "benchmarks.one_pass", "config.yaml", "state", as_of.isoformat()]
    taken = measure.python(arguments, folder)
    told: dict[str, Any] = json.loads(taken.printed.splitlines()[-1])
    steps = {name: (cpu, wall) for name, (cpu, wall) in told["steps"].items()}
    return Pass(taken, steps, told["cells"], told["counts"])
