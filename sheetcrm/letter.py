"""The values that pass between compose, the ledger's outbox and a transport. No behaviour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal


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
class Receipt:
    """What became of a letter at one recipient, and the server's words for it.

    ``delivered``: their server has it. ``filed``: for want of a server it is a file here. ``refused``: never.
    ``later``: to be tried again. ``unknown``: it may be there.
    """

    fate: Literal["delivered", "filed", "refused", "later", "unknown"]
    reply: str = ""


@dataclass(frozen=True)
class OutboxEntry:
    """A letter and how far it got.

    ``state``: ``queued``, ``sending``, ``sent``, ``failed`` (a dead letter), ``held`` (a person decides) or ``dropped``
    (a person decided). ``attempts`` counts the times that it failed. ``error`` is the last answer of the server, in its
    own words. ``receipts`` say what became of it at each recipient who was tried. ``sent_at``: when it left, or may
    have left. ``number`` is how people name it. Until ``leased_until`` it is ``owner``'s to send and nobody else's.
    """

    letter: Letter
    state: str
    attempts: int = 0
    next_try_at: datetime | None = None
    error: str = ""
    receipts: Mapping[str, Receipt] = field(default_factory=dict)
    number: int = 0
    queued_at: datetime | None = None
    sent_at: datetime | None = None
    owner: str = ""
    leased_until: datetime | None = None

    @property
    def filed(self) -> bool:
        """Whether it counts as sent, and nobody got more of it than a file."""
        fates = {receipt.fate for receipt in self.receipts.values()}
        return self.state == "sent" and fates == {"filed"}

    @property
    def remaining(self) -> tuple[str, ...]:
        """The recipients who neither have it nor were refused for good."""
        over = {address for address, receipt in self.receipts.items() if receipt.fate in ("delivered", "refused")}
        return tuple(address for address in self.letter.recipients if address not in over)
