"""Finds what is said in the wrong language: words that only the other languages' catalogues have, and bare keys.

What people typed may be in any language; their words are never odd.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from babel import Locale

from sheetcrm.languages import LANGUAGES
from sheetcrm.po import parse
from sheetcrm.resources import resource

NAMES = frozenset(
    {"sheetcrm", "excel", "google", "libreoffice", "crm", "sla", "nps", "grr", "nrr", "eur", "usd", "config"}
)
"""Names that are the same everywhere."""
_NO_WORDS = re.compile(
    r"https?://\S+|\S+@\S+|sheetcrm [a-z]+(?: --\S+)*|(?<!\S)/\w\S*|\S+![A-Z]+\d+|`[^`]*`|\{\w+\}"
    r"|[\w-]+(?:\.\w+)+|[\w-]*\d[\w/-]*"
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_KEY = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


def words_in(text: str) -> set[str]:
    """The words of a text, small; without addresses, ids, commands, settings and names of files."""
    return {word.casefold() for word in _WORD.findall(_NO_WORDS.sub(" ", text))}


@cache
def vocabulary(language: str) -> frozenset[str]:
    """Every word that the catalogue, the playbook and the calendar of a language have."""
    found = parse(resource(f"templates/locale/{language}.po").read_text(encoding="utf-8"))
    said = [text for key, text in found.texts.items() if not key.endswith(".alias")]
    said += [form for forms in found.plurals.values() for form in forms]
    said.append(resource(f"templates/playbooks/{language}.md").read_text(encoding="utf-8"))
    locale = Locale.parse({"en": "en_GB"}.get(language, language))
    for names in (locale.months, locale.days):
        said += [name for widths in names.values() for width in widths.values() for name in width.values()]
    return frozenset(word for text in said for word in words_in(text))


class Tongue:
    """One language, and the words of the people whose workbook it is."""

    def __init__(self, language: str, people: Iterable[str] = ()) -> None:
        self._own = vocabulary(language) | NAMES | {word for text in people for word in words_in(text)}
        others = (vocabulary(other) for other in LANGUAGES if other != language)
        self._foreign = frozenset().union(*others) - self._own
        self._letters = re.compile("[а-яё]" if language == "ru" else "[a-záéíóúüñ]", re.IGNORECASE)

    def odd(self, text: str) -> set[str]:
        """The words that are another language's, in another alphabet and nobody's, or no words but keys."""
        found = words_in(text)
        alien = {word for word in found - self._own if not self._letters.search(word)}
        return (found & self._foreign) | alien | set(_KEY.findall(_NO_WORDS.sub(" ", text)))
