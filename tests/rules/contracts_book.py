"""The rules of contracts and accounts, run on a snapshot; the health band is what stands in the account's notes."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

import pandas as pd

from sheetcrm.columns import Evaluated, collect, column, evaluate
from sheetcrm.config import Config, defaults
from sheetcrm.model import Snapshot
from sheetcrm.rules import money, notices, portfolio, probability, renewal, spans, succession, worth


@column("accounts")
def health_band(notes: pd.Series[Any]) -> Any:
    """The band as the test wants it."""
    return notes


RULES = collect([money, succession, notices, renewal, worth, probability, spans, portfolio, sys.modules[__name__]])
DEFAULTS = defaults()


def evaluated(snapshot: Snapshot, as_of: date, cfg: Config | None = None, words: Any = None) -> Evaluated:
    """Every column of contracts and of their accounts."""
    return evaluate(snapshot, as_of, cfg or DEFAULTS, None, words, RULES)
