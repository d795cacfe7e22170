"""Health over time: only changes are stored, so a day without a row says what the row before it says."""

from __future__ import annotations

import sqlite3
from datetime import date

import pandas as pd

_LATEST = """
    SELECT account_id, score, band FROM history AS h WHERE day = (
        SELECT max(day) FROM history WHERE account_id = h.account_id AND day {before} ?)
"""
_BEFORE = _LATEST.format(before="<")
_UNTIL = _LATEST.format(before="<=")


def add(connection: sqlite3.Connection, day: date, scores: pd.DataFrame) -> int:
    """Store the day's scores (``account_id``, ``score``, ``band``) that differ from the latest stored; how many.

    A score may be missing (no data): losing one is a change too.
    """
    text = day.isoformat()
    earlier = _states(connection, _BEFORE, text)
    today = _states(connection, _UNTIL, text)
    changed, settled = [], []
    for account_id, score, band in _rows(scores):
        if earlier.get(account_id) == (score, band):
            # Said so already before today: a row that an earlier run of today left would be no change.
            if today[account_id] != (score, band):
                settled.append((account_id, text))
        elif today.get(account_id) != (score, band):
            changed.append((account_id, text, score, band))
    connection.executemany("DELETE FROM history WHERE account_id = ? AND day = ?", settled)
    connection.executemany("INSERT OR REPLACE INTO history (account_id, day, score, band) VALUES (?, ?, ?, ?)", changed)
    return len(changed)


def read(connection: sqlite3.Connection, until: date) -> pd.DataFrame:
    """The changes up to a day: ``account_id``, ``day`` (datetime64), ``score`` (float, may be missing), ``band``."""
    rows = connection.execute(
        "SELECT account_id, day, score, band FROM history WHERE day <= ? ORDER BY day, account_id", (until.isoformat(),)
    ).fetchall()
    frame = pd.DataFrame(rows, columns=["account_id", "day", "score", "band"])
    return frame.astype({"account_id": "str", "day": "datetime64[s]", "score": "float64", "band": "str"})


def _states(connection: sqlite3.Connection, query: str, day: str) -> dict[str, tuple[float | None, str]]:
    return {account_id: (score, band) for account_id, score, band in connection.execute(query, (day,))}


def _rows(scores: pd.DataFrame) -> list[tuple[str, float | None, str]]:
    known = scores["score"].notna()
    return [
        (str(account_id), float(score) if has else None, band if isinstance(band, str) else "")
        for account_id, score, has, band in zip(
            scores["account_id"], scores["score"], known, scores["band"], strict=True
        )
    ]
