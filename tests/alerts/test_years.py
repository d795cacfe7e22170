"""Randomised years through the pure alert functions against the model of the promises: nothing lost, nothing repeated.

A year jumps from event to event: rows come early, late and long after their end; dates move; people renew, lose, call,
acknowledge, snooze, change hands, go away, leave and come back; the ladder is edited; the runner is down, comes at
night, on holidays, twice a day. Each run must tell exactly what the model says, to exactly those people.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable

import pytest

from tests.alerts.model.years import STEPS, Year

QUICK = 40
PROOF = 2000
IN_CI = 200


def years(numbers: Iterable[int]) -> Counter[str]:
    """Play them; what happened in all of them together."""
    seen: Counter[str] = Counter()
    for number in numbers:
        seen += Year(number).play()
        seen["years"] += 1
    return seen


def test_some_years_keep_every_promise() -> None:
    seen = years(range(QUICK))
    assert seen["years"] == QUICK
    assert all(seen[kind] > 10 for kind in ("first", "repeat", "again", "rung", "last")), seen


def test_a_year_is_the_same_by_its_number() -> None:
    one, other = Year(7), Year(7)
    assert one.play() == other.play()
    assert one.told == other.told != []


@pytest.mark.proof
def test_thousands_of_years_keep_every_promise() -> None:
    count = int(os.environ.get("SHEETCRM_YEARS", IN_CI if os.environ.get("CI") else PROOF))
    # By processor time: other work on the machine does not make a year slow.
    start = time.process_time()
    seen = years(range(1_000_000, 1_000_000 + count))
    spent = (time.process_time() - start) / count
    print(f"\n{count} years of {STEPS} steps, {1000 * spent:.0f} ms each: {dict(sorted(seen.items()))}")
    assert seen["years"] == count
    assert all(seen[kind] > count for kind in ("first", "repeat", "again")), seen
    assert all(seen[kind] > count // 5 for kind in ("rung", "last")), seen
