"""What the cells of an old column look like: the share of them that a type of ours can read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sheetcrm.adopt.old_table import OldTable
from sheetcrm.cells import Habits, bools, cast
from sheetcrm.schema import Column, Type

SAMPLE = 200
"""Different cells of a column that are looked at."""

_NUMBER = r"^-?\d+(\.\d+)?$"
_CODE = re.compile(r"[^\W\d_]{1,6}[-_/. ]?\d[\w\-/.]*|\d{1,12}([-/]\d{1,12})?")
_NUMERIC_DATE = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(?:\d{4}|\d{2})")


class Content:
    """The cells of one old column, looked at through a sample of the different ones."""

    def __init__(self, table: OldTable, col: int, habits: Habits) -> None:
        texts = table.texts(col)
        filled = np.flatnonzero(bools(pc.is_valid(texts)))
        self.filled = len(filled)
        """Cells in which something stands."""
        values = texts.take(pa.array(filled))
        self._distinct = len(values.dictionary_encode().dictionary) if self.filled else 0
        step = max(1, self.filled // (4 * SAMPLE))
        looked = pa.array(np.arange(0, self.filled, step))
        chosen: dict[str, int] = {}
        for text, at in zip(values.take(looked).to_pylist(), filled[::step].tolist(), strict=True):
            chosen.setdefault(text, at)
        self.samples: tuple[str, ...] = tuple(list(chosen)[:SAMPLE])
        self._cells = pa.array(self.samples, pa.string())
        self._text = table.is_text(col)[np.array([chosen[text] for text in self.samples], dtype=np.int64)]
        self._habits = habits
        self._shares: dict[tuple[str, ...], float] = {}

    def share(self, column: Column) -> float:
        """The share of the sample that this column of ours can read; text columns read all."""
        if not self.filled or column.type in (Type.TEXT, Type.LINK, Type.PERSON, Type.ID, Type.IDS):
            return 1.0
        limits = column.key if column.type.is_number else ""
        key = (column.type.value, column.value_set, *column.values, limits)
        if key not in self._shares:
            self._shares[key] = self._read(column)
        return self._shares[key]

    def _read(self, column: Column) -> float:
        found = cast(column, self._cells, self._habits, lambda: self._text)
        readable = found.values.notna().to_numpy(dtype=bool)
        if column.type.is_date:
            # A plain number is a serial day only if somebody says so: any price would be a date otherwise.
            readable = readable & (self._text | ~bools(pc.match_substring_regex(self._cells, _NUMBER)))
        return float(readable.mean())

    @cached_property
    def dates(self) -> float:
        """The share of the sample that are dates."""
        return self.share(Column("start_date", Type.DATE))

    def ahead(self, today: date) -> float:
        """The share of its dates that lie after today; 0 where there are none."""
        values = cast(Column("end_date", Type.DATE), self._cells, self._habits).values.dropna()
        return float((values > np.datetime64(today, "s")).mean()) if len(values) else 0.0

    @property
    def unique(self) -> bool:
        """Whether no two cells are the same."""
        return self.filled > 1 and self._distinct == self.filled

    @property
    def codes(self) -> float:
        """The share of the sample that look like ids: C-104, 2024/17, 00123."""
        return sum(_CODE.fullmatch(text) is not None for text in self.samples) / max(1, len(self.samples))


def day_comes_first(contents: Sequence[Content]) -> bool:
    """Whether 03/04/2026 is the third of April: False only where some dates can only be the other way round."""
    first = second = 0
    for content in contents:
        for text in content.samples:
            match = _NUMERIC_DATE.fullmatch(text)
            if match is not None:
                first += int(match[1]) > 12
                second += int(match[2]) > 12
    return not (second and not first)
