"""What people decide about letters: send one again, or give it up. Never of one that is being sent, or left by mail."""

from __future__ import annotations

import json
import sqlite3

from sheetcrm.ledger import alerts, outbox
from sheetcrm.letter import OutboxEntry

UNSENT = ("queued", "failed", "held")
"""States in which a letter waits for something, so that a person may decide about it."""


def requeue(connection: sqlite3.Connection, number: int) -> bool:
    """Let the letter leave with the next drain, to everybody who does not have it. False when it neither waits nor is
    only a file."""
    found = outbox.entry(connection, number)
    if found is None or not (found.state in UNSENT or found.filed):
        return False
    having = {
        to: [receipt.fate, receipt.reply] for to, receipt in found.receipts.items() if receipt.fate == "delivered"
    }
    # sent_at stays: a letter that may have left today still counts against the day's customer cap.
    connection.execute(
        "UPDATE outbox SET state = 'queued', attempts = 0, next_try_at = NULL, error = '', receipts = ? WHERE seq = ?",
        (json.dumps(having, ensure_ascii=False), number),
    )
    _follow(connection, found, "queued")
    return True


def drop(connection: sqlite3.Connection, number: int, why: str) -> bool:
    """Give the letter up: it never leaves. Nobody heard of its alerts by it, so they are ``failed``. False when it does
    not wait."""
    found = outbox.entry(connection, number)
    if found is None or found.state not in UNSENT:
        return False
    connection.execute(
        "UPDATE outbox SET state = 'dropped', next_try_at = NULL, error = ? WHERE seq = ?",
        (f"{why}: {found.error}" if found.error else why, number),
    )
    _follow(connection, found, "failed")
    return True


def _follow(connection: sqlite3.Connection, found: OutboxEntry, state: str) -> None:
    alerts.follow(connection, found.letter.keys, state)
