"""The opportunities that renewal stages open, and what they may not say against their contract. Pure."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sheetcrm.config import load
from sheetcrm.model import Memory, NewRow, Plan
from sheetcrm.plan import make_plan
from tests.settings import without_matters
from tests.tables import snapshot

TODAY = date(2026, 11, 23)
CFG = without_matters(load())
ACCOUNTS = "account_id | name | owner\nA-1 | Norte | Ana"
TEAM = "email | name | role\nana@example.com | Ana | owner"
DEALS = (
    "opportunity_id | account_id | contract_id | kind | stage | value | currency | owner | created_on | expected_close"
)
HEAD = "contract_id | account_id | start_date | end_date | value | currency | renewal_value | renewal_stage"
SEEN = Memory(last_run=TODAY)


def term(left: int, cells: str = "1000 | USD | 1200.5 | contacted", account: str = "A-1") -> str:
    end = TODAY + timedelta(days=left)
    return f"{HEAD}\nC-1 | {account} | {end - timedelta(days=364)} | {end} | {cells}"


def plan(contracts: str, deals: str | None = DEALS, memory: Memory = SEEN) -> Plan:
    book = {"contracts": contracts, "accounts": ACCOUNTS, "team": TEAM}
    if deals is not None:
        book["opportunities"] = deals
    return make_plan(snapshot(book, CFG), TODAY, CFG, memory, allowed=lambda _: True, views=False)


def opened(done: Plan) -> list[NewRow]:
    return [row for row in done.rows if row.tab == "opportunities"]


@pytest.mark.parametrize(
    ("left", "kinds"),
    [(63, []), (60, ["renewal"]), (20, ["renewal"]), (-6, ["renewal"]), (-7, ["recovery"]), (-31, ["recovery"])],
)
def test_the_stages_that_open_one(left: int, kinds: list[str]) -> None:
    assert [row.values["kind"] for row in opened(plan(term(left)))] == kinds


def test_it_says_what_is_at_stake_and_until_when() -> None:
    (row,) = opened(plan(term(60)))
    assert row.cause == "opportunity|C-1|2027-01-22|renewal"
    shown = {key: value for key, value in row.values.items() if value is not None and key not in ("days_open", "pace")}
    assert shown.pop("opportunity_id") == row.id
    assert shown.pop("expected_value")
    assert "USD" in str(shown.pop("problems")), "its problems are told at once: there is no rate"
    assert shown == {
        "account_id": "A-1",
        "contract_id": "C-1",
        "kind": "renewal",
        "stage": "contact",
        "value": 1200.5,
        "currency": "USD",
        "owner": "ana@example.com",
        "created_on": TODAY,
        "expected_close": date(2027, 1, 22),
    }
    (recovery,) = opened(plan(term(-7)))
    assert recovery.values["expected_close"] == date(2026, 12, 16)


def test_a_first_run_opens_that_of_the_current_stage_only() -> None:
    assert not opened(plan(term(20), memory=Memory(first_run=True)))
    assert [row.values["kind"] for row in opened(plan(term(50), memory=Memory(first_run=True)))] == ["renewal"]


def test_none_is_opened_twice_or_beside_one_that_people_opened() -> None:
    (row,) = opened(plan(term(60)))
    known = Memory(last_run=TODAY, causes={row.cause: row.id})
    assert not opened(plan(term(60), memory=known)), "deleted"
    standing = f"{DEALS}\n{row.id} | A-1 | C-1 | renewal | won | | | | 2026-01-01 |"
    assert not opened(plan(term(60), standing)), "the ledger is lost"
    theirs = f"{DEALS}\nO-9 | A-1 | C-1 | renewal | proposal | | | | 2026-11-01 |"
    assert not opened(plan(term(60), theirs))
    assert opened(plan(term(60), theirs.replace("proposal", "lost"))), "the earlier one is over"
    assert opened(plan(term(60), theirs.replace("renewal", "upsell")))


def test_none_without_a_tab_an_account_or_an_end() -> None:
    assert not opened(plan(term(60), deals=None))
    assert not opened(plan(term(60, account="A-404")))
    evergreen = f"{HEAD}\nC-1 | A-1 | 2020-12-05 | | 9 | | |"
    assert not opened(plan(evergreen))
    (blank,) = opened(plan(term(60, "| | |")))
    assert (blank.values["value"], blank.values["currency"]) == (None, None)


@pytest.mark.parametrize(
    ("contract", "stage", "code"),
    [
        ("payment_received", "negotiation", "opportunity_contract_won"),
        ("payment_received", "lost", "opportunity_contract_won"),
        ("payment_received", "won", None),
        ("lost", "proposal", "opportunity_contract_lost"),
        ("lost", "lost", None),
        ("proposal", "won", "opportunity_contract_open"),
        ("proposal", "proposal", None),
        ("proposal", "", None),
        ("proposal", "12", None),
    ],
)
def test_a_renewal_and_its_contract_that_disagree_are_a_problem(contract: str, stage: str, code: str | None) -> None:
    deals = f"{DEALS}\nO-1 | A-1 | C-1 | renewal | {stage} | | | | 2026-11-01 |"
    found = plan(term(200, f"9 | | | {contract}"), deals).problems
    assert [p.code for p in found if p.code.startswith("opportunity_contract")] == ([code] if code else [])
    if code:
        (problem,) = [p for p in found if p.code == code]
        assert (problem.tab, problem.cell, problem.owner) == ("opportunities", "E2", "ana@example.com")
    other = plan(term(200, f"9 | | | {contract}"), deals.replace("renewal", "upsell")).problems
    assert not [p for p in other if p.code.startswith("opportunity_contract")]
