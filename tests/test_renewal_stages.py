"""Each renewal stage, from the day of the deadline to what stands in the plan: who hears, which task, with which steps."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sheetcrm.alerts.case import Ladder, Repeat, Rung
from sheetcrm.alerts.policies import renewal_policy
from sheetcrm.config import defaults
from sheetcrm.model import Memory, NewRow, Plan
from sheetcrm.playbooks import playbook
from tests.test_plan import TODAY, book, plan

OWNER, MANAGER, DIRECTION = "ana@example.com", "ines@example.com", "luis@example.com"


def on_the_day(days_left: int) -> Plan:
    """The plan of a workbook that was seen before, on the day when a contract has so many days left."""
    end = TODAY + timedelta(days=days_left)
    contracts = f"""
        contract_id | account_id | start_date | end_date | value | renewal_stage
        C-1         | A-1        | 2025-01-01 | {end}    | 1000  | contacted
    """
    return plan(book(contracts), Memory(last_run=TODAY, seen={"C-1": end}))


def stage_task(done: Plan) -> NewRow:
    (task,) = [row for row in done.rows if row.tab == "tasks" and row.values["contract_id"] == "C-1"]
    return task


@pytest.mark.parametrize(
    ("days_left", "stage", "readers", "kind", "status"),
    [
        (90, "preparation", {OWNER}, "review", "expiring"),
        (60, "first_contact", {OWNER}, "meeting", "expiring"),
        (30, "urgent", {OWNER, MANAGER}, "call", "expiring"),
        (15, "critical", {OWNER, MANAGER, DIRECTION}, "call", "expiring"),
        (0, "final", {OWNER, MANAGER}, "review", "expiring"),
        (-1, "follow_up", {OWNER}, "call", "expired"),
        (-7, "recovery", {OWNER}, "meeting", "expired"),
        (-30, "loss_analysis", {OWNER}, "document", "expired"),
    ],
)
def test_a_stage_reaches_its_readers_and_makes_its_task_with_its_steps(
    days_left: int, stage: str, readers: set[str], kind: str, status: str
) -> None:
    done = on_the_day(days_left)
    queued = {(alert.stage, alert.person) for alert in done.alerts if alert.state == "queued"}
    assert queued == {(stage, reader) for reader in readers}
    assert {message.to for message in done.messages} == readers
    task = stage_task(done)
    assert (task.values["kind"], task.values["owner"], task.values["source"]) == (kind, OWNER, "sheetcrm")
    steps = str(task.values["checklist"]).removeprefix("• ").split("\n• ")
    assert steps[-len(playbook("en")[stage]) :] == list(playbook("en")[stage])
    after = {block.column: block.after.tolist()[0] for block in done.blocks if block.tab == "contracts"}
    assert after.get("status", status) == status


def test_the_day_before_a_stage_nobody_hears_of_it() -> None:
    assert on_the_day(91).messages == []
    assert on_the_day(91).rows == []


def test_the_first_mail_prepares_the_renewal_with_its_steps() -> None:
    (message,) = on_the_day(90).messages
    assert message.kind == "digest"
    (row,) = message.body["sections"][0]["rows"]
    assert row["id"] == "C-1"
    assert list(row["steps"]) == list(playbook("es")["preparation"])


def test_the_priority_call_is_due_the_next_business_day() -> None:
    assert stage_task(on_the_day(15)).values["due"] == date(2026, 11, 24)
    assert stage_task(on_the_day(0)).values["due"] == TODAY


def test_the_settings_remind_weekly_then_every_three_days_then_daily_and_climb() -> None:
    stages = {stage.name: stage for stage in renewal_policy(defaults().alerts).stages}
    assert list(stages) == [
        *("preparation", "first_contact", "urgent", "critical"),
        *("final", "follow_up", "recovery", "loss_analysis"),
    ]
    assert {name: stage.repeat for name, stage in stages.items() if stage.repeat} == {
        "first_contact": Repeat(7, until_moved=True),
        "urgent": Repeat(3, business=True, until_moved=True),
        "critical": Repeat(1, business=True),
    }
    climbs = Ladder((Rung("backup", 2), Rung("manager", 2), Rung("direction", 1)), 7, 3)
    assert {name: stage.ladder for name, stage in stages.items() if stage.ladder} == {
        "critical": climbs,
        "final": climbs,
    }
    assert {name for name, stage in stages.items() if stage.immediate} == {"critical", "final"}
