"""What people acknowledge on the alerts tab: who, and since when the runner knows (domain 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sheetcrm.model import Alert, Snapshot


def acknowledged(snapshot: Snapshot, known: Mapping[str, Alert], as_of: date) -> dict[str, Alert]:
    """The alerts whose ``acknowledged_by`` cell says something else than the log: filled now (stamped with today), or
    emptied again. A row that people removed says nothing."""
    table = snapshot.tabs["alerts"]
    changed: dict[str, Alert] = {}
    for key, said in zip(table.frame["key"].tolist(), table.frame["acknowledged_by"].tolist(), strict=True):
        alert = known.get(key)
        if alert is None:
            continue
        by = said.strip() if isinstance(said, str) else ""
        if by and alert.acknowledged_on is None:
            changed[key] = replace(alert, acknowledged_by=by, acknowledged_on=as_of)
        elif not by and alert.acknowledged_on is not None:
            changed[key] = replace(alert, acknowledged_by="", acknowledged_on=None)
    return changed
