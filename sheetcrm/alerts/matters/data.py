"""Facts that nobody has filled in, each asked for once a quarter while it is missing (domain 4 and 5)."""

from __future__ import annotations

import numpy as np

from sheetcrm.alerts.matters.matter import Cases, found, matter, quarter, readable
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Ints
from sheetcrm.rules.ages import marked
from sheetcrm.schema import PEOPLE_TABS
from sheetcrm.schema.column import Tab


@matter("accounts", nature="admin", standing=True, says="accounts.tier_why")
def tier_blank(state: Evaluated, _: Config) -> Cases:
    """No tier was decided on: the account counts as standard until then."""
    accounts = state.frames["accounts"]
    ours = marked(accounts["client_status"], "client", "prospect")
    blank = accounts["tier"].isna().to_numpy() & readable(state, "accounts", "tier")
    return found(ours & blank, quarter(state), accounts["tier_why"])


@matter("accounts", nature="admin", standing=True)
def strategy_data(state: Evaluated, _: Config) -> Cases:
    """A client without volume, margin or potential has no strategy."""
    gap = state["accounts.strategy_gap"]
    return found(marked(gap, "volume", "margin", "potential"), quarter(state))


@matter("accounts", nature="admin", standing=True)
def health_data(state: Evaluated, _: Config) -> Cases:
    """Too little is known of a client to say how healthy the relationship is."""
    return found(marked(state["accounts.health_band"], "no_data"), quarter(state))


@matter("accounts", nature="admin", standing=True)
def no_owner(state: Evaluated, _: Config) -> Cases:
    """Nobody answers for the account."""
    accounts = state.frames["accounts"]
    ours = marked(accounts["client_status"], "client", "prospect")
    return found(ours & accounts["owner"].isna().to_numpy() & readable(state, "accounts", "owner"), quarter(state))


@matter("team", nature="admin", standing=True)
def data_problems(state: Evaluated, _: Config) -> Cases:
    """Cells in a person's rows can't be read: what depends on them is blank, and a deadline among them is silent."""
    owners = {owner for tab in PEOPLE_TABS if tab.key != "team" for owner in _owners_of_unreadable(state, tab)}
    return found(state["team.email"].str.lower().isin(owners).to_numpy(), quarter(state))


def _owners_of_unreadable(state: Evaluated, tab: Tab) -> set[str]:
    """Who answers for the rows of a tab with a cell that can't be read: the row's owner, else its account's."""
    marks = state.unreadable[tab.key]
    unread = [marks[column.key] for column in tab.people if column.key in marks]
    rows = np.flatnonzero(np.logical_or.reduce(unread)) if unread else np.zeros(0, dtype=np.int64)
    own = state.frames[tab.key].get("owner")
    named = own.iloc[rows].fillna("").tolist() if own is not None else [""] * len(rows)
    return {str(owner or other).lower() for owner, other in zip(named, _account_owners(state, tab, rows), strict=True)}


def _account_owners(state: Evaluated, tab: Tab, rows: Ints) -> list[str]:
    if not any(target == "accounts" for _, target in tab.links):
        return [""] * len(rows)
    return state["accounts.owner"].reindex(state.codes(tab.key, "accounts")[rows]).fillna("").tolist()  # type: ignore[no-any-return]
