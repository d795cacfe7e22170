"""Numbers, money, percents and dates as a language writes them.

Babel gives the symbols once per language and currency; the formatting itself is Python's own, because the reasons of
100,000 rows are written in one pass and Babel's patterns cost 50 times as much.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache

# English readers of a sheet from Europe expect the day first: 21 Nov 2026.
_LOCALES = {"en": "en_GB"}
_CENTS_BELOW = 1000
"""From this amount on, money in sentences is shown without cents."""
_EXACT = 1e9
_NOISE = 1e-6
_INFINITY = float("inf")


class Figures:
    """The figures of one language. Blank (None, NaN, NaT) is the empty text everywhere."""

    def __init__(self, language: str) -> None:
        from babel import Locale, numbers

        self._locale = Locale.parse(_LOCALES.get(language, language))
        self._symbols = str.maketrans(
            {",": numbers.get_group_symbol(self._locale), ".": numbers.get_decimal_symbol(self._locale)}
        )
        self._months: dict[int, str] = dict(self._locale.months["format"]["abbreviated"])
        self._percent = _around(numbers.format_percent(0, locale=self._locale))
        self._currencies: dict[str, tuple[str, str, int]] = {}

    def number(self, x: float | None, decimals: int | None = None) -> str:
        """1234.5 as ``1.234,5``; without ``decimals`` at most two and no trailing zeros. Halves round up."""
        if x is None or x != x:
            return ""
        if decimals is not None:
            return self._digits(x, decimals)
        rounded = rounded_half_up(x, 2)
        whole, _, fraction = f"{rounded:,.2f}".partition(".")
        fraction = fraction.rstrip("0")
        return f"{whole}.{fraction}".rstrip(".").translate(self._symbols)

    def money(self, x: float | None, currency: str) -> str:
        """``48.200 €``, ``99,50 €``: an amount with its currency; cents only under 1,000 and where there are some."""
        if x is None or x != x:
            return ""
        before, after, precision = self._currency(currency)
        rounded = rounded_half_up(x, precision)
        decimals = 0 if abs(rounded) >= _CENTS_BELOW or rounded.is_integer() else precision
        sign = "-" if rounded < 0 else ""
        return f"{sign}{before}{self._digits(abs(x), decimals)}{after}"

    def percent(self, x: float | None, decimals: int = 0) -> str:
        """A share of 1 as a percent: 0.8 is ``80 %``."""
        if x is None or x != x:
            return ""
        before, after = self._percent
        return f"{before}{self._digits(float(Decimal(repr(float(x))) * 100), decimals)}{after}"

    def weekday(self, d: date) -> str:
        """``sáb``: the day of the week, abbreviated."""
        return str(self._locale.days["format"]["abbreviated"][d.weekday()]).rstrip(".")

    def date(self, d: date | None, short: bool = False) -> str:
        """``21 nov 2026``; short without the year, with the time of day where there is one other than midnight."""
        if d is None or d != d:
            return ""
        text = f"{d.day} {self._months[d.month]}"
        if not short:
            text += f" {d.year}"
        if isinstance(d, datetime) and (d.hour or d.minute):
            text += f", {d.hour:02d}:{d.minute:02d}"
        return text

    def _digits(self, x: float, decimals: int) -> str:
        return f"{rounded_half_up(x, decimals):,.{decimals}f}".translate(self._symbols)

    def _currency(self, currency: str) -> tuple[str, str, int]:
        """What stands before and after an amount in this currency, and its decimals (yen has none)."""
        known = self._currencies.get(currency)
        if known is None:
            from babel import numbers

            if currency:
                sample = numbers.format_currency(0, currency, locale=self._locale)
                known = (*_around(sample), numbers.get_currency_precision(currency))
            else:
                known = ("", "", 2)
            self._currencies[currency] = known
        return known


@cache
def figures_of(language: str) -> Figures:
    """The figures of a language (``es``, ``en``, ``ru``), made once."""
    return Figures(language)


def rounded_half_up(x: float, decimals: int) -> float:
    """62.5 to 63 and 1.005 to 1.01, away from zero: what people expect, where ``round`` gives 62 and 1.0."""
    scale = 10.0**decimals
    scaled = abs(x) * scale
    if scaled < _EXACT:
        whole = int(scaled)
        # Away from the half, binary noise decides nothing; at the half only the decimal digits tell.
        if abs(scaled - whole - 0.5) > _NOISE:
            nearest = whole + (scaled - whole > 0.5)
            return (nearest if x > 0 else -nearest) / scale + 0.0
    elif scaled == _INFINITY:
        return x
    with localcontext(prec=400):
        return float(Decimal(repr(float(x))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)) + 0.0


def _around(sample: str) -> tuple[str, str]:
    """What stands before the first and after the last digit."""
    places = [found.start() for found in re.finditer(r"\d", sample)]
    return sample[: places[0]], sample[places[-1] + 1 :]
