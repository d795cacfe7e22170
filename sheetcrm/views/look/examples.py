"""One row in each main tab of an empty workbook that shows what to type. A run reads over it: its id says so.

Whoever types over the id has a row of their own; whoever deletes it loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from sheetcrm.schema import Tab
from sheetcrm.words import Words

if TYPE_CHECKING:
    from sheetcrm.model import Value

TABS_WITH_EXAMPLE = ("contracts", "accounts", "interactions", "tickets")


def example_rows(words: Words) -> Mapping[str, Sequence[Mapping[str, Value]]]:
    """Tab → its example, by column key, lists as keys."""
    named = words.text("example.id")
    contract: dict[str, Value] = {
        "contract_id": named,
        "account_id": named,
        "title": words.text("example.title"),
        "contract_type": "maintenance",
        "start_date": date(2026, 3, 1),
        "end_date": date(2027, 2, 28),
        "value": 12500,
        "payment_frequency": "monthly",
        "renewal_period": "12M",
        "auto_renew": "no",
        "notice_days": 30,
        "contact": words.text("example.contact"),
        "renewal_stage": "planned",
        "notes": words.text("example.note"),
    }
    account: dict[str, Value] = {
        "account_id": named,
        "name": words.text("example.account"),
        "tier": "standard",
        "customer_email": "office@example.com",
        "client_since": date(2021, 5, 10),
        "volume": 9800,
        "volume_last_year": 11400,
        "margin": 3100,
        "potential": "medium",
        "sites": 2,
        "notes": words.text("example.note"),
    }
    talk: dict[str, Value] = {
        "interaction_id": named,
        "date": date(2026, 3, 12),
        "account_id": named,
        "contact": words.text("example.contact"),
        "channel": "visit",
        "initiative": "proactive",
        "nature": "commercial",
        "summary": words.text("example.note"),
        "next_step": words.text("example.next_step"),
        "next_step_due": date(2026, 3, 20),
    }
    ticket: dict[str, Value] = {
        "ticket_id": named,
        "account_id": named,
        "opened_at": datetime.fromisoformat("2026-03-16T10:30"),
        "category": "repair",
        "priority": "normal",
        "asset": "HP LaserJet #07",
        "location": words.text("example.location"),
        "summary": words.text("example.note"),
    }
    return dict(zip(TABS_WITH_EXAMPLE, ([contract], [account], [talk], [ticket]), strict=True))


def has_example(tab: Tab) -> bool:
    """Whether a row of this tab may be the example."""
    return tab.key in TABS_WITH_EXAMPLE
