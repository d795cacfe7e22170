"""When nobody can be written to, a run says so."""

from __future__ import annotations

from datetime import date

from sheetcrm.config import load
from sheetcrm.model import Memory, Plan
from sheetcrm.plan import make_plan
from tests.settings import without_matters
from tests.tables import snapshot
from tests.test_plan import URGENT, book

TODAY = date(2026, 11, 23)
CFG = without_matters(load())
NOBODY = "email | name | role"


def codes(tabs: dict[str, str], allowed: str = "@example.com", fallback: str = "") -> list[str]:
    cfg = CFG.model_copy(update={"mail": CFG.mail.model_copy(update={"fallback": fallback})})
    done: Plan = make_plan(
        snapshot(tabs), TODAY, cfg, Memory(last_run=TODAY), allowed=lambda to: to.endswith(allowed), views=False
    )
    return [problem.code for problem in done.problems if problem.code.startswith("nobody_")]


def test_a_team_that_names_nobody_is_said_once() -> None:
    without = dict(book(URGENT))
    del without["team"]
    assert codes({**book(URGENT), "team": NOBODY}) == ["nobody_named"]
    assert codes(without) == ["nobody_named"]


def test_a_team_of_which_nobody_is_allowed_is_said_once() -> None:
    assert codes(dict(book(URGENT)), allowed="@elsewhere.example") == ["nobody_allowed"]
    assert codes(dict(book(URGENT)), allowed="ana@example.com") == []


def test_the_fallback_is_somebody() -> None:
    assert codes({**book(URGENT), "team": NOBODY}, fallback="ops@example.com") == []


def test_an_empty_workbook_has_nothing_to_say_to_anybody() -> None:
    empty = {"contracts": URGENT.strip().splitlines()[0], "accounts": "account_id | name", "team": NOBODY}
    assert codes(empty) == []
