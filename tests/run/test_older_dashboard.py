"""A workbook of an earlier version, whose dashboard ends with the first screen: it is filled as before, and what people
keep below stays theirs."""

from __future__ import annotations

import pytest
from openpyxl.workbook import Workbook

from sheetcrm.address import parse_cell
from sheetcrm.views.layout import LAYOUT
from sheetcrm.words import words_of
from tests.run.conftest import DAY, Office

pytestmark = pytest.mark.proof

NOTES = {"B50": "Ask the bank", "E112": 7, "N70": "=1+1"}


def _earlier(book: Workbook) -> None:
    """Leaves of the dashboard what an earlier version drew, and puts people's notes below it."""
    board = book[words_of("en").tab("dashboard")]
    first = {place.finding_span for place in LAYOUT.first_charts} | {place.value_span for place in LAYOUT.first_cards}
    for span in [str(each) for each in board.merged_cells.ranges]:
        if span not in first | {LAYOUT.title_span, LAYOUT.health_span}:
            board.unmerge_cells(span)
    for section in LAYOUT.sections:
        for address, _ in section.labels():
            board[address].value = None
    for address, note in NOTES.items():
        board[address].value = note


def test_it_is_filled_as_before_and_its_notes_stay(office: Office) -> None:
    office.change(_earlier)
    answer = office.run()
    assert answer.json["state"] == "done", answer.err
    board = office.grid("dashboard")

    def at(address: str) -> object:
        row, column = parse_cell(address)
        return board[row - 1][column - 1] if row <= len(board) and column <= len(board[row - 1]) else None

    assert str(at(LAYOUT.last_run)).startswith(DAY.isoformat())
    written = {address: at(address) for section in LAYOUT.sections for address in section.written()}
    kept = {address: value for address, value in written.items() if value is not None}
    assert kept == {address: value for address, value in NOTES.items() if address in written and value != "=1+1"}
    assert at("B50") == "Ask the bank"
    office.rest()


def test_the_sections_of_a_new_workbook_are_filled_and_stay_the_same_all_day(office_after: Office) -> None:
    office = office_after
    board = office.grid("dashboard")
    row, column = parse_cell(LAYOUT.card("base").value)
    assert board[row - 1][column - 1] == 0
    row, column = parse_cell(LAYOUT.table("renewals").finding)
    assert "undecided" in board[row - 1][column - 1]
    segments = office.grid("segments")
    assert {line[0] for line in segments[1:] if line[0]} == {words_of("en").value("segment", "survey")}
    office.rest()
