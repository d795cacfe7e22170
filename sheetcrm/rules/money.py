"""Money of several currencies in one: the rates that the configuration gives, and what they leave unknown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column
from sheetcrm.config import Config
from sheetcrm.rules.dates import Floats

_SIGNS = {"€": "EUR", "£": "GBP", "₽": "RUB"}


def rates(currency: pd.Series[Any], cfg: Config) -> Floats:
    """Units of base currency for one unit of each row's currency: blank counts as base, NaN where no rate is known.

    A missing rate is never 1:1 (domain 7).
    """
    codes, words = pd.factorize(currency)
    known = np.array([_rate(str(word), cfg) for word in words] + [1.0])
    return np.asarray(known[codes], dtype=np.float64)


def _rate(word: str, cfg: Config) -> float:
    code = _SIGNS.get(word.strip(), word.strip().upper())
    return 1.0 if code in ("", cfg.base_currency.upper()) else cfg.rates.get(code, np.nan)


def known_sum(amounts: Linked, chosen: Any) -> Floats:
    """Sum per account; 0 where nothing is chosen, blank where something is but no amount of it is known."""
    known = amounts.count(chosen & amounts.values.notna().to_numpy())
    return np.where((amounts.count(chosen) > 0) & (known == 0), np.nan, amounts.sum(chosen))


@column("contracts", show=False)
def base_rate(currency: pd.Series[Any], cfg: Config) -> Floats:
    """Rate of the row's currency.

    Unit: base currency for one unit of the row's currency
    Blank: the configuration has no rate for this currency
    Source: domain 7
    """
    return rates(currency, cfg)


@column("contracts", show=False)
def rate_missing(base_rate: pd.Series[Any]) -> Any:
    """1 where the row's currency has no rate, so that the row stays out of every sum in base currency.

    Source: domain 7
    """
    return base_rate.isna()
