"""A stored letter, opened again for a person to read."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage


@dataclass(frozen=True)
class Opened:
    """Headers in their order, decoded; the text part; the names of what is attached. Safe to print on a terminal."""

    headers: Sequence[tuple[str, str]]
    text: str
    attachments: Sequence[str]


def opened(data: bytes) -> Opened:
    """Open the bytes of a letter; empty bytes make an empty one."""
    letter: EmailMessage = email.message_from_bytes(data, policy=email.policy.default)
    body = letter.get_body(("plain",))
    text = str(body.get_content()) if body is not None else ""
    return Opened(
        headers=[(name, printable(str(value))) for name, value in letter.items()],
        text="\n".join(printable(line) for line in text.splitlines()),
        attachments=[printable(part.get_filename() or part.get_content_type()) for part in letter.iter_attachments()],
    )


def printable(text: str) -> str:
    """A text on one line, without what could steer a terminal."""
    return "".join(one if one.isprintable() else " " if one.isspace() else "" for one in text)
