"""Which row is whose, whatever people sort or insert: rows are found by their ids, never by their place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sheetcrm.schema import Tab
from sheetcrm.sync.google.cells import Cell, at, to_text

Name = str | tuple[str, ...]
"""A row's id; of rows that need none, what people wrote in them that the runner's columns follow from."""

_TRIMMED = " \t\r\n\u00a0\u2007\u202f\u200b\u200c\u200d\u2060\ufeff"

_FOLLOWED: Mapping[str, tuple[str, ...]] = {
    "interactions": ("date", "account_id", "summary", "next_step", "next_step_due", "next_step_done_on"),
}
"""People's columns that tell rows without an id from each other."""


def identity(tab: Tab, where: Mapping[str, int]) -> tuple[str, ...]:
    """The columns that name a row: its id, and for tabs whose rows need none, what else tells them apart."""
    others = () if tab.id_required else _FOLLOWED.get(tab.key, ())
    return tuple(key for key in (tab.id, *others) if key in where)


def rows_by_name(tab: Tab, keys: Sequence[str], columns: Sequence[Sequence[Cell]], header_row: int) -> dict[Name, int]:
    """Name → 1-based row, for names that only one row below the header has. Duplicates are nobody's."""
    last = max((len(column) for column in columns), default=0)
    found: dict[Name, int] = {}
    seen: Counter[Name] = Counter()
    named = bool(keys) and keys[0] == tab.id
    for row in range(header_row + 1, last + 1):
        own = fold(tab, at(columns[0], row)) if named else ""
        if own:
            name: Name = own
        elif tab.id_required:
            continue
        else:
            parts = tuple(to_text(at(column, row)) or "" for column in (columns[1:] if named else columns))
            if not any(parts):
                continue
            # Rows that say the same are told apart by their order: what follows from them is the same as well.
            seen[parts] += 1
            name = (*parts, str(seen[parts]))
        if isinstance(name, str):
            seen[name] += 1
        found[name] = row
    return {name: row for name, row in found.items() if not isinstance(name, str) or seen[name] == 1}


def fold(tab: Tab, cell: Cell) -> str:
    """An id as the reader compares it: without the spaces around it; an address in lower case."""
    text = (to_text(cell) or "").strip(_TRIMMED)
    return text.lower() if tab.key == "team" else text
