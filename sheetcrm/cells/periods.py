"""Periods as people type them, in whole months: 12M, P6M, "6 meses", annual, "1 год"."""

from __future__ import annotations

import re
import unicodedata

from sheetcrm.cells.bad import Bad

LONGEST = 1200
"""Months; a hundred years."""

_UNITS: dict[int, str] = {
    1: "m mes meses month months mo mos мес месяц месяца месяцев",
    3: "trimestre trimestres quarter quarters квартал квартала кварталов",
    6: "semestre semestres полугодие полугодия полугодий",
    12: "a ano anos y yr yrs year years г год года лет",
}
_NAMES: dict[int, str] = {
    1: "mensual monthly ежемесячно ежемесячный ежемесячная месячный",
    2: "bimestral bimonthly",
    3: "trimestral quarterly ежеквартально ежеквартальный ежеквартальная квартальный",
    4: "cuatrimestral",
    6: "semestral semiannual biannual полугодовой полугодовая полгода",
    12: "anual annual annually yearly ежегодно ежегодный ежегодная годовой годовая",
    24: "bienal biennial двухлетний",
    36: "trienal triennial трехлетний",
}
_WORDS: dict[str, float] = {
    "un": 1, "una": 1, "uno": 1, "one": 1, "один": 1, "одна": 1, "dos": 2, "two": 2, "два": 2, "tres": 3, "three": 3,
    "три": 3, "cuatro": 4, "four": 4, "четыре": 4, "cinco": 5, "five": 5, "пять": 5, "seis": 6, "six": 6, "шесть": 6,
    "doce": 12, "twelve": 12, "двенадцать": 12, "medio": 0.5,
}  # fmt: skip
_UNIT = {name: months for months, names in _UNITS.items() for name in names.split()}
_NAME = {name: months for months, names in _NAMES.items() for name in names.split()}
_ISO = re.compile(r"p(?:(\d{1,3})y)?(?:(\d{1,4})m)?")
_PART = re.compile(r"(\d+(?:[.,]\d+)?|[^\W\d_]+)\s*([^\W\d_]+)\.?")
_JOINT = re.compile(r"\s*(?:,|\by\b|\band\b|\bи\b|\s)\s*")


def parse_period(text: str) -> float | Bad:
    """Whole months, 1 to 1200. A bare number is months."""
    typed = _folded(text)
    if re.fullmatch(r"\d+(?:\.0+)?", typed):
        return _whole(float(typed))
    named = _NAME.get(typed)
    if named is not None:
        return float(named)
    iso = _ISO.fullmatch(typed)
    if iso is not None and (iso[1] or iso[2]):
        return _whole(int(iso[1] or 0) * 12 + int(iso[2] or 0))
    return _sum_of_parts(typed)


def _sum_of_parts(typed: str) -> float | Bad:
    """ "1 year 6 months", "12M", "un año": every part must be a number with a unit."""
    if typed in _UNIT and len(typed) > 2:
        return float(_UNIT[typed])
    months, at = 0.0, 0
    while at < len(typed):
        part = _PART.match(typed, at)
        unit = _UNIT.get(part[2]) if part is not None else None
        if part is None or unit is None:
            return Bad("period_unreadable")
        count = _count(part[1])
        if count is None:
            return Bad("period_unreadable")
        months += count * unit
        joint = _JOINT.match(typed, part.end())
        at = joint.end() if joint is not None else part.end()
    return _whole(months)


def _count(text: str) -> float | None:
    if text[0].isdigit():
        return float(text.replace(",", "."))
    return _WORDS.get(text)


def _whole(months: float) -> float | Bad:
    if months != int(months) or not 1 <= months <= LONGEST:
        return Bad("period_range", {"longest": LONGEST})
    return float(months)


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    # й and ё are letters of their own in Russian, not accented ones; people do write е for ё.
    joined = "".join(letter for letter in decomposed if letter == "\u0306" or not unicodedata.combining(letter))
    return " ".join(unicodedata.normalize("NFC", joined).split())
