"""What an account's contracts say of it: client or not, since when, worth how much, next date."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, Partial, column, label
from sheetcrm.rules.dates import DAYS_PER_YEAR, days, days_between
from sheetcrm.rules.money import known_sum
from sheetcrm.schema import Type


@column("accounts", running="contracts.running", begun="contracts.begun")
def client_status(running: Linked, begun: Linked) -> Partial:
    """Client while a begun term covers today (30 days longer while nothing is decided), ex-client when terms had begun
    and none covers today, prospect when none has begun.

    Blank: a date that tells it could not be read
    Source: 001 items 24, 25; 004 item 2; domain 4
    """
    covers = running.count(running.values == 1) > 0
    unsure = running.count(running.values.isna()) > 0
    had = begun.count(begun.values == 1) > 0
    return Partial(label((covers, "client"), (had, "ex_client"), default="prospect"), unknown=unsure & ~covers)


@column("accounts", show=False)
def is_client(client_status: pd.Series[Any]) -> Any:
    """1 for a client.

    Source: domain 4
    """
    return client_status == "client"


@column("accounts", show=False, type=Type.DATE, starts="contracts.runs_from")
def first_start(starts: Linked) -> Any:
    """First day of the account's first term.

    Blank: no term with a start
    Source: domain 4
    """
    return starts.min()


@column("accounts", ends="contracts.ends_on", begun="contracts.begun")
def lost_on(client_status: pd.Series[Any], ends: Linked, begun: Linked) -> Any:
    """Lost on: the last day of an ex-client's latest term, without the 30 days of grace.

    Blank: no ex-client, or that day was never written down
    Source: 003 item 11; domain 4
    """
    latest = days(ends.max(begun.values == 1))
    return np.where((client_status == "ex_client").to_numpy(), latest, np.datetime64("NaT", "D"))


@column("accounts", running="contracts.running")
def active_contracts(running: Linked) -> Any:
    """Active contracts: how many of its terms run today.

    Unit: contracts
    Source: domain 4
    """
    return running.count(running.values == 1)


@column("accounts", yearly="contracts.annual_value_base", running="contracts.running", one_off="contracts.one_off")
def annual_value(yearly: Linked, running: Linked, one_off: Linked) -> Any:
    """Annual value: the sum of the annual values of the terms that run today.

    Unit: base currency per year
    Blank: terms run, but of none is the value known
    Source: 001 item 6; 004 item 3; domain 4
    """
    runs = (running.values == 1).to_numpy() & (one_off.values != 1).to_numpy()
    return known_sum(yearly, runs)


@column("accounts", lifetime="contracts.lifetime_base", begun="contracts.begun")
def lifetime_value(lifetime: Linked, begun: Linked) -> Any:
    """Lifetime value: the sum of the values of all terms that have begun; without an end, value per year × years since
    its start.

    Unit: base currency
    Blank: terms have begun, but of none is the value known
    Source: 001 item 6; domain 4
    """
    return known_sum(lifetime, (begun.values == 1).to_numpy())


@column("contracts", show=False)
def lifetime_base(
    value: pd.Series[Any],
    base_rate: pd.Series[Any],
    evergreen: pd.Series[Any],
    start_date: pd.Series[Any],
    last_day: pd.Series[Any],
    today: np.datetime64,
) -> Any:
    """What the term brought or brings in all: its value; without an end, value per year × years from its start to
    today, or to the day on which it was lost or followed.

    Unit: base currency
    Blank: no value, or no rate for the row's currency
    Source: domain 4
    """
    until = np.fmin(days(last_day), today.astype("datetime64[D]"))
    years = np.maximum(days_between(days(start_date), until), 0.0) / DAYS_PER_YEAR
    return value * base_rate * np.where(evergreen == 1, years, 1.0)


@column("accounts", deadlines="contracts.deadline", undecided="contracts.undecided")
def next_deadline(deadlines: Linked, undecided: Linked, today: np.datetime64) -> Any:
    """Next deadline: the earliest one from today on among its undecided terms.

    Blank: none ahead
    Source: domain 4
    """
    ahead = (undecided.values == 1).to_numpy() & (days(deadlines.values) >= today.astype("datetime64[D]"))
    return deadlines.min(ahead)
