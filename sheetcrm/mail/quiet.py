"""All quiet: to whoever runs it, that the runner lives, what it looked at, and that nobody had to hear anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sheetcrm.mail.frame import frame
from sheetcrm.words import Words


def views(body: Mapping[str, Any], words: Words, operator: str) -> Iterator[dict[str, Any]]:
    """What the templates show; the reader is the operator, who complains to nobody."""
    del operator
    ahead = body["next_deadline"]
    problems = body["problems"]
    yield frame(body, words, "", why="mail.quiet.why_you") | {
        "subject": subject(body, words),
        "preview": words.text("mail.quiet.text", date=words.date(body["since"])),
        "headline": words.text("mail.quiet.headline"),
        "text": words.text("mail.quiet.text", date=words.date(body["since"])),
        "checked": words.text("mail.quiet.checked"),
        "counts": [{"label": words.tab(tab), "text": words.number(count)} for tab, count in body["counts"]],
        "lines": [
            words.text("mail.quiet.last_run", date=words.date(body["last_run"])) if body["last_run"] else "",
            words.text("mail.quiet.next", date=words.date(ahead)) if ahead else words.text("mail.quiet.no_next"),
            words.plural("mail.quiet.problems", problems) if problems else words.text("mail.quiet.no_problems"),
        ],
    }


def subject(body: Mapping[str, Any], words: Words) -> str:
    """That it lives, and how much it watches."""
    contracts = dict(body["counts"]).get("contracts", 0)
    return words.plural("mail.quiet.subject", contracts)
