"""What an account and a contract ask for next, and by when; case, boundary and blank."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from sheetcrm.config import load
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Memory
from sheetcrm.plan import make_plan
from sheetcrm.rules.signals import OPENINGS
from sheetcrm.words import words_of
from tests.frames import UNREADABLE
from tests.rules.service_book import client, computed
from tests.tables import snapshot

TODAY = date(2026, 11, 20)
CFG = load()
ACCOUNTS = """
    account_id | name  | tier | volume | margin | owner
    A-1        | Norte | low  | 100    | 10     | Ana
"""
TERM = """
    contract_id | account_id | start_date | end_date   | value | renewal_stage
    C-1         | A-1        | 2026-01-01 | 2027-12-31 | 1200  | planned
"""
SOON = TERM.replace("2027-12-31", "2026-12-10")
TEAM = "email | name\nana@example.com | Ana"
TASKS = "task_id | account_id | contract_id | title | due | done_on\n"


def planned(**tabs: str) -> Evaluated:
    """The workbook in English after the plan of a day that is not the first."""
    book = {"accounts": ACCOUNTS, "contracts": TERM, "team": TEAM, **tabs}
    done = make_plan(snapshot(book), TODAY, CFG, Memory(last_run=TODAY), allowed=lambda _: True, views=False)
    return done.state  # type: ignore[no-any-return]


def next_action(tab: str = "accounts", **tabs: str) -> Any:
    value = planned(**tabs)[f"{tab}.next_action"].iloc[0]
    return None if pd.isna(value) else value


def talk(cells: str) -> str:
    return "interaction_id | date | account_id | contract_id | channel | signal\nI-1 | 2026-11-01 | A-1 | " + cells


def test_the_first_open_task_comes_before_all() -> None:
    rows = TASKS + "K-1 | A-1 | | Later | 2026-12-01 |\nK-2 | A-1 | | Sooner | 2026-11-25 |\nK-3 | A-1 | | Undated | |"
    notice = talk("C-1 | email | cancellation_notice")
    assert next_action(tasks=rows, interactions=notice) == "Sooner"
    assert next_action(tasks=rows + "\nK-4 | A-1 | | Done | 2026-11-01 | 2026-11-02") == "Sooner"
    assert next_action(tasks=TASKS + "K-1 | A-1 | | | 2026-11-21 |") == "K-1"


def test_an_undated_task_is_the_first_where_it_is_the_only_one() -> None:
    assert computed({**client(), "tasks": [{"task_id": "K-1", "account_id": "A-1"}]}, "accounts.first_task") == ["K-1"]
    done = {"task_id": "K-1", "account_id": "A-1", "done_on": TODAY}
    assert computed({**client(), "tasks": [done]}, "accounts.first_task") == [None]
    assert computed({**client(), "tasks": [{**done, "done_on": UNREADABLE}]}, "accounts.first_task") == [None]
    assert computed(client(), "accounts.first_task") == [None]


def test_a_task_of_a_contract_is_one_of_its_account() -> None:
    rows = TASKS + "K-1 | | C-1 | Of the contract | 2026-11-25 |\nK-2 | A-1 | | Of the account | 2026-11-24 |"
    assert next_action(tasks=rows) == "Of the account"
    assert next_action("contracts", tasks=rows) == "Of the contract"
    assert planned(tasks=rows)["contracts.next_action_on"].iloc[0] == pd.Timestamp(2026, 11, 25)
    assert next_action(tasks=rows.replace("2026-11-24", "2026-11-26")) == "Of the contract"


def test_without_a_task_the_contract_speaks_and_a_notice_before_it() -> None:
    said = words_of("en").text("action.urgent")
    assert next_action(contracts=SOON) == next_action("contracts", contracts=SOON) == said
    notice = talk("C-1 | email | cancellation_notice")
    called = words_of("en").text("action.account.cancellation_notice")
    assert next_action(contracts=SOON, interactions=notice) == called


def test_then_the_most_urgent_matter_of_the_account() -> None:
    said = words_of("en").text("action.account.new_decision_maker")
    assert next_action(interactions=talk("| call | new_decision_maker")) == said
    assert next_action() is None


@pytest.mark.parametrize("language", ["es", "en", "ru"])
def test_every_matter_has_its_words(language: str) -> None:
    from sheetcrm.rules import urgent

    words = words_of(language)
    for matter in (urgent.FIRST, *urgent._SIGNALS, *OPENINGS, "breached", "overdue", "risk_plan", "red", "contact"):
        assert words.text(f"action.account.{matter}")
    for matter in ("obsolescence", "single_threaded", "plan", "difficult", "tier_review", "tier_blank", "strategy"):
        assert words.text(f"action.account.{matter}")


@pytest.mark.parametrize(
    ("cells", "matter"),
    [
        ({"tier": "key", "risk_plan_due": TODAY}, "risk_plan"),
        ({"tier": "key"}, "plan"),
        ({"tier": "key", "plan": "x", "plan_reviewed_on": TODAY, "tier_reviewed_on": TODAY}, "strategy"),
        ({"tier_reviewed_on": date(2026, 11, 1)}, "tier_blank"),
        ({"tier": "low", "tier_reviewed_on": date(2025, 11, 1)}, "tier_review"),
        ({"tier": "low", "tier_reviewed_on": date(2025, 11, 21), "volume": 1.0, "margin": 1.0}, None),
    ],
)
def test_what_an_account_asks_for_in_order(cells: dict[str, Any], matter: str | None) -> None:
    assert computed(client(**cells), "accounts.most_urgent") == [matter]
