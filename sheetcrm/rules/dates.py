"""Dates in whole columns: months added from an anchor, whole-month terms, anniversaries.

Everything takes and gives ``datetime64[D]`` arrays with NaT for a missing day, and months as floats with NaN for a
missing count. Months are added to the anchor, never chained, so that 31 August + 6 months is the last day of February
and + 12 months is 31 August again (domain 2).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetcrm.model import Ints

Days = np.ndarray[Any, np.dtype[np.datetime64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]

DAY = np.timedelta64(1, "D")
DAYS_PER_YEAR = 365.25


def days(column: Any) -> Days:
    """A date column as ``datetime64[D]``; a time of day is dropped."""
    return np.asarray(column, dtype="datetime64[s]").astype("datetime64[D]")


def days_between(earlier: Any, later: Any) -> Floats:
    """Days from one date to another as floats: negative when the order is reversed, NaN where one is missing."""
    gap = np.asarray(later, dtype="datetime64[D]") - np.asarray(earlier, dtype="datetime64[D]")
    return np.where(np.isnat(gap), np.nan, gap.astype(np.int64)).astype(np.float64)


def plus_days(start: Days, count: Any) -> Days:
    """The date that many days on (a float, cut to whole days); NaT where either is missing."""
    moved: Days = start + _steps(count, "D")
    return moved


def month_of(moment: Days) -> Days:
    """The month of each date, as ``datetime64[M]``."""
    return moment.astype("datetime64[M]")


def day_of_month(moment: Days) -> Ints:
    """1 to 31; 0 where the date is missing."""
    passed = (moment - month_of(moment).astype("datetime64[D]")).astype(np.int64)
    return np.where(np.isnat(moment), 0, passed + 1).astype(np.int64)


def on_day(month: Days, day: Ints) -> Days:
    """That day of each month, or the month's last day where the month is shorter."""
    first = month.astype("datetime64[D]")
    length = ((month + np.timedelta64(1, "M")).astype("datetime64[D]") - first).astype(np.int64)
    chosen = np.where(np.isnat(month), 1, np.minimum(day, length))
    chosen_day: Days = first + (chosen - 1).astype("timedelta64[D]")
    return chosen_day


def add_months(anchor: Days, months: Any) -> Days:
    """The anchor's day of the month that many months on, clamped to short months; NaT where either is missing."""
    return on_day(month_of(anchor) + _steps(months, "M"), day_of_month(anchor))


def whole_months(start: Days, end: Days) -> Floats:
    """How many whole months a term lasts: the M with start + M months − 1 day = end; NaN where there is none."""
    following = end + DAY
    months = _month_gap(start, following)
    return np.where((months >= 1) & (add_months(start, months) == following), months, np.nan)


def whole_months_on(start: Days, end: Days, day: Ints) -> Floats:
    """Like ``whole_months``, for a chain whose terms turn on ``day``: 28 Feb to 30 Mar is a month on day 31."""
    following = end + DAY
    months = _month_gap(start, following)
    turns = (on_day(month_of(start), day) == start) & (on_day(month_of(following), day) == following)
    return np.where((months >= 1) & turns, months, np.nan)


def next_anniversary(start: Days, today: np.datetime64) -> Days:
    """The first anniversary (12, 24, … months on) that is not before today; 29 February falls on the 28th."""
    day = today.astype("datetime64[D]")
    years = np.maximum(1.0, np.floor(_month_gap(start, np.full_like(start, day)) / 12))
    first = add_months(start, 12 * years)
    return np.where(first < day, add_months(start, 12 * (years + 1)), first)


def _month_gap(start: Days, end: Days) -> Floats:
    gap = month_of(end) - month_of(start)
    return np.where(np.isnat(gap), np.nan, gap.astype(np.int64)).astype(np.float64)


def _steps(count: Any, unit: str) -> np.ndarray[Any, np.dtype[np.timedelta64]]:
    numbers = np.asarray(count, dtype=np.float64)
    known = ~np.isnan(numbers)
    steps = np.where(known, numbers, 0).astype(np.int64).astype(f"timedelta64[{unit}]")
    steps[~known] = np.timedelta64("NaT")
    return steps
