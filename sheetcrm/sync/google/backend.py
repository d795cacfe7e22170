"""A Google Sheet as a place where a workbook lives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sheetcrm.model import TabRows
from sheetcrm.raw import RawBook, RawSheet
from sheetcrm.reading.headers import find_header, tab_of
from sheetcrm.reading.options import Options
from sheetcrm.schema import TABS
from sheetcrm.sync.changes import Changes, Outcome
from sheetcrm.sync.google.auth import account
from sheetcrm.sync.google.errors import GoogleError
from sheetcrm.sync.google.place import sheet_url
from sheetcrm.sync.google.read import Seen, read_book
from sheetcrm.sync.google.transport import SheetsTransport
from sheetcrm.sync.google.wanted import Wanted, late_tabs, wanted
from sheetcrm.sync.google.write import Writing

if TYPE_CHECKING:
    from sheetcrm.config import Config


class GoogleBackend:
    """The sheet with this id. ``transport.traffic`` counts the calls."""

    def __init__(self, transport: SheetsTransport, file_id: str, cfg: Config) -> None:
        self.transport = transport
        self.file_id = file_id
        self.cfg = cfg
        self._seen = Seen()
        self._base = ""

    @property
    def url(self) -> str:
        """Where people open the sheet."""
        return sheet_url(self.file_id)

    def read(self, wanted: Callable[[str], bool] | None = None) -> RawBook:
        """The wanted tabs as text, by two calls unless the sheet is large. Raises GoogleError in words."""
        most = self.cfg.google.cells_per_call
        book = read_book(self.transport, self.file_id, wanted, most, self._id_column)
        self._seen, self._base = book.scan, book.base
        return book

    def prepare(self, changes: Changes) -> PreparedSheet:
        """What is to be written, worked out and not written: no call is made. Raises GoogleError."""
        if changes.snapshot.base != self._base:
            raise GoogleError("These changes belong to an earlier reading of the sheet.")
        return PreparedSheet(self, changes, self._seen, wanted(changes, self._seen, self.file_id))

    def open_by(self) -> str | None:
        """Nobody: a Google Sheet is written while people have it open."""
        return None

    def _id_column(self, sheet: RawSheet) -> int | None:
        options = Options.of(self.cfg)
        known = tab_of(sheet.title, options)
        if known is None or not TABS[known[0]].id:
            return None
        tab = TABS[known[0]]
        return find_header(tab, sheet, options, known[1]).where.get(tab.id)


@dataclass(frozen=True)
class PreparedSheet:
    """Changes that are worked out against the sheet as it was read."""

    backend: GoogleBackend
    changes: Changes
    seen: Seen
    wanted: Wanted

    def write(self, late: Sequence[TabRows]) -> Outcome:
        """Write them with these tabs' contents, by the protocol of ``write``. Whatever Google refuses postpones."""
        more = late_tabs(self.changes, late, self.seen, self.backend.file_id)
        everything = Wanted([*self.wanted.rows, *more.rows], [*self.wanted.filled, *more.filled])
        writing = Writing(self.backend.transport, self.backend.file_id, self.backend.cfg.google, self.seen)
        try:
            return writing.write(everything)
        except GoogleError as error:
            return Outcome("postponed", str(error).rstrip("."))


def open_sheet(cfg: Config, file_id: str, folder: Path = Path()) -> GoogleBackend:
    """The backend for a sheet with the account of the settings; makes no call. Raises GoogleSetup in words."""
    return GoogleBackend(SheetsTransport(account(cfg.google, folder), cfg.google), file_id, cfg)
