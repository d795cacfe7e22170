"""What customers say in surveys, and where it goes (domain 7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Bools
from sheetcrm.rules.ages import within
from sheetcrm.rules.dates import Days, Floats, days
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
    score, age, weight, when = _answers(state)
    happy, unhappy = score >= cfg.metrics.promoter_score, score <= cfg.signals.detractor_score
    inside = within(age, cfg.metrics.window_days)
    surveys, promoters, detractors = int(inside.sum()), int((happy & inside).sum()), int((unhappy & inside).sum())
    heard = float(weight.sum())
    enough = heard >= cfg.health.perception.least
    return Perception(
        score=BEST * ratio(float((score * weight).sum()), heard) if enough else float("nan"),
        nps=100.0 * ratio(promoters - detractors, surveys),
        surveys=surveys,
        promoters=promoters,
        detractors=detractors,
        trend=_trend(score, age, cfg),
        months=_months(as_day(state), when, score, happy, unhappy),
    )


def _answers(state: Evaluated) -> tuple[Floats, Floats, Floats, Days]:
    """Score, age, weight and day of each survey that was answered."""
    frame = state.frames["interactions"]
    weight = frame["survey_weight"].to_numpy(dtype=float)
    rows = np.flatnonzero(weight > 0)
    score = frame["score"].to_numpy(dtype=float)[rows]
    rows = rows[(score >= 0) & (score <= BEST)]
    scores, ages = (frame[name].to_numpy(dtype=float)[rows] for name in ("score", "age"))
    return scores, ages, weight[rows], days(frame["date"].to_numpy()[rows])


def _trend(score: Floats, age: Floats, cfg: Config) -> float:
    span = cfg.signals.days
    means = []
    for mask in (within(age, span), within(age - span, span)):
        enough = int(mask.sum()) >= cfg.metrics.least_surveys
        means.append(BEST * float(score[mask].mean()) if enough else float("nan"))
    return means[0] - means[1]


def _months(today: Day, when: Days, score: Floats, happy: Bools, unhappy: Bools) -> tuple[SurveyMonth, ...]:
    every = np.ones(len(score), dtype=bool)
    counts, ups, downs = (by_month(when, mask, today, MONTHS) for mask in (every, happy, unhappy))
    points = by_month(when, every, today, MONTHS, score)
    return tuple(
        SurveyMonth(first, BEST * ratio(told, count), 100.0 * ratio(up - down, count), int(count))
        for first, told, up, down, count in zip(
            recent_months(today, MONTHS), *(part.tolist() for part in (points, ups, downs, counts)), strict=True
        )
    )
