"""Numbers, money and percentages as people type them, by the separators of the workbook's language.

A text that is a number only by another convention ("1,234.50" in Spanish) is refused with the way to type it, never
re-read: a silent factor of a thousand is worse than a question.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sheetcrm.cells.bad import Bad

_DOLLARS = ("USD", "MXN", "ARS", "CLP", "COP", "CAD", "AUD", "NZD", "UYU", "DOP", "SGD", "HKD")
_SIGNS: Mapping[str, tuple[str, ...]] = {
    "€": ("EUR",),
    "£": ("GBP",),
    "₽": ("RUB",),
    "¥": ("JPY", "CNY"),
    "₴": ("UAH",),
    "₸": ("KZT",),
    "₹": ("INR",),
    "₺": ("TRY",),
    "r$": ("BRL",),
    "us$": ("USD",),
    "u$s": ("USD",),
    "s/": ("PEN",),
    "$": _DOLLARS,
}
_NAMES: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("EUR",): ("euro", "euros", "евро"),
    ("GBP",): ("libra", "libras", "pound", "pounds", "фунт", "фунтов"),
    ("RUB",): ("rublo", "rublos", "ruble", "rubles", "р", "руб", "рубль", "рубля", "рублей"),
    _DOLLARS: ("dolar", "dolares", "dollar", "dollars", "peso", "pesos", "доллар", "доллара", "долларов"),
}
_BY_NAME = {name: codes for codes, names in _NAMES.items() for name in names}

_ALIKE = str.maketrans({"−": "-", "‒": "-", "–": "-", "’": "'", "٫": ",", "٬": "'"})
_SIGN = r"(?P<{0}>[-+]?)"
_CURRENCY = r"(?P<{0}>[^\W\d_][^\d\s()+\-,]*|[^\w\s()+\-.,'%]+[^\W\d_]{{0,3}}\.?|)"
_DIGITS = r"(?P<digits>[.,]?\d(?:[\d.,' ]*\d)?[.,]?)"
_AMOUNT = re.compile(
    rf"{_SIGN.format('outer')}\s*{_CURRENCY.format('before')}\s*{_SIGN.format('inner')}\s*{_DIGITS}\s*{_CURRENCY.format('after')}"
)
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,3}")
_SPACED = re.compile(r"[1-9]\d{0,2}(?: \d{3})+(?=$|[.,])")
_INFINITE = re.compile(r"[+-]?(?:inf(?:inity)?|nan|∞)", re.IGNORECASE)


@dataclass(frozen=True)
class Amount:
    """A number, and the currencies that its sign can mean (empty: it bore none)."""

    value: float
    currencies: tuple[str, ...] = ()


def parse_number(text: str, language: str) -> float | Bad:
    """A typed number without any sign of currency or percent."""
    amount = parse_money(text, language)
    if isinstance(amount, Bad):
        return Bad("number_unreadable") if amount.code == "money_unreadable" else amount
    return amount.value if not amount.currencies else Bad("number_unreadable")


def parse_money(text: str, language: str) -> Amount | Bad:
    """A typed amount, with or without a currency before or behind it; brackets are a minus."""
    typed = _folded(text)
    if _INFINITE.fullmatch(typed):
        return Bad("number_not_finite")
    if _SCIENTIFIC.fullmatch(typed):
        return _finite(float(typed), ())
    bracketed = typed.startswith("(") and typed.endswith(")")
    match = _AMOUNT.fullmatch(typed[1:-1].strip() if bracketed else typed)
    if match is None:
        return Bad("money_unreadable")
    minuses = [bracketed, bool(match["outer"]), bool(match["inner"])]
    words = [word for word in (match["before"], match["after"]) if word]
    currencies = currencies_of(words[0]) if words else ()
    if sum(minuses) > 1 or len(words) > 1 or (words and not currencies):
        return Bad("money_unreadable")
    value = _magnitude(match["digits"], language)
    if isinstance(value, Bad):
        return value
    negative = bracketed or "-" in (match["outer"], match["inner"])
    return _finite(-value if negative else value, currencies)


def parse_percent(text: str, language: str) -> float | Bad:
    """A share of 1: "80 %", 0.8 and 80 are the same; 1 is all of it."""
    typed = _folded(text)
    marked = typed.endswith("%") or typed.startswith("%")
    bare = typed[:-1] if typed.endswith("%") else typed[1:] if marked else typed
    value = parse_number(bare, language)
    if isinstance(value, Bad):
        return Bad("percent_unreadable") if value.code == "number_unreadable" else value
    share = value / 100 if marked or value > 1 else value
    return share if 0 <= share <= 1 else Bad("percent_range")


def currencies_of(word: str) -> tuple[str, ...]:
    """The ISO codes that a sign, name or code of a currency can mean; empty when it is none."""
    plain = _unaccented(word.strip().casefold())
    bare = plain.rstrip(".")
    found = _SIGNS.get(bare) or _BY_NAME.get(bare)
    if found is None and bare.upper() in _codes():
        found = (bare.upper(),)
    return found or ()


def separators(language: str) -> tuple[str, str]:
    """The decimal and the group separator of a language; a group of spaces is " "."""
    decimal, group = _symbols(language)
    return decimal, " " if group.isspace() else group


def _magnitude(digits: str, language: str) -> float | Bad:
    """Digits with separators, by the language's own convention; Bad says when another one would fit."""
    spaced = _SPACED.match(digits)
    if spaced is not None:
        digits = spaced[0].replace(" ", "") + digits[spaced.end() :]
    if " " in digits:
        return Bad("money_unreadable")
    decimal, group = separators(language)
    value = _by(digits, decimal, group)
    # Where groups are spaces a point can only be a decimal point, except before exactly three digits: 1.234?
    if value is None and group == " " and not re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", digits):
        value = _by(digits, "." if decimal == "," else ",", group)
    if value is not None:
        return value
    for other_decimal, other_group in ((",", "."), (".", ","), (".", "'"), (",", "'")):
        other = _by(digits, other_decimal, other_group)
        if other is not None:
            return Bad("number_convention", {"number": other})
    return Bad("money_unreadable")


def _by(digits: str, decimal: str, group: str) -> float | None:
    """The number under one convention; None where the groups or the decimals are not formed by it."""
    if not _shape(decimal, group).fullmatch(digits):
        return None
    plain = digits.replace(group, "").replace(decimal, ".")
    return float(plain)


@lru_cache(maxsize=16)
def _shape(decimal: str, group: str) -> re.Pattern[str]:
    point, mark = re.escape(decimal), re.escape(group)
    return re.compile(rf"(?:\d+|[1-9]\d{{0,2}}(?:{mark}\d{{3}})+)(?:{point}\d+)?|{point}\d+")


def _finite(value: float, currencies: tuple[str, ...]) -> Amount | Bad:
    return Amount(value, currencies) if math.isfinite(value) else Bad("number_not_finite")


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(_ALIKE).split())


def _unaccented(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


@lru_cache(maxsize=8)
def _symbols(language: str) -> tuple[str, str]:
    from babel.numbers import get_decimal_symbol, get_group_symbol

    return get_decimal_symbol(language), get_group_symbol(language)


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    from babel.numbers import list_currencies

    return frozenset(list_currencies())
