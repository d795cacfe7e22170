"""Where the tables of people's tabs are."""

from __future__ import annotations

import pytest

from tests.adopt.sheets import Rows, tables

HEAD = ["Cliente", "Vto.", "Importe"]


def test_titles_totals_banners_and_remarks_are_no_records() -> None:
    rows: Rows = [
        ["CONTROL DE CONTRATOS"], [], HEAD, ["Uno", "31/12/2026", 5], ["Zona sur"], ["Dos", "31/12/2027", 7], HEAD,
        ["Total", None, 12], [], ["* sin IVA"],
    ]  # fmt: skip
    (table,) = tables(rows, ["A1:C1", "A5:B5"])
    assert (table.header_row, table.rows.tolist()) == (3, [4, 6])
    assert [(row.row, row.why) for row in table.skipped] == [
        (5, "a title"), (7, "the header once more"), (8, "a row of totals"), (10, "a remark below the table"),
    ]  # fmt: skip


def test_a_customer_called_total_is_a_record() -> None:
    (table,) = tables([HEAD, ["Total Energies", "31/12/2026", 5], ["Dos", "31/12/2026", 6]])
    assert table.rows.tolist() == [2, 3]


def test_a_record_of_one_cell_between_others_stays() -> None:
    (table,) = tables([HEAD, ["Uno", "31/12/2026", 5], ["Solo", None, None], ["Dos", "31/12/2026", 6]])
    assert table.rows.tolist() == [2, 3, 4]


def test_two_header_rows_become_one_header() -> None:
    rows: Rows = [
        ["Customer", None, "Contract", None, "Owner"], ["No.", "Name", "Start date", "End date", None],
        ["K1", "Acme", "2026-01-01", "2026-12-31", "Jo"],
    ]  # fmt: skip
    (table,) = tables(rows, ["A1:B1", "C1:D1", "E1:E2"])
    assert table.header_row == 2
    assert [column.shown for column in table.columns] == [
        "Customer No.", "Customer Name", "Contract Start date", "Contract End date", "Owner",
    ]  # fmt: skip


def test_a_first_record_of_words_is_no_second_header() -> None:
    (table,) = tables([["Name", "Role", "City"], ["Ann", "Manager", "Oslo"], ["Jo", "Boss", "Rome"]])
    assert (table.header_row, table.rows.tolist()) == (1, [2, 3])


def test_tables_below_and_beside_each_other() -> None:
    below = tables(
        [HEAD, ["Uno", "31/12/2026", 5], [], ["Contactos"], ["Empresa", "Nombre", "Correo"], ["Uno", "Ana", "a@b.es"]]
    )
    assert [(table.header_row, table.rows.tolist()) for table in below] == [(1, [2]), (5, [6])]
    beside = tables([["Cliente", "Vto.", None, "Cliente", "Correo"], ["Uno", "31/12/2026", None, "Dos", "a@b.es"]])
    assert [[column.col for column in table.columns] for table in beside] == [[1, 2], [4, 5]]


def test_an_empty_column_does_not_divide_a_table() -> None:
    (table,) = tables([["Cliente", None, "Vto.", "Importe"], ["Uno", None, "31/12/2026", 5]])
    assert [column.col for column in table.columns] == [1, 3, 4]


def test_merged_cells_hold_for_each_row_that_they_span() -> None:
    (table,) = tables([HEAD, ["Uno", "31/12/2026", 5], [None, "31/12/2027", None]], ["A2:A3", "C2:C3"])
    assert table.filled_down(1).to_pylist() == ["Uno", "Uno"]
    assert table.texts(3).to_pylist() == ["5", None]


@pytest.mark.parametrize("rows", [[], [[]], [["only a title"]], [["a", "b"]], [[1, 2], [3, 4]], [["a", 1], ["b", 2]]])
def test_what_is_no_table_gives_none(rows: Rows) -> None:
    assert tables(rows) == []


def test_headers_without_rows_are_a_table_without_records() -> None:
    (table,) = tables([HEAD])
    assert table.rows.tolist() == []
