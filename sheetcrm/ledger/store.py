"""The SQLite file: how it is opened, what it refuses, and the one way to write to it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sheetcrm.ledger.migrations import MIGRATIONS, migrate, version_of

FILE = "ledger.db"
_BUSY_SECONDS = 10.0


class LedgerError(Exception):
    """The ledger can't be used; the message is a sentence for the person who runs the product."""


class LedgerMismatch(LedgerError):  # noqa: N818
    """The state folder belongs to another workbook."""


class LedgerAhead(LedgerError):  # noqa: N818
    """A run worked on a day that is still to come."""


class LedgerBusy(LedgerError):  # noqa: N818
    """Another runner holds this state folder."""


def open_file(folder: Path) -> sqlite3.Connection:
    """Open (or make) the ledger of a state folder for writing, at its newest version.

    Raises LedgerError, in words, for a file of a newer sheetcrm, a file that is no ledger, or a folder that can't be
    written.
    """
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    except (OSError, sqlite3.OperationalError) as error:
        raise LedgerError(
            f"The state folder {folder} can't be used: {error}. Choose another one with --state."
        ) from error
    try:
        _refuse_newer(connection, path)
        # WAL: a reader (plan, status) never waits for a run. FULL: a commit that returned survives a power cut.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        migrate(connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _unreadable(path, error) from error
    except LedgerError:
        connection.close()
        raise
    return connection


def open_copy(folder: Path) -> sqlite3.Connection:
    """A private copy in memory of the folder's ledger (empty if there is none): looking changes no file."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    path = folder / FILE
    if path.is_file():
        try:
            source = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
            try:
                _refuse_newer(source, path)
                source.backup(connection)
            finally:
                source.close()
        except sqlite3.DatabaseError as error:
            raise _unreadable(path, error) from error
    migrate(connection)
    return connection


@contextmanager
def write(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One transaction: all of it is durable when the block ends, none of it when it raises.

    IMMEDIATE, because a transaction that starts by reading fails at its first write when another one wrote meanwhile.
    Raises LedgerError, in words, when the disk does not take it.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            _roll_back(connection)
            raise
    except sqlite3.OperationalError as error:
        raise LedgerError(
            f"The ledger can't be written ({error}). See whether the disk of the state folder is full, and run again: "
            "the next run goes on where this one stopped."
        ) from error


def _roll_back(connection: sqlite3.Connection) -> None:
    # SQLite has done so by itself already after some failures of the disk.
    if connection.in_transaction:
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("ROLLBACK")


def stamp(now: datetime) -> str:
    """A moment as it is stored: UTC, to the second, so that text order is time order."""
    if now.tzinfo is None:
        raise ValueError("a moment without a zone can't be stored")
    return now.astimezone(UTC).isoformat(timespec="seconds")


def _refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    version = version_of(connection)
    if version > len(MIGRATIONS):
        raise LedgerError(
            f"{path} was written by a newer sheetcrm (its version is {version}, this one knows {len(MIGRATIONS)}). "
            "Update sheetcrm on this machine. Nothing was changed."
        )


def _unreadable(path: Path, error: sqlite3.DatabaseError) -> LedgerError:
    return LedgerError(
        f"{path} can't be read as a ledger ({error}). Move it away and run again: "
        "what was alerted is taken from the workbook's alerts tab."
    )
