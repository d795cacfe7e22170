"""The digest's body (data of the alert rules) as the texts that its templates show, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sheetcrm.mail import rows
from sheetcrm.mail.attachments import draft_link, draft_name
from sheetcrm.mail.frame import frame
from sheetcrm.mail.once import said_once
from sheetcrm.mail.render import render
from sheetcrm.mail.rows import ROOMS, Room
from sheetcrm.text import clip
from sheetcrm.words import Words

_BY_DAYS = ("final", "critical", "urgent", "first_contact", "preparation")
_MOST_TASKS = 15
_MOST_LINKS = 5
"""Drafts that a link opens too; each link holds its whole letter."""


def views(body: Mapping[str, Any], words: Words, operator: str) -> Iterator[dict[str, Any]]:
    """Everything that the digest's templates show, as text, in ever fewer rows.

    ``operator`` is whom a reader complains to, or "".
    """
    return (view(body, words, operator, room) for room in ROOMS)


def view(body: Mapping[str, Any], words: Words, operator: str, room: Room = ROOMS[0]) -> dict[str, Any]:
    """What the templates show with that much room."""
    body = said_once(body)
    sections = rows.sections(body["sections"], words, room)
    matters = rows.matters(body.get("matters", ()), body["headline"]["currency"], words, room)
    shown = frame(body, words, operator, why="mail.why_you") | {
        "subject": subject(body, words),
        "preview": preview(sections, matters),
        "t": texts(body, words),
        "notices": notices(body, words),
        "overview": rows.overview([*sections, *matters], words),
        "sections": sections,
        "matters": matters,
        "drafts": _drafts(body.get("drafts", ()), words),
        "briefs": [clip(page.title, 120) for page in body.get("briefs", ())],
    }
    return shown | _tasks(body, words) | _problems(body, words)


def preview(sections: Sequence[Mapping[str, Any]], matters: Sequence[Mapping[str, Any]]) -> str:
    """What mail programs show beside the subject: the first row."""
    first = next((row for section in sections for row in section["rows"]), None)
    if first is not None:
        return f"{first['account']} · {first['days']} · {first['next'] or first['reason']}"
    other = next((row for matter in matters for row in matter["rows"]), None)
    return f"{other['account']} · {other['reason']}" if other is not None else ""


def subject(body: Mapping[str, Any], words: Words) -> str:
    """One line that says what is at stake: "3 contratos necesitan a Ana hoy: 48.200 €, primer plazo en 4 días"."""
    body = said_once(body)
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
    """No contract needs anybody: what else asks for something, the tasks, else the cells to mend, else just the day."""
    problems = len(body["problems"]) + body["problems_more"]
    others = _others(body)
    if others:
        return f"{words.plural('mail.subject.matters', others, name=name)}: {first_matter(body, others)}"
    if body.get("drafts"):
        return words.plural("mail.subject.drafts", len(body["drafts"]), name=name)
    if body.get("briefs"):
        if len(body["briefs"]) == 1:
            return words.text("mail.subject.brief", name=name)
        return words.plural("mail.subject.briefs", len(body["briefs"]), name=name)
    if body["tasks"]:
        return words.plural("mail.subject.tasks", len(body["tasks"]), name=name)
    if problems:
        return words.plural("mail.subject.problems", problems, name=name)
    return words.text("mail.subject.day", name=name, date=words.date(body["as_of"], short=True))


def _others(body: Mapping[str, Any]) -> int:
    return sum(len(matter["rows"]) + matter["more"] for matter in body.get("matters", ()))


def first_matter(body: Mapping[str, Any], count: int) -> str:
    """The first matter and whose it is: "ticket fuera de plazo (Hotel Sol)…"."""
    matter = body["matters"][0]
    title = clip(matter["title"], 40)
    # Within a line a title begins small, unless it is an abbreviation.
    small = title if title[1:2].isupper() else title[:1].lower() + title[1:]
    return f"{small} ({clip(matter['rows'][0]['account'], 40)}){'…' if count > 1 else ''}"


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


def texts(body: Mapping[str, Any], words: Words) -> dict[str, str]:
    """The fixed texts of the letter."""
    return {
        "headline": _headline(body, words),
        "steps": words.text("mail.steps"),
        "steps_each": words.text("mail.steps_each"),
        "tasks": words.text("mail.tasks"),
        "task": words.text("mail.task"),
        "due": words.text("mail.due"),
        "problems": words.text("mail.problems"),
        "tried": words.text("mail.tried"),
        "drafts": words.text("mail.drafts"),
        "drafts_how": words.text("mail.drafts.how"),
        "briefs": words.text("mail.briefs"),
        "briefs_how": words.text("mail.briefs.how"),
    }


def _headline(body: Mapping[str, Any], words: Words) -> str:
    """How much asks for the reader; that nothing does is said only where it is true."""
    headline, others = body["headline"], _others(body)
    if headline["count"]:
        return worth(words.plural("mail.headline", headline["count"]), body, words)
    return words.plural("mail.headline.matters", others) if others else words.text("mail.headline.none")


def worth(headline: str, body: Mapping[str, Any], words: Words) -> str:
    """A headline with what is at stake, where that is known."""
    value, currency = body["headline"]["value"], body["headline"]["currency"]
    return (
        words.text("mail.headline.worth", what=headline, money=words.money(value, currency)) if value > 0 else headline
    )


def notices(body: Mapping[str, Any], words: Words) -> list[dict[str, str]]:
    """What is said before all rows."""
    found = []
    if body["baseline"]:
        found.append({"tone": "blue", "text": words.text("mail.baseline")})
    if body.get("stand_in"):
        found.append({"tone": "blue", "text": words.text("mail.stand_in", name=clip(body["stand_in"], 60))})
    if body["late_days"]:
        found.append({"tone": "amber", "text": words.plural("mail.late", body["late_days"])})
    if body["sheet_follows"]:
        who = clip(body.get("open_by", ""), 60)
        text = words.text("mail.sheet_follows.open", name=who) if who else words.text("mail.sheet_follows")
        found.append({"tone": "grey", "text": text})
    return found


def _tasks(body: Mapping[str, Any], words: Words) -> dict[str, Any]:
    tasks, late = body["tasks"], body.get("tasks_late", 0)
    more = max(0, len(tasks) - _MOST_TASKS)
    counted = [words.plural("mail.more", more)] if more else []
    counted += [words.plural("mail.tasks.late", late)] if late else []
    return {
        "tasks": [
            {
                "title": clip(task["title"], 120),
                "account": clip(task["account"], 60),
                "due": words.date(task["due"], short=True),
            }
            for task in tasks[:_MOST_TASKS]
        ],
        "tasks_more": "; ".join(counted),
    }


def _drafts(drafts: Sequence[Mapping[str, Any]], words: Words) -> list[dict[str, str]]:
    return [
        {
            "account": clip(draft["body"]["account"], 80),
            "to": clip(draft["to"], 80),
            "file": draft_name(draft, words),
            "link": draft_link(draft) if at < _MOST_LINKS else "",
            "link_text": words.text("mail.drafts.open"),
        }
        for at, draft in enumerate(drafts)
    ]


def _problems(body: Mapping[str, Any], words: Words) -> dict[str, Any]:
    more = body["problems_more"]
    return {
        "problems": [{name: clip(text, 280) for name, text in problem.items()} for problem in body["problems"]],
        "problems_more": words.plural("mail.more", more) if more else "",
    }
