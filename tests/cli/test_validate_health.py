"""``validate-health`` on the sample: too few decisions for a word, and what it says once there are enough."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import DAY, Answer, call
from tests.cli.test_commands import sha

pytestmark = pytest.mark.proof

Command = Callable[..., Answer]


def test_with_too_few_decisions_it_claims_nothing(folder: Path, sheetcrm: Command) -> None:
    before = sha(folder / "crm.xlsx")
    answer = sheetcrm("validate-health", "--days", "90")
    assert answer.code == 0, answer.err
    first, _, verdict, *rest = answer.out.splitlines()
    assert first.startswith("Health against 46 decisions of the last 36 months (33 renewed, 13 lost)")
    assert verdict == "There is not enough history to say whether the score tells who renews."
    assert "docs/health.md" in rest[-1]
    scores = [line for line in rest if line.startswith("  90 days before")]
    assert len(scores) == 1
    assert scores[0].endswith("too few to say")
    assert sha(folder / "crm.xlsx") == before
    assert not (folder / "state").exists()


def test_as_json_with_thresholds_of_ones_own(folder: Path) -> None:
    own = folder / "own.yaml"
    least = "health: {validation: {outcomes: 10, of_each: 3, per_band: 3, days_before: [60], months: 6}}"
    own.write_text(f"workbook: crm.xlsx\n{least}\n", encoding="utf-8")
    places = ["--config", str(own), "--as-of", DAY]
    found = call("validate-health", "--json", *places).json
    (seen,) = found["days_before"]
    score = seen["score"]
    assert found["verdict"] == seen["before_notice"]["verdict"] == score["verdict"] != "too_few"
    assert score["low"] < score["auc"] < score["high"]
    decided = found["renewed"] + found["lost"]
    assert 0 < decided < 46
    assert found["left_out"]["older"] == 46 - decided
    assert score["renewed"] + score["lost"] + seen["no_data"] + seen["not_yet"] == decided
    assert sum(band["renewed"] + band["lost"] for band in seen["bands"]) + seen["not_yet"] == decided


def test_no_days_before_is_a_mistake_of_usage(sheetcrm: Command) -> None:
    answer = sheetcrm("validate-health", "--days", "0")
    assert answer.code == 2
    assert "--days 1 or more" in answer.err
