"""What the alert rules remember of a case besides what was said: its moves, its open ladders, since when it is true."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import date

Moves = Mapping[str, tuple[str, date | None]]
Ladders = Mapping[str, tuple[tuple[str, int], ...]]
Matters = Mapping[tuple[str, str], tuple[date, date]]


def note_moves(connection: sqlite3.Connection, moves: Moves) -> None:
    """contract_id → renewal stage, and the day that counts as its change."""
    connection.executemany(
        "INSERT OR REPLACE INTO moves (contract_id, stage, moved_on) VALUES (?, ?, ?)",
        [(id, stage, day and day.isoformat()) for id, (stage, day) in moves.items()],
    )


def moves(connection: sqlite3.Connection) -> dict[str, tuple[str, date | None]]:
    """What ``note_moves`` noted."""
    rows = connection.execute("SELECT contract_id, stage, moved_on FROM moves")
    return {id: (stage, date.fromisoformat(day) if day else None) for id, stage, day in rows}


def open_ladders(connection: sqlite3.Connection, ladders: Ladders) -> None:
    """The rungs of escalations that begin; one that is open keeps the rungs it began with."""
    connection.executemany(
        "INSERT INTO ladders (name, rungs) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
        [(name, json.dumps(rungs)) for name, rungs in ladders.items()],
    )


def ladders(connection: sqlite3.Connection) -> dict[str, tuple[tuple[str, int], ...]]:
    """What ``open_ladders`` noted."""
    rows = connection.execute("SELECT name, rungs FROM ladders")
    return {name: tuple((role, after) for role, after in json.loads(rungs)) for name, rungs in rows}


def note_matters(connection: sqlite3.Connection, matters: Matters) -> None:
    """(rule, row id) → the day since which it is true, and the last day on which it was."""
    connection.executemany(
        "INSERT OR REPLACE INTO matters (rule, id, episode, last_true) VALUES (?, ?, ?, ?)",
        [(rule, id, since.isoformat(), last.isoformat()) for (rule, id), (since, last) in matters.items()],
    )


def matters(connection: sqlite3.Connection) -> dict[tuple[str, str], tuple[date, date]]:
    """What ``note_matters`` noted."""
    rows = connection.execute("SELECT rule, id, episode, last_true FROM matters")
    return {(rule, id): (date.fromisoformat(since), date.fromisoformat(last)) for rule, id, since, last in rows}
