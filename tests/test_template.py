"""The template: what a person meets when they open a new workbook, and what a run needs to find there."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import fastexcel
import openpyxl
import pytest
import time_machine
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from sheetcrm.languages import LANGUAGES
from sheetcrm.resources import resource
from sheetcrm.sample import sample
from sheetcrm.schema import PEOPLE_TABS, TABS, Type
from sheetcrm.sync.excel.patch import ColumnEdit, Formula, ReplaceBelow, SheetEdit, patch_book
from sheetcrm.sync.excel.template import make_template, template_bytes
from sheetcrm.sync.excel.template.palette import AMBER, NAVY, ROBOT_HEAD
from sheetcrm.views.layout import LAYOUT
from sheetcrm.views.look.folds import folds
from sheetcrm.views.look.tabs import ORDER, frozen_columns, repeated_columns
from sheetcrm.words import header_keys, normalise, tab_titles, words_of
from tests.workbooks import template

LAST_ROW = 1_048_576
ROW_TABS = [tab for tab in TABS.values() if tab.columns]
DAY = date(2026, 11, 21)


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def made(language: str) -> bytes:
    return template(language)


@pytest.fixture(scope="module")
def book(made: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(made))


@pytest.fixture(scope="module")
def filled() -> bytes:
    return template_bytes("es", sample(7, DAY, "es"), DAY)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def columns_of(sheet: Worksheet, kind: str) -> dict[int, list[str]]:
    """1-based column → formulas of the validations of this kind on its second row."""
    found: dict[int, list[str]] = {}
    for rule in sheet.data_validations.dataValidation:
        for span in rule.sqref.ranges:
            assert (span.min_row, span.max_row) == (2, LAST_ROW)
            for column in range(span.min_col, span.max_col + 1):
                if rule.type == kind:
                    found.setdefault(column, []).append(rule.formula1)
    return found


# ---- the committed files


def test_the_committed_template_is_what_the_code_makes(language: str, made: bytes) -> None:
    committed = parts(resource(f"templates/sheetcrm-{language}.xlsx").read_bytes())
    stale = {name for name, data in parts(made).items() if committed.get(name) != data} | committed.keys() - parts(made)
    assert not stale, "stale: run `python -m sheetcrm.sync.excel.template` and commit templates/"


@pytest.mark.proof
def test_two_builds_are_equal_to_the_byte_whatever_the_clock_says() -> None:
    with time_machine.travel(datetime(2031, 5, 6, 7, 8)):
        first = template_bytes("ru", sample(3, DAY, "ru"), DAY)
    assert first == template_bytes("ru", sample(3, DAY, "ru"), DAY)


def test_no_part_bears_the_moment_of_its_making(made: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert set(re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+Z", parts(made)["docProps/core.xml"])) == {b"2026-01-01T00:00:00Z"}


def test_nothing_that_google_or_libreoffice_would_drop_or_end_early(made: bytes) -> None:
    for name, data in parts(made).items():
        assert not name.startswith("xl/tables/")
        if name.startswith("xl/worksheets/sheet"):
            assert b"extLst" not in data
            assert b"x14" not in data
    assert b'fullCalcOnLoad="1"' in parts(made)["xl/workbook.xml"]


# ---- tabs and headers


def test_every_tab_and_header_is_there_in_order(book: openpyxl.Workbook, language: str) -> None:
    words = words_of(language)
    known = [tab_titles()[normalise(title)] for title in book.sheetnames]
    assert known == ["guide", "dashboard", "agenda", "contracts", "accounts", "interactions", "tickets", "opportunities",
                     "tasks", "contacts", "invoices", "team", "alerts", "problems", "segments", "lists"]  # fmt: skip
    assert [sheet.title for sheet in book if sheet.sheet_state == "hidden"] == [words.tab("lists")]
    for tab in ROW_TABS:
        headers = [cell.value for cell in book[words.tab(tab.key)][1]]
        assert [header_keys(tab.key)[normalise(header)] for header in headers] == [each.key for each in tab.columns]


def test_every_header_explains_itself_and_stays_in_view(book: openpyxl.Workbook, language: str) -> None:
    words = words_of(language)
    for tab in ROW_TABS:
        sheet = book[words.tab(tab.key)]
        for cell, column in zip(sheet[1], tab.columns, strict=True):
            assert cell.comment is not None
            assert cell.comment.text == words.note(tab.key, column.key)
        assert sheet.freeze_panes[-1] == "2"
        assert sheet.auto_filter.ref == f"A1:{get_column_letter(len(tab.columns))}2"
        assert sheet.print_title_rows == "$1:$1"
        first, last = repeated_columns(tab)
        several = f"${get_column_letter(first)}:${get_column_letter(last)}" if sheet.page_setup.fitToWidth > 1 else None
        assert sheet.print_title_cols == several
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert not sheet.protection.sheet


def test_runner_columns_stand_together_at_the_right_marked_and_warned(book: openpyxl.Workbook, language: str) -> None:
    words = words_of(language)
    for tab in PEOPLE_TABS:
        sheet = book[words.tab(tab.key)]
        owners = [column.by_runner for column in tab.columns]
        assert owners == sorted(owners)
        warned = columns_of(sheet, "custom")
        for place, column in enumerate(tab.columns, 1):
            assert (warned.get(place) == ["FALSE"]) is column.by_runner
            colour = sheet.cell(1, place).fill.fgColor.rgb
            assert colour == f"FF{ROBOT_HEAD if column.by_runner else NAVY}"
            assert (sheet.cell(1, place).border.bottom.color.rgb == f"FF{AMBER}") is column.required
            assert (sheet.column_dimensions[get_column_letter(place)].fill.fill_type == "solid") is column.by_runner
    for sheet in book:
        for rule in sheet.data_validations.dataValidation:
            assert rule.errorStyle == "warning"
            assert len(rule.error) <= 255
            assert len(rule.errorTitle) <= 32


def test_lists_offer_every_word_and_nothing_else(book: openpyxl.Workbook, language: str) -> None:
    words = words_of(language)
    for tab in ROW_TABS:
        offered = columns_of(book[words.tab(tab.key)], "list")
        for place, column in enumerate(tab.columns, 1):
            if column.by_runner or not column.values:
                continue
            (formula,) = offered[place]
            assert len(formula) <= 255
            if formula.startswith('"'):
                said = formula.strip('"').split(",")
            else:
                title, _, span = formula.rpartition("!")
                said = [cell.value for (cell,) in book[title.strip("'")][span.replace("$", "")]]
            assert said == [words.value(column.value_set, key) for key in column.values]


def test_owners_are_offered_from_the_team_and_accounts_from_their_tab(book: openpyxl.Workbook, language: str) -> None:
    words = words_of(language)
    offered = columns_of(book[words.tab("contracts")], "list")
    places = {column.key: place for place, column in enumerate(TABS["contracts"].columns, 1)}
    team, accounts = (
        f"'{words.tab(tab)}'" if " " in words.tab(tab) else words.tab(tab) for tab in ("team", "accounts")
    )
    assert offered[places["owner"]][0].replace("'", "") == f"{team}!$B$2:$B$500".replace("'", "")
    assert offered[places["account_id"]][0].replace("'", "") == f"{accounts}!$A$2:$A$20001".replace("'", "")


def test_formats_reach_to_the_last_row_by_column(book: openpyxl.Workbook, language: str) -> None:
    words = words_of(language)
    day = {"es": "dd/mm/yyyy_)", "en": "d mmm yyyy_)", "ru": "dd.mm.yyyy_)"}[language]
    expected = {
        Type.ID: "@",
        Type.IDS: "@",
        Type.PERIOD: "@",
        Type.DATE: day,
        Type.MONEY: "#,##0.00_)",
        Type.INTEGER: "#,##0_)",
    }
    for tab in ROW_TABS:
        sheet = book[words.tab(tab.key)]
        for place, column in enumerate(tab.columns, 1):
            look = sheet.column_dimensions[get_column_letter(place)]
            if column.type in expected:
                assert look.number_format == expected[column.type], (tab.key, column.key)
            assert look.hidden is column.hidden
            assert look.width >= max(len(word) for word in words.header(tab.key, column.key).split()) + 3
    alerts = book[words.tab("alerts")]
    assert alerts.column_dimensions[get_column_letter(len(TABS["alerts"].columns))].hidden


def test_conditional_formats_speak_the_language_and_reach_the_last_row(book: openpyxl.Workbook, language: str) -> None:
    words = words_of(language)
    rules = {}
    for tab in ("contracts", "accounts", "tickets", "agenda"):
        sheet = book[words.tab(tab)]
        rules[tab] = " ".join(f for span in sheet.conditional_formatting for rule in span.rules for f in rule.formula)
        for span in sheet.conditional_formatting:
            assert all((each.min_row, each.max_row) == (2, LAST_ROW) for each in span.sqref.ranges)
    assert f'"{words.value("contract_status", "expiring")}"' in rules["contracts"]
    assert f'"{words.value("health_band", "red")}"' in rules["accounts"]
    assert f'"{words.value("sla_status", "breached")}"' in rules["tickets"]
    assert f'"{words.value("agenda_status", "overdue")}"' in rules["agenda"]


# ---- columns that fold


def test_what_folds_is_neither_required_nor_frozen_and_leaves_a_column_between() -> None:
    for tab in ROW_TABS:
        found = list(folds(tab))
        for first, last in found:
            folded = tab.columns[first - 1 : last]
            assert first > frozen_columns(tab)
            assert not [column.key for column in folded if column.required or column.key in ("problems", "why")]
            assert len({column.by_runner for column in folded}) == 1
        assert all(second[0] - first[1] >= 2 for first, second in pairwise(found)), tab.key


def test_columns_fold_to_the_left_and_stand_open_to_begin_with(book: openpyxl.Workbook, made: bytes) -> None:
    for tab in ROW_TABS:
        sheet = book[book.sheetnames[0 if tab.key == "guide" else 1 + ORDER.index(tab.key)]]
        folded = {place for first, last in folds(tab) for place in range(first, last + 1)}
        looks = [sheet.column_dimensions[get_column_letter(place)] for place in range(1, len(tab.columns) + 1)]
        assert {place for place, look in enumerate(looks, 1) if look.outlineLevel} == folded
        assert [look.hidden for look in looks] == [column.hidden for column in tab.columns]
        assert not sheet.sheet_properties.outlinePr.summaryRight
    # Without it Excel leaves no room for the buttons.
    assert sum(b'outlineLevelCol="1"' in data for data in parts(made).values()) == len(
        [t for t in ROW_TABS if [*folds(t)]]
    )


@pytest.mark.parametrize("key", ["contracts", "accounts"])
def test_what_is_left_when_all_is_folded_fits_a_wide_screen(book: openpyxl.Workbook, key: str) -> None:
    sheet = book[book.sheetnames[1 + ORDER.index(key)]]
    folded = {place for first, last in folds(TABS[key]) for place in range(first, last + 1)}
    looks = [(each.key, place) for place, each in enumerate(TABS[key].columns, 1) if place not in folded]
    told = {name for name, _ in looks}
    assert {"owner", "next_action", "problems"} <= told
    # Two screens of 1,920 pixels: what people type on the first, what the runner says on the second.
    for by_runner in (False, True):
        own = [place for name, place in looks if TABS[key].column(name).by_runner is by_runner and name != "problems"]
        assert sum(sheet.column_dimensions[get_column_letter(place)].width * 7 for place in own) <= 1920, by_runner


# ---- the dashboard and the guide


def test_the_dashboard_has_its_labels_and_leaves_the_numbers_to_the_runner(
    book: openpyxl.Workbook, language: str
) -> None:
    words = words_of(language)
    sheet = book[words.tab("dashboard")]
    assert {address: sheet[address].value for address, _ in LAYOUT.labels()} == {
        address: words.text(word) for address, word in LAYOUT.labels()
    }
    for card in LAYOUT.cards:
        assert str(sheet[card.value].number_format) in ("#,##0", "0%", "0.0")
    assert [address for address in LAYOUT.written() if sheet[address].value is not None] == []
    merged = {str(span) for span in sheet.merged_cells.ranges}
    assert {card.value_span for card in LAYOUT.cards} | {chart.finding_span for chart in LAYOUT.charts} <= merged
    assert {section.span for section in LAYOUT.sections} | {table.title_span for table in LAYOUT.tables} <= merged


def test_native_charts_point_at_the_declared_ranges(made: bytes, language: str) -> None:
    words = words_of(language)
    charts = {
        name: data.decode() for name, data in parts(made).items() if re.fullmatch(r"xl/charts/chart\d+\.xml", name)
    }
    assert len(charts) == len(LAYOUT.charts) == 11
    title = f"'{words.tab('dashboard')}'"
    in_order = sorted(charts.items(), key=lambda item: int(re.sub(r"\D", "", item[0])))
    for place, (_, xml) in zip(LAYOUT.charts, in_order, strict=True):
        references = set(re.findall(r"<(?:c:)?f>([^<]+)</", xml))
        wanted = {series.values for series in place.series if series.drawn} | {place.categories}
        for span in wanted:
            first, last = (re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", end) for end in span.split(":"))
            assert f"{title}!{first}:{last}" in references
        assert words.text(place.title_key) in xml
        assert "roundedCorners" in xml


def test_the_guide_links_to_every_tab_and_fits_a_small_screen(book: openpyxl.Workbook, language: str) -> None:
    words = words_of(language)
    sheet = book[words.tab("guide")]
    targets = {cell.hyperlink.location.rpartition("!")[0].strip("'") for row in sheet for cell in row if cell.hyperlink}
    assert targets == {words.tab(tab) for tab in TABS}
    assert sum((sheet.row_dimensions[row].height or 15) for row in range(1, sheet.max_row + 1)) <= 540 * 0.75 * 1.3
    assert sum(sheet.column_dimensions[letter].width for letter in "ABCDEF") * 7 <= 1300
    for row in sheet:
        for cell in row:
            assert "{" not in str(cell.value or "")
            if cell.coordinate.startswith("B") and re.match(r"\d\.", str(cell.value or "")):
                assert len(str(cell.value)) <= 98, "a step takes one line"


# ---- with rows


def test_rows_are_written_in_words_dates_and_numbers() -> None:
    rows = {
        "contracts": [
            {"contract_id": "00123", "account_id": "A-1", "title": "=1+1", "start_date": date(2026, 3, 1), "value": 1234.5,
             "auto_renew": "yes", "renewal_stage": "invoice_sent", "probability": 0.8, "renewal_period": "12M",
             "loss_reason": "casi firmado", "notes": "a\nb 😀 \x07", "owner": "", "closed_on": None},
        ],
        "tickets": [{"ticket_id": "T-1", "account_id": "A-1", "opened_at": datetime(2026, 11, 20, 9, 30)}],
        "interactions": [{"date": "2026-02-30", "account_id": "#N/A", "score": 9}],
    }  # fmt: skip
    data = template_bytes("es", rows, DAY)
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["Contratos"]
    cells = {column.key: sheet.cell(2, place) for place, column in enumerate(TABS["contracts"].columns, 1)}
    assert (cells["contract_id"].value, cells["contract_id"].number_format) == ("00123", "@")
    assert (cells["title"].value, cells["title"].data_type) == ("=1+1", "s")
    assert (cells["start_date"].value, cells["start_date"].number_format) == (datetime(2026, 3, 1), "dd/mm/yyyy_)")
    assert (cells["value"].value, cells["probability"].value) == (1234.5, 0.8)
    assert (cells["auto_renew"].value, cells["renewal_stage"].value) == ("sí", "factura enviada")
    assert cells["loss_reason"].value == "casi firmado"
    assert cells["notes"].value == "a\nb 😀 "
    assert {cells[key].value for key in ("owner", "closed_on", "status", "why", "problems")} == {None}
    assert book["Tickets"].cell(2, 4).value == datetime(2026, 11, 20, 9, 30)
    assert (book["Interacciones"].cell(2, 2).value, book["Interacciones"].cell(2, 3).value) == ("2026-02-30", "#N/A")
    assert book["Interacciones"].cell(2, 3).data_type == "s"


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ({"contracts": [{"status": "active"}]}, "status"),
        ({"contracts": [{"colour": "red"}]}, "colour"),
        ({"leads": []}, "leads"),
    ],
)
def test_what_is_not_the_peoples_is_refused_by_name(rows: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        template_bytes("en", rows, DAY)


def test_a_file_that_exists_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "crm.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        make_template(path, "ru")
    assert path.read_bytes() == b"mine"


def test_two_other_readers_find_the_sample(filled: bytes) -> None:
    rows = sample(7, DAY, "es")
    native = fastexcel.read_excel(filled)
    other = CalamineWorkbook.from_filelike(io.BytesIO(filled))
    for tab in PEOPLE_TABS:
        title = words_of("es").tab(tab.key)
        arrow = native.load_sheet(title, header_row=None, skip_rows=0, dtypes="string").to_arrow()
        assert arrow.num_rows == len(rows[tab.key]) + 1
        assert len(other.get_sheet_by_name(title).to_python()) == len(rows[tab.key]) + 1
        ids = [column.key for column in tab.columns].index(tab.id)
        expected = [row.get(tab.id) or None for row in rows[tab.key]]
        assert arrow.column(ids).to_pylist()[1:] == [None if each is None else str(each) for each in expected]


def test_the_runner_fills_its_columns_and_a_second_pass_is_the_same_bytes(filled: bytes) -> None:
    columns = {column.key: place for place, column in enumerate(TABS["contracts"].columns, 1)}
    count = len(sample(7, DAY, "es")["contracts"])
    rows = range(2, count + 2)
    people = {"Contratos": SheetEdit(columns={
        columns["days_to_expiry"]: ColumnEdit(rows, list(range(count))),
        columns["deadline"]: ColumnEdit(rows, [date(2026, 12, 24)] * count),
        columns["why"]: ColumnEdit(rows, ["= no es una fórmula"] * count),
    })}  # fmt: skip
    link = Formula('HYPERLINK("#Contratos!A3","Contratos!A3")', "Contratos!A3")
    owned = {
        "Agenda": SheetEdit(replace_below=ReplaceBelow(1, [[DAY, DAY, 3, "contrato", "C-1002", *[None] * 9, link]] * 3))
    }
    once = patch_book(filled, {**people, **owned})
    assert patch_book(once.data, {**people, **owned}).data == once.data
    sheet = openpyxl.load_workbook(io.BytesIO(once.data))["Contratos"]
    deadline = sheet.cell(count + 1, columns["deadline"])
    assert (deadline.value, deadline.number_format) == (datetime(2026, 12, 24), "dd/mm/yyyy_)")
    assert deadline.fill.fill_type == "solid"
    assert sheet.cell(2, columns["why"]).value == "= no es una fórmula"
    assert sheet.cell(2, 1).comment is None
    assert sheet.cell(1, columns["why"]).comment is not None
    kept = parts(filled)
    changed = {name for name, data in parts(once.data).items() if kept.get(name) != data}
    assert all(
        name.startswith(("xl/worksheets/sheet", "xl/workbook", "[Content", "xl/calc", "xl/_rels")) for name in changed
    )


# ---- in another program


@pytest.mark.proof
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_keeps_it_and_follows_its_links(filled: bytes, tmp_path: Path) -> None:
    link = Formula('HYPERLINK("#Contratos!A3","Contratos!"&"A3")', "")
    rows = [[DAY, DAY, 1, "contrato", "C-1002", *[None] * 9, link]]
    (tmp_path / "crm.xlsx").write_bytes(
        patch_book(filled, {"Agenda": SheetEdit(replace_below=ReplaceBelow(1, rows))}).data
    )
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx", "--outdir", "out", "crm.xlsx"],
        cwd=tmp_path, check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    book = openpyxl.load_workbook(tmp_path / "out" / "crm.xlsx")
    values = openpyxl.load_workbook(tmp_path / "out" / "crm.xlsx", data_only=True)
    before = openpyxl.load_workbook(io.BytesIO(filled))
    assert book.sheetnames == before.sheetnames
    for tab in ROW_TABS:
        title = words_of("es").tab(tab.key)
        assert [cell.value for cell in book[title][1]] == [cell.value for cell in before[title][1]]
        assert columns_kinds(book[title]) == columns_kinds(before[title])
        assert len(book[title].conditional_formatting) == len(before[title].conditional_formatting)
    assert len(book["Panel"]._charts) == len(LAYOUT.charts)
    assert values["Agenda"].cell(2, len(rows[0])).value == "Contratos!A3"


def columns_kinds(sheet: Worksheet) -> set[tuple[str, str, int]]:
    """(kind, style, column) of the validations of a tab's second row."""
    return {
        (rule.type, rule.errorStyle, column)
        for rule in sheet.data_validations.dataValidation
        for span in rule.sqref.ranges
        for column in range(span.min_col, span.max_col + 1)
        if span.min_row <= 2
    }
