"""The whole story of a row's alerts: a term, an account with all that is its own, a ticket, a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sheetcrm.alerts.story import Story, story
from sheetcrm.alerts.team import Team
from sheetcrm.cli.telling import as_json, in_words
from sheetcrm.config import Config
from sheetcrm.model import Memory
from tests.settings import only
from tests.test_plan import CFG, afterwards, book, plan

MONDAY = date(2026, 11, 23)
ANA, INES = "ana@example.com", "ines@example.com"
TERMS = """
    contract_id | account_id | start_date | end_date   | value | renewal_stage
    C-1         | A-1        | 2026-01-01 | 2026-12-18 | 1000  | contacted
    C-2         | A-1        | 2026-01-01 | 2028-12-18 | 1000  | contacted
"""
TALKS = """
    interaction_id | date       | account_id | channel | next_step  | next_step_due | next_step_done_on
    I-1            | 2026-11-01 | A-1        | email   | send offer | 2026-11-20    |
"""


def tell(tab: str, id: str, *, ahead: int = 1, cfg: Config = CFG) -> Story:
    """The story of a row some days after a run that told of it."""
    memory = Memory(last_run=MONDAY - timedelta(days=1))
    office = book(TERMS, interactions=TALKS)
    first = plan(office, memory, as_of=MONDAY, cfg=cfg)
    day = MONDAY + timedelta(days=ahead)
    memory = replace(afterwards(first, memory), matters={**memory.matters, **first.matters})
    state = plan(office, memory, as_of=day, cfg=cfg).state
    assert state is not None
    team = Team.of(state.frames["team"], lambda address: address.endswith("@example.com"), "")
    return story(state, team, memory, cfg, tab, id)


def test_a_term_tells_what_was_said_why_it_is_silent_and_what_comes_next() -> None:
    told = tell("contracts", "C-1", cfg=only())
    assert [(line.rule, line.entry.stage, line.entry.person) for line in told.log if line.entry.told] == [
        ("renewal", "urgent", ANA),
        ("renewal", "urgent", INES),
    ]
    (outlook,) = told.outlook
    assert outlook.today.silent == "said"
    assert outlook.later is not None
    assert (outlook.later[0], [item.kind for item in outlook.later[1].news]) == (date(2026, 11, 26), ["repeat"])


def test_a_term_that_is_far_off_says_nothing() -> None:
    told = tell("contracts", "C-2", cfg=only())
    assert (told.log, told.outlook) == ([], [])
    assert in_words(told, MONDAY)[-1] == "Today: silent: nothing is near, or it is decided"


def test_an_account_tells_of_all_that_is_its_own() -> None:
    told = tell("accounts", "A-1", cfg=only("commitment_overdue"))
    assert {(line.rule, line.id) for line in told.log} == {("renewal", "C-1"), ("commitment_overdue", "I-1")}
    assert {(item.case.rule, item.case.id) for item in told.outlook} == {
        ("renewal", "C-1"),
        ("commitment_overdue", "I-1"),
    }


def test_a_row_of_another_tab_tells_of_itself() -> None:
    told = tell("interactions", "I-1", cfg=only("commitment_overdue"))
    assert [line.entry.person for line in told.log] == [ANA]
    (outlook,) = told.outlook
    assert outlook.later is not None
    assert outlook.later[0] == MONDAY + timedelta(days=7)


def test_what_is_said_today_does_not_come_next_once_more() -> None:
    (outlook,) = tell("interactions", "I-1", ahead=7, cfg=only("commitment_overdue")).outlook
    assert outlook.today.speaks
    assert outlook.later is not None
    assert outlook.later[0] == MONDAY + timedelta(days=14)


def test_a_person_is_told_what_they_heard_and_will_hear() -> None:
    cfg = only("commitment_overdue")
    ana, ines = tell("team", ANA, cfg=cfg), tell("team", INES, cfg=cfg)
    assert {(line.rule, line.id) for line in ana.log} == {("renewal", "C-1"), ("commitment_overdue", "I-1")}
    assert {(line.rule, line.id) for line in ines.log} == {("renewal", "C-1")}
    assert {item.case.rule for item in ana.outlook} == {"renewal", "commitment_overdue"}
    assert tell("team", "nobody@example.com", cfg=cfg).outlook == []


def test_the_story_is_told_in_lines_and_for_programs() -> None:
    told = tell("accounts", "A-1", cfg=only("commitment_overdue"))
    text = "\n".join(in_words(told, MONDAY + timedelta(days=1)))
    assert "renewal of C-1, deadline 2026-12-18, 24 days left" in text
    assert f"2026-11-23  commitment_overdue I-1 {ANA}: told (sent)" in text
    cases = as_json(told)["cases"]
    assert {(case["rule"], case["id"]) for case in cases} == {("renewal", "C-1"), ("commitment_overdue", "I-1")}
