"""Each bug that is planted in the rules of alerts is found by the years: what they do not see is not proved."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.alerts.model.bugs import BUGS
from tests.alerts.model.years import Broken, Year

WITHIN = 600
"""Years in which a bug must show."""
QUICK = (
    "trigger: equal to one day, not at most",
    "key: without the reader (a new owner hears nothing)",
    "mute: a decided term speaks",
    "snooze: ignored",
    "acknowledged: stops nothing",
    "ladder: from the top",
    "grouping: a second digest on one day",
)


def first_seen(within: int) -> int | None:
    """The number of years until a promise is broken; None when none is."""
    for number in range(within):
        try:
            Year(number).play()
        except Broken:
            return number + 1
    return None


@pytest.mark.parametrize("name", QUICK)
def test_a_planted_bug_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    BUGS[name](monkeypatch)
    assert first_seen(WITHIN) is not None


@pytest.mark.proof
@pytest.mark.parametrize("name", BUGS)
def test_every_planted_bug_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    BUGS[name](monkeypatch)
    seen = first_seen(WITHIN)
    print(f"\n{name}: found in year {seen}")
    assert seen is not None, f"{WITHIN} years do not see it: {name}"


def test_the_page_lists_every_planted_bug() -> None:
    page = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")
    assert f"{len(BUGS)} of them" in page
    assert [name for name in BUGS if name.partition(": ")[2] not in page] == []
