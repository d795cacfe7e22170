"""The ledger: what was alerted, intended, mailed and seen. One small interface; SQLite stands behind it.

It reads no clock: every moment comes in as an argument. Every method that changes something is one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from types import TracebackType

import pandas as pd

from sheetcrm.ledger import alerts, cases, decisions, history, intents, outbox, runs, slots
from sheetcrm.ledger.slots import Failure, SlotRecord
from sheetcrm.ledger.store import LedgerMismatch, open_copy, open_file, write
from sheetcrm.letter import Letter, OutboxEntry, Receipt
from sheetcrm.model import Alert, Memory, NewRow

_KEEP_SLOTS = timedelta(days=90)
_ZONES = timedelta(days=1)
"""What the days of two time zones differ by: somebody may have set another one."""
OPEN = "open"
"""Of a first run that could not tell everybody (``commit_effects``)."""


class Ledger:
    """The ledger of one workbook, in one state folder. Hold ``instance_lock(folder)`` while you write to it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, folder: Path) -> Ledger:
        """Open the folder's ledger for writing, making both when they are not there; LedgerError says what is wrong."""
        return cls(open_file(folder))

    @classmethod
    def look(cls, folder: Path) -> Ledger:
        """A private copy to read from (and to try things on): no file is made or changed."""
        return cls(open_copy(folder))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- which workbook, and what is known of it

    @property
    def book_id(self) -> str:
        """The workbook that this ledger belongs to; blank until one is adopted."""
        return self._meta("book_id")

    @property
    def language(self) -> str:
        """The language in which the workbook was written when a run last read it; blank until one did."""
        return self._meta("language")

    def adopt(self, book_id: str, language: str = "") -> None:
        """Tie the ledger to a workbook, and keep its language; LedgerMismatch when it belongs to another one."""
        if not book_id:
            raise ValueError("a workbook without an id can't be adopted")
        with write(self._connection):
            known = self.book_id
            if known and known != book_id:
                raise LedgerMismatch(
                    f"This state folder belongs to another workbook ({known}; this one is {book_id}). "
                    "If the workbook is a copy, give the copy its own folder with --state."
                )
            self._set_meta("book_id", book_id)
            if language:
                self._set_meta("language", language)

    def memory(self, as_of: date) -> Memory:
        """What a plan needs to know, as of a day. ``causes`` also holds rows that are still pending."""
        known = alerts.read(self._connection)
        last_run, baseline = self._meta("last_run"), self._meta("baseline")
        return Memory(
            alerts=known,
            health=history.read(self._connection, as_of),
            causes=intents.causes(self._connection),
            given=intents.given(self._connection, as_of),
            last_run=date.fromisoformat(last_run) if last_run else None,
            digests=self._days("digests"),
            bundles=self._days("bundles"),
            moves=cases.moves(self._connection),
            ladders=cases.ladders(self._connection),
            matters=cases.matters(self._connection),
            seen=self._seen(),
            sizes=dict(self._connection.execute("SELECT tab, rows FROM sizes")),
            undelivered=self.letter_counts().get("failed", 0) + self.waiting_since_before(as_of),
            reports=outbox.keys_of(self._connection, "weekly", "quiet"),
            pending=intents.pending(self._connection),
            first_run=baseline == OPEN or not (baseline or known or runs.finished(self._connection)),
            began=self._began(baseline),
            addresses=dict(self._connection.execute("SELECT account_id, address FROM addresses")),
            held_since=datetime.fromisoformat(held) if (held := self._meta("held_since")) else None,
        )

    def _began(self, baseline: str) -> date | None:
        if baseline == OPEN:
            return None
        return date.fromisoformat(baseline) if baseline else runs.began(self._connection)

    def alerts(self) -> dict[str, Alert]:
        """Every alert by key with its true state: what the alerts tab shows."""
        return alerts.read(self._connection)

    def keys(self) -> set[str]:
        """The keys of all alerts."""
        return alerts.keys(self._connection)

    def pending(self) -> list[NewRow]:
        """Rows of earlier runs that the sheet still lacks: write them, or find them there, and ``finish`` with them."""
        return intents.pending(self._connection)

    def ahead(self, today: date) -> str:
        """What is wrong, and what to do, where a run worked on a day that is still to come; else blank."""
        last_run = self._meta("last_run")
        if not last_run or date.fromisoformat(last_run) <= today + _ZONES:
            return ""
        return (
            f"This state folder knows of a run on {last_run}, and this machine's clock says {today.isoformat()}. Until "
            "that day nobody would be told anything. If the clock is wrong now, set it and run again. If it was wrong "
            "then, or somebody looked ahead in this folder: move the folder aside and run again; what was said until "
            "today is known from the alerts tab."
        )

    def heal(self, found: Iterable[Alert], today: date) -> int:
        """Alerts of the workbook's alerts tab that the ledger does not know join it; how many there were. What was said
        on a day that is still to come was not.

        Whoever was told on a day has had that day's letters: a ledger lost at noon does not send the morning's again.
        """
        with write(self._connection):
            known = self.keys()
            lost = [alert for alert in found if alert.key not in known and alert.alerted_on <= today + _ZONES]
            told = sorted((alert.alerted_on, alert.person) for alert in lost if alert.state == "sent")
            days = {person: day for day, person in told}
            self._note_days("digests", days)
            self._note_days("bundles", days)
            return alerts.add(self._connection, lost)

    # -- a run

    def begin(self, as_of: date, base: str, *, now: datetime) -> int:
        """Start a run on the workbook whose bytes hash to ``base``; its id."""
        with write(self._connection):
            return runs.begin(self._connection, as_of, base, now)

    def commit_effects(
        self,
        run_id: int,
        *,
        now: datetime,
        alerts: Iterable[Alert],
        rows: Sequence[NewRow],
        letters: Sequence[Letter],
        undo: bytes = b"",
        digests: Mapping[str, date] | None = None,
        bundles: Mapping[str, date] | None = None,
        seen: Mapping[str, date] | None = None,
        moves: cases.Moves | None = None,
        ladders: cases.Ladders | None = None,
        matters: cases.Matters | None = None,
        acknowledged: Iterable[Alert] = (),
        held_since: datetime | None = None,
        addresses: Mapping[str, str] | None = None,
        baseline: str = "",
    ) -> None:
        """Everything that the run is about to do becomes durable at once; nothing of it is visible yet.

        A key or cause that is known already is left as it is. An alert that says ``sent`` is stored as ``queued``
        until its letter has left. ``baseline``: the day on which a first run told everybody, or ``OPEN`` where it could
        not and the next one is the first again.
        """
        with write(self._connection):
            _add_alerts(self._connection, alerts)
            intents.add(self._connection, run_id, rows)
            outbox.add(self._connection, letters, now)
            runs.add_undo(self._connection, run_id, undo)
            self._note_days("digests", digests or {})
            self._note_days("bundles", bundles or {})
            cases.note_moves(self._connection, moves or {})
            cases.open_ladders(self._connection, ladders or {})
            cases.note_matters(self._connection, matters or {})
            _acknowledge(self._connection, acknowledged)
            self._connection.executemany(
                "INSERT OR REPLACE INTO addresses (account_id, address) VALUES (?, ?)", list((addresses or {}).items())
            )
            self._set_meta("held_since", held_since.isoformat() if held_since else "")
            if baseline:
                self._set_meta("baseline", baseline)
            self._connection.executemany(
                "INSERT OR REPLACE INTO seen (contract_id, deadline) VALUES (?, ?)",
                [(contract_id, day.isoformat()) for contract_id, day in (seen or {}).items()],
            )

    def finish(
        self,
        run_id: int,
        *,
        now: datetime,
        written_causes: Iterable[str],
        history: pd.DataFrame | None,
        counts: Mapping[str, int],
        last_run: date,
        deleted_causes: Iterable[str] = (),
        sizes: Mapping[str, int] | None = None,
    ) -> None:
        """The sheet holds what the run wrote: note its rows, the day's health, and that the run is done.

        ``deleted_causes``: pending rows that are no longer wanted.
        """
        with write(self._connection):
            intents.settle(self._connection, written_causes, "written")
            intents.settle(self._connection, deleted_causes, "deleted")
            if history is not None:
                _add_history(self._connection, last_run, history)
            runs.end(self._connection, run_id, "done", now, counts=counts)
            outbox.prune(self._connection, now)
            self._connection.executemany(
                "INSERT OR REPLACE INTO sizes (tab, rows) VALUES (?, ?)", list((sizes or {}).items())
            )
            if last_run.isoformat() > self._meta("last_run"):
                self._set_meta("last_run", last_run.isoformat())

    def postpone(self, run_id: int, reason: str, *, now: datetime) -> None:
        """The sheet could not be written: its rows stay pending for the next run."""
        with write(self._connection):
            runs.end(self._connection, run_id, "postponed", now, error=reason)

    def fail(self, run_id: int, error: str, *, now: datetime) -> None:
        """The run ended in an error."""
        with write(self._connection):
            runs.end(self._connection, run_id, "failed", now, error=error)

    def undo(self, run_id: int) -> bytes | None:
        """What was kept to take a run back; None when it changed nothing or is too long ago."""
        return runs.read_undo(self._connection, run_id)

    def keep_undo(self, run_id: int, blob: bytes) -> None:
        """Keep what would take the run back."""
        with write(self._connection):
            runs.add_undo(self._connection, run_id, blob)

    def rows_of(self, run_id: int) -> list[str]:
        """The rows that a run appended, as ``tab id``."""
        return intents.of_run(self._connection, run_id)

    def taken_back(self, run_id: int, undone: int, *, now: datetime) -> None:
        """The run took another one back."""
        with write(self._connection):
            runs.end(self._connection, run_id, "done", now, counts={"undone_run": undone})

    # -- the outbox

    def queued(self, now: datetime) -> list[OutboxEntry]:
        """Letters to send now, in the order in which they were queued."""
        return outbox.due(self._connection, now)

    def letters(self, *states: str) -> list[OutboxEntry]:
        """All letters in these states (``queued``, ``sending``, ``sent``, ``failed``, ``held``, ``dropped``), oldest
        first."""
        return outbox.entries(self._connection, *states)

    def filed_letters(self) -> list[OutboxEntry]:
        """The letters that became files for want of a mail server, as long as they can still be sent; oldest first."""
        return outbox.filed(self._connection)

    def latest_letters(self, count: int) -> list[OutboxEntry]:
        """The letters that were queued last, whatever became of them; oldest first."""
        return outbox.latest(self._connection, count)

    def letter(self, number: int) -> OutboxEntry | None:
        """The letter with a number; None: there is none."""
        return outbox.entry(self._connection, number)

    def waiting_since_before(self, day: date) -> int:
        """How many letters have been queued since an earlier day: no server takes them."""
        return outbox.waiting_since_before(self._connection, day)

    def letter_counts(self) -> dict[str, int]:
        """How many letters stand in each state."""
        return outbox.counts(self._connection)

    def customers_sent(self, since: datetime) -> int:
        """How many customer letters left, or may have left, since a moment."""
        return outbox.customers_sent(self._connection, since)

    def sent_moments(self, since: datetime) -> list[datetime]:
        """When letters left, or may have left, since a moment; oldest first."""
        return outbox.sent_moments(self._connection, since)

    def mark_sending(self, key: str, *, now: datetime, owner: str, until: datetime) -> bool:
        """Commit, before DATA, that the letter may be leaving, by ``owner`` and nobody else until ``until``.

        False when another drain has it, or has settled it: then it must not be sent.
        """
        with write(self._connection):
            return outbox.mark_sending(self._connection, key, now, owner, until)

    def mark_sent(
        self, key: str, *, now: datetime, note: str = "", receipts: Mapping[str, Receipt] | None = None
    ) -> None:
        """Commit, after the server's answer, that the letter left; its alerts are ``sent``."""
        with write(self._connection):
            outbox.mark_sent(self._connection, key, now, note, receipts)

    def mark_failed(
        self,
        key: str,
        error: str,
        *,
        permanent: bool,
        next_try_at: datetime | None = None,
        receipts: Mapping[str, Receipt] | None = None,
        counts: bool = True,
    ) -> None:
        """Commit that the letter did not reach everybody: a dead letter, or a retry at ``next_try_at``.

        ``counts`` is False for what says nothing about the letter, such as a quota that is used up.
        """
        with write(self._connection):
            outbox.mark_failed(
                self._connection,
                key,
                error,
                permanent=permanent,
                next_try_at=next_try_at,
                receipts=receipts,
                counts=counts,
            )

    def hold(self, key: str, why: str, receipts: Mapping[str, Receipt] | None = None) -> None:
        """Commit that the letter waits for a person."""
        with write(self._connection):
            outbox.hold(self._connection, key, why, receipts)

    def defer(self, until: datetime, why: str) -> None:
        """Commit that nothing leaves before a moment."""
        with write(self._connection):
            outbox.defer(self._connection, until, why)

    def requeue(self, number: int) -> bool:
        """Commit that a letter leaves with the next drain; False when it waits for nothing and is no mere file."""
        with write(self._connection):
            return decisions.requeue(self._connection, number)

    def drop(self, number: int, why: str) -> bool:
        """Commit that a letter never leaves; False when it does not wait for anything."""
        with write(self._connection):
            return decisions.drop(self._connection, number, why)

    # -- the schedule

    def slot(self, task: str, slot: str) -> SlotRecord | None:
        """What is known of a slot of the schedule; None: it never ran."""
        return slots.record(self._connection, task, slot)

    def latest_slots(self, count: int = 10) -> list[SlotRecord]:
        """The slots that were begun last, the newest first."""
        return slots.latest(self._connection, count)

    def note_slot(
        self,
        task: str,
        slot: str,
        state: str,
        *,
        now: datetime,
        attempts: int,
        next_try_at: datetime | None = None,
        error: str = "",
    ) -> None:
        """Note how far a slot came."""
        with write(self._connection):
            slots.note(
                self._connection, task, slot, state, now, attempts=attempts, next_try_at=next_try_at, error=error
            )
            slots.prune(self._connection, now - _KEEP_SLOTS)

    def note_failure(self, fingerprint: str, text: str, *, now: datetime) -> None:
        """Something went wrong; the same thing twice is one failure that happened twice."""
        with write(self._connection):
            slots.fail(self._connection, fingerprint, text, now)

    def failures(self) -> list[Failure]:
        """What is wrong at present, the latest first."""
        return slots.failures(self._connection)

    def tell_failure(self, fingerprint: str, letter: Letter, *, now: datetime) -> None:
        """The operator's letter about a failure is queued, and the failure is told."""
        with write(self._connection):
            outbox.add(self._connection, [letter], now)
            slots.told(self._connection, fingerprint, now)

    def mend(self) -> None:
        """A pass went through: what failed before is over."""
        if self.failures():
            with write(self._connection):
                slots.mended(self._connection)

    def runs(self, count: int = 10) -> list[runs.Run]:
        """The last runs, the newest first."""
        return runs.latest(self._connection, count)

    # -- small things

    def _meta(self, name: str) -> str:
        row = self._connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def _set_meta(self, name: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))

    def _days(self, table: str) -> dict[str, date]:
        rows = self._connection.execute(f"SELECT address, day FROM {table}")  # noqa: S608
        return {address: date.fromisoformat(day) for address, day in rows}

    def _note_days(self, table: str, days: Mapping[str, date]) -> None:
        self._connection.executemany(
            f"INSERT INTO {table} (address, day) VALUES (?, ?) "  # noqa: S608
            "ON CONFLICT (address) DO UPDATE SET day = max(day, excluded.day)",
            [(address, day.isoformat()) for address, day in days.items()],
        )

    def _seen(self) -> dict[str, date]:
        rows = self._connection.execute("SELECT contract_id, deadline FROM seen")
        return {contract_id: date.fromisoformat(day) for contract_id, day in rows}


# The keyword arguments `alerts` and `history` hide the modules of the same name inside their methods.
def _add_alerts(connection: sqlite3.Connection, found: Iterable[Alert]) -> None:
    alerts.add(connection, map(alerts.unsent, found))


def _acknowledge(connection: sqlite3.Connection, found: Iterable[Alert]) -> None:
    alerts.acknowledge(connection, found)


def _add_history(connection: sqlite3.Connection, day: date, scores: pd.DataFrame) -> None:
    history.add(connection, day, scores)
