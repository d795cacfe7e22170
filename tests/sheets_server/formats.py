"""Numbers as cells show them: ``FORMATTED_VALUE``."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from .grid import CellError, Scalar
from .locale import Locale

EPOCH = datetime(1899, 12, 30)
DATE_TYPES = ("DATE", "TIME", "DATE_TIME")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_TOKEN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|y+|m+|d+|h+|s+|0+|AM/PM|am/pm|A/P|a/p|.', re.IGNORECASE | re.DOTALL)


def default_pattern(kind: str, locale: Locale) -> str:
    """The pattern of a number format that names only its type."""
    return {
        "NUMBER": "#,##0.00",
        "PERCENT": "0.00%",
        "CURRENCY": f"{locale.currency}#,##0.00" if locale.currency in "$£" else f"#,##0.00 {locale.currency}",
        "DATE": locale.date,
        "TIME": "h:mm:ss am/pm" if not locale.day_first else "h:mm:ss",
        "DATE_TIME": f"{locale.date} h:mm:ss",
        "SCIENTIFIC": "0.00E+00",
    }.get(kind, "")


def shown(value: Scalar, number_format: Mapping[str, Any] | None, locale: Locale) -> str:
    """The text of a cell that holds ``value``."""
    if value is None:
        return ""
    if isinstance(value, CellError | str):
        return str(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if not number_format or number_format.get("type") == "TEXT":
        return general(value, locale)
    kind = number_format.get("type", "NUMBER")
    pattern = number_format.get("pattern") or default_pattern(kind, locale)
    return by_pattern(value, pattern, locale) if pattern else general(value, locale)


def general(value: float, locale: Locale) -> str:
    """A number without a format: whole numbers in full, others to ten significant digits."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.10g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}E{exponent[0]}{exponent[1:].zfill(2)}"
    return text.replace(".", locale.decimal)


def by_pattern(value: float, pattern: str, locale: Locale) -> str:
    """``value`` through a pattern such as ``#,##0.00;[Red]-0`` or ``yyyy-mm-dd``."""
    sections = _sections(pattern)
    section = sections[0]
    if value < 0 and len(sections) > 1:
        section, value = sections[1], -value
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    if _is_date(section):
        return _date(value, _tokens(section))
    return _number(value, section, locale)


@lru_cache(maxsize=512)
def _sections(pattern: str) -> tuple[str, ...]:
    return tuple(re.findall(r'(?:"[^"]*"|\\.|[^;"\\])+', pattern)) or (pattern,)


@lru_cache(maxsize=512)
def _is_date(section: str) -> bool:
    return any(t[0].lower() in "ydhs" or t.lower() in ("m", "mm", "mmm", "mmmm") for t in _tokens(section))


@lru_cache(maxsize=512)
def _tokens(section: str) -> tuple[str, ...]:
    kept = (t for t in _TOKEN.findall(section) if not re.fullmatch(r"\[(?!h+\]|m+\]|s+\]).*\]", t, re.IGNORECASE))
    return tuple(kept)


def to_moment(serial: float) -> datetime:
    """A serial number's day and time, to the millisecond."""
    return EPOCH + timedelta(milliseconds=round(serial * 86_400_000))


def to_serial(moment: datetime) -> float:
    """A day and time's serial number; whole for midnight."""
    passed = moment - EPOCH
    serial = passed.days + passed.seconds / 86400 + passed.microseconds / 86400e6
    return int(serial) if serial == int(serial) else serial


def _date(serial: float, tokens: tuple[str, ...]) -> str:
    moment = to_moment(serial)
    twelve = any(t.lower() in ("am/pm", "a/p") for t in tokens)
    out = []
    for i, token in enumerate(tokens):
        out.append(_date_part(moment, serial, token, twelve, _is_minutes(tokens, i)))
    return "".join(out)


def _is_minutes(tokens: tuple[str, ...], i: int) -> bool:
    """``m`` after hours or before seconds is minutes."""
    if tokens[i].lower() not in ("m", "mm"):
        return False
    before = next((t.lower() for t in reversed(tokens[:i]) if t[0].isalpha() or t[0] == "["), "")
    after = next((t.lower() for t in tokens[i + 1 :] if t[0].isalpha() or t[0] == "["), "")
    return before.strip("[").startswith("h") or after.strip("[").startswith("s")


def _date_part(moment: datetime, serial: float, token: str, twelve: bool, minutes: bool) -> str:
    name = token.lower()
    hour = (moment.hour % 12 or 12) if twelve else moment.hour
    seconds = round(serial * 86400)
    parts = {
        "yyyy": f"{moment.year:04d}", "yy": f"{moment.year % 100:02d}", "y": f"{moment.year % 100:02d}",
        "mmmm": _MONTHS[moment.month - 1], "mmm": _MONTHS[moment.month - 1][:3],
        "mm": f"{moment.minute if minutes else moment.month:02d}", "m": str(moment.minute if minutes else moment.month),
        "dddd": _DAYS[moment.weekday()], "ddd": _DAYS[moment.weekday()][:3], "dd": f"{moment.day:02d}", "d": str(moment.day),
        "hh": f"{hour:02d}", "h": str(hour), "ss": f"{moment.second:02d}", "s": str(moment.second),
        "am/pm": ("am" if moment.hour < 12 else "pm") if token.islower() else ("AM" if moment.hour < 12 else "PM"),
        "[h]": str(seconds // 3600), "[hh]": f"{seconds // 3600:02d}", "[m]": str(seconds // 60), "[mm]": f"{seconds // 60:02d}",
        "000": f"{moment.microsecond // 1000:03d}", "00": f"{moment.microsecond // 10000:02d}",
    }  # fmt: skip
    return parts[name] if name in parts else _literal(token)


def _literal(token: str) -> str:
    if token.startswith('"'):
        return token[1:-1]
    if token.startswith("\\"):
        return token[1:]
    if token.startswith("_"):
        return " "
    return "" if token in ("*", "@") or token.startswith("[") else token


_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?(?:E\+0+)?|\.[#0?]+", re.IGNORECASE)


@lru_cache(maxsize=512)
def _number_parts(section: str) -> tuple[str, str, str, bool] | None:
    """What stands before the digits, their mask, what stands after, and whether it is a percentage."""
    bare = "".join("\0" * len(t) if t[0] in '"\\[_' and len(t) > 1 else t for t in _TOKEN.findall(section))
    match = _DIGITS.search(bare)
    if match is None:
        return None
    before = "".join(_literal(t) for t in _tokens(section[: match.start()]))
    after = "".join(_literal(t) for t in _tokens(section[match.end() :]))
    return before, match.group(), after, "%" in bare


def _number(value: float, section: str, locale: Locale) -> str:
    parts = _number_parts(section)
    if parts is None:
        return "".join(_literal(t) for t in _tokens(section)).replace("General", general(value, locale))
    before, mask, after, percent = parts
    digits = _digits(abs(value * 100 if percent else value), mask, locale)
    minus = "-" if value < 0 and digits.strip("0" + locale.decimal + locale.group) else ""
    return f"{minus}{before}{digits}{after}"


def _digits(value: float, mask: str, locale: Locale) -> str:
    if "E+" in mask.upper():
        places = len(mask.upper().split("E+")[0].partition(".")[2])
        mantissa, exponent = f"{value:.{places}E}".split("E")
        return f"{mantissa.replace('.', locale.decimal)}E{exponent[0]}{exponent[1:].zfill(2)}"
    whole_mask, _, part_mask = mask.partition(".")
    needed = part_mask.count("0")
    whole, _, part = f"{value:.{len(part_mask)}f}".partition(".")
    part = part[:needed] + part[needed:].rstrip("0")
    whole = whole.lstrip("0").rjust(whole_mask.count("0"), "0")
    if "," in whole_mask:
        whole = re.sub(r"(?<=\d)(?=(\d{3})+$)", locale.group, whole)
    return whole + (locale.decimal + part if part else "")
