"""Cancellation notices: which term each one ends, and which name no term (domain 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Partial, Unreadable, column
from sheetcrm.config import Config
from sheetcrm.evaluated import row_codes
from sheetcrm.model import Bools, Ints
from sheetcrm.rules.dates import Days, days, plus_days
from sheetcrm.schema import Type

NOTICE = "cancellation_notice"


@dataclass(frozen=True)
class Notices:
    """Cancellation notices: the row of each among the interactions, its day, and its contract row (−1: none)."""

    rows: Ints
    dates: Days
    contracts: Ints
    unclear: Bools


@column("contracts", show=False, type=Type.DATE, copes=("decision", "closed_on", "successor_start"))
def last_day(
    end_date: pd.Series[Any],
    decision: pd.Series[Any],
    closed_on: pd.Series[Any],
    successor_start: pd.Series[Any],
    unreadable: Unreadable,
) -> Partial:
    """The last day that the term's own cells give it: ``end_date``; of an evergreen the day on which it was lost, or
    the day before its successor starts.

    Blank: evergreen and going on (or lost on a day that nobody wrote down)
    Source: domain 4
    """
    evergreen = end_date.isna().to_numpy()
    stopped = np.where((decision == "lost").to_numpy(), days(closed_on), plus_days(days(successor_start), -1.0))
    return Partial(np.where(evergreen, stopped, days(end_date)), unknown=evergreen & unreadable["decision"])


@column(
    "contracts",
    show=False,
    raw=True,
    signal="interactions.signal@all",
    date="interactions.date@all",
    of_account="interactions.account_id@all",
    of_contract="interactions.contract_id@all",
)
def notices(
    contract_id: pd.Series[Any],
    account_id: pd.Series[Any],
    start_date: pd.Series[Any],
    last_day: pd.Series[Any],
    decision: pd.Series[Any],
    end_date: pd.Series[Any],
    signal: pd.Series[Any],
    date: pd.Series[Any],
    of_account: pd.Series[Any],
    of_contract: pd.Series[Any],
    cfg: Config,
    unreadable: Unreadable,
) -> Notices:
    """Each dated cancellation notice with the term that it names, else with the one term of its account that ran on its
    day (an undecided term runs on for its days of grace). With no such term, or several, it is unclear.
    """
    rows = np.flatnonzero((signal == NOTICE).to_numpy() & date.notna().to_numpy()).astype(np.int64)
    when = days(date)[rows]
    named = of_contract.iloc[rows].notna().to_numpy()
    contracts = row_codes(of_contract.iloc[rows], contract_id)
    open_end = (decision == "open").to_numpy() & end_date.notna().to_numpy()
    until = plus_days(days(last_day), np.where(open_end, float(cfg.contracts.grace_days), 0.0))
    usable = ~(unreadable["start_date"] | unreadable["last_day"] | start_date.isna().to_numpy())
    # Only the accounts that a notice without contract asks about are sorted.
    asking = of_account.iloc[rows[~named]]
    asked = pd.Series(asking.dropna().unique(), dtype="str")
    accounts = row_codes(account_id, asked)
    spans = _Spans(accounts, days(start_date), until, usable & (accounts >= 0))
    contracts[~named] = spans.only_one(row_codes(asking, asked), when[~named])
    return Notices(rows, when, contracts, ~named & (contracts < 0))


class _Spans:
    """Terms by account, to ask which single term of an account ran on a day without comparing each with each.

    Of all starts up to the day, take away all ends before it: what is left are the running terms. Their count comes
    from two binary searches, and when it is 1, the same difference of summed row numbers is the row.
    """

    def __init__(self, accounts: Ints, start: Days, end: Days, usable: Bools) -> None:
        usable = usable & ~(end < start)
        closed = usable & ~np.isnat(end)
        self._starts = _Sorted(accounts, start, np.flatnonzero(usable))
        self._ends = _Sorted(accounts, end, np.flatnonzero(closed))

    def only_one(self, accounts: Ints, when: Days) -> Ints:
        """The row of the one term that ran on the day in that account; −1 where none did or several."""
        begun, begun_rows = self._starts.up_to(accounts, when, "right")
        ended, ended_rows = self._ends.up_to(accounts, when, "left")
        one = (accounts >= 0) & (begun - ended == 1)
        return np.where(one, begun_rows - ended_rows, -1).astype(np.int64)


class _Sorted:
    """Rows sorted by account and day, with running sums of their row numbers."""

    def __init__(self, accounts: Ints, moment: Days, rows: Ints) -> None:
        keys = _key(accounts[rows], moment[rows])
        order = np.argsort(keys, kind="stable")
        self._keys = keys[order]
        self._sums = np.concatenate([[0], np.cumsum(rows[order])]).astype(np.int64)

    def up_to(self, accounts: Ints, when: Days, side: Any) -> tuple[Ints, Ints]:
        """How many rows of the account lie before the day (``right``: or on it), and the sum of their numbers."""
        low = np.searchsorted(self._keys, accounts << 32, side="left")
        high = np.searchsorted(self._keys, _key(accounts, when), side=side)
        return (high - low).astype(np.int64), self._sums[high] - self._sums[low]


def _key(accounts: Ints, moment: Days) -> Ints:
    # 2³¹ days lie on both sides of 1970: more than any date that is ever read.
    return (accounts << 32) + moment.astype(np.int64) + (1 << 31)


@column("contracts", show=False, type=Type.DATE, copes=("start_date", "notice_until"))
def cancellation_notice_on(
    notices: Notices, start_date: pd.Series[Any], notice_until: pd.Series[Any], unreadable: Unreadable
) -> Partial:
    """Day of the cancellation notice that counts for this term: dated from its start to its deadline, the latest one.

    Blank: no notice counts
    Source: 002 item 21; domain 4
    """
    start, until = days(start_date), days(notice_until)
    linked = notices.contracts >= 0
    rows, when = notices.contracts[linked], notices.dates[linked]
    # An evergreen has no last day for a notice.
    in_time = (when >= start[rows]) & ~(when > until[rows])
    latest = np.full(len(start), np.iinfo(np.int64).min)
    np.maximum.at(latest, rows[in_time], when[in_time].astype(np.int64))
    asked = np.zeros(len(start), dtype=bool)
    asked[rows] = True
    return Partial(
        latest.astype("datetime64[D]"), unknown=asked & (unreadable["start_date"] | unreadable["notice_until"])
    )


@column("interactions", show=False, notices="contracts.notices")
def notice_unclear(interaction_id: pd.Series[Any], notices: Notices) -> Any:
    """1 where a cancellation notice names no contract and its account did not have exactly one running term: a problem.

    Source: domain 4
    """
    unclear = np.zeros(len(interaction_id))
    unclear[notices.rows[notices.unclear]] = 1
    return unclear
