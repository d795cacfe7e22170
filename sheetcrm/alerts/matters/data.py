"""Facts that nobody has filled in, each asked for once a quarter while it is missing (domain 4 and 5)."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from sheetcrm.alerts.matters.matter import Cases, found, matter, quarter, readable
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.flaws import flaws, names
from sheetcrm.rules.ages import marked


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
def data_problems(state: Evaluated, cfg: Config) -> Cases:
    """Something in a person's rows is wrong: what depends on it is blank, and a deadline among it is silent."""
    wrong: dict[str, list[str]] = defaultdict(list)
    found = flaws(state, cfg)
    for problem, name in zip(found, names(found), strict=True):
        wrong[problem.owner.lower()].append(name)
    emails = [email.lower() for email in state["team.email"].tolist()]
    rows = [row for row, email in enumerate(emails) if email in wrong]
    episodes = np.full(len(rows), quarter(state))
    return Cases(np.array(rows, dtype=np.int64), episodes, parts=[wrong[emails[row]] for row in rows])
