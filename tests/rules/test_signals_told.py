"""Each early sign of the sources (002 items 21 to 27), from the cells that people fill to the account's sentence."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.rules.service_book import TODAY, client, computed


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def noted(signal: str) -> dict[str, Any]:
    talk = {"interaction_id": "I-1", "date": ago(3), "account_id": "A-1", "channel": "call", "signal": signal}
    return {"interactions": [talk]}


REPAIRS = [
    {
        "ticket_id": f"T-{days}",
        "account_id": "A-1",
        "asset": "HP-17",
        "opened_at": datetime.combine(ago(days), datetime.min.time()),
        "resolved_at": datetime.combine(ago(days - 1), datetime.min.time()),
    }
    for days in (60, 30, 5)
]
PROMISE = {
    "ticket_id": "T-1",
    "account_id": "A-1",
    "opened_at": datetime(2026, 11, 2, 9),
    "promised_at": datetime(2026, 11, 4, 12),
    "resolved_at": datetime(2026, 11, 6, 12),
}
BILL = {"invoice_id": "F-1", "account_id": "A-1", "due_on": ago(20), "amount": 10.0}


@pytest.mark.parametrize(
    ("tabs", "told"),
    [
        ({"tickets": REPAIRS}, "recurrent fault (T-5)"),
        ({"tickets": [PROMISE]}, "promise or deadline missed (T-1)"),
        (noted("billing_complaint"), "billing complaint (I-1)"),
        (noted("quote_request"), "asks others for quotes (I-1)"),
        ({"invoices": [BILL]}, "late payment (F-1)"),
        (noted("purchasing_change"), "purchasing change (I-1)"),
        (noted("new_decision_maker"), "new decision-maker (I-1)"),
        (noted("obsolescence"), "obsolescence (I-1)"),
    ],
)
def test_an_early_sign_stands_in_the_accounts_sentence_with_its_row(tabs: dict[str, Any], told: str) -> None:
    assert computed({**client(), **tabs}, "accounts.signals", language="en") == [told]


def test_a_key_account_that_hangs_on_one_of_us_is_told() -> None:
    talk = {"interaction_id": "I-1", "date": ago(3), "account_id": "A-1", "channel": "call", "owner": "ana@example.com"}
    tabs = {**client(tier="key"), "interactions": [talk]}
    assert computed(tabs, "accounts.signals", language="en") == ["hangs on a single contact"]
