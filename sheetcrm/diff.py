"""What changes in the runner's columns: computed against stored, whole columns at a time. Pure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Block, Bools, Table, Value
from sheetcrm.schema import TABS
from sheetcrm.schema.column import Column, Type

LONGEST_TEXT = 32_000
"""Excel's cell holds 32,767 characters."""


def blocks(state: Evaluated) -> list[Block]:
    """One block for each runner column with changed cells, in the order of the dictionary."""
    found = []
    for key, table in state.snapshot.tabs.items():
        tab = TABS[key]
        if tab.kind != "people" or not table.present:
            continue
        # Once per tab: each look makes new texts, and the blocks of a large tab would hold them all.
        ids = ["" if id != id else id for id in table.frame[tab.id].tolist()]
        for column in tab.runner:
            if column.key in table.where and column.key in state.frames[key]:
                block = _block(table, column, state, ids)
                if block is not None:
                    found.append(block)
    return found


def _block(table: Table, column: Column, state: Evaluated, table_ids: list[str]) -> Block | None:
    after = _everywhere(state.frames[table.key][column.key], state.kept[table.key], len(table))
    if not (column.type.is_number or column.type.is_date):
        after = _clipped(after)
    before = table.stored[column.key]
    changed = differ(before, after, column)
    garbled = table.garbled.get(column.key)
    if garbled is not None:
        changed = changed | garbled
    blocked = table.blocked.get(column.key)
    if blocked is not None:
        changed = changed & ~blocked
    # A row that the plan appends stands nowhere yet; its cells go with it.
    changed = changed & (np.arange(len(table)) < len(table) - table.fresh)
    if not changed.any():
        return None
    rows = np.flatnonzero(changed)
    return Block(
        tab=table.key,
        column=column.key,
        rows=table.rows[rows],
        ids=[table_ids[row] for row in rows.tolist()],
        before=before.iloc[rows].reset_index(drop=True),
        after=after.iloc[rows].reset_index(drop=True),
    )


def _everywhere(values: pd.Series[Any], kept: Any, size: int) -> pd.Series[Any]:
    """The visible rows' values over all rows; rows that as_of does not see yet are blank."""
    if len(kept) == size:
        return values.reset_index(drop=True)
    return values.set_axis(pd.Index(kept)).reindex(range(size))


def _clipped(texts: pd.Series[Any]) -> pd.Series[Any]:
    long = texts.str.len() > LONGEST_TEXT
    return texts.mask(long, texts.str.slice(0, LONGEST_TEXT - 1) + "…") if long.any() else texts


def differ(before: pd.Series[Any], after: pd.Series[Any], column: Column) -> Bools:
    """Which cells of a column differ: both blank is no difference, nor is what rounding leaves of a number."""
    if column.type.is_date:
        old, new = before.to_numpy(dtype="datetime64[s]"), after.to_numpy(dtype="datetime64[s]")
        return np.asarray((old != new) & ~(np.isnat(old) & np.isnat(new)))
    if column.type.is_number:
        left, right = before.to_numpy(dtype=float), after.to_numpy(dtype=float)
        close = np.abs(left - right) <= 1e-9 * np.maximum(1.0, np.abs(right))
        return np.asarray(~(close | (np.isnan(left) & np.isnan(right))))
    return np.asarray((before.fillna("") != after.fillna("")).to_numpy(dtype=bool))


def as_value(cell: Any, column: Column) -> Value:
    """One computed cell as a plain value: None for blank, a day as a date, a whole number whole."""
    if cell is None or cell is pd.NaT or cell != cell:
        return None
    if column.type is Type.DATETIME:
        return cell.to_pydatetime()  # type: ignore[no-any-return]
    if column.type.is_date:
        return cell.date()  # type: ignore[no-any-return]
    if column.type.is_number:
        return int(cell) if column.decimals == 0 else float(cell)
    return str(cell)
