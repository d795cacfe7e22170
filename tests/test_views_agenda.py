"""The agenda: who is in it, in which order, and what each line says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from sheetcrm.config import defaults
from sheetcrm.engine import fill
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Memory, Value
from sheetcrm.plan import Found
from sheetcrm.rules import afterwards, first
from sheetcrm.schema import TABS
from sheetcrm.views import agenda
from sheetcrm.words import words_of
from tests.rules.on_demand import on_demand
from tests.tables import snapshot

AS_OF = date(2026, 11, 18)
"""A Wednesday."""
MONDAY = date(2026, 11, 16)
CFG = defaults()
ACCOUNTS = """
    account_id | name  | owner           | tier
    A-1        | Norte | ana@example.com | low
    A-2        | Sur   | ana@example.com | low
"""
TEAM = """
    email            | name
    ana@example.com  | Ana
    luis@example.com | Luis
"""


def state_of(tabs: Mapping[str, str], stages: Mapping[Any, str] | None = None) -> Evaluated:
    words = words_of("en")
    read = snapshot({"accounts": ACCOUNTS, "team": TEAM, **tabs})
    state = on_demand(read, AS_OF, CFG, Memory(), words, first())
    fill(state, afterwards(), {"found": Found(stages=stages or {})})
    return state


def lines(
    tabs: Mapping[str, str], stages: Mapping[Any, str] | None = None, language: str = "en"
) -> list[dict[str, Value]]:
    """The agenda's rows as dicts."""
    rows = agenda.rows(state_of(tabs, stages), CFG, words_of(language))
    assert list(rows.columns) == [column.key for column in TABS["agenda"].columns]
    return [dict(zip(rows.columns, row, strict=True)) for row in rows.rows]


def contracts(*rows: str) -> dict[str, str]:
    header = "contract_id | account_id | start_date | end_date | value | owner | renewal_stage | title"
    return {"contracts": "\n".join((header, *rows))}


def day(days: int) -> date:
    return AS_OF + timedelta(days=days)


def test_a_contract_in_its_window() -> None:
    (line,) = lines(
        contracts("C-1 | A-1 | 2025-12-01 | 2026-11-30 | 1200 | luis@example.com | proposal | Copiers"),
        {("C-1", date(2026, 11, 30)): "critical"},
    )
    assert line == {
        "week": date(2026, 11, 30),
        "due": date(2026, 11, 30),
        "days": 12,
        "kind": "contract",
        "id": "C-1",
        "account_id": "A-1",
        "account": "Norte",
        "title": "Copiers",
        "status": "expiring",
        "owner": "Luis",
        "value": 1200.0,
        "probability": 0.745,
        "health": "no_data",
        "next_action": words_of("en").text("action.critical"),
        "next_action_on": AS_OF + timedelta(days=12),
        "why": "Expires in 12 days (30 Nov 2026); stage: proposal; medium risk: invoice not asked for 12 days before the deadline",
        "link": "contracts!A2",
    }


@pytest.mark.parametrize(
    ("days", "stage", "inside"),
    [
        (90, "planned", True),
        (91, "planned", False),
        (91, "proposal", False),
        (0, "", True),
        (-60, "", True),
        (-61, "", False),
    ],
)
def test_the_window_reaches_from_the_first_stage_to_60_days_past(days: int, stage: str, inside: bool) -> None:
    found = lines(contracts(f"C-1 | A-1 | 2020-01-01 | {day(days)} | 1 | | {stage} |"))
    assert bool(found) is inside


def test_what_was_alerted_stays_until_it_is_decided() -> None:
    end = day(-200)
    row = f"C-1 | A-1 | 2020-01-01 | {end} | 1 | | |"
    assert not lines(contracts(row))
    assert len(lines(contracts(row), {("C-1", end): "loss_analysis"})) == 1


@pytest.mark.parametrize("stage", ["payment_received", "lost"])
def test_a_decided_contract_is_out(stage: str) -> None:
    assert not lines(contracts(f"C-1 | A-1 | 2020-01-01 | {day(5)} | 1 | | {stage} |"))


@pytest.mark.parametrize(("days", "stage", "inside"), [(31, "", False), (31, "contacted", True), (30, "", True)])
def test_an_evergreen_waits_for_its_own_first_stage_unless_someone_started(days: int, stage: str, inside: bool) -> None:
    start = day(days).replace(year=2020)
    assert bool(lines(contracts(f"C-1 | A-1 | {start} | | 1 | | {stage} |"))) is inside


def test_a_one_off_project_is_out() -> None:
    tab = (
        f"contract_id | account_id | start_date | end_date | contract_type\nC-1 | A-1 | 2026-01-01 | {day(5)} | project"
    )
    assert not lines({"contracts": tab})


def test_overdue_stands_in_this_week_the_most_valuable_first() -> None:
    found = lines(
        contracts(
            f"NEXT  | A-1 | 2020-01-01 | {day(7)}   | 1    | | proposal |",
            f"OLD   | A-1 | 2025-10-19 | {day(-31)} | 100  | | proposal |",
            f"RICH  | A-1 | 2025-11-17 | {day(-2)}  | 5000 | | proposal |",
            f"TODAY | A-1 | 2025-11-19 | {day(0)}   | 700  | | proposal |",
            f"BLANK | A-1 | 2025-11-19 | {day(0)}   |      | | proposal |",
        )
    )
    assert [line["id"] for line in found] == ["RICH", "TODAY", "OLD", "BLANK", "NEXT"]
    assert [line["week"] for line in found[:4]] == [MONDAY] * 4
    assert [line["days"] for line in found] == [-2, 0, -31, 0, 7]


def test_owner_falls_back_to_the_accounts() -> None:
    (line,) = lines(contracts(f"C-1 | A-1 | 2020-01-01 | {day(5)} | 1 | | |"))
    assert line["owner"] == "Ana"


def test_a_contract_of_an_account_that_nobody_knows() -> None:
    (line,) = lines(contracts(f"C-1 | NOBODY | 2020-01-01 | {day(5)} | 1 | | |"))
    assert (line["account"], line["health"], line["owner"]) == (None, None, None)
    assert line["link"] == "contracts!A2"


RUNNING = contracts("C-1 | A-1 | 2026-01-01 | 2027-12-31 | 2400 | | |")


def test_everything_due_on_an_account_is_one_line() -> None:
    found = lines(
        {
            **RUNNING,
            "accounts": "account_id | name | owner | tier | risk_plan_due\nA-1 | Norte | ana@example.com | standard | 2026-11-25",
            "interactions": """
                interaction_id | date       | account_id | channel | next_step       | next_step_due | next_step_done_on
                I-1            | 2026-08-01 | A-1        | call    | Send the offer  | 2026-11-20    |
                I-2            | 2026-07-01 | A-1        | note    | Done long ago   | 2026-07-05    | 2026-07-04
                I-3            | 2026-07-02 | A-1        | note    | Later           | 2026-12-24    |
            """,
            "invoices": """
                invoice_id | account_id | due_on     | amount | paid_on
                F-1        | A-1        | 2026-11-13 | 100    |
            """,
        }
    )
    (line,) = found
    assert (line["kind"], line["id"], line["due"], line["status"]) == ("account", "A-1", date(2026, 10, 30), "overdue")
    assert line["next_action"] == (
        "get in touch (last contact: 1 Aug 2026); chase payment (5 days overdue); "
        "do as agreed: Send the offer; finish the risk plan"
    )
    assert (line["week"], line["value"], line["link"]) == (MONDAY, 1200.0, "accounts!A2")


@pytest.mark.parametrize(("due", "inside"), [(14, True), (15, False), (-400, True)])
def test_commitments_are_listed_two_weeks_ahead(due: int, inside: bool) -> None:
    header = "interaction_id | date | account_id | channel | next_step_due | next_step_done_on"
    talk = f"{header}\nI-1 | 2025-01-01 | A-1 | other | {day(due)} |"
    found = lines({**RUNNING, "interactions": talk})
    assert bool(found) is inside
    assert not found or found[0]["next_action"] == "do as agreed"


def test_an_account_that_was_never_contacted() -> None:
    accounts = "account_id | name | tier\nA-1 | Norte | standard"
    tabs = contracts("C-1 | A-1 | 2026-01-01 | 2027-12-31 | 2400 | | |")
    talks = "interaction_id | date | account_id | channel\nI-1 | 2026-11-01 | A-2 | call"
    (line,) = lines({**tabs, "accounts": accounts, "interactions": talks})
    assert line["next_action"] == "get in touch (never contacted)"


TALKS = "interaction_id | date | account_id | channel | signal\n"


@pytest.mark.parametrize(
    ("talks", "said"),
    [
        ("I-1 | 2026-11-01 | A-1 | call | quote_request", "talk it over with the client: asks others for quotes"),
        ("I-1 | 2026-11-01 | A-1 | call | quote_request\nI-2 | 2026-11-02 | A-1 | visit |", None),
        ("I-1 | 2026-08-20 | A-1 | call | quote_request", None),
        ("I-1 | 2026-11-01 | A-1 | call | expansion_need", "take the chance: need to expand"),
        (
            "I-1 | 2026-11-01 | A-1 | other | obsolescence\nI-2 | 2026-11-01 | A-1 | other | billing_complaint",
            "talk it over with the client: billing complaint, obsolescence",
        ),
    ],
    ids=["alive", "answered since", "91 days old", "a chance", "the gravest first"],
)
def test_signals_that_nobody_has_answered_are_due_today(talks: str, said: str | None) -> None:
    found = lines({**RUNNING, "interactions": TALKS + talks})
    assert [line["next_action"] for line in found] == ([said] if said else [])
    assert all(line["due"] == AS_OF for line in found)


@pytest.mark.parametrize(("reviewed", "inside"), [("2025-12-02", True), ("2025-12-03", False), ("2025-01-01", True)])
def test_a_tier_review_is_listed_two_weeks_ahead(reviewed: str, inside: bool) -> None:
    accounts = f"account_id | name | tier | tier_reviewed_on\nA-1 | Norte | low | {reviewed}"
    found = lines({**RUNNING, "accounts": accounts})
    assert [line["next_action"] for line in found] == (["review the tier"] if inside else [])


def test_a_team_that_notes_no_reviews_is_not_told_of_them() -> None:
    assert lines({"contracts": contracts("C-1 | A-1 | 2020-01-01 | 2027-12-31 | 2400 | | |")["contracts"]}) == []


def test_a_key_account_needs_a_plan() -> None:
    accounts = (
        "account_id | name | tier | plan | plan_reviewed_on\nA-1 | Norte | key | | \nA-2 | Sur | key | x | 2026-11-01"
    )
    found = lines(
        {"contracts": contracts("C-1 | A-1 | 2026-01-01 | 2027-12-31 | 1 | | |")["contracts"], "accounts": accounts}
    )
    assert "write or review the key account's plan" in str(found[0]["next_action"])
    assert all("plan" not in str(line["next_action"]) for line in found if line["account_id"] == "A-2")


def test_an_account_line_says_why_and_how_healthy() -> None:
    late = "invoice_id | account_id | due_on | amount | paid_on\nF-1 | A-1 | 2026-06-30 | 100 |"
    talks = "interaction_id | date | account_id | channel\nI-1 | 2026-11-10 | A-1 | call"
    (line,) = lines({**RUNNING, "invoices": late, "interactions": talks})
    assert line["health"] == "red"
    assert "141 days overdue" in str(line["why"])
    assert line["probability"] is None


def test_every_open_task_and_none_that_is_done() -> None:
    found = lines(
        {
            **RUNNING,
            "tasks": """
                task_id | account_id | contract_id | title      | owner            | due        | done_on
                T-1     | A-1        | C-1         | Call Eva   | luis@example.com | 2026-11-18 |
                T-2     |            |             | Tidy up    |                  |            |
                T-3     | A-1        |             | Old        |                  | 2026-11-01 | 2026-11-02
                T-4     | A-1        |             | Late       |                  | 2026-11-01 |
            """,
        }
    )
    assert [(line["id"], line["status"], line["due"]) for line in found] == [
        ("T-1", "due", AS_OF),
        ("T-4", "overdue", date(2026, 11, 1)),
        ("T-2", "open", None),
    ]
    assert found[0]["next_action"] == "Call Eva"
    assert (found[0]["value"], found[0]["link"]) == (1200.0, "contracts!A2")
    assert (found[1]["owner"], found[1]["value"], found[1]["link"]) == ("Ana", None, "accounts!A2")
    assert (found[2]["week"], found[2]["days"], found[2]["account"]) == (None, None, None)


def test_tickets_whose_clock_runs_out() -> None:
    found = lines(
        {
            "tickets": """
                ticket_id | account_id | opened_at  | priority | summary    | resolved_at
                LATE      | A-1        | 2026-10-01 | critical | No paper   |
                SOON      | A-1        | 2026-11-17 |          | Slow       |
                SOLVED    | A-1        | 2026-10-01 | critical | Broken     | 2026-11-10
            """
        }
    )
    assert [(line["id"], line["kind"], line["status"]) for line in found] == [
        ("LATE", "ticket", "overdue"),
        ("SOON", "ticket", "open"),
    ]
    assert (found[0]["title"], found[0]["next_action"]) == ("No paper", "resolve the ticket")


def test_an_empty_workbook_has_an_empty_agenda() -> None:
    assert lines({}) == []


@pytest.mark.parametrize("language", ["es", "ru"])
def test_actions_are_said_in_the_readers_language(language: str) -> None:
    invoice = "invoice_id | account_id | due_on | amount | paid_on\nF-1 | A-1 | 2026-11-16 | 100 |"
    (line,) = lines({**RUNNING, "invoices": invoice}, language=language)
    expected = {"es": "reclamar el cobro (2 días de retraso)", "ru": "добиться оплаты (просрочка 2 дня)"}
    assert line["next_action"] == expected[language]


@pytest.mark.parametrize("awkward", ["=HYPERLINK(1)", "🙂", "a\\nb", "'x"])
def test_what_people_typed_comes_through_as_it_is(awkward: str) -> None:
    (line,) = lines(contracts(f"C-1 | A-1 | 2020-01-01 | {day(5)} | 1 | | | '{awkward}"))
    assert line["title"] == awkward
