"""The tabs as a reader meets them: their order, what stays in view, and the colour of their ears."""

from __future__ import annotations

from sheetcrm.schema import Tab

ORDER = (
    "dashboard",
    "agenda",
    "contracts",
    "accounts",
    "interactions",
    "tickets",
    "opportunities",
    "tasks",
    "contacts",
    "invoices",
    "team",
    "alerts",
    "problems",
    "segments",
)
"""The tabs as a reader meets them, after the guide: what to do today, then the data, then what the runner reports."""

_FROZEN = {"accounts": 2, "contracts": 3, "contacts": 3, "interactions": 3, "agenda": 0, "problems": 0, "segments": 0}

_NAMED_BY = {"agenda": "account", "problems": "tab", "segments": "account"}
"""Tabs in which nothing is frozen → the column that says whose a row is."""


def frozen_columns(tab: Tab) -> int:
    """Columns that stay in view beside the header row: the id, where nothing else is said."""
    return _FROZEN.get(tab.key, 1)


def repeated_columns(tab: Tab) -> tuple[int, int]:
    """The first and the last place (from 1) of the columns that every printed page shows; (0, 0): none."""
    if tab.key in _NAMED_BY:
        place = [column.key for column in tab.columns].index(_NAMED_BY[tab.key]) + 1
        return place, place
    frozen = frozen_columns(tab)
    return (1, frozen) if frozen else (0, 0)


def colour_kind(tab: Tab) -> str:
    """The key of the tab's colour in ``colours.TAB_COLOURS``."""
    return "optional" if tab.optional else tab.kind
