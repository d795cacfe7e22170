"""Which columns of a tab fold away behind one click, so that what is looked at every day fits a screen.

What stays in view when all is folded: what names the row, what is typed daily, what is due, how it stands and what to
do. Nothing is folded to begin with: who opens the workbook sees all of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sheetcrm.schema import Tab

_FOLDS: dict[str, tuple[tuple[str, str], ...]] = {
    "contracts": (
        ("currency", "notice_days"),
        ("contact", "contact"),
        ("renewal_value", "predecessor_id"),
        ("competitor", "snooze_until"),
        ("phase", "annual_value"),
        ("next_renewal_date", "alert_stage"),
    ),
    "accounts": (
        ("backup_owner", "credit_owner"),
        ("industry", "client_since"),
        ("volume_last_year", "margin"),
        ("critical", "difficult"),
        ("blocked_on", "channel"),
        ("plan_reviewed_on", "snooze_until"),
        ("lost_on", "active_contracts"),
        ("lifetime_value", "rate_change"),
        ("last_contact", "days_since_contact"),
        ("recurrent_faults", "perception"),
        ("tier_suggested", "expansion_value"),
        ("health_trend", "health_coverage"),
    ),
    "interactions": (("contract_id", "contact"), ("initiative", "nature")),
    "tickets": (("asset", "first_response_at"), ("root_cause", "customer_confirmed")),
    "opportunities": (("currency", "probability"), ("created_on", "negotiation_on"), ("reason", "success_criteria")),
    "tasks": (("kind", "nature"),),
    "contacts": (("since", "moved_to"),),
    "team": (("language", "delegate"),),
    "agenda": (("id", "account_id"),),
}
"""Tab → the first and the last column of each fold. A column in view stands between two folds: programs join those
that touch."""


def folds(tab: Tab) -> Iterator[tuple[int, int]]:
    """The first and the last place (from 1) of each fold of a tab."""
    places = {column.key: place for place, column in enumerate(tab.columns, 1)}
    for first, last in _FOLDS.get(tab.key, ()):
        yield places[first], places[last]
