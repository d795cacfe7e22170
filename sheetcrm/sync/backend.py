"""What a place where workbooks live can do: an Excel file, a Google Sheet, memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sheetcrm.raw import RawBook
from sheetcrm.sync.changes import Changes, Prepared


class Backend(Protocol):
    """Where a workbook lives."""

    def read(self, wanted: Callable[[str], bool] | None = None) -> RawBook:
        """The tabs whose title is wanted (None: all). Raises the backend's own refusal in words."""
        ...

    def prepare(self, changes: Changes) -> Prepared:
        """The changed workbook, built but not visible yet. Refuses in words what can't be written safely."""
        ...

    def open_by(self) -> str | None:
        """Who has the workbook open elsewhere at this moment ("" where that is not said); None: nobody."""
        ...
