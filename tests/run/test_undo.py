"""``undo`` puts back what a run wrote, and nothing that anybody changed since."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Answer, call
from tests.run.conftest import DAY, Office

pytestmark = pytest.mark.proof


def undo(office: Office, *arguments: str) -> Answer:
    places = ["--config", str(office.folder / "config.yaml"), "--state", str(office.state)]
    return call("undo", "--json", *arguments, *places)


def test_a_run_is_taken_back_to_what_stood_there(office_after: Office) -> None:
    office = office_after
    first = office.column("contracts", "days_to_expiry")
    assert office.run(day=DAY.replace(day=24)).json["cells"] > 0
    assert office.column("contracts", "days_to_expiry") != first
    written = office.sha()
    shown = undo(office)
    assert shown.json["cells"] > 0
    assert office.sha() == written
    done = undo(office, "--yes")
    assert (done.json["state"], done.json["cells"]) == ("written", shown.json["cells"])
    assert office.column("contracts", "days_to_expiry") == first


def test_what_somebody_changed_since_stays(office_after: Office) -> None:
    office = office_after
    office.run(day=DAY.replace(day=24))
    headers = office.grid("contracts")[0]
    assert "days to expiry" in [str(header).lower() for header in headers]
    office.change(lambda book: _type(book, headers))
    done = undo(office, "--yes")
    assert done.json["changed_since"] >= 1
    assert office.column("contracts", "days_to_expiry")["C-1"] == 777


def _type(book: object, headers: list[object]) -> None:
    at = [str(header).lower() for header in headers].index("days to expiry")
    book["Contracts"].cell(2, at + 1).value = 777  # type: ignore[index]


def test_rows_that_were_added_are_named_and_stay(office_after: Office) -> None:
    office = office_after
    done = undo(office, "--yes")
    assert any(row.startswith("tasks ") for row in done.json["rows_added"])
    assert len(office.grid("tasks")) > 2


def test_without_a_run_there_is_nothing_to_take_back(office: Office) -> None:
    answer = undo(office)
    assert answer.code == 2
    assert "no run" in answer.err
