"""The risk signals of clients, each kind a matter that names its row (domain 4 and 5; 002 items 21 to 27).

Most are settled by the next contact: whoever spoke with the customer after that day has seen to it. What other matters
say is not said again here: silence is a contact due, an unpaid invoice one that is overdue, an open ticket or
commitment one that is late, a single thread and a recurrent fault have their own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetcrm.alerts.matters.matter import Cases, freshest, matter
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Ints
from sheetcrm.rules.ages import Floats, marked, within
from sheetcrm.rules.signals import Signals


@matter("accounts")
def cancellation_notice(state: Evaluated, _: Config) -> Cases:
    """They said that they want to leave. No contact settles that: it is said while the signal lives."""
    return _living(state, "cancellation_notice", settled=False)


@matter("accounts")
def quote_request(state: Evaluated, _: Config) -> Cases:
    """They asked for other offers."""
    return _living(state, "quote_request")


@matter("accounts")
def billing_complaint(state: Evaluated, _: Config) -> Cases:
    """They complained about a bill, a reading or a charge."""
    return _living(state, "billing_complaint")


@matter("accounts")
def purchasing_change(state: Evaluated, _: Config) -> Cases:
    """Something changes in how they buy."""
    return _living(state, "purchasing_change")


@matter("accounts")
def new_decision_maker(state: Evaluated, _: Config) -> Cases:
    """Somebody else decides there now."""
    return _living(state, "new_decision_maker")


@matter("accounts")
def obsolescence(state: Evaluated, _: Config) -> Cases:
    """What they have from us grows old."""
    return _living(state, "obsolescence")


@matter("accounts")
def detractor(state: Evaluated, _: Config) -> Cases:
    """A survey of theirs came back bad."""
    return _living(state, "detractor")


@matter("accounts")
def perception_fell(state: Evaluated, _: Config) -> Cases:
    """Their surveys have got worse."""
    return _living(state, "perception_fell")


@matter("accounts")
def promise_missed(state: Evaluated, cfg: Config) -> Cases:
    """A commitment was kept late, or a ticket solved past its time: they have noticed. What is still open is said by
    matters of its own."""
    talks, tickets = state.frames["interactions"], state.frames["tickets"]
    late = _alive(talks["commitment_missed_age"], talks["follow_up"], "done", cfg)
    missed = _alive(tickets["sla_missed_age"], tickets["sla_status"], "missed", cfg)
    ages = (talks["commitment_missed_age"].to_numpy()[late], tickets["sla_missed_age"].to_numpy()[missed])
    codes = (state.codes("interactions", "accounts")[late], state.codes("tickets", "accounts")[missed])
    ids = (talks["interaction_id"].iloc[late].tolist(), tickets["ticket_id"].iloc[missed].tolist())
    return _fresh(state, np.concatenate(codes), np.concatenate(ages).astype(float), [*ids[0], *ids[1]])


def _alive(ages: Any, became: Any, what: str, cfg: Config) -> Ints:
    """The rows whose promise became this, while the signal lives."""
    rows = np.flatnonzero(within(ages, cfg.signals.days))
    return rows[marked(became.iloc[rows], what)]


def _living(state: Evaluated, kind: str, *, settled: bool = True) -> Cases:
    signals: Signals = state["accounts.signal_rows"]
    chosen = signals.of(kind)
    return _fresh(state, signals.codes[chosen], signals.ages[chosen], signals.ids[chosen], settled=settled)


def _fresh(state: Evaluated, codes: Ints, ages: Floats, ids: object, *, settled: bool = True) -> Cases:
    """The freshest row of each client, unless somebody has been in touch since (``settled``)."""
    accounts = state.frames["accounts"]
    known = codes >= 0
    codes, ages, ids = codes[known], ages[known], np.asarray(ids, dtype=object)[known]
    asks = marked(accounts["client_status"], "client")[codes]
    if settled:
        asks &= ~(accounts["days_since_contact"].to_numpy(dtype=float)[codes] < ages)
    return freshest(codes, np.where(asks, ages, np.nan), ids, np.datetime64(state.as_of))
