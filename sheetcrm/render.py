"""From keys and types to what is written into a cell: list words in the workbook's language, whole numbers whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.model import Value
from sheetcrm.schema.column import Column, Type
from sheetcrm.words import Words


def cells(values: pd.Series[Any], column: Column, words: Words) -> list[Value]:
    """A column of computed values as the cells to write; blank is None."""
    if column.type is Type.DATETIME:
        moments = values.to_numpy(dtype="datetime64[s]")
        return moments.tolist()
    if column.type.is_date:
        days = values.to_numpy(dtype="datetime64[s]").astype("datetime64[D]")
        return days.tolist()
    if column.type.is_number:
        return _numbers(values, column.decimals)
    if column.values:
        names = {key: words.value(column.value_set, key) for key in column.values}
        return [names.get(value, value) if value == value else None for value in values.tolist()]
    return [None if value is None or value != value else value for value in values.tolist()]


def cell(value: Value, column: Column, words: Words) -> Value:
    """One value of a row or of the runner's own tabs as the cell to write."""
    if value is None or value == "":
        return None
    if column.values and isinstance(value, str):
        return words.value(column.value_set, value) if value in column.values else value
    if isinstance(value, float) and column.decimals == 0 and value.is_integer():
        return int(value)
    return value


def row(values: Mapping[str, Value], columns: Sequence[Column], words: Words) -> dict[str, Value]:
    """A new row's filled cells by key, ready to write."""
    found = {column.key: cell(values.get(column.key), column, words) for column in columns}
    return {key: value for key, value in found.items() if value is not None}


def _numbers(values: pd.Series[Any], decimals: int) -> list[Value]:
    numbers = values.to_numpy(dtype=float)
    blank = np.isnan(numbers)
    result = np.where(blank, 0, numbers).astype(np.int64).astype(object) if decimals == 0 else numbers.astype(object)
    result[blank] = None
    found: list[Value] = result.tolist()
    return found
