"""The metrics and the segments of random workbooks against the independent computation of tests/oracle, number by number."""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.rules import metrics
from sheetcrm.rules.forecast import forecast
from sheetcrm.rules.terms import terms
from sheetcrm.views import segments
from sheetcrm.words import words_of
from tests.oracle.figures import Figures
from tests.oracle.segments import Segments
from tests.rules.test_whole_oracle import FEW, Case, case

MANY = 200


@pytest.mark.parametrize("seed", range(FEW))
def test_every_metric_of_a_random_workbook(seed: int) -> None:
    compare(case(seed))


@pytest.mark.proof
def test_every_metric_of_many_random_workbooks(capsys: pytest.CaptureFixture[str]) -> None:
    told: Counter[str] = Counter()
    for seed in range(1000, 1000 + MANY):
        told.update(name for name, value in compare(case(seed)).items() if value not in (None, 0, "", []))
    with capsys.disabled():
        print(f"\n{MANY} workbooks, {told.total()} numbers that are not blank")
        for name in sorted(told):
            print(f"{name:32} {told[name]:5}")
    assert {
        "retention.net",
        "rate.net",
        "pace.days",
        "perception.trend",
        "funnel.weakest",
        "forecast.commit",
        "win_back",
        "survey",
    } <= set(told)


def compare(one: Case) -> dict[str, Any]:
    """Hold every metric and every list of accounts against the oracle's; what was compared."""
    expected = Figures(one.whole, one.book.read(), one.book.without).all() | Segments(one.whole, one.book.read()).all()
    found = figures(one.state, one.cfg) | lists(one.state, one.cfg)
    wrong = {
        name: (found.get(name), expected.get(name))
        for name in sorted({*found, *expected})
        if not same(found.get(name), expected.get(name))
    }
    assert not wrong, f"seed {one.book.seed}: {wrong} (found, should be)"
    return expected


def same(found: Any, expected: Any) -> bool:
    """Equal within the last bits; NaN is nothing to tell."""
    if isinstance(found, float) and math.isnan(found):
        found = None
    if isinstance(expected, list | tuple):
        return found is not None and len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(expected, int | float) and isinstance(found, int | float):
        return bool(abs(found - expected) <= 1e-9 * max(1.0, abs(expected)))
    return bool(found == expected)


def figures(state: Evaluated, cfg: Config) -> dict[str, Any]:
    """The engine's metrics by the oracle's names."""
    found = terms(state)
    today = np.datetime64(state.as_of, "D")
    first = np.datetime64(state.as_of - timedelta(days=cfg.metrics.window_days - 1), "D")
    told: dict[str, Any] = {}
    for name, part in (
        ("rate", metrics.renewal_rate(found, first, today)),
        ("on_time", metrics.on_time(found, first, today)),
        ("pace", metrics.days_to_renew(found, first, today, cfg)),
        ("at_risk", metrics.at_risk(state, found)),
        ("forecast", forecast(state, found, cfg)),
        ("retention", metrics.retention(state, cfg)),
        ("sla", metrics.sla(state, cfg)),
        ("recurrence", metrics.recurrence(state, cfg)),
        ("perception", metrics.perception(state, cfg)),
        ("growth", metrics.growth(state)),
        ("expansion", metrics.expansion(state, cfg)),
        ("planned", metrics.planned(state, cfg)),
        ("initiative", metrics.initiative(state, cfg)),
        ("nature", metrics.nature(state, cfg)),
        ("base", metrics.base(state, cfg)),
    ):
        told |= {
            f"{name}.{key}": value for key, value in vars(part).items() if isinstance(value, int | float | np.number)
        }
    told["mean_renewal_value"] = metrics.mean_renewal_value(found, first, today)
    for days in (30, 60, 90):
        told[f"to_renew.{days}.contracts"], told[f"to_renew.{days}.value"] = metrics.to_renew(found, today, days)
    told |= {
        f"losses.{loss.reason}": (loss.contracts, loss.value) for loss in metrics.losses(state, found, cfg.metrics)
    }
    told |= {f"friction.{cause.cause}": cause.tickets for cause in metrics.friction(state, cfg)}
    told |= _funnel(metrics.funnel(state, cfg)) | _weeks(metrics.weeks(state, cfg))
    told |= {f"top.{by}": [top.amount for top in metrics.top(state, by)] for by in ("volume", "margin")}
    told |= {f"quadrants.{one.strategy}": one.accounts for one in metrics.quadrants(state) if one.accounts}
    told |= {f"portfolios.{one.owner}": one.accounts for one in metrics.portfolios(state, cfg)}
    return {name: value for name, value in told.items() if name not in LEFT_OUT}


LEFT_OUT = ("at_risk.share", "retention.before", "retention.now", "retention.accounts", "retention.left_out")
"""Sums of what is compared, and what only says how much was known."""


def _funnel(funnel: metrics.Funnel) -> dict[str, Any]:
    told: dict[str, Any] = {"funnel.won": funnel.won, "funnel.lost": funnel.lost, "funnel.weakest": funnel.weakest}
    for step in funnel.steps:
        told[f"funnel.{step.key}.entries"] = step.entries
        told[f"funnel.{step.key}.conversion"] = step.conversion
    return told


def _weeks(weeks: metrics.Weeks) -> dict[str, Any]:
    told: dict[str, Any] = {
        f"weeks.{key}": [getattr(one, key) for one in weeks.weeks] for key in ("done", "planned", "valley")
    }
    return {"weeks.mean": weeks.mean, **told}


def lists(state: Evaluated, cfg: Config) -> dict[str, list[Any]]:
    """The engine's segments: their accounts, sorted; the survey's in the order of the draw."""
    found: dict[str, list[Any]] = {}
    for row in segments.rows(state, cfg, words_of("en")).rows:
        found.setdefault(str(row[0]), []).append(row[1])
    return {name: accounts if name == "survey" else sorted(accounts) for name, accounts in found.items()}
