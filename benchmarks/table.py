"""The measurements as rows of one Markdown table, each against its target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measure import Taken
from benchmarks.passes import RULES, Day

STARTS = 5
"""Runs of what takes less than a second; the quickest counts."""


@dataclass(frozen=True)
class Row:
    """One line. ``ratio`` and ``limit`` are compared as ``at_least`` says; a ratio of None was not measured."""

    what: str
    measured: str
    against: str
    ratio: float | None
    limit: float
    at_least: bool = False
    unit: str = "×"
    judged: bool = True

    @property
    def met(self) -> bool | None:
        if self.ratio is None or not self.judged:
            return None
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit

    def cells(self) -> tuple[str, ...]:
        sign = "≥" if self.at_least else "≤"
        found = "not measured" if self.ratio is None else f"{self.ratio:.2f} {self.unit}"
        verdict = {True: "ok", False: "**missed**", None: "no verdict at this size"}[self.met]
        return self.what, f"{sign} {self.limit:g} {self.unit}", self.measured, self.against, found, verdict


def markdown(rows: Sequence[Row]) -> str:
    """The table."""
    head = ("what", "target", "measured", "against", "ratio", "")
    lines = [head, tuple("---" for _ in head), *(row.cells() for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def of_day(day: Day, small: bool) -> list[Row]:
    """The rows that one workbook gives."""
    size = f"{day.first.counts['contracts']:,} contracts"
    against_naive = 3.0 if small else 20.0
    rows = [
        _faster(f"first pass, {size}, every computed column new", day.first.taken, day.naive, against_naive),
        _faster(f"daily pass, {size}", day.daily.taken, day.naive, 3.0 if small else 25.0),
    ]
    if small:
        return rows
    rules, read = day.unchanged.cpu(*RULES), day.read.cpu
    return [
        *rows,
        Row(f"unchanged pass, {size}", _said(day.unchanged.taken), f"read alone: {_said(day.read)}",
            day.unchanged.taken.cpu / read, 1.8),
        Row("bytes that the unchanged pass wrote", "0" if day.untouched else "some", "", 0.0 if day.untouched else 1.0,
            0, unit=""),
        Row(f"rules, alerts and views, {size}", f"{rules:.1f} s cpu", f"read alone: {read:.1f} s cpu", rules / read,
            0.5),
        *(Row(f"peak memory, {name} pass, {size}", f"{one.taken.peak:.2f} GB", "", one.taken.peak, 1.5, unit="GB",
              judged=day.scale >= 1)
          for name, one in (("first", day.first), ("unchanged", day.unchanged), ("daily", day.daily))),
    ]  # fmt: skip


def per_row(least: Day, small: Day, large: Day) -> Row:
    """What a contract with its interactions and tickets costs in large and in small, the start-up taken off."""

    def slope(one: Day, other: Day) -> float:
        seconds = other.first.taken.cpu - one.first.taken.cpu
        return 1000 * seconds / (other.first.counts["contracts"] - one.first.counts["contracts"])

    first, second = slope(least, small), slope(small, large)
    what = f"cost per contract, {small.first.counts['contracts']:,} to {large.first.counts['contracts']:,}"
    return Row(what, f"{second:.2f} ms cpu", f"up to {small.first.counts['contracts']:,}: {first:.2f} ms cpu",
               second / first, 1.3)  # fmt: skip


def start(helped: Taken, bare: Taken) -> Row:
    """How long the help takes to appear."""
    base = f"`python -c pass`: {1000 * bare.cpu:.0f} ms cpu"
    return Row("`sheetcrm --help`", f"{1000 * helped.cpu:.0f} ms cpu", base,
               1000 * (helped.cpu - bare.cpu), 200, unit="ms more")  # fmt: skip


def outbox(costs: dict[str, tuple[float, float]], letters: int) -> list[Row]:
    """The rows of the outbox, from milliseconds (processor, wall) a letter. Composing has no target."""
    names = {"enqueue": "durable enqueue", "send": "send over loopback, one connection"}
    return [
        Row(f"outbox: {name}", f"{costs[key][1]:.1f} ms ({costs[key][0]:.1f} ms cpu)", f"each of {letters} letters",
            costs[key][0], 5, unit="ms")
        for key, name in names.items()
    ]  # fmt: skip


def _faster(what: str, ours: Taken, naive: Taken | None, limit: float) -> Row:
    against = f"naive script: {_said(naive)}, {naive.peak:.2f} GB" if naive else "naive script"
    return Row(what, _said(ours), against, naive.cpu / ours.cpu if naive else None, limit, at_least=True)


def _said(taken: Taken) -> str:
    return f"{taken.wall:.1f} s ({taken.cpu:.1f} s cpu)"
