"""The outbox: letters in their final bytes, and how far each got. A key enters once, for ever.

What a person decides about a letter stands in ``decisions``.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sheetcrm.ledger import alerts
from sheetcrm.ledger.store import LedgerError, stamp
from sheetcrm.letter import Letter, OutboxEntry, Receipt

_KEEP_BYTES = timedelta(days=90)
_FREE = "owner = '', leased_until = NULL"
_COLUMNS = (
    "key, kind, recipient, copies, subject, message_id, data, customer, alert_keys, composed_on, "
    "state, attempts, next_try_at, error, receipts, seq, queued_at, sent_at, owner, leased_until"
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


def entry(connection: sqlite3.Connection, number: int) -> OutboxEntry | None:
    """The letter with a number."""
    return next(iter(_entries(connection, "seq = ?", number)), None)


def filed(connection: sqlite3.Connection) -> list[OutboxEntry]:
    """The letters that count as sent, of which nobody got more than a file and whose bytes are kept; oldest first."""
    where = """state = 'sent' AND length(data) > 0 AND receipts LIKE '%["filed"%'"""
    return [entry for entry in _entries(connection, where) if entry.filed]


def latest(connection: sqlite3.Connection, count: int) -> list[OutboxEntry]:
    """The last letters that were queued, whatever became of them; oldest first."""
    newest = "seq IN (SELECT seq FROM outbox ORDER BY seq DESC LIMIT ?)"
    return _entries(connection, newest, count)


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """How many letters stand in each state."""
    return dict(connection.execute("SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state"))


def waiting_since_before(connection: sqlite3.Connection, day: date) -> int:
    """How many letters have been queued since an earlier day: no server takes them."""
    found = connection.execute(
        "SELECT count(*) FROM outbox WHERE state = 'queued' AND queued_at < ?", (day.isoformat(),)
    )
    return int(found.fetchone()[0])


def keys_of(connection: sqlite3.Connection, *kinds: str) -> frozenset[str]:
    """The keys of all letters of these kinds, whatever became of them."""
    marks = ", ".join("?" * len(kinds))
    return frozenset(key for (key,) in connection.execute(f"SELECT key FROM outbox WHERE kind IN ({marks})", kinds))  # noqa: S608


def customers_sent(connection: sqlite3.Connection, since: datetime) -> int:
    """How many customer letters left, or may have left, since a moment."""
    row = connection.execute("SELECT count(*) FROM outbox WHERE customer = 1 AND sent_at >= ?", (stamp(since),))
    return int(row.fetchone()[0])


def sent_moments(connection: sqlite3.Connection, since: datetime) -> list[datetime]:
    """When letters left, or may have left, since a moment; oldest first."""
    rows = connection.execute("SELECT sent_at FROM outbox WHERE sent_at >= ? ORDER BY sent_at", (stamp(since),))
    return [datetime.fromisoformat(row[0]) for row in rows]


def mark_sending(connection: sqlite3.Connection, key: str, now: datetime, owner: str, until: datetime) -> bool:
    """Before DATA: from here on, only the server's answer can say that the letter did not leave.

    It is ``owner``'s until ``until``. False when it is somebody else's, or was settled: then it must not be sent.
    """
    # sent_at counts from here, so that a customer letter with an unknown end uses up the day's cap.
    found = connection.execute(
        "UPDATE outbox SET state = 'sending', sent_at = ?, owner = ?, leased_until = ? WHERE key = ? AND ("
        "state = 'queued' AND coalesce(next_try_at, '') <= ? "
        "OR state = 'sending' AND (owner = ? OR coalesce(leased_until, '') <= ?))",
        (stamp(now), owner, stamp(until), key, stamp(now), owner, stamp(now)),
    )
    return found.rowcount == 1


def mark_sent(
    connection: sqlite3.Connection,
    key: str,
    now: datetime,
    note: str = "",
    receipts: Mapping[str, Receipt] | None = None,
) -> None:
    """The server took it: whatever else was thought of the letter meanwhile, this is what happened. ``note`` says whom
    it refused for good, if anybody."""
    fields = f"state = 'sent', next_try_at = NULL, error = ?, sent_at = ?, {_FREE}"
    _change(connection, key, fields, receipts, note, stamp(now))
    alerts.follow(connection, _alert_keys(connection, key), "sent")


def mark_failed(
    connection: sqlite3.Connection,
    key: str,
    error: str,
    *,
    permanent: bool,
    next_try_at: datetime | None,
    receipts: Mapping[str, Receipt] | None = None,
    counts: bool = True,
) -> None:
    """Not delivered: a dead letter when ``permanent``, else back to the queue until ``next_try_at``.

    ``counts``: whether it is the letter's own failure. A letter that left meanwhile stays ``sent``.
    """
    later = None if permanent or next_try_at is None else stamp(next_try_at)
    state = "failed" if permanent else "queued"
    fields = f"state = ?, attempts = attempts + ?, error = ?, next_try_at = ?, sent_at = NULL, {_FREE}"
    if _change(connection, key, fields, receipts, state, int(counts), error, later, unless_sent=True):
        alerts.follow(connection, _alert_keys(connection, key), state)


def hold(connection: sqlite3.Connection, key: str, why: str, receipts: Mapping[str, Receipt] | None = None) -> None:
    """Kept for a person to decide: it may have left, and must not leave twice. One that left stays ``sent``."""
    fields = f"state = 'held', next_try_at = NULL, error = ?, {_FREE}"
    if _change(connection, key, fields, receipts, why, unless_sent=True):
        alerts.follow(connection, _alert_keys(connection, key), "held")


def defer(connection: sqlite3.Connection, until: datetime, why: str) -> None:
    """Nothing gets through before a moment: whatever is queued waits at least until then, at no cost to it."""
    connection.execute(
        "UPDATE outbox SET next_try_at = ?, error = CASE error WHEN '' THEN ? ELSE error END "
        "WHERE state = 'queued' AND coalesce(next_try_at, '') < ?",
        (stamp(until), why, stamp(until)),
    )


def prune(connection: sqlite3.Connection, now: datetime) -> None:
    """Drop the bytes of letters that left, or were given up, long ago; their keys stay."""
    connection.execute(
        "UPDATE outbox SET data = x'' "
        "WHERE state IN ('sent', 'dropped') AND coalesce(sent_at, queued_at) < ? AND length(data) > 0",
        (stamp(now - _KEEP_BYTES),),
    )


def _refuse_other_alerts(letter: Letter, known: list[str]) -> None:
    strangers = set(letter.keys) - set(known)
    if strangers:
        raise LedgerError(f"letter {letter.key} is known, but not with the alerts {sorted(strangers)}")


def _change(
    connection: sqlite3.Connection,
    key: str,
    fields: str,
    receipts: Mapping[str, Receipt] | None,
    *values: object,
    unless_sent: bool = False,
) -> bool:
    """Change a letter, and what is known of its recipients (None: as it was). False when it was sent already."""
    if receipts is not None:
        fields, values = f"{fields}, receipts = ?", (*values, _packed(receipts))
    where = "key = ? AND state <> 'sent'" if unless_sent else "key = ?"
    found = connection.execute(f"UPDATE outbox SET {fields} WHERE {where}", (*values, key)).rowcount  # noqa: S608
    if not found and not connection.execute("SELECT 1 FROM outbox WHERE key = ?", (key,)).fetchone():
        raise KeyError(key)
    return found == 1


def _packed(receipts: Mapping[str, Receipt]) -> str:
    return json.dumps({address: [one.fate, one.reply] for address, one in receipts.items()}, ensure_ascii=False)


def _alert_keys(connection: sqlite3.Connection, key: str) -> list[str]:
    keys: str = connection.execute("SELECT alert_keys FROM outbox WHERE key = ?", (key,)).fetchone()[0]
    return list(json.loads(keys))


def _entries(connection: sqlite3.Connection, where: str, *values: object) -> list[OutboxEntry]:
    rows = connection.execute(f"SELECT {_COLUMNS} FROM outbox WHERE {where} ORDER BY seq", values)  # noqa: S608
    return [_entry(row) for row in rows]


def _entry(row: tuple[Any, ...]) -> OutboxEntry:
    (key, kind, to, copies, subject, message_id, data, customer, keys, day,
     state, attempts, again, error, receipts, number, queued_at, sent_at, owner, until) = row  # fmt: skip
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
        next_try_at=_moment(again),
        error=error,
        receipts={address: Receipt(*receipt) for address, receipt in json.loads(receipts).items()},
        number=number,
        queued_at=_moment(queued_at),
        sent_at=_moment(sent_at),
        owner=owner,
        leased_until=_moment(until),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _list(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
