"""What an account asks for next: its first open task, and its most urgent matter when no task says so (domain 4)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sheetcrm.columns import Linked, Unreadable, column
from sheetcrm.evaluated import row_codes
from sheetcrm.rules.labels import labelled
from sheetcrm.rules.signals import Signals
from sheetcrm.rules.tasks import first_open
from sheetcrm.schema.column import Type

FIRST = "cancellation_notice"
"""The one matter that goes before the next action of the account's contracts."""

_SIGNALS = (
    "recurrent_fault",
    "promise_missed",
    "quote_request",
    "detractor",
    "perception_fell",
    "billing_complaint",
    "new_decision_maker",
    "purchasing_change",
)
_NEEDS = (
    "client_status",
    "health_band",
    "days_overdue",
    "next_contact_due",
    "risk_plan_now",
    "plan_gap",
    "tier_review_now",
    "difficult",
    "tier",
    "strategy_gap",
)


# A cell that can't be read silences its own matter, not the others.
@column("accounts", show=False, type=Type.TEXT, copes=_NEEDS, states="tickets.sla_status")
def most_urgent(
    signal_rows: Signals,
    opening_rows: Signals,
    states: Linked,
    client_status: pd.Series[Any],
    health_band: pd.Series[Any],
    days_overdue: pd.Series[Any],
    next_contact_due: pd.Series[Any],
    risk_plan_now: pd.Series[Any],
    plan_gap: pd.Series[Any],
    tier_review_now: pd.Series[Any],
    difficult_early: pd.Series[Any],
    difficult: pd.Series[Any],
    tier: pd.Series[Any],
    strategy_gap: pd.Series[Any],
    unreadable: Unreadable,
    today: Any,
) -> Any:
    """The first that holds: a cancellation notice, a ticket past its SLA, an invoice overdue, a recurrent fault, a
    broken promise, a request for other offers, a bad or worse survey, a billing complaint, a new decision-maker, a
    change in purchasing, a risk plan due, red health, a contact due (clients), an opening, obsolescence, a single
    thread, a key account's plan, a difficult client seen early, the tier's review, a blank tier, data for the strategy.

    Blank: nothing asks for anything
    Source: domain 4 (next_action); 000 item 46
    """

    def alive(signals: Signals, *kinds: str) -> Any:
        return signals.count(*kinds) > 0

    client = client_status == "client"
    return labelled(
        (alive(signal_rows, FIRST), FIRST),
        (states.count(states.values == "breached") > 0, "breached"),
        (days_overdue > 0, "overdue"),
        *((alive(signal_rows, kind), kind) for kind in _SIGNALS),
        (risk_plan_now == 1, "risk_plan"),
        (health_band == "red", "red"),
        ((next_contact_due.to_numpy() <= today) & client, "contact"),
        (alive(opening_rows, "expansion_need"), "expansion_need"),
        (alive(opening_rows, "trigger_event"), "trigger_event"),
        (alive(signal_rows, "obsolescence"), "obsolescence"),
        (alive(signal_rows, "single_threaded"), "single_threaded"),
        (plan_gap.notna(), "plan"),
        ((difficult_early == 1) & (difficult != "yes"), "difficult"),
        (tier_review_now == 1, "tier_review"),
        (tier.isna() & ~unreadable["tier"] & client, "tier_blank"),
        (strategy_gap.isin(("volume", "margin", "potential")), "strategy"),
    )


@column(
    "accounts",
    show=False,
    type=Type.TEXT,
    accounts="tasks.of_account@all",
    due="tasks.due@all",
    still="tasks.open_task@all",
    said="tasks.said@all",
)
def first_task(
    account_id: pd.Series[Any],
    accounts: pd.Series[Any],
    due: pd.Series[Any],
    still: pd.Series[Any],
    said: pd.Series[Any],
) -> Any:
    """The account's first open task, of one of its contracts or not: due first, without a date last.

    Blank: none is open
    Source: domain 4 (next_action)
    """
    return said.reindex(first_open(Linked(due, row_codes(accounts, account_id), len(account_id)), still))
