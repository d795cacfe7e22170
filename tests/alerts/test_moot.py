"""Tasks of a stage whose term was decided since: letters are silent about them, the rows stay."""

from __future__ import annotations

from datetime import date

import pytest

from sheetcrm.alerts.stages import task_cause, task_of
from sheetcrm.model import Memory, Plan
from tests.alerts.test_matter_alerts import Office, only

DAY = date(2026, 11, 2)
END = date(2026, 11, 10)
STAGES = ("urgent", "critical", "offer", "recovery", "loss_analysis")
TASKS = "\n".join(
    (
        "task_id | account_id | contract_id | kind | title | owner | due | done_on",
        *(f"S-{stage} | A-1 | C-1/2 | call | {stage} | Ana | 2026-10-30 |" for stage in STAGES),
        "T-1 | A-1 | C-1/2 | call | typed | Ana | 2026-10-30 |",
        "T-2 | A-1 | | call | today | Ana | 2026-11-02 |",
    )
)


def _plan(stage: str, *, tasks: str = TASKS) -> Plan:
    causes = {task_cause("C-1/2", END, name): f"S-{name}" for name in STAGES}
    contract = f"""
        contract_id | account_id | start_date | end_date   | value | renewal_stage | closed_on  | loss_reason
        C-1/2       | A-1        | 2025-11-11 | 2026-11-10 | 1200  | {stage}       | 2026-11-01 | price
    """
    office = Office(only("task_overdue"), Memory(causes=causes, last_run=date(2026, 10, 30), first_run=False))
    return office.run(DAY, {"contracts": contract, "tasks": tasks})


def _overdue(plan: Plan) -> list[str]:
    return sorted(alert.id for alert in plan.alerts if alert.rule == "task_overdue")


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("payment_received", ["T-1"]),
        ("lost", ["S-loss_analysis", "S-recovery", "T-1"]),
        ("proposal", [*sorted(f"S-{stage}" for stage in STAGES), "T-1"]),
        ("", [*sorted(f"S-{stage}" for stage in STAGES), "T-1"]),
    ],
)
def test_a_decided_term_needs_no_call_about_its_deadline(stage: str, expected: list[str]) -> None:
    assert _overdue(_plan(stage)) == expected


def test_the_list_of_todays_tasks_leaves_them_out_too() -> None:
    due = TASKS.replace("2026-10-30", "2026-11-02").replace(
        "T-1 | A-1 | C-1/2 | call | typed | Ana | 2026-11-02", "T-1 | A-1 | C-1/2 | call | typed | Ana | 2026-10-30"
    )
    (letter,) = [message for message in _plan("payment_received", tasks=due).messages if message.kind == "digest"]
    assert [task["title"] for task in letter.body["tasks"]] == ["today"]


def test_a_cause_tells_its_contract_and_stage() -> None:
    assert task_of(task_cause("C|1/2", END, "urgent")) == ("C|1/2", "urgent")
    assert task_of("matter|loss_reason|C-1|2026-11-01") == ("", "")
