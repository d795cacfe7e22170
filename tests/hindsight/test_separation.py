"""The arithmetic: pairs in order, and how sure that is."""

from __future__ import annotations

from itertools import product
from random import Random

import numpy as np
import pytest

from sheetcrm.config import defaults
from sheetcrm.hindsight.separation import Separation, interval, separation, share_interval

LEAST = defaults().health.validation


def told(renewed: list[float], lost: list[float], accounts: list[int] | None = None) -> Separation:
    numbers = np.array([*renewed, *lost])
    gone = np.array([False] * len(renewed) + [True] * len(lost), dtype=bool)
    return separation(numbers, gone, np.array(accounts or range(len(numbers)), dtype=np.int64), LEAST)


def test_it_is_the_share_of_pairs_in_order_with_ties_by_half() -> None:
    chance = Random("pairs")
    renewed = [float(chance.randrange(30, 100)) for _ in range(25)]
    lost = [float(chance.randrange(0, 70)) for _ in range(12)]
    pairs = [1.0 if more > less else 0.5 if more == less else 0.0 for more, less in product(renewed, lost)]
    assert told(renewed, lost).auc == pytest.approx(sum(pairs) / len(pairs), abs=1e-12)


@pytest.mark.parametrize(
    ("renewed", "lost", "says"),
    [(20, 10, True), (19, 10, False), (21, 9, False), (10, 20, True), (9, 21, False), (0, 40, False), (0, 0, False)],
)
def test_under_30_terms_or_10_of_either_kind_nothing_is_said(renewed: int, lost: int, says: bool) -> None:
    found = told([80.0] * renewed, [20.0] * lost)
    assert (found.renewed, found.lost) == (renewed, lost)
    assert (found.auc is not None) == (found.low is not None) == (found.high is not None) == says
    assert (found.verdict == "too_few") != says


def test_what_has_no_number_does_not_count() -> None:
    nan = float("nan")
    assert told([80.0] * 20 + [nan] * 5, [20.0] * 9 + [nan]) == Separation(20, 9)


def test_a_perfect_order_is_not_certain() -> None:
    found = told([80.0] * 20, [20.0] * 10)
    assert (found.auc, found.high, found.verdict) == (1.0, 1.0, "separates")
    assert found.low is not None
    assert 0.75 < found.low < 0.95


def test_an_order_upside_down_is_called_so() -> None:
    assert told([20.0] * 20, [80.0] * 10).verdict == "backwards"


def test_equal_numbers_are_a_coin_toss() -> None:
    found = told([50.0] * 30, [50.0] * 30)
    assert (found.auc, found.verdict) == (0.5, "chance")
    assert found.low is not None
    assert found.high == pytest.approx(1 - found.low)


def test_many_terms_of_one_account_make_nothing_surer() -> None:
    renewed, lost = [80.0, 60.0, 40.0, 90.0] * 10, [70.0, 30.0] * 10
    apart = told(renewed, lost)
    together = told(renewed, lost, [*(at // 4 for at in range(40)), *(100 + at // 2 for at in range(20))])
    assert together.auc == apart.auc
    assert together.low is not None
    assert apart.low is not None
    assert together.low < apart.low - 0.05


def test_the_interval_holds_the_truth_about_19_times_of_20() -> None:
    """Normal numbers one deviation apart: the true share is Φ(1/√2)."""
    truth, draws = 0.7602, np.random.default_rng(7)
    held = 0
    for _ in range(400):
        renewed, lost = draws.normal(1, 1, 30), draws.normal(0, 1, 15)
        low, high = interval(float((renewed[:, None] > lost).mean()), 30, 15)
        held += low <= truth <= high
    assert 0.92 <= held / 400 <= 0.99


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (12, 16, 0.505, 0.898)]
)
def test_a_share_has_its_interval(hits: int, of: int, low: float, high: float) -> None:
    assert share_interval(hits, of) == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))
