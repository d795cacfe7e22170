"""Tabs as text → records, typed; a problem for everything that people should mend."""

from __future__ import annotations

import pandas as pd
import pytest

from sheetcrm.config import defaults
from sheetcrm.reading import snapshot as read_snapshot
from sheetcrm.schema import PEOPLE_TABS, TABS
from sheetcrm.sync.memory import raw_book
from tests.tables import book, snapshot

ACCOUNTS = """
    account_id | name  | owner
    A-1        | Norte | ana@example.com
"""
CONTRACTS = """
    contract_id | account_id | start_date | end_date   | value
    C-1         | A-1        | 2026-01-01 | 2026-12-31 | 1200.50
"""
INTERACTIONS = """
    date | account_id
"""
TICKETS = """
    ticket_id | account_id | opened_at
"""
FOUR = {"accounts": ACCOUNTS, "contracts": CONTRACTS, "interactions": INTERACTIONS, "tickets": TICKETS}


def problems(found, tab=None):
    return [(one.cell, one.code) for one in found.problems if tab is None or one.tab == tab]


def test_a_clean_workbook_has_no_problems():
    found = snapshot(FOUR)
    assert problems(found) == []
    contracts = found["contracts"]
    assert contracts.frame["value"].tolist() == [1200.5]
    assert contracts.frame["end_date"].tolist() == [pd.Timestamp(2026, 12, 31)]
    assert contracts.rows.tolist() == [2]
    assert contracts.where == {"contract_id": 1, "account_id": 2, "start_date": 3, "end_date": 4, "value": 5}


def test_every_tab_has_all_its_columns_with_their_types_whatever_the_workbook_has():
    for found in (snapshot(FOUR), snapshot({}), snapshot({"accounts": ""})):
        for tab in PEOPLE_TABS:
            table = found[tab.key]
            assert list(table.frame.columns) == [column.key for column in tab.people]
            for column in tab.people:
                kind = str(table.frame[column.key].dtype)
                wanted = "datetime64[s]" if column.type.is_date else "float64" if column.type.is_number else "str"
                assert kind == wanted, (tab.key, column.key, kind)
            assert isinstance(table.frame.index, pd.RangeIndex)
            assert len(table.rows) == len(table.frame)


def test_a_workbook_without_tabs_says_which_are_missing():
    found = snapshot({"Hoja1": "nada | de nada"})
    assert problems(found) == [("", "tab_missing")] * 4
    assert not any(table.present for table in found.tabs.values())


def test_a_tab_without_a_required_column_counts_as_absent():
    found = snapshot({**FOUR, "accounts": "account_id | owner\nA-1 | Ana"})
    assert problems(found) == [("", "columns_missing")]
    assert found.problems[0].params["headers"] == ("name",)
    assert not found["accounts"].present
    assert len(found["contracts"]) == 1  # and nobody is called an orphan for it


def test_rows_without_id_and_with_a_repeated_id_are_left_out():
    found = snapshot(
        {
            **FOUR,
            "accounts": """
                account_id | name
                A-1 | Norte
                    | Sin id
                A-2 | Dos
                    |
                A-2 | Dos otra vez
                a-2 | Otra
            """,
        }
    )
    assert found["accounts"].frame["account_id"].tolist() == ["A-1", "a-2"]
    assert found["accounts"].rows.tolist() == [2, 7]
    assert found["accounts"].rows_read == 5
    assert problems(found) == [("A3", "id_blank"), ("A4", "id_repeated"), ("A6", "id_repeated")]
    assert found.problems[1].params["rows"] == [6]


def test_ids_are_text_without_the_spaces_around_them():
    found = snapshot({**FOUR, "accounts": "account_id | name\n00123 | a\n123 | b\n\u00a0X-1\u00a0 | c"})
    assert found["accounts"].frame["account_id"].tolist() == ["00123", "123", "X-1"]
    assert found["accounts"].typed_ids.tolist() == ["00123", "123", "\u00a0X-1\u00a0"]
    assert problems(found, "accounts") == []


def test_ids_that_the_sheet_has_spoilt_are_problems():
    grid = [["account_id", "name"], [1234567890123456789, "a"], ["1234567890123456789", "b"]]
    found = read_snapshot(raw_book({"accounts": grid}), None, "en")
    assert problems(found, "accounts") == [("A2", "id_long")]
    assert found["accounts"].frame["account_id"].tolist() == ["1234567890123456789"]


def test_interactions_need_no_id_but_must_not_share_one():
    found = snapshot(
        {
            **FOUR,
            "interactions": """
                interaction_id | date | account_id
                    | 2026-01-01 | A-1
                    | 2026-01-02 | A-1
                I-1 | 2026-01-03 | A-1
                I-1 | 2026-01-04 | A-1
            """,
        }
    )
    assert found["interactions"].rows.tolist() == [2, 3]
    assert problems(found) == [("A4", "id_repeated"), ("A5", "id_repeated")]


def test_a_bad_cell_is_blank_and_marked_and_the_rest_of_the_row_works():
    found = snapshot(
        {
            **FOUR,
            "contracts": "contract_id | account_id | start_date | end_date | value\nC-1 | A-1 | 2026-01-01 | 2026-02-30 | 5",
        }
    )
    contracts = found["contracts"]
    assert contracts.frame["end_date"].isna().tolist() == [True]
    assert contracts.frame["value"].tolist() == [5]
    assert {key: marks.tolist() for key, marks in contracts.unreadable.items()} == {"end_date": [True]}
    (problem,) = found.problems
    assert (problem.cell, problem.id, problem.column, problem.value) == ("D2", "C-1", "end_date", "2026-02-30")
    assert problem.owner == "ana@example.com"  # the account's, since the contract names nobody


def test_a_required_blank_is_a_problem_and_unreadable():
    found = snapshot({**FOUR, "contracts": "contract_id | account_id | start_date\nC-1 | |"})
    assert problems(found) == [("B2", "missing"), ("C2", "missing")]
    assert set(found["contracts"].unreadable) == {"account_id", "start_date"}


def test_orphans_are_problems_at_their_cell():
    found = snapshot(
        {
            **FOUR,
            "contracts": """
                contract_id | account_id | start_date | predecessor_id
                C-1 | A-1 | 2026-01-01 |
                C-2 | A-9 | 2026-01-01 | C-1; C-7
                C-3 | A-1 | 2026-01-01 | C-1;C-2
            """,
            "tickets": "ticket_id | account_id | contract_id | opened_at\nT-1 | A-1 | C-8 | 2026-01-01",
        }
    )
    assert problems(found) == [("B3", "orphan"), ("D3", "orphan"), ("C2", "orphan")]
    assert [one.params["missing"] for one in found.problems] == ["A-9", "C-7", "C-8"]
    assert found["contracts"].frame["account_id"].tolist() == ["A-1", "A-9", "A-1"]


def test_nobody_is_an_orphan_of_a_row_that_is_only_doubled():
    found = snapshot({**FOUR, "accounts": "account_id | name\nA-1 | x\nA-1 | y"})
    assert {code for _, code in problems(found)} == {"id_repeated"}


def test_a_row_of_sums_is_no_record():
    found = snapshot({**FOUR, "contracts": CONTRACTS + "\n    Total | | | | 1200.50\n    | | | TOTAL: | 5"})
    assert problems(found) == []
    assert len(found["contracts"]) == 1
    named = snapshot({**FOUR, "accounts": "account_id | name\nA-1 | x\nTotal | Total Energies"})
    assert named["accounts"].frame["account_id"].tolist() == ["A-1", "Total"]


def test_the_header_may_stand_below_titles_and_people_may_add_columns():
    text = """
        Nuestros contratos | | | | |
        | actualizado en marzo | | | |
        mío | Código de cliente | Código de contrato | Fecha de inicio | Vencimiento | 😀
        7   | A-1 | C-1 | 2026-01-01 | | hola
    """
    found = snapshot({**FOUR, "contracts": text}, language=None)
    assert found["contracts"].header_row == 3
    assert found["contracts"].rows.tolist() == [4]
    assert found["contracts"].where["contract_id"] == 3
    assert problems(found, "contracts") == []


def test_headers_in_three_languages_in_any_case_and_configured_names():
    cfg = defaults().model_copy(
        update={
            "aliases": defaults().aliases.model_copy(
                update={"tabs": {"Mis clientes": "accounts"}, "columns": {"accounts": {"Razón social": "name"}}}
            )
        }
    )
    found = snapshot(
        {**FOUR, "accounts": "", "MIS\u00a0CLIENTES": "ACCOUNT  ID | RAZON SOCIAL | Владелец\nA-1 | x | y"}, cfg
    )
    assert found["accounts"].title == "MIS\u00a0CLIENTES"
    assert found["accounts"].frame["name"].tolist() == ["x"]


def test_the_same_header_twice_reads_the_first_and_says_so():
    found = snapshot({**FOUR, "accounts": "account_id | name | name | tier\nA-1 | x | y | key"})
    assert found["accounts"].frame["name"].tolist() == ["x"]
    assert problems(found) == [("C1", "header_repeated")]


def test_the_same_tab_twice_reads_one_and_says_so():
    found = snapshot({**FOUR, "Customers": "account_id | name\nA-7 | z"})
    assert found["accounts"].frame["account_id"].tolist() == ["A-1"]
    assert problems(found) == [("", "tab_repeated")]
    empty = snapshot({**FOUR, "Customers": "just | notes"})
    assert problems(empty) == []


@pytest.mark.parametrize("language", ["es", "en", "ru"])
def test_the_workbooks_language_is_that_of_most_headers(language):
    from sheetcrm.words import words_of

    words = words_of(language)
    header = " | ".join(words.header("accounts", column.key) for column in TABS["accounts"].columns)
    found = snapshot({words.tab("accounts"): header + "\nA-1 | x"}, language=None)
    assert found.language == language
    assert len(found["accounts"]) == 1


def test_the_configured_language_wins():
    cfg = defaults().model_copy(update={"language": "ru"})
    assert snapshot(FOUR, cfg, language=None).language == "ru"


def test_the_settings_decide_the_order_of_day_and_month():
    cfg = defaults()
    us = cfg.model_copy(update={"reading": cfg.reading.model_copy(update={"day_first": False})})
    text = {**FOUR, "contracts": "contract_id | account_id | start_date\nC-1 | A-1 | 03/04/2026"}
    assert snapshot(text, cfg)["contracts"].frame["start_date"][0] == pd.Timestamp(2026, 4, 3)
    assert snapshot(text, us)["contracts"].frame["start_date"][0] == pd.Timestamp(2026, 3, 4)


def test_money_in_another_currency_than_its_row_is_never_taken_as_it_is():
    found = snapshot(
        {
            **FOUR,
            "contracts": """
                contract_id | account_id | start_date | currency | value
                C-1 | A-1 | 2026-01-01 |     | 1500 $
                C-2 | A-1 | 2026-01-01 | usd | 1500 $
                C-3 | A-1 | 2026-01-01 |     | 1500 €
                C-4 | A-1 | 2026-01-01 | MXN | $1500
            """,
        }
    )
    assert problems(found) == [("E2", "currency_other")]
    assert found["contracts"].frame["value"].fillna(-1).tolist() == [-1, 1500, 1500, 1500]


def test_number_and_text_cells_are_told_apart_by_the_backend():
    grid = [
        ["contract_id", "account_id", "start_date", "value"],
        ["C-1", "A-1", "2026-01-01", 1.234],
        ["C-2", "A-1", "2026-01-01", "1.234"],
    ]
    found = read_snapshot(raw_book({"contracts": grid}), None, "es")
    assert found["contracts"].frame["value"].tolist() == [1.234, 1234]


def test_reading_changes_nothing_and_is_repeatable():
    raw = book(FOUR)
    first, second = read_snapshot(raw), read_snapshot(raw)
    assert first.base == second.base
    for key, table in first.tabs.items():
        pd.testing.assert_frame_equal(table.frame, second[key].frame)
    assert first.problems == second.problems


def test_empty_columns_are_known():
    found = snapshot(FOUR)
    assert "value" not in found["contracts"].empty_columns
    assert {"title", "renewal_stage"} <= found["contracts"].empty_columns


def test_emoji_formulas_and_line_breaks_are_only_text():
    found = snapshot(
        {**FOUR, "accounts": 'account_id | name | notes\nA-1 | 😀 | =HYPERLINK("x")\nA-2 | a\\nb | \'=1+1'}
    )
    assert found["accounts"].frame["name"].tolist() == ["😀", "a\nb"]
    assert found["accounts"].frame["notes"].tolist() == ['=HYPERLINK("x")', "=1+1"]
