"""GRR, NRR and logo churn: today's clients against those of 365 days ago."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import pytest

from sheetcrm.engine import evaluate
from sheetcrm.model import Memory
from sheetcrm.rules import metrics
from sheetcrm.rules.metrics import Retention
from sheetcrm.rules.metrics.earlier import earlier
from sheetcrm.words import words_of
from tests.frames import snapshot as of_rows
from tests.oracle import random_books
from tests.rules.metrics_book import CFG, book, rated, rules

ACCOUNTS = """
    account_id | name
    A-1        | Norte
    A-2        | Sur
    A-3        | Este
"""


def retention(contracts: str, cfg: Any = CFG, as_of: date = date(2026, 11, 20), **tabs: str) -> Retention:
    return metrics.retention(book(contracts, accounts=ACCOUNTS, cfg=cfg, as_of=as_of, **tabs), cfg)


def test_growth_counts_in_net_only_and_new_clients_in_neither() -> None:
    found = retention("""
        contract_id | account_id | start_date | end_date   | value | renewal_stage | closed_on  | predecessor_id
        GREW        | A-1        | 2025-01-01 | 2025-12-31 | 1000  |               |            |
        GREW/2      | A-1        | 2026-01-01 | 2026-12-31 | 1500  |               |            | GREW
        SHRANK      | A-2        | 2025-01-01 | 2025-12-31 | 2000  |               |            |
        SHRANK/2    | A-2        | 2026-01-01 | 2026-12-31 | 1000  |               |            | SHRANK
        NEW         | A-3        | 2026-01-01 | 2026-12-31 | 9000  |               |            |
    """)
    assert found.gross == pytest.approx((1000 + 1000) / 3000)
    assert found.net == pytest.approx((1500 + 1000) / 3000)
    assert (found.before, found.now, found.accounts) == (3000, 2500, 2)
    assert (found.churn, found.clients_before, found.lost) == (0.0, 2, 0)


def test_what_one_account_loses_another_does_not_make_up_for_in_gross() -> None:
    found = retention("""
        contract_id | account_id | start_date | end_date   | value | renewal_stage | closed_on  | predecessor_id
        LOST        | A-1        | 2025-01-01 | 2025-12-31 | 1000  | lost          | 2025-12-15 |
        KEPT        | A-2        | 2025-01-01 | 2025-12-31 | 1000  |               |            |
        KEPT/2      | A-2        | 2026-01-01 | 2026-12-31 | 3000  |               |            | KEPT
    """)
    assert (found.gross, found.net) == (0.5, 1.5)
    assert (found.churn, found.clients_before, found.lost) == (0.5, 2, 1)


def test_within_an_account_terms_are_summed_before_they_are_compared() -> None:
    found = retention("""
        contract_id | account_id | start_date | end_date   | value | renewal_stage | closed_on  | predecessor_id
        DROPPED     | A-1        | 2025-01-01 | 2025-12-31 | 400   | lost          | 2025-12-15 |
        GREW        | A-1        | 2025-01-01 | 2025-12-31 | 600   |               |            |
        GREW/2      | A-1        | 2026-01-01 | 2026-12-31 | 900   |               |            | GREW
    """)
    assert (found.gross, found.net) == (0.9, 0.9)


def test_co_terming_loses_nothing() -> None:
    found = retention("""
        contract_id | account_id | start_date | end_date   | value | predecessor_id
        C-1         | A-1        | 2025-01-01 | 2025-12-31 | 1000  |
        C-2         | A-1        | 2025-01-01 | 2025-12-31 | 500   |
        BOTH        | A-1        | 2026-01-01 | 2026-12-31 | 1500  | C-1; C-2
    """)
    assert (found.gross, found.net) == (1.0, 1.0)


def test_an_early_renewal_replaces_nothing_before_it_begins() -> None:
    found = retention("""
        contract_id | account_id | start_date | end_date   | value | closed_on  | predecessor_id
        C-1         | A-1        | 2025-06-01 | 2026-11-30 | 1800  | 2026-05-01 |
        C-1/2       | A-1        | 2026-12-01 | 2027-11-30 | 6000  |            | C-1
    """)
    assert (found.before, found.now) == (1200, 1200)


@pytest.mark.parametrize(
    ("end", "now"),
    [
        ("2026-10-21", 1200.0),  # 30 days past its end: the last day of grace
        ("2026-10-20", 0.0),
        ("2026-11-20", 1200.0),
    ],
)
def test_a_term_in_its_30_days_of_grace_counts_at_its_old_value(end: str, now: float) -> None:
    start = date.fromisoformat(end) + timedelta(days=1)
    found = retention(f"""
        contract_id | account_id | start_date                        | end_date | value
        C-1         | A-1        | {start.replace(year=start.year - 3)} | {end}    | 3600
    """)
    assert (found.before, found.now) == (pytest.approx(1200), pytest.approx(now))
    assert found.lost == (0 if now else 1)


def test_grace_then_is_judged_by_what_was_known_then() -> None:
    """On 20 November 2025 the term was 10 days past its end, and nobody had said that it was lost."""
    rows = """
        contract_id | account_id | start_date | end_date   | value | renewal_stage | closed_on
        C-1         | A-1        | 2024-11-11 | 2025-11-10 | 1200  | lost          | {closed}
    """
    later = retention(rows.format(closed="2025-12-01"))
    assert (later.before, later.now, later.clients_before) == (1200, 0, 1)
    # Its last day lies before the window: it was lost then, not in this year.
    assert later.lost == 0
    assert retention(rows.format(closed="2025-11-20")).clients_before == 0


def test_the_first_and_the_last_day_of_the_window() -> None:
    rows = """
        contract_id | account_id | start_date | end_date | value | renewal_stage | closed_on
        C-1         | A-1        | 2020-01-01 | {end}    | 1200  | lost          | {end}
        C-2         | A-2        | 2020-01-01 |          | 1200  |               |
    """
    assert retention(rows.format(end="2025-11-20")).lost == 0
    assert retention(rows.format(end="2025-11-21")).lost == 1
    assert retention(rows.format(end="2026-11-19")).churn == 0.5
    today = retention(rows.format(end="2026-11-20"))
    assert (today.lost, today.now, today.gross) == (0, pytest.approx(today.before), 1.0)


def test_an_evergreen_runs_until_it_is_closed() -> None:
    found = retention("""
        contract_id | account_id | start_date | end_date | value | renewal_stage | closed_on
        RUNS        | A-1        | 2024-02-29 |          | 1000  |               |
        CLOSED      | A-2        | 2024-02-29 |          | 3000  | lost          | 2026-06-30
        BEGAN       | A-3        | 2025-11-21 |          | 7000  |               |
    """)
    assert (found.gross, found.net, found.before) == (0.25, 0.25, 4000)
    assert (found.lost, found.clients_before, found.churn) == (1, 2, 0.5)


@pytest.mark.parametrize(("start", "clients"), [("2023-03-01", 1), ("2023-03-02", 0)])
def test_from_29_february_365_days_lead_to_1_march(start: str, clients: int) -> None:
    found = retention(
        f"""
        contract_id | account_id | start_date | end_date   | value
        C-1         | A-1        | {start}    | 2025-02-28 | 2000
        """,
        as_of=date(2024, 2, 29),
    )
    assert found.clients_before == clients
    assert found.gross == 1.0 if clients else math.isnan(found.gross)


def test_one_unknown_value_leaves_its_account_out_on_both_sides() -> None:
    rows = """
        contract_id | account_id | start_date | end_date   | value | currency | predecessor_id
        C-1         | A-1        | 2025-01-01 | 2025-12-31 | 1000  |          |
        C-1/2       | A-1        | 2026-01-01 | 2026-12-31 | 1100  |          | C-1
        SIDE        | A-1        | 2025-01-01 | 2027-12-31 | 600   | USD      |
        C-2         | A-2        | 2025-01-01 | 2025-12-31 | 1000  |          |
        C-2/2       | A-2        | 2026-01-01 | 2026-12-31 | 500   |          | C-2
    """
    found = retention(rows)
    assert (found.net, found.accounts, found.left_out) == (0.5, 1, 1)
    with_rate = retention(rows, cfg=rated(USD=0.5))
    assert with_rate.net == pytest.approx((1100 + 100 + 500) / (1000 + 100 + 1000))
    assert with_rate.left_out == 0


def test_a_finished_project_is_no_recurring_value() -> None:
    found = retention("""
        contract_id | account_id | start_date | end_date   | value | contract_type
        PROJECT     | A-1        | 2025-01-01 | 2025-12-31 | 9000  | project
    """)
    assert (found.accounts, found.before, found.clients_before, found.lost) == (0, 0, 1, 1)
    assert math.isnan(found.gross)
    assert math.isnan(found.net)


def test_without_clients_a_year_ago_nothing_is_retained() -> None:
    for contracts in ("", "contract_id | account_id | start_date | end_date\nC-1 | A-1 | 2026-01-01 | 2026-12-31\n"):
        found = retention(contracts)
        assert all(math.isnan(share) for share in (found.gross, found.net, found.churn))
        assert (found.clients_before, found.left_out) == (0, 0)


@pytest.mark.parametrize("seed", range(6))
def test_a_look_back_says_what_a_whole_evaluation_of_that_day_would(seed: int) -> None:
    asked = ("contracts.status", "contracts.running", "contracts.annual_value_base", "accounts.lost_on")
    read = of_rows(random_books.book(seed))
    state = evaluate(read, random_books.TODAY, CFG, Memory(), words_of("es"), rules())
    before = {name: column for name, column in state.frames["contracts"].items() if hasattr(column, "equals")}
    then = earlier(state, 365, asked)
    whole = evaluate(read, random_books.TODAY - timedelta(days=365), CFG, Memory(), words_of("es"), rules())
    for name in asked:
        assert then[name].equals(whole[name]), name
    assert all(state.frames["contracts"][name] is column for name, column in before.items())
    assert state.as_of == random_books.TODAY
