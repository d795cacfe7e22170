"""Invoices: how overdue each is, and how late it was paid (domain 4; 002 item 25)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import column
from sheetcrm.rules.ages import Floats, days_since, decay, filled


@column("invoices")
def days_overdue(due_on: pd.Series[Any], paid_on: pd.Series[Any], today: Any) -> Floats:
    """Days since an unpaid invoice fell due; 0 while it is not due.

    Unit: days
    Blank: paid, or its due date can't be read
    Source: domain 4 (other tabs)
    """
    return np.where(filled(paid_on), np.nan, np.maximum(days_since(due_on, today), 0.0))


@column("invoices", show=False, copes=("issued_on", "due_on"))
def invoice_age(issued_on: pd.Series[Any], due_on: pd.Series[Any], today: Any) -> Floats:
    """Days since the invoice was issued; since it fell due, where its date is not given (negative before).

    Unit: days
    Blank: neither date can be read
    Source: domain 4 (health: payment)
    """
    return days_since(issued_on.where(issued_on.notna(), due_on), today)


@column("invoices", show=False)
def lateness(due_on: pd.Series[Any], paid_on: pd.Series[Any], today: Any, cfg: Any) -> Floats:
    """Days by which a paid invoice was late, 60 at most, halved every 120 days since it was paid.

    Unit: days
    Blank: not paid, or a date can't be read
    Source: domain 4 (health: payment)
    """
    rule = cfg.health.payment
    late = np.clip(days_since(due_on, paid_on.to_numpy()), 0.0, rule.late_at_most)
    return np.asarray(late * decay(days_since(paid_on, today), rule.half_life))


@column("invoices", show=False)
def late_age(
    days_overdue: pd.Series[Any], due_on: pd.Series[Any], paid_on: pd.Series[Any], today: Any, cfg: Any
) -> Floats:
    """How long ago this invoice was over 15 days late: 0 while it is unpaid, else the days since it was paid.

    Unit: days
    Blank: it never was that late, or a date can't be read
    Source: domain 4 (risk signals); 002 item 25
    """
    most = cfg.signals.late_payment_days
    paid_late = days_since(due_on, paid_on.to_numpy()) > most
    return np.select([(days_overdue > most).to_numpy(), paid_late], [0.0, days_since(paid_on, today)], default=np.nan)
