"""How soon renewals are signed, and what they are worth: case, boundary and blank."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sheetcrm.rules import metrics
from sheetcrm.rules.metrics import OnTime, Pace
from sheetcrm.rules.terms import Terms, terms
from tests.rules.metrics_book import CFG, TODAY, book, rated

YEAR = (metrics.since(TODAY, 365), TODAY)


def of(contracts: str, **tabs: str) -> Terms:
    return terms(book(contracts, **tabs))


def test_on_time_is_signed_by_the_last_day_of_all_that_was_due() -> None:
    found = of("""
        contract_id | account_id | start_date | end_date   | value | auto_renew | renewal_stage    | closed_on
        EARLY       | A-1        | 2025-05-01 | 2026-04-30 | 100   |            | payment_received | 2026-02-01
        LAST-DAY    | A-1        | 2025-05-01 | 2026-04-30 | 100   |            | payment_received | 2026-04-30
        DAY-AFTER   | A-1        | 2025-05-01 | 2026-04-30 | 100   |            | payment_received | 2026-05-01
        UNDATED     | A-1        | 2025-05-01 | 2026-04-30 | 100   |            | payment_received |
        LOST        | A-1        | 2025-05-01 | 2026-04-30 | 100   |            | lost             | 2026-04-01
        OPEN        | A-1        | 2025-05-01 | 2026-04-30 | 100   |            |                  |
        AUTO        | A-1        | 2025-05-01 | 2026-04-30 | 100   | yes        |                  |
        EVERGREEN   | A-1        | 2025-05-01 |            | 100   |            |                  |
    """)
    assert metrics.on_time(found, *YEAR) == OnTime(share=2 / 7, due=7, on_time=2, late=1, undated=1)


def test_a_renewal_signed_before_the_window_counts_in_its_scheduled_period() -> None:
    found = of("""
        contract_id | account_id | start_date | end_date   | value | renewal_stage    | closed_on
        DUE         | A-1        | 2024-11-22 | 2025-11-21 | 100   | payment_received | 2025-06-01
        NOT-YET     | A-1        | 2025-11-22 | 2026-11-21 | 100   | payment_received | 2026-06-01
        TOO-EARLY   | A-1        | 2024-11-21 | 2025-11-20 | 100   | payment_received | 2025-11-01
    """)
    assert metrics.on_time(found, *YEAR) == OnTime(share=1.0, due=1, on_time=1, late=0, undated=0)


def test_on_time_is_unknown_where_nothing_is_due_or_no_signing_is_dated() -> None:
    assert math.isnan(metrics.on_time(of(""), *YEAR).share)
    undated = of("""
        contract_id | account_id | start_date | end_date   | predecessor_id
        C-1         | A-1        | 2025-05-01 | 2026-04-30 |
        C-1/2       | A-1        | 2026-05-01 | 2027-04-30 | C-1
    """)
    found = metrics.on_time(undated, *YEAR)
    assert math.isnan(found.share)
    assert (found.due, found.undated) == (1, 1)
    lost = of("""
        contract_id | account_id | start_date | end_date   | renewal_stage | closed_on
        C-1         | A-1        | 2025-05-01 | 2026-04-30 | lost          | 2026-04-30
    """)
    assert metrics.on_time(lost, *YEAR).share == 0.0


def test_days_to_renew_is_the_median_from_90_days_before_the_deadline() -> None:
    found = of("""
        contract_id | account_id | start_date | end_date   | auto_renew | notice_days | renewal_stage    | closed_on
        ON-DAY-90   | A-1        | 2025-05-01 | 2026-04-30 |            |             | payment_received | 2026-01-30
        LAST-DAY    | A-1        | 2025-05-01 | 2026-04-30 |            |             | payment_received | 2026-04-30
        LATE        | A-1        | 2025-05-01 | 2026-04-30 |            |             | payment_received | 2026-05-30
        OPEN        | A-1        | 2025-05-01 | 2026-04-30 |            |             |                  |
        UNDATED     | A-1        | 2025-05-01 | 2026-04-30 |            |             | payment_received |
        LOST        | A-1        | 2025-05-01 | 2026-04-30 |            |             | lost             | 2026-01-30
    """)
    assert metrics.days_to_renew(found, *YEAR, CFG) == Pace(days=90.0, contracts=3)


def test_days_to_renew_counts_from_the_day_to_stop_an_automatic_renewal_and_may_be_negative() -> None:
    found = of("""
        contract_id | account_id | start_date | end_date   | auto_renew | notice_days | renewal_stage    | closed_on
        C-1         | A-1        | 2025-05-01 | 2026-04-30 | yes        | 60          | payment_received | 2025-12-01
        C-2         | A-1        | 2025-05-01 | 2026-04-30 |            |             | payment_received | 2025-12-01
    """)
    assert found.deadline.tolist()[0].isoformat() == "2026-03-01"
    assert metrics.days_to_renew(found, *YEAR, CFG) == Pace(days=-30.0, contracts=2)


def test_days_to_renew_without_a_signature_is_unknown() -> None:
    found = metrics.days_to_renew(of(""), *YEAR, CFG)
    assert math.isnan(found.days)
    assert found.contracts == 0


def test_a_term_that_ends_on_29_february_counts_its_days() -> None:
    found = of("""
        contract_id | account_id | start_date | end_date   | renewal_stage    | closed_on
        C-1         | A-1        | 2023-03-01 | 2024-02-29 | payment_received | 2024-02-29
    """)
    february = (np.datetime64("2024-02-29"), np.datetime64("2024-02-29"))
    assert metrics.on_time(found, *february).on_time == 1
    assert metrics.days_to_renew(found, *february, CFG).days == 90


def test_the_mean_renewal_value_is_what_renewed_terms_are_worth_a_year_now() -> None:
    contracts = """
        contract_id | account_id | start_date | end_date   | value | currency | renewal_value | renewal_stage    | closed_on  | predecessor_id
        TWO-YEARS   | A-1        | 2024-05-01 | 2026-04-30 | 2000  |          |               |                  |            |
        TWO-YEARS/2 | A-1        | 2026-05-01 | 2028-04-30 | 3000  |          |               |                  |            | TWO-YEARS
        PAID        | A-1        | 2025-05-01 | 2026-04-30 | 400   |          | 500           | payment_received | 2026-04-01 |
        DOLLARS     | A-1        | 2025-05-01 | 2026-04-30 | 1000  | USD      |               | payment_received | 2026-04-01 |
        LOST        | A-1        | 2025-05-01 | 2026-04-30 | 9000  |          |               | lost             | 2026-04-01 |
        OPEN        | A-1        | 2025-05-01 | 2026-04-30 | 9000  |          |               |                  |            |
    """
    assert metrics.mean_renewal_value(of(contracts), *YEAR) == pytest.approx((1500 + 500) / 2)
    found = terms(book(contracts, cfg=rated(USD=0.7)))
    assert metrics.mean_renewal_value(found, *YEAR) == pytest.approx((1500 + 500 + 700) / 3)
    assert math.isnan(metrics.mean_renewal_value(of(""), *YEAR))
