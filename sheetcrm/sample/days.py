"""Calendar arithmetic of the sample company: working days, working hours, whole months from an anchor."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta

OPENS, CLOSES = 9, 18


def add_months(anchor: date, months: int) -> date:
    """The anchor's day of month so many months later, clamped to a short month's end."""
    years, month = divmod(anchor.month - 1 + months, 12)
    year = anchor.year + years
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


def workday(day: date, forward: bool = False) -> date:
    """The day itself when people work on it, else the Friday before (the Monday after when ``forward``)."""
    while day.weekday() >= 5:
        day += timedelta(1 if forward else -1)
    return day


def add_workdays(day: date, count: int) -> date:
    """So many working days after (before, when negative) a day; 0 gives a working day at or before it."""
    day = workday(day)
    step = timedelta(1 if count > 0 else -1)
    while count:
        day += step
        if day.weekday() < 5:
            count -= 1 if count > 0 else -1
    return day


def at(day: date, hours: float) -> datetime:
    """A moment so many working hours after the start of business of a day, to the minute (9 hours a day)."""
    whole, rest = divmod(hours, CLOSES - OPENS)
    day = add_workdays(workday(day, forward=True), int(whole))
    return datetime.combine(day, time(OPENS)) + timedelta(minutes=round(rest * 60))


def add_hours(moment: datetime, hours: float) -> datetime:
    """A moment so many working hours later."""
    since_opening = (moment - datetime.combine(moment.date(), time(OPENS))).total_seconds() / 3600
    return at(moment.date(), since_opening + hours)


def latest_leap_day(before: date) -> date:
    """The latest 29 February on or before a day."""
    year = before.year
    while True:
        if monthrange(year, 2)[1] == 29 and date(year, 2, 29) <= before:
            return date(year, 2, 29)
        year -= 1
