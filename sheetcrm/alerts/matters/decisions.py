"""What a decided contract still lacks: the date of its next term, the reason of its loss (003 item 9; 002 item 67)."""

from __future__ import annotations

from sheetcrm.alerts.matters.matter import Cases, found, matter, readable
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.rules.dates import days


@matter("contracts", nature="admin")
def next_term(state: Evaluated, _: Config) -> Cases:
    """Renewed, and nothing tells when the next term ends. A new end date is a new occurrence."""
    contracts = state.frames["contracts"]
    return found((contracts["successor_due"] == "held").to_numpy(), days(contracts["end_date"]))


@matter("contracts")
def loss_reason(state: Evaluated, _: Config) -> Cases:
    """Lost, and nobody wrote down why. Lost on another day is another occurrence."""
    contracts = state.frames["contracts"]
    silent = (contracts["status"] == "lost") & contracts["loss_reason"].isna()
    lost_on = contracts["closed_on"].fillna(contracts["end_date"])
    return found(silent.to_numpy() & readable(state, "contracts", "loss_reason"), days(lost_on))
