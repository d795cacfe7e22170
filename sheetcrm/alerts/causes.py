"""What made a task: the stage of a term, or the cases of a matter. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sheetcrm.alerts.policies import RENEWAL
from sheetcrm.alerts.stages import task_of
from sheetcrm.model import MATTER

Subject = tuple[str, str]
"""A rule and the id of its row: what an alert, and a task, is about."""


def subject_of(cause: str) -> Subject | None:
    """What a task's cause is about; None for the cause of another row."""
    if cause.startswith(MATTER):
        rule, _, case = cause.removeprefix(MATTER).partition("|")
        return rule, case.rpartition("|")[0]
    contract, _ = task_of(cause)
    return (RENEWAL, contract) if contract else None


def made_by(causes: Mapping[str, str]) -> dict[Subject, set[str]]:
    """Subject → the ids of the tasks that were made for it. ``causes``: cause → id of the row made."""
    found: dict[Subject, set[str]] = defaultdict(set)
    for cause, id in causes.items():
        subject = subject_of(cause)
        if subject is not None:
            found[subject].add(id)
    return dict(found)


def about(causes: Mapping[str, str], tasks: Collection[str]) -> dict[str, set[Subject]]:
    """What each of these tasks is about; people's own are not among the keys."""
    wanted, found = set(tasks), defaultdict(set)
    for cause, id in causes.items():
        subject = subject_of(cause) if id in wanted else None
        if subject is not None:
            found[id].add(subject)
    return dict(found)
