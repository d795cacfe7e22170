"""Columns that need what the plan decided: the last stage alerted, the next action, the problems of each row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from sheetcrm.columns import Cells, column
from sheetcrm.config import Config
from sheetcrm.schema import PEOPLE_TABS


@column("contracts")
def alert_stage(contract_id: Cells, deadline: Cells, found: Any) -> list[str | None]:
    """The last renewal stage alerted for this term: the most advanced one in the log for its present deadline.

    Blank: nothing was alerted for this term yet.
    Source: domain 4 and 6; 000 items 15 to 20.
    """
    days = deadline.to_numpy().astype("datetime64[D]").tolist()
    return [found.stages.get((key, day)) for key, day in zip(contract_id.tolist(), days, strict=True)]


@column("contracts")
def next_action(first_task: Cells, alert_stage: Cells, status: Cells, words: Any) -> list[str | None]:
    """What to do next: the first open task of this contract, else what its stage asks for.

    Blank: decided, or no stage has been reached.
    Source: domain 4; 000 items 44 and 46.
    """
    result: list[str | None] = []
    for task, stage, state in zip(first_task.tolist(), alert_stage.tolist(), status.tolist(), strict=True):
        if isinstance(task, str):
            result.append(task)
        elif isinstance(stage, str) and state not in ("renewed", "lost"):
            result.append(words.text(f"action.{stage}"))
        else:
            result.append(None)
    return result


@column("contracts")
def next_action_on(
    first_task: Cells,
    first_task_on: Cells,
    deadline: Cells,
    alert_stage: Cells,
    status: Cells,
    as_of: date,
    cfg: Config,
) -> Any:
    """By when: the due date of that task, else the day on which the next stage begins, today at the earliest.

    Blank: there is no next action, or its task has no date.
    Source: domain 4; 000 item 46.
    """
    steps = sorted((stage.days for stage in cfg.alerts.stages.values()), reverse=True)
    following = {name: next((d for d in steps if d < stage.days), None) for name, stage in cfg.alerts.stages.items()}
    last, due = (dates.to_numpy().astype("datetime64[D]") for dates in (deadline, first_task_on))
    result = np.full(len(deadline), np.datetime64("NaT"), dtype="datetime64[s]")
    today = np.datetime64(as_of)
    rows = zip(first_task.notna().tolist(), alert_stage.tolist(), status.tolist(), strict=True)
    for at, (task, stage, state) in enumerate(rows):
        if task:
            result[at] = due[at]
        elif isinstance(stage, str) and state not in ("renewed", "lost"):
            later = following[stage]
            result[at] = max(today, last[at] - np.timedelta64(later, "D")) if later is not None else today
    return result


def _problems_of(tab: str) -> Callable[..., Any]:
    @column(tab)
    def problems(found: Any, size: int) -> Any:
        """What is wrong with this row's cells, and how to mend it.

        Blank: nothing is wrong.
        Source: domain 2 and 4.
        """
        texts = found.problems.get(tab)
        return texts if texts is not None else [None] * size

    return problems


for _tab in PEOPLE_TABS:
    globals()[f"problems_of_{_tab.key}"] = _problems_of(_tab.key)
