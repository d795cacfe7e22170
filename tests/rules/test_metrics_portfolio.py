"""The portfolio as the manager sees it: tops, quadrants, owners, effort against value, and who comes and goes."""

from __future__ import annotations

import math

import pytest

from sheetcrm.rules import metrics
from sheetcrm.rules.metrics import Base, Portfolio, Quadrant
from tests.rules.metrics_book import CFG, book

ACCOUNTS = """
    account_id | name  | owner           | tier     | volume | margin | potential
    A-1        | Norte | ana@example.com | key      | 5000   | 1000   | high
    A-2        | Sur   | ana@example.com | standard | 3000   | 2000   | low
    A-3        | Este  | luis@example.com|          | 3000   |        |
    A-4        | Oeste |                 | low      | 0      | -50    | low
    A-5        | Uno   |                 |          |        | 10     |
"""
TEAM = """
    email            | name
    ana@example.com  | Ana
    luis@example.com | Luis
"""
CONTRACTS = """
    contract_id | account_id | start_date | end_date   | value | probability
    C-1         | A-1        | 2026-01-01 | 2026-12-31 | 6000  | 0.2
    C-2         | A-2        | 2026-01-01 | 2027-12-31 | 4000  |
    C-3         | A-3        | 2026-01-01 | 2027-12-31 | 4000  |
    C-4         | A-9        | 2026-01-01 | 2026-12-31 | 9000  | 0.2
"""
WORK = """
    interaction_id | date       | account_id | channel
    I-1            | 2026-11-20 | A-1        | call
    I-2            | 2026-11-20 | A-2        | visit
    I-3            | 2026-11-20 | A-2        | visit
    I-4            | 2026-11-20 | A-2        | newsletter
    I-5            | 2025-11-20 | A-2        | visit
    I-6            | 2026-11-20 | A-5        | visit
"""
TICKETS = """
    ticket_id | account_id | opened_at
    T-1       | A-2        | 2026-11-20
    T-2       | A-3        | 2026-11-20
    T-3       | A-9        | 2026-11-20
"""
STATE = {"accounts": ACCOUNTS, "team": TEAM, "interactions": WORK, "tickets": TICKETS}


def test_the_top_lists_go_by_amount_then_by_id_and_leave_out_who_has_none() -> None:
    state = book(CONTRACTS, **STATE)
    volume = metrics.top(state, "volume")
    assert [(one.account_id, one.amount) for one in volume] == [("A-1", 5000), ("A-2", 3000), ("A-3", 3000)]
    assert [one.share for one in volume] == [pytest.approx(share) for share in (5 / 11, 3 / 11, 3 / 11)]
    assert [one.account_id for one in metrics.top(state, "margin")] == ["A-2", "A-1", "A-5"]
    assert [one.name for one in metrics.top(state, "volume", n=1)] == ["Norte"]
    assert metrics.top(state, "margin")[2].status == "prospect"


def test_the_top_of_nothing() -> None:
    assert metrics.top(book(), "volume") == ()
    assert metrics.top(book(accounts="account_id | name\n"), "margin") == ()


def test_quadrants_count_clients_and_those_without_a_strategy_apart() -> None:
    state = book(CONTRACTS, **STATE)
    found = metrics.quadrants(state)
    assert [one.strategy for one in found] == ["retain", "reprice", "develop", "maintain", "streamline", ""]
    # Two clients with volume and margin are too few for medians.
    assert found[-1] == Quadrant("", 3, 6000 + 2000 + 2000)
    assert sum(one.accounts for one in found[:-1]) == 0
    assert metrics.quadrants(book())[-1] == Quadrant("", 0, 0.0)


def test_quadrants_by_volume_and_margin() -> None:
    accounts = """
        account_id | name | volume | margin | potential
        A-1        | One  | 1000   | 500    | low
        A-2        | Two  | 1000   | 10     | low
        A-3        | Tri  | 10     | 5      | low
        A-4        | For  | 10     | 0      | low
    """
    terms = "".join(f"C-{n} | A-{n} | 2026-01-01 | 2026-12-31 | {n}00\n" for n in range(1, 5))
    state = book(f"contract_id | account_id | start_date | end_date | value\n{terms}", accounts=accounts)
    assert [(one.strategy, one.value) for one in metrics.quadrants(state) if one.accounts] == [
        ("retain", 100),
        ("reprice", 200),
        ("maintain", 300),
        ("streamline", 400),
    ]


def test_each_owners_portfolio_with_its_risk_and_its_shares() -> None:
    ana, luis, nobody = metrics.portfolios(book(CONTRACTS, **STATE), CFG)
    assert ana == Portfolio("ana@example.com", 2, 2, 8000, 6000, 4, 0.8, pytest.approx(4 / 6))
    assert luis == Portfolio("luis@example.com", 1, 1, 2000, 0, 1, 0.2, pytest.approx(1 / 6))
    assert nobody == Portfolio("", 2, 0, 0, 0, 1, 0, pytest.approx(1 / 6))


def test_portfolios_of_no_accounts_and_without_anything_to_share() -> None:
    assert metrics.portfolios(book(CONTRACTS, accounts="account_id | name\n"), CFG) == ()
    (only,) = metrics.portfolios(book(), CFG)
    assert (only.owner, only.accounts, only.value, only.effort) == ("", 2, 0, 0)
    assert math.isnan(only.value_share)
    assert math.isnan(only.effort_share)


def test_a_portfolio_of_unknown_value_stands_last_and_is_not_nothing() -> None:
    accounts = "account_id | name | owner\nA-1 | Norte | X\nA-2 | Sur | Y\n"
    contracts = """
        contract_id | account_id | start_date | end_date   | value | currency
        C-1         | A-1        | 2026-01-01 | 2026-12-31 | 100   | USD
        C-2         | A-2        | 2026-01-01 | 2026-12-31 | 100   |
    """
    known, unknown = metrics.portfolios(book(contracts, accounts=accounts), CFG)
    assert (known.owner, known.value_share) == ("Y", 1.0)
    assert math.isnan(unknown.value)


def test_effort_against_value_by_tier_and_by_account() -> None:
    found = metrics.effort(book(CONTRACTS, **STATE), CFG)
    shares = {one.key: (one.accounts, one.value_share, one.effort_share) for one in found.tiers}
    assert shares == {
        "key": (1, 0.6, pytest.approx(0.2)),
        "standard": (1, 0.2, pytest.approx(0.6)),
        "low": (0, 0, 0),
        "": (1, 0.2, pytest.approx(0.2)),
    }
    assert [one.key for one in found.over] == ["A-2"]
    assert [one.key for one in found.under] == ["A-1"]
    assert found.over[0].gap == pytest.approx(0.4)
    assert (found.over[0].name, found.over[0].effort) == ("Sur", 3)
    # Four contacts of the window, one of them with a prospect.
    assert found.prospecting == 0.25


def test_effort_without_work_or_without_value_compares_nothing() -> None:
    idle = metrics.effort(book(CONTRACTS, accounts=ACCOUNTS), CFG)
    assert (idle.over, idle.under) == ((), ())
    assert all(math.isnan(one.effort_share) for one in idle.tiers)
    assert math.isnan(idle.prospecting)
    nobody = metrics.effort(book(interactions=WORK), CFG)
    assert (nobody.over, nobody.under) == ((), ())
    assert nobody.prospecting == 1.0


def test_a_client_of_unknown_value_is_compared_with_nobody() -> None:
    contracts = """
        contract_id | account_id | start_date | end_date   | value | currency
        C-1         | A-1        | 2026-01-01 | 2026-12-31 | 100   | USD
        C-2         | A-2        | 2026-01-01 | 2026-12-31 | 100   |
    """
    found = metrics.effort(book(contracts, interactions=WORK), CFG)
    assert [one.accounts for one in found.tiers] == [0, 0, 0, 1]
    assert found.tiers[3].effort == 2


def test_the_base_tells_prospects_clients_and_those_who_left() -> None:
    accounts = "account_id | name\n" + "".join(f"A-{n} | N{n}\n" for n in range(1, 6))
    contracts = """
        contract_id | account_id | start_date | end_date   | renewal_stage | closed_on
        C-1         | A-1        | 2026-01-01 | 2026-12-31 |               |
        C-2         | A-2        | 2024-01-01 | 2026-06-30 | lost          | 2026-06-30
        C-3         | A-3        | 2026-12-01 | 2027-11-30 |               |
        C-4         | A-4        | 2026-01-01 | pronto     |               |
    """
    deals = """
        opportunity_id | account_id | kind | stage
        O-1            | A-3        | new  | proposal
        O-2            | A-5        | new  | lost
        O-3            | A-1        | new  | contact
        O-4            | A-9        | new  | contact
    """
    found = metrics.base(book(contracts, accounts=accounts, opportunities=deals), CFG)
    assert found == Base(clients=1, prospects=2, ex_clients=1, unclear=1, new=1, lost=1, pursued=1)


def test_the_base_of_an_empty_workbook() -> None:
    assert metrics.base(book(accounts="account_id | name\n"), CFG) == Base(0, 0, 0, 0, 0, 0, 0)
