"""The letter to a customer before a renewal: short, from a person to a person, the same as a draft and as a mail.

What the renewal may be worth is no part of it: that is ours to know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sheetcrm.mail.render import render
from sheetcrm.text import clip
from sheetcrm.words import Words


def views(body: Mapping[str, Any], words: Words, operator: str) -> Iterator[dict[str, Any]]:
    """The letter as its templates show it; ``operator`` has no part in it."""
    del operator
    yield {"language": words.language, "subject": subject(body, words), "t": _texts(body, words)}


def subject(body: Mapping[str, Any], words: Words) -> str:
    """Which contract it is about, and until when it runs."""
    return words.text("mail.customer.subject", contract=_contract(body, words), date=_end(body, words))


def text(body: Mapping[str, Any], words: Words) -> str:
    """The letter as plain text."""
    (view,) = views(body, words, "")
    return render("customer/text.txt.j2", view)


def _texts(body: Mapping[str, Any], words: Words) -> dict[str, str]:
    contact = clip(body["contact"], 60)
    return {
        "greeting": words.text("mail.customer.greeting.name", name=contact)
        if contact
        else words.text("mail.customer.greeting"),
        "opening": words.text("mail.customer.opening", contract=_contract(body, words), date=_end(body, words)),
        "question": words.text("mail.customer.question", account=clip(body["account"], 80)),
        "answer": words.text("mail.customer.answer"),
        "regards": words.text("mail.customer.regards"),
        "owner": clip(body["owner"], 60),
        "owner_email": clip(body["owner_email"], 120),
    }


def _contract(body: Mapping[str, Any], words: Words) -> str:
    title = clip(body["title"], 80)
    id = clip(body["contract_id"], 40)
    if title:
        return words.text("mail.customer.contract", title=title, id=id)
    return words.text("mail.customer.contract.untitled", id=id)


def _end(body: Mapping[str, Any], words: Words) -> str:
    return words.date(body["end_date"] or body["deadline"])
