"""The ledger's tables, as a numbered list of migrations on ``PRAGMA user_version``: append, never edit."""

from __future__ import annotations

import sqlite3

_FIRST = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE alerts (
        key TEXT PRIMARY KEY, rule TEXT NOT NULL, stage TEXT NOT NULL, tab TEXT NOT NULL, id TEXT NOT NULL,
        contract_id TEXT NOT NULL, account_id TEXT NOT NULL, person TEXT NOT NULL, state TEXT NOT NULL,
        why TEXT NOT NULL, alerted_on TEXT NOT NULL, deadline TEXT, value REAL NOT NULL,
        acknowledged_by TEXT NOT NULL, acknowledged_on TEXT)""",
    """CREATE TABLE intents (
        cause TEXT PRIMARY KEY, tab TEXT NOT NULL, id TEXT NOT NULL, data TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('pending', 'written', 'deleted')), run_id INTEGER NOT NULL)""",
    "CREATE INDEX intents_pending ON intents (state) WHERE state = 'pending'",
    """CREATE TABLE outbox (
        seq INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, recipient TEXT NOT NULL,
        copies TEXT NOT NULL, subject TEXT NOT NULL, message_id TEXT NOT NULL, data BLOB NOT NULL,
        customer INTEGER NOT NULL, alert_keys TEXT NOT NULL, composed_on TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'held')),
        attempts INTEGER NOT NULL DEFAULT 0, next_try_at TEXT, error TEXT NOT NULL DEFAULT '',
        delivered TEXT NOT NULL DEFAULT '[]', queued_at TEXT NOT NULL, sent_at TEXT)""",
    "CREATE INDEX outbox_open ON outbox (state) WHERE state <> 'sent'",
    "CREATE INDEX outbox_customers ON outbox (sent_at) WHERE customer = 1",
    """CREATE TABLE history (
        account_id TEXT NOT NULL, day TEXT NOT NULL, score REAL, band TEXT NOT NULL,
        PRIMARY KEY (account_id, day)) WITHOUT ROWID""",
    "CREATE TABLE digests (address TEXT PRIMARY KEY, day TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE runs (
        id INTEGER PRIMARY KEY, started TEXT NOT NULL, ended TEXT, as_of TEXT NOT NULL, base TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('running', 'done', 'postponed', 'failed', 'broken')),
        counts TEXT NOT NULL DEFAULT '{}', error TEXT NOT NULL DEFAULT '')""",
    "CREATE TABLE undo (run_id INTEGER PRIMARY KEY, blob BLOB NOT NULL)",
    "CREATE TABLE seen (contract_id TEXT PRIMARY KEY, deadline TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE sizes (tab TEXT PRIMARY KEY, rows INTEGER NOT NULL) WITHOUT ROWID",
)

_ESCALATIONS = (
    "CREATE TABLE bundles (address TEXT PRIMARY KEY, day TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE moves (contract_id TEXT PRIMARY KEY, stage TEXT NOT NULL, moved_on TEXT) WITHOUT ROWID",
    "CREATE TABLE ladders (name TEXT PRIMARY KEY, rungs TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE matters (
        rule TEXT NOT NULL, id TEXT NOT NULL, episode TEXT NOT NULL, last_true TEXT NOT NULL,
        PRIMARY KEY (rule, id)) WITHOUT ROWID""",
)

_SCHEDULE = (
    """CREATE TABLE slots (
        task TEXT NOT NULL, slot TEXT NOT NULL, state TEXT NOT NULL
        CHECK (state IN ('running', 'done', 'retry', 'failed', 'missed')),
        attempts INTEGER NOT NULL, next_try_at TEXT, ended TEXT, error TEXT NOT NULL DEFAULT '',
        UNIQUE (task, slot))""",
    """CREATE TABLE failures (
        fingerprint TEXT PRIMARY KEY, text TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL,
        count INTEGER NOT NULL, told_on TEXT) WITHOUT ROWID""",
)

_ADDRESSES = ("CREATE TABLE addresses (account_id TEXT PRIMARY KEY, address TEXT NOT NULL) WITHOUT ROWID",)

_LEASES = (
    # A letter belongs to one drain at a time; what became of it is known for each recipient; people can give it up.
    "DROP INDEX outbox_open",
    "DROP INDEX outbox_customers",
    "ALTER TABLE outbox RENAME TO outbox_before",
    """CREATE TABLE outbox (
        seq INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, recipient TEXT NOT NULL,
        copies TEXT NOT NULL, subject TEXT NOT NULL, message_id TEXT NOT NULL, data BLOB NOT NULL,
        customer INTEGER NOT NULL, alert_keys TEXT NOT NULL, composed_on TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'held', 'dropped')),
        attempts INTEGER NOT NULL DEFAULT 0, next_try_at TEXT, error TEXT NOT NULL DEFAULT '',
        receipts TEXT NOT NULL DEFAULT '{}', queued_at TEXT NOT NULL, sent_at TEXT,
        owner TEXT NOT NULL DEFAULT '', leased_until TEXT)""",
    """INSERT INTO outbox (seq, key, kind, recipient, copies, subject, message_id, data, customer, alert_keys,
            composed_on, state, attempts, next_try_at, error, receipts, queued_at, sent_at)
        SELECT seq, key, kind, recipient, copies, subject, message_id, data, customer, alert_keys,
            composed_on, state, attempts, next_try_at, error,
            (SELECT json_group_object(value, json_array('delivered', '')) FROM json_each(delivered)),
            queued_at, sent_at
        FROM outbox_before""",
    "DROP TABLE outbox_before",
    "CREATE INDEX outbox_states ON outbox (state)",
    "CREATE INDEX outbox_sent ON outbox (sent_at)",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _ESCALATIONS, _SCHEDULE, _ADDRESSES, _LEASES)


def version_of(connection: sqlite3.Connection) -> int:
    """The number of migrations that the file has behind it."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to the newest version; each migration is one transaction with its version number."""
    while (version := version_of(connection)) < len(MIGRATIONS):
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Somebody else may have migrated between the look and the lock.
            if version_of(connection) == version:
                for statement in MIGRATIONS[version]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
