"""Where the real workbooks are, and how a hundred cells of one are chosen."""

import os
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sheetcrm.address import MAX_COL, MAX_ROW
from sheetcrm.sync.excel import cell_kinds
from sheetcrm.sync.excel.obstacles import blocked_rows
from sheetcrm.sync.excel.scan import BookScan, SheetScan

FOLDER = Path(os.environ.get("SHEETCRM_CORPORA", "../shared/corpora")) / "workbooks"
VALUES = (
    12.5,
    "Año nuevo — Ünïcode 😀 <&>",
    True,
    date(2026, 11, 21),
    -7,
    "=1+1 is text",
    " two  spaces\nand a line ",
    None,
    False,
    1e-9,
    "_x0041_ kept",
)


def workbooks() -> list[Path]:
    """The real workbooks, or a skip that says why."""
    found = sorted(path for path in FOLDER.glob("*") if path.suffix in (".xlsx", ".xlsm", ".xltx"))
    if not found:
        pytest.skip(f"no real workbooks at {FOLDER} (set SHEETCRM_CORPORA to the folder that holds them)")
    return found


def hundred_cells(scan: BookScan) -> dict[str, dict[tuple[int, int], object]]:
    """Up to 100 cells over all tabs: cells with values, blank ones, and cells beyond what is used."""
    sheets = [sheet for sheet in scan.sheets if not sheet.unpatchable]
    chosen: dict[str, dict[tuple[int, int], object]] = {}
    share = -(-100 // max(len(sheets), 1))
    number = 0
    for sheet in sheets:
        for row, col in _cells(sheet, share):
            if number == 100:
                return chosen
            chosen.setdefault(sheet.title, {})[row, col] = VALUES[number % len(VALUES)]
            number += 1
    return chosen


def _cells(sheet: SheetScan, count: int) -> list[tuple[int, int]]:
    plain = np.flatnonzero(((sheet.cells.kinds & cell_kinds.FORMULA) == 0) & (sheet.cells.kinds != cell_kinds.BLANK))
    step = max(len(plain) // max(count // 2, 1), 1)
    wanted = [(int(sheet.cells.rows[i]), int(sheet.cells.cols[i])) for i in plain[::step][: count // 2]]
    bottom, right = max(sheet.last_row, 1), max(sheet.last_col, 1)
    blank = [(row, col) for row in range(1, bottom + 1, 3) for col in range(1, right + 1, 2)][: count // 4]
    beyond = [(bottom + 1 + n, 1 + n % (right + 3)) for n in range(count)] + [(2, right + 2 + n) for n in range(5)]
    cells = dict.fromkeys([*wanted, *blank, (MAX_ROW, 3), (5, MAX_COL) if count > 20 else (5, 1), *beyond])
    free = [(r, c) for r, c in cells if r <= MAX_ROW and c <= MAX_COL and not blocked_rows(sheet, c, np.array([r]))]
    return free[:count]
