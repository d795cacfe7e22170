"""`python -m benchmarks.google_calls [ROWS …]`: how often a day's pass calls Google, on the Sheets server of the tests.

Per size: the first pass, the next day's (days change in every row), and one in which nothing changes. Reads and writes
are the pass's own; lock, append and tag calls are listed apart.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.company import CONTRACTS, company
from sheetcrm.run import run
from sheetcrm.schema import TABS
from sheetcrm.words import words_of
from tests.google.desk import Desk
from tests.sheets_server import SheetsServer

TODAY = date(2026, 11, 23)
SIZES = (1_000, 10_000, 100_000)
KEPT = ("contracts", "accounts", "team")
_EPOCH = np.datetime64("1899-12-30", "D")


def main() -> None:
    """Print a line for each pass of each size."""
    sizes = [int(text) for text in sys.argv[1:]] or list(SIZES)
    print("| contracts | pass | reads | writes | apart | sent kB | received kB | seconds |")
    print("|---|---|---|---|---|---|---|---|")
    for size in sizes:
        with SheetsServer() as server, tempfile.TemporaryDirectory(prefix="google-calls-") as folder:
            desk = Desk(server, Path(folder), server.create(tabs=dict(tabs(size))))
            desk.settings |= {"read_seconds": 300.0, "deadline_seconds": 900.0}
            for name, day in (
                ("first", TODAY),
                ("next day", TODAY + timedelta(1)),
                ("unchanged", TODAY + timedelta(1)),
            ):
                print(f"| {size:,} | {name} | {one_pass(desk, day)} |", flush=True)
            if server.findings:
                raise SystemExit(f"the discovery document has something against: {server.findings[:3]}")


def one_pass(desk: Desk, day: date) -> str:
    """One run and what it cost."""
    backend = desk.backend()
    start = time.perf_counter()
    report = run(desk.job(backend, as_of=day))
    if report.state not in ("done", "unchanged"):
        raise SystemExit(f"{report.state}: {report.why} {report.plan.refusals}")
    calls = backend.transport.traffic.as_dict()
    apart = calls["apart"]
    told = ", ".join(f"{count} {name}" for name, count in apart.items()) if isinstance(apart, dict) else ""
    traffic = backend.transport.traffic
    sizes = f"{traffic.sent_bytes / 1024:,.0f} | {traffic.received_bytes / 1024:,.0f}"
    return f"{calls['reads']} | {calls['writes']} | {told or '–'} | {sizes} | {time.perf_counter() - start:.1f}"


def tabs(contracts: int) -> Iterator[tuple[str, list[list[Any]]]]:
    """Title → rows, with all columns of the dictionary; the tasks and alerts tabs are empty."""
    words = words_of("en")
    found = company(contracts / CONTRACTS, 1, TODAY)
    for key in (*KEPT, "tasks", "alerts", "problems"):
        columns = TABS[key].columns
        frame = found.get(key, pd.DataFrame())
        header = [words.header(key, column.key) for column in columns]
        blank = [None] * len(frame)
        cells = [_cells(frame[column.key]) if column.key in frame else blank for column in columns]
        yield words.tab(key), [header, *(list(row) for row in zip(*cells, strict=True))]


def _cells(values: pd.Series[Any]) -> list[Any]:
    if pd.api.types.is_datetime64_any_dtype(values):
        days = (values.to_numpy().astype("datetime64[D]") - _EPOCH).astype(float)
        return [None if day != day or day < 0 else int(day) for day in days]
    return [None if value is None or value != value else value for value in values.tolist()]


if __name__ == "__main__":
    main()
