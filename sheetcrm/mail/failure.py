"""The runner can't do its work: what failed, since when, how often, and the next command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sheetcrm.text import clip
from sheetcrm.words import Words


def views(body: Mapping[str, Any], words: Words, operator: str) -> Iterator[dict[str, Any]]:
    """What the templates show; the reader is the operator, who complains to nobody."""
    del operator
    text = [clip(line, 400) for line in body["text"].splitlines() if line.strip()][:8]
    facts = [
        ("mail.failure.first", words.date(body["first"])),
        ("mail.failure.last", words.date(body["last"])),
        ("mail.failure.count", words.number(body["count"])),
        ("mail.failure.task", words.text(f"mail.task.{body['task']}") if body["task"] else ""),
        ("mail.failure.workbook", clip(body["workbook"], 120)),
    ]
    yield {
        "language": words.language,
        "subject": subject(body, words),
        "preview": text[0] if text else "",
        "headline": words.text("mail.failure.headline"),
        "intro": words.text("mail.failure.intro"),
        "text": text,
        "facts": [{"label": words.text(key), "text": fact} for key, fact in facts if fact],
        "next": words.text("mail.failure.next"),
        "command": clip(body["command"], 200),
        "once": words.text("mail.failure.once"),
    }


def subject(body: Mapping[str, Any], words: Words) -> str:
    """That it does not work, and the first words of why."""
    first = next((line for line in body["text"].splitlines() if line.strip()), "")
    return words.text("mail.failure.subject", text=clip(first, 80)) if first else words.text("mail.failure.headline")
