"""Every letter and page that people get as HTML, in three languages, by name."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sheetcrm.languages import LANGUAGES
from sheetcrm.mail import brief
from sheetcrm.mail.compose import KINDS, compose
from sheetcrm.mail.examples import example
from sheetcrm.model import Message
from tests.brief_pages import WHOLE, page_of
from tests.mail.bodies import body, message, rich, row, section

LETTERS = sorted(f"{kind}-{language}" for kind in (*KINDS, "full") for language in LANGUAGES)
PAGES = [f"{kind}-{language}" for kind in ("visit", "executive") for language in LANGUAGES]
NAMES = sorted([*LETTERS, "nasty-es", *PAGES])
"""What ``letters`` and ``pages`` make, for tests of each by its name: known before anything is made."""

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def parts(said: Message) -> tuple[str, str, str]:
    """Subject, text and HTML of a letter."""
    made = compose(said, sender="bot@example.com", domain="example.com", now=NOW, operator="ops@example.com")
    whole = email.message_from_bytes(made.data, policy=email.policy.default)
    text, html = whole.get_body(("plain",)), whole.get_body(("html",))  # type: ignore[attr-defined]
    return made.subject, text.get_content(), html.get_content()


@cache
def letters() -> dict[tuple[str, str], tuple[str, str, str]]:
    """Subject, text and HTML of an example of each kind, and of a full digest, by kind and language."""
    found = {(kind, language): parts(example(kind, language, TODAY)) for kind in KINDS for language in LANGUAGES}
    return found | {("full", language): parts(message(rich(language), language)) for language in LANGUAGES}


def _nasty() -> dict[str, Any]:
    """A digest of words without a place to break, huge sums, emoji and what looks like markup."""
    word, other = "Donaudampfschifffahrtsgesellschaft" * 4, "<b>&amp;</b> 🎉" * 9
    typed = {"account": word, "title": other, "id": word, "place": f"{word}!A1", "owner": word, "reason": word}
    late = {"kind": "again", "acknowledged": {"name": word, "role": "owner", "on": TODAY}, "stand_in": word}
    one = row(**typed, **late, value=123_456_789_012.5, health_why=word, next_action=word, steps=[word, other])
    line = {**typed, "value_base": 9e11, "next_action": word, "repeat": True}
    matters = [{"key": f"m{at}", "title": word, "tone": "red", "rows": [line, line], "more": 3} for at in range(3)]
    task = {"title": word, "due": TODAY, "account": word}
    cell = {"address": word, "problem": other, "fix": word}
    return body(
        name=word,
        sections=[section(one, one, title=word)],
        matters=matters,
        tasks=[task],
        problems=[cell],
        workbook=word,
    )


@cache
def pages() -> dict[str, str]:
    """The HTML of all letters, one with what people may type, and the brief as a web page, before a visit and as the
    executive report."""
    key = {**WHOLE, "accounts": WHOLE["accounts"].replace("standard", "key     ")}
    found = {f"{kind}-{language}": html for (kind, language), (_, _, html) in letters().items()}
    found["nasty-es"] = parts(message(_nasty()))[2]
    for language in LANGUAGES:
        found[f"visit-{language}"] = brief.html(page_of(WHOLE, language=language))
        found[f"executive-{language}"] = brief.html(page_of(key, language=language))
    assert sorted(found) == NAMES
    return found
