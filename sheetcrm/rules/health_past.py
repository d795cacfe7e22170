"""Health against its own past: the band, which improves only by a margin, and the trend (domain 4).

``past.health`` holds the changes that the ledger stored (``account_id``, ``day``, ``score``, ``band``): a day without
a row says what the row before it says.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import choose, column
from sheetcrm.model import Ints
from sheetcrm.rules.ages import Floats
from sheetcrm.schema.column import Type

_BANDS = np.array(["red", "yellow", "green"], dtype=object)
_DAY = np.timedelta64(1, "D")


@column("accounts", show=False)
def score_before(account_id: pd.Series[Any], past: Any, today: Any) -> Floats:
    """The score of the latest earlier day that was stored.

    Unit: points, 0 to 100
    Blank: no earlier day, or it had no score
    Source: domain 4 (health: bands)
    """
    scores, _ = _standing(account_id, past, today - _DAY)
    return scores


@column("accounts", show=False, type=Type.TEXT)
def band_before(account_id: pd.Series[Any], score_before: pd.Series[Any], past: Any, today: Any, cfg: Any) -> Any:
    """The band of the latest earlier day that was stored; the plain one of its score where no band was stored.

    Blank: no earlier day, or it had no score
    Source: domain 4 (health: bands)
    """
    _, stored = _standing(account_id, past, today - _DAY)
    plain = _BANDS[_rank(score_before.to_numpy(), cfg)]
    known = np.isin(stored.astype(str), _BANDS.astype(str))
    return choose((score_before.isna(), None), (known, stored), (~known, plain))


@column("accounts", show=False)
def score_a_month_ago(account_id: pd.Series[Any], past: Any, today: Any, cfg: Any) -> Floats:
    """The stored score that stood 28 days ago.

    Unit: points, 0 to 100
    Blank: nothing was stored by then, or there was no score
    Source: domain 4 (health: trend)
    """
    scores, _ = _standing(account_id, past, today - cfg.health.trend_days[0] * _DAY)
    return scores


@column("accounts")
def health_band(
    health_score: pd.Series[Any], health_coverage: pd.Series[Any], band_before: pd.Series[Any], cfg: Any
) -> Any:
    """The band of the score: red up to 50, green above 75, else yellow. It gets worse at once; to get better, the score
    must pass the boundary by 3 points more than that.

    Blank: not a client
    Source: domain 4 (health: bands)
    """
    score = health_score.to_numpy()
    plain = _rank(score, cfg)
    before = np.select([(band_before == band).to_numpy() for band in _BANDS], [0, 1, 2], default=2)
    # Better than before only as far as the score passes the boundaries by the margin; never better than the plain band.
    held = np.minimum(plain, np.maximum(before, _rank(score - cfg.health.improve_by, cfg)))
    return choose(
        (~np.isnan(score), _BANDS[held]),
        (health_coverage.notna(), "no_data"),
    )


@column("accounts")
def health_trend(health_score: pd.Series[Any], score_a_month_ago: pd.Series[Any], cfg: Any) -> Any:
    """Where health is going: up or down by 5 points or more against the score of 28 days ago, else stable.

    Blank: no score today, or none stored by then
    Source: domain 4 (health: trend)
    """
    change = (health_score - score_a_month_ago).to_numpy()
    least = cfg.health.trend_points
    return choose((np.isnan(change), None), (change >= least, "up"), (change <= -least, "down"), default="stable")


def _rank(scores: Any, cfg: Any) -> Ints:
    """0 red, 1 yellow, 2 green."""
    above_red = np.asarray(scores) > cfg.health.red_up_to
    return np.asarray(above_red.astype(np.int64) + (np.asarray(scores) > cfg.health.green_above))


def _standing(account_id: pd.Series[Any], past: Any, day: Any) -> tuple[Floats, np.ndarray[Any, np.dtype[np.object_]]]:
    """The score and the band that stood on a day for each account; NaN and "" where none was stored by then."""
    scores = np.full(len(account_id), np.nan)
    bands = np.full(len(account_id), "", dtype=object)
    stored = past.health if past is not None else None
    if stored is None or not len(stored) or not len(account_id):
        return scores, bands
    days = np.array(stored["day"].to_numpy(), dtype="datetime64[D]")
    rows = np.asarray(pd.Index(account_id).get_indexer(pd.Index(stored["account_id"])))
    counts = np.flatnonzero((rows >= 0) & (days <= day.astype("datetime64[D]")))
    counts = counts[np.argsort(days[counts], kind="stable")]
    # Of several days the last one stays: assignments happen in order.
    scores[rows[counts]] = stored["score"].to_numpy(dtype=float)[counts]
    if "band" in stored:
        bands[rows[counts]] = stored["band"].fillna("").to_numpy(dtype=object)[counts]
    return scores, bands
