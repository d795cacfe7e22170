"""Messages to letters: the final bytes, the same for the same message and moment."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from sheetcrm.letter import Letter
from sheetcrm.mail import digest
from sheetcrm.mail.policy import POLICY
from sheetcrm.mail.recipients import canonical, canonical_domain, mailbox
from sheetcrm.mail.render import render
from sheetcrm.model import Message
from sheetcrm.text import clip, one_line
from sheetcrm.words import Words, words_of

CUSTOMER_KINDS = frozenset({"customer"})
"""Kinds that go to customers: sent at most once."""
_SUBJECT = 140

_Body = Mapping[str, Any]
_VIEWS: Mapping[str, Callable[[_Body, Words, str], dict[str, Any]]] = {
    "digest": digest.view,
    "immediate": digest.view,
}
_SUBJECTS: Mapping[str, Callable[[_Body, Words], str]] = {"digest": digest.subject, "immediate": digest.subject}
_TEMPLATES = {"immediate": "digest"}
"""Kinds that look like another one."""


def subject_of(message: Message) -> str:
    """The message's own subject, else the one that its body makes; one line."""
    if message.subject:
        return clip(message.subject, _SUBJECT)
    return clip(_SUBJECTS[message.kind](message.body, words_of(message.language)), _SUBJECT)


def compose(message: Message, *, sender: str, domain: str, now: datetime, operator: str = "") -> Letter:
    """Write a message as a letter.

    ``sender`` is an address or ``Name <address>``; ``domain`` ends the Message-ID; ``operator`` hears of complaints.
    Raises ValueError for an address or domain that is none, or a moment without a zone.
    """
    host = canonical_domain(domain)
    if host is None:
        raise ValueError(f"{one_line(domain)!r} is no domain")
    if now.tzinfo is None:
        raise ValueError("a letter's date needs a zone")
    to, copies = _address(message.to), tuple(_address(copy) for copy in message.copies)
    subject, message_id = subject_of(message), f"<{_hash(message.key)}@{host}>"
    letter = EmailMessage(policy=POLICY)
    letter["From"] = _sender(sender)
    letter["To"] = to
    if copies:
        letter["Cc"] = ", ".join(copies)
    letter["Subject"] = subject
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = message_id
    _add_thread(letter, message, host)
    _add_manners(letter, message.language, operator)
    _add_bodies(letter, message, subject, operator)
    # After the bodies, which clear every header that begins with "Content-".
    letter["Content-Language"] = message.language
    return Letter(
        key=message.key,
        kind=message.kind,
        to=to,
        copies=copies,
        subject=subject,
        message_id=message_id,
        data=letter.as_bytes(),
        customer=message.kind in CUSTOMER_KINDS,
        keys=tuple(message.keys),
        composed_on=now.date(),
        held=message.held,
    )


def _add_bodies(letter: EmailMessage, message: Message, subject: str, operator: str) -> None:
    view = _VIEWS[message.kind](message.body, words_of(message.language), operator) | {"subject": subject}
    template = _TEMPLATES.get(message.kind, message.kind)
    text = render(f"{template}/text.txt.j2", view)
    html = render(f"{template}/html.j2", view)
    letter.set_content(text, cte=_encoding(text))
    letter.add_alternative(html, subtype="html", cte=_encoding(html))
    # The generator would take a random one, and two copies of a letter would differ.
    letter.set_boundary(f"={_hash(message.key)[:32]}=")


def _add_thread(letter: EmailMessage, message: Message, domain: str) -> None:
    """Letters about one contract's term stand together: they all answer the same letter, which never was."""
    rows = [row for section in message.body["sections"] for row in section["rows"]]
    if len(rows) == 1 and not any(section["more"] for section in message.body["sections"]):
        root = _hash(f"term|{rows[0]['id']}|{rows[0]['deadline'].isoformat()}")
        letter["References"] = f"<{root}@{domain}>"


def _add_manners(letter: EmailMessage, language: str, operator: str) -> None:
    """Who wrote this, and that no out-of-office should answer."""
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    if operator:
        wish = words_of(language).text("mail.unsubscribe")
        letter["List-Unsubscribe"] = f"<mailto:{_address(operator)}?subject={quote(wish)}>"


def _encoding(text: str) -> str:
    """Cyrillic as base64 is half of what quoted-printable makes of it; Spanish stays readable in quotes."""
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return "base64" if foreign * 6 > len(text) else "quoted-printable"


def _address(text: str) -> str:
    plain = canonical(text)
    if plain is None:
        raise ValueError(f"{one_line(text)!r} is no mail address")
    return plain


def _sender(text: str) -> Address:
    found = mailbox(text)
    if found is None:
        raise ValueError(f"{one_line(text)!r} is no mail address")
    return Address(one_line(found[0]), addr_spec=found[1])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
