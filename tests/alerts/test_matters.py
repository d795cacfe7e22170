"""Matters: each has its case, its boundary and its blank; their tasks come once, few at a time. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from sheetcrm.alerts.matters import matters
from sheetcrm.config import Config, load
from sheetcrm.languages import LANGUAGES
from sheetcrm.model import Memory, NewRow, Plan
from sheetcrm.plan import make_plan
from sheetcrm.playbooks import playbook
from sheetcrm.schema.matters import MATTERS
from sheetcrm.words import words_of
from tests.settings import without_matters
from tests.tables import snapshot

TODAY = date(2026, 11, 23)
CFG = load()
ANA, BOB, INES = "ana@example.com", "bob@example.com", "ines@example.com"
TEAM = f"""
    email  | name | role    | manager
    {ANA}  | Ana  | owner   | Inés
    {BOB}  | Bob  | service | Inés
    {INES} | Inés | manager |
"""
TASKS = "task_id | account_id | contract_id | kind | title | checklist | owner | due | done_on"
CONTRACT = "contract_id | account_id | start_date | end_date | value"
CLIENT = f"{CONTRACT}\nC-1 | A-1 | 2026-05-01 | 2027-04-30 | 1200"


def only(*names: str) -> Config:
    """The settings with the tasks of these matters alone."""
    quiet = without_matters(CFG)
    chosen = {**quiet.alerts.matters, **{name: CFG.alerts.matters[name] for name in names}}
    return quiet.model_copy(update={"alerts": quiet.alerts.model_copy(update={"matters": chosen})})


def plan(cfg: Config, tabs: dict[str, str], memory: Memory | None = None, as_of: date = TODAY) -> Plan:
    book = {"contracts": CLIENT, "team": TEAM, "tasks": TASKS, **tabs}
    return make_plan(snapshot(book), as_of, cfg, memory or Memory(), allowed=lambda _: True, views=False)


def tasks(done: Plan) -> list[NewRow]:
    """The tasks of matters: those of renewal stages are not looked at here."""
    return [row for row in done.rows if row.tab == "tasks" and row.cause.startswith("matter|")]


def causes(done: Plan) -> list[str]:
    return [cause.removeprefix("matter|") for row in tasks(done) for cause in (row.cause, *row.also)]


def accounts(cells: str = "", heads: str = "") -> str:
    return f"account_id | name | owner | tier | {heads}\nA-1 | Norte | Ana | standard | {cells}"


def at(name: str, day: date = TODAY, **tabs: str) -> list[str]:
    """The causes of one matter's tasks on a day, without its name."""
    tabs = {"accounts": accounts(), **tabs}
    return [cause.removeprefix(f"{name}|") for cause in causes(plan(only(name), tabs, as_of=day))]


def lost(cells: str) -> str:
    return f"{CONTRACT} | renewal_stage | closed_on | loss_reason\nC-1 | A-1 | 2026-01-01 | 2026-12-31 | 9 | {cells}"


def talk(*rows: str) -> str:
    return "\n".join(("interaction_id | date | account_id | channel | signal", *rows))


def test_won_with_no_next_end_asks_for_it_until_it_is_there() -> None:
    head = f"{CONTRACT} | renewal_stage | predecessor_id | renewal_period"
    won = f"{head}\nC-1 | A-1 | 2026-01-03 | 2026-12-20 | 9 | payment_received | |"
    assert at("next_term", contracts=won) == ["C-1|2026-12-20"]
    assert at("next_term", contracts=won + " 12M") == []
    blank = won.replace("2026-12-20", "2026-02-30")
    assert at("next_term", contracts=blank) == ["C-1|"]
    (row,) = tasks(plan(only("next_term"), {"accounts": accounts(), "contracts": won}))
    assert (row.values["contract_id"], row.values["account_id"], row.values["kind"]) == ("C-1", "A-1", "data")
    assert row.values["owner"] == ANA
    assert row.values["due"] == date(2026, 11, 25)


@pytest.mark.proof
def test_lost_without_a_reason() -> None:
    assert at("loss_reason", contracts=lost("lost | 2026-11-01 |")) == ["C-1|2026-11-01"]
    assert at("loss_reason", contracts=lost("lost | |")) == ["C-1|2026-12-31"]
    assert at("loss_reason", contracts=lost("lost | | price")) == []
    assert at("loss_reason", contracts=lost("lost | | 12.5")) == [], "an unreadable reason is a problem, not a blank"
    assert at("loss_reason", contracts=lost("| |")) == []
    assert at("loss_reason", contracts=lost("lost | 2026-12-01 |")) == [], "lost on a day to come"


def test_a_blank_tier() -> None:
    blank = accounts().replace("standard", "")
    assert at("tier_blank", accounts=blank) == ["A-1|2026-10-01"]
    assert at("tier_blank", accounts=blank, contracts=CONTRACT) == ["A-1|2026-10-01"], "a prospect"
    gone = CLIENT.replace("2026-05-01", "2020-05-01").replace("2027", "2021")
    assert at("tier_blank", accounts=blank, contracts=gone) == [], "a former customer"
    assert at("tier_blank", accounts=accounts().replace("standard", "12")) == [], "unreadable"


def test_data_for_the_strategy() -> None:
    heads = "volume | margin | potential"
    assert at("strategy_data", accounts=accounts("100 | |", heads)) == ["A-1|2026-10-01"]
    assert at("strategy_data", accounts=accounts("| | ", heads), contracts=CONTRACT) == []
    assert at("strategy_data", accounts=accounts("100 | 10 | high", heads)) == [], "too few clients is nobody's to mend"


def test_health_without_data() -> None:
    assert at("health_data") == ["A-1|2026-10-01"]
    known = talk("I-1 | 2026-11-20 | A-1 | visit |", "I-2 | 2026-11-20 | A-1 | call |")
    surveys = known.replace("channel", "channel | score").replace("visit", "survey | 9").replace("call", "visit |")
    assert at("health_data", interactions=surveys) == []


def test_an_account_without_an_owner_goes_to_the_manager() -> None:
    nobody = accounts().replace("Ana", "")
    (row,) = tasks(plan(only("no_owner"), {"accounts": nobody}))
    assert (row.cause, row.values["owner"]) == ("matter|no_owner|A-1|2026-10-01", INES)
    assert at("no_owner") == []
    assert at("no_owner", accounts=accounts().replace("Ana", "Somebody")) == [], "a stranger is a problem of its own"


def test_the_review_of_a_tier_names_promotions_and_demotions() -> None:
    heads = "tier_reviewed_on | critical"
    assert at("tier_review", accounts=accounts("2025-11-23 |", heads)) == ["A-1|2026-11-23"]
    assert at("tier_review", accounts=accounts("2025-11-24 |", heads)) == []
    assert at("tier_review", date(2027, 4, 30)) == [], "a client for less than a year"
    assert at("tier_review", date(2027, 5, 1)) == ["A-1|2027-05-01"]
    (row,) = tasks(plan(only("tier_review"), {"accounts": accounts("2025-01-01 | yes", heads)}))
    first, *steps = str(row.values["checklist"]).splitlines()
    assert first.startswith("• key:")
    assert [step.removeprefix("• ") for step in steps] == list(playbook("en")["tier_review"])


def test_the_plan_of_a_key_account() -> None:
    key = accounts("| ", "plan | plan_reviewed_on").replace("standard", "key")
    assert at("key_plan", accounts=key) == ["A-1|2026-10-01"]
    assert at("key_plan", accounts=key.replace("| |", "| a link | 2026-05-22")) == ["A-1|2026-05-22"]
    assert at("key_plan", accounts=key.replace("| |", "| a link | 2026-05-23")) == []
    assert at("key_plan") == [], "only key accounts"


def test_a_risk_plan_that_is_due() -> None:
    assert at("risk_plan", accounts=accounts("2026-11-23", "risk_plan_due")) == ["A-1|2026-11-23"]
    assert at("risk_plan", accounts=accounts("2026-11-24", "risk_plan_due")) == []
    assert at("risk_plan", accounts=accounts("", "risk_plan_due")) == []


def test_a_key_account_that_hangs_by_a_thread() -> None:
    people = "contact_id | account_id | name\nK-1 | A-1 | Eva"
    key = accounts().replace("standard", "key")
    assert at("single_thread", accounts=key, contacts=people) == ["A-1|2026-10-01"]
    assert at("single_thread", accounts=key, contacts=people + "\nK-2 | A-1 | Leo") == []
    assert at("single_thread", accounts=key) == [], "no contacts are noted at all"


def test_a_difficult_client_seen_early() -> None:
    three = talk(*(f"I-{n} | 2026-11-0{n} | A-1 | complaint |" for n in (1, 2, 3)))
    unsure = "ticket_id | account_id | opened_at | resolved_at | customer_confirmed"
    two = "\n".join((unsure, *(f"T-{n} | A-1 | 2026-11-01 | 2026-11-05 | no" for n in (1, 2))))
    assert at("difficult", interactions=three, tickets=two) == ["A-1|2026-10-01"]
    assert at("difficult", interactions=three) == []
    marked = accounts("yes", "difficult")
    assert at("difficult", interactions=three, tickets=two, accounts=marked) == [], "people know"


def test_the_months_executive_report_for_key_clients() -> None:
    key = accounts().replace("standard", "key")
    assert at("executive_report", accounts=key) == ["A-1|2026-11-01"]
    assert at("executive_report", date(2026, 12, 1), accounts=key) == ["A-1|2026-12-01"]
    assert at("executive_report") == []
    assert at("executive_report", accounts=key, contracts=CONTRACT) == []


def test_the_months_survey() -> None:
    assert at("survey") == ["A-1|2026-11-01"]
    asked = talk("I-1 | 2026-10-20 | A-1 | survey |")
    assert at("survey", interactions=asked) == []


def test_the_yearly_review_waits_for_january() -> None:
    assert at("annual_review") == []
    assert at("annual_review", date(2027, 1, 1)) == [f"{ANA}|2027-01-01"]
    assert at("annual_review", date(2027, 3, 31)) == [f"{ANA}|2027-01-01"]
    assert at("annual_review", date(2027, 4, 1)) == []


@pytest.mark.parametrize("kind", ["expansion_need", "trigger_event"])
def test_what_was_noted_asks_for_a_contact(kind: str) -> None:
    noted = talk(f"I-1 | 2026-11-01 | A-1 | call | {kind}", f"I-2 | 2026-11-10 | A-1 | call | {kind}")
    assert at(kind, interactions=noted) == ["A-1|2026-11-10"]
    assert at(kind, date(2027, 2, 7), interactions=noted) == ["A-1|2026-11-10"]
    assert at(kind, date(2027, 2, 8), interactions=noted) == []
    assert at(kind, interactions=noted.replace(kind, "obsolescence")) == []


def test_a_fault_that_keeps_coming_back_goes_to_service() -> None:
    head = "ticket_id | account_id | opened_at | asset"
    rows = "\n".join((head, *(f"T-{n} | A-1 | 2026-11-0{n} | printer" for n in (1, 2, 3))))
    cared = accounts("Bob", "service_owner")
    (row,) = tasks(plan(only("repeat_fault"), {"accounts": cared, "tickets": rows}))
    assert (row.cause, row.values["owner"]) == ("matter|repeat_fault|A-1|2026-11-03", BOB)
    assert str(row.values["checklist"]).startswith("• T-3")
    assert at("repeat_fault", tickets=rows.rpartition("\n")[0]) == []


def test_a_contact_who_moved() -> None:
    head = "contact_id | account_id | name | left_on | moved_to"
    assert at("ambassador", contacts=f"{head}\nK-1 | A-1 | Eva | 2026-10-01 | Otis") == ["K-1|2026-10-01"]
    assert at("ambassador", contacts=f"{head}\nK-1 | A-1 | Eva | 2026-08-25 | Otis") == []
    assert at("ambassador", contacts=f"{head}\nK-1 | A-1 | Eva | | Otis") == ["K-1|"]
    assert at("ambassador", contacts=f"{head}\nK-1 | A-1 | Eva | 2026-10-01 |") == []
    (row,) = tasks(plan(only("ambassador"), {"accounts": accounts(), "contacts": f"{head}\nK-1 | A-1 | Eva | | Otis"}))
    assert "Eva" in str(row.values["title"])
    assert "Norte" in str(row.values["title"])


@pytest.mark.parametrize(
    ("days", "step"), [(89, None), (90, 90), (179, 90), (180, 180), (364, 180), (365, 365), (424, 365), (425, None)]
)
def test_a_former_customer_is_asked_three_times(days: int, step: int | None) -> None:
    end = TODAY - timedelta(days=days)
    gone = f"{CONTRACT} | renewal_stage | loss_reason\nC-1 | A-1 | 2020-01-01 | {end} | 9 | lost | price"
    wanted = [] if step is None else [f"A-1|{end + timedelta(days=step)}"]
    assert at("ex_client", contracts=gone) == wanted


# --- what all of them have in common


def many(count: int) -> dict[str, str]:
    """Accounts without a tier; each a client, the last the most valuable."""
    rows = "\n".join(f"A-{n:03} | Cliente {n} 😀 | Ana |" for n in range(count))
    terms = "\n".join(f"C-{n} | A-{n:03} | 2026-05-01 | 2027-04-30 | {100 + n}" for n in range(count))
    return {"accounts": f"account_id | name | owner | tier\n{rows}", "contracts": f"{CONTRACT}\n{terms}"}


def after(done: Plan, memory: Memory | None = None) -> Memory:
    """What the ledger knows once that plan was carried out."""
    before = memory or Memory()
    new = {cause: row.id for row in done.rows for cause in (row.cause, *row.also)}
    return Memory(
        causes={**before.causes, **new},
        given=Counter(str(row.values["owner"]) for row in tasks(done)),
        last_run=done.as_of,
        seen={**before.seen, **done.seen},
    )


def standing(*rows: NewRow, done_on: str = "") -> str:
    """The tasks tab with these rows in it."""
    lines = [
        f"{row.id} | {row.values['account_id'] or ''} | | data | x | x | {row.values['owner']} | | {done_on}"
        for row in rows
    ]
    return "\n".join((TASKS, *lines))


def test_many_of_a_kind_are_one_task_with_a_list() -> None:
    done = plan(only("tier_blank"), many(60))
    (row,) = tasks(done)
    assert len(row.also) == 59
    assert "60" in str(row.values["title"])
    lines = str(row.values["checklist"]).splitlines()
    assert lines[0].startswith("• Cliente 59 😀 (A-059): ")
    assert lines[50] == "• and 10 more"
    assert (row.values["account_id"], row.values["contract_id"]) == (None, None)
    assert len(tasks(plan(only("tier_blank"), many(3)))) == 3


def test_a_person_gets_a_few_tasks_a_day_the_most_valuable_first() -> None:
    cfg = only("tier_blank", "health_data")
    first = plan(cfg, many(3))
    assert [row.values["account_id"] for row in tasks(first)] == ["A-002", "A-002", "A-001", "A-001", "A-000"]
    there = {**many(3), "tasks": standing(*tasks(first))}
    again = plan(cfg, there, after(first))
    assert not tasks(again), "the same day brings no more"
    deleted = plan(cfg, many(3), after(first))
    assert not tasks(deleted), "nor where people delete them"
    tomorrow = plan(cfg, there, replace(after(first), given={}), TODAY + timedelta(days=1))
    assert [row.values["account_id"] for row in tasks(tomorrow)] == ["A-000"]
    quiet = plan(cfg, {**there, "tasks": standing(*tasks(first), *tasks(tomorrow))}, after(tomorrow, after(first)))
    assert not tasks(quiet)


def test_nothing_is_made_twice_also_when_people_delete_move_or_finish_it() -> None:
    cfg = only("tier_blank")
    first = plan(cfg, many(2))
    memory = after(first)
    later = TODAY + timedelta(days=20)
    for tab in (TASKS, standing(*tasks(first)), standing(*reversed(tasks(first)), done_on="2026-12-01")):
        assert not tasks(plan(cfg, {**many(2), "tasks": tab}, memory, later))
    assert not tasks(plan(cfg, {**many(2), "tasks": standing(*tasks(first))}, Memory(), TODAY)), "the ledger is lost"


def test_the_next_occurrence_waits_until_the_earlier_task_is_done() -> None:
    cfg, next_quarter = only("tier_blank"), date(2027, 1, 4)
    first = plan(cfg, many(1))
    memory = after(first)
    open_ = plan(cfg, {**many(1), "tasks": standing(*tasks(first))}, memory, next_quarter)
    assert not tasks(open_)
    done = plan(cfg, {**many(1), "tasks": standing(*tasks(first), done_on="2026-12-01")}, memory, next_quarter)
    assert causes(done) == ["tier_blank|A-000|2027-01-01"]


def test_a_task_still_owed_holds_back_its_next_occurrence() -> None:
    first = plan(only("tier_blank"), many(1))
    owed = replace(after(first), pending=tuple(tasks(first)))
    later = plan(only("tier_blank"), many(1), owed, date(2027, 1, 4))
    assert [row.id for row in tasks(later)] == [tasks(first)[0].id]


def test_a_snoozed_account_is_left_in_peace() -> None:
    assert at("health_data", accounts=accounts("2026-11-24", "snooze_until")) == []
    assert at("health_data", accounts=accounts("2026-11-23", "snooze_until")) == ["A-1|2026-10-01"]


def test_without_a_tasks_tab_or_on_a_second_look_nothing_is_made() -> None:
    book = {"contracts": CLIENT, "team": TEAM, "accounts": accounts()}
    assert not plan_rows(book)
    assert plan_rows({**book, "tasks": TASKS})
    assert not plan_rows({**book, "tasks": TASKS}, tell=False)


def plan_rows(book: dict[str, str], **how: Any) -> list[NewRow]:
    return list(make_plan(snapshot(book), TODAY, CFG, Memory(), allowed=lambda _: True, views=False, **how).rows)


def test_an_empty_workbook_has_no_matters() -> None:
    empty = {"contracts": CONTRACT, "accounts": "account_id | name", "tasks": TASKS}
    assert not plan_rows(empty)


def test_each_matter_has_its_settings_its_words_and_its_steps() -> None:
    assert set(matters()) == set(CFG.alerts.matters) == set(MATTERS)
    for language in LANGUAGES:
        words = words_of(language)
        for name, settings in CFG.alerts.matters.items():
            assert words.value("alert_stage", name)
            assert words.has(f"matter.{name}.why")
            if settings.task != "none":
                assert words.text(f"matter.{name}.title", account="A", id="I", name="N")
                assert words.plural(f"matter.{name}.many", 5)
                assert playbook(language)[settings.steps], settings.steps
