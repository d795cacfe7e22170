"""The workbook of an earlier day, looked up from today's, says of health what a run on that day would have said."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from sheetcrm.engine import evaluate
from sheetcrm.model import Memory, Snapshot
from sheetcrm.reading import snapshot as read_snapshot
from sheetcrm.rules import first
from sheetcrm.rules.metrics.earlier import earlier
from sheetcrm.sample import events, replay
from sheetcrm.schema import PEOPLE_TABS
from sheetcrm.sync.memory import MemoryBackend
from sheetcrm.words import words_of
from tests.hindsight.decided import TODAY
from tests.rules.on_demand import needed
from tests.rules.service_book import settings

ASKED = ("accounts.health_computed", "accounts.health_coverage", "accounts.factors", "contracts.cancellation_notice_on")


@pytest.fixture(scope="module")
def book() -> Snapshot:
    """The sample company with its mistakes, as read."""
    rows = replay(events(4, TODAY, "en"), TODAY)
    keys = {tab.key: [column.key for column in tab.people] for tab in PEOPLE_TABS}
    grids = {tab: [named, *([row[key] for key in named] for row in rows[tab])] for tab, named in keys.items()}
    return read_snapshot(MemoryBackend(grids).read(), settings(), "en")


@pytest.mark.parametrize("days", [0, 30, 91, 365])
def test_health_is_that_of_the_day(book: Snapshot, days: int) -> None:
    cfg = settings()
    rules = needed(first(), *ASKED)
    today = evaluate(book, TODAY, cfg, Memory(), words_of("en"), rules)
    then = evaluate(book, TODAY - timedelta(days=days), cfg, Memory(), words_of("en"), rules)
    found = earlier(today, days, ASKED)
    for name in ASKED[:2]:
        np.testing.assert_array_equal(found[name].to_numpy(), then[name].to_numpy())
    np.testing.assert_array_equal(found[ASKED[2]].points, then[ASKED[2]].points)
    assert found[ASKED[3]].tolist() == then[ASKED[3]].tolist()
    assert then[ASKED[0]].notna().any() or days == 365
