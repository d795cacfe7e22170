"""The relationship factor of health: what the living signals of risk leave of it (domain 4; 002)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column
from sheetcrm.rules.ages import Floats, decay, within
from sheetcrm.rules.signals import Signals


@column("accounts", show=False)
def factor_relationship(signal_rows: Signals, interactions_lately: pd.Series[Any], cfg: Any) -> Floats:
    """Health factor: 100, less a share for each living signal of risk that fades with its age.

    Unit: points, 0 to 100
    Blank: no interaction in the last 180 days
    Source: domain 4 (health: relationship); 002 items 23, 24, 26, 27
    """
    return np.where(interactions_lately > 0, relationship_points(signal_rows, cfg), np.nan)


@column("accounts", show=False, ages="interactions.age")
def interactions_lately(ages: Linked, cfg: Any) -> Floats:
    """Interactions of any kind in the last 180 days.

    Unit: interactions
    Source: domain 4 (health: relationship)
    """
    return ages.count(within(ages.values, cfg.health.relationship.days)).astype(float)


def relationship_points(signals: Signals, cfg: Any) -> Floats:
    """The relationship factor of each account whose living signals are these; most kinds of signal cost nothing."""
    losses = signals.looked_up(cfg.health.relationship_loss)
    rows = np.flatnonzero(losses)
    kept = np.ones(signals.size)
    faded = losses[rows] * decay(signals.ages[rows], cfg.health.relationship.half_life)
    np.multiply.at(kept, signals.codes[rows], 1.0 - faded)
    return 100.0 * kept
