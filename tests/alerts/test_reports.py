"""The letters of the week: the managers' report once a week, all quiet only when nobody was told anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from sheetcrm.alerts.week import week_before
from sheetcrm.config import Config, load
from sheetcrm.model import Alert, Memory, Message, Plan
from sheetcrm.plan import make_plan
from tests.settings import only, without_matters
from tests.tables import snapshot

MONDAY = date(2026, 11, 23)
CFG = without_matters(load())
CFG = CFG.model_copy(update={"mail": CFG.mail.model_copy(update={"operator": "ops@example.com"})})
TEAM = """
    email            | name | role      | language | manager
    ana@example.com  | Ana  | owner     |          |
    bob@example.com  | Bob  | manager   | ru       |
    luis@example.com | Luis | direction |          |
    eve@other.org    | Eve  | manager   |          |
"""
ACCOUNTS = "account_id | name | owner | tier\nA-1 | Sol | Ana | standard\nA-2 | Mar | Ana | standard"
CONTRACTS = """
    contract_id | account_id | start_date | end_date   | value | renewal_stage    | closed_on  | loss_reason
    C-1         | A-1        | 2026-01-01 | 2026-12-31 | 1200  | payment_received | 2026-11-17 |
    C-2         | A-2        | 2025-12-01 | 2026-11-30 | 2400  | lost             | 2026-11-22 | price
    C-3         | A-1        | 2026-01-01 | 2026-12-31 | 600   | lost             | 2026-11-15 | price
    C-4         | A-2        | 2026-06-01 | 2027-05-31 | 3600  |                  |            |
"""
LIVED = Memory(last_run=MONDAY - timedelta(days=3), began=date(2026, 10, 1))


def plan(memory: Memory = LIVED, as_of: date = MONDAY, reports: Any = "due", cfg: Config = CFG, **tabs: str) -> Plan:
    book = {"contracts": CONTRACTS, "accounts": ACCOUNTS, "team": TEAM, **tabs}
    allowed = lambda address: address.endswith("@example.com")  # noqa: E731
    return make_plan(snapshot(book), as_of, cfg, memory, allowed=allowed, views=False, reports=reports)


def of(kind: str, done: Plan) -> list[Message]:
    return [message for message in done.messages if message.kind == kind]


def test_managers_and_direction_get_the_week_each_in_their_language() -> None:
    found = of("weekly", plan())
    assert {(message.to, message.language) for message in found} == {
        ("bob@example.com", "ru"),
        ("luis@example.com", "en"),
    }
    assert {message.key for message in found} == {"weekly|bob@example.com|2026-W48", "weekly|luis@example.com|2026-W48"}


def test_it_comes_once_a_week_and_not_before_a_whole_week_was_seen() -> None:
    keys = frozenset(message.key for message in of("weekly", plan()))
    assert of("weekly", plan(replace(LIVED, reports=keys))) == []
    assert of("weekly", plan(replace(LIVED, reports=keys), MONDAY + timedelta(days=6))) == []
    assert len(of("weekly", plan(replace(LIVED, reports=keys), MONDAY + timedelta(days=7)))) == 2
    assert of("weekly", plan(replace(LIVED, began=None))) == []
    assert of("weekly", plan(replace(LIVED, began=MONDAY))) == []
    assert len(of("weekly", plan(replace(LIVED, began=MONDAY - timedelta(days=1))))) == 2
    assert of("weekly", plan(reports=None)) == []


def test_what_changed_did_so_in_the_last_whole_week() -> None:
    assert week_before(MONDAY) == week_before(MONDAY + timedelta(days=6)) == (date(2026, 11, 16), date(2026, 11, 22))
    body = of("weekly", plan())[1].body
    changes = {change["key"]: change for change in body["changes"]}
    assert [row["id"] for row in changes["renewed"]["rows"]] == ["C-1"]
    assert [(row["id"], row["note"], row["on"]) for row in changes["lost"]["rows"]] == [
        ("C-2", "price", date(2026, 11, 22))
    ]
    assert (changes["lost"]["count"], changes["lost"]["value"]) == (1, 2400.0)
    assert changes["exhausted"]["count"] == 0


def test_what_has_nobody_left_is_named_whether_it_is_a_term_or_not() -> None:
    tickets = """
        ticket_id | account_id | opened_at  | priority | summary | resolved_at
        T-1       | A-2        | 2026-11-02 | critical | down    |
        T-2       | A-1        | 2026-11-20 | normal   | slow    |
    """
    breached, luis = "T-1|2026-11-02|sla_breached|sla_breached|", "luis@example.com|2026-11-"
    told = {"ana@example.com": 3, "bob@example.com": 3, f"{luis}04 rung direction": 4, f"{luis}11 last": 11}
    log = {
        breached + to: Alert(
            breached + to, "sla_breached", "sla_breached", "tickets", "T-1", "", "A-2", to.partition("|")[0], "sent",
            "", date(2026, 11, day),
        )
        for to, day in told.items()
    }  # fmt: skip
    done = plan(replace(LIVED, alerts=log), cfg=only("sla_breached"), tickets=tickets)
    (change,) = [change for change in of("weekly", done)[1].body["changes"] if change["key"] == "exhausted"]
    assert (change["count"], change["value"]) == (1, 6000.0)
    assert [(row["id"], row["account"], row["owner"]) for row in change["rows"]] == [("T-1", "Mar", "Ana")]
    assert change["rows"][0]["note"]


def test_numbers_stand_beside_those_of_a_week_ago() -> None:
    figures = {figure["key"]: figure for figure in of("weekly", plan())[0].body["figures"]}
    assert (figures["to_renew"]["now"], figures["to_renew"]["before"]) == (0.0, 3600.0)
    # C-1, C-2 and C-3 end after today; nothing that is decided was due yet.
    assert figures["rate"]["now"] is None
    assert figures["contacts"]["now"] is None
    assert figures["overdue"]["now"] is None


def test_contacts_are_counted_by_whole_weeks() -> None:
    talks = "interaction_id | date | account_id | channel\n" + "\n".join(
        f"I-{at} | {day} | A-1 | {channel}"
        for at, (day, channel) in enumerate(
            [
                ("2026-11-16", "call"),
                ("2026-11-22", "visit"),
                ("2026-11-20", "newsletter"),
                ("2026-11-23", "call"),
                ("2026-11-15", "call"),
            ]
        )
    )
    figures = {figure["key"]: figure for figure in of("weekly", plan(interactions=talks))[0].body["figures"]}
    assert (figures["contacts"]["now"], figures["contacts"]["before"]) == (2, 1)


def test_owners_have_their_portfolio() -> None:
    (ana,) = of("weekly", plan())[0].body["owners"]
    assert (ana["name"], ana["accounts"]) == ("Ana", 2)


QUIET = replace(LIVED, reports=frozenset({"weekly|bob@example.com|2026-W48", "weekly|luis@example.com|2026-W48"}))


def test_the_operator_hears_that_all_is_quiet_after_a_week_without_news() -> None:
    (message,) = plan(QUIET).messages
    assert (message.kind, message.to, message.key) == ("quiet", "ops@example.com", "quiet|ops@example.com|2026-W48")
    assert message.body["since"] == date(2026, 10, 1)
    assert message.body["next_deadline"] == date(2026, 11, 30)
    assert dict(message.body["counts"])["contracts"] == 4


@pytest.mark.parametrize(
    "memory",
    [
        replace(QUIET, digests={"ana@example.com": MONDAY - timedelta(days=6)}),
        replace(QUIET, bundles={"ana@example.com": MONDAY - timedelta(days=6)}),
        replace(QUIET, began=MONDAY - timedelta(days=6)),
        replace(QUIET, began=None),
        replace(QUIET, reports=QUIET.reports | {"quiet|ops@example.com|2026-W48"}),
    ],
)
def test_it_is_not_quiet_when_somebody_was_told_or_it_was_said(memory: Memory) -> None:
    assert of("quiet", plan(memory)) == []


def test_a_week_is_quiet_from_its_seventh_day() -> None:
    assert len(of("quiet", plan(replace(QUIET, digests={"ana@example.com": MONDAY - timedelta(days=7)})))) == 1


def test_news_of_today_are_not_quiet() -> None:
    urgent = CONTRACTS + "    C-5 | A-1 | 2026-01-01 | 2026-12-20 | 100 | | |\n"
    done = plan(QUIET, contracts=urgent)
    assert of("digest", done)
    assert of("quiet", done) == []


def test_an_empty_workbook_has_a_week_too() -> None:
    head = "contract_id | account_id | start_date | end_date | value"
    done = plan(contracts=head, accounts="account_id | name")
    body = of("weekly", done)[0].body
    assert [change["count"] for change in body["changes"]] == [0, 0, 0, 0]
    assert of("weekly", plan(contracts=head, accounts="account_id | name", reports="always"))
