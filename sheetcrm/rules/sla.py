"""The SLA clocks of tickets: when an answer and a solution are due, and whether they came in time (domain 4; 002).

Clocks count business time. A cell with only a date stands for the start of business that day when a ticket was opened,
and for its end when it was answered, resolved or promised.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import column
from sheetcrm.rules.ages import Flags, days_since, filled, looked_up, within
from sheetcrm.rules.hours import Moments, calendar_of
from sheetcrm.rules.labels import labelled
from sheetcrm.schema.column import Type

_HOUR = 3600
_NEVER = np.datetime64("NaT", "s")


@column("tickets", show=False, type=Type.DATETIME)
def opened(opened_at: pd.Series[Any], cfg: Any) -> Moments:
    """The moment at which the ticket's clocks start: a date alone is the start of business that day.

    Unit: local time
    Blank: when it was opened can't be read
    Source: domain 4 (SLA)
    """
    return _timed(opened_at, calendar_of(cfg.calendar).starts)


@column("tickets", show=False, type=Type.DATETIME)
def resolved(resolved_at: pd.Series[Any], cfg: Any) -> Moments:
    """The moment at which both clocks stop: a date alone is the end of business that day.

    Unit: local time
    Blank: not resolved
    Source: domain 4 (SLA)
    """
    return _timed(resolved_at, calendar_of(cfg.calendar).ends)


@column("tickets", show=False, type=Type.DATETIME)
def answered(first_response_at: pd.Series[Any], resolved: pd.Series[Any], cfg: Any) -> Moments:
    """The moment at which the response clock stops: the first answer, or the solution when that came first.

    Unit: local time
    Blank: neither answered nor resolved
    Source: domain 4 (SLA)
    """
    answer = _timed(first_response_at, calendar_of(cfg.calendar).ends)
    return _earlier(answer, resolved.to_numpy(dtype="datetime64[s]"))


@column("tickets", show=False, type=Type.DATETIME, copes=("first_response_at",))
def response_due(
    opened: pd.Series[Any], priority: pd.Series[Any], first_response_at: pd.Series[Any], today: Any, cfg: Any
) -> Moments:
    """When a first answer is due. The clock runs only in a team that notes its answers: if any was noted in 90 days.

    Unit: local time
    Blank: nobody notes first answers, or the ticket's priority or opening can't be read
    Source: domain 4 (SLA)
    """
    if not within(days_since(first_response_at, today), cfg.sla.response_used_days).any():
        return np.full(len(opened), _NEVER)
    hours = looked_up(priority, cfg.sla.response_hours, blank="normal")
    return calendar_of(cfg.calendar).add(opened, hours * _HOUR)


@column("tickets", show=False, type=Type.DATETIME)
def resolution_due(opened: pd.Series[Any], priority: pd.Series[Any], promised_at: pd.Series[Any], cfg: Any) -> Moments:
    """When the solution is due: as promised, else the priority's business hours after the opening.

    Unit: local time
    Blank: opening, priority or promise can't be read
    Source: domain 4 (SLA); 002 item 22
    """
    calendar = calendar_of(cfg.calendar)
    promised = _timed(promised_at, calendar.ends)
    hours = looked_up(priority, cfg.sla.resolution_hours, blank="normal")
    return np.where(np.isnat(promised), calendar.add(opened, hours * _HOUR), promised)


@column("tickets")
def due_at(
    response_due: pd.Series[Any], resolution_due: pd.Series[Any], answered: pd.Series[Any], resolved: pd.Series[Any]
) -> Moments:
    """The next open clock of a ticket: when an answer or, after it, the solution is due.

    Unit: local time
    Blank: resolved, or a cell that decides it can't be read
    Source: domain 4 (SLA); 002 items 22, 59
    """
    response = np.where(filled(answered), _NEVER, response_due.to_numpy(dtype="datetime64[s]"))
    resolution = np.where(filled(resolved), _NEVER, resolution_due.to_numpy(dtype="datetime64[s]"))
    return _earlier(response, resolution)


@column("tickets", show=False)
def clock_used(opened: pd.Series[Any], due_at: pd.Series[Any], now: Any, cfg: Any) -> Any:
    """How much of the business time until the next clock's end has passed.

    Unit: share of 1
    Blank: no clock is open
    Source: domain 4 (SLA)
    """
    used = np.full(len(due_at), np.nan)
    going = filled(due_at)
    if going.any():
        calendar = calendar_of(cfg.calendar)
        since, until = opened.to_numpy(dtype="datetime64[s]")[going], due_at.to_numpy(dtype="datetime64[s]")[going]
        given = calendar.between(since, until)
        passed = calendar.between(since, np.full(len(since), now))
        # A promise for the same minute, or for the past, gives no time at all: all of it is used.
        used[going] = np.divide(passed, given, out=np.ones(len(since)), where=given > 0)
    return used


@column("tickets")
def sla_status(
    due_at: pd.Series[Any],
    clock_used: pd.Series[Any],
    response_due: pd.Series[Any],
    resolution_due: pd.Series[Any],
    answered: pd.Series[Any],
    resolved: pd.Series[Any],
    now: Any,
    cfg: Any,
) -> Any:
    """Whether the ticket's clocks are kept: met or missed once it is resolved (met only when both were kept); while it
    is open, breached when the next clock has run out, at risk from 80% of its time, else on track.

    Blank: a cell that decides it can't be read
    Source: domain 4 (SLA); 002 items 18, 22, 36, 59
    """
    kept = _kept(resolved, resolution_due) & (_kept(answered, response_due) | ~filled(response_due))
    going = filled(due_at)
    return labelled(
        (~filled(resolution_due), None),
        (filled(resolved) & kept, "met"),
        (filled(resolved), "missed"),
        (going & (due_at.to_numpy() < now), "breached"),
        (going & (clock_used.to_numpy() >= cfg.sla.at_risk_share), "at_risk"),
        default="on_track",
    )


@column("tickets")
def escalation(sla_status: pd.Series[Any], due_at: pd.Series[Any], now: Any, cfg: Any) -> Any:
    """Who must hear of a broken clock: the owner's manager at once, direction one business day later.

    Blank: the SLA can't be told
    Source: domain 4 (SLA); 002 items 10, 36, 61
    """
    breached = np.asarray(sla_status == "breached", dtype=bool)
    late = np.zeros(len(breached), dtype=bool)
    if breached.any():
        calendar = calendar_of(cfg.calendar)
        after = cfg.alerts.direction_after("sla_breached")
        if after is not None:
            due = due_at.to_numpy(dtype="datetime64[s]")[breached]
            late[breached] = calendar.add(due, after * calendar.day_seconds) <= now
    return labelled((sla_status.isna(), None), (late, "direction"), (breached, "manager"), default="none")


def _kept(done: pd.Series[Any], due: pd.Series[Any]) -> Flags:
    return np.asarray(done.to_numpy() <= due.to_numpy(), dtype=bool)


def _earlier(one: Moments, other: Moments) -> Moments:
    """The earlier of two moments; the other one where one is blank."""
    return np.where(np.isnat(one) | (other < one), other, one)


def _timed(cells: pd.Series[Any], instead: Any) -> Moments:
    """Moments as typed; where only a date was given, what stands for that day."""
    moments = cells.to_numpy(dtype="datetime64[s]")
    only_day = moments == moments.astype("datetime64[D]")
    return np.where(only_day, instead(moments), moments)
