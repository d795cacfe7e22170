"""What a spreadsheet's locale changes: separators, the order of dates, the currency."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Locale:
    """``decimal`` and ``group`` separators, ``day_first`` dates written by ``date``, ``currency`` sign."""

    decimal: str
    group: str
    day_first: bool
    date: str
    currency: str


_EN_US = Locale(".", ",", False, "m/d/yyyy", "$")
_LOCALES = {
    "en_US": _EN_US,
    "en_GB": Locale(".", ",", True, "dd/mm/yyyy", "£"),
    "es_ES": Locale(",", ".", True, "d/m/yyyy", "€"),
    "es_MX": Locale(".", ",", True, "dd/mm/yyyy", "$"),
    "fr_FR": Locale(",", "\u202f", True, "dd/mm/yyyy", "€"),
    "de_DE": Locale(",", ".", True, "dd.mm.yyyy", "€"),
    "ru_RU": Locale(",", "\u00a0", True, "dd.mm.yyyy", "₽"),
}
_BY_LANGUAGE = {"es": "es_ES", "fr": "fr_FR", "de": "de_DE", "ru": "ru_RU"}


def known(name: str) -> Locale:
    """The locale of that name, else its language's, else American English."""
    return _LOCALES.get(name) or _LOCALES.get(_BY_LANGUAGE.get(name[:2], ""), _EN_US)
