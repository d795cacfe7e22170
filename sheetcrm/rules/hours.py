"""Business days and business hours: the calendar that SLA clocks and alerts count by (domain 4, 6).

Times are the wall-clock times that people type, in the configured zone: a business day has the same length on the days
when summer time begins or ends, since these changes happen at night. Everything is exact to the second and works on
whole columns; NaT in, NaT (or NaN) out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from functools import lru_cache
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np

from sheetcrm.config import Calendar as Settings
from sheetcrm.config import ConfigError

Moments = np.ndarray[Any, np.dtype[np.datetime64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]

_YEAR_OF_DAYS = 180
"""Business days that a year has at least: how far ahead holidays must be known for a span of business time."""


@lru_cache(maxsize=8)
def calendar_of(settings: Settings) -> Calendar:
    """The calendar of these settings (``cfg.calendar``); its holidays are looked up once per year."""
    return Calendar(settings)


class Calendar:
    """Which days are business days, and how much business time lies between two moments.

    Raises ConfigError, in words, for a country or region without known holidays: when holidays are first needed.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._starts = _seconds(settings.day_starts)
        self._length = _seconds(settings.day_ends) - self._starts
        self._years = range(0)
        self._days = np.busdaycalendar(self._weekmask())

    # --- days

    def is_business_day(self, day: date) -> bool:
        """Whether people work on this day."""
        return bool(np.is_busday(np.datetime64(day, "D"), busdaycal=self._known(day)))

    def previous_business_day(self, day: date) -> date:
        """The last business day on or before this day: when a deadline on a holiday alerts (domain 6)."""
        return self._offset(day, 0, "backward")

    def add_business_days(self, day: date, days: int) -> date:
        """The day ``days`` business days after this one (before it, when negative); 0: the first one from it on.

        From a Saturday, 2 business days later is Tuesday.
        """
        return self._offset(day, days, "backward" if days > 0 else "forward")

    def holidays(self, year: int) -> dict[date, str]:
        """The public and extra holidays of a year with their names ("" for extra ones)."""
        named = {day: "" for day in self._settings.extra_holidays if day.year == year}
        return {**named, **_public_holidays(self._settings.holiday_country, self._settings.holiday_region, year)}

    # --- hours

    @property
    def day_seconds(self) -> int:
        """Length of a business day, in seconds."""
        return self._length

    def starts(self, moments: Any) -> Moments:
        """Start of business on the day of each moment, business day or not."""
        midnight: Moments = _days_of(moments).astype("datetime64[s]")
        return np.asarray(midnight + np.timedelta64(self._starts, "s"))

    def ends(self, moments: Any) -> Moments:
        """End of business on the day of each moment, business day or not."""
        return np.asarray(self.starts(moments) + np.timedelta64(self._length, "s"))

    def add(self, moments: Any, seconds: Any) -> Moments:
        """The earliest moment at which that much business time has passed since each moment.

        ``seconds`` of business time, one number or one per moment; 0 or less leaves the moment as it is. The end of a
        business day comes before the start of the next one: Friday 9:00 plus nine hours is Friday 18:00.
        """
        since = np.asarray(moments, dtype="datetime64[s]")
        result = since.copy()
        amount = np.broadcast_to(np.asarray(seconds, dtype=float), since.shape)
        go = ~np.isnat(since) & (amount > 0)
        result[np.isnan(amount)] = np.datetime64("NaT")
        if not go.any():
            return result
        needed = np.round(amount[go]).astype(np.int64)
        margin = 2 + int(needed.max() // self._length // _YEAR_OF_DAYS)
        days = _days_of(since[go])
        book = self._known(days.min(), days.max(), margin)
        target = self._passed(since[go], days, book) + needed
        whole = (target - 1) // self._length
        day = np.busday_offset(days, whole, roll="forward", busdaycal=book)
        rest = self._starts + target - whole * self._length
        result[go] = day.astype("datetime64[s]") + rest.astype("timedelta64[s]")
        return result

    def between(self, since: Any, until: Any) -> Floats:
        """Seconds of business time from one moment to another; negative when ``until`` is earlier."""
        first, last = np.broadcast_arrays(
            np.asarray(since, dtype="datetime64[s]"), np.asarray(until, dtype="datetime64[s]")
        )
        result = np.full(first.shape, np.nan)
        go = ~(np.isnat(first) | np.isnat(last))
        if not go.any():
            return result
        a, b = _days_of(first[go]), _days_of(last[go])
        book = self._known(min(a.min(), b.min()), max(a.max(), b.max()))
        # busday_count of a reversed span leaves out its other end, so count from the earlier day on and turn the sign.
        count = np.where(a <= b, 1, -1) * np.busday_count(np.minimum(a, b), np.maximum(a, b), busdaycal=book)
        result[go] = count * self._length + self._passed(last[go], b, book) - self._passed(first[go], a, book)
        return result

    def _passed(self, moments: Moments, days: Moments, book: np.busdaycalendar) -> Any:
        """Seconds of business time of its day that have passed at each moment: 0 on a day off."""
        of_day = (moments - days.astype("datetime64[s]")).astype(np.int64)
        return np.where(np.is_busday(days, busdaycal=book), np.clip(of_day - self._starts, 0, self._length), 0)

    # --- which days are off

    def _offset(self, day: date, days: int, roll: Any) -> date:
        book = self._known(day, day, 2 + abs(days) // _YEAR_OF_DAYS)
        found: date = np.busday_offset(np.datetime64(day, "D"), days, roll=roll, busdaycal=book).item()
        return found

    def _known(self, first: Any, last: Any = None, margin: int = 1) -> np.busdaycalendar:
        """The days off from a year before ``first`` to ``margin`` years after ``last``, remembered and extended."""
        low = _year(first) - 1
        high = _year(first if last is None else last) + margin
        if low not in self._years or high not in self._years:
            known = self._years or range(low, low)
            self._years = range(min(low, known.start), max(high + 1, known.stop))
            off = [day for year in self._years for day in self.holidays(year)]
            self._days = np.busdaycalendar(self._weekmask(), np.array(off, dtype="datetime64[D]"))
        return self._days

    def _weekmask(self) -> list[bool]:
        return [day in self._settings.workdays for day in range(7)]


@lru_cache(maxsize=512)
def _public_holidays(country: str, region: str, year: int) -> dict[date, str]:
    if not country:
        return {}
    import holidays  # only where needed

    try:
        with _only_this_country():
            return dict(holidays.country_holidays(country, subdiv=region or None, years=year))
    except NotImplementedError:
        place = f"{country}, region {region}" if region else country
        fix = "leave holiday_country blank and list the days in extra_holidays"
        raise ConfigError([f"calendar: no holidays are known for {place}; {fix}"]) from None


@contextmanager
def _only_this_country() -> Iterator[None]:
    """Keep the package from importing its 250 other countries, which takes a tenth of a second."""
    name = "holidays.countries"
    if name in sys.modules:
        yield
        return
    spec = find_spec(name)
    if spec is None:
        raise ImportError(name)
    bare = ModuleType(name)
    bare.__spec__, bare.__path__ = spec, list(spec.submodule_search_locations or ())
    sys.modules[name] = bare
    try:
        yield
    finally:
        del sys.modules[name]


def _days_of(moments: Any) -> Moments:
    return np.asarray(moments, dtype="datetime64[s]").astype("datetime64[D]")


def _year(day: Any) -> int:
    return int(np.datetime64(day, "Y").astype(int)) + 1970


def _seconds(of_day: time) -> int:
    return of_day.hour * 3600 + of_day.minute * 60 + of_day.second
