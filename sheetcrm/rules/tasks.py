"""Tasks: what is to be done, and whether its day has come (domain 4)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sheetcrm.columns import column
from sheetcrm.rules.ages import filled
from sheetcrm.rules.labels import labelled


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
