"""What an account asks for once its tasks and the next actions of its contracts are decided."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetcrm.columns import Cells, Linked, column
from sheetcrm.rules.evidence import first_row
from sheetcrm.rules.urgent import FIRST


@column("accounts", actions="contracts.next_action", by="contracts.next_action_on")
def next_action(first_task: Cells, most_urgent: Cells, actions: Linked, by: Linked, words: Any) -> list[str | None]:
    """What to do next: the account's first open task; else what its most urgent matter asks for, where a cancellation
    notice goes before the next action of its contracts (the one that is due first) and this before all others.

    Blank: nothing is to be done
    Source: domain 4; 000 item 46; 002 items 7, 20.
    """
    when = by.values.to_numpy().astype("datetime64[D]")
    keys = np.where(np.isnat(when), np.iinfo(np.int64).max, when.astype(np.int64))
    contracts = actions.values.reindex(first_row(actions, actions.values.notna().to_numpy(), keys))
    result: list[str | None] = []
    for task, matter, action in zip(first_task.tolist(), most_urgent.tolist(), contracts.tolist(), strict=True):
        if isinstance(task, str):
            result.append(task)
        elif isinstance(action, str) and matter != FIRST:
            result.append(action)
        else:
            result.append(words.text(f"action.account.{matter}") if isinstance(matter, str) else None)
    return result
