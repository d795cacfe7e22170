"""The outbox: letters in their final bytes, and how far each got. A key enters once, for ever."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sheetcrm.ledger import alerts
from sheetcrm.ledger.store import LedgerError, stamp
from sheetcrm.letter import Letter, OutboxEntry

_KEEP_BYTES = timedelta(days=90)
_COLUMNS = (
    "key, kind, recipient, copies, subject, message_id, data, customer, alert_keys, composed_on, "
    "state, attempts, next_try_at, error, delivered"
)


def add(connection: sqlite3.Connection, letters: Sequence[Letter], now: datetime) -> None:
    """Queue the letters whose keys are new.

    Raises LedgerError when a known key comes with other alerts than it had: those alerts would never be mailed.
    """
    for letter in letters:
        known = connection.execute("SELECT alert_keys FROM outbox WHERE key = ?", (letter.key,)).fetchone()
        if known is not None:
            _refuse_other_alerts(letter, json.loads(known[0]))
            continue
        connection.execute(
            "INSERT INTO outbox (key, kind, recipient, copies, subject, message_id, data, customer, alert_keys, "
            "composed_on, state, error, queued_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                letter.key, letter.kind, letter.to, _list(letter.copies), letter.subject, letter.message_id,
                letter.data, letter.customer, _list(letter.keys), letter.composed_on.isoformat(),
                "held" if letter.held else "queued", letter.held, stamp(now),
            ),
        )  # fmt: skip
        if letter.held:
            alerts.follow(connection, letter.keys, "held")


def due(connection: sqlite3.Connection, now: datetime) -> list[OutboxEntry]:
    """The queued letters whose time has come, in the order in which they were queued."""
    where = "state = 'queued' AND (next_try_at IS NULL OR next_try_at <= ?)"
    return _entries(connection, where, stamp(now))


def entries(connection: sqlite3.Connection, *states: str) -> list[OutboxEntry]:
    """All letters in these states, oldest first."""
    marks = ", ".join("?" * len(states))
    return _entries(connection, f"state IN ({marks})", *states)


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """How many letters stand in each state."""
    return dict(connection.execute("SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state"))


def customers_sent(connection: sqlite3.Connection, since: datetime) -> int:
    """How many customer letters left, or may have left, since a moment."""
    row = connection.execute("SELECT count(*) FROM outbox WHERE customer = 1 AND sent_at >= ?", (stamp(since),))
    return int(row.fetchone()[0])


def mark_sending(connection: sqlite3.Connection, key: str, now: datetime) -> None:
    """Before DATA: from here on, only the server's answer can say that the letter did not leave."""
    # sent_at counts from here, so that a customer letter with an unknown end uses up the day's cap.
    _change(connection, key, "state = 'sending', sent_at = ?", stamp(now))


def mark_sent(connection: sqlite3.Connection, key: str, now: datetime, note: str = "") -> None:
    """The server took it. ``note`` says whom it refused for good, if anybody."""
    _change(connection, key, "state = 'sent', next_try_at = NULL, error = ?, sent_at = ?", note, stamp(now))
    alerts.follow(connection, _alert_keys(connection, key), "sent")


def mark_failed(
    connection: sqlite3.Connection,
    key: str,
    error: str,
    *,
    permanent: bool,
    next_try_at: datetime | None,
    delivered: Sequence[str],
) -> None:
    """Not delivered: a dead letter when ``permanent``, else back to the queue until ``next_try_at``."""
    later = None if permanent or next_try_at is None else stamp(next_try_at)
    state = "failed" if permanent else "queued"
    fields = "state = ?, attempts = attempts + 1, error = ?, next_try_at = ?, sent_at = NULL, delivered = ?"
    _change(connection, key, fields, state, error, later, _list(delivered))
    alerts.follow(connection, _alert_keys(connection, key), state)


def hold(connection: sqlite3.Connection, key: str, why: str) -> None:
    """Kept for a person to decide: it may have left, and must not leave twice."""
    _change(connection, key, "state = 'held', next_try_at = NULL, error = ?", why)
    alerts.follow(connection, _alert_keys(connection, key), "held")


def prune(connection: sqlite3.Connection, now: datetime) -> None:
    """Drop the bytes of letters that left long ago; their keys stay."""
    connection.execute(
        "UPDATE outbox SET data = x'' WHERE state = 'sent' AND sent_at < ? AND length(data) > 0",
        (stamp(now - _KEEP_BYTES),),
    )


def _refuse_other_alerts(letter: Letter, known: list[str]) -> None:
    strangers = set(letter.keys) - set(known)
    if strangers:
        raise LedgerError(f"letter {letter.key} is known, but not with the alerts {sorted(strangers)}")


def _change(connection: sqlite3.Connection, key: str, fields: str, *values: object) -> None:
    found = connection.execute(f"UPDATE outbox SET {fields} WHERE key = ?", (*values, key)).rowcount  # noqa: S608
    if found != 1:
        raise KeyError(key)


def _alert_keys(connection: sqlite3.Connection, key: str) -> list[str]:
    keys: str = connection.execute("SELECT alert_keys FROM outbox WHERE key = ?", (key,)).fetchone()[0]
    return list(json.loads(keys))


def _entries(connection: sqlite3.Connection, where: str, *values: object) -> list[OutboxEntry]:
    rows = connection.execute(f"SELECT {_COLUMNS} FROM outbox WHERE {where} ORDER BY seq", values)  # noqa: S608
    return [_entry(row) for row in rows]


def _entry(row: tuple[Any, ...]) -> OutboxEntry:
    key, kind, to, copies, subject, message_id, data, customer, keys, day, state, attempts, again, error, reached = row
    letter = Letter(
        key=key,
        kind=kind,
        to=to,
        copies=json.loads(copies),
        subject=subject,
        message_id=message_id,
        data=data,
        customer=bool(customer),
        keys=json.loads(keys),
        composed_on=date.fromisoformat(day),
    )
    return OutboxEntry(
        letter=letter,
        state=state,
        attempts=attempts,
        next_try_at=datetime.fromisoformat(again) if again else None,
        error=error,
        delivered=json.loads(reached),
    )


def _list(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
