"""What all metrics count with: sums that know what they lack, shares of something, and the window of days."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetcrm.config import Metrics
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Bools
from sheetcrm.rules.dates import Days, Floats, days, month_of

Day = np.datetime64


def total(amounts: Floats, mask: Bools) -> float:
    """Sum of the known amounts in the mask; 0 where the mask is empty, NaN where it holds unknown amounts only."""
    chosen = amounts[mask]
    known = chosen[~np.isnan(chosen)]
    return float(known.sum()) if len(known) or not len(chosen) else float("nan")


def mean(amounts: Floats, mask: Bools) -> float:
    """Mean of the known amounts in the mask; NaN where there is none."""
    known = amounts[mask & ~np.isnan(amounts)]
    return float(known.mean()) if len(known) else float("nan")


def ratio(part: float, whole: float) -> float:
    """``part / whole``; NaN where there is nothing to compare with."""
    return part / whole if whole else float("nan")


def known(x: float) -> float:
    """The number, 0 where it is not known: for ordering and shares only, never to be shown."""
    return 0.0 if np.isnan(x) else x


def as_day(state: Evaluated) -> Day:
    """``today`` as a numpy day."""
    return np.datetime64(state.as_of, "D")


def since(today: Day, window_days: int) -> Day:
    """The first day of the window (today − days, today]."""
    return today - np.timedelta64(window_days - 1, "D")


def between(moment: Any, first: Day, last: Day) -> Bools:
    """Whether each date falls from ``first`` to ``last``, both included; never for a blank."""
    day = days(moment)
    return np.asarray((day >= first) & (day <= last))


def in_window(moment: Any, state: Evaluated, cfg: Metrics) -> Bools:
    """Whether each date falls in the window of the metrics, (today − 365, today]."""
    today = as_day(state)
    return between(moment, since(today, cfg.window_days), today)


def recent_months(today: Day, count: int) -> Days:
    """The first days of the last ``count`` calendar months, this one last."""
    latest = today.astype("datetime64[M]")
    return np.arange(latest - np.timedelta64(count - 1, "M"), latest + np.timedelta64(1, "M")).astype("datetime64[D]")


def by_month(moment: Any, mask: Bools, today: Day, count: int, weights: Floats | None = None) -> Floats:
    """How many of the masked dates (or the sum of their weights) fall in each of the ``recent_months``."""
    places = (month_of(days(moment)) - today.astype("datetime64[M]")).astype(np.int64) + count - 1
    inside = mask & ~np.isnat(np.asarray(moment)) & (places >= 0) & (places < count)
    chosen = None if weights is None else weights[inside]
    return np.bincount(places[inside], weights=chosen, minlength=count).astype(float)
