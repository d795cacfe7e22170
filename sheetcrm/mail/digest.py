"""The digest's body (data of the alert rules) as the texts that its templates show, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sheetcrm.mail.render import render
from sheetcrm.text import clip
from sheetcrm.words import Words

_TONES = {"final": "red", "critical": "red", "urgent": "amber", "first_contact": "blue", "preparation": "grey"}
_TONES |= {"after": "red", "team": "amber", "data": "grey"}
_BY_DAYS = ("final", "critical", "urgent", "first_contact", "preparation")
_HEALTH_TONES = {"green": "green", "yellow": "amber", "red": "red", "no_data": "grey"}
_FULL_ROWS = 24
"""Rows shown in full; later ones are brief. Some mail programs cut a letter off at 100 kB."""
_MOST_TASKS = 15


def view(body: Mapping[str, Any], words: Words, operator: str) -> dict[str, Any]:
    """Everything that the digest's templates show, as text; ``operator`` is whom a reader complains to, or ""."""
    sections = _sections(body["sections"], words)
    first = next((row for section in sections for row in section["rows"]), None)
    shown = {
        "language": words.language,
        "subject": subject(body, words),
        "preview": f"{first['account']} · {first['days']} · {first['next'] or first['reason']}" if first else "",
        "t": _texts(body, words),
        "notices": _notices(body, words),
        "sections": sections,
        "workbook_url": body["workbook_url"],
        "operator": operator,
    }
    return shown | _tasks(body["tasks"], words) | _problems(body, words)


def subject(body: Mapping[str, Any], words: Words) -> str:
    """One line that says what is at stake: "3 contratos necesitan a Ana hoy: 48.200 €, primer plazo en 4 días"."""
    name, headline = clip(body["name"], 40), body["headline"]
    facts = []
    if headline["count"]:
        kind = "baseline" if body["baseline"] else "contracts"
        head = words.plural(f"mail.subject.{kind}", headline["count"], name=name)
        money = words.money(headline["value"], headline["currency"]) if headline["value"] > 0 else ""
        facts = [money, "" if body["baseline"] else _nearest(body, words)]
    else:
        head = _quiet_subject(body, words, name)
    return render("digest/subject.txt.j2", {"head": head, "facts": [fact for fact in facts if fact]})


def _quiet_subject(body: Mapping[str, Any], words: Words, name: str) -> str:
    """No contract needs anybody: the tasks, else the cells to mend, else just the day."""
    problems = len(body["problems"]) + body["problems_more"]
    if body["tasks"]:
        return words.plural("mail.subject.tasks", len(body["tasks"]), name=name)
    if problems:
        return words.plural("mail.subject.problems", problems, name=name)
    return words.text("mail.subject.day", name=name, date=words.date(body["as_of"], short=True))


def _nearest(body: Mapping[str, Any], words: Words) -> str:
    """The nearest deadline that is not past; nothing when it may be that of a row left out.

    The stages follow each other by days left, so what a later stage leaves out is no nearer.
    """
    count = body["headline"]["count"]
    which = "first_deadline" if count > 1 else "deadline"
    stages = {section["key"]: section for section in body["sections"]}
    for section in filter(None, map(stages.get, _BY_DAYS)):
        ahead = [row["days"] for row in section["rows"] if row["days"] >= 0]
        if section["more"]:
            return ""
        if ahead:
            near = min(ahead)
            return words.plural(f"mail.subject.{which}", near) if near else words.text(f"mail.subject.{which}.today")
    only_past = set(stages) == {"after"} and count == len(stages["after"]["rows"])
    return words.text("mail.subject.past") if only_past else ""


def _texts(body: Mapping[str, Any], words: Words) -> dict[str, str]:
    headline, book = body["headline"], clip(body["workbook"], 80)
    money = words.money(headline["value"], headline["currency"]) if headline["value"] > 0 else ""
    count = words.plural("mail.headline", headline["count"]) if headline["count"] else words.text("mail.headline.none")
    why_you = words.text("mail.why_you", tab=words.tab("team"), book=book or words.text("mail.the_book"))
    return {
        "date": words.date(body["as_of"]),
        "greeting": words.text("mail.greeting", name=clip(body["name"], 60)),
        "headline": f"{count} ·\N{NO-BREAK SPACE}{money}" if money else count,
        "steps": words.text("mail.steps"),
        "steps_each": words.text("mail.steps_each"),
        "tasks": words.text("mail.tasks"),
        "task": words.text("mail.task"),
        "due": words.text("mail.due"),
        "overdue": words.value("task_state", "overdue"),
        "problems": words.text("mail.problems"),
        "open_book": words.text("mail.open_book"),
        "why_you": why_you,
        "complain": words.text("mail.complain"),
    }


def _notices(body: Mapping[str, Any], words: Words) -> list[dict[str, str]]:
    notices = []
    if body["baseline"]:
        notices.append({"tone": "blue", "text": words.text("mail.baseline")})
    if body["late_days"]:
        notices.append({"tone": "amber", "text": words.plural("mail.late", body["late_days"])})
    if body["sheet_follows"]:
        notices.append({"tone": "grey", "text": words.text("mail.sheet_follows")})
    return notices


def _sections(sections: Sequence[Mapping[str, Any]], words: Words) -> list[dict[str, Any]]:
    shown, before = [], 0
    for section in sections:
        rows = section["rows"]
        shared = _shared_steps(rows)
        more = words.plural("mail.more", section["more"]) if section["more"] else ""
        count = words.number(len(rows) + section["more"])
        tone = _TONES.get(section["key"], "grey")
        shown.append(
            {
                "title": f"{clip(section['title'], 80)} ({count})",
                "steps": shared,
                "rows": [
                    _row(row, tone, words, steps=[] if shared else row["steps"], brief=before + at >= _FULL_ROWS)
                    for at, row in enumerate(rows)
                ],
                "more": more,
            }
        )
        before += len(rows)
    return shown


def _shared_steps(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The checklist of all rows, when several have the same: said once."""
    first = list(rows[0]["steps"]) if len(rows) > 1 else []
    return first if all(list(row["steps"]) == first for row in rows) else []


def _row(row: Mapping[str, Any], tone: str, words: Words, *, steps: Sequence[str], brief: bool) -> dict[str, Any]:
    next_action = clip(row["next_action"], 160)
    if next_action and row["next_action_on"]:
        next_action = f"{next_action} ({words.text('mail.by', date=words.date(row['next_action_on'], short=True))})"
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
        "days": _days(row["days"], words),
        "deadline": words.text("mail.deadline", date=words.date(row["deadline"])),
        "new": words.text("mail.new") if row["new"] else "",
        "reason": clip(row["reason"], 280),
        "score": None if score is None else max(0, min(100, int(score))),
        "health": health,
        "health_tone": _HEALTH_TONES.get(row["health_band"], "grey"),
        # The sentence begins with the score, which stands just before it here.
        "health_why": clip(row["health_why"].removeprefix(f"{score}").lstrip(" ·"), 280),
        "next_label": words.text("mail.next"),
        "next": next_action,
        "owner": words.text("mail.owner", name=clip(row["owner"], 60)) if row["owner"] else "",
        "steps": [] if brief else list(steps),
        "brief": brief,
        "link": row["link"],
        "link_text": words.text("mail.open_row", id=row["id"]),
    }


def _days(days: int, words: Words) -> str:
    if days == 0:
        return words.text("mail.days.today")
    return words.plural("mail.days.left" if days > 0 else "mail.days.past", abs(days))


def _tasks(tasks: Sequence[Mapping[str, Any]], words: Words) -> dict[str, Any]:
    more = max(0, len(tasks) - _MOST_TASKS)
    return {
        "tasks": [
            {
                "title": clip(task["title"], 120),
                "account": clip(task["account"], 60),
                "due": words.date(task["due"], short=True),
                "overdue": bool(task["overdue"]),
            }
            for task in tasks[:_MOST_TASKS]
        ],
        "tasks_more": words.plural("mail.more", more) if more else "",
    }


def _problems(body: Mapping[str, Any], words: Words) -> dict[str, Any]:
    more = body["problems_more"]
    return {
        "problems": [{name: clip(text, 280) for name, text in problem.items()} for problem in body["problems"]],
        "problems_more": words.plural("mail.more", more) if more else "",
    }
