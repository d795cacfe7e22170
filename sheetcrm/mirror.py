"""The alerts tab as a copy of the ledger: its rows as alerts, so that a lost ledger heals from them."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from typing import Any

from sheetcrm.alerts import keys
from sheetcrm.alerts.matters import matters
from sheetcrm.model import Alert, Snapshot, Table

_STORED = ("state", "alerted_on", "acknowledged_on", "contract_id", "account_id", "why")


def alerts_of(snapshot: Snapshot, known: Container[str] = ()) -> list[Alert]:
    """Every row of the alerts tab with a readable key. What stood in the hidden key decides, not what people see.

    ``known``: keys to leave out, which on most days are all of them.

    An alert that still waits to be sent is left out: where the ledger is lost, its letter is lost with it, and
    knowing its key would keep it from ever being told.
    """
    table = snapshot.tabs["alerts"]
    if not len(table.frame):
        return []
    # Whole columns as lists: a cell at a time through pandas took a third of a pass over 7,000 alerts.
    cells = {name: _cells(table, name) for name in _STORED}
    cells["acknowledged_by"] = [_plain(value) for value in table.frame["acknowledged_by"].tolist()]
    found = []
    for at, key in enumerate(table.frame["key"].tolist()):
        if key in known:
            continue
        parts = keys.parse(key)
        row = {name: column[at] for name, column in cells.items()}
        if parts is None or row["state"] == "queued":
            continue
        alerted, acknowledged = row["alerted_on"], row["acknowledged_on"]
        matter = matters().get(parts.rule)
        found.append(
            Alert(
                key=key,
                rule=parts.rule,
                stage=parts.stage,
                tab=matter.tab if matter else "contracts",
                id=parts.id,
                contract_id=(row["contract_id"] or "") if matter else parts.id,
                account_id=row["account_id"] or "",
                person=parts.person,
                state=_told(row["state"]),
                why=row["why"] or "",
                alerted_on=alerted.date() if alerted is not None else date.min,
                deadline=None if matter else parts.episode,
                acknowledged_by=row["acknowledged_by"] or "" if acknowledged else "",
                acknowledged_on=acknowledged.date() if acknowledged is not None else None,
            )
        )
    return found


def _cells(table: Table, name: str) -> list[Any]:
    """What a column of the tab held, None where it was blank; all of them None where there is no such column."""
    stored = table.stored
    return [_plain(value) for value in stored[name].tolist()] if name in stored else [None] * len(table.frame)


def _plain(value: Any) -> Any:
    return None if value is None or value != value else value


def _told(state: Any) -> str:
    """The state in the log: an acknowledged alert is one that was sent; its cell says who acknowledged it."""
    return "sent" if not state or state == "acknowledged" else str(state)
