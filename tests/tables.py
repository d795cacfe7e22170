"""Tabs of tests, written as small text tables.

    book = {
        "accounts": '''
            account_id | name  | tier
            A-1        | Norte | key
        ''',
        "contracts": '''
            contract_id | account_id | start_date | end_date   | value
            C-1         | A-1        | 2026-01-01 | 2026-12-31 | 1200.50
        ''',
    }
    found = snapshot(book)

Titles and headers may be keys or words of any language. A blank cell is nothing between two bars. A plain number
(``1200.50``, not ``00123``) is a number cell and ``yyyy-mm-dd`` a date cell; everything else is text as typed, and a
leading ``'`` forces text (``'1.234``), as in a spreadsheet. ``\\n`` is a line break and ``\\|`` a bar.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from sheetcrm.model import Snapshot
from sheetcrm.raw import RawBook
from sheetcrm.reading import snapshot as read_snapshot
from sheetcrm.sync.memory import Cell, Grid, MemoryBackend

_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BAR = re.compile(r"(?<!\\)\|")


def grid(text: str) -> Grid:
    """A text table as rows of values, the header first. Blank lines are left out; ``-`` between bars stays text."""
    lines = [line for line in text.strip("\n").splitlines() if line.strip()]
    return [[cell(part.strip(" ")) for part in _BAR.split(line.strip(" "))] for line in lines]


def cell(text: str) -> Cell:
    """One cell of a text table as a value."""
    if not text:
        return None
    if text.startswith("'"):
        return text[1:]
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text.replace("\\n", "\n").replace("\\|", "|")


def backend(tabs: Mapping[str, str]) -> MemoryBackend:
    """A workbook in memory from text tables."""
    return MemoryBackend({title: grid(text) for title, text in tabs.items()})


def book(tabs: Mapping[str, str]) -> RawBook:
    """Text tables as a raw workbook."""
    return backend(tabs).read()


def snapshot(tabs: Mapping[str, str], cfg: Any = None, language: str | None = "en") -> Snapshot:
    """Text tables as read. ``language`` is the workbook's (None: as its headers tell).

    A workbook that is read again by the same settings is the same value: nobody changes a snapshot.
    """
    if cfg is not None:
        return read_snapshot(book(tabs), cfg, language)
    return _known(tuple(tabs.items()), language)


@lru_cache(maxsize=64)
def _known(tabs: tuple[tuple[str, str], ...], language: str | None) -> Snapshot:
    return read_snapshot(book(dict(tabs)), None, language)
