"""Tasks: what is to be done, and whether its day has come (domain 4)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column
from sheetcrm.model import Ints
from sheetcrm.rules.ages import filled
from sheetcrm.rules.dates import days
from sheetcrm.rules.evidence import first_row
from sheetcrm.rules.labels import labelled
from sheetcrm.schema.column import Type


@column("tasks", copes=("due",))
def state(due: pd.Series[Any], done_on: pd.Series[Any], today: Any, unreadable: Any) -> Any:
    """Whether the task is done, overdue (its day has passed), due today, or open.

    Blank: its due date or the day it was done can't be read
    Source: domain 4 (other tabs); 004 item 21
    """
    return labelled(
        (filled(done_on), "done"),
        (unreadable["due"], None),
        (due.to_numpy() < today, "overdue"),
        (due.to_numpy() == today, "due"),
        default="open",
    )


@column("tasks", show=False)
def open_task(done_on: pd.Series[Any]) -> Any:
    """1 while the task is not done, else 0.

    Blank: the day it was done can't be read
    Source: domain 4 (other tabs)
    """
    return done_on.isna()


@column("tasks", show=False, type=Type.TEXT)
def said(title: pd.Series[Any], task_id: pd.Series[Any]) -> Any:
    """What the task asks for: its title, else its id.

    Source: domain 3 (tasks)
    """
    return title.where(title.notna(), task_id)


@column("tasks", show=False, type=Type.ID, of_contract="contracts.account_id")
def of_account(account_id: pd.Series[Any], of_contract: pd.Series[Any]) -> Any:
    """The account that the task is for: the one that it names, else that of its contract.

    Blank: it names neither
    Source: domain 3 (tasks)
    """
    return account_id.where(account_id.notna(), of_contract)


@column("contracts", show=False, raw=True, due="tasks.due", still="tasks.open_task")
def first_task_row(due: Linked, still: Linked) -> Ints:
    """The position, among the tasks, of the contract's first open one: due first, without a date last; −1 for none.

    Source: domain 4 (next_action)
    """
    return first_open(due, still.values)


@column("contracts", show=False, type=Type.TEXT, said="tasks.said@all")
def first_task(first_task_row: Ints, said: pd.Series[Any]) -> Any:
    """The contract's first open task.

    Blank: none is open
    Source: domain 4 (next_action)
    """
    return said.reindex(first_task_row)


@column("contracts", show=False, type=Type.DATE, due="tasks.due@all")
def first_task_on(first_task_row: Ints, due: pd.Series[Any]) -> Any:
    """The day on which the contract's first open task is due.

    Blank: none is open, or it has no date
    Source: domain 4 (next_action_on)
    """
    return due.reindex(first_task_row)


def first_open(due: Linked, still: pd.Series[Any]) -> Ints:
    """The position of each parent's first open task: due first, without a date last; −1 for none."""
    when = days(due.values)
    dated = np.where(np.isnat(when), np.iinfo(np.int64).max, when.astype(np.int64))
    return first_row(due, (still == 1).to_numpy(), dated)
