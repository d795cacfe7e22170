"""Own tabs where they stand: headers of one's own, a title above them, further columns, by aliases alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sheetcrm.adopt.mapping import aliases, without_doubt
from sheetcrm.adopt.propose import propose
from sheetcrm.adopt.tables import find_tables
from sheetcrm.cli.exits import PROBLEMS
from sheetcrm.sync.excel.read import read_book
from tests.adopt.books import TODAY
from tests.cli.conftest import call
from tests.sheets_server import SheetsServer

DAY = "2026-11-23"
Tabs = Mapping[str, list[list[Any]]]

SPANISH: Tabs = {
    "Cartera 2026": [
        ["Cartera de contratos – Delegación Norte"],
        ["Actualizado el 15/11/2026"],
        [],
        ["Nº contrato", "Cód. cliente", "Objeto", "Fecha de alta", "Vencimiento", "Cuota anual", "Comercial asignado",
         "Renovación automática", "Preaviso (días)", "Margen %", "Faltan", "Cómo está", "Nuestra nota"],
        ["CT-001", "CL-01", "Mantenimiento", date(2025, 12, 10), date(2026, 12, 9), "1.200,50", "Lucía Sanz", "No",
         "30 días", "=F5*0.2", None, None, "llamar"],
        ["CT-002", "CL-02", "Renting 😀", date(2024, 1, 1), date(2027, 1, 10), 9800, "Pedro Ruiz", "no", None,
         "=F6*0.2", None, None, "varias\nlíneas"],
        ["CT-003", "CL-02", "Soporte", date(2025, 11, 1), "31-11-2026", 450, "Pedro Ruiz", "no", None, None, None, None,
         None],
        [None, None, None, None, "TOTAL", "=SUM(F5:F7)"],
    ],
    "Clientela": [
        ["Cód. cliente", "Razón social", "Comercial asignado"],
        ["CL-01", "Panadería López", "Lucía Sanz"],
        ["CL-02", "Óptica Sol", "Pedro Ruiz"],
    ],
    "Comerciales": [
        ["Nombre", "Correo", "Función"],
        ["Lucía Sanz", "lucia@example.com", "comercial"],
        ["Pedro Ruiz", "pedro@example.com", "comercial"],
    ],
    "Apuntes": [["=SUM('Cartera 2026'!F5:F7)"]],
}  # fmt: skip

RUSSIAN: Tabs = {
    "Реестр договоров": [
        ["Реестр договоров ООО «Сервис»"],
        ["№ договора", "Код клиента", "Наименование работ", "Начало действия", "Окончание действия", "Стоимость, руб.",
         "Куратор", "Пролонгация", "Цвет", "Осталось", "Состояние"],
        ["Д-001", "К-1", "Обслуживание", date(2025, 12, 10), date(2026, 12, 9), "120 000,50", "Анна Петрова", "нет",
         "жёлтый", None, None],
        ["Д-002", "К-2", "Лицензии", date(2026, 1, 11), date(2027, 1, 10), 45000.5, "Пётр Ким", "нет", "", None, None],
        ["Итого", None, None, None, None, 165001],
    ],
    "База клиентов": [
        ["Код клиента", "Наименование", "ИНН", "Куратор"],
        ["К-1", "ООО «Ромашка»", "7701234567", "Анна Петрова"],
        ["К-2", "ИП Орлов", "", "Пётр Ким"],
    ],
    "Отдел продаж": [
        ["ФИО", "Почта", "Роль"],
        ["Анна Петрова", "anna@example.com", "менеджер"],
        ["Пётр Ким", "petr@example.com", "менеджер"],
    ],
}  # fmt: skip


def made(folder: Path, tabs: Tabs) -> Path:
    """Their workbook, with a title across the columns and a colour of theirs."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in tabs.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    first = book.worksheets[0]
    first.merge_cells("A1:F1")
    first["A5"].fill = openpyxl.styles.PatternFill("solid", fgColor="FFEE00")
    path = folder / "theirs.xlsx"
    book.save(path)
    return path


def settings(workbook: Path, language: str, computed: Mapping[str, str]) -> Path:
    """What ``adopt --aliases`` prints, and the runner's columns that they added under headers of their own."""
    tables = [table for sheet in read_book(workbook).sheets for table in find_tables(sheet)]
    section = aliases(without_doubt(propose(tables, TODAY)))
    further = "".join(f"      {header}: {key}\n" for header, key in computed.items())
    section = section.replace("    contracts:\n", "    contracts:\n" + further, 1)
    path = workbook.with_name("config.yaml")
    start = f"workbook: {workbook.name}\nlanguage: {language}\nmail: {{allowed: [example.com]}}\n"
    path.write_text(start + section, encoding="utf-8")
    return path


def changes(before: Path, after: Path) -> dict[str, Any]:
    """Each cell that says something else now."""
    old, new = openpyxl.load_workbook(before), openpyxl.load_workbook(after)
    assert old.sheetnames == new.sheetnames
    return {
        f"{sheet.title}!{cell.coordinate}": cell.value
        for sheet in new.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if old[sheet.title][cell.coordinate].value != cell.value
    }


CASES = [
    ("es", SPANISH, {"Faltan": "days_to_expiry", "Cómo está": "status"},
     {"Cartera 2026!K5": 16, "Cartera 2026!L5": "por vencer", "Cartera 2026!K6": 48, "Cartera 2026!L6": "por vencer"},
     {"lucia@example.com", "pedro@example.com"}),
    ("ru", RUSSIAN, {"Осталось": "days_to_expiry", "Состояние": "status"},
     {"Реестр договоров!J3": 16, "Реестр договоров!K3": "истекает", "Реестр договоров!J4": 48,
      "Реестр договоров!K4": "истекает"},
     {"anna@example.com", "petr@example.com"}),
]  # fmt: skip


@pytest.mark.parametrize(("language", "tabs", "computed", "written", "readers"), CASES, ids=["es", "ru"])
def test_the_runner_works_on_their_own_tabs(
    tmp_path: Path, language: str, tabs: Tabs, computed: dict[str, str], written: dict[str, Any], readers: set[str]
) -> None:
    """It writes its columns where they want them and nothing else, tells the owners, and is done."""
    workbook = made(tmp_path, tabs)
    places = [
        "--config",
        str(settings(workbook, language, computed)),
        "--as-of",
        DAY,
        "--state",
        str(tmp_path / "state"),
    ]
    before = tmp_path / "before.xlsx"
    shutil.copy(workbook, before)
    done = call("run", "--json", *places)
    assert done.code == PROBLEMS, done.err  # tabs that they do not keep, and the 31st of November
    assert changes(before, workbook) == written
    assert openpyxl.load_workbook(workbook).worksheets[0].merged_cells.ranges.pop().coord == "A1:F1"
    letters = sorted((tmp_path / "state" / "outbox").glob("*.eml"))
    assert {reader for reader in readers if any(reader in letter.name for letter in letters)} == readers
    after = workbook.read_bytes()
    again = call("run", "--json", *places)
    assert again.json["state"] == "unchanged"
    assert workbook.read_bytes() == after
    assert sorted((tmp_path / "state" / "outbox").glob("*.eml")) == letters


def test_a_cell_that_cannot_be_read_is_named_where_it_stands(tmp_path: Path) -> None:
    workbook = made(tmp_path, SPANISH)
    config = settings(workbook, "es", {})
    planned = call("plan", "--json", "--config", str(config), "--as-of", DAY)
    cells = {(problem["tab"], problem["cell"], problem["value"]) for problem in planned.json["problems"]}
    assert ("contracts", "E7", "31-11-2026") in cells
    assert not [cell for _, cell, _ in cells if cell.startswith("I")], "30 días is a number of days"


def test_a_google_sheet_of_their_own_gets_what_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their headers stay; the runner's columns stand behind them, its tabs beside theirs, and a run fills both."""
    monkeypatch.chdir(tmp_path)
    rows = [
        ["Nuestra ref.", "Cód. cliente", "Alta", "Vence el", "Comercial"],
        ["CT-001", "CL-01", "10/12/2025", "09/12/2026", "ana@example.com"],
    ]
    customers = [["Cód. cliente", "Razón social"], ["CL-01", "Panadería López"]]
    with SheetsServer() as server:
        theirs = server.create("Nuestra cartera", {"Cartera": rows, "Clientela": customers})
        (tmp_path / "key.json").write_text(json.dumps(server.service_account()), encoding="utf-8")
        (tmp_path / "config.yaml").write_text(
            f"workbook: {theirs}\nlanguage: es\n"
            f"google: {{base_url: '{server.url}', credentials_file: key.json, retries: 0}}\n"
            "aliases:\n  tabs: {Cartera: contracts, Clientela: accounts}\n  columns:\n"
            "    contracts: {Nuestra ref.: contract_id, Cód. cliente: account_id, Alta: start_date, Vence el: end_date,\n"
            "      Comercial: owner}\n    accounts: {Cód. cliente: account_id}\n",
            encoding="utf-8",
        )
        done = call("init", "--google", theirs)
        assert done.code == 0, done.err
        sheets = [sheet.title for sheet in server.book(theirs).sheets]
        assert {"Cartera", "Clientela"} <= set(sheets)
        assert not {"Contratos", "Clientes"} & set(sheets), "theirs are the contracts and the accounts"
        header = server.people(theirs).rows("Cartera")[0]
        assert header[:5] == rows[0]
        ran = call("run", "--json", "--as-of", DAY, "--state", str(tmp_path / "state"))
        assert ran.code in (0, PROBLEMS), ran.err
        row = dict(zip(header, server.people(theirs).rows("Cartera")[1], strict=False))
        assert row["Días hasta el fin"] == 16
        assert [row[name] for name in rows[0]] == rows[1]
        assert server.findings == []
