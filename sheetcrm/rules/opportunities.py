"""Opportunities: how likely each is, what that is worth, how long it has been open and whether it moves (domain 4)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, Partial, Unreadable, column
from sheetcrm.rules.ages import Floats, days_since, looked_up, within
from sheetcrm.rules.labels import labelled
from sheetcrm.rules.money import rates

CLOSED = ("won", "lost")


@column("opportunities", show=False)
def base_rate(currency: pd.Series[Any], cfg: Any) -> Floats:
    """Rate of the row's currency.

    Unit: base currency for one unit of the row's currency
    Blank: the configuration has no rate for this currency
    Source: domain 7
    """
    return rates(currency, cfg)


@column("opportunities", show=False)
def rate_missing(base_rate: pd.Series[Any]) -> Any:
    """1 where the row's currency has no rate, so that the row stays out of every sum in base currency.

    Source: domain 7
    """
    return base_rate.isna()


@column("opportunities", show=False)
def value_base(value: pd.Series[Any], base_rate: pd.Series[Any]) -> Any:
    """The opportunity's value in base currency, for sums.

    Unit: base currency
    Blank: no value, or no rate for the row's currency
    Source: domain 7
    """
    return value * base_rate


@column("opportunities", show=False)
def closed(stage: pd.Series[Any]) -> Any:
    """1 once the opportunity is won or lost, else 0; a row without a stage is open.

    Source: domain 4 (other tabs)
    """
    return stage.isin(CLOSED)


@column("opportunities", show=False, copes=("probability",))
def chance(stage: pd.Series[Any], probability: pd.Series[Any], cfg: Any, unreadable: Unreadable) -> Partial:
    """How likely the sale is: 1 once won, 0 once lost; else what a person says, else by stage (contact 10%, proposal
    30%, negotiation 60%).

    Unit: share of 1
    Blank: open, with neither a probability nor a stage
    Source: domain 7
    """
    decided = looked_up(stage, {"won": 1.0, "lost": 0.0})
    by_stage = looked_up(stage, cfg.opportunities.probability)
    said = np.where(np.isnan(decided), probability.to_numpy(), decided)
    return Partial(np.where(np.isnan(said), by_stage, said), unknown=np.isnan(decided) & unreadable["probability"])


@column("opportunities")
def expected_value(value: pd.Series[Any], chance: pd.Series[Any]) -> Any:
    """Expected value: the value times its probability: the one that a person gave, else by stage; all of it once won,
    nothing once lost.

    Unit: row currency
    Blank: no value, or nothing tells the probability
    Source: domain 4 (other tabs); 004 item 7
    """
    return value * chance


@column("opportunities", copes=("closed_on",))
def days_open(
    created_on: pd.Series[Any],
    closed_on: pd.Series[Any],
    closed: pd.Series[Any],
    today: Any,
    unreadable: Unreadable,
) -> Partial:
    """Days since the opportunity was created: to today, or to the day on which it was won or lost.

    Unit: days
    Blank: that day, or the day on which it was closed, is not known
    Source: domain 4 (other tabs); 004 item 8
    """
    over = (closed == 1).to_numpy()
    until = np.where(over, closed_on.to_numpy(dtype="datetime64[s]"), today)
    return Partial(days_since(created_on, until), unknown=over & unreadable["closed_on"])


@column("accounts", show=False, ages="interactions.age")
def days_since_interaction(ages: Linked) -> Any:
    """Days since the last interaction of any kind.

    Unit: days
    Blank: none was noted
    Source: domain 4 (other tabs: pace)
    """
    return ages.min()


@column("opportunities", show=False, since="accounts.days_since_interaction")
def days_quiet(
    created_on: pd.Series[Any],
    proposal_on: pd.Series[Any],
    negotiation_on: pd.Series[Any],
    since: pd.Series[Any],
    today: Any,
) -> Floats:
    """Days since the opportunity last moved: since it was created, reached a stage, or the account had an interaction
    of any kind. A stage date that lies ahead moves nothing yet.

    Unit: days
    Blank: nothing is dated, or a date can't be read
    Source: domain 4 (other tabs: pace)
    """
    ages = [days_since(dates, today) for dates in (created_on, proposal_on, negotiation_on)]
    moved = [np.where(age >= 0, age, np.nan) for age in (*ages, since.to_numpy(dtype=float))]
    return np.asarray(np.fmin.reduce(moved))


@column("opportunities", copes=("days_quiet",))
def pace(closed: pd.Series[Any], days_quiet: pd.Series[Any], cfg: Any) -> Any:
    """Pace: closed once won or lost; stalled when 30 days have brought no new stage and no interaction with the
    account; else moving.

    Blank: open, and nothing is dated
    Source: domain 4 (other tabs); 004 items 8, 22
    """
    return labelled(
        (closed == 1, "closed"),
        (days_quiet >= cfg.opportunities.stalled_days, "stalled"),
        (days_quiet.notna(), "moving"),
    )


@column("opportunities", show=False)
def won_lately(stage: pd.Series[Any], closed_on: pd.Series[Any], today: Any, cfg: Any) -> Any:
    """1 for an opportunity won in the last 365 days, else 0. One won on a day that nobody wrote down is in no period.

    Source: domain 4 (accounts: sales of 12 months)
    """
    return (stage == "won").to_numpy() & within(days_since(closed_on, today), cfg.metrics.window_days)
