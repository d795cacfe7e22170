"""Effort against value: whether the team's time goes where its clients are worth it (domain 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Bools, Ints
from sheetcrm.rules.ages import within
from sheetcrm.rules.dates import Floats
from sheetcrm.rules.metrics.sums import ratio
from sheetcrm.schema.accounts import TIERS


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
    """Effort share against value share of the clients whose value is known: by tier, and the ``n`` accounts with the
    widest gap either way.

    Source: domain 7; 001 item 27; 004 item 13
    """
    accounts = state.frames["accounts"]
    status, value = accounts["client_status"], accounts["annual_value"].to_numpy(dtype=float)
    chosen = (status == "client").to_numpy() & ~np.isnan(value)
    scales = _Scales(np.where(chosen, value, 0.0), np.where(chosen, effort_spent(state, cfg), 0))
    gap = scales.gap
    ids = accounts["account_id"].to_numpy(dtype=object)
    contacts, prospects = _contacts(state, cfg), (status == "prospect").to_numpy()
    return Effort(
        tiers=tuple(scales.tiers(chosen, accounts["tier"].fillna(""))),
        over=tuple(scales.accounts(_widest(gap, ids, n), accounts)),
        under=tuple(scales.accounts(_widest(-gap, ids, n), accounts)),
        prospecting=ratio(int(contacts[prospects].sum()), int(contacts.sum())),
    )


def effort_spent(state: Evaluated, cfg: Config) -> Ints:
    """Contacts with each account and tickets of it in the window.

    Unit: contacts and tickets
    Source: domain 7
    """
    return _contacts(state, cfg) + _counted(state, "tickets", within(state["tickets.age"], cfg.metrics.window_days))


@dataclass(frozen=True)
class _Scales:
    """What each account is worth and what it took; 0 for those that are not compared."""

    worth: Floats
    spent: Ints

    @property
    def gap(self) -> Floats:
        """Effort share less value share; 0 where there is nothing to compare with."""
        worth, spent = float(self.worth.sum()), int(self.spent.sum())
        return self.spent / spent - self.worth / worth if worth and spent else np.zeros(len(self.worth))

    def tiers(self, chosen: Bools, tier: Any) -> Iterator[Balance]:
        for key in (*TIERS, ""):
            mine = chosen & (tier == key).to_numpy()
            yield self._balance(key, "", int(mine.sum()), float(self.worth[mine].sum()), int(self.spent[mine].sum()))

    def accounts(self, rows: Ints, accounts: Any) -> Iterator[Balance]:
        ids, names = (accounts[name].iloc[rows].fillna("").tolist() for name in ("account_id", "name"))
        for key, name, row in zip(ids, names, rows.tolist(), strict=True):
            yield self._balance(key, name, 1, float(self.worth[row]), int(self.spent[row]))

    def _balance(self, key: str, name: str, accounts: int, worth: float, spent: int) -> Balance:
        shares = ratio(worth, float(self.worth.sum())), ratio(spent, int(self.spent.sum()))
        return Balance(key, name, accounts, worth, spent, *shares)


def _widest(gap: Floats, ids: Any, n: int) -> Ints:
    """The rows with the widest gap above 0, ties by id."""
    rows = np.flatnonzero(gap > 0)
    return rows[np.lexsort((ids[rows].astype(str), -gap[rows]))][:n]


def _contacts(state: Evaluated, cfg: Config) -> Ints:
    return _counted(state, "interactions", within(state["interactions.contact_age"], cfg.metrics.window_days))


def _counted(state: Evaluated, tab: str, mask: Bools) -> Ints:
    """How many rows in the mask each account has."""
    codes = state.codes(tab, "accounts")
    return np.bincount(codes[mask & (codes >= 0)], minlength=state.sizes["accounts"]).astype(np.int64)
