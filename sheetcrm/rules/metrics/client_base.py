"""Who is a client, was one, or may become one (domain 7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sheetcrm.config import Config, Metrics
from sheetcrm.evaluated import Evaluated
from sheetcrm.rules.dates import days
from sheetcrm.rules.metrics.sums import in_window


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
    status, band = accounts["client_status"], accounts["health_band"]
    now, former = (status == "client").to_numpy(), (status == "ex_client").to_numpy()
    began = np.fmin(days(accounts["first_start"]), days(accounts["client_since"]))
    return Clients(
        now=int(now.sum()),
        new=int(((now | former) & in_window(began, state, cfg)).sum()),
        lost=int((former & in_window(accounts["lost_on"], state, cfg)).sum()),
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
class Base:
    """Accounts by what they are to us, and how clients came and went in the window. Unit: accounts.

    ``pursued``: prospects with an opportunity that is still open. ``unclear``: what they are can't be told.
    """

    clients: int
    prospects: int
    ex_clients: int
    unclear: int
    new: int
    lost: int
    pursued: int


def base(state: Evaluated, cfg: Config) -> Base:
    """Clients, prospects who could replace them, and those who left.

    Source: domain 7; 004 items 2 and 4
    """
    status = state["accounts.client_status"]
    moved = clients(state, cfg.metrics)
    live = state.codes("opportunities", "accounts")[(state["opportunities.closed"] == 0).to_numpy()]
    pursued = np.bincount(live[live >= 0], minlength=len(status)) > 0
    prospects = (status == "prospect").to_numpy()
    return Base(
        clients=moved.now,
        prospects=int(prospects.sum()),
        ex_clients=int((status == "ex_client").sum()),
        unclear=int(status.isna().sum()),
        new=moved.new,
        lost=moved.lost,
        pursued=int((prospects & pursued).sum()),
    )
