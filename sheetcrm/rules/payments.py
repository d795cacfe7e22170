"""Payments: what a customer owes late now, and how late it paid before (domain 4; 002 items 11, 25)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column
from sheetcrm.rules.ages import Floats


@column("accounts", overdue="invoices.days_overdue", late="invoices.lateness")
def days_overdue(overdue: Linked, late: Linked) -> Floats:
    """Days overdue of the account's oldest unpaid invoice; 0 when nothing is overdue.

    Unit: days
    Blank: the account has no invoice
    Source: domain 4 (health: payment); 002 items 11, 25
    """
    some = overdue.count(_readable(overdue, late)) > 0
    return np.where(some, overdue.max().fillna(0.0), np.nan)


@column("accounts", show=False, late="invoices.lateness")
def past_lateness(late: Linked) -> Floats:
    """Days late of paid invoices, added up; each counts 60 at most, and half as much every 120 days.

    Unit: days
    Source: domain 4 (health: payment); 002 item 25
    """
    return late.sum()


@column("accounts", show=False, age="invoices.invoice_age", overdue="invoices.days_overdue", late="invoices.lateness")
def invoiced_lately(age: Linked, overdue: Linked, late: Linked, cfg: Any) -> Floats:
    """1 when the account had an invoice in the last 365 days of which we can tell whether it was paid, else 0.

    Source: domain 4 (health: payment)
    """
    return (age.count((age.values < cfg.health.payment.days) & _readable(overdue, late)) > 0).astype(float)


@column("accounts", show=False)
def factor_payment(
    days_overdue: pd.Series[Any], past_lateness: pd.Series[Any], invoiced_lately: pd.Series[Any], cfg: Any
) -> Floats:
    """Health factor: 100 less 1.5 a day of the oldest unpaid invoice and 0.5 a day of late payments of the past.

    Unit: points, 0 to 100
    Blank: no invoice in the last 365 days
    Source: domain 4 (health: payment); 002 item 25
    """
    points = payment_points(days_overdue.to_numpy(), past_lateness.to_numpy(), cfg.health.payment)
    return np.where(invoiced_lately == 1, points, np.nan)


def _readable(overdue: Linked, late: Linked) -> Any:
    """Invoices whose cells tell whether and when they were paid: what can't be read is no good payment."""
    return overdue.values.notna() | late.values.notna()


def payment_points(overdue: Floats, lateness: Floats, rule: Any) -> Floats:
    """The payment factor for these days overdue and this lateness of the past."""
    return np.asarray(np.clip(100.0 - rule.overdue * overdue - rule.late * lateness, 0.0, 100.0))
