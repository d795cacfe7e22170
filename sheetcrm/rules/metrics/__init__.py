"""The manager's numbers, each a function of the evaluated workbook (domain 7, "Metrics, exactly").

Money is in base currency; values of terms are per year. An amount that cannot be known (a blank cell, a currency
without a rate) is left out of its sum and counted by ``left_out``: never taken 1:1, never taken as 0. A share of
nothing is NaN, never 0 and never 100 %. The window is (today − 365, today] unless a function is given its days.
The forecast and whether it covers the target are in ``rules.forecast``.
"""

from sheetcrm.rules.metrics.cancelled import Cancellations, Loss, cancellations, losses
from sheetcrm.rules.metrics.client_base import Base, Clients, base, clients, health_bands
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
    risky,
    to_renew,
)
from sheetcrm.rules.metrics.sales import (
    Expansion,
    Growth,
    expansion,
    growth,
    opportunity_amount,
    opportunity_probability,
)
from sheetcrm.rules.metrics.sums import as_day, mean, ratio, since, total

__all__ = [
    "AtRisk",
    "Base",
    "Cancellations",
    "Clients",
    "Due",
    "Expansion",
    "Growth",
    "Loss",
    "OnTime",
    "Pace",
    "Rate",
    "Touched",
    "as_day",
    "at_risk",
    "base",
    "cancellations",
    "clients",
    "days_to_renew",
    "due",
    "expansion",
    "growth",
    "health_bands",
    "left_out",
    "losses",
    "mean",
    "mean_renewal_value",
    "on_time",
    "opportunity_amount",
    "opportunity_probability",
    "ratio",
    "renewal_rate",
    "risky",
    "since",
    "to_renew",
    "total",
    "touched_money",
]
