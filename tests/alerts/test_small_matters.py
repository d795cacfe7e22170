"""Cells that can't be read reach their owner by themselves; nothing is said twice, nothing suggested is an appointment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sheetcrm.config import load
from sheetcrm.model import Memory, Plan
from tests.test_plan import afterwards, book, plan

MONDAY = date(2026, 11, 23)
CFG = load()
SOON = """
    contract_id | account_id | start_date | end_date | value | renewal_stage
    C-1         | A-1        | 2026-01-01 | pronto   | 1000  | contacted
"""
CALM = """
    contract_id | account_id | start_date | end_date   | value | renewal_stage
    C-1         | A-1        | 2026-01-01 | 2028-12-23 | 1000  | contacted
"""


def only(*names: str) -> Any:
    """The settings with these matters alone."""
    silent = {
        name: each if name in names else each.model_copy(update={"task": "none", "alert": "none"})
        for name, each in CFG.alerts.matters.items()
    }
    return CFG.model_copy(update={"alerts": CFG.alerts.model_copy(update={"matters": silent})})


def rules(done: Plan) -> list[tuple[str, str]]:
    return [(alert.rule, alert.person) for alert in done.alerts if alert.state == "queued"]


def test_a_cell_that_cant_be_read_reaches_its_owner_once_and_then_weekly_three_times() -> None:
    memory = Memory(last_run=MONDAY - timedelta(days=1))
    said = []
    for ahead in range(42):
        day = MONDAY + timedelta(days=ahead)
        done = plan(book(SOON), memory, as_of=day, cfg=only("data_problems"))
        if done.messages:
            said.append(ahead)
            assert rules(done) == [("data_problems", "ana@example.com")]
        memory = replace(afterwards(done, memory), matters={**memory.matters, **done.matters})
    assert said == [0, 7, 14, 21]


def test_no_cell_no_letter() -> None:
    memory = Memory(last_run=MONDAY - timedelta(days=1))
    assert plan(book(CALM), memory, as_of=MONDAY, cfg=only("data_problems")).messages == []


def test_a_late_task_of_a_matter_that_is_said_itself_is_not_said_again() -> None:
    cfg = only("task_overdue", "tier_blank")
    tasks = """
        task_id | account_id | kind | title | owner | due        | done_on | source
        S-1     | A-2        | data | Tier  | Bob   | 2026-11-20 |         | sheetcrm
        T-2     | A-2        | call | Call  | Bob   | 2026-11-20 |         |
    """
    memory = Memory(last_run=MONDAY - timedelta(days=1), causes={"matter|tier_blank|A-2|2026-10-01": "S-1"})
    done = plan(book(CALM, tasks=tasks), memory, as_of=MONDAY, cfg=cfg)
    late = [alert.id for alert in done.alerts if alert.rule == "task_overdue" and alert.state == "queued"]
    assert late == ["T-2"]


def test_a_visit_that_the_runner_suggests_is_no_appointment() -> None:
    tasks = """
        task_id | account_id | kind  | title | owner | due        | done_on    | source
        S-1     | A-2        | visit | Idea  | Bob   | 2026-11-24 |            | sheetcrm
        T-2     | A-2        | visit | Visit | Bob   | 2026-11-24 |            |
        T-3     | A-2        | call  | Old   | Bob   | 2026-11-02 | 2026-11-02 |
    """
    memory = Memory(last_run=MONDAY - timedelta(days=1))
    done = plan(book(CALM, tasks=tasks), memory, as_of=MONDAY, cfg=only("visit_task"))
    assert [alert.id for alert in done.alerts if alert.state == "queued"] == ["T-2"]
