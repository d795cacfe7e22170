"""Python's collector of cyclic garbage, out of the way of a pass that makes hundreds of thousands of values."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = (200_000, 50, 50)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for cyclic garbage seldom, and never among what was there before: that took a fifteenth of a pass."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
