"""Real .xlsx files with every trap that people and programs lay, each read as it should be."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.table import Table as ExcelTable

from sheetcrm.reading import snapshot, wanted_titles
from sheetcrm.sync.excel.read import read_book
from sheetcrm.sync.excel.refused import Refused
from tests.workbooks import edit_part, save

HEAD = ["Código de contrato", "Código de cliente", "Fecha de inicio", "Vencimiento", "Valor"]
ROW = ["C-1", "A-1", date(2026, 1, 1), date(2026, 12, 31), 1200.5]
ACCOUNTS = [["Código de cliente", "Nombre"], ["A-1", "Norte"]]


def read(path, **options):
    return snapshot(read_book(path, wanted_titles()), **options)


def contracts(tmp_path, rows, **options):
    path = save(tmp_path / "book.xlsx", {"Clientes": ACCOUNTS, "Contratos": [HEAD, *rows]}, **options)
    return read(path, language="es")


def problems(found, tab="contracts"):
    return [(one.cell, one.code) for one in found.problems if one.tab == tab]


def test_dates_numbers_and_text_arrive_as_what_they_are(tmp_path):
    found = contracts(tmp_path, [ROW, ["00123", "A-1", "21 de noviembre de 2026", 46347, "'1.500"]])
    frame = found["contracts"].frame
    assert frame["contract_id"].tolist() == ["C-1", "00123"]
    assert frame["start_date"].tolist() == [datetime(2026, 1, 1), datetime(2026, 11, 21)]
    assert frame["end_date"].tolist() == [datetime(2026, 12, 31), datetime(2026, 11, 21)]
    assert frame["value"].tolist() == [1200.5, 1500]
    assert problems(found) == []


def test_a_number_cell_with_a_point_is_not_multiplied_by_a_thousand(tmp_path):
    found = contracts(tmp_path, [[*ROW[:4], 1.234], ["C-2", *ROW[1:4], "'1.234"]])
    assert found["contracts"].frame["value"].tolist() == [1.234, 1234]


@pytest.mark.parametrize("at", [(1, 1), (4, 3), (1, 30), (9, 1)])
def test_blank_leading_rows_and_columns_do_not_move_an_address(tmp_path, at):
    path = tmp_path / "book.xlsx"
    save(path, {"Contratos": [HEAD, ROW, ["C-2", "A-1", "pronto", None, None]]}, at=at)
    found = read(path, language="es")
    row, col = at
    assert found["contracts"].header_row == row
    assert found["contracts"].rows.tolist() == [row + 1, row + 2]
    assert found["contracts"].where["contract_id"] == col
    problem = next(one for one in found.problems if one.code == "date_unreadable")
    assert (problem.row, problem.cell.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) == (row + 2, str(row + 2))
    from openpyxl.utils import get_column_letter

    assert problem.cell == f"{get_column_letter(col + 2)}{row + 2}"


def test_a_title_row_above_is_not_the_header(tmp_path):
    path = save(tmp_path / "book.xlsx", {"Contratos": [["Cartera 2026"], [], [None, "Marta, marzo"], HEAD, ROW]})
    found = read(path, language="es")
    assert found["contracts"].header_row == 4
    assert found["contracts"].rows.tolist() == [5]


def test_the_totals_row_of_a_table_is_no_record(tmp_path):
    def table(book):
        shape = ExcelTable(displayName="T", ref="A1:E4")
        shape.totalsRowCount = 1
        shape._initialise_columns()
        for column, header in zip(shape.tableColumns, HEAD, strict=True):
            column.name = header
        book["Contratos"].add_table(shape)

    rows = [ROW, ["C-2", *ROW[1:]], ["Suma", None, None, None, 2401]]
    found = contracts(tmp_path, rows, change=table)
    assert found["contracts"].frame["contract_id"].tolist() == ["C-1", "C-2"]
    assert problems(found) == []
    below = contracts(tmp_path, [*rows, ["C-3", *ROW[1:]]], change=table)
    assert below["contracts"].frame["contract_id"].tolist() == ["C-1", "C-2", "C-3"]


def test_merged_ids_fill_only_their_first_row(tmp_path):
    rows = [ROW, [None, *ROW[1:]], ["C-3", *ROW[1:]]]
    found = contracts(tmp_path, rows, change=lambda book: book["Contratos"].merge_cells("A2:A3"))
    assert found["contracts"].frame["contract_id"].tolist() == ["C-1", "C-3"]
    assert problems(found) == [("A3", "id_merged")]
    assert next(one for one in found.problems if one.code == "id_merged").params["anchor"] == "A2"


def test_merged_required_cells_say_why_they_are_blank(tmp_path):
    rows = [ROW, ["C-2", None, *ROW[2:]]]
    found = contracts(tmp_path, rows, change=lambda book: book["Contratos"].merge_cells("B2:B3"))
    assert problems(found) == [("B3", "cell_merged")]


def test_a_stray_cell_in_the_last_corner_is_refused_in_words(tmp_path):
    path = save(
        tmp_path / "book.xlsx",
        {"Contratos": [HEAD, ROW]},
        change=lambda book: book["Contratos"].cell(1048576, 16384, "x"),
    )
    with pytest.raises(Refused) as refusal:
        read(path)
    assert "Contratos" in str(refusal.value)


def test_a_stray_cell_in_the_last_row_only_makes_a_problem(tmp_path):
    found = contracts(tmp_path, [ROW], change=lambda book: book["Contratos"].cell(1048576, 3, "x"))
    assert len(found["contracts"]) == 1
    assert problems(found) == [("A1048576", "id_blank")]


def test_a_zip_bomb_is_refused_before_anything_reads_it(tmp_path):
    path = save(tmp_path / "book.xlsx", {"Contratos": [HEAD, ROW]})
    with zipfile.ZipFile(path) as source:
        parts = {entry.filename: source.read(entry) for entry in source.infolist()}
    parts["xl/worksheets/sheet1.xml"] = b"<worksheet>" + b" " * 64_000_000 + b"</worksheet>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name, data)
    with pytest.raises(Refused):
        read(path)


def test_dates_of_1904_are_four_years_later(tmp_path):
    def mac(book):
        book.epoch = CALENDAR_MAC_1904

    serial = 46347 - 1462
    found = contracts(tmp_path, [ROW, ["C-2", "A-1", serial, serial, None]], change=mac)
    assert found["contracts"].frame["start_date"].tolist() == [datetime(2026, 1, 1), datetime(2026, 11, 21)]
    assert found["contracts"].frame["end_date"].tolist() == [datetime(2026, 12, 31), datetime(2026, 11, 21)]


def test_error_cells_and_formulas_without_a_value_are_problems(tmp_path):
    rows = [[*ROW[:4], "#REF!"], ["C-2", "A-1", "=HOY()", "=NA()", 5], ["=A1", *ROW[1:]]]
    found = contracts(tmp_path, rows)
    assert problems(found) == [
        ("E2", "error_cell"),
        ("C3", "unsaved_formula"),
        ("D3", "unsaved_formula"),
        ("A4", "unsaved_formula"),
    ]
    assert found["contracts"].frame["contract_id"].tolist() == ["C-1", "C-2"]
    assert found["contracts"].unreadable["value"].tolist() == [True, False]
    assert next(one for one in found.problems if one.code == "error_cell").value == "#REF!"


def test_formulas_with_a_saved_value_are_read(tmp_path):
    path = save(tmp_path / "book.xlsx", {"Contratos": [HEAD, [*ROW[:4], "=1+1"]]})
    edit_part(path, "xl/worksheets/sheet1.xml", r"<f>1\+1</f><v ?/?>(</v>)?", "<f>1+1</f><v>2</v>")
    assert read(path)["contracts"].frame["value"].tolist() == [2]


def test_times_without_a_day_are_problems(tmp_path):
    found = contracts(tmp_path, [["C-1", "A-1", time(14, 30), date(2026, 12, 31), 5]])
    assert problems(found) == [("C2", "date_time_only")]


def test_a_date_where_money_should_be_is_a_problem(tmp_path):
    found = contracts(tmp_path, [[*ROW[:4], date(2026, 1, 1)]])
    assert problems(found) == [("E2", "money_unreadable")]


def test_ids_of_more_than_15_digits_typed_as_numbers_are_lost(tmp_path):
    rows = [[12345678901234567, *ROW[1:]], ["'12345678901234567", *ROW[1:]], [123, *ROW[1:]], [123.0, *ROW[1:]]]
    found = contracts(tmp_path, rows)
    assert problems(found) == [("A2", "id_long"), ("A4", "id_repeated"), ("A5", "id_repeated")]
    assert found["contracts"].frame["contract_id"].tolist() == ["12345678901234567"]


def test_codes_that_excel_turned_into_dates_are_lost(tmp_path):
    found = contracts(tmp_path, [[date(2026, 2, 1), *ROW[1:]], ["C-2", *ROW[1:]]])
    assert problems(found) == [("A2", "id_date")]


def test_unbreakable_spaces_in_ids_and_headers_do_not_matter(tmp_path):
    head = ["Código\u00a0de\u00a0contrato ", "Código de cliente\n(obligatorio)", *HEAD[2:]]
    path = save(
        tmp_path / "b.xlsx", {"Clientes": ACCOUNTS, " contratos\u00a0": [head, ["C-1\u00a0", " A-1", *ROW[2:]]]}
    )
    found = read(path)
    if not found["contracts"].present:  # a header with more words than its name is people's own
        assert problems(found) == [("", "columns_missing")]
    head[1] = "Código de\ncliente *"
    path = save(
        tmp_path / "b.xlsx", {"Clientes": ACCOUNTS, " contratos\u00a0": [head, ["C-1\u00a0", " A-1", *ROW[2:]]]}
    )
    found = read(path)
    assert found["contracts"].frame["account_id"].tolist() == ["A-1"]
    assert problems(found) == []


def test_hidden_empty_and_chart_tabs_are_no_trouble(tmp_path):
    def add(book):
        book.create_chartsheet("Gráfico")
        book.create_sheet("Vacía")
        book.create_sheet("Incidencias")
        book["Clientes"].sheet_state = "hidden"

    found = contracts(tmp_path, [ROW], change=add)
    assert len(found["accounts"]) == 1
    assert problems(found, "tickets") == [("", "columns_missing")]


def test_only_wanted_tabs_are_loaded(tmp_path):
    path = save(tmp_path / "book.xlsx", {"Contratos": [HEAD, ROW], "Mis notas": [["hola"]]})
    raw = read_book(path, wanted_titles())
    assert [sheet.title for sheet in raw.sheets] == ["Contratos"]
    assert raw.titles == ("Contratos", "Mis notas")
    assert len(raw.base) == 64


def test_what_is_no_workbook_is_refused(tmp_path):
    for name, data in (("a.xlsx", b""), ("b.xlsx", b"hello"), ("c.xlsx", b"PK\x03\x04" + b"\0" * 40)):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(Refused):
            read_book(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        read_book(tmp_path / "none.xlsx")


def test_a_number_with_a_date_format_that_is_no_date_is_not_silently_blank(tmp_path):
    def format_as_date(book):
        for cell in ("C2", "D2", "C3"):
            book["Contratos"][cell].number_format = "dd/mm/yyyy"

    found = contracts(
        tmp_path, [["C-1", "A-1", 999999999, 46347, 5], ["C-2", "A-1", -5, None, 5]], change=format_as_date
    )
    assert {cell for cell, _ in problems(found)} == {"C2", "C3"}
    assert found["contracts"].unreadable["start_date"].tolist() == [True, True]
    assert found["contracts"].frame["end_date"].tolist()[0] == datetime(2026, 11, 21)
