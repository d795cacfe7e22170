"""Service and surveys as the manager sees them: case, boundary and blank."""

from __future__ import annotations

import math
from datetime import date, datetime

import numpy as np
import pytest

from sheetcrm.rules import metrics
from sheetcrm.rules.metrics import Cause, SlaMonth
from tests.rules.metrics_book import CFG, RUNNING, book, with_settings

SLA = """
    ticket_id | account_id | opened_at        | priority | resolved_at      | promised_at
    OLD       | A-1        | 2025-11-10 09:00 | normal   | 2025-11-20 17:00 |
    FIRST-DAY | A-1        | 2025-11-20 09:00 | normal   | 2025-11-21 17:00 |
    MET       | A-1        | 2026-10-01 09:00 | high     | 2026-10-01 17:00 |
    MISSED    | A-1        | 2026-10-01 09:00 | critical | 2026-10-12 17:00 |
    THIS      | A-1        | 2026-11-02 09:00 | normal   | 2026-11-03 09:00 |
    BREACHED  | A-1        | 2026-09-01 09:00 | high     |                  |
    PROMISED  | A-1        | 2026-11-19 09:00 | normal   |                  | 2026-11-20 18:00
    AT-RISK   | A-1        | 2026-11-20 09:00 | normal   |                  | 2026-11-20 13:00
    ON-TRACK  | A-1        | 2026-11-20 09:00 | low      |                  |
"""
NOON = datetime(2026, 11, 20, 12, 30)


def test_compliance_is_met_of_what_is_decided_and_a_clock_that_ran_out_is_decided() -> None:
    found = metrics.sla(book(RUNNING, tickets=SLA, now=NOON), CFG)
    assert (found.met, found.missed, found.breached, found.at_risk) == (3, 1, 1, 1)
    assert found.share == 3 / 5


def test_compliance_by_month_of_the_solution() -> None:
    months = metrics.sla(book(RUNNING, tickets=SLA, now=NOON), CFG).months
    assert [month.first.astype(object) for month in (months[0], months[-1])] == [date(2025, 12, 1), date(2026, 11, 1)]
    assert months[-2] == SlaMonth(np.datetime64("2026-10-01"), 0.5, 1, 1)
    assert (months[-1].share, months[-1].met) == (1.0, 1)
    assert math.isnan(months[0].share)
    assert sum(month.met + month.missed for month in months) == 3  # November 2025 is 12 months back


def test_without_tickets_nothing_is_known_of_service() -> None:
    state = book(RUNNING)
    found = metrics.sla(state, CFG)
    assert math.isnan(found.share)
    assert (found.met, found.missed, found.breached, found.at_risk) == (0, 0, 0, 0)
    again = metrics.recurrence(state, CFG)
    assert all(math.isnan(x) for x in (again.per_client, again.repeated, again.faults))
    assert metrics.friction(state, CFG) == ()


def test_only_on_track_tickets_decide_nothing() -> None:
    tickets = "ticket_id | account_id | opened_at\nT-1 | A-1 | 2026-11-20\n"
    assert math.isnan(metrics.sla(book(RUNNING, tickets=tickets), CFG).share)


REPEATED = """
    ticket_id | account_id | opened_at  | asset | location | category
    T-1       | A-1        | 2026-09-01 | P-1   |          |
    T-2       | A-1        | 2026-10-01 | p-1   |          |
    T-3       | A-1        | 2026-11-01 | P-1   |          |
    T-4       | A-1        | 2026-11-01 |       | Roof     | repair
    T-5       | A-1        | 2026-11-01 |       |          | repair
    T-6       | A-2        | 2026-11-01 |       |          |
    OLD       | A-1        | 2025-11-20 | P-9   |          |
"""


def test_tickets_per_client_the_share_that_repeats_and_living_faults() -> None:
    found = metrics.recurrence(book(RUNNING, tickets=REPEATED), CFG)
    # A-2 is no client; T-5 and T-6 name no fault; T-2 and T-3 repeat T-1.
    assert (found.tickets, found.per_client) == (6, 5.0)
    assert found.repeated == 2 / 4
    assert found.faults == 1


def test_tickets_without_a_client_have_no_rate() -> None:
    found = metrics.recurrence(book(tickets=REPEATED), CFG)
    assert math.isnan(found.per_client)
    assert found.tickets == 6


def test_friction_counts_root_causes_most_first_and_those_without_one_last() -> None:
    tickets = """
        ticket_id | account_id | opened_at  | root_cause
        T-1       | A-1        | 2026-11-01 | supply
        T-2       | A-1        | 2026-11-01 | billing
        T-3       | A-1        | 2026-11-01 | supply
        T-4       | A-1        | 2025-11-21 | equipment
        T-5       | A-1        | 2025-11-20 | equipment
        T-6       | A-1        | 2026-11-01 |
        T-7       | A-1        | 2026-11-01 |
        T-8       | A-1        | 2026-11-21 | billing
    """
    found = metrics.friction(book(RUNNING, tickets=tickets), CFG)
    assert found[:3] == (Cause("supply", 2, 0.5), Cause("billing", 1, 0.25), Cause("equipment", 1, 0.25))
    assert (found[3].cause, found[3].tickets) == ("", 2)
    assert math.isnan(found[3].share)


SURVEYS = """
    interaction_id | date       | account_id | channel | score
    I-1            | 2026-11-20 | A-1        | survey  | 10
    I-2            | 2026-10-01 | A-1        | survey  | 9
    I-3            | 2026-10-02 | A-2        | survey  | 7
    I-4            | 2026-10-02 | A-2        | survey  | 6
    I-5            | 2025-11-21 | A-2        | survey  | 0
    I-6            | 2025-11-20 | A-2        | survey  | 0
    I-7            | 2026-10-02 | A-2        | call    | 1
    I-8            | 2026-10-02 | A-2        | survey  |
    I-9            | 2026-10-02 | A-2        | survey  | 11
"""


def test_nps_is_promoters_less_detractors_of_the_window() -> None:
    found = metrics.perception(book(interactions=SURVEYS), CFG)
    assert (found.surveys, found.promoters, found.detractors) == (5, 2, 2)
    assert found.nps == 0.0
    stricter = metrics.perception(book(interactions=SURVEYS), with_settings(metrics={"promoter_score": 10.0}))
    assert stricter.nps == pytest.approx(100 * (1 - 2) / 5)


def test_the_score_weighs_recent_answers_most() -> None:
    surveys = """
        interaction_id | date       | account_id | channel | score
        I-1            | 2026-11-20 | A-1        | survey  | 10
        I-2            | 2026-05-24 | A-2        | survey  | 4
    """
    assert metrics.perception(book(interactions=surveys), CFG).score == pytest.approx(10 * (10 + 0.5 * 4) / 1.5)


def test_an_answer_of_long_ago_tells_no_score_today() -> None:
    """360 days halve a survey twice: .25 is just enough, a day later it is not."""
    survey = "interaction_id | date | account_id | channel | score\nI-1 | {day} | A-1 | survey | 8\n"
    assert metrics.perception(book(interactions=survey.format(day="2025-11-25")), CFG).score == pytest.approx(80)
    older = metrics.perception(book(interactions=survey.format(day="2025-11-24")), CFG)
    assert math.isnan(older.score)
    assert older.surveys == 1


def test_the_trend_compares_90_days_with_the_90_before_from_two_answers_on() -> None:
    surveys = """
        interaction_id | date       | account_id | channel | score
        I-1            | 2026-11-20 | A-1        | survey  | 9
        I-2            | 2026-08-23 | A-1        | survey  | 8
        I-3            | 2026-08-22 | A-1        | survey  | 7
        I-4            | 2026-05-25 | A-2        | survey  | 6
        I-5            | 2026-05-24 | A-2        | survey  | 0
    """
    assert metrics.perception(book(interactions=surveys), CFG).trend == pytest.approx(85 - 65)
    fewer = "\n".join(line for line in surveys.splitlines() if "I-4" not in line)
    assert math.isnan(metrics.perception(book(interactions=fewer), CFG).trend)


def test_surveys_by_month() -> None:
    months = metrics.perception(book(interactions=SURVEYS), CFG).months
    assert len(months) == 12
    october, november = months[-2:]
    assert (october.score, october.surveys, october.nps) == (pytest.approx(220 / 3), 3, 0.0)
    assert (november.score, november.surveys, november.nps) == (100.0, 1, 100.0)
    assert math.isnan(months[0].score)
    assert math.isnan(months[0].nps)


def test_without_surveys_nothing_is_known_of_perception() -> None:
    found = metrics.perception(book(), CFG)
    assert all(math.isnan(x) for x in (found.score, found.nps, found.trend))
    assert [month.surveys for month in found.months] == [0] * 12
