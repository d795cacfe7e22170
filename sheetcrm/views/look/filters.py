"""Views of a tab that everyone needs now and then, ready under a name: what to filter by and how to sort.

For programs that keep named views of their own for each reader (Google's filter views); elsewhere the header's filter
does it in two clicks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sheetcrm.schema import Tab


@dataclass(frozen=True)
class FilterView:
    """Rows of a tab under the name ``filter.<tab>.<key>``. ``where``: column → "filled", "blank", or a key of its list;
    ``sort``: the column that orders them, the largest first where ``descending``."""

    key: str
    where: tuple[tuple[str, str], ...]
    sort: str
    descending: bool = False


_VIEWS: dict[str, tuple[FilterView, ...]] = {
    "contracts": (
        FilterView("window", (("phase", "filled"),), "days_to_deadline"),
        FilterView("risk", (("renewal_risk", "high"),), "days_to_deadline"),
        FilterView("problems", (("problems", "filled"),), "contract_id"),
    ),
    "accounts": (
        FilterView("red", (("health_band", "red"),), "annual_value", descending=True),
        FilterView("no_owner", (("owner", "blank"),), "annual_value", descending=True),
        FilterView("problems", (("problems", "filled"),), "account_id"),
    ),
    "interactions": (
        FilterView("promised", (("next_step", "filled"), ("next_step_done_on", "blank")), "next_step_due"),
    ),
    "tickets": (
        FilterView("open", (("resolved_at", "blank"),), "due_at"),
        FilterView("late", (("sla_status", "breached"),), "due_at"),
    ),
    "opportunities": (
        FilterView("open", (("closed_on", "blank"),), "expected_close"),
        FilterView("stalled", (("pace", "stalled"),), "days_open", descending=True),
    ),
    "tasks": (FilterView("open", (("done_on", "blank"),), "due"),),
    "invoices": (FilterView("unpaid", (("paid_on", "blank"),), "due_on"),),
    "agenda": (FilterView("late", (("status", "overdue"),), "value", descending=True),),
    "alerts": (FilterView("unanswered", (("state", "sent"), ("acknowledged_by", "blank")), "alerted_on"),),
}


def filter_views(tab: Tab) -> Sequence[FilterView]:
    """The named views of a tab, each with its rows only: a blank line has nothing in any column either."""
    first = next((column.key for column in tab.columns if column.required), tab.columns[0].key)
    return [
        FilterView(view.key, ((first, "filled"), *view.where), view.sort, view.descending)
        for view in _VIEWS.get(tab.key, ())
    ]
