"""`python -m benchmarks [--quick] [--scale X]`: measures everything in one run and prints the table."""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import measure, table
from benchmarks.outbox import LETTERS, per_letter
from benchmarks.passes import Day, measured

LEAST, SMALL = 0.001, 0.01
RESULTS = Path(__file__).with_name("results.md")


def main() -> None:
    """Measure; a full run also writes results.md."""
    asked = _arguments()
    for package in ("sheetcrm", "benchmarks"):
        compileall.compile_dir(str(RESULTS.parent.parent / package), quiet=1)
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        text = _report(asked, Path(name))
    print(text)
    if not asked.quick:
        RESULTS.write_text(text + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the small sizes only; writes no results.md")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the big workbook; 1 is 100,000 contracts")
    parser.add_argument("--naive-scale", type=float, help="size for the naive script, if not that of the big workbook")
    return parser.parse_args()


def _report(asked: argparse.Namespace, folder: Path) -> str:
    rows = [table.start(_best("-m", "sheetcrm", "--help", folder=folder), _best("-c", "pass", folder=folder))]
    small = measured(SMALL, folder / "small", _say, naive=True)
    rows += table.of_day(small, small=True)
    if not asked.quick:
        rows += _big(asked, folder, small)
    letters = 100 if asked.quick else LETTERS
    rows += table.outbox(per_letter(folder / "outbox", letters), letters)
    return f"{_about()}\n\n{table.markdown(rows)}"


def _big(asked: argparse.Namespace, folder: Path, small: Day) -> list[table.Row]:
    rows: list[table.Row] = []
    scales = dict.fromkeys((asked.naive_scale or asked.scale, asked.scale))
    for scale in scales:
        large = measured(scale, folder / f"{scale:g}", _say, naive=scale == next(iter(scales)))
        rows += table.of_day(large, small=False)
    least = measured(LEAST, folder / "least", _say, naive=False)
    return [*rows, table.per_row(least, small, large)]


def _best(*arguments: str, folder: Path) -> measure.Taken:
    return measure.best(arguments, folder, table.STARTS)


def _about() -> str:
    machine = f"{os.cpu_count()} cores, {_memory():.0f} GB, {platform.system()}, Python {platform.python_version()}"
    busy = f"load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    command = " ".join(["python -m benchmarks", *sys.argv[1:]])
    return (
        f"# What was measured\n\n{datetime.now(UTC):%Y-%m-%d}, {machine}, {busy}. Command: `{command}`.\n\n"
        "Ratios are of processor seconds (user and system, all threads): other work on the machine changes them "
        "less than wall seconds, which stand beside them, but can still double them. Every pass is a process of its "
        "own, start and imports included."
    )


def _memory() -> float:
    names: Callable[[str], int] = os.sysconf
    return names("SC_PAGE_SIZE") * names("SC_PHYS_PAGES") / 1e9


def _say(text: str) -> None:
    print(f"  {text} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
