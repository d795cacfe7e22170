"""The alerts tab as a copy of the ledger: its rows as alerts, so that a lost ledger heals from them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sheetcrm.alerts import keys
from sheetcrm.alerts.matters import matters
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
        parts = keys.parse(key)
        if parts is None or _cell(stored, "state", at) == "queued":
            continue
        alerted, acknowledged = _cell(stored, "alerted_on", at), _cell(stored, "acknowledged_on", at)
        matter = matters().get(parts.rule)
        found.append(
            Alert(
                key=key,
                rule=parts.rule,
                stage=parts.stage,
                tab=matter.tab if matter else "contracts",
                id=parts.id,
                contract_id=(_cell(stored, "contract_id", at) or "") if matter else parts.id,
                account_id=_cell(stored, "account_id", at) or "",
                person=parts.person,
                state=_told(_cell(stored, "state", at)),
                why=_cell(stored, "why", at) or "",
                alerted_on=alerted.date() if alerted is not None else date.min,
                deadline=None if matter else parts.episode,
                acknowledged_by=_plain(table.frame["acknowledged_by"].iloc[at]) or "" if acknowledged else "",
                acknowledged_on=acknowledged.date() if acknowledged is not None else None,
            )
        )
    return found


def _cell(stored: Any, name: str, at: int) -> Any:
    return _plain(stored[name].iloc[at]) if name in stored else None


def _plain(value: Any) -> Any:
    return None if value is None or value != value else value


def _told(state: Any) -> str:
    """The state in the log: an acknowledged alert is one that was sent; its cell says who acknowledged it."""
    return "sent" if not state or state == "acknowledged" else str(state)
