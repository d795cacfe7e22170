"""The manager's numbers: each its case, its boundary and its blank."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.rules import metrics
from sheetcrm.rules.forecast import forecast, quarter, target
from sheetcrm.rules.terms import Terms, terms
from tests.rules.metrics_book import CFG as DEFAULTS
from tests.rules.metrics_book import book as whole_book
from tests.rules.metrics_book import rated

AS_OF = date(2026, 11, 21)
TODAY = np.datetime64(AS_OF)
ACCOUNTS = """
    account_id | name  | client_since | notes
    A-1        | Norte | 2020-01-01   | green
    A-2        | Sur   |              | red
"""
MONTH = (np.datetime64("2026-11-01"), np.datetime64("2026-11-30"))
YEAR = (metrics.since(TODAY, 365), TODAY)


def book(contracts: str = "", cfg: Config | None = None, **tabs: str) -> tuple[Evaluated, Terms]:
    """Tabs as evaluated on the test's day, and their terms."""
    state = whole_book(contracts, as_of=AS_OF, cfg=cfg or DEFAULTS, **{"accounts": ACCOUNTS, **tabs})
    return state, terms(state)


# --- what is due


def test_a_month_holds_the_terms_that_end_in_it_its_first_and_last_day_included() -> None:
    _, found = book("""
        contract_id | account_id | start_date | end_date   | value | renewal_stage    | closed_on  | loss_reason
        BEFORE      | A-1        | 2025-11-01 | 2026-10-31 | 1     |                  |            |
        FIRST       | A-1        | 2025-11-02 | 2026-11-01 | 1200  | payment_received | 2026-11-01 |
        LAST        | A-1        | 2025-12-01 | 2026-11-30 | 2400  |                  |            |
        LOST        | A-1        | 2025-11-11 | 2026-11-10 | 600   | lost             | 2026-11-10 | price
        AFTER       | A-1        | 2025-12-02 | 2026-12-01 | 1     |                  |            |
    """)
    assert metrics.due(found, *MONTH) == metrics.Due(contracts=3, value=4200.0, renewed=1, open=1, lost=1)


def test_an_evergreen_and_a_finished_project_are_never_due() -> None:
    _, found = book("""
        contract_id | account_id | start_date | end_date   | value | contract_type | renewal_period
        EVERGREEN   | A-1        | 2025-11-21 |            | 100   | service       |
        PROJECT     | A-1        | 2025-11-21 | 2026-11-20 | 100   | project       |
        REPEATED    | A-1        | 2025-11-21 | 2026-11-20 | 100   | project       | 12M
    """)
    assert found.due.tolist() == [False, False, True]
    assert metrics.due(found, *MONTH).contracts == 1


def test_a_term_of_several_years_counts_what_it_is_worth_a_year() -> None:
    _, found = book("""
        contract_id | account_id | start_date | end_date   | value
        C-1         | A-1        | 2023-12-01 | 2026-11-30 | 36000
    """)
    assert metrics.due(found, *MONTH).value == 12000


def test_a_value_without_a_rate_is_left_out_and_counted_never_one_to_one() -> None:
    contracts = """
        contract_id | account_id | start_date | end_date   | value | currency
        C-1         | A-1        | 2025-12-01 | 2026-11-30 | 1000  |
        C-2         | A-1        | 2025-12-01 | 2026-11-30 | 500   | USD
        C-3         | A-1        | 2025-12-01 | 2026-11-30 |       |
    """
    state, found = book(contracts)
    assert metrics.due(found, *MONTH).value == 1000
    assert metrics.left_out(state, found, DEFAULTS) == 2
    state, found = book(contracts, rated(USD=0.9))
    assert metrics.due(found, *MONTH).value == 1450
    assert metrics.left_out(state, found, rated(USD=0.9)) == 1


def test_a_sum_of_nothing_is_zero_and_a_sum_of_unknowns_is_unknown() -> None:
    _, found = book("""
        contract_id | account_id | start_date | end_date   | value
        C-1         | A-1        | 2025-12-01 | 2026-11-30 |
    """)
    assert math.isnan(metrics.due(found, *MONTH).value)
    assert metrics.due(book()[1], *MONTH) == metrics.Due(0, 0.0, 0, 0, 0)


def test_to_renew_are_the_undecided_terms_from_today_to_the_last_day_of_the_span() -> None:
    _, found = book("""
        contract_id | account_id | start_date | end_date   | value | renewal_stage    | closed_on
        YESTERDAY   | A-1        | 2025-11-21 | 2026-11-20 | 1     |                  |
        TODAY       | A-1        | 2025-11-22 | 2026-11-21 | 10    |                  |
        DAY-30      | A-1        | 2025-12-22 | 2026-12-21 | 100   |                  |
        DAY-31      | A-1        | 2025-12-23 | 2026-12-22 | 1000  |                  |
        DECIDED     | A-1        | 2025-12-02 | 2026-12-01 | 5000  | payment_received | 2026-11-01
    """)
    assert metrics.to_renew(found, TODAY, 30) == (2, 110.0)
    assert metrics.to_renew(found, TODAY, 31) == (3, 1110.0)


# --- renewal rate

DECIDED = """
    contract_id | account_id | start_date | end_date   | value | auto_renew | renewal_stage    | closed_on  | predecessor_id
    SIGNED      | A-1        | 2025-03-01 | 2026-02-28 | 1000  |            |                  |            |
    SIGNED/2    | A-1        | 2026-03-01 | 2027-02-28 | 1500  |            |                  |            | SIGNED
    LOWER       | A-1        | 2025-04-01 | 2026-03-31 | 1000  |            |                  |            |
    LOWER/2     | A-1        | 2026-04-01 | 2027-03-31 | 800   |            |                  |            | LOWER
    PAID        | A-1        | 2025-05-01 | 2026-04-30 | 2000  |            | payment_received | 2026-04-01 |
    LOST        | A-1        | 2025-06-01 | 2026-05-31 | 1000  |            | lost             | 2026-05-01 |
    AUTO        | A-1        | 2025-07-01 | 2026-06-30 | 9000  | yes        |                  |            |
    OPEN        | A-1        | 2025-08-01 | 2026-07-31 | 9000  |            |                  |            |
"""


def test_the_rate_counts_decided_terms_and_sets_open_and_automatic_ones_beside() -> None:
    _, found = book(DECIDED)
    rate = metrics.renewal_rate(found, *YEAR)
    assert (rate.renewed, rate.lost, rate.open, rate.auto) == (3, 1, 1, 1)
    assert rate.by_count == 0.75
    # Of 5000 a year at stake: 1000 + 800 + 2000 kept, 1500 + 800 + 2000 now.
    assert rate.gross == pytest.approx(3800 / 5000)
    assert rate.net == pytest.approx(4300 / 5000)


def test_an_automatic_renewal_stays_apart_once_its_successor_row_is_there() -> None:
    _, found = book("""
        contract_id | account_id | start_date | end_date   | value | auto_renew | predecessor_id
        AUTO        | A-1        | 2025-07-01 | 2026-06-30 | 900   | yes        |
        AUTO/2      | A-1        | 2026-07-01 | 2027-06-30 | 900   | yes        | AUTO
    """)
    rate = metrics.renewal_rate(found, *YEAR)
    assert (rate.renewed, rate.auto) == (0, 1)


def test_without_decided_terms_there_is_no_rate() -> None:
    _, found = book("""
        contract_id | account_id | start_date | end_date   | value
        OPEN        | A-1        | 2025-08-01 | 2026-07-31 | 9000
    """)
    rate = metrics.renewal_rate(found, *YEAR)
    assert all(math.isnan(share) for share in (rate.by_count, rate.gross, rate.net))
    assert (rate.renewed, rate.lost, rate.open) == (0, 0, 1)


def test_the_window_is_365_days_with_today_and_without_the_day_a_year_ago() -> None:
    _, found = book("""
        contract_id | account_id | start_date | end_date   | value | renewal_stage    | closed_on
        YEAR-AGO    | A-1        | 2024-11-22 | 2025-11-21 | 1     | lost             | 2025-11-21
        DAY-364     | A-1        | 2024-11-23 | 2025-11-22 | 1     | payment_received | 2025-11-22
        TODAY       | A-1        | 2025-11-22 | 2026-11-21 | 1     | payment_received | 2026-11-21
        TOMORROW    | A-1        | 2025-11-23 | 2026-11-22 | 1     | lost             | 2026-11-21
    """)
    rate = metrics.renewal_rate(found, *YEAR)
    assert (rate.renewed, rate.lost) == (2, 0)


@pytest.mark.parametrize(
    ("renewal_value", "renewal_period", "net"),
    [("2400", "24M", 1.2), ("1300", "12M", 1.3), ("1300", "", 1.3), ("", "24M", 1.0), ("0", "", 0.0)],
)
def test_without_a_successor_row_the_renewal_value_counts_by_the_year(
    renewal_value: str, renewal_period: str, net: float
) -> None:
    _, found = book(f"""
        contract_id | account_id | start_date | end_date   | value | renewal_stage    | renewal_value   | renewal_period
        PAID        | A-1        | 2025-05-01 | 2026-04-30 | 1000  | payment_received | {renewal_value} | {renewal_period}
    """)
    assert metrics.renewal_rate(found, *YEAR).net == pytest.approx(net)


def test_co_terming_compares_the_successor_with_the_sum_of_its_predecessors() -> None:
    _, found = book("""
        contract_id | account_id | start_date | end_date   | value | predecessor_id
        SMALL       | A-1        | 2025-03-01 | 2026-02-28 | 1000  |
        LARGE       | A-1        | 2025-03-01 | 2026-02-28 | 3000  |
        BOTH        | A-1        | 2026-03-01 | 2027-02-28 | 3600  | SMALL; LARGE
    """)
    rate = metrics.renewal_rate(found, *YEAR)
    assert rate.renewed == 2
    assert (rate.gross, rate.net) == (pytest.approx(0.9), pytest.approx(0.9))
    assert found.renewed_annual.tolist()[:2] == [900.0, 2700.0]


def test_a_decided_term_of_unknown_value_counts_and_stays_out_of_the_money() -> None:
    _, found = book("""
        contract_id | account_id | start_date | end_date   | value | currency | renewal_stage    | closed_on
        C-1         | A-1        | 2025-05-01 | 2026-04-30 | 1000  |          | payment_received | 2026-04-01
        C-2         | A-1        | 2025-05-01 | 2026-04-30 | 1000  | USD      | lost             | 2026-04-01
    """)
    rate = metrics.renewal_rate(found, *YEAR)
    assert rate.by_count == 0.5
    assert rate.gross == 1.0


# --- risk, growth, clients, losses


def test_at_risk_are_high_risk_terms_from_30_days_past_to_90_ahead() -> None:
    state, found = book("""
        contract_id | account_id | start_date | end_date   | value | probability
        PAST-31     | A-1        | 2025-10-22 | 2026-10-21 | 1     |
        PAST-30     | A-1        | 2025-10-23 | 2026-10-22 | 10    |
        TODAY       | A-1        | 2025-11-22 | 2026-11-21 | 100   |
        AHEAD-90    | A-1        | 2026-02-20 | 2027-02-19 | 1000  | 0.4
        LIKELY      | A-1        | 2026-02-20 | 2027-02-19 | 10000 | 0.9
        AHEAD-91    | A-1        | 2026-02-21 | 2027-02-20 | 20000 | 0.4
    """)
    found_risk = metrics.at_risk(state, found)
    assert (found_risk.value, found_risk.contracts, found_risk.past) == (1110.0, 3, 1)
    assert found_risk.share == pytest.approx(1110 / state["accounts.annual_value"].sum())


def test_nothing_at_risk_in_an_empty_book_and_no_share_of_nothing() -> None:
    state, found = book()
    risk = metrics.at_risk(state, found)
    assert (risk.value, risk.contracts) == (0.0, 0)
    assert math.isnan(risk.share)


OPPORTUNITIES = """
    opportunity_id | account_id | kind       | stage       | value | currency | probability | expected_close | closed_on
    O-1            | A-1        | upsell     | contact     | 1000  |          |             | 2026-12-01     |
    O-2            | A-1        | cross_sell | negotiation | 2000  |          | 0.25        | 2026-12-31     |
    O-3            | A-2        | upsell     | won         | 4000  |          |             | 2026-10-01     | 2026-10-05
    O-4            | A-2        | upsell     | lost        | 8000  |          |             | 2026-12-01     | 2026-11-01
    O-5            | A-2        | renewal    | proposal    | 16000 |          |             | 2026-12-01     |
    O-6            | A-2        | new        | proposal    | 32000 |          |             | 2027-01-01     |
    O-7            | A-2        | upsell     |             | 500   | USD      |             | 2026-12-01     |
"""


def test_growth_is_open_upsell_and_cross_sell() -> None:
    state, found = book(opportunities=OPPORTUNITIES)
    growth = metrics.growth(state)
    assert (growth.value, growth.opportunities, growth.accounts) == (3000.0, 3, 2)
    assert growth.expected == pytest.approx(1000 * 0.1 + 2000 * 0.25)
    assert metrics.left_out(state, found, DEFAULTS) == 1


def test_without_an_opportunities_tab_there_is_no_growth() -> None:
    state, _ = book()
    assert metrics.growth(state) == metrics.Growth(0.0, 0.0, 0, 0)


def test_clients_now_new_and_lost() -> None:
    accounts = """
        account_id | name       | client_since | notes
        OLD        | Old        | 2010-05-01   | green
        NEW        | New        |              | red
        LOST       | Lost       |              |
        LONG-LOST  | Long lost  |              |
        PROSPECT   | Prospect   |              |
        NO-DATA    | Nothing    |              | no_data
    """
    state, _ = book(
        """
        contract_id | account_id | start_date | end_date   | renewal_stage | closed_on
        C-1         | OLD        | 2026-01-01 | 2026-12-31 |               |
        C-2         | NEW        | 2025-11-22 | 2026-12-31 |               |
        C-3         | LOST       | 2024-01-01 | 2025-12-31 | lost          | 2025-12-01
        C-4         | LONG-LOST  | 2020-01-01 | 2020-12-31 | lost          | 2020-12-01
        C-5         | PROSPECT   | 2026-12-01 | 2027-11-30 |               |
        C-6         | NO-DATA    | 2025-11-21 | 2026-12-31 |               |
        """,
        accounts=accounts,
    )
    assert metrics.clients(state, DEFAULTS.metrics) == metrics.Clients(now=3, new=1, lost=1, red=1, no_data=1)
    assert metrics.health_bands(state) == {"green": 1, "yellow": 0, "red": 1, "no_data": 1}


def test_losses_by_reason_an_evergreen_by_the_day_it_was_closed() -> None:
    state, found = book("""
        contract_id | account_id | start_date | end_date   | value | renewal_stage | closed_on  | loss_reason
        C-1         | A-1        | 2025-01-01 | 2025-12-31 | 100   | lost          | 2025-12-01 | price
        C-2         | A-1        | 2020-01-01 |            | 700   | lost          | 2026-06-01 | price
        C-3         | A-1        | 2025-03-01 | 2026-02-28 | 900   | lost          | 2026-02-01 |
        C-4         | A-1        | 2024-11-22 | 2025-11-21 | 900   | lost          | 2025-11-01 | service
        C-5         | A-1        | 2025-03-01 | 2026-02-28 |       | lost          | 2026-02-01 | budget
    """)
    losses = metrics.losses(state, found, DEFAULTS.metrics)
    assert [(loss.reason, loss.contracts) for loss in losses] == [("price", 2), ("", 1), ("budget", 1)]
    assert losses[0].value == 800
    assert math.isnan(losses[2].value)


# --- forecast


def test_the_calendar_quarter() -> None:
    assert quarter(TODAY) == (np.datetime64("2026-10-01"), np.datetime64("2026-12-31"))
    assert quarter(np.datetime64("2027-03-31")) == (np.datetime64("2027-01-01"), np.datetime64("2027-03-31"))
    assert quarter(np.datetime64("1969-02-03")) == (np.datetime64("1969-01-01"), np.datetime64("1969-03-31"))


TEAM = """
    email             | name | sales_target
    ana@example.com   | Ana  | 40000
    luis@example.com  | Luis | 20000
    eva@example.com   | Eva  |
"""


def test_the_forecast_of_renewals_in_three_cases() -> None:
    state, found = book(
        """
        contract_id | account_id | start_date | end_date   | value | renewal_value | probability | renewal_stage    | closed_on
        WON         | A-1        | 2025-10-01 | 2026-09-30 | 1     |               |             | payment_received | 2026-09-01
        WON-IN-Q    | A-1        | 2025-10-02 | 2026-10-01 | 1000  | 1100          |             | payment_received | 2026-09-01
        LOST        | A-1        | 2025-10-02 | 2026-10-01 | 5000  |               |             | lost             | 2026-09-01
        INVOICE     | A-1        | 2026-01-01 | 2026-12-31 | 2000  |               | 0.5         | invoice_needed   |
        LIKELY      | A-1        | 2026-01-01 | 2026-12-31 | 3000  |               | 0.9         | contacted        |
        UNLIKELY    | A-1        | 2026-01-01 | 2026-12-31 | 4000  |               | 0.25        | negotiation      |
        NEXT-YEAR   | A-1        | 2026-01-02 | 2027-01-01 | 9000  |               | 0.9         |                  |
        """,
        team=TEAM,
    )
    cases = forecast(state, found, DEFAULTS)
    assert cases.won == 1100
    assert cases.commit == 1100 + 2000 + 3000
    assert cases.expected == pytest.approx(1100 + 1000 + 2700 + 1000)
    assert cases.best == 1100 + 2000 + 3000 + 4000
    assert cases.target == 15000
    assert cases.share == pytest.approx(5800 / 15000)


def test_what_a_won_term_became_is_what_it_brings() -> None:
    state, found = book("""
        contract_id | account_id | start_date | end_date   | value | auto_renew | predecessor_id
        C-1         | A-1        | 2025-11-01 | 2026-10-31 | 1000  |            |
        C-1/2       | A-1        | 2026-11-01 | 2028-10-31 | 2500  |            | C-1
        AUTO        | A-1        | 2025-12-01 | 2026-11-30 | 400   | yes        |
    """)
    assert forecast(state, found, DEFAULTS).won == 2500 + 400


def test_the_forecast_of_opportunities_leaves_renewals_out() -> None:
    state, found = book(opportunities=OPPORTUNITIES)
    cases = forecast(state, found, DEFAULTS)
    assert cases.won == 4000
    assert cases.commit == 4000
    assert cases.expected == pytest.approx(4000 + 100 + 500)
    assert cases.best == 4000 + 3000


def test_a_term_to_win_back_is_not_counted_beside_itself() -> None:
    state, found = book(
        """
        contract_id | account_id | start_date | end_date   | value | probability | renewal_stage | closed_on
        OPEN        | A-1        | 2025-11-01 | 2026-10-31 | 1000  | 0.5         | contacted     |
        LOST        | A-1        | 2025-11-01 | 2026-10-31 | 2000  |             | lost          | 2026-11-01
        BEFORE      | A-1        | 2025-10-01 | 2026-09-30 | 4000  | 0.5         | contacted     |
        """,
        opportunities="""
        opportunity_id | account_id | contract_id | kind     | stage   | value | probability | expected_close
        O-1            | A-1        | OPEN        | recovery | contact | 1000  | 0.1         | 2026-11-30
        O-2            | A-1        | LOST        | recovery | contact | 2000  | 0.1         | 2026-11-30
        O-3            | A-1        | BEFORE      | recovery | contact | 4000  | 0.1         | 2026-11-30
        O-4            | A-1        |             | recovery | contact | 8000  | 0.1         | 2026-11-30
        O-5            | A-1        | OPEN        | upsell   | contact | 300   | 0.1         | 2026-11-30
        """,
    )
    cases = forecast(state, found, DEFAULTS)
    assert cases.best == 1000 + 2000 + 4000 + 8000 + 300
    assert cases.expected == pytest.approx(500 + 200 + 400 + 800 + 30)


def test_a_won_opportunity_without_an_expected_day_counts_when_it_closed() -> None:
    state, found = book(
        opportunities="""
        opportunity_id | account_id | kind | stage    | value | probability | expected_close | closed_on
        O-1            | A-1        | new  | won      | 100   |             |                | 2026-10-05
        O-2            | A-1        | new  | won      | 200   |             |                | 2026-09-30
        O-3            | A-1        | new  | proposal | 400   | 0.95        | 2026-12-31     |
        """
    )
    cases = forecast(state, found, DEFAULTS)
    assert (cases.won, cases.commit, cases.best) == (100, 500, 500)


def test_without_a_target_there_is_nothing_to_compare_with() -> None:
    state, found = book(team="email | name\nana@example.com | Ana\n")
    assert math.isnan(target(state))
    assert math.isnan(forecast(state, found, DEFAULTS).share)
    assert forecast(state, found, DEFAULTS).best == 0


def test_the_input_stays_as_it_was() -> None:
    state, found = book(DECIDED, opportunities=OPPORTUNITIES, team=TEAM)
    before = {name: column.copy() for name, column in state.frames["contracts"].items() if hasattr(column, "equals")}
    forecast(state, found, DEFAULTS)
    metrics.losses(state, found, DEFAULTS.metrics)
    metrics.clients(state, DEFAULTS.metrics)
    metrics.left_out(state, found, DEFAULTS)
    assert all(before[name].equals(state.frames["contracts"][name]) for name in before)


def test_an_unreadable_end_is_no_evergreen_and_is_counted_as_left_out() -> None:
    state, found = book("""
        contract_id | account_id | start_date | end_date | value
        C-1         | A-1        | 2025-12-01 | pronto   | 1000
    """)
    assert not found.due.any()
    assert not found.open.any()
    assert metrics.left_out(state, found, DEFAULTS) == 1
