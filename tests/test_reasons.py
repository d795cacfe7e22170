"""Problems as sentences in three languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sheetcrm
from sheetcrm.languages import LANGUAGES
from sheetcrm.model import Problem
from sheetcrm.reasons import describe
from sheetcrm.words import words_of

PACKAGE = Path(sheetcrm.__file__).parent
CODES = sorted(
    {
        code
        for folder in ("cells", "reading")
        for file in (PACKAGE / folder).rglob("*.py")
        for code in re.findall(r'(?:Bad\(|Problem\([\w.]+, )"([a-z0-9_]+)"', file.read_text(encoding="utf-8"))
    }
)


def test_the_codes_were_found():
    assert len(CODES) > 35
    assert {"date_impossible", "tab_missing", "id_repeated", "orphan"} <= set(CODES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_every_problem_has_its_sentence_and_its_fix(code, language):
    words = words_of(language)
    assert words.has(f"problem.{code}")
    assert words.has(f"problem.{code}.fix")


def said(language, code, value="", column="value", tab="contracts", **params):
    return describe(
        Problem(tab, code, cell="D4", row=4, id="C-1", column=column, value=value, params=params), words_of(language)
    )


def test_numbers_dates_and_list_words_are_written_as_the_reader_writes_them():
    assert (
        said("es", "number_convention", "1,234.567", number=1234.567)[1] == "Si quiere decir 1.234,567, escríbalo así."
    )
    assert said("en", "number_convention", "1.234,5", number=1234.5)[1] == "If you mean 1,234.5, type it like that."
    problem, fix = said("en", "date_order", "11/21/2026", "end_date", day_first=True, date="2026-11-21")
    assert problem == "“11/21/2026” has day and month the other way round."
    assert fix == "If it is 21 Nov 2026, type 2026-11-21."
    fix = said("es", "list_near", "perdio", "renewal_stage", value_set="renewal_stage", near="lost")[1]
    assert fix == "¿Quería decir «perdido»? Escríbalo así."
    assert (
        "perdido"
        in said("es", "list_unknown", "x", "renewal_stage", value_set="renewal_stage", values=("planned", "lost"))[1]
    )


def test_a_long_cell_with_line_breaks_is_clipped_to_one_line():
    problem, _ = said("en", "number_unreadable", "a\nb" + "x" * 500)
    assert "\n" not in problem
    assert len(problem) < 100


def test_braces_that_people_typed_are_only_text():
    assert "{x.__class__}" in said("en", "number_unreadable", "{x.__class__}")[0]


def test_a_missing_tab_is_named_in_the_readers_language():
    assert said("ru", "tab_missing", tab="tickets", column="")[0] == "Нет листа «Обращения»."


def test_missing_columns_are_named_by_their_headers():
    problem, _ = said("es", "columns_missing", column="", headers=("contract_id", "start_date"), title="Mis contratos")
    assert "Mis contratos" in problem
    assert words_of("es").header("contracts", "start_date") in problem


def test_a_problem_without_sentences_is_shown_as_it_is():
    assert said("es", "from_the_future") == ("from_the_future", "")
