"""Tasks that a decision has answered: a stage's task of a term that was renewed or lost since. Pure."""

from __future__ import annotations

from sheetcrm.alerts.stages import task_of
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Memory

AFTER_A_LOSS = ("recovery", "loss_analysis")
"""The stages whose work only begins when a term is lost."""


def moot_tasks(state: Evaluated, memory: Memory) -> frozenset[str]:
    """The ids of the tasks that stages made and nobody needs to do any more: letters are silent about them.

    Their rows stay as they are: whether a task was done is for people to note.
    """
    contracts = state.frames["contracts"]
    status = dict(zip(contracts["contract_id"].tolist(), contracts["status"].tolist(), strict=True))
    found = []
    for cause, id in memory.causes.items():
        contract, stage = task_of(cause)
        if status.get(contract) == "renewed" or (status.get(contract) == "lost" and stage not in AFTER_A_LOSS):
            found.append(id)
    return frozenset(found)
