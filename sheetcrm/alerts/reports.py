"""The letters of the week: the managers' report, and to the operator, when nobody had to be told anything, that the
runner lives (domain 5 and 6). Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np

from sheetcrm.alerts.digest import book_name
from sheetcrm.alerts.team import Person, Team
from sheetcrm.alerts.week import Week
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Memory, Message
from sheetcrm.words import Words

READERS = ("manager", "direction")
QUIET_DAYS = 7
_COUNTED = ("contracts", "accounts", "interactions", "tickets")

When = Literal["due", "always"]
"""``always``: whatever was sent before, to look at it."""


def weekly(
    make: Callable[[], Week],
    team: Team,
    memory: Memory,
    cfg: Config,
    as_of: date,
    *,
    words_of: Callable[[str], Words],
    language: str,
    when: When = "due",
) -> list[Message]:
    """The report to each manager who has not had this week's, from the first whole week on that the runner saw.

    ``make`` gives the week, and is asked only when somebody gets it. ``language``: of readers who have none.
    """
    monday = as_of - timedelta(days=as_of.weekday())
    if when == "due" and (memory.began is None or memory.began >= monday):
        return []
    due = [
        person
        for person in team.people.values()
        if person.role in READERS
        and team.reachable(person.email)
        and (when == "always" or _key("weekly", person.email, as_of) not in memory.reports)
    ]
    if not due:
        return []
    week = make()
    return [_weekly(week, person, person.language or language, cfg, words_of) for person in due]


def _weekly(week: Week, person: Person, language: str, cfg: Config, words_of: Callable[[str], Words]) -> Message:
    """The report to one reader."""
    body = week.body(words_of(language)) | _frame(person.name or person.email, cfg)
    return Message(_key("weekly", person.email, week.now.as_of), "weekly", person.email, language, "", body)


def quiet(
    state: Evaluated,
    messages: Sequence[Message],
    problems: int,
    memory: Memory,
    cfg: Config,
    *,
    language: str,
    when: When = "due",
) -> list[Message]:
    """One letter to the operator in a week in which nobody was told anything; ``messages`` are today's news."""
    operator, as_of = cfg.mail.operator, state.as_of
    known = [*memory.digests.values(), *memory.bundles.values(), memory.began]
    since = max((day for day in known if day is not None), default=as_of)
    silent = not messages and as_of - since >= timedelta(days=QUIET_DAYS)
    due = silent and _key("quiet", operator, as_of) not in memory.reports
    if not operator or not (due or when == "always"):
        return []
    return [_quiet(state, since, problems, memory, cfg, language)]


def _quiet(state: Evaluated, since: date, problems: int, memory: Memory, cfg: Config, language: str) -> Message:
    """That all is quiet since a day."""
    operator, as_of = cfg.mail.operator, state.as_of
    deadlines = state["contracts.deadline"].to_numpy().astype("datetime64[D]")
    ahead = deadlines[deadlines >= np.datetime64(as_of)]
    body = _frame("", cfg) | {
        "as_of": as_of,
        "since": since,
        "last_run": memory.last_run,
        "counts": [(tab, state.sizes[tab]) for tab in _COUNTED if state.snapshot.tabs[tab].present],
        "next_deadline": ahead.min().item() if len(ahead) else None,
        "problems": problems,
    }
    return Message(_key("quiet", operator, as_of), "quiet", operator, language, "", body)


def _frame(name: str, cfg: Config) -> dict[str, Any]:
    return {"name": name, "workbook": book_name(cfg), "workbook_url": cfg.workbook_url or None}


def _key(kind: str, address: str, as_of: date) -> str:
    year, week, _ = as_of.isocalendar()
    return f"{kind}|{address}|{year}-W{week:02d}"
