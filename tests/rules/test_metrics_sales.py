"""Expansion, the funnel, and whether the forecast covers the target: case, boundary and blank."""

from __future__ import annotations

import math

import pytest

from sheetcrm.rules import metrics
from sheetcrm.rules.forecast import Forecast, coverage, forecast
from sheetcrm.rules.metrics import Expansion, Step
from sheetcrm.rules.terms import terms
from tests.rules.metrics_book import CFG, book, rated, with_settings

WON = """
    opportunity_id | account_id | kind       | stage | value | currency | closed_on
    FIRST-DAY      | A-1        | upsell     | won   | 1000  |          | 2025-11-21
    TODAY          | A-1        | cross_sell | won   | 500   |          | 2026-11-20
    TOO-OLD        | A-1        | upsell     | won   | 9000  |          | 2025-11-20
    LATER          | A-1        | upsell     | won   | 9000  |          | 2026-11-21
    UNDATED        | A-1        | upsell     | won   | 9000  |          |
    NEW            | A-1        | new        | won   | 9000  |          | 2026-11-01
    LOST           | A-1        | upsell     | lost  | 9000  |          | 2026-11-01
    DOLLARS        | A-1        | upsell     | won   | 100   | USD      | 2026-11-01
"""


def test_expansion_is_upsell_and_cross_sell_won_in_the_window() -> None:
    assert metrics.expansion(book(opportunities=WON), CFG) == Expansion(1000, 500, 3, 750, 1)
    cfg = rated(USD=0.9)
    assert metrics.expansion(book(opportunities=WON, cfg=cfg), cfg) == Expansion(1090, 500, 3, pytest.approx(530), 1)


def test_expansion_is_what_the_accounts_say_too() -> None:
    state = book(opportunities=WON)
    found = metrics.expansion(state, CFG)
    assert state["accounts.upsell_sales"].sum() == found.upsell
    assert state["accounts.cross_sell_sales"].sum() == found.cross_sell


def test_expansion_without_deals_and_with_unknown_amounts_only() -> None:
    nothing = metrics.expansion(book(), CFG)
    assert (nothing.upsell, nothing.cross_sell, nothing.deals) == (0, 0, 0)
    assert math.isnan(nothing.mean)
    unknown = "opportunity_id | account_id | kind | stage | closed_on\nO-1 | A-1 | upsell | won | 2026-11-01\n"
    found = metrics.expansion(book(opportunities=unknown), CFG)
    assert found.deals == 1
    assert math.isnan(found.upsell)
    assert math.isnan(found.mean)


FUNNEL = """
    opportunity_id | account_id | kind    | stage       | created_on | proposal_on | negotiation_on | closed_on
    WON            | A-1        | new     | won         | 2026-01-01 | 2026-02-01  | 2026-03-01     | 2026-04-01
    WON-AT-ONCE    | A-1        | upsell  | won         | 2026-01-01 |             |                | 2026-01-02
    LOST-AT-FIRST  | A-1        | new     | lost        | 2026-01-01 |             |                | 2026-02-01
    LOST-LATE      | A-1        | new     | lost        | 2026-01-01 | 2026-02-01  | 2026-03-01     | 2026-04-01
    LOST-PROPOSED  | A-1        | new     | lost        | 2026-01-01 | 2026-02-01  |                | 2026-04-01
    NEGOTIATING    | A-1        |         | negotiation | 2026-01-01 |             |                |
    PROPOSED       | A-1        | new     | proposal    | 2026-01-01 |             |                |
    OPEN           | A-1        | new     | contact     | 2026-01-01 |             |                |
    RENEWAL        | A-1        | renewal | won         | 2026-01-01 |             |                | 2026-01-02
    TOO-OLD        | A-1        | new     | won         | 2025-11-20 |             |                | 2026-01-02
"""


def test_the_funnel_counts_how_far_the_opportunities_of_the_window_came() -> None:
    cfg = with_settings(metrics={"least_entries": 1})
    found = metrics.funnel(book(opportunities=FUNNEL), cfg)
    contact, proposal, negotiation = found.steps
    assert contact == Step("contact", entries=8, onward=6, lost=1, open=1, conversion=6 / 7)
    assert proposal == Step("proposal", entries=6, onward=4, lost=1, open=1, conversion=4 / 5)
    assert negotiation == Step("negotiation", entries=4, onward=2, lost=1, open=1, conversion=2 / 3)
    assert (found.won, found.lost) == (2, 3)
    assert found.weakest == "negotiation"


def test_a_step_with_few_decisions_is_not_called_the_weakest() -> None:
    state = book(opportunities=FUNNEL)
    assert metrics.funnel(state, with_settings(metrics={"least_entries": 4})).weakest == "proposal"
    assert metrics.funnel(state, CFG).weakest == "proposal"  # five decisions, just enough
    assert metrics.funnel(state, with_settings(metrics={"least_entries": 6})).weakest == "contact"
    assert metrics.funnel(state, with_settings(metrics={"least_entries": 8})).weakest == ""


def test_an_opportunity_without_a_day_of_creation_begins_with_its_first_dated_step() -> None:
    undated = """
        opportunity_id | account_id | kind | stage    | proposal_on | closed_on
        O-1            | A-1        | new  | proposal | 2026-11-20  |
        O-2            | A-1        | new  | proposal | 2025-11-20  |
        O-3            | A-1        | new  | won      |             | 2025-11-21
        O-4            | A-1        | new  | contact  |             |
        O-5            | A-1        | new  | contact  | 2026-11-21  |
    """
    found = metrics.funnel(book(opportunities=undated), CFG)
    assert [step.entries for step in found.steps] == [2, 2, 1]


def test_a_funnel_of_nothing() -> None:
    found = metrics.funnel(book(), CFG)
    assert [step.entries for step in found.steps] == [0, 0, 0]
    assert all(math.isnan(step.conversion) for step in found.steps)
    assert (found.won, found.lost, found.weakest) == (0, 0, "")


def test_an_opportunity_whose_stage_or_kind_cannot_be_read_is_in_no_sum() -> None:
    state = book(
        opportunities="""
        opportunity_id | account_id | kind    | stage      | value | probability | expected_close | created_on
        STAGE          | A-1        | upsell  | somewhere  | 1000  | 0.95        | 2026-12-01     | 2026-10-01
        KIND           | A-1        | gadget  | proposal   | 1000  | 0.95        | 2026-12-01     | 2026-10-01
        CHANCE         | A-1        | upsell  | proposal   | 1000  | often       | 2026-12-01     | 2026-10-01
    """
    )
    found = terms(state)
    cases = forecast(state, found, CFG)
    assert (cases.best, cases.commit) == (1000, 0)
    assert math.isnan(cases.expected)
    growth = metrics.growth(state)
    assert (growth.value, growth.opportunities) == (1000, 1)
    assert math.isnan(growth.expected)
    assert metrics.left_out(state, found, CFG) == 2
    assert metrics.funnel(state, CFG).steps[0].entries == 2


def test_several_currencies_are_summed_at_their_rates_and_never_one_to_one() -> None:
    contracts = """
        contract_id | account_id | start_date | end_date   | value | currency | probability
        C-1         | A-1        | 2026-01-01 | 2026-12-31 | 1000  | usd      | 0.5
        C-2         | A-1        | 2026-01-01 | 2026-12-31 | 1000  | GBP      | 0.5
        C-3         | A-1        | 2026-01-01 | 2026-12-31 | 100   | €        | 0.5
    """
    deals = """
        opportunity_id | account_id | kind | stage    | value | currency | expected_close
        O-1            | A-1        | new  | proposal | 1000  | USD      | 2026-12-31
        O-2            | A-1        | new  | proposal | 1000  | GBP      | 2026-12-31
    """
    cfg = rated(USD=0.9)
    state = book(contracts, opportunities=deals, cfg=cfg)
    cases = forecast(state, terms(state), cfg)
    assert cases.best == pytest.approx(900 + 100 + 900)
    assert cases.expected == pytest.approx(450 + 50 + 270)
    assert metrics.left_out(state, terms(state), cfg) == 2


def test_a_renewal_opportunity_is_left_out_of_all_three_cases() -> None:
    contracts = """
        contract_id | account_id | start_date | end_date   | value | probability
        C-1         | A-1        | 2026-01-01 | 2026-12-31 | 1000  | 0.5
    """
    deals = """
        opportunity_id | account_id | contract_id | kind    | stage       | value | probability | expected_close | closed_on
        O-1            | A-1        | C-1         | renewal | negotiation | 7000  | 0.95        | 2026-12-31     |
        O-2            | A-1        | C-1         | renewal | won         | 7000  |             | 2026-12-31     | 2026-11-01
    """
    state = book(contracts, opportunities=deals)
    cases = forecast(state, terms(state), CFG)
    assert (cases.won, cases.commit, cases.expected, cases.best) == (0, 0, 500, 1000)


def test_the_quarters_first_and_last_day_and_what_renewed_by_itself() -> None:
    state = book("""
        contract_id | account_id | start_date | end_date   | value | auto_renew | renewal_stage    | closed_on
        BEFORE      | A-1        | 2025-10-01 | 2026-09-30 | 1     |            | payment_received | 2026-10-01
        FIRST       | A-1        | 2025-10-02 | 2026-10-01 | 10    |            | payment_received | 2026-06-01
        LAST        | A-1        | 2026-01-01 | 2026-12-31 | 100   |            | payment_received | 2026-11-01
        AUTO        | A-1        | 2025-11-02 | 2026-11-01 | 1000  | yes        |                  |
        AFTER       | A-1        | 2026-01-02 | 2027-01-01 | 10000 |            | payment_received | 2026-11-01
    """)
    assert forecast(state, terms(state), CFG).won == 1110


@pytest.mark.parametrize(
    ("won", "expected", "target", "missing", "share", "covered"),
    [
        (400.0, 1000.0, 1000.0, 600.0, 1.0, True),
        (400.0, 999.0, 1000.0, 600.0, 599 / 600, False),
        (400.0, 400.0, 1000.0, 600.0, 0.0, False),
        (1200.0, 1500.0, 1000.0, 0.0, math.nan, True),
        (0.0, 0.0, 0.0, 0.0, math.nan, True),
        (400.0, 1000.0, math.nan, math.nan, math.nan, False),
    ],
)
def test_live_opportunities_cover_the_target_when_they_come_as_expected(
    won: float, expected: float, target: float, missing: float, share: float, covered: bool
) -> None:
    found = coverage(Forecast(won=won, commit=won, expected=expected, best=2000.0, target=target))
    assert found.missing == pytest.approx(missing, nan_ok=True)
    assert found.share == pytest.approx(share, nan_ok=True)
    assert (found.live, found.weighted, found.covered) == (2000 - won, pytest.approx(expected - won), covered)


def test_the_target_is_a_quarter_of_all_sales_targets() -> None:
    team = "email | name | sales_target\na@example.com | A | 100000\nb@example.com | B |\n"
    state = book(team=team)
    assert forecast(state, terms(state), CFG).target == 25000
    nobody = book(team="email | name\na@example.com | A\n")
    assert math.isnan(forecast(nobody, terms(nobody), CFG).target)
    absent = book()
    assert math.isnan(coverage(forecast(absent, terms(absent), CFG)).missing)
