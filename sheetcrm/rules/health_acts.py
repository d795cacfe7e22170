"""What would change the health: the score after a contact today, after closing the oldest ticket, after payment of the
oldest invoice, each computed by the model itself (domain 4, health_why).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column, round_half_up
from sheetcrm.model import Ints
from sheetcrm.rules.ages import Floats, decay, within
from sheetcrm.rules.evidence import first_row
from sheetcrm.rules.health import Factors, lowest_cap, score_of
from sheetcrm.rules.labels import labelled
from sheetcrm.rules.payments import payment_points
from sheetcrm.rules.relationship import relationship_points
from sheetcrm.rules.signals import Signals
from sheetcrm.rules.support import ticket_points
from sheetcrm.schema.column import Type

ACTS = ("contact", "ticket", "invoice")


@column("accounts", show=False)
def score_after_contact(
    factors: Factors, silence: pd.Series[Any], signal_rows: Signals, health_cap: pd.Series[Any], cfg: Any
) -> Floats:
    """The score if the customer were contacted today: no silence, and a relationship that can be told.

    Unit: points, 0 to 100
    Blank: nothing is known of contacts
    Source: domain 4 (health_why)
    """
    engaged = np.where(np.isnan(factors.points[:, 0]), np.nan, 100.0)
    related = np.where(np.isnan(factors.points[:, 5]), relationship_points(signal_rows, cfg), factors.points[:, 5])
    after = factors.replaced("engagement", engaged).replaced("relationship", related)
    return np.where(silence.isna(), np.nan, score_of(after, health_cap.to_numpy(), cfg))


@column(
    "accounts", show=False, raw=True, opened="tickets.opened", still="tickets.open_ticket", burdens="tickets.burden"
)
def oldest_ticket_row(opened: Linked, still: Linked, burdens: Linked) -> Ints:
    """The position of the account's oldest open ticket among the tickets, −1 where none is open.

    Source: domain 4 (health_why)
    """
    mask = (still.values == 1).to_numpy() & burdens.values.notna().to_numpy()
    return first_row(opened, mask, opened.values.to_numpy(dtype="datetime64[s]"))


@column("accounts", show=False, type=Type.TEXT, ids="tickets.ticket_id")
def oldest_ticket(oldest_ticket_row: Ints, ids: Linked) -> Any:
    """The account's oldest open ticket.

    Blank: none is open
    Source: domain 4 (health_why)
    """
    return _named(ids, oldest_ticket_row)


@column(
    "accounts",
    show=False,
    burdens="tickets.burden",
    ages="tickets.age",
    states="tickets.sla_status",
    priorities="tickets.priority",
)
def score_after_closing(
    factors: Factors,
    oldest_ticket_row: Ints,
    ticket_burden: pd.Series[Any],
    critical_breached: pd.Series[Any],
    days_overdue: pd.Series[Any],
    signal_rows: Signals,
    burdens: Linked,
    ages: Linked,
    states: Linked,
    priorities: Linked,
    cfg: Any,
) -> Floats:
    """The score if the oldest open ticket were closed: it fades by its age, and its cap is lifted.

    Unit: points, 0 to 100
    Blank: none is open
    Source: domain 4 (health_why)
    """
    rule, rows = cfg.health.tickets, oldest_ticket_row
    if not len(burdens.values):
        return np.full(len(rows), np.nan)
    weight, age = burdens.values.to_numpy()[rows], ages.values.to_numpy()[rows]  # −1, no ticket: masked at the end
    faded = np.where(within(age, rule.days), weight * decay(np.maximum(age, 0.0), rule.half_life), 0.0)
    breached = ((states.values == "breached") & (priorities.values == "critical")).to_numpy()[rows]
    points = ticket_points(ticket_burden.to_numpy() - weight + faded, cfg)
    cap = lowest_cap(
        signal_rows.count("cancellation_notice") > 0,
        (days_overdue > cfg.health.overdue_cap_days).to_numpy(),
        critical_breached.to_numpy() - breached > 0,
        cfg,
    )
    return np.where(rows >= 0, score_of(factors.replaced("tickets", points), cap, cfg), np.nan)


@column("accounts", show=False, raw=True, overdue="invoices.days_overdue")
def oldest_invoice_row(overdue: Linked) -> Ints:
    """The position of the account's oldest overdue invoice among the invoices, −1 where nothing is overdue.

    Source: domain 4 (health_why)
    """
    days = overdue.values.fillna(0.0).to_numpy()
    return first_row(overdue, days > 0, -days)


@column("accounts", show=False, type=Type.TEXT, ids="invoices.invoice_id")
def oldest_invoice(oldest_invoice_row: Ints, ids: Linked) -> Any:
    """The account's oldest overdue invoice.

    Blank: nothing is overdue
    Source: domain 4 (health_why)
    """
    return _named(ids, oldest_invoice_row)


@column("accounts", show=False, overdue="invoices.days_overdue")
def score_after_payment(
    factors: Factors,
    oldest_invoice_row: Ints,
    days_overdue: pd.Series[Any],
    past_lateness: pd.Series[Any],
    critical_breached: pd.Series[Any],
    signal_rows: Signals,
    overdue: Linked,
    cfg: Any,
) -> Floats:
    """The score if the oldest overdue invoice were paid today: the next one counts, and this one was paid late.

    Unit: points, 0 to 100
    Blank: nothing is overdue
    Source: domain 4 (health_why)
    """
    others = np.ones(len(overdue.values), dtype=bool)
    others[oldest_invoice_row[oldest_invoice_row >= 0]] = False
    rest = overdue.max(others).fillna(0.0).to_numpy()
    late = past_lateness.to_numpy() + np.minimum(days_overdue.to_numpy(), cfg.health.payment.late_at_most)
    points = payment_points(rest, late, cfg.health.payment)
    known = np.where(np.isnan(factors.points[:, 4]), np.nan, points)
    cap = lowest_cap(
        signal_rows.count("cancellation_notice") > 0,
        rest > cfg.health.overdue_cap_days,
        (critical_breached > 0).to_numpy(),
        cfg,
    )
    return np.where(oldest_invoice_row >= 0, score_of(factors.replaced("payment", known), cap, cfg), np.nan)


@column("accounts", show=False, type=Type.TEXT)
def best_act(
    health_computed: pd.Series[Any],
    score_after_contact: pd.Series[Any],
    score_after_closing: pd.Series[Any],
    score_after_payment: pd.Series[Any],
) -> Any:
    """The single act that gains most, at least one point as shown: contact, ticket (close it) or invoice (its payment).

    Blank: no act gains a point
    Source: domain 4 (health_why)
    """
    now = round_half_up(health_computed)
    after = np.column_stack([round_half_up(s) for s in (score_after_contact, score_after_closing, score_after_payment)])
    gains = np.nan_to_num(after - now[:, None], nan=0.0)
    best = gains.argmax(axis=1) if len(gains) else np.zeros(0, dtype=np.int64)
    most = gains.max(axis=1, initial=0.0)
    return labelled(*[((best == number) & (most >= 1), act) for number, act in enumerate(ACTS)])


@column("accounts", show=False, decimals=0)
def score_after_act(
    best_act: pd.Series[Any],
    score_after_contact: pd.Series[Any],
    score_after_closing: pd.Series[Any],
    score_after_payment: pd.Series[Any],
) -> Floats:
    """The score after the act that gains most.

    Unit: points, 0 to 100
    Blank: no act gains a point
    Source: domain 4 (health_why)
    """
    scores = (score_after_contact, score_after_closing, score_after_payment)
    taken = [(best_act == act).to_numpy() for act in ACTS]
    return np.select(taken, [score.to_numpy() for score in scores], default=np.nan)


def _named(ids: Linked, rows: Ints) -> Any:
    names = np.full(len(rows), None, dtype=object)
    some = rows >= 0
    names[some] = ids.values.iloc[rows[some]].to_numpy(dtype=object)
    return names
