"""What customers say in surveys, and where it goes (domain 7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sheetcrm.columns import Evaluated
from sheetcrm.config import Config
from sheetcrm.model import Bools
from sheetcrm.rules.ages import within
from sheetcrm.rules.dates import Floats
from sheetcrm.rules.metrics.sums import Day, as_day, by_month, ratio, recent_months

MONTHS = 12
BEST = 10.0
"""The highest score of a survey; an answer outside 0 to 10 is no answer."""


@dataclass(frozen=True)
class SurveyMonth:
    """The surveys of a calendar month: ``score`` is their mean in points of 100, ``nps`` as below; NaN without any."""

    first: Day
    score: float
    nps: float
    surveys: int


@dataclass(frozen=True)
class Perception:
    """What customers say.

    ``score``: points of 100, recent answers counting most, as for a single account. ``nps``: promoters less detractors
    of 100 answers of the window, −100 to 100. ``surveys``: answers in the window, of them ``promoters`` and
    ``detractors``. ``trend``: points by which the mean of the last 90 days is above that of the 90 before; NaN where
    either has fewer than two answers. ``months`` are the last 12, this one last.
    """

    score: float
    nps: float
    surveys: int
    promoters: int
    detractors: int
    trend: float
    months: tuple[SurveyMonth, ...]


def perception(state: Evaluated, cfg: Config) -> Perception:
    """Perception and NPS over all customers, with their trend.

    Unit: points of 100
    Blank: no survey that is recent enough to tell
    Source: domain 7; 002 items 17, 38, 39 and 77
    """
    frame = state.frames["interactions"]
    score, age, weight = (frame[name].to_numpy(dtype=float) for name in ("score", "age", "survey_weight"))
    asked = (weight > 0) & (score >= 0) & (score <= BEST)
    happy, unhappy = asked & (score >= cfg.metrics.promoter_score), asked & (score <= cfg.signals.detractor_score)
    inside = within(age, cfg.metrics.window_days)
    surveys, promoters, detractors = (int((mask & inside).sum()) for mask in (asked, happy, unhappy))
    heard = float(weight[asked].sum())
    told = float((score * weight)[asked].sum())
    return Perception(
        score=BEST * ratio(told, heard) if heard >= cfg.health.perception.least else float("nan"),
        nps=100.0 * ratio(promoters - detractors, surveys),
        surveys=surveys,
        promoters=promoters,
        detractors=detractors,
        trend=_trend(score, age, asked, cfg),
        months=_months(state, score, asked, happy, unhappy),
    )


def _trend(score: Floats, age: Floats, asked: Bools, cfg: Config) -> float:
    span = cfg.signals.days
    means = []
    for mask in (asked & within(age, span), asked & within(age - span, span)):
        enough = int(mask.sum()) >= cfg.metrics.least_surveys
        means.append(BEST * float(score[mask].mean()) if enough else float("nan"))
    return means[0] - means[1]


def _months(state: Evaluated, score: Floats, asked: Bools, happy: Bools, unhappy: Bools) -> tuple[SurveyMonth, ...]:
    today, when = as_day(state), state["interactions.date"]
    counts, ups, downs = (by_month(when, mask, today, MONTHS) for mask in (asked, happy, unhappy))
    points = by_month(when, asked, today, MONTHS, np.nan_to_num(score))
    return tuple(
        SurveyMonth(first, BEST * ratio(told, count), 100.0 * ratio(up - down, count), int(count))
        for first, told, up, down, count in zip(
            recent_months(today, MONTHS), *(part.tolist() for part in (points, ups, downs, counts)), strict=True
        )
    )
