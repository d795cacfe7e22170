"""Values ↔ what stands in a cell's XML."""

import math
from datetime import date, datetime, time, timedelta
from typing import Any

from sheetcrm.sync.excel.edits import Formula

_EPOCH = date(1899, 12, 30)
_EPOCH_1904 = date(1904, 1, 1)
LEAP_BUG = date(1900, 3, 1)  # Excel believes in 29 February 1900 (serial 60); days before it count one less
_DAY = 86_400


class UnwritableError(ValueError):
    """A value that no cell can hold; the message says why, without naming the cell. `place`: its index in a column."""

    place = 0

    def at(self, place: int) -> "UnwritableError":
        """The same error with its place."""
        self.place = place
        return self


def cleaned(value: Any) -> Any:
    """The value as one of None, bool, int, float, str, date, datetime, Formula: blanks and foreign scalars resolved."""
    kind = type(value)
    if kind is str:
        return value or None
    if kind is int or kind is bool or value is None or kind is Formula:
        return value
    if kind.__name__ in ("NaTType", "NAType"):
        return None
    if hasattr(value, "item") and not isinstance(value, (float, str)):
        return cleaned(value.item())
    if isinstance(value, float):
        value = float(value)
        if math.isinf(value):
            raise UnwritableError("infinity is not a number that Excel knows")
        return None if math.isnan(value) else value
    if isinstance(value, str):
        return str(value) or None
    if isinstance(value, (bool, int, date)):
        return value
    raise UnwritableError(f"a {kind.__name__} is not a value that a cell holds")


def serial(value: date, date1904: bool) -> int | float:
    """A date's number of days, with the time of day as a fraction for a datetime (taken as written, without zone)."""
    day = value.date() if isinstance(value, datetime) else value
    days = (day - (_EPOCH_1904 if date1904 else _EPOCH)).days
    if not date1904 and day < LEAP_BUG:
        days -= 1
    if days < (0 if date1904 else 1):
        raise UnwritableError(f"{day.isoformat()} is before the first day that the workbook counts")
    if not isinstance(value, datetime) or value.time() == time():
        return days
    past = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    return days + past.total_seconds() / _DAY


def whole_serials(days: list[date], date1904: bool) -> list[int]:
    """`serial` of many days at once, none of them before March 1900."""
    zero = (_EPOCH_1904 if date1904 else _EPOCH).toordinal()
    return [day.toordinal() - zero for day in days]


def number_text(value: int | float) -> str:
    """The shortest text that reads back as the same number; 12.0 → 12."""
    if isinstance(value, int):
        if abs(value) >= 10**308:
            raise UnwritableError("the number is larger than Excel's largest")
        return str(value)
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)
