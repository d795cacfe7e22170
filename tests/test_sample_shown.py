"""What the product shows of the sample company: every feature has its case there, in each language."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache
from typing import Any

import pytest

from sheetcrm.languages import LANGUAGES
from sheetcrm.model import Plan
from sheetcrm.rules import metrics
from sheetcrm.rules.signals import OPENINGS, SEVERITY
from sheetcrm.sample import sample
from sheetcrm.schema.accounts import STRATEGIES
from tests.test_sample_replay import CFG, plan

TODAY = date(2026, 11, 21)
SEED = 1
"""The seed of ``demo`` and of ``init --sample``."""


@cache
def shown(language: str) -> Plan:
    return plan(sample(SEED, TODAY, language), TODAY, language)


def counts(language: str, column: str) -> Counter[Any]:
    return Counter(shown(language).state[column].dropna().tolist())


@pytest.mark.parametrize("language", LANGUAGES)
def test_accounts_show_every_strategy_signal_and_kind_of_review(language: str) -> None:
    state = shown(language).state
    assert set(counts(language, "accounts.strategy")) == set(STRATEGIES)
    assert set(state["accounts.signal_rows"].kinds) == set(SEVERITY)
    assert set(state["accounts.opening_rows"].kinds) == set(OPENINGS)
    assert set(counts(language, "accounts.tier_suggested")) == {"key", "standard", "low"}
    assert set(counts(language, "accounts.tier_move")) == {"up", "down"}
    assert counts(language, "accounts.difficult_early")[1.0] >= 1
    assert counts(language, "accounts.single_threaded")[1.0] >= 1
    for column in ("rate_change", "upsell_sales", "cross_sell_sales", "average_deal", "expansion_value"):
        assert any(value > 0 for value in counts(language, f"accounts.{column}")), column


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_funnel_has_each_stage_and_loses_at_each_step(language: str) -> None:
    state = shown(language).state
    assert set(counts(language, "opportunities.pace")) == {"closed", "moving", "stalled"}
    assert set(counts(language, "opportunities.currency")) == {"USD"}
    funnel = metrics.funnel(state, CFG)
    assert all(step.lost and step.onward for step in funnel.steps)
    assert funnel.weakest


@pytest.mark.parametrize("language", LANGUAGES)
def test_activity_has_tasks_of_every_kind_and_a_valley(language: str) -> None:
    state = shown(language).state
    planned = metrics.planned(state, CFG)
    assert planned.on_time
    assert planned.late
    assert planned.not_done
    weeks = metrics.weeks(state, CFG)
    assert any(week.valley for week in weeks.weeks[weeks.now + 1 :])
    assert set(counts(language, "interactions.follow_up")) == {"none", "pending", "overdue", "done"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_list_of_the_segments_has_its_accounts(language: str) -> None:
    table = next(table for table in shown(language).tabs if table.tab == "segments")
    lists = Counter(row[0] for row in table.rows)
    assert set(lists) == {"win_back", "newsletter", "ambassador", "survey"}
    assert lists["ambassador"] >= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_card_of_the_dashboard_has_something_to_say(language: str) -> None:
    retention = metrics.retention(shown(language).state, CFG)
    assert 0 < retention.gross < retention.net
    assert 0 < retention.churn < 1
    assert metrics.expansion(shown(language).state, CFG).deals >= 5
