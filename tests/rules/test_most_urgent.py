"""What an account asks for first: each matter alone, the gravest of several, and nothing where nothing is amiss."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.frames import UNREADABLE
from tests.rules.service_book import TODAY, client, computed

Row = dict[str, Any]


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def moment(days: int) -> datetime:
    return datetime.combine(ago(days), datetime.min.time())


def talk(days: int = 3, **cells: Any) -> Row:
    return {"interaction_id": f"I-{days}-{len(cells)}", "date": ago(days), "account_id": "A-1", **cells}


def ticket(id: str, opened: int, **cells: Any) -> Row:
    return {"ticket_id": id, "account_id": "A-1", "opened_at": moment(opened), **cells}


CALL = talk(0, channel="call")
CALM = {"tier": "standard", "tier_reviewed_on": ago(10), "volume": 9.0, "margin": 3.0}
COMPLAINTS = [talk(day, channel="complaint") for day in (1, 2, 4)]
REFUSED = [ticket(f"R-{day}", day, resolved_at=moment(day), customer_confirmed="no") for day in (4, 5)]
REPEATED = [ticket(f"T-{day}", day, resolved_at=moment(day), asset="HP-17") for day in (5, 20, 40)]

# The gravest first. ``cells`` are the account's.
MATTERS: dict[str, dict[str, Any]] = {
    "cancellation_notice": {"interactions": [talk(signal="cancellation_notice", contract_id="C-A-1")]},
    "breached": {"tickets": [ticket("T-1", 30, priority="critical")]},
    "overdue": {"invoices": [{"invoice_id": "F-1", "account_id": "A-1", "due_on": ago(1), "amount": 9.0}]},
    "recurrent_fault": {"tickets": REPEATED},
    "promise_missed": {"interactions": [talk(9, next_step="Send it", next_step_due=ago(1))]},
    "quote_request": {"interactions": [talk(signal="quote_request")]},
    "detractor": {"interactions": [talk(channel="survey", score=3.0)]},
    "billing_complaint": {"interactions": [talk(signal="billing_complaint")]},
    "new_decision_maker": {"interactions": [talk(signal="new_decision_maker")]},
    "purchasing_change": {"interactions": [talk(signal="purchasing_change")]},
    "risk_plan": {"cells": {"risk_plan_due": TODAY}},
    "expansion_need": {"interactions": [talk(signal="expansion_need")]},
    "trigger_event": {"interactions": [talk(signal="trigger_event")]},
    "obsolescence": {"interactions": [talk(signal="obsolescence")]},
    "difficult": {"interactions": COMPLAINTS, "tickets": REFUSED},
    "tier_review": {"cells": {"tier_reviewed_on": date(2020, 1, 1)}},
    "strategy": {"cells": {"volume": None}},
}


def asked(*matters: dict[str, Any], **cells: Any) -> Any:
    """What one client asks for, called today and with a tier of its own, with these matters."""
    own = {**CALM, **cells}
    tabs: dict[str, list[Row]] = {"interactions": [CALL]}
    for matter in matters:
        own |= matter.get("cells", {})
        for name, rows in matter.items():
            if name != "cells":
                tabs[name] = [*tabs.get(name, []), *rows]
    return computed({**client(**own), **tabs}, "accounts.most_urgent")[0]


@pytest.mark.parametrize("kind", MATTERS)
def test_each_matter_is_asked_for(kind: str) -> None:
    assert asked(MATTERS[kind]) == kind


@pytest.mark.parametrize(("first", "second"), list(zip(MATTERS, list(MATTERS)[1:], strict=False)))
def test_of_two_the_graver_comes_first(first: str, second: str) -> None:
    assert asked(MATTERS[second], MATTERS[first]) == first


def test_a_quiet_client_asks_for_nothing() -> None:
    assert asked() is None


@pytest.mark.parametrize(("days", "kind"), [(89, None), (90, "contact"), (400, "contact")])
def test_a_contact_is_asked_for_from_its_day_on(days: int, kind: str | None) -> None:
    tabs = {**client(**CALM), "interactions": [talk(days, channel="call")]}
    assert computed(tabs, "accounts.most_urgent") == [kind]


def test_a_key_account_needs_its_plan() -> None:
    assert asked(tier="key") == "plan"
    assert asked(tier="key", plan="https://files.example.com/p", plan_reviewed_on=ago(30)) is None


def test_an_account_without_a_tier_asks_for_one_but_not_for_what_cant_be_read() -> None:
    assert asked(tier=None) == "tier_blank"
    assert asked(tier=UNREADABLE) is None


def test_who_is_marked_as_difficult_needs_no_decision_about_it() -> None:
    assert asked(MATTERS["difficult"], difficult="yes") is None
