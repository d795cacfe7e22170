"""The runner's columns as they stand in the workbook, typed, so that only what differs is written again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sheetcrm.cells import Habits
from sheetcrm.cells.cast import bools, series, stored_moments, stored_numbers
from sheetcrm.model import Bools, Ints
from sheetcrm.reading.body import Body
from sheetcrm.schema import Column, Tab, Type
from sheetcrm.words import Words, list_keys, normalise


def stored_columns(
    tab: Tab, body: Body, kept: Ints, habits: Habits, words: Words, *, any_language: bool = False
) -> tuple[pd.DataFrame, dict[str, Bools]]:
    """The runner's columns that the tab has, and which of their cells hold something of another type.

    ``any_language``: a list word of another language is its key too, instead of a text to be written again.
    """
    columns: dict[str, pd.Series[Any]] = {}
    garbled: dict[str, Bools] = {}
    for column in tab.runner:
        cells = body.cells(column.key)
        if cells is None:
            continue
        if len(kept) != body.size:
            cells = cells.take(pa.array(kept))
        columns[column.key], marks = stored(column, cells, habits, words, any_language)
        for at in body.broken.get(column.key, ()):
            place = int(np.searchsorted(kept, at))
            if place < len(kept) and kept[place] == at:
                marks[place] = True
        if marks.any():
            garbled[column.key] = marks
    index = None if columns else pd.RangeIndex(len(kept))
    return pd.DataFrame(columns, index=index, copy=False), garbled


def stored(
    column: Column, cells: pa.Array, habits: Habits, words: Words, any_language: bool = False
) -> tuple[pd.Series[Any], Bools]:
    """One runner's column: numbers and dates parsed without any of people's liberties, list words as keys."""
    if column.type.is_number:
        numbers = stored_numbers(cells)
        return pd.Series(numbers), bools(pc.is_valid(cells)) & np.isnan(numbers)
    if column.type.is_date:
        moments = stored_moments(cells, habits)
        return pd.Series(moments), bools(pc.is_valid(cells)) & np.isnat(moments)
    if column.type in (Type.LIST, Type.YES_NO):
        return _keys(column, cells, words, any_language), np.zeros(len(cells), dtype=bool)
    blank = pc.equal(pc.binary_length(cells), 0)
    return series(pc.if_else(blank, None, cells)), np.zeros(len(cells), dtype=bool)


def _keys(column: Column, cells: pa.Array, words: Words, any_language: bool) -> pd.Series[Any]:
    known = {words.value(column.value_set, key): key for key in column.values}
    other = list_keys(column.value_set) if any_language else {}
    encoded = cells.dictionary_encode()
    keys = [known.get(text) or other.get(normalise(text)) or text or None for text in encoded.dictionary.to_pylist()]
    return series(pa.array(keys, type=pa.large_string()).take(encoded.indices))
