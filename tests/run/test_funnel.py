"""The renewal funnel through whole runs on every kind of workbook: rows come once, and carry their computed cells."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.table import Table

from sheetcrm.appended import by_name
from sheetcrm.config import Config, load
from sheetcrm.mail.files import FilesTransport
from sheetcrm.model import NewRow
from sheetcrm.run import Job, Report, run
from sheetcrm.schema import TABS
from sheetcrm.sync.backend import Backend
from sheetcrm.sync.excel.backend import ExcelBackend
from tests.backends.places import PLACES, Grid, OnExcel, Place
from tests.run.conftest import Office
from tests.settings import without_matters
from tests.tables import snapshot

DAY = date(2026, 11, 23)


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


CONTRACTS: tuple[dict[str, Any], ...] = (
    {
        "contract_id": "W",
        "start_date": ago(380),
        "end_date": ago(16),
        "value": 1000,
        "renewal_stage": "payment_received",
    },
    {"contract_id": "A", "start_date": ago(900), "end_date": ago(536), "value": 2400, "auto_renew": "yes"},
    {"contract_id": "S", "start_date": ago(305), "end_date": ago(-59), "value": 600, "renewal_stage": "contacted"},
    {"contract_id": "R", "start_date": ago(374), "end_date": ago(9), "value": 300, "renewal_stage": "proposal"},
)


def book(**more: Grid) -> dict[str, Grid]:
    """All tabs with all columns, and a few rows."""
    rows: dict[str, list[dict[str, Any]]] = {
        "contracts": [{"account_id": "A-1", "title": f"{row['contract_id']} 😀\nline", **row} for row in CONTRACTS],
        "accounts": [{"account_id": "A-1", "name": "Norte", "owner": "Ana", "tier": "standard"}],
        "team": [{"email": "ana@example.com", "name": "Ana", "role": "owner"}],
    }
    tabs: dict[str, Grid] = {}
    for tab in TABS.values():
        if not tab.columns:
            continue
        keys = [column.key for column in tab.columns]
        tabs[tab.key] = [list(keys), *([row.get(key) for key in keys] for row in rows.get(tab.key, ()))]
    return {**tabs, **more}


def at(*quick: str) -> list[Any]:
    """Every kind of workbook; what does not depend on its kind is tried on these alone, and on the others by proof."""
    return [pytest.param(name, marks=() if name in quick else pytest.mark.proof) for name in PLACES]


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    made: Place = PLACES[request.param](tmp_path)
    yield made
    made.close()


def settings() -> Config:
    """Quiet about all but the renewal stages, and in no hurry for a locked workbook."""
    cfg = without_matters(load())
    return cfg.model_copy(update={"mail": cfg.mail.model_copy(update={"allowed": ("example.com",)})})


def pass_of(backend: Backend, folder: Path, day: date = DAY, *, cfg: Config | None = None) -> Report:
    """One run as of a day, at ten in the morning."""
    clock: Callable[[], datetime] = lambda: datetime(day.year, day.month, day.day, 10, tzinfo=UTC)  # noqa: E731
    state = folder / "state"
    return run(Job(cfg or settings(), backend, state, day, clock, lambda: FilesTransport(state / "outbox")))


def rows_of(place: Place, tab: str) -> list[dict[str, Any]]:
    """The records of a tab: those with an id."""
    head, *rows = place.values(tab)
    found = [dict(zip(head, [*row, *[None] * len(head)], strict=False)) for row in rows]
    return [{key: value for key, value in row.items() if value not in (None, "")} for row in found if row[head[0]]]


@pytest.mark.parametrize("place", PLACES, indirect=True)
def test_rows_come_to_three_tabs_in_one_run_and_the_second_does_nothing(place: Place, tmp_path: Path) -> None:
    backend = place.put(book())
    first = pass_of(backend, tmp_path)
    assert first.state == "done"
    contracts = {row["contract_id"]: row for row in rows_of(place, "contracts")}
    assert list(contracts) == ["W", "A", "S", "R", "W/2", "A/2", "A/3"]
    for name in ("W/2", "A/2", "A/3"):
        assert contracts[name]["title"] == f"{name[0]} 😀\nline"
        assert contracts[name]["status"]
        assert contracts[name]["why"]
    assert contracts["A/2"]["predecessor_id"] == "A"
    assert {row["owner"] for tab in ("opportunities", "tasks") for row in rows_of(place, tab)} == {"Ana"}
    assert [row["contract_id"] for row in rows_of(place, "opportunities")] == ["S", "R"]
    assert {row["kind"] for row in rows_of(place, "opportunities")} == {"renewal", "recovery"}
    assert {row["contract_id"] for row in rows_of(place, "tasks")} >= {"S", "R"}
    second = pass_of(backend, tmp_path)
    assert (second.state, second.cells, len(second.plan.rows)) == ("unchanged", 0, 0)
    tomorrow = pass_of(backend, tmp_path, DAY + timedelta(days=1))
    assert not [row for row in tomorrow.plan.rows if row.tab != "tasks"]
    assert pass_of(backend, tmp_path, DAY + timedelta(days=1)).state == "unchanged"


@pytest.mark.parametrize("place", at("memory"), indirect=True)
def test_what_people_delete_or_set_back_is_theirs(place: Place, tmp_path: Path) -> None:
    backend = place.put(book())
    pass_of(backend, tmp_path)
    heads = list(place.values("contracts")[0])
    for row, cells in enumerate(place.values("contracts"), start=1):
        if cells[0] == "W/2":
            for column in range(1, len(heads) + 1):
                place.type("contracts", row, column, None)
        if cells[0] == "A":
            place.type("contracts", row, heads.index("auto_renew") + 1, "no")
    for row in range(2, 2 + len(rows_of(place, "opportunities"))):
        for column in range(1, len(place.values("opportunities")[0]) + 1):
            place.type("opportunities", row, column, None)
    after = pass_of(backend, tmp_path, DAY + timedelta(days=1))
    assert [row["contract_id"] for row in rows_of(place, "contracts")] == ["W", "A", "S", "R", "A/2", "A/3"]
    assert not rows_of(place, "opportunities")
    assert ("successor_unfounded", "A") in {(problem.code, problem.id) for problem in after.plan.problems}
    assert pass_of(backend, tmp_path, DAY + timedelta(days=1)).state == "unchanged"


@pytest.mark.parametrize("place", at("excel"), indirect=True)
def test_with_the_state_folder_gone_nothing_comes_twice(place: Place, tmp_path: Path) -> None:
    backend = place.put(book())
    pass_of(backend, tmp_path)
    before = {tab: rows_of(place, tab) for tab in ("contracts", "opportunities", "tasks")}
    shutil.rmtree(tmp_path / "state")
    pass_of(backend, tmp_path)
    assert {tab: rows_of(place, tab) for tab in before} == before


def test_a_tab_with_a_totals_row_makes_rows_wait_until_it_is_off(tmp_path: Path) -> None:
    place = OnExcel(tmp_path)
    backend = place.put(book())
    assert isinstance(backend, ExcelBackend)

    def totals(count: int | None) -> None:
        workbook = openpyxl.load_workbook(place.path)
        sheet = workbook["contracts"]
        if count is None:
            sheet.tables.clear()
            sheet.delete_rows(6)
        else:
            sheet.append(["Total"])
            table = Table(displayName="t", ref=f"A1:{sheet.cell(6, sheet.max_column).coordinate}")
            table._initialise_columns()
            for column, cell in zip(table.tableColumns, sheet[1], strict=True):
                column.name = cell.value
            table.totalsRowCount = count
            sheet.add_table(table)
        workbook.save(place.path)

    totals(1)
    blocked = pass_of(backend, tmp_path)
    assert {row.id for row in blocked.plan.owed} == {"W/2", "A/2", "A/3"}
    assert "append_blocked" in {problem.code for problem in blocked.plan.problems if problem.tab == "contracts"}
    assert {row.tab for row in blocked.plan.rows} == {"opportunities", "tasks"}
    assert pass_of(backend, tmp_path).state == "unchanged"
    totals(None)
    free = pass_of(backend, tmp_path)
    assert {row.id for row in free.plan.rows if row.tab == "contracts"} == {"W/2", "A/2", "A/3"}
    assert pass_of(backend, tmp_path).state == "unchanged"
    assert [row["contract_id"] for row in rows_of(place, "contracts")][4:] == ["W/2", "A/2", "A/3"]


def test_a_person_s_table_grows_with_the_rows(tmp_path: Path) -> None:
    place = OnExcel(tmp_path)
    backend = place.put(book())
    workbook = openpyxl.load_workbook(place.path)
    for title, last in (("contracts", 5), ("tasks", 2)):
        sheet = workbook[title]
        sheet.add_table(Table(displayName=title, ref=f"A1:{sheet.cell(last, sheet.max_column).coordinate}"))
    workbook.save(place.path)
    assert pass_of(backend, tmp_path).state == "done"
    tables = openpyxl.load_workbook(place.path)["contracts"].tables
    assert tables["contracts"].ref.endswith("8")
    assert pass_of(backend, tmp_path).state == "unchanged"


def test_a_crash_between_the_ledger_and_the_sheet_loses_and_doubles_nothing(tmp_path: Path) -> None:
    class Broken(Exception):
        pass

    class Breaking:
        def __init__(self, backend: Backend) -> None:
            self.backend = backend

        def read(self, wanted: Any = None) -> Any:
            return self.backend.read(wanted)

        def open_by(self) -> str | None:
            return None

        def prepare(self, changes: Any) -> Any:
            prepared = self.backend.prepare(changes)

            class Never:
                def write(self, late: Any) -> Any:
                    raise Broken

            assert prepared is not None
            return Never()

    place = OnExcel(tmp_path)
    backend = place.put(book())
    with pytest.raises(Broken):
        pass_of(Breaking(backend), tmp_path)
    assert len(rows_of(place, "contracts")) == 4
    report = pass_of(backend, tmp_path)
    assert {row.id for row in report.plan.rows if row.tab == "contracts"} == {"W/2", "A/2", "A/3"}
    assert len(rows_of(place, "opportunities")) == 2
    assert pass_of(backend, tmp_path).state == "unchanged"


def test_in_the_template_a_won_contract_is_followed_and_the_second_run_rests(office: Office) -> None:
    def win(workbook: Any) -> None:
        sheet = workbook["Contracts"]
        head = [cell.value for cell in sheet[1]]
        for row in sheet.iter_rows(min_row=2):
            if row[0].value == "C-7":
                row[head.index("Renewal stage")].value = "payment received"

    office.change(win)
    office.run()
    assert office.column("contracts", "predecessor_id")["C-7/2"] == "C-7"
    assert office.column("contracts", "status")["C-7/2"] == "upcoming"
    assert office.column("contracts", "renewal_stage")["C-7/2"] == "planned"
    assert office.column("opportunities", "kind")
    office.rest()


def test_people_are_named_as_they_are_typed_unless_two_share_the_name() -> None:
    team = snapshot({"team": "email | name\na@x.org | Ana\nb@x.org | Bob\nc@x.org | bob"})["team"]
    rows = [NewRow("tasks", "S-1", "c", {"title": "a@x.org", "owner": owner}) for owner in ("a@x.org", "b@x.org", None)]
    found = by_name(rows, team)
    assert [row.values["owner"] for row in found] == ["Ana", "b@x.org", None]
    assert {row.values["title"] for row in found} == {"a@x.org"}


@pytest.mark.proof
def test_libreoffice_opens_the_result_and_reads_the_same_rows(office: Office, tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("no LibreOffice (soffice) on this machine")
    test_in_the_template_a_won_contract_is_followed_and_the_second_run_rests(office)
    profile = f"-env:UserInstallation=file://{(tmp_path / 'profile').absolute()}"
    command = [
        soffice,
        "--headless",
        profile,
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path / "saved"),
        str(office.book),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    before = {tab: office.column(tab, "problems") for tab in ("contracts", "opportunities", "tasks")}
    shutil.copy(tmp_path / "saved" / "crm.xlsx", office.book)
    assert {tab: office.column(tab, "problems") for tab in before} == before
    assert office.run().json["rows"] == 0
