"""Sales to clients: what grows with them, what was sold to them, and how a deal goes on (domain 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sheetcrm.columns import Evaluated
from sheetcrm.config import Config
from sheetcrm.rules.dates import Floats
from sheetcrm.rules.metrics.sums import in_window, mean, total
from sheetcrm.rules.money import rates

GROWTH_KINDS = ("upsell", "cross_sell")
WON_OR_LOST = ("won", "lost")


@dataclass(frozen=True)
class Growth:
    """Open upsell and cross-sell. Units: base currency; opportunities; accounts."""

    value: float
    expected: float
    opportunities: int
    accounts: int


def growth(state: Evaluated, cfg: Config) -> Growth:
    """What open upsell and cross-sell opportunities are worth, plain and weighted by their probability.

    Source: domain 7; 000 items 41 and 56; 001 item 20
    """
    frame = state.frames["opportunities"]
    mask = (frame["kind"].isin(GROWTH_KINDS) & ~frame["stage"].isin(WON_OR_LOST)).to_numpy()
    amount = opportunity_amount(state, cfg)
    return Growth(
        value=total(amount, mask),
        expected=total(amount * opportunity_probability(frame, cfg), mask),
        opportunities=int(mask.sum()),
        accounts=int(frame["account_id"][mask].nunique()),
    )


def opportunity_amount(state: Evaluated, cfg: Config) -> Floats:
    """Each opportunity's value in base currency; NaN where it or its rate is missing."""
    frame = state.frames["opportunities"]
    return np.asarray(frame["value"].to_numpy(dtype=float) * rates(frame["currency"], cfg))


def opportunity_probability(frame: Any, cfg: Config) -> Floats:
    """Won 1, lost 0, else the person's, else by stage; 0 where neither is known, so that nothing is flattered.

    Unit: share of 1
    Source: domain 7
    """
    by_stage = frame["stage"].map({**cfg.opportunities.probability, "won": 1.0, "lost": 0.0}).astype(float)
    said = np.where(frame["stage"].isin(WON_OR_LOST), np.nan, frame["probability"].to_numpy(dtype=float))
    return np.where(np.isnan(said), np.nan_to_num(by_stage.to_numpy(dtype=float)), said)


@dataclass(frozen=True)
class Expansion:
    """Upsell and cross-sell won in the window. Units: base currency (NaN: won, but no amount is known); deals.

    ``mean``: the mean deal; NaN without one. ``undated`` deals are won on a day that nobody wrote down: left out.
    """

    upsell: float
    cross_sell: float
    deals: int
    mean: float
    undated: int


def expansion(state: Evaluated, cfg: Config) -> Expansion:
    """What upsell and cross-sell brought in the window, by the day on which each was won.

    Source: domain 7; 001 items 20 and 21; 002 item 80
    """
    frame = state.frames["opportunities"]
    won = (frame["stage"] == "won").to_numpy() & frame["kind"].isin(GROWTH_KINDS).to_numpy()
    chosen = won & in_window(frame["closed_on"], state, cfg.metrics)
    amount = opportunity_amount(state, cfg)
    upsell, cross_sell = (total(amount, chosen & (frame["kind"] == kind).to_numpy()) for kind in GROWTH_KINDS)
    return Expansion(
        upsell=upsell,
        cross_sell=cross_sell,
        deals=int(chosen.sum()),
        mean=mean(amount, chosen),
        undated=int((won & frame["closed_on"].isna().to_numpy()).sum()),
    )
