"""Tasks: what is to be done, and whether its day has come (domain 4)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column, row_codes
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


@column("tasks", show=False, type=Type.ID, of_contract="contracts.account_id")
def of_account(account_id: pd.Series[Any], of_contract: pd.Series[Any]) -> Any:
    """The account that the task is for: the one that it names, else that of its contract.

    Blank: it names neither
    Source: domain 3 (tasks)
    """
    return account_id.where(account_id.notna(), of_contract)


@column(
    "accounts",
    show=False,
    type=Type.TEXT,
    accounts="tasks.of_account@all",
    titles="tasks.title@all",
    ids="tasks.task_id@all",
    due="tasks.due@all",
    done_on="tasks.done_on@all",
)
def first_task(
    account_id: pd.Series[Any],
    accounts: pd.Series[Any],
    titles: pd.Series[Any],
    ids: pd.Series[Any],
    due: pd.Series[Any],
    done_on: pd.Series[Any],
) -> Any:
    """The account's first open task: the one due first, one without a date last; its title, else its id.

    Blank: none is open
    Source: domain 4 (next_action)
    """
    tasks = Linked(titles.where(titles.notna(), ids), row_codes(accounts, account_id), len(account_id))
    when = days(due)
    keys = np.where(np.isnat(when), np.iinfo(np.int64).max, when.astype(np.int64))
    return tasks.values.reindex(first_row(tasks, done_on.isna().to_numpy(), keys))
