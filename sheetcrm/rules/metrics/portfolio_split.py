"""The portfolio: whom it hangs on, how it divides, and whether effort goes where the value is (domain 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from sheetcrm.columns import Evaluated, Linked
from sheetcrm.config import Config
from sheetcrm.model import Bools, Ints
from sheetcrm.rules.ages import within
from sheetcrm.rules.metrics.sums import known, ratio, total
from sheetcrm.rules.money import known_sum
from sheetcrm.schema.accounts import STRATEGIES, TIERS


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


def effort_spent(state: Evaluated, cfg: Config) -> Ints:
    """Contacts with each account and tickets of it in the window.

    Unit: contacts and tickets
    Source: domain 7
    """
    return _contacts(state, cfg) + _counted(state, "tickets", within(state["tickets.age"], cfg.metrics.window_days))


@dataclass(frozen=True)
class Balance:
    """Value against effort of a tier ("" without one) or of an account. Units: accounts; base currency per year;
    contacts and tickets; shares of 1 of all clients whose value is known."""

    key: str
    name: str
    accounts: int
    value: float
    effort: int
    value_share: float
    effort_share: float

    @property
    def gap(self) -> float:
        """Share of the effort less share of the value: above 0 it gets more than it brings."""
        return self.effort_share - self.value_share


@dataclass(frozen=True)
class Effort:
    """Where effort and value differ most. ``tiers`` in their order; ``over`` and ``under`` are the accounts that get
    the most effort above and below their share of the value. ``prospecting``: share of 1 of the contacts of the window
    that were with prospects; NaN without contacts."""

    tiers: tuple[Balance, ...]
    over: tuple[Balance, ...]
    under: tuple[Balance, ...]
    prospecting: float


def effort(state: Evaluated, cfg: Config, n: int = 5) -> Effort:
    """Effort share against value share of the clients whose value is known, by tier and by account.

    Source: domain 7; 001 item 27; 004 item 13
    """
    accounts = state.frames["accounts"]
    status, value = accounts["client_status"], accounts["annual_value"].to_numpy(dtype=float)
    chosen = (status == "client").to_numpy() & ~np.isnan(value)
    spent, worth = np.where(chosen, effort_spent(state, cfg), 0), np.where(chosen, value, 0.0)
    whole, works = float(worth.sum()), int(spent.sum())
    contacts = _contacts(state, cfg)
    tier = accounts["tier"].fillna("")
    tiers = []
    for key in (*TIERS, ""):
        mine = chosen & (tier == key).to_numpy()
        have, took = float(worth[mine].sum()), int(spent[mine].sum())
        tiers.append(Balance(key, "", int(mine.sum()), have, took, ratio(have, whole), ratio(took, works)))
    gap = spent / works - worth / whole if works and whole else np.zeros(len(spent))
    order = np.argsort(-gap, kind="stable")
    over, under = order[gap[order] > 0][:n], order[::-1][gap[order[::-1]] < 0][:n]
    ids, names = accounts["account_id"], accounts["name"].fillna("")

    def listed(rows: Sequence[int]) -> tuple[Balance, ...]:
        return tuple(
            Balance(ids[row], names[row], 1, worth[row], int(spent[row]), worth[row] / whole, spent[row] / works)
            for row in rows
        )

    prospects = (status == "prospect").to_numpy()
    return Effort(
        tiers=tuple(tiers),
        over=listed(over.tolist()),
        under=listed(under.tolist()),
        prospecting=ratio(int(contacts[prospects].sum()), int(contacts.sum())),
    )


def _contacts(state: Evaluated, cfg: Config) -> Ints:
    return _counted(state, "interactions", within(state["interactions.contact_age"], cfg.metrics.window_days))


def _counted(state: Evaluated, tab: str, mask: Bools) -> Ints:
    """How many rows in the mask each account has."""
    codes = state.codes(tab, "accounts")
    return np.bincount(codes[mask & (codes >= 0)], minlength=state.sizes["accounts"]).astype(np.int64)
