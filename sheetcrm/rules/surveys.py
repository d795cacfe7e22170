"""Whom to ask this month: the survey sample (domain 5; 002 item 17), for tasks, mails and the segments tab alike."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from math import ceil

import numpy as np

from sheetcrm.config import Surveys
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Bools, Ints
from sheetcrm.rules.ages import marked
from sheetcrm.rules.dates import days
from sheetcrm.rules.metrics.earlier import earlier


def survey_sample(state: Evaluated, cfg: Surveys) -> Ints:
    """The rows of ``accounts`` to be surveyed this month, in the order of their draw.

    Clients on the 1st, sorted by the SHA-256 of the month and their id (``2026-11A-7``): chance that anybody can
    repeat. The first max(5, ⌈10 % of the clients⌉) that were asked nothing in the 90 days before the 1st: an answer
    given within the month changes nothing about the month's sample.

    Unit: rows of the evaluated accounts
    Blank: empty where nobody was a client on the 1st
    Source: domain 5; 002 item 17
    """
    return state.once("survey_sample", lambda: _sample(state, cfg))


def _sample(state: Evaluated, cfg: Surveys) -> Ints:
    first = np.datetime64(state.as_of.replace(day=1), "D")
    clients = np.flatnonzero(_clients_on_the_first(state))
    size = max(cfg.least, ceil(round(cfg.share * len(clients), 9)))
    ids = state.frames["accounts"]["account_id"].iloc[clients].tolist()
    drawn = sorted(zip(ids, clients.tolist(), strict=True), key=lambda pair: _lot(state.as_of, pair[0]))
    asked = _asked(state, first, cfg.rest_days)
    return np.array([row for _, row in drawn if not asked[row]][:size], dtype=np.int64)


def month_key(day: date) -> str:
    """The month of a day as the draw names it: ``2026-11``."""
    return f"{day:%Y-%m}"


def _lot(day: date, account_id: str) -> str:
    return sha256((month_key(day) + account_id).encode()).hexdigest()


def _clients_on_the_first(state: Evaluated) -> Bools:
    """Accounts that were clients on the 1st, by what was known then: a loss within the month changes no sample."""
    passed = state.as_of.day - 1
    then = earlier(state, passed, ("accounts.client_status",)) if passed else state
    return np.asarray(then["accounts.client_status"] == "client", dtype=bool)


def _asked(state: Evaluated, first: np.datetime64, rest_days: int) -> Bools:
    """Accounts that were asked in the days before the 1st."""
    talks = state.frames["interactions"]
    when = days(talks["date"])
    lately = (when < first) & (when >= first - np.timedelta64(rest_days, "D"))
    return _any_of(state, "interactions", marked(talks["channel"], "survey") & lately)


def _any_of(state: Evaluated, tab: str, rows: Bools) -> Bools:
    codes = state.codes(tab, "accounts")[rows]
    found = np.zeros(state.sizes["accounts"], dtype=bool)
    found[codes[codes >= 0]] = True
    return found
