"""The tasks that a renewal stage makes: once per term and stage, with its checklist (domain 5)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sheetcrm.alerts.renewals import Told
from sheetcrm.alerts.stages import task_cause
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import NewRow
from sheetcrm.schema.contracts import STAGES


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
    rows, days, accounts = [], cache(business_day), _Accounts(state)
    for item in told:
        stages = (*item.decision.folded, item.decision.told) if fold else (item.decision.told,)
        steps = list(dict.fromkeys(step for stage in stages for step in playbook(stage)))
        due = days(state.as_of, cfg.alerts.stages[item.decision.told].due_in)
        rows.append(_task(item, item.decision.told, steps, accounts, cfg, words, due))
        if _offer(item, accounts, cfg):
            rows.append(_task(item, "offer", playbook("offer"), accounts, cfg, words, due))
    return [row for row in rows if row.cause not in known and row.id not in known]


class _Accounts:
    """What a task says of its contract's account, taken from the frames once."""

    def __init__(self, state: Evaluated) -> None:
        self._codes = state.codes("contracts", "accounts").tolist()
        self._columns = {name: state.frames["accounts"][name].tolist() for name in ("name", "tier", "health_band")}
        self._stages = state.frames["contracts"]["renewal_stage"].tolist()

    def known(self, item: Told) -> bool:
        """Whether the contract's account has a row."""
        return bool(self._codes[item.row] >= 0)

    def agreed(self, item: Told, stage: str) -> bool:
        """Whether the renewal has come to this stage, or beyond it."""
        reached = self._stages[item.row]
        return reached in STAGES and STAGES.index(reached) >= STAGES.index(stage)

    def text(self, item: Told, name: str, blank: str) -> str:
        """A text of the account's row; ``blank`` where there is none."""
        value = self._columns[name][self._codes[item.row]] if self.known(item) else None
        return value if isinstance(value, str) else blank


def _offer(item: Told, accounts: _Accounts, cfg: Config) -> bool:
    """A special offer is a task where the account's health and tier allow it, and the price is still open."""
    offer = cfg.alerts.offer
    if item.decision.told != offer.stage or not accounts.known(item) or accounts.agreed(item, offer.before):
        return False
    return (
        accounts.text(item, "health_band", "") in offer.bands and accounts.text(item, "tier", "standard") in offer.tiers
    )


def _task(
    item: Told,
    name: str,
    steps: Sequence[str],
    accounts: _Accounts,
    cfg: Config,
    words: Any,
    due: date,
) -> NewRow:
    term = item.term
    stage = cfg.alerts.stages[item.decision.told]
    cause = task_cause(term.contract_id, term.deadline, name)
    account = accounts.text(item, "name", term.account_id)
    title = words.text(f"task.{name}.title", account=account, contract=term.contract_id)
    return NewRow(
        tab="tasks",
        id=task_id(term.contract_id, cause),
        cause=cause,
        values={
            "task_id": task_id(term.contract_id, cause),
            # An account that no row has is a problem of the contract's; the task must not become a second one.
            "account_id": term.account_id if accounts.known(item) else None,
            "contract_id": term.contract_id,
            "kind": "call" if name == "offer" else stage.task,
            "nature": "commercial",
            "title": title,
            "checklist": "\n".join(f"• {step}" for step in steps),
            "owner": term.owner,
            "due": due,
            "done_on": None,
            "source": "sheetcrm",
        },
    )


def task_id(contract_id: str, cause: str) -> str:
    """An id made from the task's cause, so that the same cause never makes two rows."""
    return f"S-{contract_id}-{hashlib.sha256(cause.encode()).hexdigest()[:6]}"
