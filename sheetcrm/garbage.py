"""Python's collector of cyclic garbage, out of the way of a pass that makes hundreds of thousands of values."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_SELDOM = (200_000, 50, 50)
_lock = Lock()
_before: list[tuple[int, int, int]] = []
"""What the collector did before each pass under way: passes in threads of one process overlap as they like."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for cyclic garbage seldom, and never among what was there before: that took a fifteenth of a pass."""
    with _lock:
        _before.append(_before[0] if _before else gc.get_threshold())
        gc.freeze()
        gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        with _lock:
            usual = _before.pop()
            if not _before:
                gc.set_threshold(*usual)
                gc.unfreeze()
