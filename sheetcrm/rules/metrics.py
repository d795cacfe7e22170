"""The manager's numbers, each a function of the evaluated workbook (domain 7, "Metrics, exactly").

Money is in base currency; values of terms are per year. An amount that cannot be known (a blank cell, a currency
without a rate) is left out of its sum and counted by ``left_out``: never taken 1:1, never taken as 0. A share of
nothing is NaN, never 0 and never 100 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sheetcrm.columns import Evaluated
from sheetcrm.config import Config, Metrics
from sheetcrm.model import Bools
from sheetcrm.rules.dates import Days, Floats, days
from sheetcrm.rules.money import rates
from sheetcrm.rules.terms import Terms

GROWTH_KINDS = ("upsell", "cross_sell")
WON_OR_LOST = ("won", "lost")


def total(amounts: Floats, mask: Bools) -> float:
    """Sum of the known amounts in the mask; 0 where the mask is empty, NaN where it holds unknown amounts only."""
    chosen = amounts[mask]
    known = chosen[~np.isnan(chosen)]
    return float(known.sum()) if len(known) or not len(chosen) else float("nan")


def ratio(part: float, whole: float) -> float:
    """``part / whole``; NaN where there is nothing to compare with."""
    return part / whole if whole else float("nan")


def since(today: np.datetime64, window_days: int) -> np.datetime64:
    """The first day of the window (today − days, today]."""
    return today - np.timedelta64(window_days - 1, "D")


def as_day(state: Evaluated) -> np.datetime64:
    """``today`` as a numpy day."""
    return np.datetime64(state.as_of, "D")


@dataclass(frozen=True)
class Due:
    """Terms due in a period. Unit of ``value``: base currency per year."""

    contracts: int
    value: float
    renewed: int
    open: int
    lost: int


def due(terms: Terms, first: np.datetime64, last: np.datetime64) -> Due:
    """What falls due from ``first`` to ``last``, and what became of it. Automatic renewals count as renewed here.

    Source: domain 7; 000 item 37
    """
    mask = terms.due_in(first, last)
    return Due(
        contracts=int(mask.sum()),
        value=total(terms.annual, mask),
        renewed=int((mask & (terms.signed | terms.auto)).sum()),
        open=int((mask & terms.open).sum()),
        lost=int((mask & terms.lost).sum()),
    )


def to_renew(terms: Terms, today: np.datetime64, ahead_days: int) -> tuple[int, float]:
    """Undecided terms due from today to that many days ahead: how many, and their annual value.

    Unit: contracts; base currency per year
    Source: domain 7; 000 item 38
    """
    mask = terms.due_in(today, today + np.timedelta64(ahead_days, "D")) & terms.open
    return int(mask.sum()), total(terms.annual, mask)


@dataclass(frozen=True)
class Rate:
    """The renewal rate of the terms due in a period; ``by_count``, ``gross`` and ``net`` are shares of 1, NaN without
    decided terms. ``open`` and ``auto`` stand beside it and are no part of it."""

    by_count: float
    gross: float
    net: float
    renewed: int
    lost: int
    open: int
    auto: int


def renewal_rate(terms: Terms, first: np.datetime64, last: np.datetime64) -> Rate:
    """Renewed / (renewed + lost) of the terms due in the period; gross and net compare what they are worth a year now
    with what they were worth, over the decided terms of which both are known.

    Unit: share of 1
    Blank: no term due in the period is decided
    Source: domain 7; 000 item 39; 002 item 75
    """
    mask = terms.due_in(first, last)
    renewed, lost = int((mask & terms.signed).sum()), int((mask & terms.lost).sum())
    now = np.where(terms.lost, 0.0, terms.renewed_annual)
    known = mask & terms.decided & ~np.isnan(now) & ~np.isnan(terms.annual)
    before = total(terms.annual, known)
    return Rate(
        by_count=ratio(renewed, renewed + lost),
        gross=ratio(total(np.minimum(now, terms.annual), known), before),
        net=ratio(total(now, known), before),
        renewed=renewed,
        lost=lost,
        open=int((mask & terms.open).sum()),
        auto=int((mask & terms.auto).sum()),
    )


@dataclass(frozen=True)
class AtRisk:
    """High-risk terms. Units: base currency per year; contracts; share of 1 of the running portfolio (NaN: none)."""

    value: float
    contracts: int
    past: int
    share: float


def at_risk(state: Evaluated, terms: Terms, cfg: Metrics) -> AtRisk:
    """High-risk terms with a deadline up to 90 days ahead or 30 past.

    Source: domain 7; 000 item 40
    """
    contracts = state.frames["contracts"]
    left = contracts["days_to_deadline"].to_numpy(dtype=float)
    near = (left <= cfg.risk_ahead_days) & (left >= -cfg.risk_past_days)
    mask = (contracts["renewal_risk"] == "high").to_numpy() & near
    value = total(terms.annual, mask)
    portfolio = np.nansum(state.frames["accounts"]["annual_value"].to_numpy(dtype=float))
    return AtRisk(value, int(mask.sum()), int((mask & (left < 0)).sum()), ratio(value, float(portfolio)))


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
class Clients:
    """Clients now, of them in the red band and without enough data for one; new and lost in the window."""

    now: int
    new: int
    lost: int
    red: int
    no_data: int


def clients(state: Evaluated, cfg: Metrics) -> Clients:
    """Accounts by client status. New: their first term, or ``client_since`` where that is earlier, lies in the window.

    Source: domain 7; 004 item 2
    """
    accounts = state.frames["accounts"]
    today = as_day(state)
    first = since(today, cfg.window_days)
    status, band = accounts["client_status"], accounts["health_band"]
    now, former = (status == "client").to_numpy(), (status == "ex_client").to_numpy()
    began = np.fmin(days(accounts["first_start"]), days(accounts["client_since"]))
    lost_on = days(accounts["lost_on"])
    return Clients(
        now=int(now.sum()),
        new=int(((now | former) & _between(began, first, today)).sum()),
        lost=int((former & _between(lost_on, first, today)).sum()),
        red=int((now & (band == "red").to_numpy()).sum()),
        no_data=int((now & ~band.isin(("red", "yellow", "green")).to_numpy()).sum()),
    )


def health_bands(state: Evaluated) -> dict[str, int]:
    """How many clients are green, yellow and red, and how many have no band.

    Unit: clients
    Source: domain 7
    """
    accounts = state.frames["accounts"]
    bands = accounts["health_band"][(accounts["client_status"] == "client").to_numpy()]
    counts = {band: int((bands == band).sum()) for band in ("green", "yellow", "red")}
    return {**counts, "no_data": len(bands) - sum(counts.values())}


@dataclass(frozen=True)
class Loss:
    """Losses of one reason ("" where nobody gave one). Units: contracts; base currency per year."""

    reason: str
    contracts: int
    value: float


def losses(state: Evaluated, terms: Terms, cfg: Metrics) -> list[Loss]:
    """The terms lost in the window by reason, most contracts first: by their last day, an evergreen by ``closed_on``.

    Source: domain 7; 000 item 55; 002 items 67 and 76
    """
    contracts = state.frames["contracts"]
    today = as_day(state)
    when = np.where(np.isnat(terms.end), days(contracts["closed_on"]), terms.end)
    mask = terms.lost & _between(when, since(today, cfg.window_days), today)
    reasons = contracts["loss_reason"][mask].fillna("")
    values = terms.annual[mask]
    found = [
        Loss(reason, int(rows.sum()), total(values, rows))
        for reason in reasons.unique()
        for rows in [(reasons == reason).to_numpy()]
    ]
    return sorted(found, key=lambda loss: (-loss.contracts, -loss.value, loss.reason))


def left_out(state: Evaluated, terms: Terms, cfg: Config) -> int:
    """Amounts that the sums had to do without: terms due in the window or later, and open opportunities, whose value or
    rate is missing; and terms whose status could not be told.

    Unit: rows
    Source: domain 7 (money in a currency without a rate is a problem, never 1:1)
    """
    unclear = state.frames["contracts"]["status"].isna().to_numpy()
    asked = terms.due & (terms.end >= since(as_day(state), cfg.metrics.window_days))
    without = (asked & np.isnan(terms.annual)) | unclear
    frame = state.frames["opportunities"]
    pending = ~frame["stage"].isin(WON_OR_LOST).to_numpy() & ~(frame["kind"] == "renewal").to_numpy()
    return int(without.sum() + (pending & np.isnan(opportunity_amount(state, cfg))).sum())


def _between(moment: Days, first: np.datetime64, last: np.datetime64) -> Bools:
    return np.asarray((moment >= first) & (moment <= last))
