"""``USER_ENTERED``: text as if a person had typed it into the cell."""

import re
from dataclasses import dataclass
from datetime import datetime

from .formats import to_serial
from .grid import Scalar
from .locale import Locale

Format = dict[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """What typing leaves in a cell: a value, perhaps a formula, perhaps a number format."""

    value: Scalar
    formula: str | None = None
    number_format: Format | None = None


_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_LOCAL = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([AaPp][Mm]))?")


def typed(text: Scalar, locale: Locale) -> Entry:
    """Reads what a person typed. Numbers and booleans come as they are."""
    if not isinstance(text, str):
        return Entry(text)
    if text.startswith("'"):
        return Entry(text[1:])
    if len(text) > 1 and text.startswith("="):
        return Entry(None, formula=text)
    if len(text) > 1 and text.startswith("+") and re.match(r"\+[A-Za-z(]", text):
        return Entry(None, formula="=" + text)
    word = text.strip()
    if word.upper() in ("TRUE", "FALSE"):
        return Entry(word.upper() == "TRUE")
    return _number(word, locale) or _moment(word, locale) or Entry(text)


def _number(word: str, locale: Locale) -> Entry | None:
    group, point = re.escape(locale.group), re.escape(locale.decimal)
    spaces = r"[ \u00a0\u202f]" if locale.group.isspace() else group
    digits = rf"(?P<whole>\d+|\d{{1,3}}(?:{spaces}\d{{3}})+)?(?:{point}(?P<part>\d*))?"
    sign = re.escape(locale.currency)
    match = re.fullmatch(
        rf"(?P<minus>[-+]?)(?P<before>{sign})?\s?{digits}(?P<power>[eE][-+]?\d+)?\s?(?P<percent>%)?(?P<after>{sign})?",
        word,
    )
    if match is None or (match["whole"] is None and not match["part"]):
        return None
    whole = re.sub(r"\D", "", match["whole"] or "0")
    number = float(f"{whole}.{match['part'] or '0'}{match['power'] or ''}")
    if match["minus"] == "-":
        number = -number
    grouped = match["whole"] is not None and not match["whole"].isdigit()
    places = "0.00" if match["part"] else "0"
    number_format: Format | None = None
    if match["percent"]:
        number, number_format = number / 100, {"type": "PERCENT", "pattern": "0.00%" if match["part"] else "0%"}
    elif match["before"] or match["after"]:
        pattern = f"#,##{places}"
        pattern = f"{locale.currency}{pattern}" if match["before"] else f"{pattern} {locale.currency}"
        number_format = {"type": "CURRENCY", "pattern": pattern}
    elif match["power"]:
        number_format = {"type": "SCIENTIFIC", "pattern": "0.00E+00"}
    elif grouped:
        number_format = {"type": "NUMBER", "pattern": f"#,##{places}"}
    return Entry(int(number) if number == int(number) and abs(number) < 1e15 else number, number_format=number_format)


def _moment(word: str, locale: Locale) -> Entry | None:
    day_text, _, time_text = word.replace("T", " ", 1).partition(" ")
    day = _day(day_text, locale)
    if day is None:
        clock = _clock(word)
        if clock is None:
            return None
        return Entry(clock[0], number_format={"type": "TIME", "pattern": clock[1]})
    moment, pattern = day
    if not time_text:
        return Entry(to_serial(moment), number_format={"type": "DATE", "pattern": pattern})
    clock = _clock(time_text.removesuffix("Z"))
    if clock is None:
        return None
    serial = to_serial(moment) + clock[0]
    return Entry(serial, number_format={"type": "DATE_TIME", "pattern": f"{pattern} {clock[1]}"})


def _day(word: str, locale: Locale) -> tuple[datetime, str] | None:
    """A date and the pattern it was written in."""
    match = _ISO.fullmatch(word)
    if match:
        year, mark, month, day = match.groups()
        pattern = f"yyyy{mark}{'m' * len(month)}{mark}{'d' * len(day)}"
    else:
        match = _LOCAL.fullmatch(word)
        if not match:
            return None
        first, mark, second, year = match.groups()
        day, month = (first, second) if locale.day_first else (second, first)
        parts = ["d" * len(day), "m" * len(month)] if locale.day_first else ["m" * len(month), "d" * len(day)]
        pattern = mark.join([*parts, "y" * len(year)])
    full_year = int(year) if len(year) == 4 else 2000 + int(year) if int(year) < 50 else 1900 + int(year)
    try:
        return datetime(full_year, int(month), int(day)), pattern
    except ValueError:
        return None


def _clock(word: str) -> tuple[float, str] | None:
    match = _TIME.fullmatch(word.strip())
    if not match:
        return None
    hours, minutes, seconds = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[4]:
        hours = hours % 12 + (12 if match[4].lower() == "pm" else 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        return None
    pattern = ("h:mm:ss" if match[3] else "h:mm") + (" am/pm" if match[4] else "")
    return (hours * 3600 + minutes * 60 + seconds) / 86400, pattern
