"""Where a contract term stands: its deadline, its status and phase, and how far its next term goes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Partial, Unreadable, column, label
from sheetcrm.config import Config
from sheetcrm.rules.dates import (
    DAY,
    Days,
    Floats,
    add_months,
    day_of_month,
    days,
    days_between,
    month_of,
    months_on,
    next_anniversary,
    on_day,
    plus_days,
    whole_months,
    whole_months_on,
)
from sheetcrm.schema import Type


@column("contracts")
def days_to_expiry(end_date: pd.Series[Any], today: np.datetime64) -> Any:
    """Days to expiry: from today to the last valid day. 0 on that day, negative after it.

    Unit: days
    Blank: the contract has no end (evergreen)
    Source: 000 items 10, 43; domain 2
    """
    return days_between(today, days(end_date))


@column("contracts", show=False)
def evergreen(end_date: pd.Series[Any]) -> Any:
    """1 where the contract has no end date.

    Source: domain 3
    """
    return end_date.isna()


@column("contracts", show=False, copes=("auto_renew",))
def renews_itself(auto_renew: pd.Series[Any], evergreen: pd.Series[Any], unreadable: Unreadable) -> Partial:
    """1 where the row's own cells say that the term renews itself: ``auto_renew``, and there is an end to renew from.

    Source: domain 3
    """
    ends = (evergreen == 0).to_numpy()
    return Partial(ends & (auto_renew == "yes").to_numpy(), unknown=ends & unreadable["auto_renew"])


@column("contracts", show=False, type=Type.DATE, copes=("notice_days",))
def notice_until(
    end_date: pd.Series[Any],
    renews_itself: pd.Series[Any],
    notice_days: pd.Series[Any],
    cfg: Config,
    unreadable: Unreadable,
) -> Partial:
    """Last day on which a cancellation notice counts: ``end_date - notice_days`` where the term renews itself, else its
    end.

    Blank: the contract has no end
    Source: domain 4
    """
    auto = (renews_itself == 1).to_numpy()
    notice = notice_days.fillna(cfg.contracts.notice_days).to_numpy(dtype=float)
    return Partial(plus_days(days(end_date), np.where(auto, -notice, 0.0)), unknown=auto & unreadable["notice_days"])


@column("contracts", show=False, copes=("cancellation_notice_on",))
def auto_renewing(
    renews_itself: pd.Series[Any], cancellation_notice_on: pd.Series[Any], unreadable: Unreadable
) -> Partial:
    """1 where the term renews itself and no cancellation notice has stopped that.

    Source: domain 4
    """
    auto = (renews_itself == 1).to_numpy()
    return Partial(auto & cancellation_notice_on.isna().to_numpy(), unknown=auto & unreadable["cancellation_notice_on"])


@column("contracts", copes=("start_date", "notice_until"))
def deadline(
    start_date: pd.Series[Any],
    end_date: pd.Series[Any],
    notice_until: pd.Series[Any],
    auto_renewing: pd.Series[Any],
    evergreen: pd.Series[Any],
    today: np.datetime64,
    unreadable: Unreadable,
) -> Partial:
    """Deadline: the day that alerts count down to. Where the contract renews itself, the last day to stop it
    (``end_date - notice_days``); where it does not, or a cancellation notice is in, its last day; without an end, the
    next anniversary of its start.

    Blank: a date that it needs could not be read
    Source: 000 item 10; domain 4
    """
    auto = (auto_renewing == 1).to_numpy()
    endless = (evergreen == 1).to_numpy()
    counted = np.where(auto, days(notice_until), days(end_date))
    counted = np.where(endless, next_anniversary(days(start_date), today), counted)
    unknown = (endless & unreadable["start_date"]) | (auto & unreadable["notice_until"])
    return Partial(counted, unknown)


@column("contracts")
def days_to_deadline(deadline: pd.Series[Any], today: np.datetime64) -> Any:
    """Days from today to the deadline: 0 on the day, negative after it. Holidays move alerts, never this.

    Unit: days
    Blank: there is no deadline to count to
    Source: domain 4
    """
    return days_between(today, days(deadline))


@column("contracts")
def status(
    decision: pd.Series[Any],
    auto_renewing: pd.Series[Any],
    days_to_deadline: pd.Series[Any],
    days_to_expiry: pd.Series[Any],
    start_date: pd.Series[Any],
    evergreen: pd.Series[Any],
    today: np.datetime64,
    cfg: Config,
) -> Any:
    """Status of the term; the first that holds: renewed (a successor row, or payment received), lost, renewed by itself
    (its deadline to stop it has passed), upcoming, evergreen, expired, expiring (90 days or fewer to the deadline),
    active.

    Blank: a cell that decides it could not be read
    Source: 000 items 7, 11, 23; 003 item 5; domain 4
    """
    left = days_to_deadline.to_numpy()
    return label(
        (start_date.isna() | decision.isna(), None),
        (decision == "renewed", "renewed"),
        (decision == "lost", "lost"),
        ((auto_renewing == 1) & (left < 0), "renewed"),
        (days(start_date) > today.astype("datetime64[D]"), "upcoming"),
        (evergreen == 1, "evergreen"),
        (days_to_expiry < 0, "expired"),
        (left <= cfg.contracts.expiring_days, "expiring"),
        default="active",
    )


@column("contracts", show=False)
def undecided(status: pd.Series[Any]) -> Any:
    """1 while the term is neither renewed (by people or by itself) nor lost.

    Source: domain 4
    """
    return ~status.isin(("renewed", "lost"))


@column("contracts", show=False, copes=("closed_on", "deadline"))
def renewed_auto(
    status: pd.Series[Any],
    renews_itself: pd.Series[Any],
    cancellation_notice_on: pd.Series[Any],
    notice_until: pd.Series[Any],
    renewal_stage: pd.Series[Any],
    closed_on: pd.Series[Any],
    today: np.datetime64,
) -> Any:
    """1 where the term renewed by itself: its deadline passed without a notice, a payment or a signature by then.

    It stays 1 once its successor row is there, so that no automatic renewal passes for one that people won.

    Source: domain 4, 7
    """
    until = days(notice_until)
    auto = (renews_itself == 1).to_numpy() & cancellation_notice_on.isna().to_numpy()
    signed = (renewal_stage == "payment_received").to_numpy() | (days(closed_on) <= until)
    return (status == "renewed").to_numpy() & auto & (until < today.astype("datetime64[D]")) & ~signed


@column("contracts")
def phase(days_to_deadline: pd.Series[Any], undecided: pd.Series[Any], cfg: Config) -> Any:
    """Phase of the renewal, by days to the deadline while nothing is decided: preparation 90 to 61, negotiation 60 to
    31, closing 30 to 0, recovery after it.

    Blank: decided, or more than 90 days away
    Source: 000 items 47 to 50; domain 4
    """
    left = days_to_deadline.to_numpy()
    return label(
        (undecided != 1, None),
        (left < 0, "recovery"),
        (left <= cfg.contracts.closing_days, "closing"),
        (left <= cfg.contracts.negotiation_days, "negotiation"),
        (left <= cfg.contracts.expiring_days, "preparation"),
    )


@column("contracts", show=False, type=Type.PERIOD)
def period(
    renewal_period: pd.Series[Any], start_date: pd.Series[Any], end_date: pd.Series[Any], chain_start: pd.Series[Any]
) -> Any:
    """Length of the next term: ``renewal_period``, else the term's own length in whole months, told from its own start
    or from the day on which its chain turns.

    Unit: months
    Blank: no period is given and the term is no number of whole months
    Source: 003 item 4; domain 3
    """
    return months_of(renewal_period.to_numpy(dtype=float), days(start_date), days(end_date), days(chain_start))


@column("contracts")
def next_renewal_date(
    end_date: pd.Series[Any], period: pd.Series[Any], chain_start: pd.Series[Any], decision: pd.Series[Any]
) -> Any:
    """Next renewal date: the last day of the next term. Where terms turn on the day of the month on which the chain
    began, the next one does too (31 January, 28 February, 31 March); else the period is added to the end date.

    Blank: lost, without an end, or nothing tells how long the next term is
    Source: 003 items 3, 4; domain 4
    """
    reached = end_of_next(days(end_date), period.to_numpy(dtype=float), days(chain_start))
    return np.where((decision == "lost").to_numpy(), np.datetime64("NaT", "D"), reached)


def months_of(said: Floats, start: Days, end: Days, chain_start: Days) -> Floats:
    """Months that each next term lasts: those that are said, else the term's own length; NaN where nothing tells."""
    months = np.where(said <= 0, np.nan, said)
    unsaid = np.isnan(said)
    months[unsaid] = whole_months(start[unsaid], end[unsaid])
    uneven = unsaid & np.isnan(months)
    months[uneven] = whole_months_on(start[uneven], end[uneven], day_of_month(chain_start[uneven]))
    return months


def end_of_next(end: Days, months: Floats, chain_start: Days) -> Days:
    """The last day of the term after the one that ends on ``end``, in a chain that turns on ``chain_start``'s day."""
    following = end + DAY
    anchor = day_of_month(chain_start)
    reached = on_day(months_on(following, months), anchor) - DAY
    strays = on_day(month_of(following), anchor) != following
    reached[strays] = add_months(end[strays], months[strays])
    return reached
