"""Money and plans: invoices that are late, sales that stand still, a target that is missed, empty weeks ahead (domain
4, 5 and 7; 002 item 25; 004 items 7, 8, 19, 22)."""

from __future__ import annotations

import numpy as np

from sheetcrm.alerts.matters.matter import Cases, found, matter, quarter
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Bools
from sheetcrm.rules.ages import filled, marked, within
from sheetcrm.rules.dates import days, plus_days
from sheetcrm.rules.forecast import coverage, forecast
from sheetcrm.rules.metrics import weeks
from sheetcrm.rules.terms import terms


@matter("invoices", nature="admin")
def invoice_overdue(state: Evaluated, _: Config) -> Cases:
    """An invoice is past its day and not paid."""
    invoices = state.frames["invoices"]
    overdue = (invoices["days_overdue"] > 0).to_numpy(dtype=bool)
    money = {name: invoices[name] for name in ("amount", "currency")}
    return found(overdue, days(invoices["due_on"]), **money)


@matter("invoices", nature="admin")
def late_payment(state: Evaluated, cfg: Config) -> Cases:
    """An invoice was paid so late that it tells something of the customer."""
    invoices = state.frames["invoices"]
    late = within(invoices["late_age"], cfg.signals.days) & filled(invoices["paid_on"])
    return found(late, days(invoices["due_on"]), paid=invoices["paid_on"])


@matter("opportunities")
def opportunity_stalled(state: Evaluated, _: Config) -> Cases:
    """An open sale in which nothing has moved; its episode is the day on which it last did."""
    deals = state.frames["opportunities"]
    quiet = deals["days_quiet"].to_numpy(dtype=float)
    today = np.full(len(quiet), np.datetime64(state.as_of))
    return found(marked(deals["pace"], "stalled"), plus_days(today, -quiet))


@matter("team", nature="admin")
def forecast_below(state: Evaluated, cfg: Config) -> Cases:
    """What is won and what is likely do not reach the quarter's target. Each quarter is an occurrence."""
    managers = _managers(state)
    if not managers.any():
        return found(managers, quarter(state))
    sales = forecast(state, terms(state), cfg)
    # Without a target nothing is below it.
    short = bool(coverage(sales).missing > 0) and not coverage(sales).covered
    return found(managers & short, quarter(state), expected=sales.expected, target=sales.target)


@matter("team", standing=True)
def valley(state: Evaluated, cfg: Config) -> Cases:
    """Weeks ahead have little planned; the first of them is named.

    Which one it is moves with every task, also with those that the run itself makes: so it is no occurrence.
    """
    managers = _managers(state)
    ahead = weeks(state, cfg) if managers.any() else None
    low = [week.monday for week in ahead.weeks[ahead.now + 1 :] if week.valley] if ahead else []
    return found(managers & bool(low), np.datetime64("NaT"), date=low[0].item() if low else None)


def _managers(state: Evaluated) -> Bools:
    return marked(state.frames["team"]["role"], "manager")
