"""Whole runs on workbooks as people make them: each works, or says in a sentence at an address what to mend."""

from __future__ import annotations

import email
import email.policy
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook import Workbook
from openpyxl.worksheet.table import Table, TableColumn
from openpyxl.worksheet.worksheet import Worksheet

from tests.run import small_book
from tests.run.conftest import DAY, Office
from tests.workbooks import edit_part

pytestmark = pytest.mark.proof

Edit = Callable[[Workbook], Any]


def _place(sheet: Worksheet, header: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == header)


def _put(book: Workbook, title: str, row: int, header: str, value: Any) -> None:
    sheet = book[title]
    cell = sheet.cell(row, _place(sheet, header))
    cell.value = value


def titles_above(book: Workbook) -> None:
    for title in ("Contracts", "Accounts", "Tasks"):
        book[title].insert_rows(1, 3)
        book[title]["A1"] = "Our customers 2026"
        book[title].auto_filter.ref = None


def blank_margins(book: Workbook) -> None:
    for title in ("Contracts", "Accounts", "Tasks", "Team"):
        book[title].insert_rows(1, 4)
        book[title].insert_cols(1, 2)
        book[title].auto_filter.ref = None


def other_order_and_own_columns(book: Workbook) -> None:
    sheet = book["Contracts"]
    columns = [[cell.value for cell in column] for column in sheet.iter_cols()]
    columns = [["My own", *["mine"] * (len(columns[0]) - 1)], *reversed(columns)]
    for col, cells in enumerate(columns, 1):
        for row, value in enumerate(cells, 1):
            sheet.cell(row, col).value = value
            sheet.cell(row, col).comment = None
    # Every column's number format was the old one's.
    for col in range(1, len(columns) + 1):
        for row in range(2, len(columns[0]) + 1):
            value = sheet.cell(row, col).value
            sheet.cell(row, col).number_format = "yyyy-mm-dd" if hasattr(value, "year") else "General"


def hidden_and_filtered_rows(book: Workbook) -> None:
    sheet = book["Contracts"]
    for row in (2, 4, 5):
        sheet.row_dimensions[row].hidden = True
    sheet.auto_filter.add_filter_column(0, ["C-2", "C-6"])


def dates_since_1904(book: Workbook) -> None:
    book.epoch = CALENDAR_MAC_1904


def a_table_of_their_own(book: Workbook) -> None:
    for title, name in (("Contracts", "Ours"), ("Tasks", "Todo")):
        sheet = book[title]
        sheet.auto_filter.ref = None
        table = Table(displayName=name, ref=sheet.dimensions)
        table.tableColumns = [TableColumn(id=n, name=str(cell.value)) for n, cell in enumerate(sheet[1], 1)]
        table._initialise_columns = lambda: None
        sheet.add_table(table)


def no_runner_columns(book: Workbook) -> None:
    for title, headers in (
        ("Contracts", ("Why", "Status", "Problems")),
        ("Accounts", ("Health: why", "Client status")),
    ):
        sheet = book[title]
        for header in headers:
            found = [cell.column for cell in sheet[1] if cell.value == header]
            if found:
                sheet.delete_cols(found[0])


STILL_THE_SAME: dict[str, Edit] = {
    "titles above": titles_above,
    "blank rows and columns before": blank_margins,
    "other order, own columns": other_order_and_own_columns,
    "hidden and filtered rows": hidden_and_filtered_rows,
    "dates since 1904": dates_since_1904,
    "a table of their own": a_table_of_their_own,
}
QUICK = ("blank rows and columns before",)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.proof) for name in STILL_THE_SAME]
)
def test_however_it_is_arranged_the_values_are_the_same(office: Office, name: str) -> None:
    office.change(STILL_THE_SAME[name])
    answer = office.run()
    assert answer.code == 0, answer.err + str(office.problems())
    assert answer.json["letters"]["sent"] == 3
    assert answer.json["rows"] > 3
    assert office.column("contracts", "days_to_deadline") == small_book.DAYS_LEFT
    office.rest()


def without(*titles: str) -> Edit:
    def edit(book: Workbook) -> None:
        for title in titles:
            del book[title]

    return edit


GONE: dict[str, Edit] = {
    title.lower(): without(title)
    for title in ("Opportunities", "Contacts", "Invoices", "Tasks", "Team", "Dashboard", "Alerts", "Agenda", "Problems")
} | {
    "runner columns": no_runner_columns,
    "all that is optional": without("Opportunities", "Contacts", "Invoices", "Tasks"),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name == "alerts" else pytest.mark.proof) for name in GONE]
)
def test_what_people_deleted_only_switches_off_what_needs_it(office: Office, name: str) -> None:
    office.change(GONE[name])
    answer = office.run()
    assert answer.code in (0, 3), answer.err
    assert answer.json["letters"]["sent"] == (0 if name == "team" else 3), answer.out
    assert len(office.column("contracts", "deadline")) == 8
    office.rest()
    later = office.run(day=DAY.replace(day=24))
    assert later.code in (0, 3), later.err


def test_a_renamed_tab_is_found_by_its_alias(office: Office) -> None:
    office.change(lambda book: setattr(book["Contracts"], "title", "Vertragsliste"))
    settings = office.folder / "config.yaml"
    settings.write_text(settings.read_text() + "aliases:\n  tabs: {Vertragsliste: contracts}\n")
    answer = office.run()
    assert answer.code == 0, answer.err
    assert answer.json["counts"]["contracts"] == 8
    office.rest()


def test_rows_sorted_between_two_runs_keep_their_values(office_after: Office) -> None:
    office = office_after
    before, tasks = office.column("contracts", "why"), office.column("tasks", "title")

    def turn(book: Workbook) -> None:
        for title, count in (("Contracts", 8), ("Tasks", len(tasks))):
            sheet = book[title]
            rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=1 + count)]
            for at, cells in enumerate(reversed(rows), 2):
                for col, value in enumerate(cells, 1):
                    sheet.cell(at, col).value = value
                    sheet.cell(at, col).data_type = "s" if isinstance(value, str) else sheet.cell(at, col).data_type

    office.change(turn)
    answer = office.run()
    assert answer.json["rows"] == answer.json["letters"]["sent"] == 0
    assert office.column("contracts", "why") == before
    assert office.column("tasks", "title") == tasks
    office.rest()


def test_mistakes_in_cells_are_problems_at_their_address(office: Office) -> None:
    def spoil(book: Workbook) -> None:
        _put(book, "Contracts", 2, "End date", "#REF!")
        book["Contracts"].cell(2, _place(book["Contracts"], "End date")).data_type = "e"
        _put(book, "Contracts", 3, "Value", "=100*2")
        _put(book, "Contracts", 4, "Contract ID", None)
        _put(book, "Contracts", 6, "Contract ID", "C-6")
        _put(book, "Contracts", 9, "Start date", "soon")
        book["Accounts"].merge_cells("A2:A3")
        book["Contracts"].cell(12, 1).value = "Total"
        book["Contracts"].cell(12, _place(book["Contracts"], "Value")).value = "=SUM(G2:G11)"

    office.change(spoil)
    problems = office.problems()
    cells = {(problem["tab"], problem["cell"]) for problem in problems}
    wanted = {("contracts", "F2"), ("contracts", "G3"), ("contracts", "A4"), ("contracts", "E9")}
    assert wanted <= cells, sorted(cells)
    assert any(tab == "contracts" and cell in ("A6", "A7") for tab, cell in cells)
    assert any(tab == "accounts" and cell in ("A2", "A3") for tab, cell in cells)
    assert all(problem["problem"] and problem["fix"] for problem in problems)
    answer = office.run()
    assert answer.code == 3
    days = office.column("contracts", "days_to_deadline")
    assert days["Total"] is None, "a totals row is no contract"
    assert days["C-1"] is None
    assert days["C-2"] == 60
    # Two contracts name an account that has lost its id; the runner's own tasks for them are no further mistakes.
    office.rest()
    assert office.problems() == problems


def test_texts_that_look_like_formulas_stay_text_everywhere(office: Office) -> None:
    names = ['=HYPERLINK("http://x")', "+1", "-2+3", "@SUM(1)", "😀\nsecond line <b>&", "x" * 32_767]

    def rename(book: Workbook) -> None:
        for at, name in enumerate(names[:3], 2):
            _put(book, "Accounts", at, "Name", name)
            book["Accounts"].cell(at, _place(book["Accounts"], "Name")).data_type = "s"
        for at, name in enumerate(names, 2):
            for header in ("Title", "Notes"):
                _put(book, "Contracts", at, header, name)
                book["Contracts"].cell(at, _place(book["Contracts"], header)).data_type = "s"

    office.change(rename)
    answer = office.run()
    assert answer.code in (0, 3), answer.err
    assert answer.json["letters"]["sent"] == 3
    formulas = []
    with zipfile.ZipFile(office.book) as archive:
        for part in archive.namelist():
            if part.startswith("xl/worksheets/"):
                formulas += re.findall(r"<f[^>]*>([^<]*)</f>", archive.read(part).decode())
    assert not [formula for formula in formulas if "http://x" in formula or formula.startswith(("1", "2+3", "SUM(1)"))]
    assert list(office.column("accounts", "name").values()) == names[:3]
    assert list(office.column("contracts", "notes").values())[:6] == names
    for data in office.letters().values():
        letter = email.message_from_bytes(data, policy=email.policy.default)
        html = letter.get_body(("html",))
        assert html is not None
        assert "<b>&" not in html.get_content()
        assert len(data) < 400_000
    office.rest()


@pytest.mark.parametrize("rows", [0, pytest.param(1, marks=pytest.mark.proof)])
def test_no_row_and_one_row(office: Office, rows: int) -> None:
    def empty(book: Workbook) -> None:
        for title in ("Contracts", "Accounts", "Interactions", "Tickets", "Tasks", "Invoices", "Team"):
            book[title].delete_rows(2 + rows, 50)

    office.change(empty)
    answer = office.run()
    assert answer.code in (0, 3), answer.err
    assert answer.json["counts"]["contracts"] == rows
    office.rest()


def _stray(office: Office) -> None:
    office.change(lambda book: book["Contracts"].cell(1_048_576, 16_384, "x"))


def _bomb(office: Office) -> None:
    with zipfile.ZipFile(office.book, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\0" * (64 * 1024**2))


def _entities(office: Office) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    edit_part(office.book, "xl/workbook.xml", r"^(<\?xml[^>]*\?>)?", r"\1" + bomb)


def _entities_in_a_tab(office: Office) -> None:
    declared = '<!DOCTYPE worksheet [<!ENTITY a "b">]>'
    edit_part(office.book, "xl/worksheets/sheet4.xml", r"^(<\?xml[^>]*\?>)?", r"\1" + declared)


def _damaged_tab(office: Office) -> None:
    edit_part(office.book, "xl/worksheets/sheet4.xml", r"<sheetData>", r"<!OOPS><sheetData>")


@pytest.mark.parametrize("make", [_stray, _bomb, _entities, _entities_in_a_tab, _damaged_tab])
def test_dangerous_files_are_refused_in_words_and_left_alone(office: Office, make: Callable[[Office], None]) -> None:
    make(office)
    before = office.sha()
    answer = office.run()
    assert answer.code == 1, answer.out
    assert answer.err.strip().endswith(".")
    assert len(answer.err.split()) > 8
    assert office.sha() == before
    assert office.letters() == {}
