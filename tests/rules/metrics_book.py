"""Text tables with every rule run on them, for the metrics: no holidays of a country, base currency EUR."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

import numpy as np

from sheetcrm.columns import Rule
from sheetcrm.config import Config
from sheetcrm.engine import evaluate
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Memory
from sheetcrm.rules import first
from sheetcrm.words import words_of
from tests.rules.contracts_book import RULES as BANDED
from tests.rules.service_book import settings
from tests.tables import snapshot

AS_OF = date(2026, 11, 20)
TODAY = np.datetime64(AS_OF)
CFG = settings()
ACCOUNTS = """
    account_id | name
    A-1        | Norte
    A-2        | Sur
"""
RUNNING = """
    contract_id | account_id | start_date | end_date   | value
    C-1         | A-1        | 2026-01-01 | 2026-12-31 | 1200
"""


ASKED = {
    "contracts": "at_risk chance running undecided annual_value_base renewed_auto period deadline",
    "accounts": "client_status first_start lost_on annual_value value_at_risk strategy upsell_sales cross_sell_sales",
    "opportunities": "value_base chance closed",
    "interactions": "contact_age survey_weight follow_up",
    "tickets": "age sla_status repeats fault_signal",
    "tasks": "state",
}
"""What the metrics ask for: the other rules need not run."""


@cache
def rules() -> tuple[Rule, ...]:
    """The rules of these columns; the health band is what stands in the account's notes."""
    told = next(rule for rule in BANDED if rule.key == "accounts.health_band")
    kept: list[Rule] = []
    wanted = {f"{tab}.{name}" for tab, names in ASKED.items() for name in names.split()}
    for rule in reversed((told, *(rule for rule in first() if rule.key != told.key))):
        if rule.key in wanted:
            kept.append(rule)
            wanted.update(rule.inputs)
    return tuple(reversed(kept))


def book(
    contracts: str = "",
    *,
    accounts: str = ACCOUNTS,
    as_of: date = AS_OF,
    now: datetime | None = None,
    cfg: Config = CFG,
    **tabs: str,
) -> Evaluated:
    """The tabs as evaluated on the day; without contracts there is none. Metrics change nothing, so that tests which
    ask for the same workbook may share it."""
    nothing = "contract_id | account_id | start_date | end_date\n"
    texts = {"accounts": accounts, "contracts": contracts or nothing, **tabs}
    return _known(tuple(texts.items()), as_of, now) if cfg is CFG else _evaluated(texts, as_of, now, cfg)


@cache
def _known(texts: tuple[tuple[str, str], ...], as_of: date, now: datetime | None) -> Evaluated:
    return _evaluated(dict(texts), as_of, now, CFG)


def _evaluated(texts: dict[str, str], as_of: date, now: datetime | None, cfg: Config) -> Evaluated:
    return evaluate(snapshot(texts, cfg), as_of, cfg, Memory(), words_of("en"), rules(), now)


def with_settings(**sections: dict[str, Any]) -> Config:
    """The settings with some of them changed: ``with_settings(metrics={"least_entries": 2})``."""
    changed = {name: getattr(CFG, name).model_copy(update=keys) for name, keys in sections.items()}
    return CFG.model_copy(update=changed)


def rated(**rates: float) -> Config:
    """The settings with these rates of currencies."""
    return CFG.model_copy(update={"rates": rates})
