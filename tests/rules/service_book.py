"""The rules run on rows of plain values, without holidays of a country unless the test names some."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.config import Config, defaults
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Memory
from sheetcrm.rules import first
from sheetcrm.words import words_of
from tests.frames import snapshot
from tests.rules.on_demand import on_demand

TODAY = date(2026, 11, 20)


_DEFAULTS = defaults()


def settings(holidays: Iterable[date] = ()) -> Config:
    """The defaults, without public holidays."""
    cfg = _DEFAULTS
    days = {"holiday_country": "", "extra_holidays": tuple(sorted(holidays))}
    return cfg.model_copy(update={"calendar": cfg.calendar.model_copy(update=days)})


def memory(changes: Iterable[tuple[str, date, float | None, str]]) -> Memory:
    """What the ledger stored: account, day, score and band."""
    frame = pd.DataFrame(list(changes), columns=["account_id", "day", "score", "band"])
    types = {"account_id": "str", "day": "datetime64[s]", "score": "float64", "band": "str"}
    return Memory(health=frame.astype(types))


def evaluated(
    tabs: dict[str, list[dict[str, Any]]],
    *,
    now: datetime | None = None,
    today: date = TODAY,
    past: Memory | None = None,
    cfg: Config | None = None,
    language: str = "es",
) -> Evaluated:
    """Every column of these rows, computed when it is asked for."""
    return on_demand(snapshot(tabs), today, cfg or settings(), past or Memory(), words_of(language), first(), now)


def computed(tabs: dict[str, list[dict[str, Any]]], name: str, **options: Any) -> list[Any]:
    """One column of these rows as plain values."""
    return values(evaluated(tabs, **options), name)


def values(found: Evaluated, name: str) -> list[Any]:
    """A column as plain values: datetimes, floats, texts, None for blank."""
    column = found[name]
    if column.dtype.kind == "M":
        return [None if np.isnat(value) else value.item() for value in column.to_numpy()]
    return [None if pd.isna(value) else value for value in column.tolist()]


def client(account_id: str = "A-1", **cells: Any) -> dict[str, list[dict[str, Any]]]:
    """An account with a term that runs: a client since the start of the year."""
    term = {
        "contract_id": f"C-{account_id}",
        "account_id": account_id,
        "start_date": date(2026, 1, 1),
        "end_date": date(2027, 12, 31),
        "value": 1200.0,
    }
    return {"accounts": [{"account_id": account_id, "name": "Norte", **cells}], "contracts": [term]}
