"""Snapshots made from rows of plain Python values, without reading: for random workbooks and for the engine's tests.

snapshot({"contracts": [{"contract_id": "C-1", "start_date": date(2026, 1, 1), "end_date": UNREADABLE}]})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.model import Snapshot, Table
from sheetcrm.schema import PEOPLE_TABS, Column, Tab

Row = Mapping[str, Any]


class _Unreadable:
    """A cell that holds something that could not be read."""

    def __repr__(self) -> str:
        return "UNREADABLE"


UNREADABLE = _Unreadable()


def snapshot(tabs: Mapping[str, Sequence[Row]], language: str = "es") -> Snapshot:
    """The rows as a snapshot; tabs that are not named are empty and absent. A blank required cell is unreadable."""
    made = {
        tab.key: _table(tab, tabs[tab.key], True) if tabs.get(tab.key) else _empty(tab, tab.key in tabs)
        for tab in PEOPLE_TABS
    }
    return Snapshot(tabs=made, problems=(), language=language)


@cache
def _empty(tab: Tab, present: bool) -> Table:
    """A tab without rows, made once: most tabs of a test are that, and nobody changes a table."""
    return _table(tab, (), present)


def _table(tab: Tab, rows: Sequence[Row], present: bool) -> Table:
    stray = {key for row in rows for key in row} - {column.key for column in tab.columns}
    assert not stray, f"{tab.key} has no {stray}"
    frame = pd.DataFrame({column.key: _values(column, rows) for column in tab.people})
    unreadable = {
        column.key: np.array([_bad(column, row.get(column.key)) for row in rows], dtype=bool) for column in tab.people
    }
    return Table(
        key=tab.key,
        title=tab.key,
        frame=frame,
        rows=np.arange(2, len(rows) + 2, dtype=np.int64),
        stored=pd.DataFrame(index=range(len(rows))),
        unreadable=unreadable,
        present=present,
        rows_read=len(rows),
    )


def _bad(column: Column, value: Any) -> bool:
    return value is UNREADABLE or (column.required and value is None)


def _values(column: Column, rows: Sequence[Row]) -> pd.Series[Any]:
    values = [None if row.get(column.key) is UNREADABLE else row.get(column.key) for row in rows]
    if column.type.is_date:
        return pd.Series(np.array(values, dtype="datetime64[s]"))
    if column.type.is_number:
        return pd.Series(np.array([np.nan if value is None else float(value) for value in values]))
    return pd.Series(values, dtype="str")
