"""The commands as people call them, on a sample workbook on disk."""

from __future__ import annotations

import hashlib
import json
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from sheetcrm.schema import TABS
from tests.cli.conftest import DAY, Answer, Lived, call, call_in
from tests.run import small_book

Command = Callable[..., Answer]


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_run_writes_and_a_second_run_does_nothing(lived: Lived, folder_after: Path) -> None:
    book, first = folder_after / "crm.xlsx", lived.done
    assert first.code == 3, first.err
    assert first.json["state"] == "done"
    assert first.json["letters"]["sent"] > 0
    assert sha(book) != sha(lived.before / "crm.xlsx")
    after, letters = sha(book), sorted((folder_after / "state" / "outbox").glob("*.eml"))
    assert len(letters) == first.json["letters"]["sent"]
    second = call_in(folder_after, "run", "--json")
    assert second.json["state"] == "unchanged"
    assert second.json["cells"] == 0
    assert sha(book) == after
    assert sorted((folder_after / "state" / "outbox").glob("*.eml")) == letters


def test_plan_says_what_run_does_and_changes_nothing(lived: Lived) -> None:
    assert lived.planned.code == 3
    assert lived.untouched
    plan, done = lived.planned.json, lived.done.json
    assert done["rows"] == len(plan["rows"]) > 0
    assert done["letters"]["sent"] == len(plan["messages"]) > 0
    assert done["counts"] == plan["counts"]


def test_the_plan_as_json_has_its_documented_form(lived: Lived) -> None:
    plan = lived.planned.json
    assert list(plan) == ["as_of", "edits", "rows", "messages", "problems", "counts"]
    assert plan["as_of"] == DAY
    assert all(set(edit) == {"tab", "id", "column", "before", "after"} for edit in plan["edits"])
    assert all(set(row) == {"tab", "id", "values"} for row in plan["rows"])
    assert all(set(message) == {"kind", "to", "subject", "keys"} for message in plan["messages"])
    fields = {"tab", "cell", "id", "column", "value", "problem", "fix"}
    assert all(set(problem) == fields and problem["problem"] and problem["fix"] for problem in plan["problems"])
    statuses = {edit["after"] for edit in plan["edits"] if edit["column"] == "status"}
    assert {"expiring", "active", "renewed", "lost", "evergreen"} <= statuses
    deadlines = [edit["after"] for edit in plan["edits"] if edit["column"] == "deadline"]
    assert deadlines
    assert all(len(day) == 10 for day in deadlines)


def test_the_cells_are_in_the_workbook_as_planned(lived: Lived) -> None:
    edits = lived.planned.json["edits"]
    sheet = openpyxl.load_workbook(lived.folder / "crm.xlsx", data_only=True, read_only=True)["Contracts"]
    head, *below = sheet.iter_rows(values_only=True)
    rows = {row[0]: row for row in below}
    wanted = [edit for edit in edits if edit["tab"] == "contracts" and edit["column"] == "days_to_expiry"]
    assert len(wanted) > 50
    for edit in wanted:
        assert rows[edit["id"]][head.index("Days to expiry")] == edit["after"]


def test_run_as_of_another_day_needs_its_own_memory(small_folder: Path) -> None:
    answer = call("run", "--config", str(small_folder / "config.yaml"), "--as-of", "2020-01-01")
    assert answer.code == 2
    assert "--state" in answer.err


@pytest.mark.parametrize("command", ["plan", "run", "check", "explain"])
def test_without_a_workbook_the_next_command_is_named(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = call(*([command, "C-1"] if command == "explain" else [command]))
    assert answer.code == 2
    assert "sheetcrm init --excel" in answer.err


def test_mistakes_in_the_settings_are_listed_with_their_lines(folder: Path, sheetcrm: Command) -> None:
    (folder / "config.yaml").write_text("workbok: crm.xlsx\nmail:\n  alowed: []\n")
    answer = sheetcrm("plan")
    assert answer.code == 78
    assert "line 1: workbok is no setting. Did you mean workbook?" in answer.err
    assert "line 3: mail.alowed is no setting. Did you mean mail.allowed?" in answer.err


def test_init_overwrites_nothing(folder: Path) -> None:
    before = sha(folder / "crm.xlsx")
    answer = call("init", "--excel", str(folder / "crm.xlsx"))
    assert answer.code == 2
    assert "exists already" in answer.err
    assert sha(folder / "crm.xlsx") == before
    other = call("init", "--excel", str(folder / "other.xlsx"))
    assert other.code == 2
    assert not (folder / "other.xlsx").exists()


@pytest.mark.parametrize("language", [pytest.param("es", marks=pytest.mark.proof), "en", "ru"])
def test_init_then_run_on_an_empty_template(language: str, tmp_path: Path) -> None:
    book = tmp_path / "crm.xlsx"
    assert call("init", "--excel", str(book), "--lang", language).code == 0
    places = ["--config", str(tmp_path / "config.yaml")]
    first = call("run", "--json", *places)
    assert first.code == 0, first.err + first.out
    assert first.json["counts"]["problems"] == 0
    after = sha(book)
    assert call("run", "--json", *places).json["state"] == "unchanged"
    assert sha(book) == after


@pytest.mark.proof
def test_the_guard_refuses_a_tab_that_was_full_and_is_empty(small_folder: Path, on_small: Command) -> None:
    on_small("run")
    book = openpyxl.load_workbook(small_folder / "crm.xlsx")
    book["Accounts"].delete_rows(2, 100)
    book.save(small_folder / "crm.xlsx")
    before = sha(small_folder / "crm.xlsx")
    answer = on_small("run")
    assert answer.code == 1
    assert "0 now" in answer.out
    assert "--force" in answer.out
    assert sha(small_folder / "crm.xlsx") == before
    assert on_small("plan").code == 1
    assert on_small("run", "--force").code == 3


def test_check_lists_ticks_and_fixes(sheetcrm: Command) -> None:
    answer = sheetcrm("check", "--json")
    assert answer.code == 3
    lines = answer.json
    assert {line["state"] for line in lines} <= {"ok", "note", "warn", "bad"}
    assert not [line for line in lines if line["state"] == "bad"]
    assert any("problems in the cells" in line["what"] for line in lines)
    people = sheetcrm("check").out
    assert "✓ workbook can be read" in people
    *_, sum_of_it, go_on = people.splitlines()
    assert sum_of_it.startswith("Nothing stops a run, 1 thing to mend, ")
    assert go_on == "Next:  sheetcrm plan"
    marks = [line[0] for line in people.splitlines() if line[:2] in ("✗ ", "! ", "· ", "✓ ")]
    assert marks == sorted(marks, key="✗!·✓".index)
    assert "Contracts!" in people


def test_check_says_what_goes_without_a_tab_and_stops_only_where_nothing_is_left(
    small_folder: Path, on_small: Command
) -> None:
    def lines() -> dict[str, tuple[str, str]]:
        return {line["what"]: (line["state"], line["fix"]) for line in on_small("check", "--json").json}

    book = openpyxl.load_workbook(small_folder / "crm.xlsx")
    for tab in ("Tickets", "Invoices"):
        del book[tab]
    book["Interactions"]["B1"] = "Whatever"
    book.save(small_folder / "crm.xlsx")
    found = lines()
    state, fix = found["there is no tab tickets"]
    assert state == "warn"
    assert "these stay blank: accounts (open_tickets, recurrent_faults); " in fix
    assert fix.endswith(
        "copy the tab tickets from a new workbook (sheetcrm init), or name yours under aliases in the settings"
    )
    state, fix = found["the tab Interactions is not read: it has no date"]
    assert state == "warn"
    assert "accounts (last_contact, days_since_contact, perception)" in fix
    state, fix = found["there is no tab invoices"]
    assert state == "note"
    assert "sheetcrm init" not in fix
    del book["Contracts"]
    book.save(small_folder / "crm.xlsx")
    assert lines()["there is no tab contracts"][0] == "bad"


def test_check_says_that_nobody_may_get_mail(small_folder: Path, on_small: Command) -> None:
    text = (small_folder / "config.yaml").read_text().replace("[example.com]", "[]")
    (small_folder / "config.yaml").write_text(text)
    answer = on_small("check")
    assert answer.code == 1
    assert answer.out.startswith("✗ mail.allowed is empty")
    assert "\n1 thing to do before it can work, " in answer.out
    assert on_small("plan", "--json").json["messages"] == []


def test_explain_names_rule_inputs_and_rows(on_small: Command) -> None:
    whole = on_small("explain", "A-1")
    assert whole.code == 0
    assert "accounts.health_score = " in whole.out
    assert "accounts.client_status = client" in whole.out
    deep = on_small("explain", "A-1", "--column", "last_contact")
    assert "interactions.contact_age" in deep.out
    assert "I-" in deep.out
    as_json = on_small("explain", "A-1", "--column", "health_score", "--json").json
    assert as_json[0]["column"] == "accounts.health_score"
    assert _leaves(as_json[0])


def _leaves(why: dict[str, Any]) -> list[str]:
    inputs = why["inputs"]
    return [leaf for item in inputs for leaf in _leaves(item)] if inputs else [why["column"]]


def test_explain_of_an_unknown_id_or_column_says_so(on_small: Command) -> None:
    assert "No row has the id" in on_small("explain", "nobody").err
    answer = on_small("explain", "A-1", "--column", "helth")
    assert answer.code == 2
    assert "health_score" in answer.err


def test_columns_print_the_whole_dictionary() -> None:
    entries = call("columns", "--json").json
    assert {(entry["tab"], entry["key"]) for entry in entries} == {
        (tab.key, column.key) for tab in TABS.values() for column in tab.columns
    }
    needed = {"tab", "title", "key", "type", "owner", "required", "header", "values", "rule", "unit", "source"}
    for entry in entries:
        assert needed <= set(entry)
        assert set(entry["header"]) == set(entry["title"]) == {"es", "en", "ru"}
        assert all(entry["header"].values())
        assert entry["owner"] in ("people", "runner")
        assert entry["rule"]
        for value in entry["values"]:
            assert all(value[name] for name in ("key", "es", "en", "ru"))
    only = call("columns", "--json", "--tab", "tickets").json
    assert {entry["tab"] for entry in only} == {"tickets"}
    assert call("columns", "--tab", "nowhere").code == 2
    assert "days_to_expiry" in call("columns", "--tab", "contracts").out


def test_every_computed_column_of_this_version_has_a_rule_with_its_source() -> None:
    from sheetcrm.rules import afterwards, first

    for rule in (*first(), *afterwards()):
        if rule.show:
            doc = rule.doc()
            assert doc.rule, rule.key
            assert doc.source, rule.key


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['sheetcrm', '--help']\n"
        "from sheetcrm.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'pandas', 'numpy', 'pyarrow', 'openpyxl', 'gspread', 'yagmail', 'holidays', 'babel', 'jinja2',"
        " 'pydantic', 'fastexcel'} & set(sys.modules)\n"
        "print('HEAVY', sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "HEAVY []" in done.stdout
    assert "init" in done.stdout


def test_two_runners_at_once(folder: Path, sheetcrm: Command) -> None:
    from sheetcrm.ledger import instance_lock

    with instance_lock(folder / "state"):
        answer = sheetcrm("run")
    assert answer.code == 75
    assert "working" in answer.err


def test_json_commands_print_json_alone(lived: Lived, on_small: Command) -> None:
    for answer in (lived.planned, lived.done, on_small("check", "--json")):
        assert json.loads(answer.out) is not None


def test_every_setting_is_commented() -> None:
    lines = Path("config.yaml").read_text(encoding="utf-8").splitlines()
    bare = [line for line in lines if line.strip() and not line.strip().startswith("#") and "#" not in line]
    assert bare == []


@pytest.mark.proof
def test_mail_that_waits_for_its_server_is_said_until_it_left(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    zone = small_book.noon_zone()
    small_book.make(tmp_path, datetime.now(ZoneInfo(zone)).date())
    server = {"enabled": "true", "host": "localhost", "port": port, "security": "none", "sender": "a@example.com"}
    small_book.write_settings(tmp_path, zone=zone, mail=server, more=small_book.EVERY_DAY)
    places = ["--config", str(tmp_path / "config.yaml")]
    first = call("run", "--json", *places)
    assert first.code == 75
    assert first.json["letters"]["left"] > 0
    second = call("run", *places)
    assert second.code == 75
    assert "mail is still waiting" in second.out
    assert f"{first.json['letters']['left']} waiting" in second.out


def test_a_plan_shows_brackets_as_they_are_and_counts_the_rows_it_leaves_out(
    small_folder: Path, on_small: Command
) -> None:
    book = openpyxl.load_workbook(small_folder / "crm.xlsx")
    sheet = book["Accounts"]
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, 2).value:
            sheet.cell(row, 2).value = f"[red] {row}"
    book.save(small_folder / "crm.xlsx")
    told = on_small("plan").out
    assert "[red] " in told.partition("NEW ROWS")[2].partition("CELLS THAT CHANGE")[0]
    assert "\\[" not in told


def test_explain_fits_a_terminal_and_says_where_to_look_further(sheetcrm: Command) -> None:
    lines = sheetcrm("explain", "A-001").out.splitlines()
    assert lines[0].startswith("accounts A-001 ")
    assert lines[0].endswith(f", as of {DAY}")
    assert lines[-1] == "Down to the leaves:  sheetcrm explain A-001 --column health_score"
    assert max(map(len, lines)) <= 80
    assert not any("\x1b" in line or line != line.rstrip() for line in lines)
