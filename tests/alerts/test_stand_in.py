"""Who looks after an absent colleague's matters hears of their tasks of today too."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sheetcrm.model import Memory
from tests.settings import only
from tests.test_plan import book, plan

MONDAY = date(2026, 11, 23)
TEAM = """
    email            | name | role    | manager          | delegate        | away_until
    ana@example.com  | Ana  | owner   | ines@example.com | bob@example.com | {until}
    bob@example.com  | Bob  | owner   | ines@example.com |                 |
    ines@example.com | Inés | manager |                  |                 |
"""
SOON = """
    contract_id | account_id | start_date | end_date   | value | owner | renewal_stage
    C-1         | A-1        | 2026-01-01 | 2026-12-23 | 1000  | Bob   | contacted
"""
TASKS = """
    task_id | account_id | kind | title       | owner | due        | done_on
    T-1     | A-1        | call | Call Acme   | Ana   | 2026-11-23 |
    T-2     |            | call | Order paper | Bob   | 2026-11-23 |
    T-3     |            | call | Tomorrow    | Ana   | 2026-11-24 |
"""


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (MONDAY, [("Call Acme", "Ana"), ("Order paper", "")]),
        (MONDAY - timedelta(days=1), [("Order paper", "")]),
        ("", [("Order paper", "")]),
    ],
)
def test_the_delegate_has_the_tasks_of_whoever_is_away(until: Any, expected: list[tuple[str, str]]) -> None:
    office = book(SOON, team=TEAM.format(until=until), tasks=TASKS)
    done = plan(office, Memory(last_run=MONDAY - timedelta(days=1)), as_of=MONDAY, cfg=only("task_overdue"))
    (letter,) = [letter for letter in done.messages if letter.to == "bob@example.com"]
    assert [(task["title"], task["account"].rpartition(" · ")[2]) for task in letter.body["tasks"]] == expected
