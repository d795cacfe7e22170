"""The tasks that a renewal stage makes: once per term and stage, with its checklist (domain 5)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sheetcrm.alerts.renewals import Told
from sheetcrm.alerts.stages import task_cause
from sheetcrm.columns import Evaluated
from sheetcrm.config import Config
from sheetcrm.model import NewRow


def stage_tasks(
    told: Sequence[Told],
    state: Evaluated,
    cfg: Config,
    known: Mapping[str, str],
    *,
    words: Any,
    playbook: Callable[[str], Sequence[str]],
    business_day: Callable[[date, int], date],
    fold: bool,
) -> list[NewRow]:
    """One task per told stage (and one for a special offer), unless its cause is known already.

    ``known``: causes of rows made before, and ids standing in the tab. ``fold``: put the steps of superseded stages
    into the checklist. ``business_day(day, n)`` is n business days later.
    """
    if not state.snapshot.tabs["tasks"].present:
        return []
    rows = []
    for item in told:
        stages = (*item.decision.folded, item.decision.told) if fold else (item.decision.told,)
        steps = list(dict.fromkeys(step for stage in stages for step in playbook(stage)))
        rows.append(_task(item, item.decision.told, steps, state, cfg, words, business_day))
        if _offer(item, state, cfg):
            rows.append(_task(item, "offer", playbook("offer"), state, cfg, words, business_day))
    return [row for row in rows if row.cause not in known and row.id not in known]


def _offer(item: Told, state: Evaluated, cfg: Config) -> bool:
    """A special offer is a task where the account's health and tier allow it."""
    offer = cfg.alerts.offer
    if item.decision.told != offer.stage:
        return False
    code = _account(item, state)
    if code < 0:
        return False
    accounts = state.frames["accounts"]
    tier = accounts["tier"].iloc[code]
    band = accounts["health_band"].iloc[code]
    return band in offer.bands and (tier if isinstance(tier, str) else "standard") in offer.tiers


def _task(
    item: Told,
    name: str,
    steps: Sequence[str],
    state: Evaluated,
    cfg: Config,
    words: Any,
    business_day: Callable[[date, int], date],
) -> NewRow:
    term = item.term
    stage = cfg.alerts.stages[item.decision.told]
    cause = task_cause(term.contract_id, term.deadline, name)
    title = words.text(f"task.{name}.title", account=_account_name(item, state), contract=term.contract_id)
    return NewRow(
        tab="tasks",
        id=task_id(term.contract_id, cause),
        cause=cause,
        values={
            "task_id": task_id(term.contract_id, cause),
            # An account that no row has is a problem of the contract's; the task must not become a second one.
            "account_id": term.account_id if _account(item, state) >= 0 else None,
            "contract_id": term.contract_id,
            "kind": "call" if name == "offer" else stage.task,
            "nature": "commercial",
            "title": title,
            "checklist": "\n".join(f"• {step}" for step in steps),
            "owner": term.owner,
            "due": business_day(state.as_of, stage.due_in),
            "done_on": None,
            "source": "sheetcrm",
        },
    )


def task_id(contract_id: str, cause: str) -> str:
    """An id made from the task's cause, so that the same cause never makes two rows."""
    return f"S-{contract_id}-{hashlib.sha256(cause.encode()).hexdigest()[:6]}"


def _account(item: Told, state: Evaluated) -> int:
    """The row of the contract's account; -1 when there is none."""
    return int(state.codes("contracts", "accounts")[item.row])


def _account_name(item: Told, state: Evaluated) -> str:
    code = _account(item, state)
    name = state.frames["accounts"]["name"].iloc[code] if code >= 0 else None
    return name if isinstance(name, str) else item.term.account_id
