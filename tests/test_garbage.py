"""The collector's habits are a pass's own business: they are as before when it ends."""

from __future__ import annotations

import gc

import pytest

from sheetcrm.garbage import seldom_collected


def test_garbage_is_looked_for_seldom_and_only_while_it_lasts() -> None:
    usual = gc.get_threshold()
    with seldom_collected():
        assert gc.get_threshold()[0] > usual[0]
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == usual
    assert gc.get_freeze_count() == 0


def test_the_usual_habits_come_back_after_a_failure() -> None:
    usual = gc.get_threshold()
    with pytest.raises(OSError, match="disk full"), seldom_collected():
        raise OSError("disk full")
    assert gc.get_threshold() == usual
