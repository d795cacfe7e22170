"""Runs: when each started, how it ended, and what would take it back."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sheetcrm.ledger.store import stamp

KEPT_UNDO = 30


@dataclass(frozen=True)
class Run:
    """One run. ``state``: ``running``, ``done``, ``postponed``, ``failed`` or ``broken`` (it never said how it ended).
    ``undo``: whether what it wrote can still be taken back."""

    id: int
    started: datetime
    ended: datetime | None
    as_of: date
    state: str
    counts: Mapping[str, int]
    error: str
    undo: bool


def begin(connection: sqlite3.Connection, as_of: date, base: str, now: datetime) -> int:
    """A new run; one that never said how it ended was broken off."""
    connection.execute("UPDATE runs SET state = 'broken' WHERE state = 'running'")
    run_id = connection.execute(
        "INSERT INTO runs (started, as_of, base, state) VALUES (?, ?, ?, 'running')",
        (stamp(now), as_of.isoformat(), base),
    ).lastrowid
    return int(run_id or 0)


def end(
    connection: sqlite3.Connection,
    run_id: int,
    state: str,
    now: datetime,
    *,
    counts: Mapping[str, int] | None = None,
    error: str = "",
) -> None:
    """How the run ended: ``done``, ``postponed`` or ``failed``."""
    found = connection.execute(
        "UPDATE runs SET state = ?, ended = ?, counts = ?, error = ? WHERE id = ?",
        (state, stamp(now), json.dumps(dict(counts or {})), error, run_id),
    ).rowcount
    if found != 1:
        raise KeyError(run_id)


def latest(connection: sqlite3.Connection, count: int) -> list[Run]:
    """The last runs, the newest first."""
    rows = connection.execute(
        "SELECT id, started, ended, as_of, state, counts, error, undo.run_id IS NOT NULL "
        "FROM runs LEFT JOIN undo ON undo.run_id = runs.id ORDER BY id DESC LIMIT ?",
        (count,),
    )
    return [
        Run(
            id,
            datetime.fromisoformat(started),
            datetime.fromisoformat(ended) if ended else None,
            date.fromisoformat(day),
            state,
            json.loads(counts),
            error,
            bool(undo),
        )
        for id, started, ended, day, state, counts, error, undo in rows
    ]


def finished(connection: sqlite3.Connection) -> bool:
    """Whether any run ever came to its end."""
    return connection.execute("SELECT 1 FROM runs WHERE state = 'done' LIMIT 1").fetchone() is not None


def began(connection: sqlite3.Connection) -> date | None:
    """The day of the first run that came to its end."""
    row = connection.execute("SELECT min(as_of) FROM runs WHERE state IN ('done', 'postponed')").fetchone()
    return date.fromisoformat(row[0]) if row and row[0] else None


def add_undo(connection: sqlite3.Connection, run_id: int, undo: bytes) -> None:
    """Keep what would take the run back, for the latest runs that changed something."""
    if not undo:
        return
    connection.execute("INSERT OR REPLACE INTO undo (run_id, blob) VALUES (?, ?)", (run_id, zlib.compress(undo, 6)))
    connection.execute(
        "DELETE FROM undo WHERE run_id NOT IN (SELECT run_id FROM undo ORDER BY run_id DESC LIMIT ?)", (KEPT_UNDO,)
    )


def read_undo(connection: sqlite3.Connection, run_id: int) -> bytes | None:
    """What was kept for the run; None when it changed nothing or is too long ago."""
    row = connection.execute("SELECT blob FROM undo WHERE run_id = ?", (run_id,)).fetchone()
    return None if row is None else zlib.decompress(row[0])
