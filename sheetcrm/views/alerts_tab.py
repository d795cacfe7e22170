"""The alerts tab: the ledger's alerts, newest first, with what people wrote there kept as they wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sheetcrm.model import Alert, Snapshot, TabRows, Value
from sheetcrm.schema import TABS
from sheetcrm.schema.contracts import ALERT_STAGES
from sheetcrm.schema.matters import MATTERS

_URGENCY = {stage: place for place, stage in enumerate((*reversed(MATTERS), *ALERT_STAGES))}


def rows(alerts: Iterable[Alert], snapshot: Snapshot) -> TabRows:
    """One row per alert: the newest day first, in a day the latest stage first and then the matters. Rows without a key
    are people's notes: they stay, below the alerts.

    ``acknowledged_by`` is people's: what stands in the sheet wins over what the ledger read from it before.
    """
    columns = [column.key for column in TABS["alerts"].columns]
    written = _acknowledged(snapshot)
    # Newest first, then most urgent, then by key: two sorts because the day goes down while the key goes up.
    ordered = sorted(alerts, key=lambda alert: (-_URGENCY.get(alert.stage, -1), alert.key))
    ordered.sort(key=lambda alert: alert.alerted_on, reverse=True)
    return TabRows("alerts", columns, [*(_row(alert, written) for alert in ordered), *_notes(snapshot, columns)])


def _row(alert: Alert, written: dict[str, str]) -> list[Value]:
    return [
        alert.alerted_on,
        alert.stage or None,
        alert.contract_id or None,
        alert.account_id or None,
        alert.person or None,
        alert.why or None,
        "acknowledged" if alert.acknowledged_on is not None and alert.state == "sent" else alert.state,
        written.get(alert.key) or alert.acknowledged_by or None,
        alert.acknowledged_on,
        alert.key,
    ]


def _acknowledged(snapshot: Snapshot) -> dict[str, str]:
    """Alert key → what people wrote into ``acknowledged_by``, as they wrote it (a name stays a name)."""
    raw = _raw(snapshot)
    if raw is None or "acknowledged_by" not in raw or "key" not in raw:
        return {}
    said = raw[raw["acknowledged_by"].notna() & raw["key"].notna()]
    pairs = zip(said["key"].tolist(), said["acknowledged_by"].tolist(), strict=True)
    return {key.strip(): text for key, text in pairs if text.strip()}


def _notes(snapshot: Snapshot, columns: list[str]) -> list[list[Value]]:
    raw = _raw(snapshot)
    if raw is None:
        return []
    table = snapshot.filled["alerts"]
    keyless = raw["key"].fillna("").str.strip() == "" if "key" in raw else raw.notna().any(axis=1)
    notes: list[list[Value]] = []
    for at in keyless.to_numpy().nonzero()[0].tolist():
        cells = [_cell(table.stored, raw, key, at) for key in columns]
        if any(cell is not None for cell in cells):
            notes.append(cells)
    return notes


def _cell(stored: Any, raw: Any, key: str, at: int) -> Value:
    """A cell as it was read: typed where it could be (a date stays a date), else its text."""
    typed = stored[key].iloc[at] if key in stored else None
    if typed is not None and typed == typed:
        return typed.date() if hasattr(typed, "date") else typed  # type: ignore[no-any-return]
    text = raw[key].iloc[at] if key in raw else None
    return text if isinstance(text, str) and text.strip() else None


def _raw(snapshot: Snapshot) -> Any:
    """The tab's texts as read; None where it is absent or was not read as a tab of rows."""
    table = snapshot.filled.get("alerts")
    return table.raw if table is not None else None
