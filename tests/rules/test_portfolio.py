"""What an account's contracts say of it: case, boundary, blank."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.rules.contracts_book import DEFAULTS, TODAY, terms, values

HEAD = (
    "contract_id | account_id | start_date | end_date | renewal_stage | closed_on | auto_renew | value | currency "
    "| contract_type | predecessor_id | renewal_period"
)
NAMES = (
    "client_status",
    "lost_on",
    "active_contracts",
    "annual_value",
    "lifetime_value",
    "next_deadline",
    "first_start",
)


def statuses(cases: list[tuple[str, str | None, str | None]]) -> list[tuple[Any, Any]]:
    """Status and loss of one account for each case, all in one workbook."""
    lines = [f"C-{n} | A-{n} | {cells}" for n, (cells, *_) in enumerate(cases)]
    widths = [line + " |" * (HEAD.count("|") - line.count("|")) for line in lines]
    accounts = "account_id | name\n" + "\n".join(f"A-{n} | Norte" for n in range(len(cases)))
    found = terms("\n".join([HEAD, *widths]), accounts=accounts)
    return list(zip(values(found, "accounts.client_status"), values(found, "accounts.lost_on"), strict=True))


def account(*rows: str, as_of: date = TODAY, rates: dict[str, float] | None = None) -> dict[str, object]:
    """The account's columns; a row is start | end | stage | closed | auto | value | currency | type | predecessor."""
    lines = [f"C-{number} | A-1 | {cells}" for number, cells in enumerate(rows, 1)]
    widths = [line + " |" * (HEAD.count("|") - line.count("|")) for line in lines]
    found = terms("\n".join([HEAD, *widths]), as_of=as_of, cfg=DEFAULTS.model_copy(update={"rates": rates or {}}))
    return {name: values(found, f"accounts.{name}")[0] for name in NAMES}


def test_an_account_is_a_client_while_a_begun_term_covers_today() -> None:
    cases: list[tuple[str, str | None, str | None]] = [
        ("2026-11-21 | 2027-11-20", "client", None),
        ("2026-11-22 | 2027-11-21", "prospect", None),
        ("2025-01-01 | 2026-11-21 | lost", "client", None),
        ("2025-01-01 | 2026-11-20 | lost", "ex_client", "2026-11-20"),
        ("2025-01-01 | 2026-10-22", "client", None),
        ("2025-01-01 | 2026-10-21", "ex_client", "2026-10-21"),
        ("2025-01-01 |", "client", None),
        ("2025-01-01 | | lost | 2026-11-21", "client", None),
        ("2025-01-01 | | lost | 2026-11-20", "ex_client", "2026-11-20"),
        ("2025-01-01 | | lost", "ex_client", None),
        ("2025-01-01 | | lost | 2026-12-01", "client", None),
        ("2025-01-01 | 2025-12-31 | payment_received", "client", None),
        ("2025-01-01 | 2025-12-31 | | | yes", "client", None),
        ("2024-01-01 | 2024-12-31 | payment_received", "ex_client", "2025-12-31"),
        ("2026-01-10 | 2026-10-22 | payment_received", "client", None),
        ("2026-01-10 | 2026-10-21 | payment_received", "ex_client", "2026-10-21"),
    ]
    for (row, *expected), found in zip(cases, statuses(cases), strict=True):
        assert found == tuple(expected), row


def test_a_renewed_term_with_its_successor_runs_to_its_own_end() -> None:
    rows = ("2025-01-01 | 2025-12-31", "2026-01-01 | 2026-10-31 | lost | | | | | | C-1")
    found = account(*rows)
    assert (found["client_status"], found["lost_on"], found["active_contracts"]) == ("ex_client", "2026-10-31", 0)


def test_an_evergreen_ends_where_its_successor_starts() -> None:
    rows = ("2024-01-01 | | | | | 1200", "2026-11-21 | 2027-11-20 | | | | 2400 | | | C-1")
    assert account(*rows)["annual_value"] == 2400
    assert account(*rows, as_of=date(2026, 11, 20))["annual_value"] == 1200


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ("2025-01-01 | pronto", None),
        ("pronto | 2026-12-31", None),
        ("2025-01-01 | 2026-12-31 | quizás", "client"),
        ("2025-01-01 | 2026-11-20 | quizás", None),
        ("2027-01-01 | pronto", "prospect"),
    ],
)
def test_an_account_whose_dates_cannot_be_read_is_not_told(row: str, status: str | None) -> None:
    assert account(row)["client_status"] == status


def test_another_term_that_covers_today_makes_it_a_client_all_the_same() -> None:
    assert account("2025-01-01 | pronto", "2026-01-01 | 2026-12-31")["client_status"] == "client"


def test_an_account_without_contracts_is_a_prospect_worth_nothing_yet() -> None:
    found = account()
    assert found == {
        "client_status": "prospect",
        "lost_on": None,
        "active_contracts": 0,
        "annual_value": 0,
        "lifetime_value": 0,
        "next_deadline": None,
        "first_start": None,
    }


def test_the_annual_value_sums_the_terms_that_run_today() -> None:
    found = account(
        "2026-01-01 | 2026-12-31 | | | | 1200",
        "2026-01-01 | | | | | 500",
        "2027-01-01 | 2027-12-31 | | | | 9000",
        "2025-01-01 | 2025-12-31 | lost | | | 9000",
        "2025-10-23 | 2026-10-22 | | | | 100",
    )
    assert (found["active_contracts"], found["annual_value"]) == (3, 1800)


def test_money_is_summed_in_base_currency_and_a_missing_rate_stays_out() -> None:
    rows = ("2026-01-01 | | | | | 1000 | usd", "2026-01-01 | | | | | 100 | EUR", "2026-01-01 | | | | | 7 | €")
    assert account(*rows, rates={"USD": 0.92})["annual_value"] == 1027
    assert account(*rows)["annual_value"] == 107
    assert account(rows[0])["annual_value"] is None
    assert account("2026-01-01 | | | | |")["annual_value"] is None


def test_a_row_without_a_rate_is_marked() -> None:
    found = terms("""
        contract_id | account_id | start_date | currency
        C-1         | A-1        | 2026-01-01 | USD
        C-2         | A-1        | 2026-01-01 |
        C-3         | A-1        | 2026-01-01 | eur
    """)
    assert values(found, "contracts.rate_missing") == [1, 0, 0]


def test_a_one_off_project_has_no_annual_value_and_leaves_the_sum_known() -> None:
    found = account("2026-01-01 | 2026-12-31 | | | | 5000 | | project")
    assert (found["annual_value"], found["lifetime_value"], found["active_contracts"]) == (0, 5000, 1)


def test_the_lifetime_value_is_all_that_begun_terms_brought() -> None:
    found = account(
        "2024-01-01 | 2024-12-31 | lost | | | 1000",
        "2026-01-01 | 2027-12-31 | | | | 2400",
        "2027-01-01 | 2027-12-31 | | | | 9000",
    )
    assert found["lifetime_value"] == 3400


@pytest.mark.parametrize(
    ("row", "worth"),
    [
        ("2022-11-21 | | | | | 1000", 4000),
        ("2026-11-21 | | | | | 1000", 0),
        ("2022-11-21 | | lost | 2024-11-20 | | 1000", 1998.63),
        ("2022-11-21 | | | | |", None),
    ],
)
def test_an_evergreen_brings_its_value_each_year(row: str, worth: float | None) -> None:
    assert account(row)["lifetime_value"] == worth


def test_the_next_deadline_is_the_earliest_ahead_of_what_is_undecided() -> None:
    found = account(
        "2026-01-01 | 2026-11-20",
        "2026-01-01 | 2026-12-15 | lost",
        "2026-01-01 | 2027-03-31",
        "2026-01-01 | 2027-01-31 | | | yes",
    )
    assert found["next_deadline"] == "2027-01-01"
    assert account("2026-01-01 | 2026-11-21")["next_deadline"] == "2026-11-21"
    assert account("2026-01-01 | 2026-11-20")["next_deadline"] is None


def test_the_first_start_is_that_of_the_first_term() -> None:
    assert account("2026-01-01 |", "2024-05-01 | 2024-12-31")["first_start"] == "2024-05-01"
