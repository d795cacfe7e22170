"""The collector's habits are a pass's own business: they are as before when the last one under way ends."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from sheetcrm.garbage import seldom_collected

_USUAL = (1_000, 7, 7)


@pytest.fixture(autouse=True)
def usual_habits() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(*_USUAL)
    yield
    gc.set_threshold(*before)


def test_garbage_is_looked_for_seldom_and_only_while_it_lasts() -> None:
    with seldom_collected():
        assert gc.get_threshold()[0] > _USUAL[0]
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == _USUAL
    assert gc.get_freeze_count() == 0


def test_the_usual_habits_come_back_after_a_failure() -> None:
    with pytest.raises(OSError, match="disk full"), seldom_collected():
        raise OSError("disk full")
    assert gc.get_threshold() == _USUAL


def test_of_two_passes_that_overlap_the_last_to_end_puts_the_habits_back() -> None:
    first, second = ExitStack(), ExitStack()
    first.enter_context(seldom_collected())
    second.enter_context(seldom_collected())
    first.close()
    assert gc.get_threshold()[0] > _USUAL[0]
    second.close()
    assert gc.get_threshold() == _USUAL
