"""A workbook on disk: read through the guard, written by patching, replaced whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from sheetcrm.config import Excel
from sheetcrm.model import TabRows
from sheetcrm.sync.backend import RawBook
from sheetcrm.sync.changes import Changes, Outcome
from sheetcrm.sync.excel import assemble
from sheetcrm.sync.excel.lock import OpenElsewhere, who_has_it_open
from sheetcrm.sync.excel.patch import patch_book
from sheetcrm.sync.excel.replace import replace_atomically

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

    def read(self, wanted: Callable[[str], bool] | None = None) -> RawBook:
        """All wanted tabs as text. Raises Refused, in words, for a workbook that is not safe or not readable."""
        from sheetcrm.sync.excel.read import read_book

        return read_book(self.path, wanted)

    def prepare(self, changes: Changes) -> PreparedBook:
        """Build and verify the new workbook in memory; nothing is written. Raises Refused."""
        source = self.path.read_bytes()
        edits = assemble.edits(changes)
        result = patch_book(source, edits)
        return PreparedBook(self, changes, result.data, result.changed, result.report.cells)

    def open_elsewhere(self) -> OpenElsewhere | None:
        """Who has the workbook open, waiting a little for them to close it."""
        if self.ignore_lock:
            return None
        until = time.monotonic() + self.settings.wait_seconds
        while True:
            who = who_has_it_open(self.path, ignore_stale_after=timedelta(hours=self.settings.stale_lock_hours))
            if who is None or time.monotonic() >= until:
                return who
            time.sleep(min(1.0, self.settings.wait_seconds))


@dataclass(frozen=True)
class PreparedBook:
    """A workbook that is built in memory and checked."""

    backend: ExcelBackend
    changes: Changes
    data: bytes
    changed: bool
    cells: int

    def write(self, late: Sequence[TabRows]) -> Outcome:
        """Replace the workbook with this one and these tabs' contents.

        1. Add the late tabs (the alerts with their true states) to the prepared bytes.
        2. Nothing differs: not one byte is written.
        3. Somebody has it open: postponed, saying who.
        4. Exchange the files; if what came out is not what was read, put it back and say so.
        """
        late_edits = assemble.owned(self.changes.snapshot, late, self.changes.words)
        result = patch_book(self.data, late_edits)
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
