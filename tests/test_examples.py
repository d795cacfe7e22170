"""The example rows of an empty workbook: they show what to type, and no run takes them for a record."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from sheetcrm.languages import LANGUAGES
from sheetcrm.reading import snapshot as read_snapshot
from sheetcrm.reading import wanted_titles
from sheetcrm.schema import PEOPLE_TABS, TABS
from sheetcrm.sync.excel.read import read_book
from sheetcrm.sync.excel.template import template_bytes
from sheetcrm.views.look.examples import TABS_WITH_EXAMPLE, example_rows
from sheetcrm.words import words_of
from tests.cli.conftest import call
from tests.tables import snapshot
from tests.workbooks import template

pytestmark = pytest.mark.proof

CONTRACTS = """
    contract_id | account_id | start_date | end_date   | value
    EXAMPLE     | EXAMPLE    | 2026-03-01 | 2027-02-28 | 12500
    C-1         | A-1        | 2026-01-01 | 2026-12-31 | 1200
    ejemplo     | EJEMPLO    | soon       | 2027-02-28 | 12500
    Пример      | A-1        | 2026-03-01 | 2027-02-28 | 12500
"""
ACCOUNTS = "account_id | name\nA-1 | Norte\nEXAMPLE | Reed"


def test_rows_that_are_named_example_are_read_over_in_every_language() -> None:
    found = snapshot({"contracts": CONTRACTS, "accounts": ACCOUNTS, "interactions": "", "tickets": ""})
    assert found["contracts"].frame["contract_id"].tolist() == ["C-1"]
    assert found["contracts"].rows.tolist() == [3]
    assert found["accounts"].frame["account_id"].tolist() == ["A-1"]
    assert [one for one in found.problems if one.row] == []
    assert found["contracts"].rows_read == 1


def test_a_new_row_goes_below_the_example_and_not_over_it() -> None:
    assert snapshot({"contracts": CONTRACTS, "accounts": ACCOUNTS})["contracts"].last_row == 5


def test_an_id_that_only_begins_so_is_a_record() -> None:
    found = snapshot({"accounts": "account_id | name\nEXAMPLE-1 | Norte\nexamples | Sur"})
    assert found["accounts"].frame["account_id"].tolist() == ["EXAMPLE-1", "examples"]


def test_a_row_that_names_the_example_is_an_orphan() -> None:
    contracts = "contract_id | account_id | start_date\nC-1 | EXAMPLE | 2026-01-01"
    found = snapshot({"contracts": contracts, "accounts": ACCOUNTS})
    assert [(one.cell, one.code) for one in found.problems if one.row] == [("B2", "orphan")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_template_shows_one_row_a_tab_and_reads_as_empty(language: str, tmp_path: Path) -> None:
    words, path = words_of(language), tmp_path / "crm.xlsx"
    path.write_bytes(template(language))
    book = openpyxl.load_workbook(path)
    for tab in PEOPLE_TABS:
        rows = list(book[words.tab(tab.key)].iter_rows(min_row=2, max_col=1, values_only=True))
        named = [row[0] for row in rows if row[0] is not None]
        assert named == ([words.text("example.id")] if tab.key in TABS_WITH_EXAMPLE else [])
    found = read_snapshot(read_book(path, wanted_titles()))
    assert found.problems == []
    assert {tab.key: len(found[tab.key].frame) for tab in PEOPLE_TABS} == dict.fromkeys((t.key for t in PEOPLE_TABS), 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_examples_show_is_right_but_for_their_id(language: str, tmp_path: Path) -> None:
    words, path = words_of(language), tmp_path / "crm.xlsx"
    path.write_bytes(template(language))
    book = openpyxl.load_workbook(path)
    for tab in TABS_WITH_EXAMPLE:
        sheet = book[words.tab(tab)]
        for row in sheet.iter_rows(min_row=2, max_row=2):
            for cell in row:
                cell.value = "A-1" if cell.value == words.text("example.id") else cell.value
    book.save(path)
    found = read_snapshot(read_book(path, wanted_titles()))
    assert found.problems == []
    assert all(len(found[tab].frame) == 1 for tab in TABS_WITH_EXAMPLE)


def test_every_example_fills_what_is_required() -> None:
    rows = example_rows(words_of("en"))
    for tab in TABS_WITH_EXAMPLE:
        (row,) = rows[tab]
        assert {column.key for column in TABS[tab].columns if column.required} <= row.keys()
        assert TABS[tab].id in row


def test_a_workbook_with_rows_has_no_example() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(template_bytes("en", {"team": [{"email": "a@example.com", "name": "Ana"}]}))
    )
    assert book[words_of("en").tab("contracts")]["A2"].value is None
    assert (
        openpyxl.load_workbook(io.BytesIO(template_bytes("en", {})))[words_of("en").tab("accounts")]["A2"].value is None
    )


def test_a_run_of_an_empty_workbook_leaves_the_examples_alone_and_rests(tmp_path: Path) -> None:
    places = ["--config", str(tmp_path / "config.yaml"), "--state", str(tmp_path / "state"), "--as-of", "2026-11-23"]
    assert (
        call(
            "init", "--excel", str(tmp_path / "crm.xlsx"), "--config", str(tmp_path / "config.yaml"), "--lang", "en"
        ).code
        == 0
    )
    assert call("run", "--json", *places).json["state"] == "done"
    before = (tmp_path / "crm.xlsx").read_bytes()
    contracts = openpyxl.load_workbook(io.BytesIO(before))["Contracts"]
    head, example = (list(row) for row in contracts.iter_rows(max_row=2, values_only=True))
    told = dict(zip((column.key for column in TABS["contracts"].columns), example, strict=True))
    assert len(head) == len(example)
    assert told["contract_id"] == "EXAMPLE"
    assert [told[column.key] for column in TABS["contracts"].runner] == [None] * len(TABS["contracts"].runner)
    assert call("run", "--json", *places).json["state"] == "unchanged"
    assert (tmp_path / "crm.xlsx").read_bytes() == before
    assert date(2026, 3, 1) == told["start_date"].date()
