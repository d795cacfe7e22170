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


def frozen_columns(tab: Tab) -> int:
    """Columns that stay in view beside the header row: the id, where nothing else is said."""
    return _FROZEN.get(tab.key, 1)


def colour_kind(tab: Tab) -> str:
    """The key of the tab's colour in ``colours.TAB_COLOURS``."""
    return "optional" if tab.optional else tab.kind
