"""The values that pass between compose, the ledger's outbox and a transport. No behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Letter:
    """A mail in its final bytes: what is stored is what is sent, however often it has to be sent.

    ``key`` identifies it for ever. ``data`` is the whole RFC 5322 message with CRLF line ends. ``keys`` are the alerts
    that it carries. A ``customer`` letter is sent at most once, any other at least once. ``composed_on`` is the day of
    its Date header, in the configured zone. ``held``: why it must not leave before a person releases it; blank: it may.
    """

    key: str
    kind: str
    to: str
    copies: Sequence[str]
    subject: str
    message_id: str
    data: bytes
    customer: bool
    keys: Sequence[str]
    composed_on: date
    held: str = ""

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everybody whom the letter goes to, the addressee first, each once."""
        return tuple(dict.fromkeys((self.to, *self.copies)))


@dataclass(frozen=True)
class OutboxEntry:
    """A letter and how far it got: ``queued``, ``sending``, ``sent``, ``failed`` (a dead letter) or ``held``.

    ``attempts`` counts the times that it failed. ``delivered`` are the recipients whom it reached already (some
    of several may have to be tried again). ``error`` is the last answer of the server, in its own words.
    """

    letter: Letter
    state: str
    attempts: int = 0
    next_try_at: datetime | None = None
    error: str = ""
    delivered: Sequence[str] = ()
