"""A thousand cells that no one can read, in typed columns of rows with valid ids: a problem each, where it stands."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, time
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from sheetcrm.languages import LANGUAGES
from sheetcrm.model import Value
from sheetcrm.reading import snapshot, wanted_titles
from sheetcrm.reasons import describe
from sheetcrm.schema import PEOPLE_TABS, Column, Type
from sheetcrm.sync.excel.read import read_book
from sheetcrm.words import words_of

ROWS = 120
BROKEN = ("#REF!", "#N/A", "#DIV/0!", "=SUM(1,2)", "=VLOOKUP(1,A:B,2,0)")
ANY = ("?", "-", "n/a", "N/D", "pronto", "😀", "???", "xx", "ver nota", "1\n2", "=", "#", "...")
MANGLED: dict[Type, tuple[Any, ...]] = {
    Type.DATE: (
        *("2026-02-30", "31/04/2026", "29/02/2027", "2026-13-01", "32/01/2026", "21/11", "noviembre", "2026", "mañana"),
        *("1/2/3/4", "21/11/20266", "21 de brumario de 2026", "11/21/2026", "0000-00-00", "fin de mes", "Q4 2026"),
        *(
            12,
            -3,
            2026,
            999999999,
            0.5,
            True,
            time(14, 30),
            date(1905, 1, 1),
            datetime(2300, 1, 1),
            "14:30",
            "30.02.26",
        ),
    ),
    Type.MONEY: (
        *(
            "mil",
            "1,234.50",
            "1.5",
            "1.50.000",
            "12 3",
            "5%",
            "1500 patatas",
            "15,",
            "€",
            "1.500 $",
            "--5",
            "inf",
            "nan",
        ),
        *("1500 + IVA", "1.5k", "desde 100", "100-200", True, date(2026, 1, 1), "1/2", "٣٫٤٫٥"),
    ),
    Type.NUMBER: ("nueve", "1,234.50", "11/2", "9 de 10", -1, 101, 1e9, True, date(2026, 1, 1), "8/10", "-0,5", "nan"),
    Type.INTEGER: ("treinta", 1.5, -1, "30 meses", "1,234.50", "2-3", True, date(2026, 1, 1), "-4", "1e-3"),
    Type.PERCENT: (
        "alta",
        "150%",
        101,
        -0.5,
        "-5%",
        "0.8",
        "ochenta",
        "50/50",
        True,
        date(2026, 1, 1),
        "80%%",
        "100,5",
    ),
    Type.PERIOD: ("nunca", "0M", -12, 1.5, "12 días", "P", "1M2", 5000, date(2026, 1, 1), True, "año que viene"),
    Type.YES_NO: (12, "quizás", 2, -1, "sí/no", "depende", 0.5, date(2026, 1, 1), "tal vez"),
    Type.LIST: ("patata", 12, "zzz", True, date(2026, 1, 1), "ninguno de estos", 3.7),
    Type.EMAIL: ("ana", "ana@", "@example.com", "a b@example.com", "a@b.com, c@d.com", 12, "ana@example", "a@@b.com"),
    Type.PERSON: ("Zoe Nadie", "zoe@nowhere.example", 12, "Ana o Luis", "Luis Pérez"),
}
# What these columns may hold is wide: nothing but errors is unreadable there.
OPEN = (Type.TEXT, Type.LINK, Type.ID, Type.IDS)
PLAIN: dict[Type, Value] = {
    Type.DATE: date(2026, 1, 1),
    Type.DATETIME: datetime(2026, 1, 1, 9, 0),
    Type.MONEY: 100,
    Type.TEXT: "texto",
}


def test_a_thousand_mangled_cells_give_a_problem_each_at_their_address(tmp_path):
    dice = random.Random(7)
    book, wanted = mangled_book(dice, 1000)
    book.save(tmp_path / "mangled.xlsx")
    found = snapshot(read_book(tmp_path / "mangled.xlsx", wanted_titles()), language="es")
    reported = Counter((one.tab, one.cell) for one in found.problems)
    assert len(wanted) == 1000
    assert {place: typed for place, typed in wanted.items() if reported[place] != 1} == {}
    assert [one for one in found.problems if (one.tab, one.cell) not in wanted] == []
    for tab in PEOPLE_TABS:
        expected = ROWS + 3 if tab.key == "team" else ROWS
        assert len(found[tab.key]) == expected  # no row is lost to a bad cell
    for one in found.problems:
        for language in LANGUAGES:
            problem, fix = describe(one, words_of(language))
            assert len(problem) > 5
            assert len(fix) > 5
            assert "{" not in problem + fix
            assert "\n" not in problem + fix


def test_the_same_cells_unmangled_give_no_problem(tmp_path):
    book, _ = mangled_book(random.Random(7), 0)
    book.save(tmp_path / "plain.xlsx")
    found = snapshot(read_book(tmp_path / "plain.xlsx", wanted_titles()), language="es")
    assert found.problems == []


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(8))
def test_further_thousands(tmp_path, seed):
    book, wanted = mangled_book(random.Random(seed), 1000)
    book.save(tmp_path / "mangled.xlsx")
    found = snapshot(read_book(tmp_path / "mangled.xlsx", wanted_titles()), language="es")
    assert Counter((one.tab, one.cell) for one in found.problems) == Counter(wanted.keys())


def mangled_book(dice: random.Random, count: int) -> tuple[Workbook, dict[tuple[str, str], Any]]:
    """A Spanish workbook of all people's tabs with ``count`` mangled cells: their addresses and what stands there."""
    words = words_of("es")
    book = Workbook()
    book.remove(book.active)
    cells: dict[tuple[str, str], tuple[Any, Column]] = {}
    for tab in PEOPLE_TABS:
        sheet = book.create_sheet(words.tab(tab.key))
        for col, column in enumerate(tab.people, start=1):
            sheet.cell(1, col, words.header(tab.key, column.key))
            for row in range(2, ROWS + 2):
                cell = sheet.cell(row, col, plain(tab.key, column, row))
                if column.key != tab.id:
                    cells[(tab.key, f"{get_column_letter(col)}{row}")] = (cell, column)
    team = book[words.tab("team")]
    for at, (address, name) in enumerate(
        [("l1@x.example", "Luis Pérez"), ("l2@x.example", "Luis Pérez"), ("ana@x.example", "Ana")]
    ):
        team.cell(ROWS + 2 + at, 1, address)
        team.cell(ROWS + 2 + at, 2, name)
    wanted = {}
    for place in dice.sample(sorted(cells), min(len(cells), 4 * count)):
        cell, column = cells[place]
        typed = mangled(dice, place[0], column)
        if typed is None or len(wanted) == count:
            continue
        cell.value = typed
        if isinstance(typed, str) and not typed.startswith(("=S", "=V", "#R", "#N", "#D")):
            cell.data_type = "s"
        wanted[place] = typed
    return book, wanted


def plain(tab: str, column: Column, row: int) -> Value:
    """What a careful person would write."""
    own = {"contract_id": "C", "account_id": "A", "ticket_id": "T", "opportunity_id": "O", "task_id": "K"}
    if tab == "team" and column.key == "email":
        return f"p{row}@x.example"
    if column.key in own:
        return f"{own[column.key]}-{row}"
    if column.type is Type.ID:
        return f"{tab}-{row}"
    if column.key == "currency":
        return "EUR"
    return PLAIN.get(column.type, "x") if column.required or column.type in PLAIN else None


def mangled(dice: random.Random, tab: str, column: Column) -> Any:
    """Something that cannot stand in this column; None where anything can."""
    if column.key in ("account_id", "contract_id"):
        return (
            dice.choice(("Z-9", "😀", "A2", 77, "a-2", *BROKEN))
            if column.key == "account_id"
            else dice.choice(("Z-9", 77))
        )
    if column.type in OPEN:
        if column.required:
            return dice.choice(BROKEN)
        return None
    kind = Type.DATE if column.type is Type.DATETIME else column.type
    choices = (*MANGLED[kind], *BROKEN, *(() if kind is Type.PERSON else ANY))
    return dice.choice([typed for typed in choices if not fits(typed, column)])


def fits(typed: Any, column: Column) -> bool:
    """Whether something on the list of manglings happens to be right in this column."""
    if column.type is Type.MONEY and column.key == "sales_target":
        return False
    if column.type is Type.NUMBER and column.key == "health_override":
        return typed == 9
    if column.key == "contract_id":
        return False
    return typed == "-" and column.type is Type.TEXT
