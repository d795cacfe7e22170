"""What a day changes in a workbook: cells that people typed in 5% of the rows; and what the product computed in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.schema import TABS
from sheetcrm.sync.excel.edits import ColumnEdit, SheetEdit
from sheetcrm.sync.excel.patch import patch_book
from sheetcrm.sync.excel.read import read_book
from sheetcrm.words import words_of

BIG = ("interactions", "contracts", "tickets", "accounts")
SHARE = 0.05
_TYPED: dict[str, tuple[str, Any]] = {
    "contracts": ("renewal_value", 4321.5),
    "accounts": ("volume", 98765.4),
    "interactions": ("next_step_done_on", date(2026, 11, 18)),
    "tickets": ("customer_confirmed", "sí"),
}


def titles(language: str = "es") -> list[str]:
    """The titles of the big tabs, the largest first."""
    return [words_of(language).tab(tab) for tab in BIG]


def type_in(path: Path, sizes: dict[str, int], seed: int) -> None:
    """Change one cell in 5% of the rows of each big tab, as people would have by the next morning."""
    rng, words = np.random.default_rng(seed), words_of("es")
    edits = {}
    for tab, (key, value) in _TYPED.items():
        place = [column.key for column in TABS[tab].columns].index(key) + 1
        rows = np.sort(rng.choice(sizes[tab], max(int(sizes[tab] * SHARE), 1), replace=False)) + 2
        edits[words.tab(tab)] = SheetEdit(columns={place: ColumnEdit(rows.tolist(), [value] * len(rows))})
    path.write_bytes(patch_book(path, edits).data)


def computed(path: Path, folder: Path) -> int:
    """Save the runner's columns of the big tabs, as they stand, for the naive script; the number of cells."""
    folder.mkdir()
    wanted, count = set(titles()), 0
    book = read_book(path, lambda title: title in wanted)
    words = words_of("es")
    keys = {words.tab(tab): TABS[tab] for tab in BIG}
    for sheet in book.sheets:
        tab = keys[sheet.title]
        places = {at: column for at, column in enumerate(tab.columns, 1) if column.by_runner}
        frame: dict[str, Any] = {}
        for at, column in places.items():
            if at - sheet.first_col < len(sheet.columns):
                texts = pd.Series(sheet.columns[at - sheet.first_col].slice(1).to_pandas())
                held = pd.to_numeric(texts) if column.type.is_number else texts
                if column.type.is_date:
                    held = pd.to_datetime(texts, format="ISO8601")
                frame[words.header(tab.key, column.key)] = held
                count += int(held.notna().sum())
        pd.DataFrame(frame).to_feather(folder / f"{sheet.title}.arrow")
    return count
