"""The manager's numbers, each a function of the evaluated workbook (domain 7, "Metrics, exactly").

Money is in base currency; values of terms are per year. An amount that cannot be known (a blank cell, a currency
without a rate) is left out of its sum and counted by ``left_out``: never taken 1:1, never taken as 0. A share of
nothing is NaN, never 0 and never 100 %. The window is (today − 365, today] unless a function is given its days.
The forecast and whether it covers the target are in ``rules.forecast``.
"""

from sheetcrm.rules.metrics.activity import Planned, Split, Week, Weeks, initiative, nature, planned, weeks
from sheetcrm.rules.metrics.balance import Balance, Effort, effort, effort_spent
from sheetcrm.rules.metrics.cancelled import Cancellations, Loss, cancellations, losses
from sheetcrm.rules.metrics.client_base import Base, Clients, base, clients, health_bands
from sheetcrm.rules.metrics.portfolio_split import Portfolio, Quadrant, Top, portfolios, quadrants, top
from sheetcrm.rules.metrics.quality import Touched, left_out, touched_money
from sheetcrm.rules.metrics.renewals import (
    AtRisk,
    Due,
    OnTime,
    Pace,
    Rate,
    at_risk,
    days_to_renew,
    due,
    mean_renewal_value,
    on_time,
    renewal_rate,
    to_renew,
)
from sheetcrm.rules.metrics.retention import Retention, retention
from sheetcrm.rules.metrics.sales import Expansion, Growth, expansion, growth
from sheetcrm.rules.metrics.sales_funnel import Funnel, Step, funnel
from sheetcrm.rules.metrics.service import Cause, Recurrence, Sla, SlaMonth, friction, recurrence, sla
from sheetcrm.rules.metrics.sums import as_day, mean, ratio, since, total
from sheetcrm.rules.metrics.surveyed import Perception, SurveyMonth, perception

__all__ = [
    "AtRisk",
    "Balance",
    "Base",
    "Cancellations",
    "Cause",
    "Clients",
    "Due",
    "Effort",
    "Expansion",
    "Funnel",
    "Growth",
    "Loss",
    "OnTime",
    "Pace",
    "Perception",
    "Planned",
    "Portfolio",
    "Quadrant",
    "Rate",
    "Recurrence",
    "Retention",
    "Sla",
    "SlaMonth",
    "Split",
    "Step",
    "SurveyMonth",
    "Top",
    "Touched",
    "Week",
    "Weeks",
    "as_day",
    "at_risk",
    "base",
    "cancellations",
    "clients",
    "days_to_renew",
    "due",
    "effort",
    "effort_spent",
    "expansion",
    "friction",
    "funnel",
    "growth",
    "health_bands",
    "initiative",
    "left_out",
    "losses",
    "mean",
    "mean_renewal_value",
    "nature",
    "on_time",
    "perception",
    "planned",
    "portfolios",
    "quadrants",
    "ratio",
    "recurrence",
    "renewal_rate",
    "retention",
    "since",
    "sla",
    "to_renew",
    "top",
    "total",
    "touched_money",
    "weeks",
]
