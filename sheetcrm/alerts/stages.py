"""The identity of a stage's task."""

from __future__ import annotations

from datetime import date

from sheetcrm.alerts.keys import Key
from sheetcrm.alerts.policies import RENEWAL

_TASK = "task|"


def alert_key(contract_id: str, deadline: date, stage: str, person: str) -> str:
    """The key of a stage's first word to a reader."""
    return str(Key(contract_id, deadline, RENEWAL, stage, person))


def task_cause(contract_id: str, deadline: date, stage: str) -> str:
    """The identity of a stage's task: once per term and stage, whoever reads it."""
    return f"{_TASK}{contract_id}|{deadline.isoformat()}|{stage}"


def task_of(cause: str) -> tuple[str, str]:
    """The contract and the stage of a stage's task, by its cause; blank for the cause of anything else."""
    if not cause.startswith(_TASK):
        return "", ""
    term, _, stage = cause.removeprefix(_TASK).rpartition("|")
    return term.rpartition("|")[0], stage
