"""What was lost, and why (domain 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.config import Config, Metrics
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Bools
from sheetcrm.rules.metrics.sums import in_window, known, total
from sheetcrm.rules.terms import Terms


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
    return _by(state["contracts.loss_reason"], terms, _lost(state, terms, cfg))


def _lost(state: Evaluated, terms: Terms, cfg: Metrics) -> Bools:
    when = np.where(np.isnat(terms.end), terms.closed, terms.end)
    return terms.lost & in_window(when, state, cfg)


def _by(reasons: pd.Series[Any], terms: Terms, mask: Bools) -> list[Loss]:
    said = reasons[mask].fillna("")
    values = terms.annual[mask]
    found = [
        Loss(str(reason), int(rows.sum()), total(values, rows))
        for reason in said.unique()
        for rows in [(said == reason).to_numpy()]
    ]
    return sorted(found, key=lambda loss: (-loss.contracts, -known(loss.value), loss.reason))


@dataclass(frozen=True)
class Cancellations:
    """The terms lost in the window. Units: contracts; base currency per year (NaN: no value is known).

    ``reasons``: by reason, most contracts first. ``elsewhere``: those that were renewed with a competitor, the others
    were not renewed at all; ``competitors`` by their name, case aside.
    """

    contracts: int
    value: float
    reasons: tuple[Loss, ...]
    elsewhere: int
    elsewhere_value: float
    competitors: tuple[Loss, ...]


def cancellations(state: Evaluated, terms: Terms, cfg: Config) -> Cancellations:
    """What was lost in the window by its standard cause, and to whom.

    Source: domain 7; 002 items 67, 68 and 76; 003 item 12
    """
    mask = _lost(state, terms, cfg.metrics)
    competitor = state["contracts.competitor"]
    elsewhere = mask & competitor.notna().to_numpy()
    return Cancellations(
        contracts=int(mask.sum()),
        value=total(terms.annual, mask),
        reasons=tuple(losses(state, terms, cfg.metrics)),
        elsewhere=int(elsewhere.sum()),
        elsewhere_value=total(terms.annual, elsewhere),
        competitors=tuple(_by(competitor, terms, elsewhere)),
    )
