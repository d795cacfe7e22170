"""How an account grows: its rates from term to term, and what was and may be sold to it besides (domain 4; 001)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column
from sheetcrm.model import Bools
from sheetcrm.rules.ages import Floats, days_since, within
from sheetcrm.rules.dates import add_months, days
from sheetcrm.rules.money import known_sum
from sheetcrm.rules.succession import Links

_SAME = 1e-9
"""Shares of 1 by which two rates may differ and still be the same: binary fractions of 365.25 days."""


@column("contracts", show=False)
def follows(successions: Links) -> Any:
    """How many terms this one succeeds.

    Unit: terms
    Source: domain 4
    """
    return successions.predecessors()


@column("contracts", show=False)
def replaced_rate(successions: Links, annual_value_base: pd.Series[Any]) -> Floats:
    """The annual value of the terms that this one succeeds, together. Where a term has several successors (a problem),
    each takes an equal part of it, so that it counts once.

    Unit: base currency per year
    Blank: it succeeds none, or the annual value of one of them is not known
    Source: domain 4 (accounts: rate_change)
    """
    before, after, size = successions.before, successions.after, successions.size
    shared = annual_value_base.to_numpy(dtype=float) / np.maximum(np.bincount(before, minlength=size), 1)
    total = np.bincount(after, weights=shared[before], minlength=size)
    return np.where(successions.predecessors() > 0, total, np.nan)


@column(
    "accounts", begun_on="contracts.start_date", after="contracts.annual_value_base", before="contracts.replaced_rate"
)
def rate_change(begun_on: Linked, after: Linked, before: Linked, today: Any, cfg: Any) -> Floats:
    """Rate change: the annual value of the terms that succeeded others in the last 365 days against that of the terms
    that they succeeded, less 1. Pairs of which one value is not known are left out of both.

    Unit: share of 1
    Blank: no term succeeded another in these days, or their values are not known
    Source: domain 4 (accounts); 001 items 6, 16
    """
    known = (after.values.notna() & before.values.notna()).to_numpy()
    chosen = known & within(days_since(begun_on.values, today), cfg.metrics.window_days)
    earlier = before.sum(chosen)
    return np.asarray(after.sum(chosen) / np.where(earlier > 0, earlier, np.nan) - 1.0)


@column(
    "accounts",
    show=False,
    begun_on="contracts.start_date",
    follows="contracts.follows",
    after="contracts.annual_value_base",
    before="contracts.replaced_rate",
)
def rate_unraised(
    client_status: pd.Series[Any],
    first_start: pd.Series[Any],
    begun_on: Linked,
    follows: Linked,
    after: Linked,
    before: Linked,
    today: Any,
    cfg: Any,
) -> Floats:
    """1 for a client of 24 months or more to whom no term that began in these months brought a higher rate than the
    terms that it succeeded; else 0.

    Blank: one of those rates is not known, and no other was raised
    Source: domain 4 (tier); 001 item 16
    """
    day = today.astype("datetime64[D]")
    since = add_months(np.array([day]), -cfg.portfolio.rate_months)[0]
    start = days(begun_on.values)
    lately: Bools = (follows.values > 0).to_numpy() & (start > since) & (start <= day)
    raised = follows.count(lately & (after.values > before.values * (1 + _SAME)).to_numpy()) > 0
    unknown = follows.count(lately & (after.values.isna() | before.values.isna()).to_numpy()) > 0
    long_standing = (client_status == "client").to_numpy() & (days(first_start) <= since)
    return np.where(long_standing & unknown & ~raised, np.nan, long_standing & ~raised)


@column("accounts", kinds="opportunities.kind", amounts="opportunities.value_base", won="opportunities.won_lately")
def upsell_sales(kinds: Linked, amounts: Linked, won: Linked) -> Floats:
    """Upsell: what upsell opportunities won in the last 12 months (365 days) brought.

    Unit: base currency
    Blank: the opportunities tab is not in use, or of what was won no amount is known
    Source: domain 4 (accounts); 001 items 6, 21
    """
    return _sales(kinds, amounts, won.values == 1, "upsell")


@column("accounts", kinds="opportunities.kind", amounts="opportunities.value_base", won="opportunities.won_lately")
def cross_sell_sales(kinds: Linked, amounts: Linked, won: Linked) -> Floats:
    """Cross-sell: what cross-sell opportunities won in the last 12 months (365 days) brought.

    Unit: base currency
    Blank: the opportunities tab is not in use, or of what was won no amount is known
    Source: domain 4 (accounts); 001 items 6, 20
    """
    return _sales(kinds, amounts, won.values == 1, "cross_sell")


@column("accounts", kinds="opportunities.kind", amounts="opportunities.value_base", won="opportunities.won_lately")
def average_deal(kinds: Linked, amounts: Linked, won: Linked) -> Floats:
    """Average deal: the mean value of the opportunities won in the last 12 months (365 days). Renewals are left out:
    their contract counts.

    Unit: base currency
    Blank: none was won, or no amount is known
    Source: domain 4 (accounts); 001 item 6
    """
    chosen = ((won.values == 1) & (kinds.values != "renewal") & amounts.values.notna()).to_numpy()
    count = amounts.count(chosen)
    return np.asarray(amounts.sum(chosen) / np.where(count > 0, count, np.nan))


@column("accounts", kinds="opportunities.kind", amounts="opportunities.value_base", closed="opportunities.closed")
def expansion_value(kinds: Linked, amounts: Linked, closed: Linked) -> Floats:
    """Expansion: the value of its open upsell and cross-sell opportunities, unweighted.

    Unit: base currency
    Blank: the opportunities tab is not in use, or of what is open no amount is known
    Source: domain 4 (accounts); 000 items 41, 56; 001 items 20, 21
    """
    return _sales(kinds, amounts, closed.values == 0, "upsell", "cross_sell")


def _sales(kinds: Linked, amounts: Linked, mask: pd.Series[Any], *wanted: str) -> Floats:
    if not len(amounts.values):
        return np.full(amounts.size, np.nan)
    return known_sum(amounts, (mask & kinds.values.isin(wanted)).to_numpy())
