"""The alerts tab as a copy of the ledger: its rows as alerts, so that a lost ledger heals from them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sheetcrm.model import Alert, Snapshot


def alerts_of(snapshot: Snapshot) -> list[Alert]:
    """Every row of the alerts tab with a readable key. What stood in the hidden key decides, not what people see.

    An alert that still waits to be sent is left out: where the ledger is lost, its letter is lost with it, and
    knowing its key would keep it from ever being told.
    """
    table = snapshot.tabs["alerts"]
    if not len(table.frame):
        return []
    stored = table.stored
    found = []
    for at, key in enumerate(table.frame["key"].tolist()):
        parts = key.rsplit("|", 4)
        if len(parts) != 5 or not _day(parts[1]):
            continue
        if _cell(stored, "state", at) == "queued":
            continue
        contract, deadline, rule, stage, person = parts
        alerted = _cell(stored, "alerted_on", at)
        found.append(
            Alert(
                key=key,
                rule=rule,
                stage=stage,
                tab="contracts",
                id=contract,
                contract_id=contract,
                account_id=_cell(stored, "account_id", at) or "",
                person=person,
                state=_cell(stored, "state", at) or "sent",
                why=_cell(stored, "why", at) or "",
                alerted_on=alerted.date() if alerted is not None else date.min,
                deadline=_day(deadline),
                acknowledged_by=_plain(table.frame["acknowledged_by"].iloc[at]) or "",
            )
        )
    return found


def _cell(stored: Any, name: str, at: int) -> Any:
    return _plain(stored[name].iloc[at]) if name in stored else None


def _plain(value: Any) -> Any:
    return None if value is None or value != value else value


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
