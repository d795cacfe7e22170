"""``explain --alerts``: what was said of a row, to whom, what is decided today, and what comes next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sheetcrm.cli.context import Options, job, place, progress
from sheetcrm.cli.exits import UsageError

if TYPE_CHECKING:
    from sheetcrm.alerts.case import Decision
    from sheetcrm.alerts.story import Line, Outlook, Story

_SILENT = {
    "decided": "silent: it is decided or done",
    "history": "silent: its deadline was long past when it was first seen",
    "outside_hours": "waits for business hours",
    "snoozed": "silent until the snooze ends",
    "not_yet": "silent: no stage is reached yet",
    "acknowledged": "silent: somebody has acknowledged this stage",
    "moved": "silent: it has moved since this stage was told",
    "said": "silent: everybody has been told of this stage",
    "exhausted": "silent: everybody on the ladder has heard, and nobody moved",
}
_KINDS = {
    "first": "told",
    "repeat": "told again",
    "again": "told anew",
    "rung": "escalated",
    "last": "last of the ladder, told again",
}


MOST_LINES = 60
"""Lines of the log that are shown, the latest ones; ``--json`` has all."""
MOST_CASES = 20


def alerts(options: Options, id: str, tab: str | None) -> None:
    """Print the story of a row's alerts."""
    from sheetcrm.run import alert_story

    where = place(options)
    with progress(options) as step:
        work = job(options, where, step=step)
        found = alert_story(work, id, tab)
    if not found:
        raise UsageError(f"No row has the id {id}. Ids are compared exactly, as typed in the workbook.")
    if len(found) > 1:
        raise UsageError(f"{id} stands in several tabs; add one of  " + "  ".join(f"--tab {s.tab}" for s in found))
    if options.json:
        print(json.dumps(as_json(found[0]), ensure_ascii=False))
    else:
        print("\n".join(in_words(found[0], work.as_of)))


def in_words(story: Story, as_of: date) -> list[str]:
    """The story in lines for a terminal."""
    lines = [f"{story.tab} {story.id}, as of {as_of.isoformat()}"]
    lines.append("What was said:" if story.log else "Nothing was said yet.")
    if len(story.log) > MOST_LINES:
        lines.append(f"  ({len(story.log) - MOST_LINES} earlier lines; --json has them all)")
    lines += [f"  {_line(line, story)}" for line in story.log[-MOST_LINES:]]
    if not story.outlook:
        lines.append("Today: silent: nothing is near, or it is decided")
    for outlook in story.outlook[:MOST_CASES]:
        lines += _outlook(outlook, as_of)
    if len(story.outlook) > MOST_CASES:
        lines.append(f"({len(story.outlook) - MOST_CASES} more that speak later, or not; --json has them all)")
    return lines


def as_json(story: Story) -> dict[str, Any]:
    """The story for programs."""
    return {
        "tab": story.tab,
        "id": story.id,
        "said": [
            {
                "on": line.entry.on.isoformat(),
                "rule": line.rule,
                "id": line.id,
                "stage": line.entry.stage,
                "person": line.entry.person,
                "kind": line.entry.kind,
                "state": line.entry.state,
                "due": line.entry.due.isoformat() if line.entry.due else None,
                "since": line.entry.episode.isoformat(),
                "acknowledged_on": line.entry.acknowledged_on.isoformat() if line.entry.acknowledged_on else None,
            }
            for line in story.log
        ],
        "cases": [
            {
                "rule": item.case.rule,
                "tab": item.case.tab,
                "id": item.case.id,
                "since": item.case.episode.isoformat(),
                "today": _news(item.today),
                "next": {"on": item.later[0].isoformat(), **_news(item.later[1])} if item.later else None,
            }
            for item in story.outlook
        ],
    }


def _news(decision: Decision) -> dict[str, Any]:
    return {
        "silent": decision.silent,
        "news": [
            {"stage": item.stage, "person": item.person, "kind": item.kind, "immediate": item.immediate}
            for item in decision.news
            if item.state == "queued"
        ],
    }


def _line(line: Line, story: Story) -> str:
    entry = line.entry
    about = "" if line.id == story.id else f" {line.id}"
    if entry.kind == "carried" and entry.due is not None:
        what = f"holds from the deadline {entry.due.isoformat()}"
    else:
        what = "noted, not told" if entry.state == "superseded" else f"{_KINDS[entry.kind]} ({entry.state})"
    seen = f", acknowledged {entry.acknowledged_on.isoformat()}" if entry.acknowledged_on else ""
    return f"{entry.on.isoformat()}  {entry.stage:14}{about} {entry.person}: {what}{seen}"


def _outlook(outlook: Outlook, as_of: date) -> list[str]:
    """A case as it stands: today, and next."""
    case = outlook.case
    left = (case.episode - as_of).days
    about = f"deadline {case.episode.isoformat()}, {left} days left" if case.counts_to else f"since {case.episode}"
    lines = [f"{case.rule} of {case.id}, {about}", "  Today:", *_decision(outlook.today)]
    if outlook.later is None:
        return [*lines, "  Next, if nothing changes: nothing"]
    day, decision = outlook.later
    return [*lines, f"  Next, if nothing changes: {day.isoformat()}", *_decision(decision)]


def _decision(decision: Decision) -> Sequence[str]:
    told = [item for item in decision.news if item.state == "queued"]
    if not told:
        return [f"    {_SILENT.get(decision.silent, 'silent')}"]
    return [
        f"    {item.stage:14} {item.person}: {_KINDS[item.kind]}{' at once' if item.immediate else ''}" for item in told
    ]
