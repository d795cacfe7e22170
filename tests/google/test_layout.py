"""A blank Google spreadsheet, laid out: the same workbook as the Excel template, in one call, and nothing the second time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sheetcrm.resources import resource
from sheetcrm.schema import PEOPLE_TABS, TABS
from sheetcrm.sync.google.layout import lay_out
from sheetcrm.sync.google.layout.board import MARK_KEY
from sheetcrm.views.layout import LAYOUT
from sheetcrm.views.look.filters import filter_views
from sheetcrm.views.look.tabs import ORDER
from sheetcrm.words import words_of
from tests.google.laid_out import cells, sheets, texts, transport
from tests.sheets_server import SheetsServer

ROW_TABS = [tab for tab in TABS.values() if tab.columns]


@pytest.fixture(scope="module")
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as started:
        yield started
        assert started.findings == []


@pytest.fixture(scope="module", params=[pytest.param("es", marks=pytest.mark.proof), "en", "ru"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def book(server: SheetsServer, language: str) -> str:
    return server.create("CRM", {"Hoja 1": []})


@pytest.fixture(scope="module")
def laid(server: SheetsServer, book: str, language: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The spreadsheet after ``init``: title → tab."""
    calls = transport(server, tmp_path_factory.mktemp("key"))
    done = lay_out(calls, book, language)
    assert calls.traffic.as_dict()["apart"] == {"layout": 3}
    assert done.was_blank
    assert len(done.tabs) == 15
    return sheets(server, book)


@pytest.fixture(scope="module")
def template(language: str) -> openpyxl.Workbook:
    with resource(f"templates/sheetcrm-{language}.xlsx").open("rb") as file:
        return openpyxl.load_workbook(file)


def below_header(sheet: dict[str, Any], column: int) -> dict[str, Any]:
    return cells(sheet)[1][column] if column < len(cells(sheet)[1]) else {}


def test_tabs_stand_in_reading_order_and_none_is_left_over(laid: dict[str, Any], language: str) -> None:
    words = words_of(language)
    assert list(laid) == [words.tab("guide"), *(words.tab(tab) for tab in ORDER)]


def test_headers_and_notes_are_the_templates(laid: dict[str, Any], template: openpyxl.Workbook, language: str) -> None:
    for tab in ROW_TABS:
        title = words_of(language).tab(tab.key)
        heads = cells(laid[title])[0]
        expected = next(template[title].iter_rows(max_row=1))
        assert [cell["formattedValue"] for cell in heads] == [cell.value for cell in expected]
        assert [cell["note"] for cell in heads] == [cell.comment.text for cell in expected if cell.comment]


def test_number_formats_are_the_templates_without_their_air(
    laid: dict[str, Any], template: openpyxl.Workbook, language: str
) -> None:
    for tab in ROW_TABS:
        title = words_of(language).tab(tab.key)
        for place, letter in enumerate(openpyxl.utils.get_column_letter(i) for i in range(1, len(tab.columns) + 1)):
            wanted = template[title].column_dimensions[letter].number_format.replace("_)", "")
            found = below_header(laid[title], place)["userEnteredFormat"].get("numberFormat", {})
            assert found.get("pattern", "General") == wanted
            kind = found.get("type")
            assert (kind in ("DATE", "DATE_TIME")) == tab.columns[place].type.is_date
            assert (kind == "TEXT") == (wanted == "@")


def test_dropdowns_offer_the_templates_words_and_never_refuse(laid: dict[str, Any], language: str) -> None:
    words = words_of(language)
    seen = 0
    for tab in PEOPLE_TABS:
        for place, column in enumerate(tab.columns):
            rule = below_header(laid[words.tab(tab.key)], place).get("dataValidation")
            if column.by_runner:
                assert rule is None
            elif column.values:
                offered = [value["userEnteredValue"] for value in rule["condition"]["values"]]
                assert offered == [words.value(column.value_set, key) for key in column.values]
                assert not rule.get("strict")
                seen += 1
    assert seen > 20


def test_owners_and_accounts_are_offered_from_their_tabs(laid: dict[str, Any], language: str) -> None:
    words = words_of(language)
    contracts = laid[words.tab("contracts")]
    places = {column.key: place for place, column in enumerate(TABS["contracts"].columns)}
    owner = below_header(contracts, places["owner"])["dataValidation"]["condition"]
    account = below_header(contracts, places["account_id"])["dataValidation"]["condition"]
    name = [column.key for column in TABS["team"].columns].index("name")
    letter = openpyxl.utils.get_column_letter(name + 1)
    assert owner["values"] == [{"userEnteredValue": f"='{words.tab('team')}'!${letter}$2:${letter}"}]
    assert account["values"] == [{"userEnteredValue": f"='{words.tab('accounts')}'!$A$2:$A"}]


def test_the_runners_columns_warn_and_lock_nothing(laid: dict[str, Any], language: str) -> None:
    for tab in ROW_TABS:
        sheet = laid[words_of(language).tab(tab.key)]
        warned = set()
        for each in sheet["protectedRanges"]:
            assert each["warningOnly"]
            assert each["requestingUserCanEdit"]
            area = each["range"]
            assert area["startRowIndex"] == 1
            assert "endRowIndex" not in area  # also the rows that come later
            warned.update(range(area["startColumnIndex"], area["endColumnIndex"]))
        assert warned == {place for place, column in enumerate(tab.columns) if column.by_runner}


def test_highlights_are_as_many_as_the_templates_and_need_no_separator(
    laid: dict[str, Any], template: openpyxl.Workbook, language: str
) -> None:
    """What separates a function's arguments, comma or semicolon, depends on the spreadsheet's country."""
    for tab in ROW_TABS:
        title = words_of(language).tab(tab.key)
        expected = sum(len(each.rules) for each in template[title].conditional_formatting)
        rules = laid[title].get("conditionalFormats", [])
        assert len(rules) == expected
        for rule in rules:
            formula = rule["booleanRule"]["condition"]["values"][0]["userEnteredValue"]
            assert formula.startswith("=")
            assert not re.search(r"[,;]", re.sub(r'"[^"]*"', "", formula))


def test_heads_stay_in_view_and_filter(laid: dict[str, Any], language: str) -> None:
    for tab in ROW_TABS:
        sheet = laid[words_of(language).tab(tab.key)]
        assert sheet["properties"]["gridProperties"]["frozenRowCount"] == 1
        area = sheet["basicFilter"]["range"]
        assert area.get("startRowIndex", 0) == 0
        assert area["endColumnIndex"] == len(tab.columns)


def test_columns_fold_as_in_the_template(laid: dict[str, Any], template: openpyxl.Workbook, language: str) -> None:
    for tab in ROW_TABS:
        title = words_of(language).tab(tab.key)
        looks = template[title].column_dimensions
        wanted = [at for at in range(len(tab.columns)) if looks[openpyxl.utils.get_column_letter(at + 1)].outlineLevel]
        groups = laid[title].get("columnGroups", [])
        folded = [at for group in groups for at in range(group["range"]["startIndex"], group["range"]["endIndex"])]
        assert folded == wanted
        assert all(group["depth"] == 1 and not group.get("collapsed") for group in groups)
        assert not laid[title]["properties"]["gridProperties"].get("columnGroupControlAfter")


def test_named_views_filter_and_sort_by_the_sheets_own_words(laid: dict[str, Any], language: str) -> None:
    words = words_of(language)
    for tab in ROW_TABS:
        views = laid[words.tab(tab.key)].get("filterViews", [])
        assert [view["title"] for view in views] == [
            words.text(f"filter.{tab.key}.{each.key}") for each in filter_views(tab)
        ]
        for view in views:
            assert "endRowIndex" not in view["range"]  # also the rows that come later
            assert view["range"]["endColumnIndex"] == len(tab.columns)
    red = laid[words.tab("accounts")]["filterViews"][0]
    places = {column.key: place for place, column in enumerate(TABS["accounts"].columns)}
    named, band = red["filterSpecs"]
    assert (named["columnIndex"], named["filterCriteria"]["condition"]) == (0, {"type": "NOT_BLANK"})
    assert band["columnIndex"] == places["health_band"]
    said = {"type": "TEXT_EQ", "values": [{"userEnteredValue": words.value("health_band", "red")}]}
    assert band["filterCriteria"]["condition"] == said
    (order,) = red["sortSpecs"]
    assert (order["dimensionIndex"], order["sortOrder"]) == (places["annual_value"], "DESCENDING")


def test_the_dashboard_has_its_labels_and_charts(
    laid: dict[str, Any], template: openpyxl.Workbook, language: str
) -> None:
    title = words_of(language).tab("dashboard")
    shown = {
        (row, col): cell["formattedValue"]
        for row, values in enumerate(cells(laid[title]), 1)
        for col, cell in enumerate(values, 1)
        if cell.get("formattedValue")
    }
    assert shown == {(c.row, c.column): c.value for row in template[title].iter_rows() for c in row if c.value}
    charts = laid[title]["charts"]
    assert [chart["spec"]["title"] for chart in charts] == [
        words_of(language).text(place.title_key) for place in LAYOUT.charts
    ]
    assert [entry["metadataKey"] for entry in laid[title]["developerMetadata"]] == [MARK_KEY]


def test_the_guide_leads_to_every_tab(laid: dict[str, Any], language: str) -> None:
    words = words_of(language)
    links = {
        cell["formattedValue"]: cell["hyperlink"]
        for row in cells(laid[words.tab("guide")])
        for cell in row
        if cell.get("hyperlink")
    }
    assert links == {words.tab(tab): f"#gid={laid[words.tab(tab)]['properties'].get('sheetId', 0)}" for tab in ORDER}


def test_a_second_time_changes_nothing(
    server: SheetsServer, book: str, laid: dict[str, Any], language: str, tmp_path: Path
) -> None:
    calls = transport(server, tmp_path)
    done = lay_out(calls, book, language)
    assert (done.tabs, done.columns, done.charts) == ((), {}, 0)
    assert not calls.traffic.writes
    assert sheets(server, book) == laid


def test_headers_are_found_by_a_run(server: SheetsServer, book: str, laid: dict[str, Any], language: str) -> None:
    title = words_of(language).tab("contracts")
    assert texts(laid[title])[:2] == [
        words_of(language).header("contracts", key) for key in ("contract_id", "account_id")
    ]
