"""Which sheet is meant, and where people open it. Light: every command asks this of its workbook."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"https?://[^/]+/spreadsheets/(?:u/\d+/)?d/([A-Za-z0-9_-]+)")
_ID = re.compile(r"[A-Za-z0-9_-]{25,}")


def file_id_of(workbook: str) -> str | None:
    """The id in a sheet's address, or the id itself; None for the path of a file."""
    text = workbook.strip()
    match = _ADDRESS.match(text)
    if match is not None:
        return match[1]
    return text if _ID.fullmatch(text) else None


def sheet_url(file_id: str) -> str:
    """The address of a sheet, for people."""
    return f"https://docs.google.com/spreadsheets/d/{file_id}/edit"
