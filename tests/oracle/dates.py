"""Months as the domain adds them, and what an unreadable cell does, in plain Python."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

ONE_DAY = timedelta(days=1)


class Unknown(Exception):
    """What is asked for depends on a cell that could not be read."""


@dataclass
class Settings:
    base: str = "EUR"
    rates: dict[str, float] = field(default_factory=dict)
    bad: Any = None


def plus_months(anchor: date, months: int) -> date:
    return on_anchor_day(anchor, months, anchor.day)


def on_anchor_day(month: date, months: int, day: int) -> date:
    year, index = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(year, index + 1, min(day, calendar.monthrange(year, index + 1)[1]))


def months_of_term(start: date, end: date) -> int | None:
    for months in range(1, 600):
        if plus_months(start, months) - ONE_DAY == end:
            return months
    return None


def chain_months(start: date, end: date, day: int) -> int | None:
    """The same for a term of a chain that turns on ``day``: both ends lie on it, clamped."""
    if on_anchor_day(start, 0, day) != start:
        return None
    for months in range(1, 600):
        if on_anchor_day(start, months, day) - ONE_DAY == end:
            return months
    return None
