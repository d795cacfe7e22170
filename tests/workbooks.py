"""Workbooks of tests, made with openpyxl, and the small changes to their bytes that openpyxl cannot make."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from sheetcrm.sync.excel.template import template_bytes


@cache
def template(language: str) -> bytes:
    """The empty workbook of a language as the code makes it now."""
    return template_bytes(language)


def save(
    path: Path,
    tabs: Mapping[str, Sequence[Sequence[Any]]],
    *,
    at: tuple[int, int] = (1, 1),
    change: Callable[[Workbook], None] | None = None,
) -> Path:
    """A workbook with these grids, whose first cell stands at (row, column) ``at``; ``change`` has the last word."""
    book = Workbook()
    book.remove(book.active)
    for title, grid in tabs.items():
        sheet: Worksheet = book.create_sheet(title)
        for row, cells in enumerate(grid, start=at[0]):
            for col, value in enumerate(cells, start=at[1]):
                if value is not None:
                    cell = sheet.cell(row, col)
                    cell.value = value
                    if isinstance(value, str) and value.startswith("'"):
                        cell.value, cell.data_type = value[1:], "s"
    if change is not None:
        change(book)
    book.save(path)
    return path


def edit_part(path: Path, part: str, pattern: str, replacement: str) -> None:
    """Replace a pattern in one part of a workbook's file."""
    with zipfile.ZipFile(path) as source:
        parts = {entry.filename: source.read(entry) for entry in source.infolist()}
    text, count = re.subn(pattern, replacement, parts[part].decode())
    assert count, f"{part} has no {pattern}"
    parts[part] = text.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name, data)
