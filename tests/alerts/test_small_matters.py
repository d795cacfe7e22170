"""Cells that can't be read reach their owner by themselves; nothing is said twice, nothing suggested is an appointment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sheetcrm.model import Alert, Memory, Plan
from tests.settings import only
from tests.test_plan import afterwards, book, plan

MONDAY = date(2026, 11, 23)
BOB = "bob@example.com"
SOON = """
    contract_id | account_id | start_date | end_date | value | renewal_stage
    C-1         | A-1        | 2026-01-01 | pronto   | 1000  | contacted
"""
CALM = """
    contract_id | account_id | start_date | end_date   | value | renewal_stage
    C-1         | A-1        | 2026-01-01 | 2028-12-23 | 1000  | contacted
"""


def rules(done: Plan) -> list[tuple[str, str]]:
    return [(alert.rule, alert.person) for alert in done.alerts if alert.state == "queued"]


@pytest.mark.parametrize(
    "days",
    [
        pytest.param((0, 1, 6, 7, 8, 14, 20, 21, 22, 28, 35, 41), id="the days around a letter"),
        pytest.param(tuple(range(42)), id="every day", marks=pytest.mark.proof),
    ],
)
def test_a_cell_that_cant_be_read_reaches_its_owner_once_and_then_weekly_three_times(days: tuple[int, ...]) -> None:
    memory = Memory(last_run=MONDAY - timedelta(days=1))
    said = []
    for ahead in days:
        day = MONDAY + timedelta(days=ahead)
        done = plan(book(SOON), memory, as_of=day, cfg=only("data_problems"))
        if done.messages:
            said.append(ahead)
            assert rules(done) == [("data_problems", "ana@example.com")]
        memory = replace(afterwards(done, memory), matters={**memory.matters, **done.matters})
    assert said == [0, 7, 14, 21]


def test_one_more_wrong_cell_is_said_at_once_and_first() -> None:
    memory = Memory(last_run=MONDAY - timedelta(days=1))
    wrong = SOON + "    C-2         | A-1        | 2026-01-01 | 2028-01-01 | mucho | contacted\n"
    told = []
    for ahead, tabs in enumerate((SOON, SOON, wrong, wrong, SOON, wrong)):
        day = MONDAY + timedelta(days=ahead)
        done = plan(book(tabs), memory, as_of=day, cfg=only("data_problems"))
        told += [(ahead, [problem["address"] for problem in letter.body["problems"]]) for letter in done.messages]
        memory = replace(afterwards(done, memory), matters={**memory.matters, **done.matters})
    assert told == [(0, ["contracts!D2"]), (2, ["contracts!E3", "contracts!D2"])]


def test_what_is_wrong_is_listed_only_on_the_days_on_which_it_is_news() -> None:
    urgent = SOON + "    C-3         | A-1        | 2026-01-01 | 2026-12-23 | 5     | contacted\n"
    memory = Memory(last_run=MONDAY - timedelta(days=1))
    first = plan(book(urgent), memory, as_of=MONDAY, cfg=only("data_problems"))
    (letter,) = [letter for letter in first.messages if letter.to == "ana@example.com"]
    assert (letter.body["matters"], len(letter.body["problems"])) == ([], 1)
    memory = replace(afterwards(first, memory), matters=first.matters)
    friday = plan(book(urgent), memory, as_of=MONDAY + timedelta(days=4), cfg=only("data_problems"))
    (letter,) = friday.messages
    assert (len(letter.body["sections"]), letter.body["problems"], letter.body["problems_more"]) == (1, [], 0)


def test_a_lost_ledger_repeats_nothing_that_the_alerts_tab_knows() -> None:
    memory = Memory(last_run=MONDAY - timedelta(days=1))
    first = plan(book(SOON), memory, as_of=MONDAY, cfg=only("data_problems"))
    healed = Memory(alerts=afterwards(first, memory).alerts, last_run=MONDAY)
    assert plan(book(SOON), healed, as_of=MONDAY + timedelta(days=1), cfg=only("data_problems")).messages == []


def test_a_row_of_nobody_is_the_managers_to_mend() -> None:
    nobodys = SOON.replace("A-1", "A-9")
    done = plan(book(nobodys), Memory(last_run=MONDAY), as_of=MONDAY, cfg=only("data_problems"))
    assert rules(done) == [("data_problems", "ines@example.com")]
    owners = {problem.code: problem.owner for problem in done.problems if problem.row}
    assert owners == {"orphan": "ines@example.com", "date_unreadable": "ines@example.com"}


def test_no_cell_no_letter() -> None:
    memory = Memory(last_run=MONDAY - timedelta(days=1))
    assert plan(book(CALM), memory, as_of=MONDAY, cfg=only("data_problems")).messages == []


def test_a_late_task_waits_while_its_cause_speaks() -> None:
    tasks = """
        task_id | account_id | kind | title | owner | due        | done_on | source
        S-1     | A-2        | data | Tier  | Bob   | 2026-11-20 |         | sheetcrm
        T-2     | A-2        | call | Call  | Bob   | 2026-11-20 |         |
    """
    cfg = only("task_overdue", "tier_blank")
    causes = {"matter|tier_blank|A-2|2026-10-01": "S-1"}
    for ago, expected in ((11, ["T-2"]), (12, ["S-1", "T-2"])):
        day = MONDAY - timedelta(days=ago)
        told = Alert("x", "tier_blank", "tier_blank", "accounts", "A-2", "", "A-2", BOB, "sent", "", day)
        memory = Memory(last_run=MONDAY - timedelta(days=1), causes=causes, alerts={"x": told})
        done = plan(book(CALM, tasks=tasks), memory, as_of=MONDAY, cfg=cfg)
        assert [alert.id for alert in done.alerts if alert.rule == "task_overdue"] == expected, ago


def test_the_task_of_a_contract_is_late_beside_it_only_where_the_contract_is_silent() -> None:
    tasks = """
        task_id | account_id | contract_id | kind | title     | owner | due        | done_on | source
        S-1     | A-2        | C-1         | call | Meet them | Bob   | 2026-11-20 |         | sheetcrm
        S-2     | A-2        | C-1         | call | Call them | Bob   | 2026-11-23 |         | sheetcrm
    """
    urgent = CALM.replace("A-1", "A-2").replace("2028-12-23", "2026-12-23")
    causes = {"task|C-1|2026-12-23|first_contact": "S-1", "task|C-1|2026-12-23|urgent": "S-2"}
    memory = Memory(last_run=MONDAY - timedelta(days=1), causes=causes)
    (letter,) = [
        m for m in plan(book(urgent, tasks=tasks), memory, MONDAY, only("task_overdue")).messages if m.to == BOB
    ]
    assert [section["key"] for section in letter.body["sections"]] == ["urgent"]
    assert (letter.body["matters"], letter.body["tasks"]) == ([], [])
    calm = plan(book(CALM, tasks=tasks), memory, MONDAY, only("task_overdue"))
    (letter,) = [m for m in calm.messages if m.to == BOB]
    assert [row["id"] for row in letter.body["matters"][0]["rows"]] == ["S-1"]
    assert [task["title"] for task in letter.body["tasks"]] == ["Call them"]


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
