"""How long it takes to look at a large sheet and to write columns into it, against openpyxl on the same sheet.

    python -m benchmarks.excel_patch [--rows 20000] [--without-openpyxl]

One tab of 45 columns, 15 of them the runner's, written (a) all new, (b) two columns that change in every row, at the
right edge and in the middle, (c) with the values that are there already. Seconds are of the processor's time.
"""

import argparse
import io
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import openpyxl

from sheetcrm.address import letters
from sheetcrm.sync.excel.edits import Cell, ColumnEdit, SheetEdit
from sheetcrm.sync.excel.patch import PatchResult, patch_book
from sheetcrm.sync.excel.scan import scan_bytes

RUNNER = range(31, 46)
T = TypeVar("T")


def make(rows: int) -> bytes:
    """30 columns of people's values and 15 headers of the runner's, as openpyxl's fast writer saves them."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("contracts")
    sheet.append([f"column {n}" for n in range(1, 46)])
    for r in range(2, rows + 2):
        sheet.append(
            [(f"C-{r:06d}", r * 1.25, r % 97, f"cliente nº {r % 5000}", None, r % 2 == 0)[n % 6] for n in range(30)]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def values(col: int, rows: range, day: int) -> list[Cell]:
    """Days, sentences and money, by turns."""
    if col % 3 == 0:
        return [(r + day) % 91 for r in rows]
    if col % 3 == 1:
        return [f"vence en {(r + day) % 91} días: término {r}" for r in rows]
    return [r * 0.75 + day for r in rows]


def edits(rows: range, cols: range | tuple[int, ...], day: int) -> dict[str, SheetEdit]:
    """New values of these columns on a day."""
    return {"contracts": SheetEdit({col: ColumnEdit(rows, values(col, rows, day)) for col in cols})}


def timed(what: str, act: Callable[[], T], against: float | None = None) -> tuple[T, float]:
    """Run, print seconds and the ratio, return both."""
    start = time.process_time()
    result = act()
    took = time.process_time() - start
    ratio = f"{against / took:8.1f} times faster" if against else ""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    print(f"{what:44}{took:8.2f} s {ratio:24} peak {peak:,.0f} MB", flush=True)
    return result, took


def by_openpyxl(data: bytes, rows: range) -> bytes:
    """The same cells the usual way: load, set, save."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["contracts"]
    for col in RUNNER:
        for row, value in zip(rows, values(col, rows, 0), strict=True):
            sheet[f"{letters(col)}{row}"] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--without-openpyxl", action="store_true")
    options = parser.parse_args()
    data = make(options.rows)
    rows = range(2, options.rows + 2)
    print(f"{options.rows:,} rows × 45 columns, {len(data) / 2**20:.1f} MB")
    look, _ = timed("scan", lambda: scan_bytes(data, Path("bench.xlsx")))
    first: PatchResult
    naive = None
    first, _ = timed("all 15 columns new", lambda: patch_book(data, edits(rows, RUNNER, 0), look))
    full = first.data
    timed("15 columns, every value another", lambda: patch_book(full, edits(rows, RUNNER, 1)))
    timed("2 columns at the right edge", lambda: patch_book(full, edits(rows, (44, 45), 1)))
    timed("2 columns in the middle", lambda: patch_book(full, edits(rows, (3, 9), 1)))
    same, _ = timed("nothing new in 15 columns", lambda: patch_book(full, edits(rows, RUNNER, 0)))
    assert same.data is full
    if not options.without_openpyxl:
        _, naive = timed("openpyxl: load, set the 15 columns, save", lambda: by_openpyxl(data, rows))
        timed("again, all 15 columns new", lambda: patch_book(data, edits(rows, RUNNER, 0)), naive)
        timed("again, 2 columns", lambda: patch_book(full, edits(rows, (44, 45), 1)), naive)


if __name__ == "__main__":
    main()
