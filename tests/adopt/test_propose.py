"""What old tabs and columns become, and how sure that is."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetcrm.adopt.headers import known
from sheetcrm.adopt.mapping import KEEP, LEAVE, SURE, TABLE_TAKEN, without_doubt
from sheetcrm.adopt.propose import propose
from sheetcrm.adopt.tables import find_tables
from sheetcrm.schema import PEOPLE_TABS
from sheetcrm.sync.excel.read import read_book
from sheetcrm.words import normalise
from tests.adopt import books
from tests.adopt.sheets import proposed, targets


def of(path: Path):
    tables = [table for sheet in read_book(path).sheets for table in find_tables(sheet)]
    return propose(tables, books.TODAY)


def test_a_spanish_workbook(tmp_path: Path) -> None:
    found = of(books.spanish(tmp_path / "es.xlsx"))
    assert (found.language, found.day_first) == ("es", True)
    assert [(part.tab, part.sure >= SURE) for part in found.parts] == [("contracts", True), ("interactions", True)]
    assert targets(found.parts[0]) == {
        "Nº": "contract_id", "Cliente": "account_id", "Servicio": "title", "F. inicio": "start_date", "Vto.": "end_date",
        "Importe": "value", "Responsable": "owner", "Tfno.": KEEP, "Obs.": "notes",
    }  # fmt: skip


def test_an_english_workbook_with_two_header_rows_and_months_first(tmp_path: Path) -> None:
    found = of(books.english(tmp_path / "en.xlsx"))
    assert (found.language, found.day_first) == ("en", False)
    assert targets(found.parts[0]) == {
        "Customer No.": "account_id", "Customer Name": "accounts.name", "Contract Start date": "start_date",
        "Contract Renewal date": "end_date", "Contract Product": "title", "Money Amount": "value",
        "Money Currency": "currency", "Owner": "owner", "Auto renew?": "auto_renew",
    }  # fmt: skip
    assert targets(found.parts[1])["Parking code"] == KEEP


def test_a_russian_workbook_with_two_tables_on_a_tab(tmp_path: Path) -> None:
    found = of(books.russian(tmp_path / "ru.xlsx"))
    assert [part.tab for part in found.parts] == ["contracts", "contacts"]
    assert targets(found.parts[0])["Срок действия"] == "end_date"
    assert targets(found.parts[1])["ФИО"] == "name"


@pytest.mark.parametrize(
    ("tab", "header", "column"),
    [
        ("contracts", "Due date", "end_date"),
        ("contracts", "Renewal date", "end_date"),
        ("contracts", "Fecha fin", "end_date"),
        ("contracts", "VTO", "end_date"),
        ("contracts", "Срок", "end_date"),
        ("contracts", "Owner", "owner"),
        ("contracts", "Клиент", "account_id"),
        ("accounts", "Клиент", "name"),
    ],
)
def test_what_people_really_write(tab: str, header: str, column: str) -> None:
    assert known(tab)[normalise(header)][column] >= 0.9


def test_each_written_word_names_a_column_that_people_fill() -> None:
    from sheetcrm.adopt.headers import _written

    keys = {tab.key: {column.key for column in tab.people} for tab in PEOPLE_TABS}
    keys["any"] = set().union(*keys.values())
    assert all(set(columns) <= keys[tab] for tab, columns in _written()["columns"].items())
    assert set(_written()["tabs"]) <= set(keys)


def test_dates_ahead_are_the_end_and_dates_behind_the_start() -> None:
    rows = [["Cliente", "Fecha", "Cuándo"], ["A", "01/02/2025", "31/12/2027"], ["B", "01/03/2025", "30/11/2027"]]
    (part,) = proposed({"Contratos": rows}).parts
    assert targets(part) == {"Cliente": "account_id", "Fecha": "start_date", "Cuándo": "end_date"}
    assert all(choice.sure < SURE for choice in part.columns[1:]), "unsure: people are asked"


def test_a_header_whose_cells_say_otherwise_is_not_believed() -> None:
    rows = [["Cliente", "Inicio", "Vto."], ["A", "01/02/2025", "mucho"], ["B", "01/03/2025", "poco"]]
    (part,) = proposed({"Contratos": rows}).parts
    assert part.column("end_date") is None or part.column("end_date").sure < 0.5
    assert targets(without_doubt(proposed({"Contratos": rows})).parts[0])["Vto."] == KEEP


def test_a_tab_of_something_else_is_left() -> None:
    (part,) = without_doubt(
        proposed({"Recetas": [["Receta", "Harina", "Nota"], ["Pan", 1, "x"], ["Bollo", 2, "y"]]})
    ).parts
    assert part.tab == "" or part.sure < TABLE_TAKEN


def test_facts_about_the_customer_beside_each_contract() -> None:
    rows = [
        ["Customer", "Industry", "E-mail", "Start date", "End date", "Owner", "Owner email"],
        ["Acme", "Retail", "a@acme.example", "2026-01-01", "2026-12-31", "Jo", "jo@us.example"],
    ]
    (part,) = proposed({"Renewals": rows}).parts
    assert targets(part)["Industry"] == "accounts.industry"
    assert targets(part)["E-mail"] == "accounts.customer_email"
    assert targets(part)["Owner email"] == "team.email"


@pytest.mark.proof
def test_a_workbook_of_ours_maps_to_itself_and_computed_columns_are_left(tmp_path: Path) -> None:
    from sheetcrm.sample import sample
    from sheetcrm.sync.excel.template import make_template

    path = tmp_path / "crm.xlsx"
    make_template(path, "en", sample(1, books.TODAY, "en"), books.TODAY)
    found = of(path)
    taken = {part.tab: part for part in without_doubt(found).taken}
    assert set(taken) == {tab.key for tab in PEOPLE_TABS}
    for tab in PEOPLE_TABS:
        columns = [choice.target for choice in taken[tab.key].columns]
        assert columns == [column.key if not column.by_runner else LEAVE for column in tab.columns], tab.key
