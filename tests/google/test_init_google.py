"""``init --google`` and ``check`` from the command line, over real HTTP: what they do, and what they say when they can't."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sheetcrm.cli.exits import CONFIG, POSTPONED, PROBLEMS, USAGE
from sheetcrm.config import load
from sheetcrm.sync.google.live import TRIALS, try_out
from tests.cli.conftest import call
from tests.google.laid_out import transport
from tests.sheets_server import SheetsServer

RUNNER = "runner@sheetcrm-tests.iam.gserviceaccount.com"


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as started:
        yield started
        assert started.findings == []


@pytest.fixture
def folder(server: SheetsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a key and settings that point at the server."""
    key = tmp_path / "key.json"
    key.write_text(json.dumps(server.service_account()), encoding="utf-8")
    key.chmod(0o600)
    google = f"google:\n  base_url: {server.url}\n  credentials_file: key.json\n  retries: 0\n"
    (tmp_path / "config.yaml").write_text(google + "mail:\n  allowed: [example.com]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sheetcrm(*words: str) -> tuple[int, str]:
    """Exit code, and all that was printed, as if the terminal were wide."""
    answer = call(*words)
    lines = (answer.out + answer.err).splitlines()
    return answer.code, "\n".join(" ".join(line.split()) for line in _unwrapped(lines))


def _unwrapped(lines: list[str]) -> list[str]:
    """Lines that continue the one before stand in it again."""
    whole: list[str] = []
    for line in lines:
        if whole and line.startswith("  ") and not line.lstrip().startswith("→"):
            whole[-1] += line
        else:
            whole.append(line)
    return whole


def test_a_blank_sheet_is_laid_out_and_can_be_checked(server: SheetsServer, folder: Path) -> None:
    book = server.create("Customers", {"Sheet1": []})
    code, said = sheetcrm(
        "init", "--google", f"https://docs.google.com/spreadsheets/d/{book}/edit#gid=0", "--lang", "en"
    )
    assert code == 0
    assert "made 15 tabs: Guide, Dashboard" in said
    assert f'workbook: "https://docs.google.com/spreadsheets/d/{book}/edit"' in said  # the settings are people's
    code, said = sheetcrm("init", "--google", book, "--lang", "en")
    assert (code, "nothing was changed" in said) == (0, True)
    code, said = sheetcrm("check", "--workbook", book)
    assert code == 0
    assert f"{RUNNER} can read 'Customers'" in said
    assert "sheetcrm check --live" in said


def test_settings_are_written_where_there_are_none(server: SheetsServer, folder: Path) -> None:
    from sheetcrm.cli.google_setup import _keep_settings

    made = folder / "new" / "config.yaml"
    cfg = load(folder / "config.yaml")
    _keep_settings(made, cfg, "https://docs.google.com/spreadsheets/d/abc/edit", "ru", False)
    written = load(made)
    assert written.workbook == "https://docs.google.com/spreadsheets/d/abc/edit"
    assert (written.language, written.google.credentials_file) == ("ru", "key.json")


@pytest.mark.proof
def test_the_sample_fills_a_blank_sheet_only(server: SheetsServer, folder: Path) -> None:
    blank, used = server.create("A", {"Sheet1": []}), server.create("B", {"Sheet1": [["mine"]]})
    code, _ = sheetcrm("init", "--google", blank, "--lang", "en", "--sample", "--as-of", "2026-11-23")
    rows = server.client().http_client.values_get(blank, "Contracts!A2:A")["values"]
    assert (code, len(rows) > 80) == (0, True)
    code, said = sheetcrm("init", "--google", used, "--lang", "en", "--sample")
    assert (code, "was not written" in said) == (0, True)
    assert "values" not in server.client().http_client.values_get(used, "Contracts!A2:A")


def test_what_is_no_sheet_tells_how_to_make_one(folder: Path) -> None:
    code, said = sheetcrm("init", "--google", "CRM 2026")
    assert code == USAGE
    assert "https://sheets.new" in said
    assert RUNNER in said


def test_one_of_excel_and_google_is_needed(folder: Path) -> None:
    for words in ((), ("--excel", "a.xlsx", "--google", "x")):
        code, said = sheetcrm("init", *words)
        assert (code, "--google" in said) == (USAGE, True)


def test_settings_of_another_workbook_are_left_alone(server: SheetsServer, folder: Path) -> None:
    settings = folder / "config.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + "workbook: crm.xlsx\n", encoding="utf-8")
    code, said = sheetcrm("init", "--google", server.create("x"))
    assert (code, "another workbook (crm.xlsx)" in said) == (USAGE, True)


def test_a_sheet_that_is_not_shared_names_the_address_to_share_with(server: SheetsServer, folder: Path) -> None:
    for shared in ({}, {RUNNER: "reader"}):
        book = server.create("x", {"Sheet1": []}, shared=shared)
        code, said = sheetcrm("init", "--google", book)
        assert code == CONFIG
        assert RUNNER in said
        assert "Share" in said
        assert "Editor" in said
        assert [sheet.title for sheet in server.book(book).sheets] == ["Sheet1"]


def test_an_api_that_is_off_leads_to_its_switch(server: SheetsServer, folder: Path) -> None:
    server.settings.disabled = frozenset({"sheets"})
    code, said = sheetcrm("init", "--google", server.create("x"))
    assert (code, "Enable" in said, "https://console" in said) == (CONFIG, True, True)


def test_a_wrong_address_says_so(folder: Path) -> None:
    code, said = sheetcrm("init", "--google", "1" * 44)
    assert (code, "no sheet with this address" in said) == (CONFIG, True)


def test_keys_that_are_wrong(server: SheetsServer, folder: Path) -> None:
    key, book = folder / "key.json", server.create("x")
    good = key.read_text(encoding="utf-8")
    for text, words in (
        ("{", "not JSON"),
        ("[]", "no key"),
        ('{"installed": {}}', "program"),
        (json.dumps(json.loads(good) | {"private_key": "x"}), "damaged"),
    ):
        key.write_text(text, encoding="utf-8")
        code, said = sheetcrm("init", "--google", book)
        assert (code, words in said) == (CONFIG, True), said
    key.unlink()
    code, said = sheetcrm("init", "--google", book)
    assert (code, "key.json" in said) == (CONFIG, True)


def test_check_names_what_is_locked_and_open(server: SheetsServer, folder: Path) -> None:
    book = server.create("x", {"Sheet1": []}, shared={RUNNER: "writer"})
    sheetcrm("init", "--google", book, "--lang", "en")
    sheet = next(each for each in server.book(book).sheets if each.title == "Contracts")
    place = next(at for at in range(60) if sheet.grid.value(0, at) == "Status")
    area = {"sheetId": sheet.id, "startColumnIndex": place, "endColumnIndex": place + 1}
    locked = {"protectedRangeId": 77, "range": area, "editors": {"users": ["owner@example.com"]}}
    sheet.parts["protectedRanges"] = [*sheet.parts["protectedRanges"], locked]
    (folder / "key.json").chmod(0o644)
    code, said = sheetcrm("check", "--workbook", book)
    assert code in (0, PROBLEMS)
    assert re.search(r"! Contracts: Status \([A-Z]+\) locked against " + re.escape(RUNNER), said)
    assert "chmod 600" in said
    assert "time zone is Etc/GMT" in said


def test_live_tries_everything_and_leaves_no_trace(server: SheetsServer, folder: Path) -> None:
    book = server.create("x", {"Sheet1": []})
    sheetcrm("init", "--google", book, "--lang", "en")
    before = [sheet.title for sheet in server.book(book).sheets], dict(server.book(book).metadata)
    code, said = sheetcrm("check", "--workbook", book, "--live")
    assert code == 0
    assert said.count("✓ tried: ") == len(TRIALS) + 1
    assert ([sheet.title for sheet in server.book(book).sheets], dict(server.book(book).metadata)) == before


def test_live_is_for_google(folder: Path) -> None:
    from sheetcrm.sync.excel.template import make_template

    make_template(folder / "crm.xlsx", "en")
    code, said = sheetcrm("check", "--workbook", "crm.xlsx", "--live")
    assert (code, "for Google Sheets" in said) == (USAGE, True)


def test_live_says_what_does_not_hold_and_still_cleans_up(server: SheetsServer, tmp_path: Path) -> None:
    book = server.create("x", {"Sheet1": [["mine"]]})
    calls = transport(server, tmp_path, retries=0)
    server.faults.add("500", path="values:batchUpdateByDataFilter", times=None)
    tried = list(try_out(calls, book))
    assert [each.holds for each in tried].count(False) == 2
    assert tried[-1].holds
    assert [sheet.title for sheet in server.book(book).sheets] == ["Sheet1"]


def test_live_without_the_right_to_write_says_whom_to_share_with(server: SheetsServer, folder: Path) -> None:
    book = server.create("x", {"Sheet1": []})
    sheetcrm("init", "--google", book, "--lang", "en")
    server.book(book).access.clear()
    server.share(book, RUNNER, "reader")
    code, said = sheetcrm("check", "--workbook", book, "--live")
    assert (code, RUNNER in said) == (CONFIG, True)


def test_a_drawing_whose_answer_is_lost_is_not_made_twice(server: SheetsServer, folder: Path) -> None:
    book = server.create("x", {"Sheet1": []})
    server.faults.add("lost reply", path=":batchUpdate", method="POST")
    code, said = sheetcrm("init", "--google", book, "--lang", "en")
    assert (code, "Call init again" in said) == (POSTPONED, True)
    tabs = [sheet.title for sheet in server.book(book).sheets]
    code, said = sheetcrm("init", "--google", book, "--lang", "en")
    assert (code, "nothing was changed" in said) == (0, True)
    assert [sheet.title for sheet in server.book(book).sheets] == tabs


def test_check_of_a_sheet_without_tabs_says_what_adds_them(server: SheetsServer, folder: Path) -> None:
    book = server.create("x", {"Sheet1": []})
    code, said = sheetcrm("check", "--workbook", book)
    assert (code, f"sheetcrm init --google {book} adds what is missing" in said) == (1, True)
