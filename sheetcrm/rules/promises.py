"""Promises: what fell due in 90 days, tickets and commitments, and how much of it was kept (domain 4; 002 item 22)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column
from sheetcrm.rules.ages import Floats, days_since, filled, within
from sheetcrm.rules.labels import labelled


@column("interactions", copes=("next_step_due",))
def follow_up(
    next_step: pd.Series[Any],
    next_step_due: pd.Series[Any],
    next_step_done_on: pd.Series[Any],
    today: Any,
    unreadable: Any,
) -> Any:
    """What became of the next step agreed in this interaction: none, pending, overdue once its day has passed, done.

    Blank: its due date or the day it was done can't be read
    Source: domain 4 (other tabs); 001 item 8; 002 item 6
    """
    return labelled(
        (filled(next_step_done_on), "done"),
        (unreadable["next_step_due"], None),
        (next_step_due.to_numpy() < today, "overdue"),
        (filled(next_step) | filled(next_step_due), "pending"),
        default="none",
    )


@column("interactions", show=False)
def commitment_kept(next_step_due: pd.Series[Any], next_step_done_on: pd.Series[Any], today: Any, cfg: Any) -> Floats:
    """1 for a commitment of the last 90 days done by its day, 0 for one done late or still open past it.

    Blank: it did not fall due in these days, or is still open on its very day
    Source: domain 4 (health: promises)
    """
    due, done = next_step_due.to_numpy(), next_step_done_on.to_numpy()
    fell_due = within(days_since(next_step_due, today), cfg.health.promises.days) & (
        filled(next_step_done_on) | (due < today)
    )
    return np.where(fell_due, (done <= due).astype(float), np.nan)


@column("tickets", show=False)
def solution_kept(resolution_due: pd.Series[Any], resolved: pd.Series[Any], today: Any, now: Any, cfg: Any) -> Floats:
    """1 for a ticket whose solution fell due in the last 90 days and came in time, 0 for one late or still open.

    Blank: its solution did not fall due in these days
    Source: domain 4 (health: promises; SLA)
    """
    due = resolution_due.to_numpy()
    fell_due = within(days_since(resolution_due, today), cfg.health.promises.days) & (due < now)
    return np.where(fell_due, (resolved.to_numpy() <= due).astype(float), np.nan)


@column("interactions", show=False)
def commitment_missed_age(next_step_due: pd.Series[Any], next_step_done_on: pd.Series[Any], today: Any) -> Floats:
    """Days since a commitment's day passed without its being done: done later, or still open.

    Unit: days
    Blank: it was kept, or its day has not passed, or a date can't be read
    Source: domain 4 (risk signals); 002 item 22
    """
    due, done = next_step_due.to_numpy(), next_step_done_on.to_numpy()
    missed = (done > due) | (~filled(next_step_done_on) & (due < today))
    return np.where(missed, days_since(next_step_due, today), np.nan)


@column("tickets", show=False)
def sla_missed_age(
    sla_status: pd.Series[Any],
    response_due: pd.Series[Any],
    resolution_due: pd.Series[Any],
    answered: pd.Series[Any],
    resolved: pd.Series[Any],
    today: Any,
    now: Any,
) -> Floats:
    """Days since the SLA of a ticket that is breached or missed was broken: since its last broken clock ran out.

    Unit: days
    Blank: it is kept, or can't be told
    Source: domain 4 (risk signals; SLA); 002 item 22
    """
    clocks = ((response_due, answered), (resolution_due, resolved))
    broken = [due.where((done.fillna(pd.Timestamp(now)) > due).to_numpy()) for due, done in clocks]
    latest = broken[1].where(broken[1].notna() & ~(broken[0] > broken[1]), broken[0])
    return np.where(sla_status.isin(("breached", "missed")), days_since(latest, today), np.nan)


@column("accounts", show=False, solutions="tickets.solution_kept", commitments="interactions.commitment_kept")
def promises_due(solutions: Linked, commitments: Linked) -> Floats:
    """Solutions and commitments that fell due in the last 90 days.

    Unit: promises
    Source: domain 4 (health: promises)
    """
    return (solutions.count(solutions.values.notna()) + commitments.count(commitments.values.notna())).astype(float)


@column("accounts", show=False, solutions="tickets.solution_kept", commitments="interactions.commitment_kept")
def promises_kept(solutions: Linked, commitments: Linked) -> Floats:
    """Those of them that came in time.

    Unit: promises
    Source: domain 4 (health: promises)
    """
    return solutions.sum() + commitments.sum()


@column("accounts", show=False)
def factor_promises(promises_due: pd.Series[Any], promises_kept: pd.Series[Any], cfg: Any) -> Floats:
    """Health factor: the share of promises of the last 90 days that were kept in time.

    Unit: points, 0 to 100
    Blank: fewer than 3 promises fell due
    Source: domain 4 (health: promises); 002 item 22
    """
    enough = promises_due.to_numpy() >= max(cfg.health.promises.least, 1)
    due = np.where(enough, promises_due, np.nan)
    return np.asarray(100.0 * promises_kept.to_numpy() / due)


@column("accounts")
def promise_keeping(factor_promises: pd.Series[Any]) -> Any:
    """Promises kept in time, of those that fell due in the last 90 days: tickets by their solution, commitments by the
    day of their next step; what is open past its day is broken.

    Unit: percent, 0 to 100
    Blank: fewer than 3 promises fell due
    Source: domain 4 (health: promises); 002 items 22, 79
    """
    return factor_promises
