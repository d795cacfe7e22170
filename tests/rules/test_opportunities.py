"""Opportunities: expected value, days open and pace; case, boundary and blank."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.frames import UNREADABLE
from tests.rules.service_book import TODAY, client, computed, evaluated, settings, values


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def deal(interactions: list[dict[str, Any]] | None = None, **cells: Any) -> dict[str, Any]:
    """The computed cells of one opportunity, created 10 days ago unless said otherwise."""
    row = {"opportunity_id": "O-1", "account_id": "A-1", "created_on": ago(10), **cells}
    tabs = {**client(), "opportunities": [row], "interactions": interactions or []}
    names = ("expected_value", "days_open", "pace")
    found = evaluated(tabs)
    return {name: values(found, f"opportunities.{name}")[0] for name in names}


@pytest.mark.parametrize(
    ("stage", "said", "worth"),
    [
        ("contact", None, 100),
        ("proposal", None, 300),
        ("negotiation", None, 600),
        ("negotiation", 0.0, 0),
        ("proposal", 0.9, 900),
        (None, 0.5, 500),
        (None, None, None),
        ("won", 0.5, 1000),
        ("lost", 0.5, 0),
        ("won", UNREADABLE, 1000),
        ("proposal", UNREADABLE, None),
        (UNREADABLE, 0.5, None),
    ],
)
def test_the_expected_value_is_the_value_times_its_probability(stage: Any, said: Any, worth: float | None) -> None:
    assert deal(stage=stage, probability=said, value=1000.0, closed_on=ago(1))["expected_value"] == worth


def test_without_a_value_nothing_is_expected() -> None:
    assert deal(stage="won")["expected_value"] is None
    assert deal(stage="won", value=UNREADABLE)["expected_value"] is None


def test_days_are_counted_to_today_or_to_the_closing() -> None:
    assert deal()["days_open"] == 10
    assert deal(created_on=TODAY)["days_open"] == 0
    assert deal(stage="won", closed_on=ago(4))["days_open"] == 6
    assert deal(stage="lost")["days_open"] is None
    assert deal(stage="negotiation", closed_on=UNREADABLE)["days_open"] == 10
    assert deal(stage="won", closed_on=UNREADABLE)["days_open"] is None
    assert deal(created_on=None)["days_open"] is None


def test_a_closing_of_later_leaves_it_open() -> None:
    found = deal(stage="won", closed_on=ago(-1), value=100.0)
    assert (found["days_open"], found["pace"], found["expected_value"]) == (10, "moving", None)


def test_30_days_without_a_stage_or_an_interaction_are_a_stall() -> None:
    assert deal(created_on=ago(30))["pace"] == "stalled"
    assert deal(created_on=ago(29))["pace"] == "moving"
    assert deal(created_on=ago(90), proposal_on=ago(40), negotiation_on=ago(29))["pace"] == "moving"
    assert deal(created_on=ago(90), proposal_on=ago(30), negotiation_on=ago(-3))["pace"] == "stalled"


def test_any_interaction_with_the_account_moves_it() -> None:
    def talked(days: int, account: str = "A-1") -> Any:
        talk = {"interaction_id": "I-1", "date": ago(days), "account_id": account, "channel": "newsletter"}
        return deal([talk], created_on=ago(90))["pace"]

    assert (talked(29), talked(30), talked(1, "A-2")) == ("moving", "stalled", "stalled")


def test_a_closed_one_is_closed_and_an_undated_one_can_not_be_told() -> None:
    assert deal(stage="won", created_on=ago(90))["pace"] == "closed"
    assert deal(stage="lost", created_on=UNREADABLE)["pace"] == "closed"
    assert deal(created_on=None)["pace"] is None
    assert deal(stage=UNREADABLE)["pace"] is None


def test_a_currency_without_a_rate_is_never_taken_one_to_one() -> None:
    cfg = settings().model_copy(update={"rates": {"USD": 0.5}})
    rows = [
        {"opportunity_id": f"O-{at}", "account_id": "A-1", "kind": "upsell", "value": 100.0, "currency": currency}
        for at, currency in enumerate((None, "USD", "CHF"))
    ]
    tabs = {**client(), "opportunities": rows}
    assert computed(tabs, "opportunities.value_base", cfg=cfg) == [100, 50, None]
    assert computed(tabs, "opportunities.rate_missing", cfg=cfg) == [0, 0, 1]
    assert computed(tabs, "accounts.expansion_value", cfg=cfg) == [150]
