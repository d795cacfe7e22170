"""The managers' monthly look at the surveys: case, boundary and blank."""

from __future__ import annotations

from datetime import date

import pytest

from sheetcrm.playbooks import playbook
from tests.alerts.test_matters import INES, TODAY, accounts, only, plan, talk, tasks


def survey(day: str, score: str = "8", channel: str = "survey") -> str:
    return talk(f"I-1 | {day} | A-1 | {channel} | {score}").replace("signal", "score")


def test_each_manager_analyses_last_months_surveys() -> None:
    (row,) = tasks(plan(only("survey_analysis"), {"accounts": accounts(), "interactions": survey("2026-10-20")}))
    assert (row.cause, row.values["owner"]) == (f"matter|survey_analysis|{INES}|2026-11-01", INES)
    assert (row.values["kind"], row.values["nature"], row.values["account_id"]) == ("review", "admin", None)
    steps = [line.removeprefix("• ") for line in str(row.values["checklist"]).splitlines()]
    assert steps == list(playbook("en")["survey_analysis"])


@pytest.mark.parametrize(
    ("day", "as_of", "made"),
    [
        ("2026-10-01", TODAY, 1),
        ("2026-10-31", TODAY, 1),
        ("2026-09-30", TODAY, 0),
        ("2026-11-01", TODAY, 0),
        ("2026-12-31", date(2027, 1, 1), 1),
    ],
)
def test_last_month_has_a_first_and_a_last_day(day: str, as_of: date, made: int) -> None:
    book = {"accounts": accounts(), "interactions": survey(day)}
    assert len(tasks(plan(only("survey_analysis"), book, as_of=as_of))) == made


@pytest.mark.parametrize(("score", "channel"), [("", "survey"), ("soon", "survey"), ("8", "call")])
def test_only_answers_are_analysed(score: str, channel: str) -> None:
    book = {"accounts": accounts(), "interactions": survey("2026-10-20", score, channel)}
    assert not tasks(plan(only("survey_analysis"), book))


def test_without_a_manager_or_a_team_nobody_is_asked() -> None:
    book = {"accounts": accounts(), "interactions": survey("2026-10-20")}
    assert not tasks(plan(only("survey_analysis"), {**book, "team": "email | name\nana@example.com | Ana"}))
    assert not tasks(plan(only("survey_analysis"), {**book, "team": "email | name"}))
