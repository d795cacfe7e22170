"""What each member of the team carries: accounts, their value and risk, tasks (domain 4; 001 item 7; 000 item 45)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column
from sheetcrm.evaluated import row_codes
from sheetcrm.rules.ages import Floats
from sheetcrm.rules.money import known_sum


@column("contracts", show=False)
def at_risk(renewal_risk: pd.Series[Any], days_to_deadline: pd.Series[Any], cfg: Any) -> Any:
    """1 for a term of high risk with its deadline up to 90 days ahead or 30 past, else 0.

    Source: domain 7 (at-risk value)
    """
    left = days_to_deadline.to_numpy()
    near = (left <= cfg.metrics.risk_ahead_days) & (left >= -cfg.metrics.risk_past_days)
    return (renewal_risk == "high").to_numpy() & near


@column("accounts", show=False, yearly="contracts.annual_value_base", risky="contracts.at_risk")
def value_at_risk(yearly: Linked, risky: Linked) -> Floats:
    """The annual value of the account's terms of high risk with a near deadline.

    Unit: base currency per year
    Blank: there are some, but of none is the value known
    Source: domain 7 (at-risk value)
    """
    return known_sum(yearly, (risky.values == 1).to_numpy())


@column("team", owners="accounts.owner@all")
def accounts(email: pd.Series[Any], owners: pd.Series[Any]) -> Any:
    """Accounts that this person owns, prospects and former clients among them.

    Unit: accounts
    Source: domain 4 (other tabs); 001 item 7
    """
    return _owned(owners, owners, email).count()


@column("team", owners="accounts.owner@all", values="accounts.annual_value@all")
def portfolio_value(email: pd.Series[Any], owners: pd.Series[Any], values: pd.Series[Any]) -> Floats:
    """Annual value of the accounts that this person owns.

    Unit: base currency per year
    Blank: accounts are owned, but of none is the value known
    Source: domain 4 (other tabs); 001 item 7
    """
    return known_sum(_owned(values, owners, email), np.ones(len(values), dtype=bool))


@column("team", owners="accounts.owner@all", values="accounts.value_at_risk@all")
def at_risk_value(email: pd.Series[Any], owners: pd.Series[Any], values: pd.Series[Any]) -> Floats:
    """Of that annual value, what may be lost: terms of high risk with a deadline up to 90 days ahead or 30 past.

    Unit: base currency per year
    Blank: such terms are there, but of none is the value known
    Source: domain 4 (other tabs); domain 7 (at-risk value); 000 item 40
    """
    return known_sum(_owned(values, owners, email), np.ones(len(values), dtype=bool))


@column("team", owners="tasks.owner@all", states="tasks.state@all")
def open_tasks(email: pd.Series[Any], owners: pd.Series[Any], states: pd.Series[Any]) -> Floats:
    """Tasks of this person that are not done, those due and overdue among them.

    Unit: tasks
    Blank: the tasks tab is not in use
    Source: domain 4 (other tabs); 004 item 21
    """
    return _tasks(owners, email, states.isin(("open", "due", "overdue")))


@column("team", owners="tasks.owner@all", states="tasks.state@all")
def overdue_tasks(email: pd.Series[Any], owners: pd.Series[Any], states: pd.Series[Any]) -> Floats:
    """Tasks of this person whose day has passed and that are not done.

    Unit: tasks
    Blank: the tasks tab is not in use
    Source: domain 4 (other tabs); 004 item 21
    """
    return _tasks(owners, email, states == "overdue")


def _owned(values: pd.Series[Any], owners: pd.Series[Any], email: pd.Series[Any]) -> Linked:
    """Values seen from the person who owns each row."""
    return Linked(values, row_codes(owners, email), len(email))


def _tasks(owners: pd.Series[Any], email: pd.Series[Any], mask: pd.Series[Any]) -> Floats:
    if not len(owners):
        return np.full(len(email), np.nan)
    return _owned(owners, owners, email).count(mask.to_numpy(dtype=bool)).astype(float)
