"""Recurrent faults: the same machine, or the same place and kind of trouble, again and again (domain 4; 002 item 21).

A ticket's fault is its asset; without one, its location and category, within its account. Upper and lower case and
spaces around do not tell faults apart. A fault is recurrent from the ticket that makes the third within 90 days, and
that signal lives 90 days from this ticket.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column
from sheetcrm.rules.ages import Floats, within

_APART = 10**6
"""Days between two faults on one line of days: more than any span of years."""


@column("tickets", show=False, copes=("category",))
def fault(
    account_id: pd.Series[Any], asset: pd.Series[Any], location: pd.Series[Any], category: pd.Series[Any]
) -> Floats:
    """A number that tickets of one fault share: one account's asset, else its location and category.

    Blank: neither an asset nor both a location and a category are given
    Source: domain 4 (risk signals); 002 item 21
    """
    account, _ = _coded(account_id)
    machine, machines = _coded(asset)
    place, places = _coded(location)
    trouble, troubles = _coded(category)
    spot = np.where(machine >= 0, machine, machines + place * troubles + trouble)
    known = (account >= 0) & ((machine >= 0) | ((place >= 0) & (trouble >= 0)))
    numbers = account * (machines + places * troubles) + spot
    dense = pd.factorize(np.where(known, numbers, -1))[0]
    return np.where(known, dense, np.nan)


@column("tickets")
def repeats(fault: pd.Series[Any], opened_at: pd.Series[Any], cfg: Any) -> Floats:
    """How many tickets the same fault has made in the 90 days up to this ticket's day, this one included: 3 or more
    is a recurrent fault.

    Unit: tickets
    Blank: neither an asset nor both a location and a category are given
    Source: domain 4 (tickets; risk signals); 002 item 21
    """
    result = np.full(len(fault), np.nan)
    known = (fault.notna() & opened_at.notna()).to_numpy()
    if known.any():
        day = opened_at.to_numpy(dtype="datetime64[D]")[known].astype(np.int64)
        line = fault.to_numpy()[known].astype(np.int64) * _APART + day
        order = np.argsort(line)
        line = line[order]
        until = np.searchsorted(line, line, side="right")
        since = np.searchsorted(line, line - cfg.signals.recurrent_days, side="right")
        result[np.flatnonzero(known)[order]] = until - since
    return result


@column("tickets", show=False)
def fault_signal(fault: pd.Series[Any], repeats: pd.Series[Any], age: pd.Series[Any], cfg: Any) -> Floats:
    """1 for the ticket that carries the living signal of its recurrent fault (the latest that repeated it), else 0.

    Blank: which fault it is can't be told
    Source: domain 4 (risk signals); 002 items 21, 37
    """
    carries = (repeats >= cfg.signals.recurrent_tickets).to_numpy() & within(age, cfg.signals.days)
    rows = np.flatnonzero(carries)
    ordered = rows[np.lexsort((-rows, age.to_numpy()[rows], fault.to_numpy()[rows]))]
    latest = ordered[np.unique(fault.to_numpy()[ordered], return_index=True)[1]]
    signal = np.where(repeats.isna(), np.nan, 0.0)
    signal[latest] = 1.0
    return signal


@column("accounts", signal="tickets.fault_signal")
def recurrent_faults(signal: Linked) -> Floats:
    """Faults that came back at least three times within 90 days, the last time in the last 90 days.

    Unit: faults
    Blank: the tickets tab is not in use
    Source: domain 4 (risk signals); 002 items 21, 37
    """
    return signal.sum() if len(signal.values) else np.full(signal.size, np.nan)


def _coded(texts: pd.Series[Any]) -> tuple[Any, int]:
    """A number for each text, −1 for a blank, and how many there are; case and outer spaces do not count."""
    codes, words = pd.factorize(texts)
    plain, known = pd.factorize(np.array([str(word).strip().casefold() for word in words], dtype=object))
    return np.append(plain, -1).astype(np.int64)[codes], len(known)
