"""Perception: what customers said in surveys, the recent ones counting most (domain 4; 002 items 17, 38, 77)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column
from sheetcrm.rules.ages import Floats, decay, filled, marked


@column("interactions", show=False)
def survey_weight(channel: pd.Series[Any], score: pd.Series[Any], age: pd.Series[Any], cfg: Any) -> Floats:
    """How much a survey's answer counts: 1 today, half of it every 180 days.

    Blank: no survey, or no score
    Source: domain 4 (health: perception)
    """
    answered = marked(channel, "survey") & filled(score)
    return np.where(answered, decay(age, cfg.health.perception.half_life), np.nan)


@column("accounts", show=False, scores="interactions.score", weights="interactions.survey_weight")
def factor_perception(scores: Linked, weights: Linked, cfg: Any) -> Floats:
    """Health factor: ten times the mean score of surveys, each weighing half as much every 180 days.

    Unit: points, 0 to 100
    Blank: no survey that is recent enough to tell
    Source: domain 4 (health: perception); 002 item 77
    """
    weight = weights.sum()
    told = Linked(scores.values * weights.values, scores.codes, scores.size).sum()
    enough = (weight >= cfg.health.perception.least) & (weight > 0)
    return np.asarray(10.0 * told / np.where(enough, weight, np.nan))


@column("accounts")
def perception(factor_perception: pd.Series[Any]) -> Any:
    """What the customer says in surveys, of 100, recent answers counting most.

    Unit: points, 0 to 100
    Blank: no survey that is recent enough to tell
    Source: domain 4 (health: perception); 002 items 17, 38, 77
    """
    return factor_perception
