"""The rules of contracts and accounts, run on text tables; the health band is what stands in the account's notes."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import collect, column
from sheetcrm.config import Config, defaults
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Snapshot
from sheetcrm.rules import money, notices, portfolio, probability, renewal, sentences, spans, succession, worth
from sheetcrm.words import words_of
from tests.rules.on_demand import on_demand
from tests.tables import snapshot

TODAY = date(2026, 11, 21)
DEFAULTS = defaults()

ACCOUNT = """
    account_id | name
    A-1        | Norte
"""


@column("accounts")
def health_band(notes: pd.Series[Any]) -> Any:
    """The band as the test wants it."""
    return notes


RULES = collect(
    [money, succession, notices, renewal, worth, probability, spans, portfolio, sentences, sys.modules[__name__]]
)


def evaluated(snapshot: Snapshot, as_of: date = TODAY, cfg: Config | None = None, language: str = "en") -> Evaluated:
    """Every column of contracts and of their accounts, computed when it is asked for."""
    return on_demand(snapshot, as_of, cfg or DEFAULTS, None, words_of(language), RULES)


def terms(
    contracts: str,
    *,
    accounts: str = ACCOUNT,
    interactions: str = "",
    as_of: date = TODAY,
    cfg: Config | None = None,
    language: str = "en",
) -> Evaluated:
    """The text tables evaluated."""
    tabs = {"contracts": contracts, "accounts": accounts, "interactions": interactions}
    read = snapshot({name: text for name, text in tabs.items() if text}, cfg or DEFAULTS)
    return evaluated(read, as_of, cfg, language)


def values(found: Evaluated, name: str) -> list[Any]:
    """A column as plain values: ISO dates, whole numbers as int, None for blank."""
    column = found[name]
    if column.dtype.kind == "M":
        return [None if pd.isna(day) else str(np.datetime64(day, "D")) for day in column.to_numpy()]
    return [_plain(value) for value in column.tolist()]


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value
