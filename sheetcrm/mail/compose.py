"""Messages to letters: the final bytes, the same for the same message and moment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Protocol
from urllib.parse import quote

from sheetcrm.letter import Letter
from sheetcrm.mail import briefing, customer, digest, failure, immediate, quiet, weekly
from sheetcrm.mail.attachments import attachments
from sheetcrm.mail.encoding import encoding
from sheetcrm.mail.policy import POLICY
from sheetcrm.mail.recipients import canonical, canonical_domain, mailbox
from sheetcrm.mail.render import render
from sheetcrm.model import Message
from sheetcrm.text import clip, one_line
from sheetcrm.words import Words, words_of

CUSTOMER_KINDS = frozenset({"customer"})
"""Kinds that go to customers: sent at most once."""
MOST_BYTES = 98_000
"""Of a letter's HTML: some mail programs cut off what comes after 102 kB."""
_SUBJECT = 140

_Body = Mapping[str, Any]


class _Kind(Protocol):
    """What there is to know of a kind of letter; see ``mail.bodies`` for the body of each."""

    def views(self, body: _Body, words: Words, operator: str, /) -> Iterable[dict[str, Any]]:
        """What its templates show, as text: the fullest first, then ever shorter ones where it can be long."""

    def subject(self, body: _Body, words: Words, /) -> str:
        """Its subject, one line that a person would write."""


KINDS: Mapping[str, _Kind] = {
    "digest": digest,
    "immediate": immediate,
    "escalation": immediate,
    "customer": customer,
    "weekly": weekly,
    "brief": briefing,
    "quiet": quiet,
    "failure": failure,
}
"""Every kind of letter. ``escalation`` is what ``immediate`` becomes by itself when all of it came up the ladder."""
_TEMPLATES = {"escalation": "immediate"}


def subject_of(message: Message) -> str:
    """The message's own subject, else the one that its body makes; one line."""
    if message.subject:
        return clip(message.subject, _SUBJECT)
    return clip(KINDS[message.kind].subject(message.body, words_of(message.language)), _SUBJECT)


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
    to_customer = message.kind in CUSTOMER_KINDS
    letter["From"] = _sender(sender, message.body["owner"] if to_customer else "")
    letter["To"] = to
    if copies:
        letter["Cc"] = ", ".join(copies)
    if to_customer:
        _add_answer(letter, message.body)
    letter["Subject"] = subject
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = message_id
    _add_thread(letter, message, host)
    if not to_customer:
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
    """The text, the HTML and what is attached; of an HTML that mail programs would cut off, a shorter form."""
    words = words_of(message.language)
    template = _TEMPLATES.get(message.kind, message.kind)
    for view in KINDS[message.kind].views(message.body, words, operator):
        shown = view | {"subject": subject}
        html = render(f"{template}/html.j2", shown)
        if len(html.encode()) <= MOST_BYTES:
            break
    text = render(f"{template}/text.txt.j2", shown)
    letter.set_content(text, cte=encoding(text))
    letter.add_alternative(html, subtype="html", cte=encoding(html))
    for file in attachments(message.body, words):
        letter.add_attachment(file.data, maintype=file.main, subtype=file.sub, filename=file.name)
    # The generator would take random ones, and two copies of a letter would differ.
    parts = [part for part in letter.walk() if part.is_multipart()]
    for at, part in enumerate(parts):
        part.set_boundary(f"={_hash(f'{message.key}|{at}' if at else message.key)[:32]}=")


def _add_thread(letter: EmailMessage, message: Message, domain: str) -> None:
    """Letters about one contract's term stand together: they all answer the same letter, which never was."""
    sections = message.body.get("sections", ())
    rows = [row for section in sections for row in section["rows"]]
    alone = not any(section["more"] for section in sections) and not message.body.get("matters")
    if len(rows) == 1 and alone:
        root = _hash(f"term|{rows[0]['id']}|{rows[0]['deadline'].isoformat()}")
        letter["References"] = f"<{root}@{domain}>"


def _add_answer(letter: EmailMessage, body: _Body) -> None:
    """A customer's answer goes to the owner, also one that says that somebody is out of the office or has left."""
    address = canonical(body["owner_email"])
    if address:
        letter["Reply-To"] = Address(one_line(body["owner"]), addr_spec=address)


def _add_manners(letter: EmailMessage, language: str, operator: str) -> None:
    """Who wrote this, and that no out-of-office should answer."""
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    if operator:
        wish = words_of(language).text("mail.unsubscribe")
        letter["List-Unsubscribe"] = f"<mailto:{_address(operator)}?subject={quote(wish)}>"


def _address(text: str) -> str:
    plain = canonical(text)
    if plain is None:
        raise ValueError(f"{one_line(text)!r} is no mail address")
    return plain


def _sender(text: str, name: str = "") -> Address:
    """Who sends it, under another name where one is given."""
    found = mailbox(text)
    if found is None:
        raise ValueError(f"{one_line(text)!r} is no mail address")
    return Address(one_line(name or found[0]), addr_spec=found[1])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
