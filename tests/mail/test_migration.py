"""A ledger of before the leases: its letters are all there afterwards, and who had which."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from sheetcrm.ledger import Ledger
from sheetcrm.ledger.migrations import MIGRATIONS

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def test_letters_of_an_older_ledger_keep_their_state_and_their_recipients(tmp_path):
    (tmp_path / "state").mkdir()
    old = sqlite3.connect(tmp_path / "state" / "ledger.db", isolation_level=None)
    before = next(n for n, steps in enumerate(MIGRATIONS) if any("leased_until" in step for step in steps))
    for steps in MIGRATIONS[:before]:
        for step in steps:
            old.execute(step)
    old.execute(f"PRAGMA user_version = {before}")
    states = ("queued", "sending", "sent", "failed", "held")
    for seq, state in enumerate(states, start=7):
        reached = '["eva@example.com", "ñ@example.com"]' if state == "queued" else "[]"
        facts = (seq, f"k{seq}", f"p{seq}@example.com", '["eva@example.com"]', b"bytes", state, seq, "451", reached)
        old.execute(
            "INSERT INTO outbox (seq, key, kind, recipient, copies, subject, message_id, data, customer, alert_keys, "
            "composed_on, state, attempts, error, delivered, queued_at, sent_at) VALUES "
            "(?, ?, 'digest', ?, ?, 's', '<m>', ?, 0, '[]', '2026-11-20', ?, ?, ?, ?, '2026-11-20T09:00:00+00:00', NULL)",
            facts,
        )
    old.close()
    with Ledger.open(tmp_path / "state") as ledger:
        found = ledger.letters(*states)
        assert [(entry.number, entry.state, entry.letter.key, entry.attempts) for entry in found] == [
            (seq, state, f"k{seq}", seq) for seq, state in enumerate(states, start=7)
        ]
        assert [entry.letter.data for entry in found] == [b"bytes"] * 5
        assert {to: one.fate for to, one in found[0].receipts.items()} == {
            "eva@example.com": "delivered",
            "ñ@example.com": "delivered",
        }
        assert found[0].remaining == ("p7@example.com",)
        assert found[1].receipts == {}
        assert ledger.mark_sending("k8", now=NOW, owner="anybody", until=NOW)
        assert [entry.letter.key for entry in ledger.queued(NOW)] == ["k7"]
