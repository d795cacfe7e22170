"""Slots of the schedule: which ran, which failed and when they are tried again; and what failed, once per kind."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from sheetcrm.ledger.store import stamp


@dataclass(frozen=True)
class SlotRecord:
    """How far a slot came. ``state``: ``running``, ``done``, ``retry``, ``failed`` (given up) or ``missed``."""

    task: str
    slot: str
    state: str
    attempts: int
    next_try_at: datetime | None
    ended: datetime | None
    error: str


WAITING = "waiting"
"""The fingerprint of all runs that had to wait for the next one, whoever has the workbook open."""
WAITS = 3
"""Such runs in a row after which it is a failure."""


@dataclass(frozen=True)
class Failure:
    """Something that went wrong, once per kind: since when, how often, and when the operator was told."""

    fingerprint: str
    text: str
    first: datetime
    last: datetime
    count: int
    told_on: datetime | None

    @property
    def passing(self) -> bool:
        """Whether it is a wait for the next run that has not lasted long."""
        return self.fingerprint == WAITING and self.count < WAITS


def record(connection: sqlite3.Connection, task: str, slot: str) -> SlotRecord | None:
    """What is known of a slot."""
    row = connection.execute(f"SELECT {_SLOT} FROM slots WHERE task = ? AND slot = ?", (task, slot)).fetchone()  # noqa: S608
    return _slot(row) if row else None


def latest(connection: sqlite3.Connection, count: int) -> list[SlotRecord]:
    """The last slots that were touched, the newest first."""
    rows = connection.execute(f"SELECT {_SLOT} FROM slots ORDER BY rowid DESC LIMIT ?", (count,))  # noqa: S608
    return [_slot(row) for row in rows]


def note(
    connection: sqlite3.Connection,
    task: str,
    slot: str,
    state: str,
    now: datetime,
    *,
    attempts: int,
    next_try_at: datetime | None = None,
    error: str = "",
) -> None:
    """Note how far a slot came."""
    connection.execute(
        "INSERT INTO slots (task, slot, state, attempts, next_try_at, ended, error) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (task, slot) DO UPDATE SET state = excluded.state, attempts = excluded.attempts, "
        "next_try_at = excluded.next_try_at, ended = excluded.ended, error = excluded.error",
        (task, slot, state, attempts, next_try_at and stamp(next_try_at), stamp(now), error),
    )


def prune(connection: sqlite3.Connection, before: datetime) -> None:
    """Forget slots that ended long ago; no slot that old is ever due again."""
    connection.execute("DELETE FROM slots WHERE ended < ?", (stamp(before),))


def fail(connection: sqlite3.Connection, fingerprint: str, text: str, now: datetime) -> None:
    """Something went wrong, perhaps not for the first time."""
    connection.execute(
        "INSERT INTO failures (fingerprint, text, first, last, count) VALUES (?, ?, ?, ?, 1) "
        "ON CONFLICT (fingerprint) DO UPDATE SET last = excluded.last, count = count + 1, text = excluded.text",
        (fingerprint, text, stamp(now), stamp(now)),
    )


def failures(connection: sqlite3.Connection) -> list[Failure]:
    """What is wrong at present, the latest first."""
    rows = connection.execute("SELECT fingerprint, text, first, last, count, told_on FROM failures ORDER BY last DESC")
    return [
        Failure(mark, text, _at(first), _at(last), count, _maybe(told)) for mark, text, first, last, count, told in rows
    ]


def told(connection: sqlite3.Connection, fingerprint: str, now: datetime) -> None:
    """The operator's letter about it is queued."""
    connection.execute("UPDATE failures SET told_on = ? WHERE fingerprint = ?", (stamp(now), fingerprint))


def mended(connection: sqlite3.Connection) -> None:
    """A pass went through: what failed before is over, and would be news again."""
    connection.execute("DELETE FROM failures")


_SLOT = "task, slot, state, attempts, next_try_at, ended, error"


def _slot(row: tuple[str, str, str, int, str | None, str | None, str]) -> SlotRecord:
    task, slot, state, attempts, again, ended, error = row
    return SlotRecord(task, slot, state, attempts, _maybe(again), _maybe(ended), error)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _maybe(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
