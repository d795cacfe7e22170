"""The rows of digests and immediate letters as texts: what is at stake, what kind of news it is, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheetcrm.text import clip
from sheetcrm.words import Words

_TONES = {"final": "red", "critical": "red", "urgent": "amber", "first_contact": "blue", "preparation": "grey"}
_TONES |= {"after": "red", "team": "amber", "data": "grey"}
_HEALTH_TONES = {"green": "green", "yellow": "amber", "red": "red", "no_data": "grey"}
_LONGEST = 280
"""Characters of a sentence of the workbook."""
_SEEN_AT_ONCE = 3
_MOST_SUMMARIES = 8
"""Parts of a letter that need an overview, and that one names."""


@dataclass(frozen=True)
class Room:
    """How many rows are shown in full, in two lines after those, and at all; the rest is counted."""

    full: int
    rows: int


ROOMS = (Room(24, 120), Room(14, 90), Room(8, 60), Room(4, 40), Room(2, 20))
"""From the widest to the narrowest: Gmail cuts a letter off at 102 kB, and Russian takes twice the bytes."""


def sections(found: Sequence[Mapping[str, Any]], words: Words, room: Room) -> list[dict[str, Any]]:
    """The renewal stages with their contracts."""
    shown, before = [], 0
    for section in found:
        rows = section["rows"][: max(0, room.rows - before)]
        shared = _shared_steps(rows)
        more = section["more"] + len(section["rows"]) - len(rows)
        tone = _TONES.get(section["key"], "grey")
        shown.append(
            {
                "title": f"{clip(section['title'], 80)} ({words.number(len(rows) + more)})",
                "summary": _summary(section["title"], len(rows) + more, words),
                "tone": tone,
                "steps": shared,
                "rows": [
                    _contract(row, tone, words, steps=[] if shared else row["steps"], brief=before + at >= room.full)
                    for at, row in enumerate(rows)
                ],
                "more": words.plural("mail.more", more) if more else "",
            }
        )
        before += len(rows)
    return shown


def matters(found: Sequence[Mapping[str, Any]], currency: str, words: Words, room: Room) -> list[dict[str, Any]]:
    """What else asks for something, by matter; each has at least its first row. ``currency`` is the base currency."""
    share = max(1, room.rows // max(1, len(found)))
    shown = []
    for matter in found:
        rows = matter["rows"][:share]
        more = matter["more"] + len(matter["rows"]) - len(rows)
        shown.append(
            {
                "title": f"{clip(matter['title'], 80)} ({words.number(len(rows) + more)})",
                "summary": _summary(matter["title"], len(rows) + more, words),
                "tone": matter["tone"],
                "rows": [_matter_row(row, currency, words) for row in rows],
                "more": words.plural("mail.more", more) if more else "",
            }
        )
    return shown


def overview(parts: Sequence[Mapping[str, Any]], words: Words) -> dict[str, Any]:
    """What is inside and how much of each, where it is more than a reader sees at once; else nothing."""
    if len(parts) < _SEEN_AT_ONCE:
        return {"parts": [], "more": ""}
    shown = [{"tone": part["tone"], "text": part["summary"]} for part in parts[:_MOST_SUMMARIES]]
    more = len(parts) - len(shown)
    return {"parts": shown, "more": words.plural("mail.overview.more", more) if more else ""}


def news(row: Mapping[str, Any], words: Words) -> list[dict[str, str]]:
    """Why a row is said today, each reason with its tone; nothing for what is simply new."""
    said = [_kind(row, words)]
    if row.get("stands_in_for"):
        name, until = row["stands_in_for"]
        said.append(("blue", words.text("mail.news.stands_in", name=clip(name, 60), date=_day(until, words))))
    if row.get("stand_in"):
        said.append(("blue", words.text("mail.news.stand_in", name=clip(row["stand_in"], 60))))
    if row.get("late"):
        said.append(("amber", words.text("mail.news.late")))
    return [{"tone": tone, "text": text} for tone, text in said if text]


def tried(row: Mapping[str, Any], words: Words) -> list[str]:
    """Who was told before without a move, for whoever the case climbed to."""
    if row.get("kind") not in ("rung", "last"):
        return []
    return [
        words.text(
            "mail.tried.line",
            name=clip(heard["name"], 60),
            role=words.text(f"mail.role.{heard['role'] or 'owner'}"),
            date=_day(heard["on"], words),
        )
        for heard in row.get("heard", ())
    ]


def asked(row: Mapping[str, Any], words: Words) -> str:
    """What is asked of whoever the case climbed to."""
    kind, role = row.get("kind"), row.get("role") or "manager"
    if kind == "last":
        return words.text("mail.asked.last")
    return words.text(f"mail.asked.{role if role != 'owner' else 'backup'}") if kind == "rung" else ""


def _kind(row: Mapping[str, Any], words: Words) -> tuple[str, str]:
    kind, since, still = row.get("kind", "first"), row.get("since"), row.get("still", False)
    ago = "" if since is None else _day(since, words)
    if kind == "again" and row.get("acknowledged"):
        by = row["acknowledged"]
        who = clip(by["name"], 60)
        return "amber", words.text("mail.news.acknowledged", name=who, date=_day(by["on"], words))
    if kind == "again":
        return "blue", words.text("mail.news.snooze", date=_day(row.get("due"), words))
    if kind == "repeat" and still and ago:
        return "amber", words.text("mail.news.still", date=ago)
    if kind in ("repeat", "rung", "last"):
        tone = "amber" if kind == "repeat" else "red"
        return tone, words.text(f"mail.news.{kind}", date=ago) if ago else words.text(f"mail.news.{kind}.undated")
    return "grey", ""


def _day(day: Any, words: Words) -> str:
    return words.date(day, short=True)


def _summary(title: str, count: int, words: Words) -> str:
    """A part's title up to its colon, with how many: "Crítico: 3"."""
    return f"{clip(title.partition(':')[0], 40)}: {words.number(count)}"


def _shared_steps(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The checklist of all rows, when several have the same: said once."""
    first = list(rows[0]["steps"]) if len(rows) > 1 else []
    return first if all(list(row["steps"]) == first for row in rows) else []


def _contract(row: Mapping[str, Any], tone: str, words: Words, *, steps: Sequence[str], brief: bool) -> dict[str, Any]:
    score = row["health_score"]
    band = words.value("health_band", row["health_band"])
    health = words.text("mail.health.none") if score is None else words.text("mail.health", score=score, band=band)
    return {
        "account": clip(row["account"], 80),
        "id": clip(row["id"], 40),
        "place": clip(row.get("place", ""), 60),
        "title": clip(row["title"], 80),
        "value": words.money(row["value"], row["currency"]),
        "tone": tone,
        "days": days(row["days"], words),
        "deadline": _deadline(row, words),
        "new": words.text("mail.new") if row["new"] else "",
        "news": news(row, words),
        "tried": [] if brief else tried(row, words),
        "asked": asked(row, words),
        "reason": clip(row["reason"], _LONGEST),
        "score": None if score is None else max(0, min(100, int(score))),
        "health": health,
        "health_tone": _HEALTH_TONES.get(row["health_band"], "grey"),
        # The sentence begins with the score, which stands just before it here.
        "health_why": clip(row["health_why"].removeprefix(f"{score}").lstrip(" ·"), _LONGEST),
        "next_label": _next_label(row, words),
        # Its own id stands above it already.
        "next": clip(row["next_action"].replace(f" ({row['id']})", ""), 160),
        "owner": words.text("mail.owner", name=clip(row["owner"], 60)) if row["owner"] else "",
        "steps": [] if brief else list(steps),
        "brief": brief,
        "link": row["link"],
        "link_text": words.text("mail.open_row", id=clip(row["id"], 40)),
    }


def _matter_row(row: Mapping[str, Any], currency: str, words: Words) -> dict[str, Any]:
    since = row.get("since")
    # Of many a matter nobody could say that it moves: it is simply still so.
    marks = news({**row, "still": True, "kind": row.get("kind") or ("repeat" if row.get("repeat") else "first")}, words)
    value = row.get("value_base")
    worth = words.text("mail.weekly.a_year", money=words.money(value, currency)) if value else ""
    return {
        "account": clip(row["account"], 80),
        "id": clip(row["id"], 40),
        "place": clip(row.get("place", ""), 60),
        "value": worth,
        "since": words.text("mail.since", date=_day(since, words)) if since is not None and not marks else "",
        "reason": clip(row["reason"], _LONGEST),
        "news": marks,
        "tried": tried(row, words),
        "asked": asked(row, words),
        "next_label": words.text("mail.next"),
        "next": clip(row.get("next_action") or "", 160),
        "owner": words.text("mail.owner", name=clip(row["owner"], 60)) if row.get("owner") else "",
    }


def _next_label(row: Mapping[str, Any], words: Words) -> str:
    """ "Siguiente paso, para el 24 nov", or "…, vencido el 24 nov"."""
    label, on = words.text("mail.next"), row.get("next_action_on")
    if not on:
        return label
    when = words.text("mail.was_due" if row.get("next_action_late") else "mail.by", date=_day(on, words))
    return f"{label}, {when}"


def _deadline(row: Mapping[str, Any], words: Words) -> str:
    """The deadline; where it falls on a day off, also the business day that its stages count to."""
    day, counts_as = row["deadline"], row.get("counts_as")
    if counts_as is None:
        return words.text("mail.deadline", date=words.date(day))
    said = {"date": words.date(day), "weekday": words.weekday(day), "counts_as": _day(counts_as, words)}
    return words.text("mail.deadline.off", **said)


def days(left: int, words: Words) -> str:
    """How far a deadline is away, or past."""
    if left == 0:
        return words.text("mail.days.today")
    return words.plural("mail.days.left" if left > 0 else "mail.days.past", abs(left))
