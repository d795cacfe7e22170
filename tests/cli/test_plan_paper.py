"""What ``plan`` tells people: which rows turn into what, grouped and cut, in words and at 80 columns."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sheetcrm.cli.plan_changes import MOST_NAMED, MOST_ROWS, MOST_TURNS, changes
from sheetcrm.model import Block, Plan
from tests.cli.conftest import DAY, call


def block(tab: str, column: str, turns: list[tuple[str, Any, Any]]) -> Block:
    ids = [id for id, _, _ in turns]
    before, after = (pd.Series([turn[side] for turn in turns], dtype="object") for side in (1, 2))
    return Block(tab, column, np.arange(2, 2 + len(ids), dtype=np.int64), ids, before, after)


def plan_of(*blocks: Block) -> Plan:
    return Plan(date(2026, 11, 23), blocks, (), (), {}, (), (), (), {})


def test_few_rows_are_told_one_by_one_with_all_that_turns_in_them() -> None:
    (found,) = changes(
        plan_of(
            block("contracts", "status", [("C-1", "active", "expiring"), ("C-2", None, "active")]),
            block("contracts", "phase", [("C-1", None, "preparation")]),
            block("contracts", "days_to_expiry", [("C-1", 91.0, 90.0)]),
        )
    )
    assert list(found.rows) == ["C-1", "C-2"]
    assert [(turn.column, turn.before, turn.after) for turn in found.rows["C-1"]] == [
        ("status", "active", "expiring"),
        ("phase", "", "preparation"),
    ]
    assert found.cells == 4
    assert found.counted == {"days_to_expiry": 1}
    assert found.turns == ()


def test_many_rows_are_told_by_what_they_turn_into_the_commonest_first() -> None:
    many = [(f"C-{n}", "active", "expiring" if n % 3 else "expired") for n in range(MOST_ROWS + 1)]
    (found,) = changes(plan_of(block("contracts", "status", many)))
    assert found.rows == {}
    assert [(turn.after, turn.count) for turn in found.turns] == [("expiring", 8), ("expired", 5)]
    assert found.turns[0].ids == ("C-1", "C-2", "C-4")
    assert all(len(turn.ids) <= MOST_NAMED for turn in found.turns)
    assert found.hidden == {}


def test_the_last_row_that_is_told_by_itself() -> None:
    rows = [(f"C-{n}", "active", "expiring" if n else "expired") for n in range(MOST_ROWS)]
    (found,) = changes(plan_of(block("contracts", "status", rows)))
    assert len(found.rows) == MOST_ROWS


def test_rows_that_do_the_same_are_one_line() -> None:
    (found,) = changes(plan_of(block("tasks", "state", [(f"TA-{n}", "open", "due") for n in range(MOST_NAMED + 1)])))
    assert found.rows == {}
    assert [(turn.before, turn.after, turn.count) for turn in found.turns] == [("open", "due", MOST_NAMED + 1)]


def test_turns_that_are_left_out_are_counted() -> None:
    kinds = ["preparation", "negotiation", "closing", "recovery"]
    rows = [(f"C-{n}", kinds[n % 4], kinds[(n + 1 + n // 4) % 4]) for n in range(MOST_ROWS + 4)]
    (found,) = changes(plan_of(block("contracts", "phase", rows)))
    assert len(found.turns) == MOST_TURNS
    assert sum(turn.count for turn in found.turns) + found.hidden["phase"] == MOST_ROWS + 4


def test_a_cell_that_becomes_blank_is_told() -> None:
    (found,) = changes(
        plan_of(block("contracts", "phase", [("C-1", "closing", None), ("C-2", "closing", float("nan"))]))
    )
    assert [turns[0].after for turns in found.rows.values()] == ["", ""]


def test_a_plan_without_changes_has_none() -> None:
    assert changes(plan_of()) == []


@pytest.fixture(scope="module")
def told(made: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The first plan of the sample, as it is piped into a file."""
    state = tmp_path_factory.mktemp("state")
    return call("plan", "--config", str(made / "config.yaml"), "--state", str(state), "--as-of", DAY).out


def test_a_plan_fits_80_columns_plainly(told: str) -> None:
    assert max(len(line) for line in told.splitlines()) <= 80
    assert "\x1b" not in told
    assert all(line == line.rstrip() for line in told.splitlines())


def test_a_plan_says_the_sum_first_and_the_next_command_last(told: str) -> None:
    lines = told.splitlines()
    assert lines[0] == "Plan for 23 Nov 2026: nothing is written or sent by this command."
    assert re.fullmatch(r"\d+ mails · \d+ new rows · [\d,]+ cells change · \d+ things to mend", lines[1])
    assert lines[-1] == "Do it:  sheetcrm run"


def test_a_plan_uses_the_words_of_the_sheet(told: str) -> None:
    changed = told.partition("CELLS THAT CHANGE")[2]
    assert "→ expiring" in changed
    assert "renewal_risk" not in told
    assert "Renewal risk" in changed
    assert re.search(r"^MAIL · to \d people$", told, re.MULTILINE)
