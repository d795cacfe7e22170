"""Draining the outbox: every letter leaves, internal ones at least once, customers' at most once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sheetcrm.letter import Letter, OutboxEntry
from sheetcrm.mail.transport import Outcome, Transport

MAX_ATTEMPTS = 20
"""Failures after which a letter is dead; with the waits below that is more than three days."""
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=6)
_QUOTA_WAIT = timedelta(hours=12)
_BROKEN_CONNECTIONS = 3


class Outbox(Protocol):
    """Where the letters are kept; every call that changes something is durable when it returns."""

    def queued(self, now: datetime) -> list[OutboxEntry]: ...
    def letters(self, *states: str) -> list[OutboxEntry]: ...
    def customers_sent(self, since: datetime) -> int: ...
    def mark_sending(self, key: str, *, now: datetime) -> None: ...
    def mark_sent(self, key: str, *, now: datetime, note: str = "") -> None: ...
    def mark_failed(
        self, key: str, error: str, *, permanent: bool, next_try_at: datetime | None, delivered: Sequence[str]
    ) -> None: ...
    def hold(self, key: str, why: str) -> None: ...


@dataclass
class DrainReport:
    """What a drain did: the keys of the letters by what became of them.

    ``left`` is how many stay queued because time, the day's customer cap or the server ran out; ``stopped`` says what
    the server said then. ``errors`` are its words for each letter that did not (fully) get through.
    """

    sent: list[str] = field(default_factory=list)
    retried: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    left: int = 0
    stopped: str = ""


def drain(
    outbox: Outbox,
    transport: Transport,
    *,
    now: datetime,
    budget_seconds: float,
    clock: Callable[[], float],
    customer_cap: int | None = None,
) -> DrainReport:
    """Send what is due, oldest first, for about ``budget_seconds`` of ``clock`` at most (no letter is cut short).

    1. Letters found ``sending`` were cut off by a crash. A customer's may have arrived: held. Ours: same bytes again.
    2. Each letter: commit ``sending``, DATA, commit what became of it. So at most one letter is ever in doubt.
    3. Stop early when the server can't be used, its quota is used up, or connections keep breaking; the rest stays.
    """
    report = DrainReport()
    deadline = clock() + budget_seconds
    entries = [*_cut_off(outbox, report), *outbox.queued(now)]
    left_for_customers = _left_for_customers(outbox, now, customer_cap)
    broken = 0
    try:
        for position, entry in enumerate(entries):
            if report.stopped or clock() > deadline:
                report.left += len(entries) - position
                break
            if entry.letter.customer:
                if left_for_customers == 0:
                    report.left += 1
                    continue
                left_for_customers -= 1
            outcome = _send(outbox, transport, entry, now)
            _settle(outbox, entry, outcome, now, report)
            broken = broken + 1 if outcome.fate == "unknown" else 0
            if outcome.fate in ("stopped", "quota") or broken == _BROKEN_CONNECTIONS:
                report.stopped = outcome.error
    finally:
        transport.close()
    return report


def wait(key: str, attempts: int) -> timedelta:
    """How long to wait after the given number of failures: doubling, with a spread that depends on the letter only."""
    steady = min(_FIRST_WAIT * (1 << min(attempts - 1, 20)), _LONGEST_WAIT)
    spread = hashlib.sha256(f"{key}#{attempts}".encode()).digest()[0] / 255
    return steady * (0.75 + 0.5 * spread)


def _cut_off(outbox: Outbox, report: DrainReport) -> list[OutboxEntry]:
    ours = []
    for entry in outbox.letters("sending"):
        if entry.letter.customer:
            _hold(outbox, entry.letter, "the run was cut off while this was being sent; it may have arrived", report)
        else:
            ours.append(entry)
    return ours


def _left_for_customers(outbox: Outbox, now: datetime, cap: int | None) -> int:
    if cap is None:
        return -1
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return max(cap - outbox.customers_sent(midnight), 0)


def _send(outbox: Outbox, transport: Transport, entry: OutboxEntry, now: datetime) -> Outcome:
    letter = entry.letter
    remaining = [address for address in letter.recipients if address not in entry.delivered]
    return transport.deliver(letter, remaining, lambda: outbox.mark_sending(letter.key, now=now))


def _settle(outbox: Outbox, entry: OutboxEntry, outcome: Outcome, now: datetime, report: DrainReport) -> None:
    """Commit what became of a letter."""
    letter, delivered = entry.letter, (*entry.delivered, *outcome.delivered)
    if outcome.error:
        report.errors[letter.key] = outcome.error
    over = outcome.fate in ("sent", "refused") or entry.attempts + 1 >= MAX_ATTEMPTS
    if outcome.fate == "stopped":
        # It says nothing about this letter, so it costs the letter nothing.
        report.left += 1
    elif outcome.fate == "unknown" and letter.customer:
        _hold(outbox, letter, f"{outcome.error}; it may have arrived", report)
    elif over and letter.to in delivered:
        # Whoever of the others was refused stands in the note; the addressee knows.
        outbox.mark_sent(letter.key, now=now, note=outcome.error)
        report.sent.append(letter.key)
    elif over:
        outbox.mark_failed(letter.key, outcome.error, permanent=True, next_try_at=None, delivered=delivered)
        report.failed.append(letter.key)
    else:
        pause = _QUOTA_WAIT if outcome.fate == "quota" else wait(letter.key, entry.attempts + 1)
        outbox.mark_failed(letter.key, outcome.error, permanent=False, next_try_at=now + pause, delivered=delivered)
        report.retried.append(letter.key)


def _hold(outbox: Outbox, letter: Letter, why: str, report: DrainReport) -> None:
    outbox.hold(letter.key, why)
    report.held.append(letter.key)
    report.errors[letter.key] = why
