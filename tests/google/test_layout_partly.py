"""A sheet with some of it: only what is missing is added, and nothing that people have is touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sheetcrm.schema import TABS
from sheetcrm.sync.google.layout import LaidOut, lay_out
from sheetcrm.sync.google.layout.board import MARK_KEY
from sheetcrm.views.layout import LATER_ROW, LAYOUT
from sheetcrm.words import words_of
from tests.google.laid_out import cells, sheets, texts, transport
from tests.sheets_server import SheetsServer

pytestmark = pytest.mark.proof

CONTRACTS = [
    ["My list of contracts"],
    [],
    [
        "Mine",
        "Código de contrato",
        "Código de cliente",
        "Fecha de inicio",
        "Fecha de fin",
        "Estado",
        "",
        "Notas de Ana",
    ],
    ["=1+1", "C-1", "A-1", 46000, 46400, "", "", "+34 600"],
    ["", "C-2", "A-1", 46000, 46400, "", "", "", "beside the table"],
]


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as started:
        yield started
        assert started.findings == []


def lay(server: SheetsServer, folder: Path, book: str, language: str = "en") -> LaidOut:
    return lay_out(transport(server, folder), book, language)


def values(server: SheetsServer, book: str, title: str) -> list[list[Any]]:
    found = server.client().http_client.values_get(book, f"'{title}'", {"valueRenderOption": "FORMULA"})
    return list(found.get("values", []))


def test_missing_columns_stand_right_of_everything_and_the_rest_stays(server: SheetsServer, tmp_path: Path) -> None:
    book = server.create("CRM", {"Contratos": CONTRACTS, "Notes of mine": [["keep", 1, True]]})
    done = lay(server, tmp_path, book, "es")
    after = values(server, book, "Contratos")
    for row, old in zip(after, CONTRACTS, strict=True):
        assert row[: len(old)] == old
    width = max(map(len, CONTRACTS))
    words = words_of("es")
    runner = [words.header("contracts", column.key) for column in TABS["contracts"].runner]
    assert after[2][width:] == [header for header in runner if header != "Estado"]
    assert done.columns["Contratos"] == tuple(header for header in runner if header != "Estado")
    assert values(server, book, "Notes of mine") == [["keep", 1, True]]
    assert not done.was_blank
    assert "Contratos" not in done.tabs
    assert "Agenda" in done.tabs
    again = lay(server, tmp_path, book, "es")
    assert (again.tabs, again.columns) == ((), {})


def test_added_columns_are_dressed_and_peoples_are_not(server: SheetsServer, tmp_path: Path) -> None:
    book = server.create("CRM", {"Contratos": CONTRACTS})
    lay(server, tmp_path, book, "es")
    tab = sheets(server, book)["Contratos"]
    head = cells(server_rows(server, book, "'Contratos'!1:4"))[2]
    added = [place for place, cell in enumerate(head) if cell.get("note")]
    assert added == list(range(9, 9 + len(TABS["contracts"].runner) - 1))
    assert all("userEnteredFormat" not in head[place] for place in range(9))
    (warned,) = tab["protectedRanges"]
    assert warned["warningOnly"]
    assert (warned["range"]["startRowIndex"], warned["range"]["startColumnIndex"]) == (3, 9)
    for rule in tab["conditionalFormats"]:
        (area,) = rule["ranges"]
        assert (area["startRowIndex"], area["startColumnIndex"] >= 9) == (3, True)


def server_rows(server: SheetsServer, book: str, span: str) -> dict[str, Any]:
    told = server.client().http_client.fetch_sheet_metadata(book, {"includeGridData": "true", "ranges": [span]})
    return dict(told["sheets"][0])


def test_a_tab_as_wide_as_its_grid_grows(server: SheetsServer, tmp_path: Path) -> None:
    rows = [["contract_id", "account_id", "start_date", *(f"mine {n}" for n in range(23))]]
    book = server.create("CRM", {"Contracts": rows})
    lay(server, tmp_path, book)
    assert texts(sheets(server, book)["Contracts"])[:26] == rows[0]
    assert len(values(server, book, "Contracts")[0]) == 26 + len(TABS["contracts"].runner)


def test_headers_in_other_languages_are_found(server: SheetsServer, tmp_path: Path) -> None:
    russian, spanish = words_of("ru"), words_of("es")
    rows = [[(russian if n % 2 else spanish).header("tickets", c.key) for n, c in enumerate(TABS["tickets"].columns)]]
    book = server.create("CRM", {spanish.tab("tickets"): rows})
    done = lay(server, tmp_path, book)
    assert done.columns == {}
    assert values(server, book, spanish.tab("tickets")) == rows


def test_a_blank_tab_of_ours_is_drawn_in_place(server: SheetsServer, tmp_path: Path) -> None:
    book = server.create("CRM", {"Mine": [["x"]], "Contracts": [], "Dashboard": []})
    ids = {sheet.title: sheet.id for sheet in server.book(book).sheets}
    lay(server, tmp_path, book)
    after = sheets(server, book)
    assert [after[title]["properties"].get("sheetId", 0) for title in ids] == list(ids.values())
    assert list(after)[:3] == ["Mine", "Contracts", "Dashboard"]
    assert texts(after["Contracts"])[0] == "Contract ID"
    assert len(after["Dashboard"]["charts"]) == len(LAYOUT.charts)


def test_what_is_not_ours_is_left_alone_and_told(server: SheetsServer, tmp_path: Path) -> None:
    tabs = {"Contracts": [["Contract ID", "Account ID", "Notes"], ["C-1", "A-1", ""]], "Dashboard": [["My own"]]}
    book = server.create("CRM", {**tabs, "Tasks": [["buy milk"]]})
    done = lay(server, tmp_path, book)
    assert done.lacking == {"Contracts": ("Start date",)}
    assert set(done.strange) == {"Dashboard", "Tasks"}
    for title, rows in {**tabs, "Tasks": [["buy milk"]]}.items():
        assert values(server, book, title) == [[cell for cell in row if cell != ""] for row in rows]


def test_a_tab_with_one_formula_is_not_blank(server: SheetsServer, tmp_path: Path) -> None:
    book = server.create("CRM", {"Dashboard": [], "Sheet2": []})
    server.client().http_client.values_update(
        book, "Dashboard!B2", {"valueInputOption": "USER_ENTERED"}, {"values": [["=1+1"]]}
    )
    assert lay(server, tmp_path, book).strange == ("Dashboard",)


def test_charts_are_drawn_again_only_when_their_layout_changes(server: SheetsServer, tmp_path: Path) -> None:
    book = server.create("CRM", {"x": []})
    lay(server, tmp_path, book)
    board = next(sheet for sheet in server.book(book).sheets if sheet.title == "Dashboard")
    charts = board.parts["charts"]
    moved = {**charts[0]["position"]["overlayPosition"], "offsetXPixels": 7}
    board.parts["charts"] = [{**charts[0], "position": {"overlayPosition": moved}}, *charts[2:]]
    assert lay(server, tmp_path, book).charts == 1  # the one that is gone
    assert lay(server, tmp_path, book).charts == 0
    entry = next(e for e in server.book(book).metadata.values() if e["metadataKey"] == MARK_KEY)
    entry["metadataValue"] = "an older drawing"
    assert lay(server, tmp_path, book).charts == len(LAYOUT.charts) + 1  # and their mark
    drawn = {chart["chartId"]: chart for chart in board.parts["charts"]}
    assert len(drawn) == len(LAYOUT.charts)
    assert drawn[charts[0]["chartId"]]["position"]["overlayPosition"]["offsetXPixels"] == 7
    assert lay(server, tmp_path, book).charts == 0


def test_a_refused_drawing_leaves_nothing_half_done(server: SheetsServer, tmp_path: Path) -> None:
    """Somebody adds a tab of ours between the look and the drawing."""
    book = server.create("CRM", {"x": []})
    server.between(lambda: server.client().open_by_key(book).add_worksheet("Team", 5, 5), path=":batchUpdate")
    with pytest.raises(Exception, match="already exists"):
        lay(server, tmp_path, book)
    assert {sheet.title for sheet in server.book(book).sheets} == {"x", "Team"}
    done = lay(server, tmp_path, book)
    assert "Team" in done.tabs
    assert {"x", "Guide"} <= {sheet.title for sheet in server.book(book).sheets}


def test_what_is_added_speaks_the_sheets_language(server: SheetsServer, tmp_path: Path) -> None:
    book = server.create("CRM", {"Contratos": CONTRACTS})
    done = lay(server, tmp_path, book, "")
    assert done.language == "es"
    assert words_of("es").tab("agenda") in done.tabs
    assert lay(server, tmp_path, server.create("blank", {"x": []}), "").language == "es"


def test_a_dashboard_that_people_renamed_keeps_its_charts(server: SheetsServer, tmp_path: Path) -> None:
    book = server.create("CRM", {"x": []})
    lay(server, tmp_path, book)
    old = next(sheet for sheet in server.book(book).sheets if sheet.title == "Dashboard")
    server.client().open_by_key(book).worksheet("Dashboard").update_title("Board of 2025")
    kept = old.parts["charts"]
    assert lay(server, tmp_path, book).tabs == ("Dashboard",)
    assert old.parts["charts"] == kept
    assert len(sheets(server, book)["Dashboard"]["charts"]) == len(LAYOUT.charts)


def test_a_dashboard_of_an_earlier_version_gets_no_charts_of_sections_that_it_lacks(
    server: SheetsServer, tmp_path: Path
) -> None:
    book = server.create("CRM", {"x": []})
    lay(server, tmp_path, book)
    first = {place.title_key for place in LAYOUT.first_charts}
    titles = {words_of("en").text(key) for key in first}
    board = next(sheet for sheet in server.book(book).sheets if sheet.title == "Dashboard")
    board.parts["charts"] = [chart for chart in board.parts["charts"] if chart["spec"]["title"] in titles]
    server.client().open_by_key(book).worksheet("Dashboard").batch_clear([f"A48:L{LATER_ROW}", f"N62:S{LATER_ROW}"])
    entry = next(e for e in server.book(book).metadata.values() if e["metadataKey"] == MARK_KEY)
    entry["metadataValue"] = "an older drawing"
    assert lay(server, tmp_path, book).charts == len(first) + 1
    assert {chart["spec"]["title"] for chart in board.parts["charts"]} == titles
    assert lay(server, tmp_path, book).charts == 0
