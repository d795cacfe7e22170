"""Perception: what customers said in surveys, the recent ones counting most (domain 4; 002 items 17, 38, 77)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column
from sheetcrm.model import Ints
from sheetcrm.rules.ages import Floats, decay, filled, marked, within
from sheetcrm.rules.evidence import first_row


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


@column("interactions", show=False)
def detractor_age(survey_weight: pd.Series[Any], score: pd.Series[Any], age: pd.Series[Any], cfg: Any) -> Floats:
    """Days since a survey in which the customer was a detractor: 6 points or fewer of 10.

    Unit: days
    Blank: no survey, or a better score
    Source: domain 4 (risk signals); 002 item 77
    """
    return np.where(filled(survey_weight) & (score <= cfg.signals.detractor_score).to_numpy(), age, np.nan)


@column(
    "accounts",
    show=False,
    raw=True,
    scores="interactions.score",
    weights="interactions.survey_weight",
    ages="interactions.age",
)
def perception_fell_row(scores: Linked, weights: Linked, ages: Linked, cfg: Any) -> Ints:
    """The position of the latest survey, among the interactions, of an account whose perception fell by 1.5 points of
    10: the mean of the surveys of the last 90 days against perception as it stood 90 days ago (both weigh the recent
    ones most), with at least 2 surveys on each side. −1 where it did not, or can't be told.

    Source: domain 4 (risk signals); 002 items 39, 77
    """
    rule = cfg.signals
    lately = filled(weights.values) & within(ages.values, rule.perception_days)
    before = filled(weights.values) & (ages.values >= rule.perception_days).to_numpy()
    told = Linked(scores.values * weights.values, scores.codes, scores.size)
    enough = (weights.count(lately) >= rule.perception_least) & (weights.count(before) >= rule.perception_least)
    with np.errstate(divide="ignore", invalid="ignore"):
        fall = told.sum(before) / weights.sum(before) - told.sum(lately) / weights.sum(lately)
    # 8.5 − 7 must not miss 1.5 by the last bit of its mean.
    fell = enough & (fall >= rule.perception_fall - 1e-9)
    return np.where(fell, first_row(ages, lately, ages.values.to_numpy()), -1)
