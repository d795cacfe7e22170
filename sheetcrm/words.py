"""Every word that people see, in the language they read: the catalogues of ``templates/locale``.

Keys: ``tab.<tab>``, ``header.<tab>.<column>``, ``note.<tab>.<column>``, ``value.<set>.<key>``, each with an optional
``.alias`` of synonyms separated by ``;``, and the sentences (``problem.*``, ``mail.*``, …). A text holds named
placeholders only, ``{n}``: people may edit the catalogues, and ``{x.__class__}`` would let them read the program.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache
from string import Formatter
from typing import Any

from sheetcrm.figures import Figures, figures_of
from sheetcrm.languages import LANGUAGES
from sheetcrm.po import Catalogue, parse
from sheetcrm.resources import resource
from sheetcrm.schema import TABS

_ALIAS = ".alias"
_SEPARATORS = re.compile(r"[\W_]+")


class Words:
    """The words of one language; get it from :func:`words_of`."""

    def __init__(self, language: str, catalogue: Catalogue) -> None:
        self.language = language
        self._catalogue = catalogue
        self._checked: set[str] = set()

    def text(self, key: str, /, **values: Any) -> str:
        """The text of a key with its placeholders filled. KeyError: no such key, or a value is missing."""
        return self._filled(key, self._catalogue.texts[key], values)

    def plural(self, key: str, n: float, /, **values: Any) -> str:
        """The form of a key that goes with ``n`` ("1 contrato", "2 contratos"); ``{n}`` is the number as written.

        A number that is not whole takes the second form in all three languages: "1,5 contratos", "1,5 договора".
        """
        form = self._catalogue.form(abs(int(n))) if n == int(n) else 1
        return self._filled(key, self._catalogue.plurals[key][form], {"n": self.number(n), **values})

    def counts(self, key: str) -> bool:
        """Whether the key's text depends on a number: ask for it with :meth:`plural`."""
        return key in self._catalogue.plurals

    def has(self, key: str) -> bool:
        """Whether this language has the key."""
        return key in self._catalogue.texts or key in self._catalogue.plurals

    def tab(self, tab: str) -> str:
        """A tab's title."""
        return self._catalogue.texts[f"tab.{tab}"]

    def header(self, tab: str, column: str) -> str:
        """A column's header."""
        return self._catalogue.texts[f"header.{tab}.{column}"]

    def note(self, tab: str, column: str) -> str:
        """What a column means or wants, as its header's note says it."""
        return self._catalogue.texts[f"note.{tab}.{column}"]

    def value(self, value_set: str, key: str | None) -> str:
        """A list's word: ``value("level", "high")`` is "alto". Blank stays blank."""
        return self._catalogue.texts[f"value.{value_set}.{key}"] if key else ""

    def weekday(self, d: date) -> str:
        """The day of the week, abbreviated: ``sáb``."""
        return self._figures.weekday(d)

    def date(self, d: date | None, short: bool = False) -> str:
        """``21 nov 2026``; short without the year; with the time of day where there is one."""
        return self._figures.date(d, short)

    def number(self, x: float | None, decimals: int | None = None) -> str:
        """``1.234,5``; without ``decimals`` at most two and no trailing zeros."""
        return self._figures.number(x, decimals)

    def money(self, x: float | None, currency: str) -> str:
        """``48.200 €``: cents only under 1,000 and only where there are some."""
        return self._figures.money(x, currency)

    def percent(self, x: float | None, decimals: int = 0) -> str:
        """0.8 as ``80 %``."""
        return self._figures.percent(x, decimals)

    @property
    def _figures(self) -> Figures:
        return figures_of(self.language)

    def _filled(self, key: str, text: str, values: dict[str, Any]) -> str:
        if "{" not in text and "}" not in text:
            return text
        if text not in self._checked:
            _require_plain_names(key, text)
            self._checked.add(text)
        return text.format_map(values)


@cache
def words_of(language: str) -> Words:
    """The words of ``es``, ``en`` or ``ru``, read once. ValueError for another language."""
    if language not in LANGUAGES:
        raise ValueError(f"no words in {language!r}: choose one of {', '.join(LANGUAGES)}")
    return Words(language, parse(resource(f"templates/locale/{language}.po").read_text(encoding="utf-8")))


def normalise(text: str) -> str:
    """What a header or a list word is compared by: case, accents, spaces and punctuation do not count."""
    plain = text.replace("°", "º").replace(".º", "º")
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    plain = plain.casefold()
    return _SEPARATORS.sub(" ", plain).strip() or plain.strip()


def tab_titles() -> dict[str, str]:
    """Normalised title in any language, synonym or key → tab key."""
    return _index()["tab"]


def header_keys(tab: str) -> dict[str, str]:
    """Normalised header in any language, synonym or key → column key of this tab."""
    return _index()[f"header.{tab}"]


def list_keys(value_set: str) -> dict[str, str]:
    """Normalised word in any language, synonym or key → key of this list."""
    return _index()[f"value.{value_set}"]


@cache
def _index() -> dict[str, dict[str, str]]:
    """All look-ups by group (``tab``, ``header.<tab>``, ``value.<set>``): titles win over synonyms, these over keys."""
    titles: list[tuple[str, str, str]] = []
    synonyms: list[tuple[str, str, str]] = []
    for language in LANGUAGES:
        for name, text in words_of(language)._catalogue.texts.items():
            if not name.startswith(("tab.", "header.", "value.")):
                continue
            if name.endswith(_ALIAS):
                group, key = name.removesuffix(_ALIAS).rsplit(".", 1)
                synonyms.extend((group, key, word) for word in text.split(";"))
            else:
                group, key = name.rsplit(".", 1)
                titles.append((group, key, text))
    keys = [(group, key, key) for group, key, _ in titles]
    index: dict[str, dict[str, str]] = {f"header.{tab}": {} for tab in TABS}
    for group, key, word in (*titles, *synonyms, *keys):
        index.setdefault(group, {}).setdefault(normalise(word), key)
    return index


def _require_plain_names(key: str, text: str) -> None:
    for _, name, spec, conversion in Formatter().parse(text):
        if name is not None and (not name.isidentifier() or spec or conversion):
            raise ValueError(f"{key}: the placeholder {{{name}}} must be a plain name, as in {{n}}")
