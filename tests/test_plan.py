"""The plan of a day, from small tabs: alerts, tasks, digests, blocks, findings. Pure: no file, no ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from sheetcrm.alerts.stages import alert_key
from sheetcrm.config import Config, load
from sheetcrm.model import Alert, Block, Memory, NewRow, Plan
from sheetcrm.plan import make_plan
from tests.settings import only, without_matters
from tests.tables import snapshot

TODAY = date(2026, 11, 23)
CFG = without_matters(load())
TEAM = """
    email              | name  | role      | manager | language
    ana@example.com    | Ana   | owner     | Inés    | es
    bob@example.com    | Bob   | owner     |         | en
    ines@example.com   | Inés  | manager   |         | es
    luis@example.com   | Luis  | direction |         | ru
"""
ACCOUNTS = """
    account_id | name       | owner | tier | backup_owner
    A-1        | Norte S.L. | Ana   | key  |
    A-2        | South Ltd  | Bob   |      |
    A-3        | Nobody's   |       |      | Bob
"""
TASKS = """
    task_id | account_id | contract_id | kind | title | owner | due | done_on
    T-1     | A-1        |             | call | Old   | Ana   | 2026-11-20 |
"""


def book(contracts: str, **tabs: str) -> Mapping[str, str]:
    return {"contracts": contracts, "accounts": ACCOUNTS, "team": TEAM, "tasks": TASKS, **tabs}


def plan(
    tabs: Mapping[str, str],
    memory: Memory | None = None,
    as_of: date = TODAY,
    cfg: Config = CFG,
    *,
    views: bool = False,
) -> Plan:
    """The plan of a day; ``views`` for the cells too."""
    known = memory if memory is not None else Memory(last_run=as_of)
    allowed = lambda address: address.endswith("@example.com")  # noqa: E731
    return make_plan(snapshot(tabs), as_of, cfg, known, allowed=allowed, views=views)


def afterwards(done: Plan, memory: Memory | None = None) -> Memory:
    """What the ledger knows after that plan was carried out."""
    before = memory or Memory()
    return Memory(
        alerts={
            **before.alerts,
            **{a.key: replace(a, state="sent") if a.state == "queued" else a for a in done.alerts},
        },
        causes={**before.causes, **{row.cause: row.id for row in done.rows}},
        last_run=done.as_of,
        digests={**before.digests, **{message.to: done.as_of for message in done.messages}},
        seen={**before.seen, **done.seen},
    )


URGENT = """
    contract_id | account_id | start_date | end_date   | value | renewal_stage
    C-1         | A-1        | 2026-01-01 | 2026-12-23 | 1000  | contacted
"""


def test_an_urgent_contract_reaches_owner_and_manager_with_its_task() -> None:
    done = plan(book(URGENT), Memory(last_run=TODAY, seen={"C-1": date(2026, 12, 23)}))
    assert {message.to for message in done.messages} == {"ana@example.com", "ines@example.com"}
    queued = {(a.stage, a.person) for a in done.alerts if a.state == "queued"}
    assert queued == {("urgent", "ana@example.com"), ("urgent", "ines@example.com")}
    (task,) = [row for row in done.rows if row.tab == "tasks"]
    assert task.values["contract_id"] == "C-1"
    assert task.values["owner"] == "ana@example.com"
    assert task.values["due"] == date(2026, 11, 26)
    assert task.values["state"] == "open"
    assert str(task.values["checklist"]).count("\n") >= 5


def test_the_digest_is_in_the_readers_language_and_says_why() -> None:
    done = plan(book(URGENT.replace("A-1", "A-2")), Memory(last_run=TODAY))
    by = {message.to: message for message in done.messages}
    assert by["bob@example.com"].language == "en"
    assert by["ines@example.com"].language == "es"
    row = by["bob@example.com"].body["sections"][0]["rows"][0]
    assert row["id"] == "C-1"
    assert row["days"] == 30
    assert "30" in row["reason"]
    assert row["steps"]
    assert by["ines@example.com"].body["sections"][0]["rows"][0]["steps"] == []
    assert row["reason"] != by["ines@example.com"].body["sections"][0]["rows"][0]["reason"]


def test_a_deadline_on_a_day_off_says_as_which_day_it_counts() -> None:
    saturday = URGENT.replace("2026-12-23", "2026-12-12").replace("A-1", "A-2")
    (done,) = [m for m in plan(book(saturday), as_of=date(2026, 11, 26)).messages if m.to == "bob@example.com"]
    (section,) = done.body["sections"]
    assert (section["key"], section["rows"][0]["days"]) == ("critical", 16)
    assert section["rows"][0]["counts_as"] == date(2026, 12, 11)
    (done,) = [m for m in plan(book(saturday), as_of=date(2026, 12, 14)).messages if m.to == "bob@example.com"]
    assert done.body["sections"][0]["rows"][0]["counts_as"] is None, "what follows an end counts from the end"
    (done,) = [m for m in plan(book(URGENT.replace("A-1", "A-2"))).messages if m.to == "bob@example.com"]
    assert done.body["sections"][0]["rows"][0]["counts_as"] is None, "a business day counts as itself"


def test_the_day_after_nothing_is_said_again() -> None:
    first = plan(book(URGENT))
    memory = afterwards(first)
    again = plan(book(URGENT), memory)
    assert not again.messages
    assert not again.alerts
    tomorrow = plan(book(URGENT), memory, date(2026, 11, 24))
    assert not tomorrow.messages
    assert not [row for row in tomorrow.rows if row.tab == "tasks"]


def test_a_deleted_task_is_not_made_again() -> None:
    first = plan(book(URGENT))
    memory = afterwards(first)
    assert not plan(book(URGENT), replace(memory, alerts={}, digests={})).rows


def test_a_row_still_owed_is_appended_and_one_that_stands_there_is_not() -> None:
    owed = NewRow("tasks", "S-9", "cause-9", {"task_id": "S-9", "title": "Owed", "contract_id": "C-1"})
    there = NewRow("tasks", "T-1", "cause-1", {"task_id": "T-1", "title": "There"})
    quiet = book(URGENT.replace("2026-12-23", "2027-12-23"))
    done = plan(quiet, Memory(last_run=TODAY, pending=(owed, there)))
    assert [row.id for row in done.rows] == ["S-9"]
    assert done.reappeared == ["cause-1"]


def test_the_first_run_sums_up_and_leaves_direction_in_peace() -> None:
    critical = URGENT.replace("2026-12-23", "2026-12-01")
    done = plan(book(critical), Memory(first_run=True))
    assert {message.to for message in done.messages} == {"ana@example.com", "ines@example.com"}
    assert all(message.body["baseline"] for message in done.messages)
    assert len([row for row in done.rows if row.tab == "tasks"]) >= 1
    normal = plan(book(critical))
    assert "luis@example.com" in {message.to for message in normal.messages}


def test_the_manager_without_rows_of_their_own_hears_of_the_urgent_only() -> None:
    both = """
        contract_id | account_id | start_date | end_date   | value
        C-1         | A-1        | 2026-01-01 | 2026-12-23 | 1000
        C-2         | A-1        | 2026-01-01 | 2027-02-10 | 9000
    """
    done = plan(book(both))
    rows = {
        message.to: [row["id"] for section in message.body["sections"] for row in section["rows"]]
        for message in done.messages
    }
    assert rows == {"ana@example.com": ["C-1", "C-2"], "ines@example.com": ["C-1"]}


def test_within_a_section_the_greatest_value_comes_first_and_the_rest_is_counted() -> None:
    lines = "\n".join(f"C-{n:02} | A-1 | 2026-01-01 | 2026-12-23 | {n * 100}" for n in range(1, 21))
    done = plan(book("contract_id | account_id | start_date | end_date | value\n" + lines))
    section = next(m for m in done.messages if m.to == "ana@example.com").body["sections"][0]
    assert [row["id"] for row in section["rows"]] == [f"C-{n:02}" for n in range(20, 5, -1)]
    assert section["more"] == 5


@pytest.mark.parametrize(
    ("owner_cells", "reader"),
    [
        (("Bob", "Ana"), "bob@example.com"),
        (("", "Ana"), "ana@example.com"),
        (("Gone Person", "Ana"), "ana@example.com"),
        (("", ""), "ines@example.com"),
    ],
)
def test_who_hears_of_it(owner_cells: tuple[str, str], reader: str) -> None:
    contract, account = owner_cells
    tabs = book(
        f"""
        contract_id | account_id | start_date | end_date   | value | owner
        C-1         | A-1        | 2026-01-01 | 2027-01-20 | 1000  | {contract}
        """,
        accounts=f"""
        account_id | name  | owner
        A-1        | Norte | {account}
        """,
    )
    done = plan(tabs)
    assert [message.to for message in done.messages] == [reader]
    codes = {problem.code for problem in done.problems}
    assert ("no_owner" in codes) == (owner_cells == ("", ""))


def test_the_backup_hears_where_nobody_else_is_named() -> None:
    done = plan(book(URGENT.replace("A-1", "A-3").replace("2026-12-23", "2027-01-20")))
    assert [message.to for message in done.messages] == ["bob@example.com"]


def test_an_address_that_is_not_allowed_gets_nothing_and_is_reported() -> None:
    stranger = TEAM.replace("ana@example.com", "ana@elsewhere.org")
    done = plan(book(URGENT, team=stranger))
    assert "ana@elsewhere.org" not in {message.to for message in done.messages}
    assert "address_refused" in {problem.code for problem in done.problems}


def test_one_digest_per_person_and_day() -> None:
    memory = Memory(last_run=TODAY, digests={"ana@example.com": TODAY})
    done = plan(book(URGENT), memory)
    assert [message.to for message in done.messages] == ["ines@example.com"]
    assert not [alert for alert in done.alerts if alert.person == "ana@example.com" and alert.state == "queued"]
    later = afterwards(done, memory)
    tomorrow = plan(book(URGENT), replace(later, digests={}), date(2026, 11, 24))
    assert "ana@example.com" in {message.to for message in tomorrow.messages}


def test_after_downtime_the_digest_says_for_how_long() -> None:
    done = plan(book(URGENT), Memory(last_run=date(2026, 11, 1), seen={"C-1": date(2026, 12, 23)}))
    assert done.messages[0].body["late_days"] == 22
    postponed = Memory(last_run=date(2026, 11, 1), digests={"bob@example.com": date(2026, 11, 22)})
    assert plan(book(URGENT), postponed).messages[0].body["late_days"] == 0


def test_history_makes_one_summary_problem_and_nothing_else() -> None:
    old = URGENT.replace("2026-01-01", "2024-01-01").replace("2026-12-23", "2025-12-23")
    done = plan(book(old), Memory(first_run=True))
    assert not done.messages
    assert not done.rows
    assert [problem.code for problem in done.problems].count("pasted_history") == 1
    tomorrow = plan(book(old), replace(afterwards(done), first_run=False), date(2026, 11, 24))
    assert not tomorrow.messages
    assert [problem.code for problem in tomorrow.problems].count("pasted_history") == 1


def test_a_run_as_of_a_day_before_the_last_run_says_nothing() -> None:
    assert not plan(book(URGENT), Memory(last_run=date(2026, 12, 1))).messages


def test_without_a_tasks_tab_alerts_go_out_and_no_task_is_made() -> None:
    tabs = dict(book(URGENT))
    del tabs["tasks"]
    done = plan(tabs)
    assert done.messages
    assert not done.rows


def test_a_special_offer_is_a_task_where_health_and_tier_allow() -> None:
    critical = URGENT.replace("2026-12-23", "2026-12-05")
    talks = """
        interaction_id | date       | account_id | channel | score
        I-1            | 2026-11-20 | A-1        | visit   |
        I-2            | 2026-11-20 | A-1        | survey  | 9
    """
    with_offer = plan(book(critical, interactions=talks))
    assert len([row for row in with_offer.rows if row.tab == "tasks"]) == 2
    for stage, tasks in (("invoice_needed", 2), ("invoice_sent", 1)):
        done = plan(book(critical.replace("contacted", stage), interactions=talks))
        assert len([row for row in done.rows if row.tab == "tasks"]) == tasks, stage
    low = ACCOUNTS.replace("key ", "low ")
    assert len([row for row in plan(book(critical, interactions=talks, accounts=low)).rows if row.tab == "tasks"]) == 1


def test_inputs_are_left_as_they_were() -> None:
    read = snapshot(book(URGENT))
    before = {key: table.frame.copy() for key, table in read.tabs.items()}
    make_plan(read, TODAY, CFG, Memory(), allowed=lambda _: True)
    for key, frame in before.items():
        assert frame.equals(read.tabs[key].frame), key


def test_only_owned_columns_are_planned() -> None:
    from sheetcrm.schema import TABS

    done = plan(book(URGENT), views=True)
    assert all(TABS[block.tab].column(block.column).by_runner for block in done.blocks)


def test_the_alert_stage_and_next_action_follow_the_alert() -> None:
    tabs = book(
        URGENT.replace("renewal_stage", "renewal_stage | alert_stage | next_action | next_action_on").replace(
            "contacted", "contacted | | |"
        )
    )
    after = {
        block.column: block.after.tolist()[0] for block in plan(tabs, views=True).blocks if block.tab == "contracts"
    }
    assert after["alert_stage"] == "urgent"
    assert "Norte" in after["next_action"]
    assert after["next_action_on"].date() == date(2026, 11, 26)


def test_acknowledged_alerts_of_the_tab_heal_a_lost_ledger() -> None:
    from sheetcrm.mirror import alerts_of

    first = plan(book(URGENT))
    lines = "\n".join(f"2026-11-23 | {a.contract_id} | {a.key.replace('|', chr(92) + '|')}" for a in first.alerts)
    tabs = book(URGENT, alerts="alerted_on | contract_id | key\n" + lines)
    found = {alert.key: alert for alert in alerts_of(snapshot(tabs))}
    assert set(found) == {alert.key for alert in first.alerts}
    assert all(isinstance(alert, Alert) and alert.deadline == date(2026, 12, 23) for alert in found.values())
    assert not plan(tabs, Memory(alerts=found)).messages


def test_a_term_that_ends_before_it_starts_is_a_problem_at_its_end() -> None:
    done = plan(book(URGENT.replace("2026-12-23", "2025-12-23")))
    (problem,) = [problem for problem in done.problems if problem.code == "end_before_start"]
    assert (problem.tab, problem.cell, problem.id, problem.value) == ("contracts", "D2", "C-1", "2025-12-23")


def test_problems_in_a_digest_speak_the_readers_language() -> None:
    tabs = book(URGENT.replace("A-1", "A-2").replace("1000 ", "mucho"))
    cfg = only("data_problems").model_copy(update={"language": "es"})
    by = {message.to: message.body for message in plan(tabs, cfg=cfg).messages}
    (problem,) = by["bob@example.com"]["problems"]
    assert problem["address"] == "contracts!E2"  # as the tab is called in the workbook
    assert problem["problem"] == "“mucho” is not an amount."


def test_a_digest_names_the_tasks_of_today_and_counts_the_late_ones() -> None:
    days = [*range(1, 23), *[23] * 20, 24]
    lines = "\n".join(f"T-{n:02} | A-1 | | call | Call {n} | Ana | 2026-11-{day}" for n, day in enumerate(days))
    tabs = book(URGENT, tasks="task_id | account_id | contract_id | kind | title | owner | due\n" + lines)
    body = next(m for m in plan(tabs).messages if m.to == "ana@example.com").body
    assert [task["title"] for task in body["tasks"]] == [f"Call {n}" for n in range(22, 42)]
    assert body["tasks_late"] == 22


def test_a_task_names_its_account_once() -> None:
    tabs = book(
        URGENT,
        tasks="""
        task_id | account_id | contract_id | kind | title           | owner | due
        T-1     | A-1        |             | call | Call Norte S.L. | Ana   | 2026-11-23
        T-2     | A-1        |             | call | Call them       | Ana   | 2026-11-23
        """,
    )
    body = next(m for m in plan(tabs).messages if m.to == "ana@example.com").body
    assert [(task["title"], task["account"]) for task in body["tasks"]] == [
        ("Call Norte S.L.", ""),
        ("Call them", "Norte S.L."),
    ]


EVERGREEN = """
    contract_id | account_id | start_date | end_date | value
    C-1         | A-1        | 2020-12-05 |          | 1000
"""


def said(deadline: date, *stages: str, state: str = "sent") -> dict[str, Alert]:
    """The log of a term whose owner and manager heard these stages."""
    found = [
        Alert(
            key=alert_key("C-1", deadline, stage, person),
            rule="renewal",
            stage=stage,
            tab="contracts",
            id="C-1",
            contract_id="C-1",
            account_id="A-1",
            person=person,
            state=state,
            why="",
            alerted_on=deadline,
            deadline=deadline,
        )
        for stage in stages
        for person in ("ana@example.com", "ines@example.com")
    ]
    return {alert.key: alert for alert in found}


def test_an_evergreen_alerts_every_year_also_when_the_ledger_was_lost() -> None:
    last_year = said(date(2025, 12, 5), "urgent", "final")
    for seen in ({}, {"C-1": date(2025, 12, 5)}):
        done = plan(book(EVERGREEN), Memory(alerts=last_year, last_run=TODAY, seen=seen))
        queued = {(alert.stage, alert.deadline) for alert in done.alerts if alert.state == "queued"}
        assert queued == {("urgent", date(2026, 12, 5))}


def test_an_anniversary_that_passed_while_the_runner_was_down_is_told_once() -> None:
    memory = Memory(
        alerts=said(date(2026, 12, 5), "urgent"), last_run=date(2026, 12, 4), seen={"C-1": date(2026, 12, 5)}
    )
    monday = date(2026, 12, 7)
    done = plan(book(EVERGREEN), memory, monday)
    assert {(a.stage, a.deadline) for a in done.alerts} == {("final", date(2026, 12, 5))}
    assert [row.values["due"] for row in done.rows] == [monday]
    assert done.seen == {}, "its ladder has only begun"
    assert not plan(book(EVERGREEN), afterwards(done, memory), date(2026, 12, 8)).alerts
    in_time = replace(memory, alerts=said(date(2026, 12, 5), "urgent", "final"))
    assert not plan(book(EVERGREEN), in_time, monday).alerts


def test_a_date_that_moves_after_todays_digest_is_told_tomorrow_with_what_is_new_only() -> None:
    moved = book(URGENT.replace("2026-12-23", "2026-12-01"))
    memory = Memory(
        alerts=said(date(2026, 12, 23), "preparation", "first_contact", "urgent"),
        last_run=TODAY,
        seen={"C-1": date(2026, 12, 23)},
        digests=dict.fromkeys(("ana@example.com", "ines@example.com", "luis@example.com"), TODAY),
        bundles=dict.fromkeys(("ana@example.com", "ines@example.com", "luis@example.com"), TODAY),
    )
    today = plan(moved, memory)
    assert not today.messages
    tomorrow = plan(moved, afterwards(today, memory), date(2026, 11, 24))
    assert {message.to for message in tomorrow.messages} == set(memory.digests)
    owner = next(message for message in tomorrow.messages if message.to == "ana@example.com")
    steps = owner.body["sections"][0]["rows"][0]["steps"]
    fresh = next(m for m in plan(moved).messages if m.to == "ana@example.com").body["sections"][0]["rows"][0]["steps"]
    assert len(steps) < len(fresh)


def test_an_old_row_stays_history_when_its_deadline_changes_a_little() -> None:
    old = """
        contract_id | account_id | start_date | end_date   | value | auto_renew
        C-1         | A-1        | 2024-01-01 | 2025-12-23 | 1000  | yes
    """
    first = plan(book(old), Memory(first_run=True))
    assert first.seen == {}
    toggled = plan(book(old.replace("yes", "no ")), afterwards(first))
    assert not toggled.messages
    assert "pasted_history" in {problem.code for problem in toggled.problems}


def test_an_alert_whose_letter_was_lost_with_the_ledger_is_told_again() -> None:
    from sheetcrm.mirror import alerts_of

    first = plan(book(URGENT))
    lines = "\n".join(
        f"2026-11-23 | {a.contract_id} | {a.state} | {a.key.replace('|', chr(92) + '|')}" for a in first.alerts
    )
    tabs = book(URGENT, alerts="alerted_on | contract_id | state | key\n" + lines)
    found = {alert.key: alert for alert in alerts_of(snapshot(tabs))}
    assert {alert.state for alert in found.values()} == {"superseded"}
    again = plan(tabs, Memory(alerts=found, last_run=TODAY))
    assert {message.to for message in again.messages} == {message.to for message in first.messages}


def test_a_row_owed_to_a_tab_that_is_gone_waits_for_it() -> None:
    owed = NewRow("tasks", "S-9", "cause-9", {"task_id": "S-9", "title": "Owed", "contract_id": "C-1"})
    tabs = dict(book(URGENT.replace("2026-12-23", "2027-12-23")))
    memory = Memory(last_run=TODAY, pending=(owed,))
    tasks = tabs.pop("tasks")
    gone = plan(tabs, memory)
    assert not gone.rows
    assert not gone.reappeared
    assert [row.id for row in plan({**tabs, "tasks": tasks}, memory).rows] == ["S-9"]


def test_a_second_look_within_a_run_brings_owed_rows_and_no_news() -> None:
    owed = NewRow("tasks", "S-9", "cause-9", {"task_id": "S-9", "title": "Owed", "contract_id": "C-1"})
    look = make_plan(snapshot(book(URGENT)), TODAY, CFG, Memory(pending=(owed,)), allowed=lambda _: True, tell=False)
    assert [row.id for row in look.rows] == ["S-9"]
    assert not look.alerts
    assert not look.messages
    assert "alert_stage" not in {block.column for block in look.blocks}


@pytest.mark.parametrize(
    ("column", "refused"), [("due_at", False), ("problems", False), ("sla_status", True), ("age_days", True)]
)
def test_the_guard_trips_on_lost_values_and_not_on_work_that_was_done(column: str, refused: bool) -> None:
    from sheetcrm import guard

    heads = f"ticket_id | account_id | opened_at | {column}"
    values = {"due_at": "2026-12-01", "age_days": "3"}
    lines = "\n".join(f"T-{n} | A-1 | 2026-11-20 | {values.get(column, 'x')}" for n in range(30))
    read = snapshot({**book(URGENT), "tickets": f"{heads}\n{lines}"})
    stored = read["tickets"].stored[column]
    assert stored.notna().sum() == 30
    block = Block("tickets", column, read["tickets"].rows, [""] * 30, stored, stored.where(stored.isna()))
    assert bool(guard.refusals([block], read, {}, CFG.guard)) is refused


def test_the_guard_lets_go_what_only_an_optional_tab_fed_that_people_gave_up() -> None:
    from sheetcrm import guard

    heads = "account_id | name | days_overdue | health_score"
    lines = "\n".join(f"A-{n} | Firm {n} | 3 | 50" for n in range(30))
    without = {**book(URGENT), "accounts": f"{heads}\n{lines}"}
    with_invoices = {**without, "invoices": "invoice_id | account_id | due_on | amount"}
    for tabs, column, refused in (
        (without, "days_overdue", False),
        (without, "health_score", True),
        (with_invoices, "days_overdue", True),
    ):
        read = snapshot(tabs)
        stored = read["accounts"].stored[column]
        block = Block("accounts", column, read["accounts"].rows, [""] * 30, stored, stored.where(stored.isna()))
        assert bool(guard.refusals([block], read, {}, CFG.guard)) is refused


def test_the_guard_lets_the_runners_own_tabs_be_filled_again() -> None:
    from sheetcrm import guard

    read = snapshot({**book(URGENT), "alerts": "alerted_on | contract_id | key"})
    assert guard.refusals([], read, {"alerts": 40}, CFG.guard) == []
    assert len(guard.refusals([], read, {"contracts": 40}, CFG.guard)) == 1


def test_a_sentence_is_in_one_language_to_its_end() -> None:
    talks = """
        interaction_id | date       | account_id | channel | score
        I-1            | 2026-05-20 | A-2        | visit   |
        I-2            | 2026-11-20 | A-2        | survey  | 9
    """
    cfg = CFG.model_copy(update={"language": "es"})
    done = plan(book(URGENT.replace("A-1", "A-2"), interactions=talks), cfg=cfg)
    said = {m.to: m.body["sections"][0]["rows"][0]["health_why"] for m in done.messages}
    assert "visita hoy" in said["ines@example.com"]
    assert "visit today" in said["bob@example.com"]
    assert "hoy" not in said["bob@example.com"]
