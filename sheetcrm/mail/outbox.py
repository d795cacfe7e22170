"""Draining the outbox: every letter leaves, internal ones at least once, customers' at most once."""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sheetcrm.letter import Letter, OutboxEntry, Receipt
from sheetcrm.mail.pace import Pace
from sheetcrm.mail.replies import quota_pause
from sheetcrm.mail.transport import Outcome, Transport

MAX_ATTEMPTS = 20
"""Failures after which a letter is dead; with the waits below that is more than three days."""
LEASE = timedelta(minutes=5)
"""How long a letter that is being sent is nobody else's; longer than the text and its answer can take."""
HERE = platform.node() or "here"
"""This machine, on which one drain at a time works with a state folder (its lock sees to that)."""
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=6)
_BROKEN_CONNECTIONS = 3


class Outbox(Protocol):
    """Where the letters are kept; every call that changes something is durable when it returns."""

    def queued(self, now: datetime) -> list[OutboxEntry]: ...
    def letters(self, *states: str) -> list[OutboxEntry]: ...
    def customers_sent(self, since: datetime) -> int: ...
    def sent_moments(self, since: datetime) -> list[datetime]: ...
    def mark_sending(self, key: str, *, now: datetime, owner: str, until: datetime) -> bool: ...
    def mark_sent(self, key: str, *, now: datetime, note: str, receipts: Mapping[str, Receipt]) -> None: ...
    def mark_failed(
        self,
        key: str,
        error: str,
        *,
        permanent: bool,
        next_try_at: datetime | None,
        receipts: Mapping[str, Receipt],
        counts: bool,
    ) -> None: ...
    def hold(self, key: str, why: str, receipts: Mapping[str, Receipt]) -> None: ...
    def defer(self, until: datetime, why: str) -> None: ...


@dataclass
class DrainReport:
    """What a drain did: the keys of the letters by what became of them.

    ``left`` is how many stay queued because time, the day's customer cap or the server ran out; ``stopped`` says what
    the server said then. ``errors`` are its words for each letter that did not (fully) get through. ``elsewhere`` are
    letters that another drain has in hand.
    """

    sent: list[str] = field(default_factory=list)
    retried: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
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
    per_minute: int = 0,
    owner: str = HERE,
    lease: timedelta = LEASE,
    sleep: Callable[[float], None] = time.sleep,
) -> DrainReport:
    """Send what is due, oldest first, for about ``budget_seconds`` of ``clock`` at most (no letter is cut short).

    1. Letters found ``sending`` were cut off by a crash: those of this ``owner``, of whom there is one at a time, and
       those whose lease has run out. A customer's may have arrived: held. Ours: same bytes again.
    2. Each letter: commit ``sending`` with a lease, DATA, commit what became of it. So at most one letter is ever in
       doubt, and of two drains that reach for the same letter only one may send it.
    3. Stop early when the server can't be used, its quota is used up (then all wait), or connections keep breaking; the
       rest stays. No more than ``per_minute`` (0: any number) leave in a minute, whichever drain sends them.
    """
    return _Drain(outbox, transport, now, clock, owner, lease).run(budget_seconds, customer_cap, per_minute, sleep)


def wait(key: str, attempts: int) -> timedelta:
    """How long to wait after the given number of failures: doubling, with a spread that depends on the letter only."""
    steady = min(_FIRST_WAIT * (1 << min(attempts - 1, 20)), _LONGEST_WAIT)
    spread = hashlib.sha256(f"{key}#{attempts}".encode()).digest()[0] / 255
    return steady * (0.75 + 0.5 * spread)


@dataclass
class _Drain:
    """One drain at work. ``now`` is when it began, ``clock`` counts its seconds."""

    outbox: Outbox
    transport: Transport
    now: datetime
    clock: Callable[[], float]
    owner: str
    lease: timedelta
    report: DrainReport = field(default_factory=DrainReport)

    def run(
        self, budget: float, customer_cap: int | None, per_minute: int, sleep: Callable[[float], None]
    ) -> DrainReport:
        report, began = self.report, self.clock()
        pace = Pace(per_minute, self._earlier(began) if per_minute else ())
        entries = [*self._cut_off(), *self.outbox.queued(self.now)]
        left_for_customers = self._left_for_customers(customer_cap)
        broken = 0
        try:
            for position, entry in enumerate(entries):
                at = self.clock()
                pause = pace.pause(at)
                if report.stopped or at + pause > began + budget:
                    report.left += len(entries) - position
                    break
                if entry.letter.customer:
                    if left_for_customers == 0:
                        report.left += 1
                        continue
                    left_for_customers -= 1
                if pause:
                    sleep(pause)
                    at = self.clock()
                pace.note(at)
                fate = self._send(entry, self.now + timedelta(seconds=at - began))
                broken = broken + 1 if fate == "unknown" else 0
                if fate in ("stopped", "quota") or broken == _BROKEN_CONNECTIONS:
                    report.stopped = report.errors[entry.letter.key]
        finally:
            self.transport.close()
        return report

    def _cut_off(self) -> list[OutboxEntry]:
        ours = []
        for entry in self.outbox.letters("sending"):
            key = entry.letter.key
            if entry.owner != self.owner and entry.leased_until is not None and entry.leased_until > self.now:
                self.report.elsewhere.append(key)
            elif entry.letter.customer:
                why = "the run was cut off while this was being sent; it may have arrived"
                doubt = dict.fromkeys(entry.remaining, Receipt("unknown", why))
                self._hold(entry.letter, why, {**entry.receipts, **doubt})
            else:
                ours.append(entry)
        return ours

    def _left_for_customers(self, cap: int | None) -> int:
        if cap is None:
            return -1
        midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        return max(cap - self.outbox.customers_sent(midnight), 0)

    def _earlier(self, began: float) -> list[float]:
        """When letters left before this drain, in seconds of its clock."""
        moments = self.outbox.sent_moments(self.now - timedelta(minutes=2))
        return [began + (moment - self.now).total_seconds() for moment in moments]

    def _send(self, entry: OutboxEntry, now: datetime) -> str:
        """Offer a letter to the server and commit what became of it."""
        key, marked = entry.letter.key, False

        def about_to_send() -> bool:
            nonlocal marked
            marked = self.outbox.mark_sending(key, now=now, owner=self.owner, until=now + self.lease)
            return marked

        outcome = self.transport.deliver(entry.letter, entry.remaining, about_to_send)
        self._settle(entry, outcome, now, marked=marked)
        return outcome.fate

    def _settle(self, entry: OutboxEntry, outcome: Outcome, now: datetime, *, marked: bool) -> None:
        letter, report = entry.letter, self.report
        if outcome.error:
            report.errors[letter.key] = outcome.error
        if outcome.fate == "taken":
            report.elsewhere.append(letter.key)
        elif outcome.fate == "stopped":
            self._stop(entry, outcome.error, marked=marked)
        elif outcome.fate == "quota":
            self._defer(entry, outcome.error, now)
        elif outcome.fate == "unknown" and letter.customer:
            self._hold(letter, f"{outcome.error}; it may have arrived", {**entry.receipts, **outcome.receipts})
        else:
            self._note(entry, outcome, now)

    def _note(self, entry: OutboxEntry, outcome: Outcome, now: datetime) -> None:
        """Commit a letter's own success or failure."""
        letter, attempts = entry.letter, entry.attempts + 1
        receipts = {**entry.receipts, **outcome.receipts}
        over = outcome.fate in ("sent", "refused") or attempts >= MAX_ATTEMPTS
        error = _refusals(receipts) if outcome.fate == "sent" else outcome.error
        if error:
            self.report.errors[letter.key] = error
        to = receipts.get(letter.to)
        if over and to is not None and to.fate in ("delivered", "filed"):
            # Whoever of the others was refused stands in the note; the addressee knows.
            self.outbox.mark_sent(letter.key, now=now, note=error, receipts=receipts)
            self.report.sent.append(letter.key)
            return
        again = None if over else now + wait(letter.key, attempts)
        self.outbox.mark_failed(letter.key, error, permanent=over, next_try_at=again, receipts=receipts, counts=True)
        (self.report.failed if over else self.report.retried).append(letter.key)

    def _stop(self, entry: OutboxEntry, error: str, *, marked: bool) -> None:
        """The server can't be used: that says nothing about the letter, so it costs the letter nothing."""
        if marked:
            self._back(entry, error, None)
        self.report.left += 1

    def _defer(self, entry: OutboxEntry, error: str, now: datetime) -> None:
        """The quota is used up: this letter and all that are queued wait together."""
        until = now + quota_pause(error)
        self._back(entry, error, until)
        self.outbox.defer(until, error)
        self.report.retried.append(entry.letter.key)

    def _back(self, entry: OutboxEntry, error: str, until: datetime | None) -> None:
        self.outbox.mark_failed(
            entry.letter.key, error, permanent=False, next_try_at=until, receipts=entry.receipts, counts=False
        )

    def _hold(self, letter: Letter, why: str, receipts: Mapping[str, Receipt]) -> None:
        self.outbox.hold(letter.key, why, receipts)
        self.report.held.append(letter.key)
        self.report.errors[letter.key] = why


def _refusals(receipts: Mapping[str, Receipt]) -> str:
    """Whom the server refused for good, also in earlier attempts, and its words for it."""
    return "; ".join(f"{address}: {one.reply}" for address, one in receipts.items() if one.fate == "refused")
