"""Which sections of the dashboard a workbook has: those of which any label stands in its place, in any language.

A workbook made before a section was drawn has none of its labels, nor one from which people cleared it: what stands
there is theirs, and nothing of ours goes there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from sheetcrm.languages import LANGUAGES
from sheetcrm.views.layout import LAYOUT
from sheetcrm.views.places import Section
from sheetcrm.words import normalise, words_of


def standing(text_at: Callable[[str], str | None]) -> tuple[Section, ...]:
    """The sections that stand on a dashboard whose cells are these (address → text, None for a blank)."""
    return tuple(section for section in LAYOUT.sections if _stands(section, text_at))


def _stands(section: Section, text_at: Callable[[str], str | None]) -> bool:
    for address, word in section.labels():
        text = text_at(address)
        if text and normalise(text) in _said(word):
            return True
    return False


@cache
def _said(word: str) -> frozenset[str]:
    """A word of the template in every language, as it is compared."""
    return frozenset(normalise(words_of(language).text(word)) for language in LANGUAGES)
