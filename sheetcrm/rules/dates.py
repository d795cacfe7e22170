"""Dates in whole columns: months added from an anchor, whole-month terms, anniversaries.

Everything takes and gives ``datetime64[D]`` arrays with NaT for a missing day, and months as floats with NaN for a
missing count. Months are added to the anchor, never chained, so that 31 August + 6 months is the last day of February
and + 12 months is 31 August again (domain 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
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
    return _looked_up(moment, _tables().months, "datetime64[M]")


def months_on(moment: Days, months: Any) -> Days:
    """The month that many months on, as ``datetime64[M]``; NaT where either is missing."""
    reached: Days = month_of(moment) + _steps(months, "M")
    return reached


def first_day(month: Days) -> Days:
    """The first day of each month, as ``datetime64[D]``."""
    return _looked_up(month, _tables().days, "datetime64[D]")


def day_of_month(moment: Days) -> Ints:
    """1 to 31; 0 where the date is missing."""
    passed = (moment - first_day(month_of(moment))).astype(np.int64)
    return np.where(np.isnat(moment), 0, passed + 1).astype(np.int64)


def on_day(month: Days, day: Ints) -> Days:
    """That day of each month, or the month's last day where the month is shorter."""
    first = first_day(month)
    length = (first_day(month + np.timedelta64(1, "M")) - first).astype(np.int64)
    chosen = np.where(np.isnat(month), 1, np.minimum(day, length))
    chosen_day: Days = first + (chosen - 1).astype("timedelta64[D]")
    return chosen_day


def add_months(anchor: Days, months: Any) -> Days:
    """The anchor's day of the month that many months on, clamped to short months; NaT where either is missing."""
    return on_day(months_on(anchor, months), day_of_month(anchor))


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


@dataclass(frozen=True)
class _Table:
    """What the calendar says of each day, or each month, from ``first`` on."""

    first: int
    values: Days


@dataclass(frozen=True)
class _Tables:
    months: _Table
    days: _Table


@cache
def _tables() -> _Tables:
    # numpy computes each conversion between days and months anew (3 ms for 100,000); a look-up takes a tenth of that.
    all_days = np.arange("1800-01-01", "2500-01-01", dtype="datetime64[D]")
    all_months = np.arange("1800-01", "2500-01", dtype="datetime64[M]")
    return _Tables(
        months=_Table(int(all_days[0].astype(np.int64)), all_days.astype("datetime64[M]")),
        days=_Table(int(all_months[0].astype(np.int64)), all_months.astype("datetime64[D]")),
    )


def _looked_up(moment: Days, table: _Table, unit: str) -> Days:
    place = moment.astype(np.int64) - table.first
    outside = (place < 0) | (place >= len(table.values))
    place[outside] = 0
    found = table.values[place]
    if outside.any():
        found[outside] = moment[outside].astype(unit)
    return found


def _month_gap(start: Days, end: Days) -> Floats:
    gap = month_of(end) - month_of(start)
    return np.where(np.isnat(gap), np.nan, gap.astype(np.int64)).astype(np.float64)


def _steps(count: Any, unit: str) -> np.ndarray[Any, np.dtype[np.timedelta64]]:
    numbers = np.asarray(count, dtype=np.float64)
    known = ~np.isnan(numbers)
    steps = np.where(known, numbers, 0).astype(np.int64).astype(f"timedelta64[{unit}]")
    steps[~known] = np.timedelta64("NaT")
    return steps
