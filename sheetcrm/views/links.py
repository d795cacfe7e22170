"""Where a row stands, as an address that the name box of every spreadsheet program jumps to."""

from __future__ import annotations

import re
from collections.abc import Sequence

# A title that needs no quotes: letters (of any alphabet) and digits, no cell address such as A1 or R1C1.
_PLAIN = re.compile(r"[^\W\d]\w*")
_LIKE_A_CELL = re.compile(r"(?i)[a-z]{1,3}\d+|r\d*c\d*")


def row_addresses(title: str, rows: Sequence[int]) -> list[str]:
    """``Contratos!A12``: the first cell of each row of the tab with this title, quoted where it must be."""
    plain = _PLAIN.fullmatch(title) and not _LIKE_A_CELL.fullmatch(title)
    name = title if plain else "'" + title.replace("'", "''") + "'"
    return [f"{name}!A{row}" for row in rows]
