"""The score and its factors a while before each decision, and what they told: separation, bands, each factor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np

from sheetcrm.columns import round_half_up
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.hindsight.outcomes import Outcomes, outcomes
from sheetcrm.hindsight.separation import TOO_FEW, Separation, separation, share_interval
from sheetcrm.model import Bools
from sheetcrm.rules.dates import Days, Floats
from sheetcrm.rules.health import FACTORS
from sheetcrm.rules.health_past import plain_bands
from sheetcrm.rules.metrics.earlier import earlier
from sheetcrm.schema.accounts import BANDS

_ASKED = (
    "accounts.health_computed",
    "accounts.health_coverage",
    "accounts.factors",
    "accounts.signal_rows",
    "contracts.cancellation_notice_on",
)
_MONDAY = 3
"""Days from the Monday before 1 January 1970 to that day."""


@dataclass(frozen=True)
class Band:
    """What became of the terms whose account stood in a band.

    ``expected``: the share renewed that ``probability.base`` counts on. ``share`` renewed, ``low`` to ``high`` its 95%
    interval; None where there are too few terms to say.
    """

    band: str
    renewed: int
    lost: int
    expected: float
    share: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def verdict(self) -> str:
        """too_few, fewer or more renewed than the settings count on, or as_expected (the interval holds that share)."""
        if self.low is None or self.high is None:
            return TOO_FEW
        return "fewer" if self.high < self.expected else "more" if self.low > self.expected else "as_expected"


@dataclass(frozen=True)
class Seen:
    """What was known ``days`` before the decisions.

    ``score`` compares all terms whose account had a score, ``before_notice`` those of them that nobody had given
    notice of (``noticed`` had: that score is knowledge, not foresight). ``shown`` compares the scores that runs stored
    at the time, with what was entered by then. Of ``no_data`` clients too little was known for a score;
    ``not_yet`` clients had none because they were no clients then.
    """

    days: int
    score: Separation
    before_notice: Separation
    noticed: int
    no_data: int
    not_yet: int
    shown: Separation
    bands: Sequence[Band]
    factors: Mapping[str, Separation]

    @property
    def upside_down(self) -> list[tuple[str, str]]:
        """Pairs of bands, the better one first, of which the worse one renewed at least as often."""
        told = [(band.band, band.share) for band in self.bands if band.share is not None and band.band != "no_data"]
        return [(better, worse) for (better, more), (worse, less) in combinations(told, 2) if less >= more]


@dataclass(frozen=True)
class Found:
    """All that the workbook's past says of its health score as of a day; the days before the decision in their order,
    the farthest first."""

    as_of: date
    outcomes: Outcomes
    seen: Sequence[Seen]


def validate(
    state: Evaluated,
    cfg: Config,
    days_before: Sequence[int] = (),
    step: Callable[[float], None] = lambda _: None,
) -> Found:
    """Hold the model's score (without people's overrides) against what was decided afterwards.

    Each score is computed from the workbook as it stood on the Monday of the week that lies so many days before the
    decision: nothing later goes into it, except cells without a date (tier, owner). ``days_before``: by default those
    of the settings. ``step`` hears the share of the work that is done.
    """
    decided = outcomes(state, cfg)
    spans = sorted(set(days_before or cfg.health.validation.days_before), reverse=True)
    past = _Past.of(state, decided, spans, step)
    return Found(state.as_of, decided, [_seen(state, cfg, decided, past, at) for at in range(len(spans))])


@dataclass(frozen=True)
class _Past:
    """Spans of days × decided terms (× factors): what the workbook of so many days before each decision says."""

    spans: Sequence[int]
    scores: Floats
    points: Floats
    clients: Bools
    noticed: Bools

    @classmethod
    def of(cls, state: Evaluated, decided: Outcomes, spans: Sequence[int], step: Callable[[float], None]) -> _Past:
        moments = np.array([_monday(decided.on - np.timedelta64(span, "D")) for span in spans])
        size = (len(spans), len(decided))
        clients, noticed = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        past = cls(spans, np.full(size, np.nan), np.full((*size, len(FACTORS)), np.nan), clients, noticed)
        days = np.unique(moments)
        for done, day in enumerate(days):
            step(done / len(days))
            then = earlier(state, int((np.datetime64(state.as_of, "D") - day).astype(int)), _ASKED)
            scores = round_half_up(then["accounts.health_computed"])
            served = then["accounts.health_coverage"].notna().to_numpy()
            gone = then["accounts.signal_rows"].count("cancellation_notice") > 0
            ending = then["contracts.cancellation_notice_on"].notna().to_numpy()
            for at in np.argwhere(moments == day):
                span, term = tuple(at)
                account = decided.accounts[term]
                past.scores[span, term] = scores[account]
                past.points[span, term] = then["accounts.factors"].points[account]
                past.clients[span, term] = served[account]
                past.noticed[span, term] = gone[account] or ending[decided.contracts[term]]
        return past


def _monday(days: Days) -> Days:
    """The Monday of each day's week: a look at every week instead of every day."""
    since = ((days.astype(np.int64) + _MONDAY) % 7).astype("timedelta64[D]")
    return np.asarray(days - since, dtype="datetime64[D]")


def _seen(state: Evaluated, cfg: Config, decided: Outcomes, past: _Past, at: int) -> Seen:
    least = cfg.health.validation

    def told(numbers: Floats) -> Separation:
        return separation(numbers, decided.lost, decided.accounts, least)

    scores, noticed = past.scores[at], past.noticed[at]
    scored = ~np.isnan(scores)
    points = np.where(scored[:, None], past.points[at], np.nan)
    return Seen(
        days=past.spans[at],
        score=told(scores),
        before_notice=told(np.where(noticed, np.nan, scores)),
        noticed=int((noticed & scored).sum()),
        no_data=int((past.clients[at] & ~scored).sum()),
        not_yet=int((~past.clients[at]).sum()),
        shown=told(_shown(state, decided, past.spans[at])),
        bands=_bands(scores, past.clients[at], decided, cfg),
        factors={factor: told(points[:, number]) for number, factor in enumerate(FACTORS)},
    )


def _shown(state: Evaluated, decided: Outcomes, span: int) -> Floats:
    """The score that stood in the workbook on that very day, by what runs stored; NaN where none ran yet."""
    stored: Any = state["accounts.stored_health"]
    when = decided.on - np.timedelta64(span, "D")
    scores = np.full(len(decided), np.nan)
    for day in np.unique(when):
        those = when == day
        scores[those] = stored.on(day)[0][decided.accounts[those]]
    return scores


def _bands(scores: Floats, clients: Bools, decided: Outcomes, cfg: Config) -> list[Band]:
    bands = plain_bands(scores, cfg)
    return [_band(name, decided.lost[clients & (bands == name)], cfg) for name in BANDS]


def _band(name: str, lost: Bools, cfg: Config) -> Band:
    gone, stayed = int(lost.sum()), int((~lost).sum())
    expected = cfg.probability.base[name]
    if len(lost) < cfg.health.validation.per_band:
        return Band(name, stayed, gone, expected)
    return Band(name, stayed, gone, expected, stayed / len(lost), *share_interval(stayed, len(lost)))
