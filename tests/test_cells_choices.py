"""Yes/no, list words, addresses and ids as people type them."""

from __future__ import annotations

import pyarrow as pa
import pytest

from sheetcrm.cells import Bad, Habits, cast, clean
from sheetcrm.cells.choices import parse_choice, parse_yes_no
from sheetcrm.languages import LANGUAGES
from sheetcrm.schema import PEOPLE_TABS, TABS, Type
from sheetcrm.words import words_of

TIER = TABS["accounts"].column("tier")
LISTS = [column for tab in PEOPLE_TABS for column in tab.people if column.type is Type.LIST]


@pytest.mark.parametrize(
    "typed", ["sí", "Si", "SÍ", "yes", "да", "Да ", "true", "VERDADERO", "1", "x", "X", "✓", "y", "s", "\u00a0yes"]
)
def test_yes(typed):
    assert parse_yes_no(typed) == "yes"


@pytest.mark.parametrize("typed", ["no", "No", "NO", "нет", "false", "0", "ЛОЖЬ", "n"])
def test_no(typed):
    assert parse_yes_no(typed) == "no"


@pytest.mark.parametrize("typed", ["12", "2", "-1", "quizás", "sí y no", "0.5", "😀", "2026-01-01 00:00:00", "?"])
def test_neither(typed):
    assert parse_yes_no(typed) == Bad("yes_no")


@pytest.mark.parametrize("column", LISTS, ids=lambda column: column.key)
def test_every_word_of_every_language_and_every_key_is_known(column):
    for key in column.values:
        assert parse_choice(key, column.value_set, column.values) == key
        for language in LANGUAGES:
            word = words_of(language).value(column.value_set, key)
            assert parse_choice(word, column.value_set, column.values) == key
            assert parse_choice(f" \u00a0{word.upper()} ", column.value_set, column.values) == key


def test_a_near_miss_names_the_word():
    found = parse_choice("estandard", "tier", TIER.values)
    assert found == Bad("list_near", {"value_set": "tier", "near": "standard"})


@pytest.mark.parametrize("typed", ["patata", "12", "😀", "?", "key key key"])
def test_what_is_not_on_the_list(typed):
    found = parse_choice(typed, "tier", TIER.values)
    assert isinstance(found, Bad)
    assert found.code == "list_unknown"


def test_a_list_does_not_take_words_of_a_longer_list_with_the_same_words():
    root_cause = TABS["tickets"].column("root_cause")
    found = parse_choice("consumable", root_cause.value_set, root_cause.values)
    assert isinstance(found, Bad)


def test_a_column_of_keys_is_text_with_nothing_for_blank():
    found = cast(TIER, pa.array(["key", None, " ", "patata", "Standard"]), Habits())
    assert str(found.values.dtype) == "str"
    assert found.values.isna().tolist() == [False, True, True, True, False]
    assert list(found.bad) == [3]


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        ("ana@example.com", True),
        ("a.b+c@sub.example.org", True),
        ("почта@пример.рф", True),
        ("ana", False),
        ("a@b", False),
        ("a@b.com, c@d.com", False),
        ("Ana <a@b.com>", False),
        ("a b@c.com", False),
        ("@example.com", False),
        ("a@example..com", False),
    ],
)
def test_addresses_are_checked_for_their_shape(typed, good):
    found = cast(TABS["contacts"].column("email"), pa.array([typed, None]), Habits())
    assert (0 in found.bad) is not good
    assert 1 not in found.bad


def test_currencies_become_codes_and_unknown_ones_stay_in_doubt():
    found = cast(TABS["contracts"].column("currency"), pa.array(["eur", "€", "dólares", "conchas", None]), Habits())
    assert found.values[:4].tolist() == ["EUR", "EUR", "USD", "CONCHAS"]
    assert not found.bad
    assert {at: bad.code for at, bad in found.doubts.items()} == {3: "currency_unknown"}


def test_several_ids_in_a_cell():
    found = cast(
        TABS["contracts"].column("predecessor_id"), pa.array(["C-1;C-2 ; ", " C-3\u00a0", None, ";"]), Habits()
    )
    assert found.values[:2].tolist() == ["C-1; C-2", "C-3"]


def test_clean_takes_away_spaces_that_nobody_sees():
    cells = pa.array([" C-1\u00a0", "\u200bC-2\ufeff", "\u00a0\t", "", None, "a\u00a0b", "😀 "])
    assert clean(cells).to_pylist() == ["C-1", "C-2", None, None, None, "a\u00a0b", "😀"]
