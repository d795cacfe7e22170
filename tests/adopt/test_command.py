"""``sheetcrm adopt`` as people call it: nothing is overwritten, the old file is only read, the new one works."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from sheetcrm.cli.exits import DONE, FAILURE, PROBLEMS, USAGE
from sheetcrm.config import load
from tests.adopt import books
from tests.cli.conftest import Answer, call
from tests.sheets_server import SheetsServer


def adopt(*words: str | Path) -> Answer:
    return call("adopt", *map(str, words))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return books.spanish(tmp_path / "old.xlsx")


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What a person types, line by line."""
    lines: list[str] = []
    monkeypatch.setattr("builtins.input", lambda _question: lines.pop(0))
    yield lines
    assert lines == [], "not every answer was asked for"


@dataclass(frozen=True)
class Adopted:
    """The old workbook, what was said when it was adopted, and the folder of the new one."""

    old: Path
    before: bytes
    done: Answer
    folder: Path


@pytest.fixture(scope="module")
def adopted(tmp_path_factory: pytest.TempPathFactory) -> Adopted:
    folder = tmp_path_factory.mktemp("adopted")
    old = books.spanish(folder / "old.xlsx")
    os.utime(old, ns=(10**18, 10**18))
    old.chmod(0o444)
    before = old.read_bytes()
    return Adopted(old, before, adopt(old, folder / "new" / "crm.xlsx", "--yes"), folder / "new")


def test_the_new_workbook_works_and_the_old_one_is_only_read(adopted: Adopted) -> None:
    old, done, new = adopted.old, adopted.done, adopted.folder / "crm.xlsx"
    assert done.code == DONE, done.err
    assert (old.read_bytes(), old.stat().st_mtime_ns) == (adopted.before, 10**18)
    assert "sheetcrm check --config" in done.out
    assert "Contratos 2026!E7" in done.out
    assert load(adopted.folder / "config.yaml").workbook == "crm.xlsx"
    sheet = openpyxl.load_workbook(new)["Contratos"]
    assert [row[0] for row in sheet.iter_rows(min_row=2, max_row=4, values_only=True)] == ["C-01", "C-02", "C-02-2"]
    listed = list(csv.DictReader(io.StringIO((adopted.folder / "crm-adopted.csv").read_text("utf-8-sig"))))
    assert {"unreadable", "row_left", "id_changed", "account_made", "no_address"} <= {line["kind"] for line in listed}
    planned = call("plan", "--config", str(adopted.folder / "config.yaml"), "--json")
    assert planned.code == PROBLEMS
    problems = {(problem["tab"], problem["cell"]) for problem in planned.json["problems"]}
    assert {("contracts", "F4"), ("contracts", "G4")} <= problems, (
        "what could not be read is asked for in its new place"
    )


def test_without_a_new_name_only_the_proposal_is_shown(old: Path, tmp_path: Path) -> None:
    shown = adopt(old)
    assert (shown.code, "Vto." in shown.out, "end_date" in shown.out) == (DONE, True, True)
    assert "sheetcrm adopt" in shown.out.splitlines()[-1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.xlsx"]


def test_the_same_workbook_gives_the_same_bytes(adopted: Adopted, tmp_path: Path) -> None:
    assert adopt(adopted.old, tmp_path / "again" / "crm.xlsx", "--yes").code == DONE
    assert (tmp_path / "again" / "crm.xlsx").read_bytes() == (adopted.folder / "crm.xlsx").read_bytes()


@pytest.mark.parametrize("name", ["crm.xlsx", "config.yaml", "crm-adopted.csv"])
def test_nothing_is_overwritten(old: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    refused = adopt(old, tmp_path / "crm.xlsx", "--yes")
    assert (refused.code, "left as it is" in refused.err) == (USAGE, True)
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"
    assert not [path for path in tmp_path.iterdir() if path.name not in ("old.xlsx", name)]


def test_the_old_name_as_the_new_one_is_refused(old: Path) -> None:
    before = old.read_bytes()
    assert adopt(old, old, "--yes").code == USAGE
    assert old.read_bytes() == before


def test_it_is_asked_only_where_it_is_unsure(tmp_path: Path, answers: list[str]) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Contratos"
    for row in (
        ["Cliente", "Inicio", "Cuándo", "Zona"],
        ["Uno", "01/02/2025", "31/12/2027", "N"],
        ["Dos", "01/03/2025", "30/11/2027", "S"],
    ):
        book.active.append(row)
    book.save(tmp_path / "old.xlsx")
    answers += ["nonsense", "end_date", "yes"]
    done = adopt(tmp_path / "old.xlsx", tmp_path / "crm.xlsx", "--save-map", tmp_path / "map.yaml")
    assert done.code == DONE, done.err
    assert "Choose one of" in done.out
    assert "is: end_date" in (tmp_path / "map.yaml").read_text(encoding="utf-8")
    again = adopt(tmp_path / "old.xlsx", tmp_path / "again" / "crm.xlsx", "--map", tmp_path / "map.yaml")
    assert again.code == DONE, again.err
    assert (tmp_path / "again" / "crm.xlsx").read_bytes() == (tmp_path / "crm.xlsx").read_bytes()


def test_no_is_no(old: Path, tmp_path: Path, answers: list[str]) -> None:
    answers += ["no"]
    said = adopt(old, tmp_path / "crm.xlsx")
    assert (said.code, "Nothing was made" in said.err) == (USAGE, True)
    assert not (tmp_path / "crm.xlsx").exists()


def test_nobody_answers(old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_question: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", gone)
    said = adopt(old, tmp_path / "crm.xlsx")
    assert (said.code, "--yes" in said.err, "--save-map" in said.err) == (USAGE, True, True)
    assert not (tmp_path / "crm.xlsx").exists()


def test_as_json(old: Path, tmp_path: Path) -> None:
    shown = adopt(old, "--json").json
    assert shown["made"] is None
    assert shown["tables"][0]["columns"][4] == {
        "column": "E", "header": "Vto.", "is": "end_date", "sure": 1.0,
        "samples": ["2026-12-31 00:00:00", "31/05/2027", "2026-02-30"],
    }  # fmt: skip
    assert adopt(old, tmp_path / "crm.xlsx", "--json").code == USAGE
    made = adopt(old, tmp_path / "crm.xlsx", "--json", "--yes").json["made"]
    assert made["rows"] == {"contracts": 4, "accounts": 3, "interactions": 2, "team": 2}
    assert made["findings"]["unreadable"] == 2


def test_aliases_are_printed_alone(old: Path, tmp_path: Path) -> None:
    said = adopt(old, "--aliases")
    assert said.out.startswith("aliases:\n")
    (tmp_path / "config.yaml").write_text("workbook: old.xlsx\n" + said.out, encoding="utf-8")
    assert load(tmp_path / "config.yaml").aliases.columns["contracts"]["Vto."] == "end_date"


def test_an_english_workbook_in_spanish_keeps_its_order_of_days_and_its_money(tmp_path: Path) -> None:
    old = books.english(tmp_path / "old.xlsx")
    done = adopt(old, tmp_path / "new" / "crm.xlsx", "--yes", "--lang", "es")
    assert done.code == DONE, done.err
    cfg = load(tmp_path / "new" / "config.yaml")
    assert (cfg.language, cfg.reading.day_first, cfg.base_currency) == ("es", False, "GBP")
    assert "Contratos" in openpyxl.load_workbook(tmp_path / "new" / "crm.xlsx").sheetnames


def test_a_workbook_with_macros(old: Path, tmp_path: Path) -> None:
    shutil.copy(old, tmp_path / "old.xlsm")
    assert adopt(tmp_path / "old.xlsm", tmp_path / "crm.xlsx", "--yes").code == DONE


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [(b"", FAILURE, "empty"), (b"Cliente;Vto", FAILURE, "not an Excel workbook"), (None, USAGE, "no workbook")],
)
def test_what_is_no_workbook_is_said_in_words(tmp_path: Path, content: bytes | None, code: int, said: str) -> None:
    if content is not None:
        (tmp_path / "old.xlsx").write_bytes(content)
    answer = adopt(tmp_path / "old.xlsx", tmp_path / "crm.xlsx", "--yes")
    assert (answer.code, said in answer.err) == (code, True)


def test_a_workbook_without_tables(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "old.xlsx")
    answer = adopt(tmp_path / "old.xlsx", tmp_path / "crm.xlsx", "--yes")
    assert (answer.code, "No table was found" in answer.err) == (USAGE, True)


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as started:
        yield started
        assert started.findings == []


def test_the_rows_fill_an_empty_google_sheet_and_never_a_used_one(
    server: SheetsServer, old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key.json").write_text(json.dumps(server.service_account()), encoding="utf-8")
    google = f"google:\n  base_url: {server.url}\n  credentials_file: key.json\n  retries: 0\n"
    (tmp_path / "config.yaml").write_text(google, encoding="utf-8")
    blank, used = server.create("A", {"Sheet1": []}), server.create("B", {"Sheet1": [["mine"]]})
    done = adopt("old.xlsx", "--google", blank, "--yes")
    assert done.code == DONE, done.err
    assert server.people(blank).rows("Contratos")[1][0] == "C-01"
    assert server.people(blank).rows("Contratos")[3][5] == "2026-02-30"
    (tmp_path / "old-adopted.csv").unlink()
    refused = adopt("old.xlsx", "--google", used, "--yes")
    assert (refused.code, "not empty" in refused.err) == (USAGE, True)
    assert [sheet.title for sheet in server.book(used).sheets] == ["Sheet1"]


@pytest.mark.proof
def test_twenty_thousand_rows(tmp_path: Path) -> None:
    old = books.large(tmp_path / "old.xlsx", 20_000)
    made = adopt(old, tmp_path / "crm.xlsx", "--yes", "--json").json["made"]
    assert made["rows"] == {"contracts": 20_000, "accounts": 2_000, "team": 1}


@pytest.mark.proof
def test_real_workbooks_end_in_words(tmp_path: Path) -> None:
    from tests.excel.corpora import workbooks

    for path in workbooks():
        before = path.read_bytes()
        answer = adopt(path, tmp_path / path.name / "crm.xlsx", "--yes")
        assert answer.code in (DONE, FAILURE, USAGE), path.name
        assert answer.out or answer.err, path.name
        assert path.read_bytes() == before
