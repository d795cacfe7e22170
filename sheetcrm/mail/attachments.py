"""What letters carry: letters to customers as drafts that a mail program opens unsent, and briefs as web pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote

from sheetcrm.mail import brief, customer
from sheetcrm.mail.encoding import encoding
from sheetcrm.mail.policy import POLICY
from sheetcrm.mail.recipients import canonical
from sheetcrm.text import clip
from sheetcrm.words import Words, words_of


@dataclass(frozen=True)
class Attachment:
    """A file: its name, type and bytes."""

    name: str
    main: str
    sub: str
    data: bytes


def attachments(body: Mapping[str, Any], words: Words) -> list[Attachment]:
    """The files that go with a body: its drafts, then its briefs (``page`` of a letter about one visit)."""
    pages = [*body.get("briefs", ()), *([body["page"]] if "page" in body else [])]
    drafts = [
        # No message/rfc822: programs open such a part as a received letter and never look at X-Unsent.
        Attachment(draft_name(draft, words), "application", "octet-stream", draft_bytes(draft))
        for draft in body.get("drafts", ())
    ]
    return [*drafts, *(Attachment(brief_name(page), "text", "html", brief.html(page).encode()) for page in pages)]


def draft_bytes(draft: Mapping[str, Any]) -> bytes:
    """The draft as a file that mail programs open as an unsent letter. The same draft makes the same bytes."""
    said, words = draft["body"], words_of(draft["language"])
    letter = EmailMessage(policy=POLICY)
    letter["X-Unsent"] = "1"
    letter["To"] = canonical(draft["to"]) or ""
    letter["Subject"] = clip(customer.subject(said, words), 140)
    text = customer.text(said, words)
    letter.set_content(text, cte=encoding(text))
    letter["Content-Language"] = words.language
    return letter.as_bytes()


def draft_link(draft: Mapping[str, Any]) -> str:
    """The draft as a link that opens it in whatever writes mail, also in a browser."""
    said, words = draft["body"], words_of(draft["language"])
    text = customer.text(said, words).replace("\n", "\r\n")
    to = quote(canonical(draft["to"]) or "", safe="@")
    return f"mailto:{to}?subject={quote(clip(customer.subject(said, words), 140))}&body={quote(text)}"


def draft_name(draft: Mapping[str, Any], words: Words) -> str:
    """The draft's file name, in the reader's language."""
    return _file_name(words.text("mail.drafts.file"), draft["body"]["contract_id"], "eml")


def brief_name(page: Any) -> str:
    """The page's file name: its account."""
    return _file_name(page.account_id, page.as_of.isoformat(), "html")


def _file_name(first: str, second: str, ending: str) -> str:
    """A name that every system takes and no path: letters and digits of any alphabet, nothing else."""
    plain = re.sub(r"[^\w-]+", "-", f"{first}-{second}").strip("-_")
    return f"{plain[:60] or 'letter'}.{ending}"
