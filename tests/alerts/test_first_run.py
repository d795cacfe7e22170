"""A first run writes to nobody of direction but about what they own; when direction hears of a broken clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sheetcrm.config import load
from sheetcrm.model import Memory
from tests.settings import only
from tests.test_plan import TEAM, URGENT, afterwards, book, plan

MONDAY = date(2026, 11, 23)
FIRST = Memory(first_run=True)
LUIS = "luis@example.com"
FAR = URGENT.replace("2026-12-23", "2028-12-23")
CRITICAL = URGENT.replace("2026-12-23", "2026-12-04")
UNOWNED = "account_id | name | owner\nA-1 | Norte | Ana\nA-2 | Sur |"


def heard(tabs: dict[str, str], memory: Memory, day: date, *matters: str) -> set[str]:
    return {message.to for message in plan(tabs, memory, as_of=day, cfg=only(*matters)).messages}


def test_direction_hears_of_an_owners_contracts_only_in_normal_life() -> None:
    managed = {**book(CRITICAL), "team": TEAM.replace("| Inés    | es", "| Luis    | es")}
    assert heard(managed, FIRST, MONDAY) == {"ana@example.com"}
    assert LUIS in heard(managed, Memory(last_run=MONDAY - timedelta(days=1)), MONDAY)


def test_direction_that_owns_hears_as_an_owner() -> None:
    owned = {**book(CRITICAL), "accounts": UNOWNED.replace("Ana", "Luis")}
    assert LUIS in heard(owned, FIRST, MONDAY)


def test_direction_hears_as_a_manager_neither_at_first_nor_by_a_second_run_of_that_day() -> None:
    team = TEAM.replace("Inés  | manager   |         |", "Inés  | owner     | Luis    |")
    tabs = {**book(FAR), "team": team.replace("Bob   | owner     |         |", "Bob   | owner     | Luis    |")}
    tabs["tickets"] = """
        ticket_id | account_id | opened_at  | category | priority | owner | resolved_at | first_response_at
        T-1       | A-1        | 2026-11-02 | service  | critical | Bob   |             |
    """
    first = plan(tabs, FIRST, as_of=MONDAY, cfg=only("sla_breached"))
    assert {message.to for message in first.messages} == {"bob@example.com"}
    memory = replace(afterwards(first, FIRST), matters=first.matters, first_run=False)
    assert heard(tabs, memory, MONDAY, "sla_breached") == set()
    assert heard(tabs, memory, MONDAY + timedelta(days=1), "sla_breached") == {LUIS}, "the ladder climbs"


def test_what_is_about_a_manager_is_told_to_the_manager() -> None:
    team = TEAM.replace("Inés  | manager   |         |", "Inés  | manager   | Luis    |")
    tabs = {**book(FAR), "team": team.replace("language", "language | sales_target").replace("| es\n", "| es | 4000\n")}
    assert heard(tabs, Memory(last_run=MONDAY), MONDAY, "forecast_below") == {"ines@example.com"}


def test_direction_hears_of_a_broken_clock_as_its_ladder_says() -> None:
    alerts = load().alerts
    assert alerts.direction_after("sla_breached") == 1
    assert alerts.direction_after("key_red") == 2 + 2 + 1, "by the common ladder"
    assert alerts.direction_after("valley") is None
    at_once = alerts.matters["valley"].model_copy(update={"to": ("manager", "direction")})
    changed = alerts.model_copy(update={"matters": {**alerts.matters, "valley": at_once}})
    assert changed.direction_after("valley") == 0
