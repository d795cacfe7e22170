"""Health against its own past: the band, which improves only by a margin, and the trend (domain 4).

``past.health`` holds the changes that the ledger stored (``account_id``, ``day``, ``score``, ``band``): a day without
a row says what the row before it says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import choose, column
from sheetcrm.model import Ints
from sheetcrm.rules.ages import Floats
from sheetcrm.schema.column import Type

_BANDS = np.array(["red", "yellow", "green"], dtype=object)
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Stored:
    """The stored changes of health in the order of their days: account row, day, score and band of each."""

    rows: Ints
    days: np.ndarray[Any, np.dtype[np.datetime64]]
    scores: Floats
    bands: np.ndarray[Any, np.dtype[np.object_]]
    size: int

    def told(self, account: int) -> str | None:
        """The latest change of one account, for ``explain``; None where nothing was stored."""
        mine = np.flatnonzero(self.rows == account)
        return f"{self.days[mine[-1]]}: {self.scores[mine[-1]]:g} {self.bands[mine[-1]]}" if len(mine) else None

    def on(self, day: Any) -> tuple[Floats, np.ndarray[Any, np.dtype[np.object_]]]:
        """The score and the band that stood on a day for each account; NaN and "" where none was stored by then."""
        until = int(np.searchsorted(self.days, day.astype("datetime64[D]"), side="right"))
        scores, bands = np.full(self.size, np.nan), np.full(self.size, "", dtype=object)
        # Of several days the last one stays: assignments happen in order.
        scores[self.rows[:until]] = self.scores[:until]
        bands[self.rows[:until]] = self.bands[:until]
        return scores, bands


@column("accounts", show=False, raw=True)
def stored_health(account_id: pd.Series[Any], past: Any) -> Stored:
    """The changes of health that earlier runs stored.

    Source: domain 4 (health: bands, trend)
    """
    changes = past.health if past is not None else None
    if changes is None or not len(changes) or not len(account_id):
        none = np.zeros(0)
        return Stored(none.astype(np.int64), none.astype("datetime64[D]"), none, none.astype(object), len(account_id))
    rows = np.asarray(pd.Index(account_id).get_indexer(pd.Index(changes["account_id"])), dtype=np.int64)
    days = np.array(changes["day"].to_numpy(), dtype="datetime64[D]")
    known = np.flatnonzero(rows >= 0)
    order = known[np.argsort(days[known], kind="stable")]
    scores = changes["score"].to_numpy(dtype=float)[order]
    bands = changes["band"].fillna("").to_numpy(dtype=object)[order] if "band" in changes else np.full(len(order), "")
    return Stored(rows[order], days[order], scores, bands.astype(object), len(account_id))


@column("accounts", show=False)
def score_before(stored_health: Stored, today: Any) -> Floats:
    """The score of the latest earlier day that was stored.

    Unit: points, 0 to 100
    Blank: no earlier day, or it had no score
    Source: domain 4 (health: bands)
    """
    return stored_health.on(today - _DAY)[0]


@column("accounts", show=False, type=Type.TEXT)
def band_before(stored_health: Stored, score_before: pd.Series[Any], today: Any, cfg: Any) -> Any:
    """The band of the latest earlier day that was stored; the plain one of its score where no band was stored.

    Blank: no earlier day, or it had no score
    Source: domain 4 (health: bands)
    """
    stored = stored_health.on(today - _DAY)[1]
    plain = _BANDS[_rank(score_before.to_numpy(), cfg)]
    known = np.isin(stored.astype(str), _BANDS.astype(str))
    return choose((score_before.isna(), None), (known, stored), (~known, plain))


@column("accounts", show=False)
def score_a_month_ago(stored_health: Stored, today: Any, cfg: Any) -> Floats:
    """The stored score that stood 28 days ago.

    Unit: points, 0 to 100
    Blank: nothing was stored by then, or there was no score
    Source: domain 4 (health: trend)
    """
    return stored_health.on(today - cfg.health.trend_days[0] * _DAY)[0]


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


def plain_bands(scores: Any, cfg: Any) -> np.ndarray[Any, np.dtype[np.object_]]:
    """The bands of scores by themselves, without a margin; ``no_data`` where there is no score."""
    return np.where(np.isnan(scores), "no_data", _BANDS[_rank(scores, cfg)])


def _rank(scores: Any, cfg: Any) -> Ints:
    """0 red, 1 yellow, 2 green."""
    above_red = np.asarray(scores) > cfg.health.red_up_to
    return np.asarray(above_red.astype(np.int64) + (np.asarray(scores) > cfg.health.green_above))
