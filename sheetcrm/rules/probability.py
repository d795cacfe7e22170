"""How likely a term is to be renewed, what that is worth, and when it is a risk."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Partial, Unreadable, column, label
from sheetcrm.config import Config
from sheetcrm.rules.dates import Floats, add_months, days
from sheetcrm.schema import Type
from sheetcrm.schema.contracts import STAGES


@column("contracts", show=False, type=Type.DATE)
def decided_on(closed_on: pd.Series[Any], end_date: pd.Series[Any], undecided: pd.Series[Any]) -> Any:
    """Day on which the term counts as decided: ``closed_on``, else its end.

    Blank: undecided, or decided on a day that nobody wrote down
    Source: domain 4
    """
    known = np.where(closed_on.isna().to_numpy(), days(end_date), days(closed_on))
    return np.where(undecided.to_numpy() == 0, known, np.datetime64("NaT", "D"))


@column("contracts", show=False, raw=True)
def renewal_rate(
    status: pd.Series[Any],
    renewed_auto: pd.Series[Any],
    one_off: pd.Series[Any],
    decided_on: pd.Series[Any],
    today: np.datetime64,
    cfg: Config,
) -> float:
    """The workbook's renewal rate r: (renewed + 7.5) / (decided + 10) over the terms decided in the last 24 months,
    today included; automatic renewals and one-off projects are left out. With little history it stays near 75%.

    Unit: share of 1
    Source: domain 4
    """
    chances = cfg.probability
    last = today.astype("datetime64[D]")
    first = add_months(np.array([last]), -chances.window_months)[0]
    decided = days(decided_on)
    counts = (decided > first) & (decided <= last) & (renewed_auto != 1).to_numpy() & (one_off == 0).to_numpy()
    renewed = float(np.count_nonzero(counts & (status == "renewed").to_numpy()))
    total = float(np.count_nonzero(counts))
    return (renewed + chances.prior_rate * chances.prior_weight) / (total + chances.prior_weight)


@column(
    "contracts",
    show=False,
    copes=("status", "renewal_stage", "cancellation_notice_on", "days_to_expiry"),
    band="accounts.health_band",
)
def chance(
    probability: pd.Series[Any],
    status: pd.Series[Any],
    renewal_stage: pd.Series[Any],
    cancellation_notice_on: pd.Series[Any],
    days_to_expiry: pd.Series[Any],
    renewal_rate: float,
    band: pd.Series[Any],
    cfg: Config,
) -> Partial:
    """``renewal_probability`` before rounding.

    Unit: share of 1
    Blank: as renewal_probability
    Source: domain 4
    """
    chances = cfg.probability
    base = _mapped(band, chances.base, chances.base["no_data"])
    p0 = np.clip(base + renewal_rate - chances.prior_rate, chances.lowest, chances.highest)
    past_end = np.maximum(-days_to_expiry.fillna(0.0).to_numpy(), 0.0)
    computed = p0 + (1 - p0) * _mapped(renewal_stage, chances.stage_gain, 0.0)
    computed = computed * 0.5 ** (past_end / chances.half_life_days)
    noticed = cancellation_notice_on.notna().to_numpy()
    computed = np.where(noticed, np.minimum(computed, chances.notice_cap), computed)
    computed = np.where((status == "renewed").to_numpy(), 1.0, computed)
    computed = np.where((status == "lost").to_numpy(), 0.0, computed)
    # 0.9 + 0.75 − 0.75 is a hair under 0.9: such last bits must not decide a risk.
    computed = np.round(computed, 12)
    given = probability.notna().to_numpy()
    return Partial(np.where(given, probability.to_numpy(), computed), unknown=~given & status.isna().to_numpy())


def _mapped(keys: pd.Series[Any], numbers: Any, default: float) -> Floats:
    codes, words = pd.factorize(keys)
    known = np.array([float(numbers.get(str(word), default)) for word in words] + [default])
    return np.asarray(known[codes], dtype=np.float64)


@column("contracts")
def renewal_probability(chance: pd.Series[Any]) -> Any:
    """Renewal probability: the one that a person gave; else 1 once renewed and 0 once lost; else by the account's
    health, the stage reached and the workbook's own renewal rate, halved every 30 days after the end, and at most 10%
    with a cancellation notice.

    Unit: share of 1
    Blank: the status is not known
    Source: 000 item 12; domain 4
    """
    return chance


@column("contracts", copes=("value",))
def expected_value(
    renewal_value: pd.Series[Any],
    value: pd.Series[Any],
    chance: pd.Series[Any],
    unreadable: Unreadable,
) -> Partial:
    """Expected value: the renewal value (else the value) times the renewal probability.

    Unit: row currency
    Blank: no value, or no probability
    Source: 000 items 13, 32; domain 4
    """
    amount = renewal_value.fillna(value)
    return Partial(amount * chance, unknown=unreadable["value"] & renewal_value.isna().to_numpy())


@column("contracts", show=False, type=Type.TEXT, copes=("renewal_stage",))
def risk_reason(
    chance: pd.Series[Any],
    days_to_deadline: pd.Series[Any],
    renewal_stage: pd.Series[Any],
    undecided: pd.Series[Any],
    evergreen: pd.Series[Any],
    cfg: Config,
) -> Any:
    """Which test made the renewal risk what it is: past the deadline, no proposal in time, a low chance, no invoice
    asked for in time, a middling chance, or none.

    Blank: decided or evergreen
    Source: domain 4
    """
    chances = cfg.probability
    left, likely = days_to_deadline.to_numpy(), chance.to_numpy()
    reached = _mapped(renewal_stage, {stage: rank for rank, stage in enumerate(STAGES)}, 0.0)
    return label(
        ((undecided != 1) | (evergreen != 0), None),
        (left < 0, "past_deadline"),
        ((left <= chances.high_risk_days) & (reached < STAGES.index("proposal")), "no_proposal"),
        (likely < chances.high_risk_below, "low_chance"),
        ((left <= chances.medium_risk_days) & (reached < STAGES.index("invoice_needed")), "no_invoice"),
        (likely < chances.medium_risk_below, "middling_chance"),
        default="none",
    )


HIGH = ("past_deadline", "no_proposal", "low_chance")
MEDIUM = ("no_invoice", "middling_chance")


@column("contracts")
def renewal_risk(risk_reason: pd.Series[Any]) -> Any:
    """Renewal risk. High: probability under 50%, past the deadline, or 15 days or fewer to it without a proposal.
    Medium: probability under 75%, or 30 days or fewer without having asked for the invoice. Else low.

    Blank: decided or evergreen
    Source: 000 item 40; domain 4
    """
    return label(
        (risk_reason.isna(), None),
        (risk_reason.isin(HIGH), "high"),
        (risk_reason.isin(MEDIUM), "medium"),
        default="low",
    )
