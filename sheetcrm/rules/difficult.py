"""Difficult clients seen early: many complaints, everything urgent, never content with a solution (domain 4; 001)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column
from sheetcrm.rules.ages import Floats, days_since, marked, within


@column("tickets", show=False)
def unconfirmed(customer_confirmed: pd.Series[Any], resolved_at: pd.Series[Any], today: Any, cfg: Any) -> Any:
    """1 for a ticket resolved in the last 90 days whose solution the customer did not confirm (a "no"; nobody asked
    where the cell is blank), else 0.

    Source: domain 4 (difficult seen early); 001 item 17
    """
    lately = within(days_since(resolved_at, today), cfg.portfolio.difficult.days)
    return marked(customer_confirmed, "no") & lately


@column(
    "accounts",
    show=False,
    channels="interactions.channel",
    ages="interactions.age",
    ticket_ages="tickets.age",
    priorities="tickets.priority",
    unconfirmed="tickets.unconfirmed",
)
def difficult_early(
    channels: Linked, ages: Linked, ticket_ages: Linked, priorities: Linked, unconfirmed: Linked, cfg: Any
) -> Floats:
    """1 for a difficult client seen early, else 0: two of 3 complaints (interactions of that channel), half of 5 or
    more tickets high or critical, 2 solutions not confirmed; all three within the last 90 days. It says nothing of
    whether people have marked the account as difficult already.

    Source: domain 4 (difficult seen early); 001 item 17
    """
    rule = cfg.portfolio.difficult
    complaints = ages.count(marked(channels.values, "complaint") & within(ages.values, rule.days))
    opened = within(ticket_ages.values, rule.days)
    tickets = ticket_ages.count(opened)
    severe = ticket_ages.count(opened & marked(priorities.values, "high", "critical"))
    signs = (
        (complaints >= rule.complaints).astype(np.int64)
        + ((tickets >= rule.tickets) & (severe >= rule.severe_share * tickets))
        + (unconfirmed.count(unconfirmed.values == 1) >= rule.unconfirmed)
    )
    return np.asarray(signs >= rule.signs, dtype=float)
