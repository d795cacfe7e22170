"""What people do in the demo: they read their mail of the first day and type into the sheet, as one would in Excel.

Each act looks for a row that it fits in whatever the sample brings on that day; where there is none it is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pandas as pd

from sheetcrm.model import Snapshot
from sheetcrm.schema import TABS
from sheetcrm.sync.excel.edits import Cell, ColumnEdit, SheetEdit
from sheetcrm.sync.excel.patch import patch_book
from sheetcrm.words import Words

SNOOZE_DAYS = 7


@dataclass(frozen=True)
class Act:
    """Something that a person types: ``cells`` into the row ``id`` of a tab. ``kind`` names its sentences
    (``demo.act.<kind>``, ``demo.came.<kind>``); ``about`` is the account, ``on`` the contract or ticket."""

    kind: str
    person: str
    tab: str
    id: str
    cells: Mapping[str, Cell]
    about: str
    on: str


def acts(book: Snapshot, today: date, words: Words) -> list[Act]:
    """What people do on the evening of the first day, each on an account of its own."""
    found: list[Act] = []
    for choose in (_renew, _acknowledge, _snooze, _close):
        act = choose(book, today, words, {act.about for act in found})
        if act is not None:
            found.append(act)
    return found


def type_into(workbook: Path, book: Snapshot, done: list[Act]) -> None:
    """Write what people typed into the file; nothing else in it changes."""
    sheets = {}
    for tab in dict.fromkeys(act.tab for act in done):
        table, ids = book[tab], rows_of(book, tab)[TABS[tab].id]
        here = [(act, int(table.rows[(ids == act.id).to_numpy().argmax()])) for act in done if act.tab == tab]
        here.sort(key=lambda pair: pair[1])
        columns = {}
        for column in dict.fromkeys(column for act, _ in here for column in act.cells):
            cells = [(row, act.cells[column]) for act, row in here if column in act.cells]
            columns[table.where[column]] = ColumnEdit([row for row, _ in cells], [value for _, value in cells])
        sheets[table.title] = SheetEdit(columns=columns)
    workbook.write_bytes(patch_book(workbook, sheets).data)


def rows_of(book: Snapshot, tab: str) -> pd.DataFrame:
    """A tab as it stands in the workbook, people's columns and the runner's side by side."""
    table = book[tab]
    return pd.concat([table.frame, table.stored.drop(columns=table.frame.columns, errors="ignore")], axis=1)


def name_of(book: Snapshot, address: str) -> str:
    """What the team tab calls somebody."""
    team = book["team"].frame
    names = dict(zip(team["email"].tolist(), team["name"].tolist(), strict=True))
    return str(names.get(address, address))


def _renew(book: Snapshot, today: date, words: Words, taken: set[str]) -> Act | None:
    """The next contract whose invoice is out is paid."""
    rows = _contracts(book)
    ready = rows[(rows["status"] == "expiring") & (rows["renewal_stage"] == "invoice_sent")]
    cells: dict[str, Cell] = {"renewal_stage": words.value("renewal_stage", "payment_received"), "closed_on": today}
    return _act("renew", book, "contracts", ready.sort_values("days_to_deadline"), cells, taken)


def _acknowledge(book: Snapshot, today: date, words: Words, taken: set[str]) -> Act | None:
    """The owner who was told of the most valuable critical contract says so in the alerts tab."""
    del today, words
    alerts = rows_of(book, "alerts").merge(_contracts(book)[["contract_id", "owner", "value"]], on="contract_id")
    told = alerts[(alerts["stage"] == "critical") & (alerts["state"] == "sent") & (alerts["person"] == alerts["owner"])]
    return _act("acknowledge", book, "alerts", told.sort_values("value", ascending=False), {}, taken)


def _snooze(book: Snapshot, today: date, words: Words, taken: set[str]) -> Act | None:
    """The most valuable contract with time left is put off."""
    del words
    rows = _contracts(book)
    early = rows[(rows["alert_stage"] == "first_contact") & rows["snooze_until"].isna()]
    cells: dict[str, Cell] = {"snooze_until": today + timedelta(SNOOZE_DAYS)}
    return _act("snooze", book, "contracts", early.sort_values("value", ascending=False), cells, taken)


def _close(book: Snapshot, today: date, words: Words, taken: set[str]) -> Act | None:
    """A ticket past its time is solved: a critical one before others, and where it is the only one of its account, for
    those hold its health down."""
    health = rows_of(book, "accounts")[["account_id", "health_score"]].dropna()
    tickets = rows_of(book, "tickets").merge(health, on="account_id")
    late = tickets[(tickets["sla_status"] == "breached") & tickets["resolved_at"].isna()]
    late = late.assign(
        late=late.groupby("account_id")["ticket_id"].transform("size"), urgent=late["priority"] == "critical"
    ).sort_values(["urgent", "late", "health_score"], ascending=[False, True, True])
    cells: dict[str, Cell] = {
        "resolved_at": datetime.combine(today, time(17)),
        "resolution": words.text("demo.resolution"),
        "customer_confirmed": words.value("yes_no", "yes"),
    }
    return _act("close", book, "tickets", late, cells, taken)


def _contracts(book: Snapshot) -> pd.DataFrame:
    """The contracts, those without an owner of their own under their account's."""
    rows = rows_of(book, "contracts")
    accounts = book["accounts"].frame.set_index("account_id")["owner"]
    return rows.assign(owner=rows["owner"].fillna(rows["account_id"].map(accounts)))


def _act(
    kind: str, book: Snapshot, tab: str, rows: pd.DataFrame, cells: Mapping[str, Cell], taken: set[str]
) -> Act | None:
    """The act on the first row that has an owner and an account that nobody has acted on yet."""
    free = rows[~rows["account_id"].isin(taken) & rows["owner"].notna()]
    if free.empty:
        return None
    row = free.iloc[0]
    person = name_of(book, str(row["owner"]))
    on = str(row["contract_id" if tab == "alerts" else TABS[tab].id])
    typed = cells or {"acknowledged_by": person}
    return Act(kind, person, tab, str(row[TABS[tab].id]), typed, str(row["account_id"]), on)
