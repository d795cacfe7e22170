"""Sales to clients: what grows with them, what was sold to them, and how a deal goes on (domain 7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Bools
from sheetcrm.rules.metrics.sums import in_window, mean, total

GROWTH_KINDS = ("upsell", "cross_sell")


@dataclass(frozen=True)
class Growth:
    """Open upsell and cross-sell. Units: base currency; opportunities; accounts."""

    value: float
    expected: float
    opportunities: int
    accounts: int


def growth(state: Evaluated) -> Growth:
    """What open upsell and cross-sell opportunities are worth, plain and weighted by their probability.

    Source: domain 7; 000 items 41 and 56; 001 item 20
    """
    frame = state.frames["opportunities"]
    mask = frame["kind"].isin(GROWTH_KINDS).to_numpy() & (frame["closed"] == 0).to_numpy()
    amount, chance = (frame[name].to_numpy(dtype=float) for name in ("value_base", "chance"))
    return Growth(
        value=total(amount, mask),
        expected=total(amount * chance, mask),
        opportunities=int(mask.sum()),
        accounts=int(frame["account_id"][mask].nunique()),
    )


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
    amount = frame["value_base"].to_numpy(dtype=float)
    upsell, cross_sell = (total(amount, chosen & (frame["kind"] == kind).to_numpy()) for kind in GROWTH_KINDS)
    return Expansion(
        upsell=upsell,
        cross_sell=cross_sell,
        deals=int(chosen.sum()),
        mean=mean(amount, chosen),
        undated=int((won & frame["closed_on"].isna().to_numpy()).sum()),
    )


def unclear_deals(state: Evaluated) -> Bools:
    """Opportunities whose kind or stage can't be read, so that nobody can tell in which sum they belong."""
    marks = state.unreadable["opportunities"]
    unclear = np.zeros(state.sizes["opportunities"], dtype=bool)
    for name in ("kind", "stage"):
        unclear |= marks.get(name, False)
    return unclear
