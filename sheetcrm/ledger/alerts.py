"""Alerts in the ledger: a key is never forgotten and never written twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from sheetcrm.model import Alert

_COLUMNS = (
    "key", "rule", "stage", "tab", "id", "contract_id", "account_id", "person", "state", "why",
    "alerted_on", "deadline", "value", "acknowledged_by", "acknowledged_on",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO alerts ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) "  # noqa: S608
    "ON CONFLICT (key) DO NOTHING"
)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM alerts ORDER BY rowid"  # noqa: S608


def add(connection: sqlite3.Connection, alerts: Iterable[Alert]) -> int:
    """Write the alerts whose keys are new; how many were."""
    before = connection.total_changes
    connection.executemany(_INSERT, map(_row, alerts))
    return connection.total_changes - before


def keys(connection: sqlite3.Connection) -> set[str]:
    """The keys of every alert that was ever logged."""
    return {key for (key,) in connection.execute("SELECT key FROM alerts")}


def unsent(alert: Alert) -> Alert:
    """The alert as it stands before anything left: only a delivered letter makes it ``sent``."""
    return replace(alert, state="queued") if alert.state == "sent" else alert


def read(connection: sqlite3.Connection) -> dict[str, Alert]:
    """Every alert by its key, in the order in which they were logged."""
    return {row[0]: _alert(row) for row in connection.execute(_SELECT)}


def follow(connection: sqlite3.Connection, keys: Iterable[str], state: str) -> None:
    """Give the alerts of a letter the letter's state; superseded, snoozed and acknowledged ones keep theirs."""
    connection.executemany(
        "UPDATE alerts SET state = ? WHERE key = ? AND state IN ('queued', 'sent', 'failed', 'held')",
        [(state, key) for key in keys],
    )


def acknowledge(connection: sqlite3.Connection, alerts: Iterable[Alert]) -> None:
    """Note who acknowledged the alerts and when, or that nobody does any more."""
    connection.executemany(
        "UPDATE alerts SET acknowledged_by = ?, acknowledged_on = ? WHERE key = ?",
        [
            (alert.acknowledged_by, alert.acknowledged_on and alert.acknowledged_on.isoformat(), alert.key)
            for alert in alerts
        ],
    )


def _row(alert: Alert) -> tuple[object, ...]:
    return (
        alert.key, alert.rule, alert.stage, alert.tab, alert.id, alert.contract_id, alert.account_id, alert.person,
        alert.state, alert.why, alert.alerted_on.isoformat(), alert.deadline and alert.deadline.isoformat(),
        float(alert.value), alert.acknowledged_by, alert.acknowledged_on and alert.acknowledged_on.isoformat(),
    )  # fmt: skip


def _alert(row: tuple[Any, ...]) -> Alert:
    (key, rule, stage, tab, row_id, contract_id, account_id, person, state, why, on, deadline, value, by, by_on) = row
    return Alert(
        key=key,
        rule=rule,
        stage=stage,
        tab=tab,
        id=row_id,
        contract_id=contract_id,
        account_id=account_id,
        person=person,
        state=state,
        why=why,
        alerted_on=_day(on),
        deadline=_day(deadline) if deadline else None,
        value=value,
        acknowledged_by=by,
        acknowledged_on=_day(by_on) if by_on else None,
    )


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    return date.fromisoformat(text)
