"""How ``check`` tells its lines: what stops a run first, wrapped under themselves, and a sum with the next command."""

from __future__ import annotations

import pytest

from sheetcrm.cli.lines import Line, ordered, show, summary

LINES = [Line("ok", "settings"), Line("warn", "a cell", "Contracts!F8"), Line("note", "no mail"), Line("bad", "locked")]


def test_what_stops_a_run_comes_first_and_ticks_last() -> None:
    assert [line.state for line in ordered(LINES)] == ["bad", "warn", "note", "ok"]


def test_lines_of_a_kind_keep_their_order() -> None:
    assert [line.what for line in ordered([Line("ok", "b"), Line("ok", "a")])] == ["b", "a"]


def test_the_sum_names_what_to_do_next() -> None:
    assert summary(LINES, next_command="sheetcrm plan") == (
        "1 thing to do before it can work, 1 thing to mend, 1 remark, 1 in order.\nThen again:  sheetcrm check"
    )
    assert summary([Line("ok", "settings")] * 2, next_command="sheetcrm plan") == (
        "Nothing stops a run, 2 in order.\nNext:  sheetcrm plan"
    )


def test_long_lines_hang_under_their_mark(capsys: pytest.CaptureFixture[str]) -> None:
    show([Line("warn", "word " * 40, "sheetcrm plan [red]")], "end")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("! word")
    assert lines[1].startswith("  word")
    assert "  → sheetcrm plan [red]" in lines
    assert lines[-1] == "end"
    assert max(map(len, lines)) <= 100
