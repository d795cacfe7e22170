"""All computed columns of a workbook by the oracle."""

from __future__ import annotations

from typing import Any

from tests.oracle import accounts, rows
from tests.oracle.factors import ORDER
from tests.oracle.whole import Whole, known

HEALTH = {
    "days_since_contact": "days_since_contact",
    "next_contact_due": "next_contact_due",
    "open_tickets": "open_tickets",
    "days_overdue": "days_overdue",
    "health_score": "score",
    "health_band": "band",
    "health_trend": "trend",
    "health_coverage": "coverage",
    "health_computed": "computed",
    **{f"factor_{factor}": factor for factor in ORDER},
}
"""Columns of accounts → what the health oracle calls them."""


def columns(whole: Whole) -> dict[str, list[Any]]:
    """``tab.column`` → a value per visible row, in the order of the tab."""
    found = {f"contracts.{name}": list(cells.values()) for name, cells in whole.book.contracts().items()}
    found |= {f"accounts.{name}": list(cells.values()) for name, cells in whole.book.accounts_columns().items()}
    ids = list(whole.book.accounts)
    for name, rule in HEALTH.items():
        found[f"accounts.{name}"] = [known(getattr(whole.health, rule), whole.account(id)) for id in ids]
    found |= {f"accounts.{name}": cells for name, cells in accounts.columns(whole).items()}
    return found | rows.columns(whole)
