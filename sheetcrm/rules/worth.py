"""What a contract is worth by the year: in its own currency and in base currency."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Partial, Unreadable, column
from sheetcrm.rules.dates import DAYS_PER_YEAR, days, days_between, whole_months

MONTHS_PER_YEAR = 12


@column("contracts", show=False, copes=("contract_type", "renewal_period", "auto_renew"))
def one_off(
    contract_type: pd.Series[Any],
    renewal_period: pd.Series[Any],
    auto_renew: pd.Series[Any],
    unreadable: Unreadable,
) -> Partial:
    """1 for a project with neither a renewal period nor automatic renewal: it has no annual value and is never due.

    Source: domain 4
    """
    goes_on = renewal_period.notna().to_numpy() | (auto_renew == "yes").to_numpy()
    project = (contract_type == "project").to_numpy() | unreadable["contract_type"]
    unsure = unreadable["contract_type"] | unreadable["renewal_period"] | unreadable["auto_renew"]
    return Partial(project & ~goes_on, unknown=project & ~goes_on & unsure)


@column("contracts", show=False)
def value_per_year(
    value: pd.Series[Any],
    start_date: pd.Series[Any],
    end_date: pd.Series[Any],
    one_off: pd.Series[Any],
) -> Any:
    """``annual_value`` before rounding.

    Unit: row currency per year
    Blank: as annual_value
    Source: domain 4
    """
    start, end = days(start_date), days(end_date)
    months = whole_months(start, end)
    length = days_between(start, end) + 1
    amount = value.to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        by_days = np.where(length > 0, amount * DAYS_PER_YEAR / length, np.nan)
    yearly = np.where(np.isnan(months), by_days, amount * MONTHS_PER_YEAR / months)
    yearly = np.where(np.isnat(end), amount, yearly)
    return np.where(one_off.to_numpy() == 1, np.nan, yearly)


@column("contracts")
def annual_value(value_per_year: pd.Series[Any]) -> Any:
    """Annual value: the term's value by the year. A term of whole months counts value × 12 / months, any other
    value × 365.25 / days; without an end the value is already per year.

    Unit: row currency per year
    Blank: no value, or a one-off project (no renewal period, no automatic renewal), which is never due
    Source: domain 4
    """
    return value_per_year


@column("contracts", show=False)
def annual_value_base(value_per_year: pd.Series[Any], base_rate: pd.Series[Any]) -> Any:
    """Annual value in base currency, for sums.

    Unit: base currency per year
    Blank: no annual value, or no rate for the row's currency
    Source: domain 7
    """
    return value_per_year * base_rate
