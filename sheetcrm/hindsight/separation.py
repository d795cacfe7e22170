"""How well numbers tell renewed from lost, and how sure that is: the arithmetic, without a word about health."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from sheetcrm.config import Validation
from sheetcrm.model import Bools, Ints
from sheetcrm.rules.dates import Floats

_SURE = 1.959964
"""Standard errors to either side of a 95% interval."""
_HALVINGS = 40
"""Enough for twelve digits of an edge."""
TOO_FEW, CHANCE, SEPARATES, BACKWARDS = "too_few", "chance", "separates", "backwards"


@dataclass(frozen=True)
class Separation:
    """``auc``: how often, of one renewed and one lost term, the renewed one had the higher number; .5 is a coin toss,
    ties count half. ``low`` to ``high``: its 95% interval. All three None where there are too few terms to say.
    """

    renewed: int
    lost: int
    auc: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def verdict(self) -> str:
        """too_few, chance (a coin toss lies in the interval), separates, or backwards (the lost had more)."""
        if self.low is None or self.high is None:
            return TOO_FEW
        return SEPARATES if self.low > 0.5 else BACKWARDS if self.high < 0.5 else CHANCE


def separation(numbers: Floats, lost: Bools, accounts: Ints, least: Validation) -> Separation:
    """How well the numbers (NaN: left out) of terms tell lost from renewed ones.

    In the interval the terms of one account count as one: they share their account's number and mostly its fate.
    """
    known = ~np.isnan(numbers)
    numbers, lost, accounts = numbers[known], lost[known], accounts[known]
    low, high = numbers[lost], numbers[~lost]
    if len(numbers) < least.outcomes or min(len(low), len(high)) < least.of_each:
        return Separation(len(high), len(low))
    auc = _auc(high, low)
    between = interval(auc, len(np.unique(accounts[~lost])), len(np.unique(accounts[lost])))
    return Separation(len(high), len(low), auc, *between)


def _auc(high: Floats, low: Floats) -> float:
    """The share of pairs in which the first has more, ties by half."""
    ordered = np.sort(low)
    below = np.searchsorted(ordered, high, side="left") + np.searchsorted(ordered, high, side="right")
    return float(below.sum() / (2 * len(high) * len(low)))


def interval(auc: float, renewed: int, lost: int) -> tuple[float, float]:
    """The 95% interval of an ``auc``: the true values that what was seen does not contradict (Newcombe 2006, method 5).

    Unlike the plain standard error it does not shrink to nothing where all pairs are in order.
    """

    def edge(outside: float) -> float:
        inside = auc
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            if abs(auc - middle) <= _SURE * sqrt(_variance(middle, renewed, lost)):
                inside = middle
            else:
                outside = middle
        return inside

    return edge(0.0), edge(1.0)


def _variance(true: float, renewed: int, lost: int) -> float:
    others = (renewed + lost) / 2 - 1
    spread = 1 + others * ((1 - true) / (2 - true) + true / (1 + true))
    return true * (1 - true) * spread / (renewed * lost)


def share_interval(hits: int, of: int) -> tuple[float, float]:
    """The 95% interval of a share (Wilson)."""
    share, squared = hits / of, _SURE * _SURE / of
    middle = (share + squared / 2) / (1 + squared)
    half = _SURE * sqrt(share * (1 - share) / of + squared / (4 * of)) / (1 + squared)
    return max(0.0, middle - half), min(1.0, middle + half)
