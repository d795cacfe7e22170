"""What a person types into a new workbook at the start: the rows and settings of docs/start-excel.md.

``python -m tests.docs.typed crm.xlsx`` types them into a workbook of any language, as of today.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from sheetcrm.figures import figures_of
from sheetcrm.languages import LANGUAGES
from sheetcrm.words import words_of

Rows = tuple[Sequence[str], Sequence[Sequence[object]]]
"""Columns and what is typed into them, row by row."""


def typed(path: Path, today: date) -> None:
    """Type them into an Excel workbook, below the example of each tab."""
    book = openpyxl.load_workbook(path)
    language = next(each for each in LANGUAGES if words_of(each).tab("contracts") in book.sheetnames)
    words = words_of(language)
    for tab, (columns, rows) in to_type(language, today).items():
        sheet: Worksheet = book[words.tab(tab)]
        places = {cell.value: cell.column for cell in sheet[1]}
        at = [places[words.header(tab, column)] for column in columns]
        below = next(row for row in range(2, sheet.max_row + 2) if sheet.cell(row, at[0]).value is None)
        for number, values in enumerate(rows, start=below):
            for place, value in zip(at, values, strict=True):
                if value is not None:
                    sheet.cell(number, place, value)
    book.save(path)


def to_type(language: str, today: date) -> dict[str, Rows]:
    """Tab → its rows: dates as dates and as text, amounts as numbers and as people write them."""
    words = words_of(language)

    def written(ahead: int) -> str:
        return figures_of(language).date(today + timedelta(days=ahead))

    def day(ahead: int) -> date:
        return today + timedelta(days=ahead)

    owner, manager = words.value("team_role", "owner"), words.value("team_role", "manager")
    amount = "3.500,50 €" if language == "es" else 3500.5
    contacted = words.value("renewal_stage", "contacted")
    return {
        "team": (
            ("email", "name", "role", "manager"),
            (
                ("ana@example.com", "Ana Ruiz", owner, "luis@example.com"),
                ("luis@example.com", "Luis Vega", manager, None),
            ),
        ),
        "accounts": (
            ("account_id", "name", "owner", "tier"),
            (
                ("A-1", "Hotel Miramar", "Ana Ruiz", words.value("tier", "key")),
                ("A-2", "Clínica del Sur", "Ana Ruiz", None),
                ("A-3", "Talleres Ibarra", "luis@example.com", None),
            ),
        ),
        "contracts": (
            ("contract_id", "account_id", "title", "start_date", "end_date", "value", "renewal_stage"),
            (
                ("C-1", "A-1", "Mantenimiento de impresoras", day(-340), day(25), 12000, None),
                ("C-2", "A-2", "Soporte", written(-300), written(65), 4800, None),
                ("C-3", "A-3", "Licencias", day(-364), written(1), amount, contacted),
                ("C-4", "A-1", "Alquiler", day(-100), None, 2400, None),
            ),
        ),
    }


def allow(settings: Path, domain: str) -> None:
    """Step 4: whose addresses may get mail."""
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("allowed: []", f"allowed: [{domain}]"), encoding="utf-8")


if __name__ == "__main__":
    typed(Path(sys.argv[1]), date.today())
