"""Plans: that of a key account and its age, and the plan against a risk (domain 5; 002 items 8, 29)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import column
from sheetcrm.rules.ages import Floats, filled, marked
from sheetcrm.rules.dates import add_months, days
from sheetcrm.rules.labels import labelled
from sheetcrm.schema.column import Type


@column("accounts", show=False, type=Type.TEXT)
def plan_gap(tier: pd.Series[Any], plan: pd.Series[Any], plan_reviewed_on: pd.Series[Any], today: Any, cfg: Any) -> Any:
    """What a key account's plan lacks: ``missing`` without one, ``old`` when it was last reviewed more than 6 months
    ago, ``undated`` when nobody wrote down when.

    Blank: nothing is lacking, or no key account
    Source: domain 5 (key account without plan); 002 items 5, 8
    """
    last_day = add_months(days(plan_reviewed_on), np.full(len(plan), float(cfg.portfolio.plan_months)))
    return labelled(
        (~marked(tier, "key"), None),
        (plan.isna(), "missing"),
        (plan_reviewed_on.isna(), "undated"),
        (last_day < today.astype("datetime64[D]"), "old"),
    )


@column("accounts", show=False)
def risk_plan_now(client_status: pd.Series[Any], risk_plan_due: pd.Series[Any], today: Any) -> Floats:
    """1 while the day by which a client's risk plan is to be done has come or passed, else 0. People move the day, or
    clear it, when the plan is done.

    Source: domain 5 (risk plan due); 002 items 8, 29
    """
    reached = (risk_plan_due.to_numpy() <= today) & filled(risk_plan_due)
    return np.asarray(reached & (client_status == "client").to_numpy(), dtype=float)
