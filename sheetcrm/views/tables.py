"""Where each table of the dashboard comes from: those that ask for attention, and those that sum up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sheetcrm.views import tables_attention, tables_overview
from sheetcrm.views.seen import Seen
from sheetcrm.views.shown import Table

TABLES: Mapping[str, Callable[[Seen, int], Table]] = {**tables_attention.TABLES, **tables_overview.TABLES}
"""Key of the place → the function that fills it: it is told how many lines fit."""
