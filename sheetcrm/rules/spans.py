"""When a term runs: the days for which it makes its account a client (domain 4, client_status)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Partial, Unreadable, column
from sheetcrm.config import Config
from sheetcrm.rules.dates import days, plus_days
from sheetcrm.schema import Type


@column("contracts", show=False)
def begun(start_date: pd.Series[Any], today: np.datetime64) -> Any:
    """1 once the term's first day has come.

    Source: domain 4
    """
    return days(start_date) <= today.astype("datetime64[D]")


@column("contracts", show=False, type=Type.DATE)
def runs_from(start_date: pd.Series[Any]) -> Any:
    """First day on which the term runs.

    Source: domain 4
    """
    return days(start_date)


@column("contracts", show=False, type=Type.DATE, copes=("next_renewal_date",))
def ends_on(
    last_day: pd.Series[Any],
    status: pd.Series[Any],
    successors: pd.Series[Any],
    evergreen: pd.Series[Any],
    next_renewal_date: pd.Series[Any],
) -> Any:
    """Last day of the term, without grace: its own last day; once renewed and until its successor's row is there, the
    last day of its next term.

    Blank: going on without an end, or lost on a day that nobody wrote down
    Source: domain 4
    """
    going_on = (status == "renewed").to_numpy() & (successors.to_numpy() == 0) & (evergreen == 0).to_numpy()
    further = going_on & next_renewal_date.notna().to_numpy()
    return np.where(further, days(next_renewal_date), days(last_day))


@column("contracts", show=False, type=Type.DATE, copes=("next_renewal_date",))
def runs_to(
    ends_on: pd.Series[Any],
    status: pd.Series[Any],
    successors: pd.Series[Any],
    evergreen: pd.Series[Any],
    next_renewal_date: pd.Series[Any],
    cfg: Config,
) -> Any:
    """Last day on which the term runs: its last day, and 30 days longer while nothing is decided, or while it is
    renewed without a date to go to.

    Blank: going on without an end (``running`` tells it from a loss without a day)
    Source: domain 4
    """
    ending = (evergreen == 0).to_numpy()
    kept = (status == "renewed").to_numpy() & (successors.to_numpy() == 0) & next_renewal_date.isna().to_numpy()
    grace = ending & (~status.isin(("renewed", "lost")).to_numpy() | kept)
    return plus_days(days(ends_on), np.where(grace, float(cfg.contracts.grace_days), 0.0))


@column("contracts", show=False, copes=("end_date", "decision", "runs_to"))
def running(
    begun: pd.Series[Any],
    end_date: pd.Series[Any],
    decision: pd.Series[Any],
    runs_to: pd.Series[Any],
    today: np.datetime64,
    unreadable: Unreadable,
) -> Partial:
    """1 where the term covers today, 0 where it does not.

    Blank: a date that tells it could not be read
    Source: domain 4
    """
    day = today.astype("datetime64[D]")
    end, until = days(end_date), days(runs_to)
    # Until its end a term runs whatever is decided, so that an unreadable stage leaves its customer a client.
    surely = ~unreadable["end_date"] & (end >= day)
    lost_somewhen = (decision == "lost").to_numpy() & np.isnat(end) & np.isnat(until)
    covers = surely | (until >= day) | (np.isnat(until) & ~lost_somewhen)
    started = (begun == 1).to_numpy()
    return Partial(started & covers, unknown=started & ~surely & unreadable["runs_to"])
