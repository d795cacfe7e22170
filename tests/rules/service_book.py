"""The rules run on rows of plain values, without holidays of a country unless the test names some."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Rule
from sheetcrm.config import Config, defaults
from sheetcrm.engine import evaluate
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Memory
from sheetcrm.rules import first
from sheetcrm.words import words_of
from tests.frames import snapshot

TODAY = date(2026, 11, 20)


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule but the contracts' own, of which only those are kept that the others ask for."""
    kept: list[Rule] = []
    wanted: set[str] = set()
    for rule in reversed(first()):
        if rule.tab != "contracts" or rule.key in wanted:
            kept.append(rule)
            wanted.update(rule.inputs)
    return tuple(reversed(kept))


@cache
def rules_for(*names: str) -> tuple[Rule, ...]:
    """The rules that these columns need, so that many small books are quick to evaluate."""
    kept: list[Rule] = []
    wanted = set(names)
    for rule in reversed(first()):
        if rule.key in wanted:
            kept.append(rule)
            wanted.update(rule.inputs)
    return tuple(reversed(kept))


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
    only: tuple[str, ...] = (),
) -> Evaluated:
    """Every column of these rows; or ``only`` these and what they need."""
    chosen = rules_for(*only) if only else rules()
    return evaluate(snapshot(tabs), today, cfg or settings(), past or Memory(), words_of(language), chosen, now)


def computed(tabs: dict[str, list[dict[str, Any]]], name: str, **options: Any) -> list[Any]:
    """One column of these rows as plain values."""
    return values(evaluated(tabs, only=(name,), **options), name)


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
