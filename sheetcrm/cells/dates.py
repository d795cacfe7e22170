"""Dates as people type them: ISO, day/month/year, month names in three languages, serial numbers.

Nothing is guessed: where a text has no single meaning under the workbook's habits, it says so.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

from sheetcrm.cells.bad import Bad, Habits

EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - cells have no zone
EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
DAYS_1904 = (EPOCH_1904 - EPOCH_1900).days

_MONTHS: tuple[tuple[str, ...], ...] = (
    ("enero", "ene", "january", "jan", "январь", "января", "янв"),
    ("febrero", "feb", "february", "февраль", "февраля", "фев", "февр"),
    ("marzo", "mar", "march", "март", "марта", "мар"),
    ("abril", "abr", "april", "apr", "апрель", "апреля", "апр"),
    ("mayo", "may", "май", "мая"),
    ("junio", "jun", "june", "июнь", "июня", "июн"),
    ("julio", "jul", "july", "июль", "июля", "июл"),
    ("agosto", "ago", "august", "aug", "август", "августа", "авг"),
    ("septiembre", "setiembre", "sep", "sept", "set", "september", "сентябрь", "сентября", "сен", "сент"),
    ("octubre", "oct", "october", "октябрь", "октября", "окт"),
    ("noviembre", "nov", "november", "ноябрь", "ноября", "ноя", "нояб"),
    ("diciembre", "dic", "december", "dec", "декабрь", "декабря", "дек"),
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}

_TIME = re.compile(
    r"(?:^|[\s,T]+(?:(?:a las|at|в)\s+)?)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r"\s*([ap])?(?:\.?\s?m\.?)?\s*(?:h|hrs|ч)?\.?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"[+-]?\d+(?:\.\d+)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{2}|\d{4})\.?")
_WORD = r"([^\W\d_]{3,12})\.?"
_ORDINAL = r"(?:º|ª|°|st|nd|rd|th|-?го|-?е)?"
_YEAR_MARK = r"(?:\s*(?:г|год|года)\.?)?"
_GAP = r"[\s\-/.,]*"
_DAY_NAME_YEAR = re.compile(
    rf"(\d{{1,2}}){_ORDINAL}{_GAP}(?:de\s+|of\s+)?{_WORD}{_GAP}(?:de\s+|del\s+)?(\d{{4}}|\d{{2}}){_YEAR_MARK}"
)
_NAME_DAY_YEAR = re.compile(rf"{_WORD}\s*(\d{{1,2}}){_ORDINAL}(?:\s*,\s*|\s+)(\d{{4}})")
_YEAR_NAME_DAY = re.compile(rf"(\d{{4}})[\s\-/.]+{_WORD}[\s\-/.]+(\d{{1,2}})")
_INCOMPLETE = re.compile(
    rf"\d{{4}}{_YEAR_MARK}|\d{{1,2}}\s*[-/.]\s*(?:\d{{1,2}}|\d{{4}})|\d{{4}}\s*[-/.]\s*\d{{1,2}}"
    rf"|(?:\d{{1,2}}{_ORDINAL}\s+(?:de\s+|of\s+)?)?(?P<name>[^\W\d_]{{3,12}})\.?(?:{_GAP}(?:de\s+|del\s+)?\d{{2,4}}{_YEAR_MARK})?"
    rf"|(?P<other>[^\W\d_]{{3,12}})\.?\s+\d{{1,2}}{_ORDINAL}"
)


def parse_date(text: str, habits: Habits, *, with_time: bool) -> datetime | Bad:
    """A typed date. Without ``with_time`` a time of day is dropped; years are checked against the habits."""
    typed = _folded(text)
    if _SERIAL.fullmatch(typed):
        return _of_number(typed, habits, with_time)
    day_part, clock = _split_time(typed)
    if isinstance(clock, Bad):
        return clock
    if not day_part:
        return Bad("date_time_only")
    if clock is not None and clock.zone and with_time:
        return Bad("date_zone")
    found = _day(day_part, habits)
    if isinstance(found, Bad):
        return found
    outside = _outside(found, habits)
    if outside is not None:
        return outside
    moment = datetime(found.year, found.month, found.day)  # noqa: DTZ001 - cells have no zone
    return moment + timedelta(seconds=clock.seconds) if clock is not None and with_time else moment


def from_serial(serial: float, habits: Habits, *, with_time: bool) -> datetime | Bad:
    """A date that stands there as a plain number: days since 1900 or 1904, whichever the workbook uses."""
    days = serial + (DAYS_1904 if habits.date1904 else 0)
    if not 1 <= days < 2_958_466:
        return Bad("date_out_of_range", {"oldest": habits.oldest_year, "latest": habits.latest_year})
    moment = (
        EPOCH_1900 + timedelta(seconds=round(days * 86_400)) if with_time else EPOCH_1900 + timedelta(days=int(days))
    )
    return _outside(moment.date(), habits) or moment


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _of_number(typed: str, habits: Habits, with_time: bool) -> datetime | Bad:
    """Eight digits are yyyymmdd; a year alone is no date; any other number is a serial."""
    compact = _COMPACT.fullmatch(typed)
    if compact is not None:
        day = _calendar_day(int(compact[1]), int(compact[2]), int(compact[3]))
        if isinstance(day, Bad):
            return day
        return _outside(day, habits) or datetime(day.year, day.month, day.day)  # noqa: DTZ001
    if re.fullmatch(r"(19|20)\d\d", typed):
        return Bad("date_incomplete")
    return from_serial(float(typed), habits, with_time=with_time)


class _Clock:
    """A time of day in seconds, and whether it names a zone."""

    def __init__(self, seconds: int, zone: bool) -> None:
        self.seconds = seconds
        self.zone = zone


def _split_time(typed: str) -> tuple[str, _Clock | Bad | None]:
    match = _TIME.search(typed)
    if match is None:
        return typed, None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    half = (match[4] or "").lower()
    if half and not 1 <= hour <= 12:
        return "", Bad("date_impossible")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return "", Bad("date_impossible")
    return typed[: match.start()].rstrip(" ,"), _Clock(hour * 3600 + minute * 60 + second, bool(match[5]))


def _day(typed: str, habits: Habits) -> date | Bad:
    match = _YEAR_FIRST.fullmatch(typed)
    if match is not None:
        return _calendar_day(int(match[1]), int(match[3]), int(match[4]))
    match = _YEAR_LAST.fullmatch(typed)
    if match is not None:
        return _in_order(int(match[1]), int(match[3]), _year(match[4]), habits)
    lowered = typed.casefold()
    for pattern, order in ((_DAY_NAME_YEAR, (3, 2, 1)), (_NAME_DAY_YEAR, (3, 1, 2)), (_YEAR_NAME_DAY, (1, 2, 3))):
        match = pattern.fullmatch(lowered)
        if match is not None and match[order[1]] in MONTHS:
            return _calendar_day(_year(match[order[0]]), MONTHS[match[order[1]]], int(match[order[2]]))
    match = _INCOMPLETE.fullmatch(lowered)
    if match is not None and (match["name"] or match["other"] or "enero") in MONTHS:
        return Bad("date_incomplete")
    return Bad("date_unreadable")


def _in_order(first: int, second: int, year: int, habits: Habits) -> date | Bad:
    """Day and month by the workbook's habit; where only the other order makes a date, that is said, never assumed."""
    day, month = (first, second) if habits.day_first else (second, first)
    if month > 12 and day <= 12:
        other = _calendar_day(year, day, month)
        if isinstance(other, date):
            return Bad("date_order", {"day_first": habits.day_first, "date": other.isoformat()})
    return _calendar_day(year, month, day)


def _calendar_day(year: int, month: int, day: int) -> date | Bad:
    try:
        return date(year, month, day)
    except ValueError:
        return Bad("date_impossible")


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _outside(day: date, habits: Habits) -> Bad | None:
    if habits.oldest_year <= day.year <= habits.latest_year:
        return None
    # Excel shows a time without a day as the last days of 1899.
    if (day.year, day.month) == (1899, 12) and day.day >= 30:
        return Bad("date_time_only")
    return Bad("date_out_of_range", {"oldest": habits.oldest_year, "latest": habits.latest_year})
