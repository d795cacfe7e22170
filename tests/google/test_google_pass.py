"""Whole runs on a Google Sheet, over real HTTP: the same plan and cells as on Excel, no write without a change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sheetcrm.cli.planned import edits
from sheetcrm.run import Job, run
from sheetcrm.sync.excel.backend import ExcelBackend
from tests.google.desk import DAY, Desk, small_book
from tests.settings import without_matters
from tests.sheets_server import SheetsServer


def next_night(desk: Desk, backend: Any) -> Job:
    """A pass with new numbers, no mail (it is night) and no task: a steady one."""
    night = DAY + timedelta(days=1)
    job = desk.job(backend, as_of=night)
    return replace(job, cfg=without_matters(job.cfg), now=datetime.combine(night, time(23)))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with SheetsServer() as server:
        yield Desk(server, tmp_path, server.create(tabs=small_book()))
        assert server.findings == []


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from sheetcrm.cli.setup import make

    path = tmp_path_factory.mktemp("sample") / "crm.xlsx"
    make(path, path.with_name("config.yaml"), "en", sample=True, seed=1, today=DAY)
    return path


def plain(value: Any) -> Any:
    """A cell of either program: dates as serial numbers, minutes rounded, blank as one thing."""
    if isinstance(value, datetime):
        value = (value - datetime(1899, 12, 30)) / timedelta(days=1)
    elif isinstance(value, date):
        value = (value - date(1899, 12, 30)).days
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(value, 4)
    return "" if value is None else value


def filled(rows: Iterable[Iterable[Any]]) -> dict[tuple[int, int], Any]:
    """The cells that hold something, without formulas."""
    cells = {
        (row, column): plain(value)
        for row, values in enumerate(rows, start=1)
        for column, value in enumerate(values, start=1)
    }
    return {place: value for place, value in cells.items() if value != "" and not str(value).startswith("=")}


def test_the_same_workbook_gives_the_same_plan_and_the_same_cells_as_on_excel(sample: Path, tmp_path: Path) -> None:
    with SheetsServer() as server:
        desk = Desk(server, tmp_path, server.load_xlsx(sample))
        book = tmp_path / "crm.xlsx"
        book.write_bytes(sample.read_bytes())
        excel = ExcelBackend(book, desk.cfg.excel, tmp_path / "backups")
        google_run, excel_run = run(desk.job()), run(desk.job(excel, state="excel"))
        assert google_run.state == excel_run.state == "done"
        ours, theirs = google_run.plan, excel_run.plan
        assert list(edits(ours.blocks)) == list(edits(theirs.blocks))
        assert (ours.rows, ours.tabs, ours.dashboard) == (theirs.rows, theirs.tabs, theirs.dashboard)
        assert (ours.alerts, ours.messages, ours.problems) == (theirs.alerts, theirs.messages, theirs.problems)
        assert len(ours.problems) > 10  # the sample has every mistake of the domain in it
        for sheet in openpyxl.load_workbook(book, read_only=True).worksheets:
            tab, expected = sheet.title, filled(sheet.iter_rows(values_only=True))
            google = filled(desk.values(tab))
            unlike = {place for place in expected if google.get(place) != expected[place]}
            if tab == "Dashboard":  # each workbook has an id of its own
                assert len(unlike) == 1
                unlike = set()
            assert not unlike, (tab, sorted(unlike)[:5])
        assert run(desk.job()).state == "unchanged"
        assert server.findings == []


def test_a_second_run_writes_nothing(desk: Desk) -> None:
    assert run(desk.job()).state == "done"
    before = {sheet.title: desk.values(sheet.title) for sheet in desk.server.book(desk.file_id).sheets}
    backend = desk.backend()
    assert run(desk.job(backend)).state == "unchanged"
    assert backend.transport.traffic.as_dict()["reads"] == 2
    assert backend.transport.traffic.writes.total() == 0
    assert {sheet.title: desk.values(sheet.title) for sheet in desk.server.book(desk.file_id).sheets} == before


def test_a_steady_pass_is_four_reads_and_one_write(desk: Desk) -> None:
    run(desk.job())
    backend = desk.backend()
    report = run(next_night(desk, backend))
    assert (report.state, dict(report.letters)["sent"]) == ("done", 0)
    calls = backend.transport.traffic.as_dict()
    assert (calls["reads"], calls["writes"], calls["apart"]) == (4, 1, {"lock": 2})
    assert desk.column("Contracts", "Days to expiry") == [7, -328, 50]


@pytest.mark.proof
def test_ten_thousand_rows_of_twenty_columns_are_the_same_few_calls(desk: Desk, tmp_path: Path) -> None:
    tabs = small_book()
    header, rows = tabs["Contracts"][0], tabs["Contracts"][1:]
    more = [[f"C-{n}", "A-1", 45993, 46900 + n % 300, n, "", "", "", "note"] for n in range(10, 10_010)]
    tabs["Contracts"] = [[*header, *(f"mine {n}" for n in range(11))], *rows, *([*row, *range(11)] for row in more)]
    desk.file_id = desk.server.create(tabs=tabs)
    first = desk.backend()
    run(desk.job(first))
    assert (first.transport.traffic.as_dict()["reads"], first.transport.traffic.as_dict()["writes"]) == (4, 1)
    backend = desk.backend()
    run(next_night(desk, backend))
    calls = backend.transport.traffic.as_dict()
    assert (calls["reads"], calls["writes"], calls["apart"]) == (4, 1, {"lock": 2})
    assert desk.column("Contracts", "Days to expiry")[3] == (46900 + 10 - 46350)


def test_text_that_looks_like_a_formula_stays_text(desk: Desk) -> None:
    people = desk.server.people(desk.file_id)
    traps = ["=IMPORTXML(1)", "+1", "@x", "'apostrophe"]
    sheet = desk.server.book(desk.file_id).tab("Accounts")
    for row, text in enumerate(traps, start=1):
        sheet.grid.put(row, 0, f"A-{row}")
        sheet.grid.put(row, 1, text)
        sheet.grid.put(row, 2, "ana@example.com")
    run(desk.job())
    assert desk.column("Accounts", "Name") == traps
    titles = [title for title in desk.column("Tasks", "Task") if "IMPORTXML" in title or "+1" in title]
    assert titles
    for sheet in desk.server.book(desk.file_id).sheets:
        for row in range(1, len(desk.values(sheet.title)) + 1):
            for column in range(12):
                assert sheet.grid.extra(row - 1, column).formula is None
    assert people.value("Contracts", "I2") == "=IMPORTXML(1)"


def test_people_sort_and_acknowledge_in_the_alerts_tab(desk: Desk) -> None:
    run(desk.job())
    people = desk.server.people(desk.file_id)
    keys = desk.column("Alerts", "Key")
    assert len(keys) == len(set(keys)) > 3
    people.type("Alerts", "H3", "Ana")
    acknowledged = keys[1]
    people.sort("Alerts", "Key", descending=True)
    people.insert_row("Alerts", 2, ["", "", "", "", "", "our own note"])
    run(desk.job(as_of=DAY + timedelta(days=9)))
    after = desk.values("Alerts")
    header = after[0]
    rows = [dict(zip(header, row, strict=False)) for row in after[1:]]
    assert {row.get("Key"): row.get("Acknowledged by") for row in rows if row.get("Acknowledged by")} == {
        acknowledged: "Ana"
    }
    assert sum(row.get("Why") == "our own note" for row in rows) == 1
    assert len({row.get("Key") for row in rows if row.get("Key")}) >= len(keys)


def test_a_protected_column_is_left_and_the_rest_is_written(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.server.people(desk.file_id).protect("Contracts", "Status")
    assert run(desk.job()).state == "done"
    assert desk.column("Contracts", "Days to expiry") == [8, -327, 51]
    assert set(desk.column("Contracts", "Status")) == {""}
    assert "protected" in caplog.text


def test_a_grid_that_is_too_small_grows(desk: Desk) -> None:
    from sheetcrm.words import words_of

    words = words_of("en")
    tabs = small_book()
    tabs[words.tab("problems")] = [[words.header("problems", key) for key in ("tab", "cell", "problem", "fix")]]
    tabs["Contracts"] += [[f"X-{n}", "A-1", "not a date", 46400] for n in range(1500)]
    desk.file_id = desk.server.create(tabs=tabs)
    run(desk.job())
    assert desk.server.book(desk.file_id).tab(words.tab("problems")).rows > 1500
    assert len(desk.values(words.tab("problems"))) > 1500
