"""Activity: planned against done, who starts it, what it is for, and how even its weeks are (domain 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Ints
from sheetcrm.rules.ages import filled, marked, within
from sheetcrm.rules.metrics.sums import Day, as_day, in_window, ratio


@dataclass(frozen=True)
class Planned:
    """The tasks that fell due in the window. Unit: tasks; ``share`` of 1 was done by its day, NaN without any."""

    due: int
    on_time: int
    late: int
    not_done: int
    share: float


def planned(state: Evaluated, cfg: Config) -> Planned:
    """What became of the tasks whose day fell in the window. One that is open on its very day has not failed yet and
    does not count.

    Unit: share of 1
    Blank: no task fell due, or the tab has no column for the day on which one is done
    Source: domain 7; 004 item 16
    """
    tasks = state.frames["tasks"]
    due, done = tasks["due"].to_numpy(), tasks["done_on"].to_numpy()
    today = np.datetime64(state.as_of, "s")
    # Of a tab without a column for what was done nobody can tell what was left undone.
    where = state.snapshot["tasks"].where
    told = filled(tasks["state"]) & (not where or "done_on" in where)
    inside = in_window(due, state, cfg.metrics) & ((due < today) | filled(tasks["done_on"])) & told
    on_time, late = int((inside & (done <= due)).sum()), int((inside & (done > due)).sum())
    count = int(inside.sum())
    return Planned(count, on_time, late, count - on_time - late, ratio(on_time, count))


@dataclass(frozen=True)
class Split:
    """How activity divides in two: ``first`` and ``second`` of them, ``unsaid`` where nobody noted it; ``share`` of 1
    is the first one's of both, NaN without any."""

    first: int
    second: int
    unsaid: int
    share: float


def initiative(state: Evaluated, cfg: Config) -> Split:
    """Proactive (first) against reactive (second): who started the interactions of the window.

    Unit: interactions; share of 1
    Source: domain 7; 004 item 17
    """
    frame = state.frames["interactions"]
    inside = within(frame["age"], cfg.metrics.window_days)
    return _split(frame["initiative"][inside], "proactive", "reactive")


def nature(state: Evaluated, cfg: Config) -> Split:
    """Commercial (first) against administrative (second): the interactions of the window, and the tasks done in it.

    Unit: interactions and tasks; share of 1
    Source: domain 7; 004 item 18
    """
    frame, tasks = state.frames["interactions"], state.frames["tasks"]
    talks = _split(frame["nature"][within(frame["age"], cfg.metrics.window_days)], "commercial", "admin")
    chores = _split(tasks["nature"][in_window(tasks["done_on"], state, cfg.metrics)], "commercial", "admin")
    first, second = talks.first + chores.first, talks.second + chores.second
    return Split(first, second, talks.unsaid + chores.unsaid, ratio(first, first + second))


def _split(said: Any, one: str, other: str) -> Split:
    first, second = int((said == one).sum()), int((said == other).sum())
    return Split(first, second, len(said) - first - second, ratio(first, first + second))


@dataclass(frozen=True)
class Week:
    """A week from its ``monday`` on. ``done``: contacts and tasks done in it. ``planned``: tasks and next steps due in
    it and still open, from this week on. ``valley``: both together are under half of the mean."""

    monday: Day
    done: int
    planned: int
    valley: bool


@dataclass(frozen=True)
class Weeks:
    """The weeks before this one, this one and those ahead, in order. ``mean``: activity of the full weeks before this
    one, per week; NaN where there was none (then nothing is a valley). ``now`` is this week's place."""

    weeks: tuple[Week, ...]
    mean: float
    now: int


def weeks(state: Evaluated, cfg: Config) -> Weeks:
    """Activity per week, back and planned ahead: a week under half of the mean of the last 8 full weeks is a valley.

    Unit: contacts, tasks and next steps
    Source: domain 7, 5; 004 items 19 and 20
    """
    back, ahead = cfg.metrics.weeks_back, cfg.metrics.weeks_ahead
    size, this = back + 1 + ahead, _week(np.array([as_day(state)]))[0]
    frame, tasks = state.frames["interactions"], state.frames["tasks"]
    contact, done_task = filled(frame["contact_age"]), filled(tasks["done_on"])
    open_step = marked(frame["follow_up"], "pending", "overdue") & filled(frame["next_step_due"])
    open_task = marked(tasks["state"], "open", "due", "overdue") & filled(tasks["due"])

    def count(*parts: Any) -> Ints:
        places = np.concatenate([_week(moments) for moments in parts]) - this + back
        return np.bincount(places[(places >= 0) & (places < size)], minlength=size)

    done = count(frame["date"][contact], tasks["done_on"][done_task])
    due = count(frame["next_step_due"][open_step], tasks["due"][open_task])
    due[:back] = 0
    mean = float(done[:back].mean()) or float("nan")
    low = (done + due) < cfg.metrics.valley_share * mean
    mondays = (np.arange(this - back, this + ahead + 1) * 7 - _MONDAY).astype("datetime64[D]")
    rows = zip(mondays, done.tolist(), due.tolist(), low.tolist(), strict=True)
    return Weeks(tuple(Week(*row) for row in rows), mean, back)


_MONDAY = 3
"""Days from the Monday of its week to 1 January 1970, a Thursday: where numpy counts from."""


def _week(moments: Any) -> Ints:
    """The number of each day's week, Monday first."""
    day = np.asarray(moments, dtype="datetime64[s]").astype("datetime64[D]").astype(np.int64)
    return np.asarray((day + _MONDAY) // 7)
