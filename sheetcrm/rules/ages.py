"""Ages: whole calendar days from a date to today, and what decays with them.

A window of N days is (today − N, today], as the metrics count it (domain 7): N days, today among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

Floats = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


def days_since(dates: Any, today: Any) -> Floats:
    """Whole days from the day of each date to ``today`` (a day, or one per date); NaN where either is blank."""
    days = np.asarray(dates, dtype="datetime64[s]").astype("datetime64[D]")
    until = np.asarray(today, dtype="datetime64[s]").astype("datetime64[D]")
    passed = until - days
    return np.where(np.isnat(passed), np.nan, passed.astype(np.int64).astype(float))


def within(age: Any, days: float) -> Flags:
    """Whether an age falls in the last ``days`` days, today included; never for a blank or a later day."""
    ages = np.asarray(age, dtype=float)
    return np.asarray((ages >= 0) & (ages < days))


def decay(age: Any, half_life: float) -> Floats:
    """What is left of 1 after this age when half is lost every ``half_life`` days."""
    return np.asarray(0.5 ** (np.asarray(age, dtype=float) / half_life))


def marked(values: Any, *keys: str) -> Flags:
    """Whether each list value is one of these keys; never for a blank."""
    return np.asarray(values.isin(keys).to_numpy(), dtype=bool)


def looked_up(values: Any, table: Mapping[str, float], blank: str = "") -> Floats:
    """The number that the table gives each list value, a blank cell counting as ``blank``; NaN where it has none."""
    codes, words = pd.factorize(values)
    numbers = np.array([table.get(str(word), np.nan) for word in [*words, blank]], dtype=float)
    return numbers[codes]


def filled(values: Any) -> Flags:
    """Whether each cell holds something."""
    return np.asarray(values.notna().to_numpy(), dtype=bool)
