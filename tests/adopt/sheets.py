"""Old tabs from rows of cells, read by the product's own reader."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from sheetcrm.adopt.fill import fill
from sheetcrm.adopt.filled import Filled
from sheetcrm.adopt.mapping import Adoption, Part, without_doubt
from sheetcrm.adopt.old_table import OldTable
from sheetcrm.adopt.propose import propose
from sheetcrm.adopt.tables import find_tables
from sheetcrm.raw import RawBook
from sheetcrm.sync.excel.read import read_bytes
from sheetcrm.words import words_of
from tests.adopt.books import TODAY

Rows = Sequence[Sequence[Any]]


def book(tabs: dict[str, Rows], merged: dict[str, list[str]] | None = None) -> RawBook:
    """A workbook of tabs, through a file's bytes."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, rows in tabs.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        for box in (merged or {}).get(title, []):
            sheet.merge_cells(box)
    out = io.BytesIO()
    made.save(out)
    return read_bytes(out.getvalue(), Path("old.xlsx"))


def tables(rows: Rows, merged: list[str] | None = None, title: str = "Tab") -> list[OldTable]:
    return find_tables(book({title: rows}, {title: merged or []}).sheets[0])


def proposed(tabs: dict[str, Rows], merged: dict[str, list[str]] | None = None) -> Adoption:
    found = [table for sheet in book(tabs, merged).sheets for table in find_tables(sheet)]
    return propose(found, TODAY)


def targets(part: Part) -> dict[str, str]:
    return {choice.header: choice.target for choice in part.columns}


def filled(tabs: dict[str, Rows], merged: dict[str, list[str]] | None = None, language: str = "en") -> Filled:
    return fill(without_doubt(proposed(tabs, merged)), words_of(language))
