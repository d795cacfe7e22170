"""Service: how old tickets are, how many are open, and how much they weigh on a customer (domain 4; 002)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column
from sheetcrm.rules.ages import Floats, days_since, decay, filled, looked_up, within


@column("tickets", show=False)
def age(opened_at: pd.Series[Any], today: Any) -> Floats:
    """Days since the ticket was opened.

    Unit: days
    Blank: when it was opened can't be read
    Source: domain 4 (tickets)
    """
    return days_since(opened_at, today)


@column("tickets")
def age_days(opened_at: pd.Series[Any], resolved_at: pd.Series[Any], today: Any) -> Floats:
    """How long the ticket has been open: to today, or to the day on which it was resolved.

    Unit: days
    Blank: when it was opened or resolved can't be read
    Source: domain 4 (tickets); 002 item 36
    """
    until = np.where(filled(resolved_at), resolved_at.to_numpy(dtype="datetime64[s]"), today)
    return days_since(opened_at, until)


@column("tickets", show=False)
def open_ticket(resolved_at: pd.Series[Any]) -> Floats:
    """1 while the ticket is open, 0 once it is resolved.

    Blank: when it was resolved can't be read
    Source: domain 4 (accounts)
    """
    return np.where(filled(resolved_at), 0.0, 1.0)


@column("tickets", show=False)
def burden(priority: pd.Series[Any], age: pd.Series[Any], open_ticket: pd.Series[Any], cfg: Any) -> Floats:
    """How much this ticket weighs on the customer: by priority, halved every 45 days since it was opened; in full
    while it is open; nothing when it is resolved and older than 180 days.

    Unit: points of burden
    Blank: priority, opening or resolution can't be read
    Source: domain 4 (health: tickets)
    """
    rule = cfg.health.tickets
    weight = looked_up(priority, cfg.health.ticket_burden, blank="normal")
    days = np.where(open_ticket == 1, 0.0, age)
    faded = np.where(within(days, rule.days), weight * decay(np.maximum(days, 0.0), rule.half_life), 0.0)
    return np.where(np.isnan(days) | open_ticket.isna().to_numpy(), np.nan, faded)


@column("accounts", still="tickets.open_ticket")
def open_tickets(still: Linked) -> Floats:
    """Tickets of the account that are not resolved.

    Unit: tickets
    Blank: the tickets tab is not in use, or does not tell which are resolved
    Source: domain 4 (accounts); 002 items 7, 18
    """
    return still.sum() if still.values.notna().any() else np.full(still.size, np.nan)


@column("accounts", show=False, burden="tickets.burden")
def ticket_burden(burden: Linked, recurrent_faults: pd.Series[Any], cfg: Any) -> Floats:
    """What the tickets of 180 days and recurrent faults weigh together.

    Unit: points of burden
    Blank: the account never had a ticket
    Source: domain 4 (health: tickets)
    """
    had = burden.count(burden.values.notna()) > 0
    return np.where(had, burden.sum() + cfg.health.tickets.recurrent * recurrent_faults.to_numpy(), np.nan)


@column("accounts", show=False)
def factor_tickets(ticket_burden: pd.Series[Any], cfg: Any) -> Floats:
    """Health factor: 100 without any burden of tickets, half of that at a burden of 5.

    Unit: points, 0 to 100
    Blank: the account never had a ticket
    Source: domain 4 (health: tickets); 002 item 78
    """
    return ticket_points(ticket_burden.to_numpy(), cfg)


def ticket_points(burden: Floats, cfg: Any) -> Floats:
    """The tickets factor for this burden."""
    scale = cfg.health.tickets.scale
    return np.asarray(100.0 * scale / (scale + burden))
