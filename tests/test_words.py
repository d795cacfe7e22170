"""The catalogues: complete in three languages, unambiguous, and safe to edit."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, datetime
from string import Formatter

import pandas as pd
import pytest
from babel import Locale
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from sheetcrm.figures import figures_of, rounded_half_up
from sheetcrm.languages import LANGUAGES
from sheetcrm.po import parse
from sheetcrm.resources import resource
from sheetcrm.schema import TABS
from sheetcrm.words import Words, header_keys, list_keys, normalise, tab_titles, words_of

LOOKED_UP = ("tab.", "header.", "value.")
FORMS = {"es": 2, "en": 2, "ru": 3}

# Words of the trade, and names of files and settings, that Russian text writes in Latin letters as they are.
LATIN_IN_RUSSIAN = {"SLA", "CRM", "EUR", "USD", "RUB", "GRR", "NRR", "NPS"} | {
    "Excel",
    "Google",
    "sheetcrm",
    "email",
    "rates",
}
ENGLISH = (
    {"the", "and", "with", "from", "your", "you", "has", "have", "was", "were", "are", "this", "that", "of", "to", "by"}
    | {"for", "not", "is", "it", "its", "account", "accounts", "contract", "contracts", "customer", "owner", "value"}
    | {"renewal", "task", "due", "days", "week", "alert", "problem", "health", "column", "row", "sheet", "date"}
)


def source(language: str) -> str:
    return resource(f"templates/locale/{language}.po").read_text(encoding="utf-8")


def texts(language: str) -> dict[str, str]:
    return {**parse(source(language)).texts, **{k: "\n".join(v) for k, v in parse(source(language)).plurals.items()}}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_is_in_every_language(language: str) -> None:
    def wanted(keys: dict[str, str]) -> set[str]:
        # A language may have no synonym for a word that others have one for.
        return {key for key in keys if not key.endswith(".alias")}

    assert wanted(texts(language)) == wanted(texts("en"))
    assert parse(source(language)).plurals.keys() == parse(source("en")).plurals.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_the_same_in_every_language(language: str) -> None:
    english = texts("en")
    different = {
        key for key, text in texts(language).items() if placeholders(text) != placeholders(english.get(key, text))
    }
    assert not different


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_written_twice_or_marked_as_unsure(language: str) -> None:
    keys = re.findall(r'^msgid "(.+)"$', source(language), re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))
    assert "fuzzy" not in source(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_reader_agrees_with_babel(language: str) -> None:
    with resource(f"templates/locale/{language}.po").open("rb") as file:
        babel = read_po(file, locale=language)
    ours = parse(source(language))
    theirs = {m.id if isinstance(m.id, str) else m.id[0]: m.string for m in babel if m.id}
    assert theirs == {**ours.texts, **ours.plurals}
    assert babel.num_plurals == FORMS[language]
    assert {len(forms) for forms in ours.plurals.values()} == {FORMS[language]}


def test_the_reader_knows_escapes_continuations_comments_and_obsolete_entries() -> None:
    found = parse(
        'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n#, c\n#. msgid "no"\nmsgid "a"\n'
        'msgstr ""\n"one \\"two\\"\\n"\n"three\\\\n"\n\nmsgid "empty"\nmsgstr ""\n\n#~ msgid "old"\n#~ msgstr "x"\n\n'
        'msgid "n"\nmsgid_plural "n"\nmsgstr[0] "{n} day"\nmsgstr[1] "{n} days"\n'
    )
    assert found.texts == {"a": 'one "two"\nthree\\n'}
    assert found.plurals == {"n": ("{n} day", "{n} days")}
    assert [found.form(n) for n in (0, 1, 2)] == [1, 0, 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_dictionary_has_words(language: str) -> None:
    words = words_of(language)
    for tab in TABS.values():
        assert words.tab(tab.key)
        for column in tab.columns:
            assert words.header(tab.key, column.key)
            assert 8 < len(words.note(tab.key, column.key)) <= 200
            for key in column.values:
                assert words.value(column.value_set, key)


def test_no_word_is_left_of_a_column_that_is_gone() -> None:
    known = {f"{tab.key}.{column.key}" for tab in TABS.values() for column in tab.columns}
    sets = {column.value_set for tab in TABS.values() for column in tab.columns}
    for key in texts("en"):
        kind, _, rest = key.removesuffix(".alias").partition(".")
        if kind in ("header", "note"):
            assert rest in known, key
        if kind == "value":
            assert rest.rpartition(".")[0] in sets, key


def test_no_header_title_or_list_word_means_two_things() -> None:
    meanings: dict[tuple[str, str], set[str]] = defaultdict(set)
    for language in LANGUAGES:
        for name, text in parse(source(language)).texts.items():
            if name.startswith(LOOKED_UP):
                group, _, key = name.removesuffix(".alias").rpartition(".")
                for word in (*text.split(";"), key):
                    meanings[group, normalise(word)].add(key)
    assert {where: keys for where, keys in meanings.items() if len(keys) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_and_list_words_fit_what_excel_takes(language: str) -> None:
    words = words_of(language)
    for tab in TABS:
        assert len(words.tab(tab)) <= 31
        assert not set(words.tab(tab)) & set(r"[]:*?/\'")
    for tab in TABS.values():
        for column in tab.columns:
            said = [words.value(column.value_set, key) for key in column.values]
            assert len(said) == len(set(said))
            assert not any(set(word) & set(',"') for word in said)


def test_russian_is_russian() -> None:
    for key, text in texts("ru").items():
        if key.endswith(".alias"):
            continue
        plain = re.sub(r"\{\w+\}|https?://\S+|\S+@\S+|`[^`]*`|\b[\w-]*\d[\w-]*|\w+(?:\.\w+)+", "", text)
        assert set(re.findall(r"[A-Za-z]{3,}", plain)) <= LATIN_IN_RUSSIAN, key


def test_spanish_is_spanish() -> None:
    english = texts("en")
    for key, text in texts("es").items():
        if key.endswith(".alias"):
            continue
        plain = re.sub(r"\{\w+\}", "", text)
        assert not set(re.findall(r"\w+", plain.casefold())) & ENGLISH, key
        assert len(plain) < 16 or text != english[key], key


@pytest.mark.parametrize(
    ("n", "said"),
    [(0, "договоров"), (1, "договор"), (2, "договора"), (5, "договоров"), (11, "договоров"), (21, "договор"),
     (22, "договора"), (112, "договоров"), (-1, "договор"), (1.5, "договора"), (3.0, "договора")],
)  # fmt: skip
def test_russian_plurals(n: float, said: str) -> None:
    rule = source("ru").split("\n\n")[0]
    words = Words(
        "ru",
        parse(
            f'{rule}\n\nmsgid "c"\nmsgid_plural "c"\nmsgstr[0] "{{n}} договор"\nmsgstr[1] "{{n}} договора"\nmsgstr[2] "{{n}} договоров"\n'
        ),
    )
    assert words.plural("c", n) == f"{words.number(n)} {said}"


OTHER_WORDS = {
    "es": r"incidencia|libreta|planilla|hojas?\b(?! de (?:cálculo|Google|visita))",
    "en": r"worksheet|(?<!Google )sheets?\b|helpdesk case",
    "ru": "вкладк|заявк|заявок|тикет",
}
"""Words for what the workbook calls otherwise (ticket; tab, pestaña, лист; workbook, libro, книга; обращение): one
thing has one name."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_thing_has_one_name(language: str) -> None:
    said = {key: text for key, text in texts(language).items() if not key.endswith(".alias")}
    said["playbooks"] = resource(f"templates/playbooks/{language}.md").read_text(encoding="utf-8")
    other = re.compile(rf"\b(?:{OTHER_WORDS[language]})", re.IGNORECASE)
    assert [(key, line) for key, text in said.items() for line in text.splitlines() if other.search(line)] == []


NUMBERLESS = {"problem.pasted_history", "tier.why.crowded"}
"""Of one, these say which it is instead of how many; "one" means exactly one in these languages."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_has_its_forms(language: str) -> None:
    """Russian says "21" as it says "1": there every form needs the number. Elsewhere a form for one may do without."""
    found = parse(source(language))
    alike = {"es": [(0, 2, 5, 11, 21, 22), (1,)], "en": [(0, 2, 5, 11, 21, 22), (1,)]}
    for ns in alike.get(language, [(0, 5, 11), (1, 21), (2, 22)]):
        assert len({found.form(n) for n in ns}) == 1
    for key, forms in found.plurals.items():
        assert all(form.strip() for form in forms), key
        assert len({frozenset(placeholders(form)) for form in forms}) == 1 or (
            language != "ru" and key in NUMBERLESS
        ), key
        assert any("{n}" in form for form in forms), key


def test_plurals_write_the_number_as_the_language_does() -> None:
    rule = source("es").split("\n\n")[0]
    words = Words(
        "es",
        parse(
            f'{rule}\n\nmsgid "c"\nmsgid_plural "c"\nmsgstr[0] "{{n}} contrato de {{who}}"\nmsgstr[1] "{{n}} contratos de {{who}}"\n'
        ),
    )
    assert words.plural("c", 1, who="Ana") == "1 contrato de Ana"
    assert words.plural("c", 12345, who="{n}") == "12.345 contratos de {n}"


@pytest.mark.parametrize("text", ["{x.__class__}", "{x[0]}", "{}", "{0}", "{x!r}", "{x:>10}"])
def test_only_plain_names_are_placeholders(text: str) -> None:
    words = Words("en", parse(f'msgid "k"\nmsgstr "{text}"\n'))
    with pytest.raises(ValueError, match="plain name"):
        words.text("k", x="y")


def test_what_is_missing_is_an_error_and_never_a_blank() -> None:
    words = words_of("es")
    with pytest.raises(KeyError):
        words.text("no.such.key")
    with pytest.raises(KeyError):
        words.text("template.account.message")
    with pytest.raises(KeyError):
        words.value("level", "enormous")
    with pytest.raises(ValueError, match="es, en, ru"):
        words_of("de")
    assert words.has("tab.contracts")
    assert not words.has("tab.nothing")
    assert words.value("level", None) == words.value("level", "") == ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("CÓDIGO DE\xa0CONTRATO", "contract_id"), ("contract_id", "contract_id"), ("№ договора", "contract_id"),
     ("N.º de contrato", "contract_id"), ("Nº de contrato:", "contract_id"), ("n° de contrato", "contract_id"),
     (" Fecha  de fin ", "end_date"), ("Expiry-date", "end_date"), ("Действует до", "end_date"), ("Vencimiento", "end_date"),
     ("Why", "why"), ("ПОЧЕМУ", "why")],
)  # fmt: skip
def test_headers_are_found_as_people_type_them(typed: str, meant: str) -> None:
    assert header_keys("contracts")[normalise(typed)] == meant


def test_titles_and_list_words_are_found_in_every_language() -> None:
    assert {tab_titles()[normalise(title)] for title in ("CONTRATOS", "Contracts", "договоры", "contracts")} == {
        "contracts"
    }
    assert {list_keys("yes_no")[normalise(word)] for word in ("Sí", "si", "YES", "Да", "yes")} == {"yes"}
    assert list_keys("loss_reason")[normalise("своими силами")] == "in_house"
    assert list_keys("loss_reason")[normalise("in_house")] == "in_house"
    assert header_keys("dashboard") == {}
    assert normalise("✓") == "✓"
    assert normalise("") == ""


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [("es", "3 sept 2026", "3 sept"), ("en", "3 Sept 2026", "3 Sept"), ("ru", "3 сент. 2026", "3 сент.")],
)
def test_dates(language: str, long: str, short: str) -> None:
    words = words_of(language)
    assert words.date(date(2026, 9, 3)) == long
    assert words.date(date(2026, 9, 3), short=True) == short
    assert words.date(datetime(2026, 9, 3)) == long
    assert words.date(datetime(2026, 9, 3, 9, 5)) == f"{long}, 09:05"
    assert words.date(None) == words.date(pd.NaT) == ""


@pytest.mark.parametrize(
    ("language", "number", "euros", "cents", "percent"),
    [("es", "1.234.567,5", "48.200\xa0€", "99,50\xa0€", "80\xa0%"), ("en", "1,234,567.5", "€48,200", "€99.50", "80%"),
     ("ru", "1\xa0234\xa0567,5", "48\xa0200\xa0€", "99,50\xa0€", "80\xa0%")],
)  # fmt: skip
def test_figures(language: str, number: str, euros: str, cents: str, percent: str) -> None:
    words = words_of(language)
    assert words.number(1234567.5) == number
    assert words.money(48200, "EUR") == words.money(48200.4, "EUR") == euros
    assert words.money(99.5, "EUR") == cents
    assert words.money(-99.5, "EUR") == f"-{cents}"
    assert words.percent(0.8) == words.percent(0.795) == percent
    assert words.number(62.5, 0) == "63"
    assert words.number(-0.001) == "0"
    assert words.number(2.0) == "2"
    for blank in (None, float("nan")):
        assert words.number(blank) == words.money(blank, "EUR") == words.percent(blank) == ""


def test_currencies_of_other_kinds() -> None:
    assert words_of("en").money(1234.5, "JPY") == "JP¥1,235"
    assert words_of("es").money(3.2, "") == "3,20"
    assert words_of("en").money(3.2, "XYZ").endswith("3.20")


@given(x=st.floats(-1e9, 1e9), decimals=st.integers(0, 4), language=st.sampled_from(LANGUAGES))
def test_numbers_are_what_babel_writes(x: float, decimals: int, language: str) -> None:
    locale = Locale.parse({"en": "en_GB"}.get(language, language))
    rounded = rounded_half_up(x, decimals)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    assert figures_of(language).number(x, decimals) == format_decimal(rounded, pattern, locale=locale)
    cents = rounded_half_up(x, 2)
    whole = abs(cents) >= 1000 or cents == int(cents)
    amount = rounded_half_up(x, 0) if whole else cents
    expected = format_currency(amount, "EUR", locale=locale)
    if whole:
        expected = re.sub(r"[.,]00(?!\d)", "", expected)
    assert figures_of(language).money(x, "EUR") == expected


@given(x=st.decimals(-(10**9), 10**9, places=4), decimals=st.integers(0, 3))
def test_halves_go_away_from_zero(x, decimals: int) -> None:
    from decimal import ROUND_HALF_UP, Decimal

    assert rounded_half_up(float(x), decimals) == float(x.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
