"""Renewals: what falls due, what became of it, how soon it was signed, and what is at risk (domain 7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.rules.dates import days_between
from sheetcrm.rules.metrics.sums import Day, mean, ratio, total
from sheetcrm.rules.terms import Terms


@dataclass(frozen=True)
class Due:
    """Terms due in a period. Unit of ``value``: base currency per year."""

    contracts: int
    value: float
    renewed: int
    open: int
    lost: int


def due(terms: Terms, first: Day, last: Day) -> Due:
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


def to_renew(terms: Terms, today: Day, ahead_days: int) -> tuple[int, float]:
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


def renewal_rate(terms: Terms, first: Day, last: Day) -> Rate:
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


def at_risk(state: Evaluated, terms: Terms) -> AtRisk:
    """High-risk terms with a deadline up to 90 days ahead or 30 past.

    Source: domain 7; 000 item 40
    """
    mask = (state["contracts.at_risk"] == 1).to_numpy()
    left = state["contracts.days_to_deadline"].to_numpy(dtype=float)
    value = total(terms.annual, mask)
    portfolio = np.nansum(state.frames["accounts"]["annual_value"].to_numpy(dtype=float))
    return AtRisk(value, int(mask.sum()), int((mask & (left < 0)).sum()), ratio(value, float(portfolio)))


@dataclass(frozen=True)
class OnTime:
    """How many of the terms due in a period people signed by their last day. ``share`` of 1; the counts are contracts.

    ``late`` were signed after it, ``undated`` on a day that nobody wrote down; neither they nor those that renewed
    themselves, were lost or are open count as on time.
    """

    share: float
    due: int
    on_time: int
    late: int
    undated: int


def on_time(terms: Terms, first: Day, last: Day) -> OnTime:
    """Signed (``closed_on``) by ``end_date``, of all terms due in the period.

    Unit: share of 1
    Blank: nothing is due, or terms were signed and no day of signing is known of any
    Source: domain 7; 002 item 75
    """
    mask = terms.due_in(first, last)
    signed, dated = mask & terms.signed, ~np.isnat(terms.closed)
    punctual = signed & (terms.closed <= terms.end)
    unknown = signed.any() and not (signed & dated).any()
    due, kept = int(mask.sum()), int(punctual.sum())
    return OnTime(
        share=float("nan") if unknown else ratio(kept, due),
        due=due,
        on_time=kept,
        late=int((signed & dated).sum()) - kept,
        undated=int((signed & ~dated).sum()),
    )


@dataclass(frozen=True)
class Pace:
    """``days``: the median number of days that a renewal took; NaN without any. ``contracts`` that were counted."""

    days: float
    contracts: int


def days_to_renew(terms: Terms, first: Day, last: Day, cfg: Config) -> Pace:
    """The median of ``closed_on`` − (deadline − 90) of the terms due in the period that people signed on a known day:
    how long a renewal takes from the day on which work on it starts. Below 0 when most were signed earlier.

    Unit: days
    Source: domain 7; 000 item 53
    """
    taken = days_between(terms.deadline, terms.closed) + cfg.contracts.expiring_days
    known = taken[terms.due_in(first, last) & terms.signed & ~np.isnan(taken)]
    return Pace(float(np.median(known)) if len(known) else float("nan"), len(known))


def mean_renewal_value(terms: Terms, first: Day, last: Day) -> float:
    """What the terms due in the period that people renewed are worth a year now, on average.

    Unit: base currency per year
    Blank: none was renewed, or of none is the value known
    Source: domain 7; 000 item 54
    """
    return mean(terms.renewed_annual, terms.due_in(first, last) & terms.signed)
