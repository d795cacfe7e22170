"""Headers as teams write them: the columns that they become, in the three languages, by header and content."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.adopt.sheets import proposed

DAY, LATER = date(2026, 10, 1), date(2027, 9, 30)

TABLES: list[tuple[str, str, dict[str, tuple[Any, str]]]] = [
    ("Cartera", "contracts", {
        "Código contrato": ("CT-1", "contract_id"), "Código cliente": ("CL-1", "account_id"),
        "Denominación": ("Mantenimiento", "title"), "Empieza": (DAY, "start_date"), "Acaba": (LATER, "end_date"),
        "Importe (€)": (1200, "value"), "Quién lo lleva": ("Ana", "owner"), "Preaviso": ("30 días", "notice_days"),
        "¿Prórroga automática?": ("sí", "auto_renew"), "Semáforo": ("verde", "keep"),
    }),
    ("Hoja1", "contracts", {
        "Cliente": ("Talleres Gómez", "account_id"), "Contrato": ("Copia de seguridad", "title"),
        "Alta": (DAY, "start_date"), "Vto.": (LATER, "end_date"), "Renov.": ("anual", "renewal_period"),
    }),
    ("Incidencias", "tickets", {
        "Nº ticket": (101, "ticket_id"), "Cliente": ("Óptica Sol", "account_id"), "Abierta": (DAY, "opened_at"),
        "Resuelta": (DAY, "resolved_at"), "Técnico": ("Iván", "owner"), "Descripción": ("Atasco", "summary"),
    }),
    ("Facturas", "invoices", {
        "Factura": ("2026/001", "invoice_id"), "Cliente": ("Óptica Sol", "account_id"), "F. emisión": (DAY, "issued_on"),
        "F. vto.": (LATER, "due_on"), "Total": (121, "amount"), "Cobrada el": (DAY, "paid_on"),
    }),
    ("Llamadas", "interactions", {
        "Fecha": (DAY, "date"), "Cód. cliente": ("CL-1", "account_id"), "Quién": ("Ana", "owner"),
        "Notas": ("Todo bien", "summary"), "Próximo paso": ("Oferta", "next_step"),
        "Fecha próximo paso": (LATER, "next_step_due"),
    }),
    ("Service agreements", "contracts", {
        "Agreement ref": ("SA-1", "contract_id"), "Client ref": ("CU-1", "account_id"), "Commencement": (DAY, "start_date"),
        "Expiry": (LATER, "end_date"), "Account mgr": ("Jo", "owner"), "Auto-renews?": ("Y", "auto_renew"),
        "Notice": ("90 days", "notice_days"),
    }),
    ("Clients", "accounts", {
        "Client ref": ("CU-1", "account_id"), "Client name": ("Acme Ltd", "name"), "Account mgr": ("Jo", "owner"),
        "Do not mail": ("yes", "no_mail"),
    }),
    ("Call log", "interactions", {
        "When": (DAY, "date"), "Company": ("Globex", "account_id"), "By": ("Jo", "owner"),
        "What was said": ("fine", "summary"), "Follow up": ("quote", "next_step"), "Follow-up date": (LATER, "next_step_due"),
    }),
    ("Договоры", "contracts", {
        "Заказчик": ("Завод №5", "account_id"), "Договор": ("Ремонт принтеров", "title"),
        "Дата подписания": (DAY, "start_date"), "Действует до": (LATER, "end_date"), "Отв.": ("Аня", "owner"),
    }),
    ("Заявки", "tickets", {
        "Номер": ("З-1", "ticket_id"), "Контрагент": ("Завод №5", "account_id"), "Дата заявки": (DAY, "opened_at"),
        "Срочность": ("высокий", "priority"), "Дата выполнения": (DAY, "resolved_at"), "Инженер": ("Илья", "owner"),
    }),
]  # fmt: skip


@pytest.mark.parametrize(("title", "tab", "columns"), TABLES, ids=[title for title, _, _ in TABLES])
def test_a_table_as_they_write_it(title: str, tab: str, columns: dict[str, tuple[Any, str]]) -> None:
    rows = [
        [
            cell if not at or header not in ("Cliente", "Заказчик") else f"{cell} {at}"
            for header, (cell, _) in columns.items()
        ]
        for at in range(3)
    ]
    (part,) = proposed({title: [list(columns), *rows]}).parts
    assert part.tab == tab
    assert {choice.header: choice.target for choice in part.columns} == {
        header: target for header, (_, target) in columns.items()
    }
    assert all(choice.sure >= 0.5 for choice in part.columns), "--yes takes them"


def test_an_account_manager_is_no_account() -> None:
    """A header that only holds a word of a customer's column is no fact about the customer."""
    rows = [["First name", "Last name", "Company", "Email"], ["Bob", "Jones", "Globex", "bob@globex.example"]]
    (part,) = proposed({"Contacts": [*rows, ["Al", "Smith", "Initech", "al@initech.example"]]}).parts
    (surname,) = [choice for choice in part.columns if choice.header == "Last name"]
    assert surname.sure < 0.5
