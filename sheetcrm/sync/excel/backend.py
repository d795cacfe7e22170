"""A workbook on disk: read through the guard, written by patching, replaced whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from sheetcrm.config import Excel
from sheetcrm.model import TabRows
from sheetcrm.raw import RawBook
from sheetcrm.sync.changes import Changes, Outcome
from sheetcrm.sync.excel import assemble
from sheetcrm.sync.excel.facts import BookScan
from sheetcrm.sync.excel.lock import OpenElsewhere, who_has_it_open
from sheetcrm.sync.excel.memory import give_back
from sheetcrm.sync.excel.patch import patch_book
from sheetcrm.sync.excel.replace import recover_interrupted, replace_atomically

# A replacement that failed (no space, no right to write) left the workbook as it was: the next run tries again.
_STATES: Mapping[str, Literal["written", "changed", "postponed"]] = {
    "replaced": "written",
    "changed_meanwhile": "changed",
    "locked": "postponed",
    "failed": "postponed",
}


@dataclass(frozen=True)
class ExcelBackend:
    """The workbook at ``path``; ``backups`` is where copies of earlier versions are kept."""

    path: Path
    settings: Excel
    backups: Path
    ignore_lock: bool = False
    _seen: dict[str, BookScan] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The scan of the version that was read last, by its hash."""

    def read(self, wanted: Callable[[str], bool] | None = None) -> RawBook:
        """All wanted tabs as text. Raises Refused, in words, for a workbook that is not safe or not readable."""
        from sheetcrm.sync.excel.read import read_book

        self._seen.clear()
        book = read_book(self.path, wanted)
        self._seen[book.base] = book.scan
        give_back()
        return book

    def prepare(self, changes: Changes) -> PreparedBook:
        """Build and verify the new workbook in memory; nothing is written. Raises Refused.

        What an interrupted run left beside the workbook is cleared up first, because this run may have nothing to
        write. Where that, or a person, put another version in place than was read, ``write`` says ``changed``.
        """
        self._recover()
        give_back()
        source = self.path.read_bytes()
        if hashlib.sha256(source).hexdigest() != changes.snapshot.base:
            return PreparedBook(self, changes, source, changed=True, cells=0, stale=True)
        scan = self._seen.pop(changes.snapshot.base, None)
        result = patch_book(source, assemble.Edits(changes), scan)
        known = None if result.changed else scan
        return PreparedBook(self, changes, result.data, result.changed, result.report.cells, scan=known)

    def open_by(self) -> str | None:
        """Who has the workbook open at this moment ("" when their program does not say), None when nobody has."""
        who = self._open_now()
        return None if who is None else who.user

    def open_elsewhere(self) -> OpenElsewhere | None:
        """Who has the workbook open, waiting a little for them to close it."""
        until = time.monotonic() + self.settings.wait_seconds
        while True:
            who = self._open_now()
            if who is None or time.monotonic() >= until:
                return who
            time.sleep(min(1.0, self.settings.wait_seconds))

    def _open_now(self) -> OpenElsewhere | None:
        if self.ignore_lock:
            return None
        return who_has_it_open(self.path, ignore_stale_after=timedelta(hours=self.settings.stale_lock_hours))

    def _recover(self) -> None:
        """Not while somebody has the workbook open, and no reason to stop: the replacement tries it again."""
        if self._open_now() is None:
            with contextlib.suppress(OSError):
                recover_interrupted(self.path, self.backups)


@dataclass(frozen=True)
class PreparedBook:
    """A workbook that is built in memory and checked.

    ``stale``: not built, because another one is in place now. ``scan``: of these bytes, where they are those that were
    read.
    """

    backend: ExcelBackend
    changes: Changes
    data: bytes
    changed: bool
    cells: int
    stale: bool = False
    scan: BookScan | None = field(default=None, repr=False, compare=False)

    def write(self, late: Sequence[TabRows]) -> Outcome:
        """Replace the workbook with this one and these tabs' contents.

        1. Add the late tabs (the alerts with their true states) to the prepared bytes.
        2. Nothing differs: not one byte is written.
        3. Somebody has it open: postponed, saying who.
        4. Exchange the files; if what came out is not what was read, put it back and say so.
        """
        if self.stale:
            return Outcome("changed", f"{self.backend.path.name} was saved by someone after it was read.")
        late_edits = assemble.owned(self.changes.snapshot, late, self.changes.words)
        result = patch_book(self.data, late_edits, self.scan)
        cells = self.cells + result.report.cells
        if not self.changed and not result.changed:
            return Outcome("unchanged")
        who = self.backend.open_elsewhere()
        if who is not None:
            return Outcome("postponed", str(who))
        done = replace_atomically(
            self.backend.path,
            result.data,
            expected_sha256=self.changes.snapshot.base,
            backups=self.backend.backups,
            keep=self.backend.settings.backups,
        )
        return Outcome(_STATES[done.state], done.why, cells)
