"""Activity: planned and done, who starts it, what for, and its valleys: case, boundary and blank."""

from __future__ import annotations

import math
from datetime import date

import pytest

from sheetcrm.rules import metrics
from sheetcrm.rules.metrics import Planned, Split
from tests.rules.metrics_book import CFG, book, with_settings

TASKS = """
    task_id | nature     | due        | done_on
    ON-DAY  | commercial | 2026-11-10 | 2026-11-10
    EARLY   | admin      | 2026-11-10 | 2026-11-01
    LATE    | commercial | 2026-11-10 | 2026-11-11
    OPEN    | commercial | 2026-11-19 |
    TODAY   |            | 2026-11-20 |
    DONE    | admin      | 2026-11-20 | 2026-11-20
    AHEAD   | admin      | 2026-11-21 | 2026-11-19
    FIRST   |            | 2025-11-21 | 2025-11-21
    OLD     | commercial | 2025-11-20 | 2025-11-20
    NO-DAY  | commercial |            | 2026-11-05
    UNREAD  | commercial | 2026-11-10 | soon
"""


def test_planned_against_done_counts_the_tasks_whose_day_has_come() -> None:
    assert metrics.planned(book(tasks=TASKS), CFG) == Planned(6, 4, 1, 1, 4 / 6)


def test_a_task_that_is_open_on_its_very_day_has_not_failed_yet() -> None:
    found = metrics.planned(book(tasks="task_id | due | done_on\nK-1 | 2026-11-20 |\n"), CFG)
    assert (found.due, found.not_done) == (0, 0)
    assert math.isnan(found.share)
    assert math.isnan(metrics.planned(book(), CFG).share)


TALKS = """
    interaction_id | date       | account_id | channel | initiative | nature
    I-1            | 2026-11-20 | A-1        | call    | proactive  | commercial
    I-2            | 2025-11-21 | A-1        | call    | reactive   | admin
    I-3            | 2025-11-20 | A-1        | call    | reactive   | admin
    I-4            | 2026-11-01 | A-1        | survey  |            |
    I-5            | 2026-11-01 | A-1        | call    | proactive  |
"""


def test_proactive_against_reactive_in_the_window() -> None:
    assert metrics.initiative(book(interactions=TALKS), CFG) == Split(2, 1, 1, 2 / 3)
    nothing = metrics.initiative(book(), CFG)
    assert (nothing.first, nothing.second, nothing.unsaid) == (0, 0, 0)
    assert math.isnan(nothing.share)


def test_commercial_against_admin_counts_interactions_and_tasks_done() -> None:
    assert metrics.nature(book(interactions=TALKS, tasks=TASKS), CFG) == Split(4, 4, 3, 0.5)
    assert metrics.nature(book(interactions=TALKS), CFG) == Split(1, 1, 2, 0.5)


def talks(*days: str, channel: str = "call") -> str:
    rows = "".join(f"I-{n} | {day} | A-1 | {channel}\n" for n, day in enumerate(days))
    return f"interaction_id | date | account_id | channel\n{rows}"


def test_weeks_run_from_monday_to_sunday_eight_back_this_one_and_four_ahead() -> None:
    found = metrics.weeks(book(interactions=talks("2026-11-16", "2026-11-15", "2026-09-21", "2026-09-20")), CFG)
    assert len(found.weeks) == 13
    assert [week.monday.astype(object) for week in (found.weeks[0], found.weeks[8], found.weeks[12])] == [
        date(2026, 9, 21),
        date(2026, 11, 16),
        date(2026, 12, 14),
    ]
    assert found.now == 8
    assert [week.done for week in found.weeks] == [1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0]
    assert found.mean == 2 / 8


def test_a_valley_is_a_week_under_half_of_the_eight_week_mean() -> None:
    done = [f"2026-{day}" for day in ("09-21", "09-28", "10-05", "10-12", "10-19", "10-26", "11-02", "11-09")] * 2
    tasks = """
        task_id | due        | done_on
        K-1     | 2026-11-24 |
        K-2     | 2026-12-01 |
        K-3     | 2026-12-02 | 2026-11-17
        K-4     | 2026-11-17 |
        K-5     | 2026-11-03 |
    """
    found = metrics.weeks(book(interactions=talks(*done), tasks=tasks), CFG)
    assert found.mean == 2
    # This week: one task done early, one still open though its day has passed.
    assert (found.weeks[8].done, found.weeks[8].planned) == (1, 1)
    assert [week.planned for week in found.weeks] == [0] * 8 + [1, 1, 1, 0, 0]
    # One planned thing is exactly half of the mean: no valley yet.
    assert [week.valley for week in found.weeks] == [False] * 11 + [True, True]
    stricter = metrics.weeks(
        book(interactions=talks(*done), tasks=tasks), with_settings(metrics={"valley_share": 0.51})
    )
    assert [week.valley for week in stricter.weeks[8:]] == [False, True, True, True, True]


def test_next_steps_are_planned_until_they_are_done() -> None:
    steps = """
        interaction_id | date       | account_id | channel | next_step | next_step_due | next_step_done_on
        I-1            | 2026-11-02 | A-1        | call    | Offer     | 2026-11-24    |
        I-2            | 2026-11-02 | A-1        | call    | Offer     | 2026-11-24    | 2026-11-10
        I-3            | 2026-11-02 | A-1        | call    |           | 2026-11-25    |
    """
    assert metrics.weeks(book(interactions=steps), CFG).weeks[9].planned == 2


def test_what_is_no_contact_is_no_activity() -> None:
    found = metrics.weeks(book(interactions=talks("2026-11-10", channel="newsletter")), CFG)
    assert sum(week.done for week in found.weeks) == 0
    assert math.isnan(found.mean)
    assert not any(week.valley for week in found.weeks)


@pytest.mark.parametrize(("day", "place"), [("2024-02-26", 8), ("2024-02-29", 8), ("2024-02-25", 7)])
def test_the_week_of_29_february(day: str, place: int) -> None:
    found = metrics.weeks(book(interactions=talks(day), as_of=date(2024, 2, 29)), CFG)
    assert found.weeks[place].done == 1


def test_a_tab_that_does_not_note_what_was_done_tells_nothing_of_it() -> None:
    state = book(
        tasks="task_id | due\nK-1 | 2026-11-10\n",
        tickets="ticket_id | account_id | opened_at\nT-1 | A-1 | 2026-01-05\n",
    )
    assert math.isnan(metrics.planned(state, CFG).share)
    assert metrics.planned(state, CFG).not_done == 0
    assert math.isnan(metrics.sla(state, CFG).share)
