"""What was noted on an account and asks for a contact that we start: chances, recurrent faults, people who moved,
former customers (001 items 11, 24, 25; 002 item 37)."""

from __future__ import annotations

import numpy as np

from sheetcrm.alerts.matters.matter import Cases, found, freshest, matter
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.rules.ages import days_since, filled
from sheetcrm.rules.dates import days, days_between, plus_days
from sheetcrm.rules.signals import Signals


@matter("accounts")
def expansion_need(state: Evaluated, _: Config) -> Cases:
    """They said that they need more."""
    return _alive(state, state["accounts.opening_rows"], "expansion_need")


@matter("accounts")
def trigger_event(state: Evaluated, _: Config) -> Cases:
    """Something happened to them that changes their plans."""
    return _alive(state, state["accounts.opening_rows"], "trigger_event")


@matter("accounts")
def repeat_fault(state: Evaluated, _: Config) -> Cases:
    """A fault keeps coming back: call before they do."""
    return _alive(state, state["accounts.signal_rows"], "recurrent_fault")


@matter("contacts")
def ambassador(state: Evaluated, cfg: Config) -> Cases:
    """A contact of theirs moved to another company lately (or on a day that nobody wrote down)."""
    contacts = state.frames["contacts"]
    left = days(contacts["left_on"])
    long_ago = days_since(left, state.ambient["today"]) >= cfg.signals.days
    return found(filled(contacts["moved_to"]) & ~long_ago, left)


@matter("accounts")
def ex_client(state: Evaluated, cfg: Config) -> Cases:
    """A former customer, 90, 180 and 365 days after their last day: the latest of these that was reached."""
    steps = sorted(cfg.alerts.former_days)
    lost_on = days(state["accounts.lost_on"])
    gone = days_between(lost_on, np.datetime64(state.as_of))
    reached = np.full(len(lost_on), np.nan)
    for step in steps:
        reached = np.where(gone >= step, float(step), reached)
    lately = gone < steps[-1] + cfg.alerts.history_days
    return found(~np.isnan(reached) & lately, plus_days(lost_on, reached))


def _alive(state: Evaluated, signals: Signals, kind: str) -> Cases:
    """The accounts with a living signal of the kind; each day of one is an occurrence, the freshest one counts."""
    chosen = signals.of(kind)
    today = np.datetime64(state.as_of)
    return freshest(signals.codes[chosen], signals.ages[chosen], signals.ids[chosen], today)
