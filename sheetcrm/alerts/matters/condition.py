"""How clients are: health that turned red or fell, a contact that is due (domain 4 and 5; 002 items 4, 20)."""

from __future__ import annotations

import numpy as np

from sheetcrm.alerts.matters.matter import Cases, found, matter
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.rules.ages import marked
from sheetcrm.rules.dates import days


@matter("accounts", standing=True, says="accounts.health_why")
def key_red(state: Evaluated, _: Config) -> Cases:
    """The health of a key account is red."""
    return _red(state, key=True)


@matter("accounts", standing=True, says="accounts.health_why")
def health_red(state: Evaluated, _: Config) -> Cases:
    """The health of an account that is not key is red."""
    return _red(state, key=False)


@matter("accounts", standing=True, says="accounts.health_why")
def health_fell(state: Evaluated, cfg: Config) -> Cases:
    """Health has fallen far within four weeks and is not red yet."""
    accounts = state.frames["accounts"]
    now, before = (accounts[name].to_numpy(dtype=float) for name in ("health_score", "score_a_month_ago"))
    fell = (before - now >= cfg.alerts.fall_points) & ~marked(accounts["health_band"], "red")
    return found(fell, np.datetime64("NaT"), before=before)


@matter("accounts")
def contact_due(state: Evaluated, _: Config) -> Cases:
    """The day by which a client should have been contacted has come."""
    accounts = state.frames["accounts"]
    due = days(accounts["next_contact_due"])
    now = marked(accounts["client_status"], "client") & (due <= np.datetime64(state.as_of))
    return found(now, due, last=accounts["last_contact"])


def _red(state: Evaluated, *, key: bool) -> Cases:
    accounts = state.frames["accounts"]
    red = marked(accounts["health_band"], "red")
    return found(red & (marked(accounts["tier"], "key") == key), np.datetime64("NaT"))
