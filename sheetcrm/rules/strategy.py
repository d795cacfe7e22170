"""Strategy: what to do with a client by its volume, its margin and its potential (domain 4; 004 items 9 to 12)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sheetcrm.columns import Partial, Unreadable, column
from sheetcrm.rules.ages import Flags, Floats, filled
from sheetcrm.rules.labels import labelled
from sheetcrm.schema.column import Type


@column("accounts", show=False)
def margin_share(volume: pd.Series[Any], margin: pd.Series[Any]) -> Floats:
    """The margin as a share of the volume.

    Unit: share of 1
    Blank: volume or margin is blank, or there was no volume
    Source: domain 4 (strategy); 004 item 3
    """
    sold = volume.to_numpy()
    return np.asarray(margin.to_numpy() / np.where(sold > 0, sold, np.nan))


class Middle(NamedTuple):
    """What divides clients into high and low: the medians of volume (of the clients that give theirs) and of margin
    share (of those with both), NaN where nobody has one; and how many clients have both.
    """

    volume: float
    margin_share: float
    clients: int

    def told(self, _: int) -> str:
        """The medians, the same for every account, for ``explain``."""
        return f"volume {self.volume:.10g}, margin share {self.margin_share:.4g}, of {self.clients} clients with both"


@column("accounts", show=False, raw=True)
def middle(is_client: pd.Series[Any], volume: pd.Series[Any], margin_share: pd.Series[Any]) -> Middle:
    """The medians of clients: from them up a volume, or a margin, is high.

    Source: domain 4 (strategy)
    """
    clients = (is_client == 1).to_numpy()
    volumes, shares = volume[clients].dropna(), margin_share[clients].dropna()
    return Middle(float(volumes.median()), float(shares.median()), len(shares))


@column("accounts", show=False, type=Type.TEXT, copes=("potential",))
def strategy_gap(
    client_status: pd.Series[Any],
    volume: pd.Series[Any],
    margin_share: pd.Series[Any],
    potential: pd.Series[Any],
    middle: Middle,
    cfg: Any,
    unreadable: Unreadable,
) -> Partial:
    """What keeps a client from having a strategy: its volume, margin or potential is blank (margin also where there
    was no volume; potential is needed with a low volume only), or ``few``: under 4 clients have volume and margin.

    Blank: nothing is missing, or no client
    Source: domain 4 (strategy: a data task)
    """
    undecided = ~_high(volume, middle.volume) & filled(margin_share)
    gap = labelled(
        (client_status != "client", None),
        (volume.isna(), "volume"),
        (margin_share.isna(), "margin"),
        (middle.clients < cfg.portfolio.strategy_least, "few"),
        (undecided & potential.isna(), "potential"),
    )
    return Partial(gap, unknown=((gap == "potential").to_numpy() & unreadable["potential"]))


@column("accounts", copes=("potential",))
def strategy(
    client_status: pd.Series[Any],
    volume: pd.Series[Any],
    margin_share: pd.Series[Any],
    potential: pd.Series[Any],
    middle: Middle,
    strategy_gap: pd.Series[Any],
) -> Any:
    """Strategy of a client. A volume is high from the median of clients up, a margin (as a share of volume) from the
    median of those that have both. High and high: retain; high volume, low margin: reprice; low volume, high margin:
    develop with a high or medium potential, else maintain; low and low: develop with a high potential, else streamline.

    Blank: no client, a cell that it needs is blank, there was no volume, or fewer than 4 clients have volume and margin
    Source: domain 4 (strategy); 004 items 9 to 12
    """
    much, rich = _high(volume, middle.volume), _high(margin_share, middle.margin_share)
    promising = np.where(rich, potential.isin(("high", "medium")), potential == "high")
    return labelled(
        ((client_status != "client") | filled(strategy_gap), None),
        (much & rich, "retain"),
        (much, "reprice"),
        (promising, "develop"),
        (rich, "maintain"),
        default="streamline",
    )


def _high(values: pd.Series[Any], median: float) -> Flags:
    return np.asarray(values.to_numpy() >= median, dtype=bool)
