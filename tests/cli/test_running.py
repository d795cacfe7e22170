"""What a run says it did."""

from __future__ import annotations

from dataclasses import replace

from sheetcrm.cli.running import in_words
from sheetcrm.run import Report
from tests.alerts.test_unheard import NOBODY
from tests.test_plan import URGENT, book, plan


def test_cells_of_people_and_of_the_runner_are_counted_apart() -> None:
    done = plan(book(URGENT), views=True)
    changed = sum(len(block) for block in done.blocks)
    added = sum(value is not None for row in done.rows for value in row.values.values())
    (first, *_) = in_words(Report("done", done, cells=changed + added + 100)).splitlines()
    assert first == (
        f"Done: {changed} cells changed in people's tabs, 1 row added to them, "
        "100 cells filled in the runner's own tabs."
    )


def test_a_run_that_can_write_to_nobody_says_so_in_one_line() -> None:
    done = plan({**book(URGENT), "team": NOBODY}, views=True)
    said = [line for line in in_words(Report("done", done)).splitlines() if "Nobody" in line]
    assert len(said) == 1
    assert said[0].startswith("Nobody can be written to: the Team tab names nobody.")
    assert "Nobody" not in in_words(Report("done", plan(book(URGENT), views=True)))


def test_a_run_outside_business_hours_does_not_say_that_everybody_has_been_told() -> None:
    day = plan(book(URGENT))
    night = replace(day, counts={**day.counts, "held_back": 3})
    assert day.counts["held_back"] == 0
    said = in_words(Report("unchanged", night))
    assert "nobody is to be told anything now" in said
    assert "Waiting for business hours: 3 things to tell" in said
    assert "everybody has been told" in in_words(Report("unchanged", day))
    assert "Waiting" not in in_words(Report("unchanged", day))
