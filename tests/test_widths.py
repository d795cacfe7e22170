"""No header and no typical value is cut: the widths of columns against the sample's rows, in three languages."""

from __future__ import annotations

from datetime import date

import pytest

from sheetcrm.languages import LANGUAGES
from sheetcrm.sample import sample
from sheetcrm.schema import TABS, Column, Tab, Type
from sheetcrm.views.look.formats import width
from sheetcrm.words import Words, words_of

SENTENCE = 36
"""Characters from which a cell is a sentence: it may end at its column's edge."""
TYPICAL = 0.95
"""Share of a column's values that are shown whole."""


def wide(tab: Tab, column: Column, words: Words) -> float:
    choices = [words.value(column.value_set, key) for key in column.values]
    return width(column, words.header(tab.key, column.key), choices)


@pytest.mark.parametrize("language", LANGUAGES)
def test_typical_values_are_shown_whole(language: str) -> None:
    words = words_of(language)
    for key, rows in sample(7, date(2026, 11, 21), language).items():
        tab = TABS[key]
        for column in (each for each in tab.columns if not each.by_runner and each.type is not Type.LINK):
            typed = [row[column.key] for row in rows if isinstance(row.get(column.key), str)]
            said = [words.value(column.value_set, cell) if cell in column.values else cell for cell in map(str, typed)]
            longest = sorted(map(len, said))[: max(1, int(TYPICAL * len(said)))]
            if longest:
                assert wide(tab, column, words) >= min(longest[-1], SENTENCE), (key, column.key, longest[-1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_a_list_fit_with_air(language: str) -> None:
    words = words_of(language)
    for tab in TABS.values():
        for column in (each for each in tab.columns if each.values and each.value_set != "alert_stage"):
            longest = max(len(words.value(column.value_set, key)) for key in column.values)
            assert wide(tab, column, words) >= longest + 2, (tab.key, column.key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_headers_stand_on_two_lines_beside_their_filter(language: str) -> None:
    words = words_of(language)
    for tab in TABS.values():
        for column in tab.columns:
            assert lines(words.header(tab.key, column.key), int(wide(tab, column, words)) - 3) <= 2, column.key


def lines(text: str, most: int) -> int:
    """How many lines of at most this many characters a text takes, cut between words."""
    count, used = 1, 0
    for word in text.split():
        if used and used + 1 + len(word) > most:
            count, used = count + 1, 0
        used += len(word) + (1 if used else 0)
        assert len(word) <= most, f"{word} alone is too long"
    return count


def test_text_on_two_lines() -> None:
    assert lines("days to expiry", 14) == 1
    assert lines("days to expiry", 13) == 2
    assert lines("one two six", 3) == 3
