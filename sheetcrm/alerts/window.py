"""When mail may leave: in business hours, on business days (domain 6, "calendar")."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from sheetcrm.rules.hours import Calendar


def is_quiet(now: datetime, calendar: Calendar, held_since: datetime | None) -> bool:
    """Whether news must wait at this local time.

    ``held_since``: since when runs have come at quiet times only. Where a whole business day has passed since without
    a run, this runner never comes in business hours: then its news leaves on business days at the hour it comes, for an
    alert at a wrong hour is better than none.
    """
    if _in_hours(now, calendar):
        return False
    if not calendar.is_business_day(now.date()):
        return True
    return held_since is None or not _missed_a_day(held_since, now, calendar)


def opens_at(now: datetime, calendar: Calendar) -> datetime:
    """The next moment from ``now`` on at which mail may leave."""
    if _in_hours(now, calendar):
        return now
    today = now.date()
    start = _moment(calendar.starts(np.datetime64(_naive(now), "s")), now)
    if calendar.is_business_day(today) and now < start:
        return start
    following = calendar.add_business_days(today, 1)
    return start.replace(year=following.year, month=following.month, day=following.day)


def _in_hours(now: datetime, calendar: Calendar) -> bool:
    moment = np.datetime64(_naive(now), "s")
    within = calendar.starts(moment) <= moment <= calendar.ends(moment)
    return calendar.is_business_day(now.date()) and bool(within)


def _missed_a_day(since: datetime, now: datetime, calendar: Calendar) -> bool:
    """Whether business hours began and ended between two moments."""
    opened = opens_at(since, calendar)
    closed = _moment(calendar.ends(np.datetime64(_naive(opened), "s")), opened)
    return _naive(closed) <= _naive(now)


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _moment(value: object, like: datetime) -> datetime:
    found: datetime = np.asarray(value, dtype="datetime64[s]").item()
    return found.replace(tzinfo=like.tzinfo)
