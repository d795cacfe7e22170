"""Before a visit: a few lines, and the page about the account attached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sheetcrm.mail.attachments import brief_name
from sheetcrm.mail.frame import frame
from sheetcrm.text import clip
from sheetcrm.words import Words


def views(body: Mapping[str, Any], words: Words, operator: str) -> Iterator[dict[str, Any]]:
    """What the templates show; ``operator`` is whom a reader complains to, or ""."""
    page = body["page"]
    attention = next((section for section in page.sections if section.key == "attention"), None)
    lines = [cell.text for part in getattr(attention, "parts", ()) for cell in getattr(part, "lines", ())]
    facts = [{"label": fact.label, "text": clip(fact.cell.text, 120)} for fact in page.figures]
    yield frame(body, words, operator) | {
        "subject": subject(body, words),
        "preview": " · ".join(badge.text for badge in page.badges),
        "headline": clip(page.name, 80),
        "when": words.text("mail.brief.when", date=words.date(body["when"])) if body["when"] else "",
        "badges": [{"tone": badge.tone or "grey", "text": clip(badge.text, 60)} for badge in page.badges],
        "facts": [fact for fact in facts if fact["text"]],
        "attention": [clip(line, 280) for line in lines[:6]],
        "attention_title": clip(attention.title, 60) if attention is not None else "",
        "attached": words.text("mail.brief.attached", file=brief_name(page)),
    }


def subject(body: Mapping[str, Any], words: Words) -> str:
    """The day and whom the visit goes to."""
    if body["when"] is None:
        return str(body["page"].title)
    return words.text(
        "mail.brief.subject", date=words.date(body["when"], short=True), account=clip(body["page"].name, 60)
    )
