"""A laid out Google spreadsheet, exported as .xlsx: to the eye it is the Excel template."""

from __future__ import annotations

import io
from collections.abc import Iterator

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sheetcrm.resources import resource
from sheetcrm.schema import TABS
from sheetcrm.sync.google.layout import lay_out, tabs
from sheetcrm.views.layout import LAYOUT
from sheetcrm.words import words_of
from tests.google.laid_out import transport
from tests.sheets_server import SheetsServer

pytestmark = pytest.mark.proof

ROW_TABS = [tab for tab in TABS.values() if tab.columns]
PLAIN = "FFFFFFFF"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[openpyxl.Workbook]:
    with SheetsServer() as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(tabs, "ROWS", 4)  # an export writes every cell that has a look
        book = server.create("CRM", {"Sheet1": []})
        lay_out(transport(server, tmp_path_factory.mktemp("key")), book, "en")
        yield openpyxl.load_workbook(io.BytesIO(server.export_xlsx(book)))
        assert server.findings == []


@pytest.fixture(scope="module")
def template() -> openpyxl.Workbook:
    with resource("templates/sheetcrm-en.xlsx").open("rb") as file:
        return openpyxl.load_workbook(file)


def ground(sheet: Worksheet, address: str) -> str:
    fill = sheet[address].fill
    return str(fill.fgColor.rgb).upper()[-6:] if fill.fill_type == "solid" else PLAIN[-6:]


def letters(sheet: Worksheet, address: str) -> tuple[object, ...]:
    font = sheet[address].font
    return float(font.size), bool(font.bold), bool(font.italic), str(font.color.rgb).upper()[-6:] if font.color else ""


def test_columns_are_as_wide_and_fold_alike(exported: openpyxl.Workbook, template: openpyxl.Workbook) -> None:
    for tab in ROW_TABS:
        title = words_of("en").tab(tab.key)
        for place in range(1, len(tab.columns) + 1):
            here, there = (book[title].column_dimensions[get_column_letter(place)] for book in (exported, template))
            assert here.width == pytest.approx(there.width, abs=0.5), (tab.key, place)
            assert (here.outlineLevel or 0, here.hidden) == (there.outlineLevel or 0, there.hidden)
        assert exported[title].freeze_panes == template[title].freeze_panes
        assert exported[title].sheet_properties.tabColor.rgb[-6:] == template[title].sheet_properties.tabColor.rgb[-6:]


def test_headers_look_and_explain_themselves_alike(exported: openpyxl.Workbook, template: openpyxl.Workbook) -> None:
    for tab in ROW_TABS:
        here, there = (book[words_of("en").tab(tab.key)] for book in (exported, template))
        for place in range(1, len(tab.columns) + 1):
            cell = f"{get_column_letter(place)}1"
            assert (ground(here, cell), letters(here, cell)) == (ground(there, cell), letters(there, cell)), cell
            assert here[cell].comment.text == there[cell].comment.text
            edges = [sheet[cell].border.bottom for sheet in (here, there)]
            assert [edge.style for edge in edges] == ["thick"] * 2
            assert len({str(edge.color.rgb).upper()[-6:] for edge in edges}) == 1


def test_the_same_words_are_tinted_and_offered(exported: openpyxl.Workbook, template: openpyxl.Workbook) -> None:
    for tab in ROW_TABS:
        counts = []
        for book in (exported, template):
            sheet = book[words_of("en").tab(tab.key)]
            rules = [rule for span in sheet.conditional_formatting for rule in span.rules]
            grounds = sorted(str(rule.dxf.fill.bgColor.rgb).upper()[-6:] for rule in rules)
            lists = sum(rule.type == "list" for rule in sheet.data_validations.dataValidation)
            counts.append((grounds, lists > 0))
        assert counts[0] == counts[1], tab.key


def test_the_dashboard_and_the_guide_look_alike(exported: openpyxl.Workbook, template: openpyxl.Workbook) -> None:
    words = words_of("en")
    here, there = (book[words.tab("dashboard")] for book in (exported, template))
    for address in (*(address for address, _ in LAYOUT.labels()), *LAYOUT.written()):
        assert ground(here, address) == ground(there, address), address
        assert letters(here, address) == letters(there, address), address
    assert len(here._charts) == len(there._charts) == len(LAYOUT.charts)  # type: ignore[attr-defined]
    merged = [{str(span) for span in sheet.merged_cells.ranges} for sheet in (here, there)]
    assert merged[0] == merged[1]
    here, there = (book[words.tab("guide")] for book in (exported, template))
    for row in there.iter_rows():
        for cell in row:
            if cell.value:
                assert here[cell.coordinate].value == cell.value
                assert ground(here, cell.coordinate) == ground(there, cell.coordinate)


def test_the_examples_are_the_same(exported: openpyxl.Workbook, template: openpyxl.Workbook) -> None:
    for tab in ROW_TABS:
        here, there = (
            [cell.value for cell in book[words_of("en").tab(tab.key)][2]][: len(tab.columns)]
            for book in (exported, template)
        )
        assert here == there, tab.key
