"""Letters to customers: once per term at its first contact, a draft or a mail, held, blocked or never."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from sheetcrm.alerts.customers import RULE
from sheetcrm.config import Config, load
from sheetcrm.model import Alert, Memory, Message, Plan
from sheetcrm.plan import make_plan
from tests.settings import without_matters
from tests.tables import snapshot

TODAY = date(2026, 11, 23)
END = TODAY + timedelta(days=58)
ANA, BOB = "ana@example.com", "bob@example.com"
CUSTOMER = "buyer@sol.example"
TEAM = f"""
    email  | name | role    | manager | away_from | away_until | delegate
    {ANA}  | Ana  | owner   |         |           |            |
    {BOB}  | Bob  | manager |         |           |            |
"""
CFG = without_matters(load())
LIVED = Memory(last_run=TODAY - timedelta(days=3), began=TODAY - timedelta(days=30), seen={"C-1": END})


def sending(cfg: Config = CFG) -> Config:
    return cfg.model_copy(update={"mail": cfg.mail.model_copy(update={"customers": "send"})})


def plan(
    memory: Memory = LIVED,
    cfg: Config = CFG,
    *,
    contract: dict[str, str] | None = None,
    account: dict[str, str] | None = None,
    as_of: date = TODAY,
    **tabs: str,
) -> Plan:
    known = {"contract_id": "C-1", "account_id": "A-1", "start_date": "2026-01-21", "end_date": END.isoformat()}
    known |= {"value": "1000", "contact": "Teresa", **(contract or {})}
    whose = {"account_id": "A-1", "name": "Sol", "owner": "Ana", "tier": "standard", "customer_email": CUSTOMER}
    whose |= {"language": "ru"} | (account or {})
    book = {"contracts": _tab(known), "accounts": _tab(whose), "team": TEAM, **tabs}
    allowed = lambda address: address.endswith("@example.com")  # noqa: E731
    return make_plan(snapshot(book), as_of, cfg, memory, allowed=allowed, views=False)


def _tab(cells: dict[str, str]) -> str:
    return f"{' | '.join(cells)}\n{' | '.join(cells.values())}"


def drafts(done: Plan) -> list[dict[str, Any]]:
    return [draft for message in done.messages for draft in message.body.get("drafts", ())]


def letters(done: Plan) -> list[Message]:
    return [message for message in done.messages if message.kind == "customer"]


def logged(done: Plan) -> list[Alert]:
    return [alert for alert in done.alerts if alert.rule == RULE]


def test_the_first_contact_puts_a_draft_into_the_owners_digest() -> None:
    done = plan()
    (draft,) = drafts(done)
    assert (draft["to"], draft["language"]) == (CUSTOMER, "ru")
    assert draft["body"]["contact"] == "Teresa"
    assert (draft["body"]["owner"], draft["body"]["owner_email"]) == ("Ana", ANA)
    (digest,) = [message for message in done.messages if message.kind == "digest"]
    assert digest.to == ANA
    (alert,) = logged(done)
    assert (alert.key in digest.keys, alert.person, alert.state) == (True, CUSTOMER, "queued")
    assert letters(done) == []
    assert done.addresses == {}


def test_it_is_sent_only_where_the_row_and_the_settings_say_so() -> None:
    asked = {"customer_mail": "yes"}
    assert letters(plan(contract=asked)) == []
    assert letters(plan(cfg=sending())) == []
    done = plan(cfg=sending(), contract=asked)
    (letter,) = letters(done)
    assert (letter.to, letter.language, letter.held) == (CUSTOMER, "ru", "")
    assert letter.keys == (letter.key,) == tuple(alert.key for alert in logged(done))
    assert done.addresses == {"A-1": CUSTOMER}
    assert drafts(done) == []


def test_it_is_written_once_for_a_term() -> None:
    (alert,) = logged(plan())
    again = replace(LIVED, alerts={alert.key: replace(alert, state="sent")}, digests={ANA: TODAY - timedelta(days=1)})
    done = plan(again)
    assert (drafts(done), logged(done)) == ([], [])


def test_what_the_first_run_told_makes_no_letter_when_it_is_repeated() -> None:
    first = plan(Memory(first_run=True))
    log = {alert.key: replace(alert, state="sent") for alert in first.alerts}
    assert [alert.stage for alert in log.values() if alert.state == "sent"][-1] == "first_contact"
    memory = replace(LIVED, began=TODAY, last_run=TODAY, alerts=log)
    week = plan(memory, as_of=TODAY + timedelta(days=7))
    assert [alert.rule for alert in week.alerts] == ["renewal"]
    log |= {alert.key: replace(alert, state="sent") for alert in week.alerts}
    assert drafts(plan(replace(memory, alerts=log), as_of=TODAY + timedelta(days=8))) == []


def moved(*, written: bool, team: str = TEAM) -> Plan:
    """The day after a deadline moved by one, the first contact having been told a week before."""
    told = plan(as_of=TODAY)
    kept = {alert.key: replace(alert, state="sent") for alert in told.alerts if written or alert.rule != RULE}
    earlier = {"end_date": (END - timedelta(days=1)).isoformat()}
    move = plan(replace(LIVED, alerts=kept, last_run=TODAY), contract=earlier, as_of=TODAY + timedelta(days=1))
    assert (drafts(move), logged(move)) == ([], [])
    log = kept | {alert.key: replace(alert, state=alert.state.replace("queued", "sent")) for alert in move.alerts}
    after = replace(LIVED, alerts=log, last_run=TODAY + timedelta(days=1), seen={"C-1": END - timedelta(days=1)})
    return plan(after, contract=earlier, as_of=TODAY + timedelta(days=2), team=team)


def test_a_deadline_that_moves_by_a_day_writes_no_second_letter() -> None:
    assert drafts(moved(written=True)) == []
    # Nor where somebody new hears of the first contact.
    joined = TEAM.replace(
        f"{ANA}  | Ana  | owner   |         |           |            |",
        f"{ANA}  | Ana  | owner   |         |           | {TODAY + timedelta(days=9)} | {BOB}",
    )
    done = moved(written=True, team=joined)
    assert {message.to for message in done.messages} == {BOB}
    assert drafts(done) == []


def test_a_letter_that_had_to_wait_is_written_although_the_deadline_moved() -> None:
    assert [draft["to"] for draft in drafts(moved(written=False))] == [CUSTOMER]


def test_whoever_had_todays_digest_gets_the_draft_another_day() -> None:
    done = plan(replace(LIVED, digests={ANA: TODAY}))
    assert (drafts(done), logged(done)) == ([], [])


def test_an_owner_who_has_only_a_draft_gets_a_digest() -> None:
    told = [alert for alert in plan().alerts if alert.rule != RULE]
    later = replace(LIVED, alerts={alert.key: replace(alert, state="sent") for alert in told}, last_run=TODAY)
    done = plan(later, as_of=TODAY + timedelta(days=1))
    (digest,) = done.messages
    assert (digest.to, digest.body["sections"], len(drafts(done))) == (ANA, [], 1)
    assert digest.keys == tuple(alert.key for alert in logged(done))


@pytest.mark.parametrize(
    ("contract", "account"),
    [
        ({"auto_renew": "yes", "notice_days": "0"}, {}),
        ({"no_mail": "yes"}, {}),
        ({}, {"no_mail": "yes"}),
        ({"renewal_stage": "proposal"}, {}),
        ({}, {"customer_email": ""}),
        ({}, {"credit_blocked": "yes"}),
        ({"snooze_until": "2026-12-10"}, {}),
        ({"end_date": (TODAY + timedelta(days=64)).isoformat()}, {}),
        ({"end_date": (TODAY + timedelta(days=30)).isoformat()}, {}),
    ],
)
def test_no_letter_where_one_thing_speaks_against_it(contract: dict[str, str], account: dict[str, str]) -> None:
    done = plan(replace(LIVED, seen={}), contract=contract, account=account)
    assert (drafts(done), letters(done), logged(done)) == ([], [], [])


def test_an_open_critical_ticket_holds_it_until_it_is_solved() -> None:
    ticket = "ticket_id | account_id | opened_at | priority | resolved_at\nT-1 | A-1 | 2026-11-20 | critical | "
    assert drafts(plan(tickets=ticket)) == []
    assert len(drafts(plan(tickets=f"{ticket}2026-11-22"))) == 1


def test_the_first_run_writes_to_no_customer() -> None:
    done = plan(Memory(first_run=True), cfg=sending(), contract={"customer_mail": "yes"})
    assert (drafts(done), letters(done)) == ([], [])


def test_a_changed_address_is_held_once() -> None:
    asked = {"customer_mail": "yes"}
    (held,) = letters(plan(replace(LIVED, addresses={"A-1": "old@sol.example"}), sending(), contract=asked))
    assert "another one" in held.held
    (free,) = letters(plan(replace(LIVED, addresses={"A-1": CUSTOMER}), sending(), contract=asked))
    assert free.held == ""


@pytest.mark.parametrize(
    "address", ["josé@cliente.example", f"{'x' * 65}@sol.example", "a..b@sol.example", "a@-sol.example"]
)
def test_an_address_that_no_server_takes_is_left_to_a_person(address: str) -> None:
    done = plan(cfg=sending(), contract={"customer_mail": "yes"}, account={"customer_email": address})
    assert letters(done) == []
    assert [draft["to"] for draft in drafts(done)] == [address]


def test_a_stand_in_gets_the_draft_and_the_owner_signs() -> None:
    away = f"email | name | role | manager | away_until | delegate\n{ANA} | Ana | owner | | 2026-12-31 | {BOB}\n{BOB} | Bob | manager | | |"
    done = plan(team=away)
    (message,) = [message for message in done.messages if message.body.get("drafts")]
    assert message.to == BOB
    assert message.body["drafts"][0]["body"]["owner"] == "Ana"
