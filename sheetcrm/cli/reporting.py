"""``status``: how the runner is: last runs, next slots, the mail queue, what fails."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sheetcrm.cli import exits
from sheetcrm.cli.context import Options, Place, place
from sheetcrm.cli.counting import counted

_LATE = timedelta(hours=1)
_SILENT = timedelta(days=4)
"""Longer than a weekend."""


@dataclass
class Status:
    """``filed``: how many of the letters sent are mere files. ``waiting``: how many have been queued since an earlier
    day. ``trouble`` says in words what a person should look at; empty: all is well."""

    last_run: str | None = None
    runs: list[dict[str, Any]] = field(default_factory=list)
    next: list[dict[str, str]] = field(default_factory=list)
    slots: list[dict[str, Any]] = field(default_factory=list)
    letters: dict[str, int] = field(default_factory=dict)
    filed: int = 0
    waiting: int = 0
    failures: list[dict[str, Any]] = field(default_factory=list)
    serving: bool = False
    trouble: list[str] = field(default_factory=list)


def status(options: Options) -> None:
    """Print how the runner is; exit 1 when something is wrong, so that a monitor can use it."""
    where = place(options)
    found = look(where, datetime.now(where.cfg.zone))
    if options.json:
        print(json.dumps(asdict(found), ensure_ascii=False, default=str))
    else:
        print("\n".join(in_words(found)))
    raise SystemExit(exits.FAILURE if found.trouble else exits.DONE)


def look(where: Place, now: datetime) -> Status:
    """How the runner of this place is. Reads only."""
    from sheetcrm.cli.serving import tasks
    from sheetcrm.ledger import Ledger

    found = Status(serving=_serving(where))
    with Ledger.look(where.state) as ledger:
        runs = ledger.runs(5)
        found.runs = [_shown(asdict(run), where) for run in runs]
        found.last_run = next((entry["started"] for entry in found.runs if entry["state"] == "done"), None)
        found.slots = [_shown(asdict(slot), where) for slot in ledger.latest_slots(5)]
        found.letters, found.filed = ledger.letter_counts(), len(ledger.filed_letters())
        found.waiting = ledger.waiting_since_before(now.date())
        found.failures = [_shown(asdict(failure), where) for failure in ledger.failures() if not failure.passing]
        upcoming = [task.next(now, where.cfg.zone) for task in tasks(where).values()]
        found.next = [
            {"task": slot.task, "at": slot.at.astimezone(where.cfg.zone).strftime("%Y-%m-%d %H:%M")}
            for slot in sorted((slot for slot in upcoming if slot is not None), key=lambda slot: slot.at)
        ]
        found.trouble = [*filter(None, [ledger.ahead(now.date())]), *_trouble(found, runs, now)]
    return found


def _trouble(found: Status, runs: Any, now: datetime) -> list[str]:
    lines = [f"{entry['text']} ({entry['count']} times since {entry['first']})" for entry in found.failures]
    if not runs:
        lines.append("It has never run. Try:  sheetcrm run")
    elif runs[0].state in ("failed", "broken"):
        lines.append(f"The last run did not come to its end: {runs[0].error or 'it was cut off'}")
    elif runs[0].state == "running" and now - runs[0].started > _LATE:
        lines.append(f"A run began {found.runs[0]['started']} and has not ended.")
    elif (done := [run.started for run in runs if run.state == "done"]) and now - done[0] > _SILENT:
        lines.append(f"It has not run since {found.last_run}: nothing starts it (cron, or  sheetcrm serve)")
    if found.waiting:
        lines.append(f"{counted(found.waiting, 'letter')} waiting since an earlier day. See:  sheetcrm outbox list")
    if found.letters.get("failed"):
        lines.append(f"{found.letters['failed']} letters could not be delivered. See:  sheetcrm outbox list")
    if found.letters.get("held"):
        lines.append(f"{found.letters['held']} letters wait for you to decide. See:  sheetcrm outbox list")
    return lines


def in_words(found: Status) -> list[str]:
    """The status in lines for a terminal."""
    queue = ", ".join(f"{count} {state}" for state, count in found.letters.items()) or "empty"
    files = f" ({found.filed} as files: nobody got them)" if found.filed else ""
    lines = [
        f"Last run:  {found.last_run or 'never'}",
        f"Serving:   {'yes' if found.serving else 'no (start it:  sheetcrm serve  or let cron call  sheetcrm run)'}",
        f"Mail:      {queue}{files}",
    ]
    if found.serving:
        lines += [f"Next:      {entry['at']}  {entry['task']}" for entry in found.next]
    lines += [f"✗ {line}" for line in found.trouble] or ["✓ Nothing is wrong."]
    return lines


def _shown(entry: dict[str, Any], where: Place) -> dict[str, Any]:
    zone = where.cfg.zone
    return {
        key: value.astimezone(zone).strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else value
        for key, value in entry.items()
    }


def _serving(where: Place) -> bool:
    """Whether a ``serve`` holds its lock."""
    from filelock import FileLock, Timeout

    from sheetcrm.cli.serving import LOCK

    path = where.state / LOCK
    if not path.is_file():
        return False
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return True
    lock.release()
    return False
