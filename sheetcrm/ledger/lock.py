"""One runner per state folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from sheetcrm.ledger.store import LedgerBusy

FILE = "lock"


@contextmanager
def instance_lock(folder: Path, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the state folder for the length of the block; LedgerBusy when another runner holds it.

    The lock is the operating system's: it ends with its process, however that ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / FILE)
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout as error:
        raise LedgerBusy(
            f"Another sheetcrm is working with {folder} right now. "
            "Wait until it is done, or give this one its own --state."
        ) from error
    try:
        yield
    finally:
        lock.release()
