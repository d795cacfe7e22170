"""What stays of the clients and of their value from a year ago (domain 7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Bools
from sheetcrm.rules.dates import Floats
from sheetcrm.rules.metrics.client_base import clients
from sheetcrm.rules.metrics.earlier import earlier
from sheetcrm.rules.metrics.sums import ratio

_ASKED = ("contracts.running", "contracts.one_off", "contracts.annual_value_base", "accounts.client_status")


@dataclass(frozen=True)
class Retention:
    """What became of the clients of a year ago. Shares of 1, NaN without such clients; amounts in base currency per
    year; accounts.

    ``gross`` counts no growth, ``net`` does. ``before`` and ``now`` are the annual values of the same ``accounts``
    then and now; ``left_out`` were clients too, but what they were or are worth is not known in full. ``churn`` is
    ``lost`` of ``clients_before``.
    """

    gross: float
    net: float
    before: float
    now: float
    accounts: int
    left_out: int
    churn: float
    clients_before: int
    lost: int


def retention(state: Evaluated, cfg: Config) -> Retention:
    """GRR, NRR and logo churn: each account's annual value today against that of 365 days ago, by the rules and rates
    of today and what the workbook knew then. A term in its 30 days of grace counts at its old value.

    GRR = Σ min(now, then) / Σ then; NRR = Σ now / Σ then, over the accounts that were worth something then; logo churn
    = clients lost in the window / clients at its start.

    Unit: share of 1
    Blank: no client then, or of none is the value known
    Source: domain 7
    """
    then_seen = earlier(state, cfg.metrics.window_days, _ASKED)
    before, now = _worth(then_seen), _worth(state)
    cohort = before.runs & before.sure & now.sure & (before.value > 0)
    then, today = before.value[cohort], now.value[cohort]
    whole = float(then.sum())
    were = int((then_seen["accounts.client_status"] == "client").sum())
    lost = clients(state, cfg.metrics).lost
    return Retention(
        gross=ratio(float(np.minimum(today, then).sum()), whole),
        net=ratio(float(today.sum()), whole),
        before=whole,
        now=float(today.sum()),
        accounts=int(cohort.sum()),
        left_out=int((before.runs & ~(before.sure & now.sure)).sum()),
        churn=ratio(lost, were),
        clients_before=were,
        lost=lost,
    )


@dataclass(frozen=True)
class _Worth:
    """Per account: whether terms run, what they are worth a year, and whether that is known in full."""

    runs: Bools
    value: Floats
    sure: Bools


def _worth(state: Evaluated) -> _Worth:
    contracts = state.frames["contracts"]
    holder, size = state.codes("contracts", "accounts"), state.sizes["accounts"]
    running, annual = (contracts[name].to_numpy(dtype=float) for name in ("running", "annual_value_base"))
    counts = (running == 1) & ~(contracts["one_off"] == 1).to_numpy() & (holder >= 0)
    unknown = (np.isnan(running) | (counts & np.isnan(annual))) & (holder >= 0)
    return _Worth(
        runs=np.bincount(holder[counts], minlength=size) > 0,
        value=np.bincount(holder[counts], weights=np.nan_to_num(annual[counts]), minlength=size).astype(float),
        sure=np.bincount(holder[unknown], minlength=size) == 0,
    )
