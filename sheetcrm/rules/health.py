"""Health, 0 to 100, higher is healthier, for clients: six weighted factors, caps and a person's override (domain 4).

The six factors are leaves of their own rooms (``factor_tickets`` in support, …). A factor that is missing counts 60:
what nobody wrote down never turns an account green or red.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column
from sheetcrm.rules.ages import Flags, Floats, days_since, filled, looked_up
from sheetcrm.rules.signals import Signals

FACTORS = ("engagement", "tickets", "promises", "perception", "payment", "relationship")
_TINY = 1e-9


@dataclass(frozen=True)
class Factors:
    """The six factors of every account.

    ``points``: accounts × factors, 0 to 100, NaN where missing. ``weights``: the same shape, points of 100 by tier,
    NaN where the tier can't be read.
    """

    points: Floats
    weights: Floats

    @property
    def losses(self) -> Floats:
        """Points of the score that each present factor costs; NaN where it is missing."""
        return self.weights * (100.0 - self.points) / 100.0

    @property
    def coverage(self) -> Floats:
        """Share of the weights whose factors are present."""
        return np.asarray((self.weights * ~np.isnan(self.points)).sum(axis=1) / 100.0)

    def told(self, account: int) -> str:
        """One account's factors with their weights, for ``explain``."""
        rows = zip(FACTORS, self.points[account].tolist(), self.weights[account].tolist(), strict=True)
        return ", ".join(f"{name} {'missing' if x != x else f'{x:.4g}'} × {weight:g}" for name, x, weight in rows)

    def replaced(self, factor: str, points: Floats) -> Factors:
        """The same accounts with other points in one factor."""
        changed = self.points.copy()
        changed[:, FACTORS.index(factor)] = points
        return Factors(changed, self.weights)


def score_of(factors: Factors, cap: Floats, cfg: Any) -> Floats:
    """The model's score before rounding: Σ w·x / 100, at most the cap; blank without enough data, unless a cap speaks.

    ``cap``: points, NaN where none holds.
    """
    points = np.where(np.isnan(factors.points), cfg.health.missing_value, factors.points)
    total = (factors.weights * points).sum(axis=1) / 100.0
    told = (factors.coverage >= cfg.health.least_coverage - _TINY) | ~np.isnan(cap)
    return np.where(told, np.minimum(total, np.where(np.isnan(cap), 100.0, cap)), np.nan)


def lowest_cap(notice: Flags, overdue: Flags, critical: Flags, cfg: Any) -> Floats:
    """The lowest of the caps that hold; NaN where none does."""
    caps = cfg.health.caps
    held = [(notice, caps.cancellation_notice), (overdue, caps.overdue), (critical, caps.critical_ticket)]
    return np.asarray(np.fmin.reduce([np.where(holds, points, np.nan) for holds, points in held]))


@column("accounts", show=False, raw=True)
def factors(
    tier_used: pd.Series[Any],
    factor_engagement: pd.Series[Any],
    factor_tickets: pd.Series[Any],
    factor_promises: pd.Series[Any],
    factor_perception: pd.Series[Any],
    factor_payment: pd.Series[Any],
    factor_relationship: pd.Series[Any],
    cfg: Any,
) -> Factors:
    """The six health factors with their weights by tier (standard where the tier is blank).

    Unit: points, 0 to 100
    Blank: a factor is missing
    Source: domain 4 (health)
    """
    points = (
        factor_engagement,
        factor_tickets,
        factor_promises,
        factor_perception,
        factor_payment,
        factor_relationship,
    )
    by_tier = cfg.health.weights
    weights = [looked_up(tier_used, {tier: by_tier[tier][factor] for tier in by_tier}) for factor in FACTORS]
    return Factors(np.column_stack([series.to_numpy(dtype=float) for series in points]), np.column_stack(weights))


@column("accounts")
def health_coverage(client_status: pd.Series[Any], factors: Factors) -> Floats:
    """How much of the health model is known: the weight of the factors that have data.

    Unit: share of 1
    Blank: not a client
    Source: domain 4 (health)
    """
    return np.where(_clients(client_status), factors.coverage, np.nan)


@column("accounts", show=False, states="tickets.sla_status", priorities="tickets.priority")
def critical_breached(states: Linked, priorities: Linked) -> Floats:
    """Open critical tickets past their SLA.

    Unit: tickets
    Source: domain 4 (health: caps)
    """
    return states.count((states.values == "breached") & (priorities.values == "critical")).astype(float)


@column("accounts", show=False)
def health_cap(
    signal_rows: Signals, days_overdue: pd.Series[Any], critical_breached: pd.Series[Any], cfg: Any
) -> Floats:
    """The score is at most this: 20 with a living cancellation notice, 40 with an invoice over 60 days overdue, 50
    with a critical ticket past its SLA; the lowest that holds.

    Unit: points, 0 to 100
    Blank: no cap holds
    Source: domain 4 (health: caps)
    """
    return lowest_cap(
        signal_rows.count("cancellation_notice") > 0,
        (days_overdue > cfg.health.overdue_cap_days).to_numpy(),
        (critical_breached > 0).to_numpy(),
        cfg,
    )


@column("accounts", show=False)
def health_computed(client_status: pd.Series[Any], factors: Factors, health_cap: pd.Series[Any], cfg: Any) -> Floats:
    """The score that the model computes, before rounding and before a person's override.

    Unit: points, 0 to 100
    Blank: not a client, or under 40% of the data and no cap
    Source: domain 4 (health)
    """
    return np.where(_clients(client_status), score_of(factors, health_cap.to_numpy(), cfg), np.nan)


@column(
    "accounts",
    show=False,
    copes=("health_override", "health_override_reason", "health_override_until"),
)
def override_holds(
    health_override: pd.Series[Any],
    health_override_reason: pd.Series[Any],
    health_override_until: pd.Series[Any],
    today: Any,
    cfg: Any,
) -> Floats:
    """1 while a person's score holds: value, reason and an end that is not past and at most 90 days off are all there.

    Source: domain 4 (health: override)
    """
    days_left = -days_since(health_override_until, today)
    bounded = (days_left >= 0) & (days_left <= cfg.health.override_days)
    valid = ((health_override >= 0) & (health_override <= 100)).to_numpy()
    return np.asarray(valid & filled(health_override_reason) & bounded, dtype=float)


@column("accounts", copes=("health_override",))
def health_score(
    client_status: pd.Series[Any],
    health_computed: pd.Series[Any],
    override_holds: pd.Series[Any],
    health_override: pd.Series[Any],
) -> Floats:
    """The health of a client: the weighted sum of engagement, tickets, promises, perception, payment and relationship
    (one that is missing counts 60), under the caps; or a person's override while it holds.

    Unit: points, 0 to 100
    Blank: not a client, or under 40% of the data and no cap
    Source: domain 4 (health); 000 item 47
    """
    decided = (override_holds == 1).to_numpy() & _clients(client_status)
    return np.where(decided, health_override.to_numpy(), health_computed.to_numpy())


def _clients(client_status: pd.Series[Any]) -> Flags:
    return np.asarray(client_status == "client", dtype=bool)
