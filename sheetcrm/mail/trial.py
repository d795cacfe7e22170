"""A mail that asks for nothing: whether mail arrives."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from sheetcrm.letter import Letter
from sheetcrm.mail.encoding import encoding
from sheetcrm.mail.policy import POLICY
from sheetcrm.mail.recipients import mailbox
from sheetcrm.words import words_of


def trial(to: str, *, sender: str, language: str, now: datetime) -> Letter:
    """The letter, in one of the languages. ``to`` is a bare address; ``sender`` may have a name before it."""
    name, address = mailbox(sender) or ("", sender)
    words = words_of(language)
    key = f"trial|{to}|{now.isoformat()}"
    letter = EmailMessage(policy=POLICY)
    letter["From"] = Address(name, addr_spec=address)
    letter["To"] = to
    letter["Subject"] = words.text("mail.trial.subject")
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()}@{address.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    text = words.text("mail.trial.text")
    letter.set_content(text, cte=encoding(text))
    return Letter(
        key=key,
        kind="trial",
        to=to,
        copies=(),
        subject=str(letter["Subject"]),
        message_id=str(letter["Message-ID"]),
        data=letter.as_bytes(),
        customer=False,
        keys=(),
        composed_on=now.date(),
    )
