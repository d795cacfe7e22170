"""The runner's columns and tabs as they stand in the workbook."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np

from sheetcrm.reading import snapshot as read_snapshot
from sheetcrm.sync.memory import raw_book
from sheetcrm.words import words_of
from tests.tables import snapshot

ES = words_of("es")


def stored(column, *cells, language="es"):
    grid = [["contract_id", "account_id", "start_date", column]]
    grid += [[f"C-{at}", "A-1", date(2026, 1, 1), cell] for at, cell in enumerate(cells)]
    table = read_snapshot(raw_book({"contracts": grid}), None, language)["contracts"]
    marks = table.garbled.get(column, np.zeros(len(cells), dtype=bool))
    return table.stored[column], marks.tolist()


def test_numbers_dates_and_text_come_back_as_they_were_written():
    values, garbled = stored("days_to_expiry", 30, -5.0, None)
    assert values.fillna(99).tolist() == [30, -5, 99]
    assert garbled == [False, False, False]
    values, garbled = stored("deadline", datetime(2026, 11, 21), 46347, None)
    assert values[:2].tolist() == [datetime(2026, 11, 21)] * 2
    assert str(values.dtype) == "datetime64[s]"
    assert garbled == [False, False, False]
    values, _ = stored("why", "  con espacios ", "", None)
    assert values.fillna("-").tolist() == ["  con espacios ", "-", "-"]


def test_what_people_typed_over_is_marked():
    assert stored("days_to_expiry", "mañana", 3)[1] == [True, False]
    assert stored("deadline", "pronto", datetime(2026, 1, 1))[1] == [True, False]
    assert stored("renewal_probability", "80 %", 0.8)[1] == [True, False]


def test_list_words_are_keys_only_in_the_workbooks_language():
    values, _ = stored("status", ES.value("contract_status", "expiring"), "Expiring", "patata")
    assert values.tolist() == ["expiring", "Expiring", "patata"]


def test_runner_columns_that_the_tab_lacks_are_not_there():
    assert list(
        snapshot({"contracts": "contract_id | account_id | start_date | why\nC-1 | A-1 | 2026-01-01 | x"})[
            "contracts"
        ].stored
    ) == ["why"]


def test_stored_columns_follow_the_rows_that_count():
    table = snapshot(
        {"contracts": "contract_id | account_id | start_date | why\n| A-1 | | x\nC-1 | A-1 | 2026-01-01 | y"}
    )["contracts"]
    assert table.stored["why"].tolist() == ["y"]


ALERTS = """
    alerted_on | stage | contract_id | person | state | acknowledged_by | key
    2026-11-01 | срочно (30 дней) | C-1 | ana@example.com | sent | Ana | k1
    | | | | | nota de alguien |
    2026-11-02 | final | C-2 | ana@example.com | acknowledged | Nadie | k2
    2026-11-02 | final | C-2 | ana@example.com | sent | | k1
"""
TEAM = "email | name\nana@example.com | Ana"


def test_the_alerts_tab_gives_its_keys_and_what_people_acknowledged():
    found = snapshot({"alerts": ALERTS, "team": TEAM}, language="es")
    alerts = found["alerts"]
    assert alerts.frame["key"].tolist() == ["k1", "k2"]
    assert alerts.frame["acknowledged_by"].tolist() == ["ana@example.com", "Nadie"]
    assert alerts.rows.tolist() == [2, 4]
    assert alerts.stored["state"].tolist() == ["sent", "acknowledged"]
    assert alerts.stored["stage"].tolist() == ["urgent", "final"]  # a word of any language heals the ledger
    assert [(one.cell, one.code) for one in found.problems if one.tab == "alerts"] == [("F4", "person_unknown")]


def test_a_runners_tab_keeps_its_texts_for_comparison():
    found = snapshot({"problems": "tab | cell | value\nContratos | D4 |  pronto\n\n"}, language="es")
    table = found.filled["problems"]
    assert (table.header_row, table.last_row) == (1, 2)
    assert table.raw.loc[2, "cell"] == "D4"
    assert table.where["cell"] == 2
    empty = snapshot({"problems": "tab | cell | value"}).filled["problems"]
    assert (len(empty), empty.last_row) == (0, 1)


def test_a_runners_tab_without_its_header_is_known_but_not_present():
    found = snapshot({"agenda": "mis | notas", "alerts": ""})
    assert not found.filled["agenda"].present
    assert len(found["alerts"]) == 0


def test_the_workbooks_id_stands_beside_its_label():
    grid = [[None, "Panel"], [None, None, "Identificador del libro", " book-7 "], [5, "x"]]
    found = read_snapshot(raw_book({"dashboard": grid}), None, "en")
    assert found.book_id == "book-7"
    assert found.filled["dashboard"].raw.loc[3, 1] == "5"
    assert read_snapshot(raw_book({"dashboard": [["x"]]})).book_id == ""
    assert read_snapshot(raw_book({"dashboard": []})).book_id == ""
