"""Numbers, money, percents and periods as people type them."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from sheetcrm.cells import Bad, Habits, cast
from sheetcrm.cells.numbers import Amount, currencies_of, parse_money, parse_number, parse_percent
from sheetcrm.cells.periods import parse_period
from sheetcrm.schema import TABS

VALUE = TABS["contracts"].column("value")
PROBABILITY = TABS["contracts"].column("probability")
NOTICE = TABS["contracts"].column("notice_days")
SCORE = TABS["interactions"].column("score")


@pytest.mark.parametrize(
    ("language", "typed", "number"),
    [
        ("es", "1.500", 1500),
        ("es", "1.500,50", 1500.5),
        ("es", "1500,5", 1500.5),
        ("es", "1 500,5", 1500.5),
        ("es", "1\u202f500\u00a0000", 1_500_000),
        ("es", "1.234.567,89", 1234567.89),
        ("es", ",5", 0.5),
        ("es", "(1.500)", -1500),
        ("es", "−1.500", -1500),
        ("es", "+3", 3),
        ("es", "1e5", 100000),
        ("es", "１２", 12),
        ("en", "1,500", 1500),
        ("en", "1,234,567.89", 1234567.89),
        ("en", "1.500", 1.5),
        ("ru", "1 500,5", 1500.5),
        ("ru", "1500.5", 1500.5),
        ("ru", "1\u00a0500", 1500),
    ],
)
def test_numbers_by_the_separators_of_the_language(language, typed, number):
    assert parse_number(typed, language) == pytest.approx(number)


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("es", "1,234.50", 1234.5),
        ("es", "1.5", 1.5),
        ("es", "0.500", 0.5),
        ("es", "1500.50", 1500.5),
        ("es", "1'500.50", 1500.5),
        ("en", "1.234,50", 1234.5),
        ("en", "1234,5", 1234.5),
        ("ru", "1.234", 1234),
        ("ru", "1,234.50", 1234.5),
    ],
)
def test_a_number_of_another_convention_is_refused_and_says_how_to_type_it(language, typed, meant):
    assert parse_number(typed, language) == Bad("number_convention", {"number": meant})


@pytest.mark.parametrize("typed", ["inf", "-Infinity", "nan", "NaN", "∞", "9" * 400, "1e999"])
def test_infinity_is_no_quantity(typed):
    assert parse_number(typed, "es") == Bad("number_not_finite")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "pronto",
        "1.50.000",
        "1 50",
        "12 3",
        "5%",
        "12x",
        "0x10",
        "1_000",
        "1/2",
        "--5",
        "(-5)",
        "😀",
        "15,",
        "1..5",
        "€",
    ],
)
def test_anything_else_is_no_number(typed):
    assert parse_number(typed, "es") == Bad("number_unreadable")


@pytest.mark.parametrize(
    ("typed", "value", "currency"),
    [
        ("1.500 €", 1500, "EUR"),
        ("€1.500,50", 1500.5, "EUR"),
        ("-€5", -5, "EUR"),
        ("€-5", -5, "EUR"),
        ("(5 €)", -5, "EUR"),
        ("EUR 1.500", 1500, "EUR"),
        ("1500EUR", 1500, "EUR"),
        ("1.500 euros", 1500, "EUR"),
        ("US$ 20", 20, "USD"),
        ("$20", 20, "USD"),
        ("20 ₽", 20, "RUB"),
        ("20 руб.", 20, "RUB"),
        ("20 р.", 20, "RUB"),
        ("20 dólares", 20, "USD"),
        ("£20", 20, "GBP"),
        ("R$ 20", 20, "BRL"),
        ("20 MXN", 20, "MXN"),
    ],
)
def test_money_with_its_currency_before_or_behind(typed, value, currency):
    found = parse_money(typed, "es")
    assert isinstance(found, Amount)
    assert found.value == value
    assert currency in found.currencies


@pytest.mark.parametrize(
    "typed", ["1500 patatas", "€ 5 €", "5 % €", "EUR", "€€5", "mil", "5 USD 6", "5 + IVA", "1.5k", "1,5M"]
)
def test_what_is_no_amount(typed):
    assert isinstance(parse_money(typed, "es"), Bad)


def test_currencies_are_known_by_code_sign_and_name():
    assert currencies_of("eur") == ("EUR",)
    assert currencies_of("Dólares")[0] == "USD"
    assert currencies_of("XXQ") == ()


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        ("80%", 0.8),
        ("80 %", 0.8),
        ("0,8", 0.8),
        ("80", 0.8),
        ("1", 1.0),
        ("1%", 0.01),
        ("100", 1),
        ("0", 0),
        ("0,5%", 0.005),
        ("%80", 0.8),
    ],
)
def test_percents(typed, share):
    assert parse_percent(typed, "es") == pytest.approx(share)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("150%", "percent_range"),
        ("101", "percent_range"),
        ("-5%", "percent_range"),
        ("alta", "percent_unreadable"),
        ("0.8", "number_convention"),
        ("nan", "number_not_finite"),
    ],
)
def test_bad_percents(typed, code):
    found = parse_percent(typed, "es")
    assert isinstance(found, Bad)
    assert found.code == code


@pytest.mark.parametrize(
    ("typed", "months"),
    [
        ("12M", 12),
        ("12 m", 12),
        ("P6M", 6),
        ("P1Y", 12),
        ("P1Y6M", 18),
        ("6 meses", 6),
        ("6 MESES", 6),
        ("un mes", 1),
        ("1 año", 12),
        ("2 años", 24),
        ("1 año y 6 meses", 18),
        ("año", 12),
        ("anual", 12),
        ("semestral", 6),
        ("Trimestral", 3),
        ("mensual", 1),
        ("annual", 12),
        ("12 months", 12),
        ("2 years", 24),
        ("1.5 years", 18),
        ("1,5 años", 18),
        ("1 год", 12),
        ("3 года", 36),
        ("5 лет", 60),
        ("6 мес.", 6),
        ("ежегодно", 12),
        ("полгода", 6),
        ("12", 12),
        ("12.0", 12),
        ("\u00a012\u00a0M ", 12),
    ],
)
def test_periods_are_whole_months(typed, months):
    assert parse_period(typed) == months


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("pronto", "period_unreadable"),
        ("P", "period_unreadable"),
        ("-12M", "period_unreadable"),
        ("12 días", "period_unreadable"),
        ("2026-11-21 00:00:00", "period_unreadable"),
        ("12 meses aprox", "period_unreadable"),
        ("1.5", "period_unreadable"),
        ("0", "period_range"),
        ("0M", "period_range"),
        ("1201", "period_range"),
        ("1,3 meses", "period_range"),
    ],
)
def test_bad_periods(typed, code):
    found = parse_period(typed)
    assert isinstance(found, Bad)
    assert found.code == code


def test_number_cells_and_text_cells_are_told_apart():
    cells = pa.array(["1.234", "1.234", "1500.5", "7", None])
    is_text = np.array([False, True, True, True, False])
    found = cast(VALUE, cells, Habits("es"), lambda: is_text)
    assert found.values[0] == 1.234
    assert found.values[1] == 1234
    assert found.values[3] == 7
    assert {at: bad.code for at, bad in found.bad.items()} == {2: "number_convention"}


def test_the_cell_types_are_asked_only_where_they_matter():
    def ask():
        raise AssertionError("asked")

    assert cast(VALUE, pa.array(["1500", None]), Habits("es"), ask).values[0] == 1500
    assert cast(VALUE, pa.array(["1500.5"]), Habits("en"), ask).values[0] == 1500.5


def test_one_bad_cell_does_not_change_what_the_others_mean():
    texts = ["1e5", "+5", "nan", "12", "inf", ".5"]
    alone = [cast(VALUE, pa.array([text]), Habits("en")) for text in texts]
    together = cast(VALUE, pa.array([*texts, "pronto"]), Habits("en"))
    for at, single in enumerate(alone):
        assert np.array_equal(single.values.to_numpy(), together.values.to_numpy()[at : at + 1], equal_nan=True)
        assert single.bad.get(0) == together.bad.get(at)


def test_limits_and_whole_numbers():
    found = cast(NOTICE, pa.array(["30", "1.5", "-1", "4000"]), Habits("en"))
    assert {at: bad.code for at, bad in found.bad.items()} == {
        1: "number_not_whole",
        2: "number_range",
        3: "number_range",
    }
    assert found.values.isna().tolist() == [False, True, True, True]
    found = cast(SCORE, pa.array(["0", "10", "10.5"]), Habits("en"))
    assert list(found.bad) == [2]


def test_days_may_bear_their_unit():
    typed = [
        "30",
        "60 días",
        "1 día",
        "30dias",
        "90 Days",
        "15 дней",
        "45 дн.",
        "1 день",
        "2 meses",
        "días",
        "3 días hábiles",
    ]
    found = cast(NOTICE, pa.array(typed), Habits("es"))
    assert found.values.dropna().tolist() == [30, 60, 1, 30, 90, 15, 45, 1]
    assert sorted(found.bad) == [8, 9, 10]
    assert 0 in cast(SCORE, pa.array(["9 días"]), Habits("es")).bad


def test_probabilities_of_number_cells():
    found = cast(PROBABILITY, pa.array(["0.8", "80", "1", "100", "101", "-1", None]), Habits("es"))
    assert found.values[:4].tolist() == [0.8, 0.8, 1.0, 1.0]
    assert {at: bad.code for at, bad in found.bad.items()} == {4: "percent_range", 5: "percent_range"}


def test_a_true_in_a_number_column_is_a_problem():
    assert cast(VALUE, pa.array(["true"]), Habits("en")).bad[0].code == "money_unreadable"


@given(st.floats(-1e12, 1e12, allow_nan=False).map(lambda x: round(x, 2)), st.sampled_from(["es", "en", "ru"]))
def test_what_a_language_writes_reads_back(number, language):
    typed = format_decimal(number, format="#,##0.00", locale=language)
    assert parse_number(typed, language) == pytest.approx(number, abs=1e-6)
    money = parse_money(f"{typed} €", language)
    assert isinstance(money, Amount)
    assert math.isclose(money.value, number, abs_tol=1e-6)


@given(st.text(max_size=30), st.sampled_from(["es", "en", "ru"]))
def test_no_text_crashes(text, language):
    number = parse_number(text, language)
    assert isinstance(number, Bad) or math.isfinite(number)
    assert isinstance(parse_percent(text, language), Bad | float)
    assert isinstance(parse_period(text), Bad | float)
