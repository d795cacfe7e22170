"""``explain --alerts``: what was said of a contract, to whom, what is decided today, and what comes next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sheetcrm.cli.context import Options, job, place, progress
from sheetcrm.cli.exits import UsageError

if TYPE_CHECKING:
    from sheetcrm.alerts.case import Decision, Entry
    from sheetcrm.alerts.story import Story

_SILENT = {
    "decided": "silent: the term is decided",
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


def alerts(options: Options, contract_id: str) -> None:
    """Print the story of a contract's alerts."""
    from sheetcrm.run import alert_story

    where = place(options)
    with progress(options) as step:
        work = job(options, where, step=step)
        found = alert_story(work, contract_id)
    if found is None:
        raise UsageError(f"No contract has the id {contract_id}. Ids are compared exactly, as typed in the sheet.")
    if options.json:
        print(json.dumps(as_json(found), ensure_ascii=False))
    else:
        print("\n".join(in_words(found, work.as_of)))


def in_words(story: Story, as_of: date) -> list[str]:
    """The story in lines for a terminal."""
    lines = [f"contract {story.contract_id}, as of {as_of.isoformat()}"]
    if story.case is not None:
        left = (story.case.episode - as_of).days
        lines.append(f"  deadline {story.case.episode.isoformat()}, {left} days left")
    lines.append("What was said:" if story.entries else "Nothing was said yet.")
    lines += [f"  {_entry(entry)}" for entry in story.entries]
    if story.today is None:
        lines.append("Today: silent: no stage is near, or the term is decided")
        return lines
    lines += ["Today:", *_decision(story.today)]
    if story.later is None:
        lines.append("Next, if nothing changes: nothing")
    else:
        day, decision = story.later
        lines += [f"Next, if nothing changes: {day.isoformat()}", *_decision(decision)]
    return lines


def as_json(story: Story) -> dict[str, Any]:
    """The story for programs."""
    later = story.later
    return {
        "contract_id": story.contract_id,
        "deadline": story.case.episode.isoformat() if story.case else None,
        "said": [
            {
                "on": entry.on.isoformat(),
                "stage": entry.stage,
                "person": entry.person,
                "kind": entry.kind,
                "state": entry.state,
                "due": entry.due.isoformat() if entry.due else None,
                "deadline": entry.episode.isoformat(),
                "acknowledged_on": entry.acknowledged_on.isoformat() if entry.acknowledged_on else None,
            }
            for entry in story.entries
        ],
        "today": _news(story.today) if story.today else None,
        "next": {"on": later[0].isoformat(), **_news(later[1])} if later else None,
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


def _entry(entry: Entry) -> str:
    what = "noted, not told" if entry.state == "superseded" else f"{_KINDS[entry.kind]} ({entry.state})"
    seen = f", acknowledged {entry.acknowledged_on.isoformat()}" if entry.acknowledged_on else ""
    return f"{entry.on.isoformat()}  {entry.stage:14} {entry.person}: {what}{seen}"


def _decision(decision: Decision) -> Sequence[str]:
    told = [item for item in decision.news if item.state == "queued"]
    if not told:
        return [f"  {_SILENT.get(decision.silent, 'silent')}"]
    return [
        f"  {item.stage:14} {item.person}: {_KINDS[item.kind]}{' at once' if item.immediate else ''}" for item in told
    ]
