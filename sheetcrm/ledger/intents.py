"""Rows that the runner appends: the intent, with all its cells, is durable before the sheet is touched.

A row is made once per cause. ``pending`` rows are written by the next run that can write (this one crashed, or the
sheet was locked). A ``written`` row that is not in the sheet any more was deleted by a person: never again. A
``deleted`` row was never written: people made it needless while it was pending.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sheetcrm.model import MATTER, NewRow, Value


def add(connection: sqlite3.Connection, run_id: int, rows: Sequence[NewRow]) -> None:
    """Note the rows to append; a cause that is known stays as it is."""
    connection.executemany(
        "INSERT INTO intents (cause, tab, id, data, state, run_id) VALUES (?, ?, ?, ?, 'pending', ?) "
        "ON CONFLICT (cause) DO NOTHING",
        [(row.cause, row.tab, row.id, _dumps(row), run_id) for row in rows],
    )
    # What a row answers besides its cause is settled with it: it is never owed by itself.
    connection.executemany(
        "INSERT INTO intents (cause, tab, id, data, state, run_id) VALUES (?, ?, ?, '{}', 'written', ?) "
        "ON CONFLICT (cause) DO NOTHING",
        [(cause, row.tab, row.id, run_id) for row in rows for cause in row.also],
    )


def settle(connection: sqlite3.Connection, causes: Iterable[str], state: str) -> None:
    """Mark rows as ``written`` or ``deleted``."""
    connection.executemany("UPDATE intents SET state = ? WHERE cause = ?", [(state, cause) for cause in causes])


def causes(connection: sqlite3.Connection) -> dict[str, str]:
    """cause → id of every row that was ever intended."""
    return dict(connection.execute("SELECT cause, id FROM intents ORDER BY rowid"))


def given(connection: sqlite3.Connection, as_of: date) -> dict[str, int]:
    """Owner → how many tasks of matters the runs of this day decided on."""
    return dict(
        connection.execute(
            "SELECT coalesce(json_extract(data, '$.owner'), '') AS owner, count(*) FROM intents "
            "JOIN runs ON runs.id = run_id WHERE as_of = ? AND substr(cause, 1, ?) = ? AND data <> '{}' GROUP BY owner",
            (as_of.isoformat(), len(MATTER), MATTER),
        )
    )


def pending(connection: sqlite3.Connection) -> list[NewRow]:
    """The rows that are still owed to the sheet, oldest first."""
    rows = connection.execute("SELECT tab, id, cause, data FROM intents WHERE state = 'pending' ORDER BY rowid")
    return [NewRow(tab=tab, id=row_id, cause=cause, values=_loads(data)) for tab, row_id, cause, data in rows]


def of_run(connection: sqlite3.Connection, run_id: int) -> list[str]:
    """The rows that a run decided on, as ``tab id``."""
    rows = connection.execute("SELECT tab, id FROM intents WHERE run_id = ? ORDER BY rowid", (run_id,))
    return [f"{tab} {id}" for tab, id in rows]


def _dumps(row: NewRow) -> str:
    return json.dumps(dict(row.values), default=_tagged, ensure_ascii=False, allow_nan=False)


def _tagged(value: object) -> dict[str, str]:
    # A datetime is a date too, so it is asked first.
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    raise TypeError(f"{value!r} is no cell value")


def _loads(data: str) -> dict[str, Value]:
    return {key: _untagged(value) for key, value in json.loads(data).items()}


def _untagged(value: Value | dict[str, str]) -> Value:
    if not isinstance(value, dict):
        return value
    if "datetime" in value:
        return datetime.fromisoformat(value["datetime"])
    return date.fromisoformat(value["date"])
