"""What was promised and is late, or is near: commitments, tasks, visits, tickets (domain 4 and 5; 001, 002)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import numpy as np

from sheetcrm.alerts.case import TOLD
from sheetcrm.alerts.causes import about
from sheetcrm.alerts.matters.matter import Cases, found, lately, matter
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.rules.ages import Flags, filled, marked
from sheetcrm.rules.dates import Days, days
from sheetcrm.rules.hours import calendar_of

LONG_WEEKEND = 4
"""Days that a letter may come later than it is due."""


@matter("interactions")
def commitment_overdue(state: Evaluated, cfg: Config) -> Cases:
    """The day of an agreed next step has passed, and it is not done."""
    talks = state.frames["interactions"]
    due = days(talks["next_step_due"])
    late = marked(talks["follow_up"], "overdue") & lately(state, cfg, due)
    return found(late, due, talks["next_step"])


@matter("tasks", nature="admin")
def task_overdue(state: Evaluated, cfg: Config) -> Cases:
    """The day of a task has passed, and it is not done. Nothing is late where nobody notes what was done; while letters
    speak of what a task was made for, its being late is no second piece of news."""
    tasks, due = state.frames["tasks"], days(state["tasks.due"])
    late = marked(tasks["state"], "overdue") & lately(state, cfg, due) & _noted(state)
    late &= ~tasks["task_id"].isin(_spoken_for(state, cfg, tasks["task_id"][late].tolist())).to_numpy()
    return found(late, due, tasks["said"])


def _spoken_for(state: Evaluated, cfg: Config, tasks: Collection[str]) -> list[str]:
    """Those of the tasks of whose cause people heard lately: until it should have been said again, and a long weekend
    more."""
    memory = state.ambient["past"]
    subjects = about(memory.causes, tasks)
    if not subjects:
        return []
    since = state.as_of - timedelta(days=cfg.alerts.matters_repeat.every + LONG_WEEKEND)
    told = (*TOLD, "acknowledged")
    spoken = {(a.rule, a.id) for a in memory.alerts.values() if a.alerted_on >= since and a.state in told}
    return [task for task, about_it in subjects.items() if about_it & spoken]


@matter("tasks", brief=True)
def visit_task(state: Evaluated, cfg: Config) -> Cases:
    """A visit or a meeting in the next business days. One that the runner only suggests is no appointment."""
    tasks, due = state.frames["tasks"], days(state["tasks.due"])
    ahead = marked(tasks["kind"], "visit", "meeting") & (tasks["open_task"] == 1).to_numpy() & _noted(state)
    ahead &= ~marked(tasks["source"], "sheetcrm")
    return found(ahead & _soon(state, cfg, due), due, tasks["said"])


@matter("interactions", brief=True)
def visit_step(state: Evaluated, cfg: Config) -> Cases:
    """A next step in the next business days that is a visit or a meeting, by its words."""
    talks = state.frames["interactions"]
    due = days(talks["next_step_due"])
    ahead = marked(talks["follow_up"], "pending") & _soon(state, cfg, due)
    rows = np.flatnonzero(ahead)
    ahead[rows] = _is_visit(talks["next_step"].iloc[rows], cfg)
    return found(ahead, due, talks["next_step"])


@matter("tickets", nature="admin")
def sla_at_risk(state: Evaluated, _: Config) -> Cases:
    """Most of a ticket's time is used: say so before the promise breaks."""
    return _clock(state, marked(state["tickets.sla_status"], "at_risk"))


@matter("tickets", nature="admin")
def sla_breached(state: Evaluated, cfg: Config) -> Cases:
    """A ticket's time has run out. One that has been so for months is history."""
    broken = marked(state["tickets.sla_status"], "breached")
    return _clock(state, broken & lately(state, cfg, days(state["tickets.due_at"])))


def _clock(state: Evaluated, mask: Flags) -> Cases:
    tickets = state.frames["tickets"]
    return found(mask, days(tickets["due_at"]), tickets["summary"], due=tickets["due_at"])


def _soon(state: Evaluated, cfg: Config, due: Days) -> Flags:
    last = calendar_of(cfg.calendar).add_business_days(state.as_of, cfg.alerts.visit_days)
    return np.asarray((due >= np.datetime64(state.as_of)) & (due <= np.datetime64(last)))


def _is_visit(steps: Any, cfg: Config) -> Flags:
    words = tuple(word.casefold() for word in cfg.alerts.visit_words)
    told = steps.fillna("").str.casefold().str.split()
    return np.array([any(word.startswith(words) for word in step) for step in told], dtype=bool) & filled(steps)


def _noted(state: Evaluated) -> bool:
    where = state.snapshot["tasks"].where
    return not where or "done_on" in where
