"""A ladder with nobody left asks for a temporary owner, where the owner stands, until somebody moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest

from sheetcrm.model import Memory, Problem
from tests.test_plan import afterwards, book, plan

MONDAY = date(2026, 11, 23)
ENDS_TODAY = """
    contract_id | account_id | start_date | end_date   | value | renewal_stage
    C-1         | A-1        | 2025-11-24 | 2026-11-23 | 1000  | {stage}
"""


@cache
def lived(days: int) -> tuple[Memory, list[Problem]]:
    """What is remembered after a run on each of these days, and the last one's problems about silence; in every test
    the days before the last are the same."""
    if days < 0:
        return Memory(last_run=MONDAY - timedelta(days=1), seen={"C-1": MONDAY}, moves={"C-1": ("contacted", None)}), []
    return run_on(days, "contacted")


def run_on(ahead: int, stage: str) -> tuple[Memory, list[Problem]]:
    """The run of one day after a run on each day before it."""
    memory, _ = lived(ahead - 1)
    done = plan(book(ENDS_TODAY.format(stage=stage)), memory, as_of=MONDAY + timedelta(days=ahead))
    after = replace(afterwards(done, memory), moves={**memory.moves, **done.moves}, ladders=done.ladders)
    return after, silent(done.problems)


def live(days: int, *, stage_at_the_end: str = "contacted") -> tuple[Memory, list[Problem], list[Problem]]:
    """Run every day; the problems about silence on the last one, in its first and its second run."""
    memory, first = run_on(days, stage_at_the_end)
    again = plan(book(ENDS_TODAY.format(stage=stage_at_the_end)), memory, as_of=MONDAY + timedelta(days=days))
    return memory, first, silent(again.problems)


def silent(problems: object) -> list[Problem]:
    return [problem for problem in problems if problem.code == "nobody_moved"]  # type: ignore[attr-defined]


@pytest.mark.proof
def test_before_the_last_word_nobody_is_asked_for() -> None:
    # owner and manager on Monday, the manager again on Wednesday, direction on Thursday, the last word a week later
    _, first, second = live(9)
    assert (first, second) == ([], [])


def test_with_the_last_word_the_manager_is_asked_for_a_temporary_owner_on_both_runs_of_the_day() -> None:
    memory, first, second = live(10)
    assert [(problem.tab, problem.id, problem.owner) for problem in first] == [("contracts", "C-1", "ines@example.com")]
    assert first == second
    lasts = [key for key in memory.alerts if " last" in key]
    assert [key.split("|")[4] for key in lasts] == ["luis@example.com"]


def test_a_move_ends_it() -> None:
    _, first, second = live(12, stage_at_the_end="negotiation")
    assert (first, second) == ([], [])
