"""Score, coverage, caps, override, bands and trend: case, boundary, blank."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from sheetcrm.model import Memory
from tests.frames import UNREADABLE
from tests.rules.service_book import TODAY, client, evaluated, memory, values


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def told(tabs: dict[str, Any], past: list[Any] | None = None) -> dict[str, Any]:
    """The first account's health."""
    names = ("score", "band", "trend", "coverage", "why", "computed")
    found = evaluated(tabs, past=memory(past or []))
    health = {name: values(found, f"accounts.health_{name}")[0] for name in names}
    health["why"] = health["why"] and health["why"].replace("\N{NO-BREAK SPACE}", " ")
    return health


def contact(days: int = 1, **cells: Any) -> dict[str, Any]:
    return {"interaction_id": "I-1", "account_id": "A-1", "channel": "call", "date": ago(days), **cells}


def survey(score: float) -> dict[str, Any]:
    return {"interaction_id": "I-2", "account_id": "A-1", "channel": "survey", "date": ago(0), "score": score}


def scored(points: int) -> dict[str, Any]:
    """A client whose override makes the score what the test needs."""
    return client(health_override=points, health_override_reason="test", health_override_until=ago(-1))


def test_the_score_is_the_weighted_sum_and_a_missing_factor_counts_60() -> None:
    health = told({**client(), "interactions": [contact(), survey(9)]})
    # engagement 20, relationship 15 in full; perception 15 at 90; tickets, promises, payment (50) at 60.
    assert health["score"] == 79  # 20 + 15 + 13.5 + 30 = 78.5
    assert (health["coverage"], health["band"]) == (0.5, "green")


@pytest.mark.parametrize(
    ("tier", "score", "coverage"), [("standard", None, 0.35), ("key", 40 + 0.6 * 60, 0.4), ("low", None, 0.1)]
)
def test_the_weights_go_by_tier(tier: str, score: float | None, coverage: float) -> None:
    """A contact yesterday by two of ours: engagement and relationship in full."""
    rows = [contact(owner="ana"), contact(owner="luis", interaction_id="I-9")]
    health = told({**client(tier=tier), "interactions": rows})
    assert (health["computed"], health["coverage"]) == (score, coverage)


def test_under_40_percent_of_the_data_there_is_no_score_and_the_sentence_says_what_is_missing() -> None:
    health = told({**client(), "interactions": [contact()]})
    assert (health["score"], health["band"], health["coverage"], health["trend"]) == (None, "no_data", 0.35, None)
    assert health["why"] == "Sin datos suficientes · datos 35 % · faltan: tickets, compromisos, encuestas, facturas."


def test_at_40_percent_there_is_one() -> None:
    rows = [contact(owner="ana"), contact(owner="luis", interaction_id="I-9")]
    assert told({**client(tier="key"), "interactions": rows})["score"] == 76


def test_silence_alone_turns_nobody_red() -> None:
    health = told(client())
    assert (health["score"], health["band"], health["coverage"]) == (None, "no_data", 0)


def test_health_is_for_clients_only() -> None:
    tabs = {**client(), "interactions": [contact(), survey(9)]}
    tabs["contracts"][0].update(start_date=date(2024, 1, 1), end_date=date(2025, 1, 1))
    assert set(told(tabs).values()) == {None}
    assert set(told({**tabs, "contracts": []}).values()) == {None}


def test_a_tier_that_can_t_be_read_leaves_the_health_blank() -> None:
    assert set(told({**client(tier=UNREADABLE), "interactions": [contact(), survey(9)]}).values()) == {None}


def test_half_points_are_rounded_up_at_the_very_end() -> None:
    # 20 + 15·1 + 15·s/10 + 30 with s = 3: 69.5
    assert told({**client(), "interactions": [contact(), survey(3)]})["score"] == 70


# --- caps


@pytest.mark.parametrize(("days", "score"), [(89, 20), (90, None)])
def test_a_cancellation_notice_caps_at_20_for_90_days_even_without_data(days: int, score: int | None) -> None:
    health = told({**client(), "interactions": [contact(days, signal="cancellation_notice")]})
    assert (health["score"], health["band"]) == (score, "red" if score else "no_data")
    assert ("tope 20: 1 aviso de baja (I-1)" in health["why"]) is (score is not None)


@pytest.mark.parametrize(("days", "cap"), [(60, None), (61, 40)])
def test_more_than_60_days_overdue_caps_at_40(days: int, cap: int | None) -> None:
    tabs = {**client(), "interactions": [contact(), survey(10)]}
    tabs["invoices"] = [{"invoice_id": "F-1", "account_id": "A-1", "due_on": ago(days), "amount": 1.0}]
    health = told(tabs)
    assert (health["score"] == 40) is (cap is not None)
    assert ("tope 40: 61 días de mora (F-1)" in health["why"]) is (cap is not None)


@pytest.mark.parametrize(("opened", "capped"), [(datetime(2026, 11, 20, 10), False), (datetime(2026, 11, 19, 9), True)])
def test_a_critical_ticket_past_its_sla_caps_at_50(opened: datetime, capped: bool) -> None:
    tabs = {**client(), "interactions": [contact(), survey(10)]}
    tabs["tickets"] = [{"ticket_id": "T-1", "account_id": "A-1", "opened_at": opened, "priority": "critical"}]
    health = told(tabs)
    assert (health["score"] == 50) is capped
    assert ("tope 50: 1 ticket crítico fuera de plazo (T-1)" in health["why"]) is capped


def test_the_lowest_cap_holds_and_each_is_named() -> None:
    tabs = {**client(), "interactions": [contact(3, signal="cancellation_notice"), survey(10)]}
    tabs["invoices"] = [{"invoice_id": "F-1", "account_id": "A-1", "due_on": ago(61), "amount": 1.0}]
    health = told(tabs)
    assert health["score"] == 20
    assert health["why"].startswith("20 · tope 20: 1 aviso de baja (I-1) · tope 40: 61 días de mora (F-1) · ")


# --- override


@pytest.mark.parametrize(
    ("changed", "holds"),
    [
        ({}, True),
        ({"health_override_until": ago(0)}, True),
        ({"health_override_until": ago(1)}, False),
        ({"health_override_until": ago(-90)}, True),
        ({"health_override_until": ago(-91)}, False),
        ({"health_override_until": None}, False),
        ({"health_override_reason": None}, False),
        ({"health_override": None}, False),
        ({"health_override": UNREADABLE}, False),
        ({"health_override": 101}, False),
        ({"health_override": 0}, True),
    ],
)
def test_an_override_holds_with_value_reason_and_an_end_in_sight(changed: dict[str, Any], holds: bool) -> None:
    cells = {"health_override": 33, "health_override_reason": "strike", "health_override_until": ago(-30), **changed}
    health = told({**client(**cells), "interactions": [contact(), survey(9)]})
    assert health["score"] == (cells["health_override"] if holds else 79)
    assert health["computed"] == 78.5


def test_an_override_is_the_score_over_caps_and_missing_data_and_the_sentence_shows_the_computed_one() -> None:
    cells = {"health_override": 90, "health_override_reason": "signed\nthe new deal", "health_override_until": ago(-30)}
    health = told({**client(**cells), "interactions": [contact(3, signal="cancellation_notice"), survey(9)]})
    assert (health["score"], health["band"]) == (90, "green")
    assert "90 · fijada a mano hasta el 20 dic 2026: «signed the new deal»; calculada: 20 · tope 20" in health["why"]
    assert told(client(**cells))["why"].endswith("calculada: Sin datos suficientes · datos 0 %.")


# --- bands and trend


@pytest.mark.parametrize(
    ("score", "band"), [(0, "red"), (50, "red"), (51, "yellow"), (75, "yellow"), (76, "green"), (100, "green")]
)
def test_plain_bands_without_history(score: int, band: str) -> None:
    assert told(scored(score))["band"] == band


@pytest.mark.parametrize(
    ("before", "score", "band"),
    [
        ("red", 53, "red"),
        ("red", 54, "yellow"),
        ("red", 78, "yellow"),
        ("red", 79, "green"),
        ("yellow", 78, "yellow"),
        ("yellow", 79, "green"),
        ("green", 75, "yellow"),  # worse at once
        ("green", 50, "red"),
        ("yellow", 51, "yellow"),
        ("green", 76, "green"),
    ],
)
def test_a_band_gets_worse_at_once_and_better_by_three_points_more(before: str, score: int, band: str) -> None:
    assert told(scored(score), [("A-1", ago(1), 50.0, before)])["band"] == band


def test_the_latest_earlier_day_counts_not_today_nor_another_account() -> None:
    past = [
        ("A-1", ago(9), 90.0, "green"),
        ("A-1", ago(3), 40.0, "red"),
        ("A-1", ago(0), 90.0, "green"),
        ("A-2", ago(1), 90.0, "green"),
    ]
    assert told(scored(52), past)["band"] == "red"
    assert told(scored(52), past[::-1])["band"] == "red"


def test_a_day_without_a_score_is_no_history() -> None:
    assert told(scored(52), [("A-1", ago(3), 40.0, "red"), ("A-1", ago(1), None, "no_data")])["band"] == "yellow"


def test_a_history_without_bands_goes_by_its_scores() -> None:
    past = memory([("A-1", ago(1), 50.0, "")])
    assert values(evaluated(scored(53), past=past), "accounts.health_band") == ["red"]
    bare = Memory(health=past.health.drop(columns="band"))
    assert values(evaluated(scored(53), past=bare), "accounts.health_band") == ["red"]


@pytest.mark.parametrize(
    ("before", "trend"), [(45, "up"), (46, "stable"), (50, "stable"), (54, "stable"), (55, "down")]
)
def test_the_trend_is_five_points_against_four_weeks_ago(before: float, trend: str) -> None:
    assert told(scored(50), [("A-1", ago(28), before, "red"), ("A-1", ago(27), 1.0, "red")])["trend"] == trend


def test_without_a_score_of_four_weeks_ago_there_is_no_trend() -> None:
    assert told(scored(50), [("A-1", ago(27), 90.0, "green")])["trend"] is None
    assert told(scored(50), [("A-1", ago(40), 90.0, "green"), ("A-1", ago(28), None, "no_data")])["trend"] is None


def test_a_score_stands_until_the_next_change() -> None:
    assert told(scored(50), [("A-1", ago(33), 90.0, "green")])["trend"] == "down"
