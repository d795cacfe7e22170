"""Letters for the tests of sending, and a batch of them sent."""

from __future__ import annotations

from datetime import date

from sheetcrm.letter import Letter
from sheetcrm.mail.server import Server
from sheetcrm.mail.transport import Outcome, SmtpTransport

DATA = b"Subject: x\r\n\r\n.dot\r\n..two\r\nline\r\n.\r\nend\r\n"


def letter(key: str = "k", to: str = "ana@example.com", copies: tuple[str, ...] = (), **changes) -> Letter:
    facts = {"kind": "digest", "subject": "x", "message_id": "<x@y>", "data": DATA, "customer": False, "keys": ()}
    return Letter(key=key, to=to, copies=copies, composed_on=date(2026, 11, 21), **facts | changes)


def deliver(server: Server, *letters: Letter, announced: list[str] | None = None) -> list[Outcome]:
    transport = SmtpTransport(server)
    said = announced if announced is not None else []
    try:
        return [transport.deliver(one, one.recipients, lambda one=one: said.append(one.key) is None) for one in letters]
    finally:
        transport.close()
