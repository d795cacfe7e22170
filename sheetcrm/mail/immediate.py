"""What can't wait for the digest, and what climbed to the reader because nobody moved: the digest's rows, own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sheetcrm.mail import digest
from sheetcrm.mail.frame import frame
from sheetcrm.text import clip
from sheetcrm.words import Words


def views(body: Mapping[str, Any], words: Words, operator: str) -> Iterator[dict[str, Any]]:
    """What the templates show, in ever fewer rows; ``operator`` is whom a reader complains to, or ""."""
    for view in digest.views(body, words, operator):
        why = frame(body, words, operator)["why_you"]
        # One matter that climbed says so itself.
        said = climbed(body) and _count(body) == 1
        texts = {"headline": _headline(body, words), "intro": "" if said else words.text(f"mail.{_tone(body)}.intro")}
        yield {**view, "t": view["t"] | texts, "subject": subject(body, words), "why_you": why}


def subject(body: Mapping[str, Any], words: Words) -> str:
    """One contract by name, day and value: "Vence el 3 dic: Hotel Sol (C-1042), 12.400 €"; several by count, and the
    first by name."""
    contracts = [row for section in body["sections"] for row in section["rows"]]
    others = [(matter, row) for matter in body.get("matters", ()) for row in matter["rows"]]
    count = _count(body)
    if count == 1 and contracts:
        return _one(contracts[0], words, up=climbed(body))
    if count == 1 and others:
        matter, row = others[0]
        return words.text("mail.immediate.subject.matter", title=clip(matter["title"], 60), who=_who(row))
    first = f"{_who(contracts[0])}…" if contracts else digest.first_matter(body, count)
    return f"{words.plural(f'mail.{_tone(body)}.headline', count)}{_worth(body, words)}: {first}"


def _one(row: Mapping[str, Any], words: Words, *, up: bool) -> str:
    """Until when, who, how much; or since when nobody moved."""
    money = words.money(row["value"], row["currency"])
    what = f"{_who(row)}, {money}" if money else _who(row)
    if up:
        since = row.get("since")
        key = "mail.escalation.subject.one"
        return words.text(key, what=what, date=words.date(since, short=True)) if since else _undated(what, words)
    when = "today" if row["days"] == 0 else "left" if row["days"] > 0 else "past"
    return words.text(f"mail.immediate.subject.{when}", what=what, date=words.date(row["deadline"], short=True))


def _undated(what: str, words: Words) -> str:
    return words.text("mail.escalation.subject.undated", what=what)


def _who(row: Mapping[str, Any]) -> str:
    return f"{clip(row['account'], 50)} ({clip(row['id'], 24)})"


def _headline(body: Mapping[str, Any], words: Words) -> str:
    """One matter by its name; several by count."""
    count = _count(body)
    if count == 1:
        return subject(body, words)
    return digest.worth(words.plural(f"mail.{_tone(body)}.headline", count), body, words)


def _worth(body: Mapping[str, Any], words: Words) -> str:
    headline = body["headline"]
    return f", {words.money(headline['value'], headline['currency'])}" if headline["value"] > 0 else ""


def _count(body: Mapping[str, Any]) -> int:
    return sum(len(part["rows"]) + part["more"] for part in (*body["sections"], *body.get("matters", ())))


def _tone(body: Mapping[str, Any]) -> str:
    return "escalation" if climbed(body) else "immediate"


def climbed(body: Mapping[str, Any]) -> bool:
    """Whether everything in it came up the ladder."""
    rows = [row for part in (*body["sections"], *body.get("matters", ())) for row in part["rows"]]
    return bool(rows) and all(row.get("kind") in ("rung", "last") for row in rows)
