"""The commands on a Google Sheet, as people call them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, call
from tests.google.desk import QUICK, Desk, small_book
from tests.sheets_server import SheetsServer


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with SheetsServer() as server:
        made = Desk(server, tmp_path, server.create(tabs=small_book()))
        settle(made, f"https://docs.google.com/spreadsheets/d/{made.file_id}/edit#gid=0")
        yield made
        assert server.findings == []


def settle(desk: Desk, workbook: str) -> None:
    """The folder's key and config.yaml."""
    (desk.folder / "key.json").write_text(json.dumps(desk.server.service_account()), encoding="utf-8")
    quick = "".join(f"  {name}: {value}\n" for name, value in QUICK.items())
    (desk.folder / "config.yaml").write_text(
        f'workbook: "{workbook}"\nlanguage: en\nmail:\n  allowed: [example.com]\n'
        f"google:\n  credentials_file: key.json\n  base_url: {desk.server.url}\n{quick}",
        encoding="utf-8",
    )


def ask(desk: Desk, command: str, *arguments: str) -> Answer:
    places = ("--config", str(desk.folder / "config.yaml"), "--state", str(desk.folder / "state"))
    return call(command, *arguments, *places, "--as-of", "2026-11-23")


def test_plan_then_run_then_nothing(desk: Desk) -> None:
    plan = ask(desk, "plan", "--json")
    assert plan.code in (0, 3), plan.err
    assert [edit["after"] for edit in plan.json["edits"] if edit["column"] == "days_to_expiry"] == [8, -327, 51]
    assert set(desk.column("Contracts", "Days to expiry")) == {""}
    first = ask(desk, "run", "--json")
    assert first.json["state"] == "done", first.err
    assert first.json["calls"]["reads"] == 4
    assert first.json["calls"]["writes"] == 1
    assert first.json["calls"]["apart"]["lock"] == 2
    assert desk.column("Contracts", "Days to expiry") == [8, -327, 51]
    second = ask(desk, "run", "-v")
    assert "Nothing to do" in second.out
    assert "calls to Google: 1 structure, 1 values" in second.err


def test_mails_link_to_the_sheet(desk: Desk) -> None:
    ask(desk, "run")
    letters = [path.read_text(encoding="utf-8") for path in (desk.folder / "state" / "outbox").glob("*.eml")]
    assert letters
    from email import message_from_string
    from email.policy import default

    bodies = [message_from_string(text, policy=default).get_body(("html",)) for text in letters]
    assert all(body is not None and desk.file_id in body.get_content() for body in bodies)


def test_the_sheet_can_be_named_on_the_command_line(desk: Desk) -> None:
    answer = ask(desk, "plan", "--json", "--workbook", desk.file_id)
    assert answer.json["edits"]


def test_a_sheet_that_is_not_shared_ends_with_78_and_the_address(desk: Desk) -> None:
    settle(desk, desk.server.create(shared={}))
    answer = ask(desk, "run")
    assert answer.code == 78
    assert "• The sheet is not shared with runner@" in answer.err


def test_a_missing_key_ends_with_78(desk: Desk) -> None:
    (desk.folder / "key.json").unlink()
    answer = ask(desk, "run")
    assert answer.code == 78
    assert "key.json cannot be read" in answer.err


def test_google_that_is_down_ends_with_75(desk: Desk) -> None:
    desk.server.faults.add("503", path="/v4/", times=None)
    answer = ask(desk, "plan")
    assert answer.code == 75
    assert "does not answer now" in answer.err


def test_another_runner_ends_with_75_and_its_name(desk: Desk) -> None:
    from sheetcrm.sync.google.lock import held

    with held(desk.transport(), desk.file_id, seconds=60, wait=0, who="ana on laptop"):
        answer = ask(desk, "run")
    assert answer.code == 75
    assert "ana on laptop is writing to the sheet" in answer.out


def test_check_and_explain(desk: Desk) -> None:
    answer = ask(desk, "check")
    assert answer.code in (0, 3), answer.out + answer.err
    assert "workbook can be read" in answer.out
    assert "8" in ask(desk, "explain", "C-1", "--column", "days_to_expiry").out
