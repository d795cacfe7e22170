"""What all letters of the runner have around what they say: greeting, day, the way to the workbook, why you."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheetcrm.text import clip
from sheetcrm.words import Words


def frame(body: Mapping[str, Any], words: Words, operator: str, *, why: str = "mail.why_you.report") -> dict[str, Any]:
    """The values of ``frame.j2``. ``operator`` is whom a reader complains to, or ""; ``why``: the text that says why
    the reader gets this."""
    book = clip(body["workbook"], 80) or words.text("mail.the_book")
    return {
        "language": words.language,
        "date": words.date(body["as_of"]),
        "greeting": words.text("mail.greeting", name=clip(body["name"], 60)) if body["name"] else "",
        "workbook_url": body["workbook_url"],
        "open_book": words.text("mail.open_book"),
        "why_you": words.text(why, tab=words.tab("team"), book=book),
        "complain": words.text("mail.complain"),
        "operator": operator,
    }
