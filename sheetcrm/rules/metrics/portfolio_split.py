"""The portfolio: whom it hangs on, and how it divides by strategy and by owner (domain 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.rules.metrics.balance import effort_spent
from sheetcrm.rules.metrics.sums import known, ratio, total
from sheetcrm.rules.money import known_sum
from sheetcrm.schema.accounts import STRATEGIES


@dataclass(frozen=True)
class Top:
    """An account at the top of a list. ``amount`` in base currency; ``share`` of 1 of what all accounts have;
    ``status`` is its client status, "" where that can't be told."""

    account_id: str
    name: str
    amount: float
    share: float
    status: str


def top(state: Evaluated, by: Literal["volume", "margin"], n: int = 10) -> tuple[Top, ...]:
    """The accounts with the most volume or margin, the largest first; whoever has none is not listed.

    Source: domain 7; 004 items 3 and 14
    """
    accounts = state.frames["accounts"]
    amount = accounts[by].to_numpy(dtype=float)
    ids = accounts["account_id"].to_numpy(dtype=object)
    rows = np.flatnonzero(amount > 0)
    rows = rows[np.lexsort((ids[rows].astype(str), -amount[rows]))][:n]
    whole = total(amount, np.ones(len(amount), dtype=bool))
    names, statuses = (accounts[name].iloc[rows].fillna("").tolist() for name in ("name", "client_status"))
    return tuple(
        Top(ids[row], name, float(amount[row]), ratio(float(amount[row]), whole), status)
        for row, name, status in zip(rows.tolist(), names, statuses, strict=True)
    )


@dataclass(frozen=True)
class Quadrant:
    """The clients of one strategy ("" where none can be told). Units: accounts; base currency per year."""

    strategy: str
    accounts: int
    value: float


def quadrants(state: Evaluated) -> tuple[Quadrant, ...]:
    """Clients by strategy, in the order retain, reprice, develop, maintain, streamline, untold.

    Source: domain 7; 004 items 9 to 12
    """
    accounts = state.frames["accounts"]
    client = (accounts["client_status"] == "client").to_numpy()
    strategy = accounts["strategy"].fillna("")
    value = accounts["annual_value"].to_numpy(dtype=float)
    masks = [(key, client & (strategy == key).to_numpy()) for key in (*STRATEGIES, "")]
    return tuple(Quadrant(key, int(mask.sum()), total(value, mask)) for key, mask in masks)


@dataclass(frozen=True)
class Portfolio:
    """The accounts of one owner ("" for those without). Units: accounts; base currency per year; contacts and tickets.

    ``value`` is what their running terms are worth, ``at_risk`` what of it is at risk, ``effort`` the contacts and
    tickets of the window. The shares are of 1, of all owners' together; NaN where there is nothing to share.
    """

    owner: str
    accounts: int
    clients: int
    value: float
    at_risk: float
    effort: int
    value_share: float
    effort_share: float


def portfolios(state: Evaluated, cfg: Config) -> tuple[Portfolio, ...]:
    """Each owner's accounts, most value first; terms count with the owner of their account.

    Source: domain 7; 001 items 7 and 27; 004 item 13
    """
    accounts = state.frames["accounts"]
    codes, owners = pd.factorize(accounts["owner"].fillna(""))
    size, every = len(owners), np.ones(len(codes), dtype=bool)
    client = (accounts["client_status"] == "client").to_numpy()
    value, danger = (
        known_sum(Linked(accounts[name], codes, size), every) for name in ("annual_value", "value_at_risk")
    )
    worked = np.bincount(codes, weights=effort_spent(state, cfg), minlength=size)
    whole, works = float(np.nansum(value)), float(worked.sum())
    columns = (owners, *(np.bincount(codes[mask], minlength=size) for mask in (every, client)), value, danger, worked)
    found = [
        Portfolio(str(owner), count, clients, worth, risk, int(spent), ratio(known(worth), whole), ratio(spent, works))
        for owner, count, clients, worth, risk, spent in zip(*(part.tolist() for part in columns), strict=True)
    ]
    return tuple(sorted(found, key=lambda one: (-known(one.value), one.owner)))
