"""Whole random workbooks as people type them: every tab and what can be wrong with it.

Tabs and columns may be absent, cells blank or unreadable, ids repeated or blank, accounts unknown, currencies without a
rate, facts dated ahead. ``typed`` gives the sheets' cells; ``read`` the rows that a careful person would read there.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from tests.frames import UNREADABLE
from tests.oracle import random_rows
from tests.oracle.random_books import Draw
from tests.oracle.random_rows import Row

DAYS = (date(2026, 11, 20), date(2024, 2, 29), date(2026, 11, 21), date(2025, 12, 31), date(2026, 3, 31))
HOLIDAYS = (date(2026, 11, 9), date(2026, 10, 12), date(2026, 11, 23), date(2024, 2, 28), date(2026, 1, 1))
RATES = {"USD": 0.92}
SPOILT = {
    "contracts": ("end_date", "value", "renewal_period", "auto_renew", "notice_days", "renewal_stage", "renewal_value",
                  "probability", "closed_on", "contract_type", "start_date"),
    "accounts": ("tier", "health_override", "health_override_until", "volume", "margin", "potential", "critical",
                 "sites", "difficult", "plan_reviewed_on", "tier_reviewed_on", "customer_email", "no_mail"),
    "tickets": ("opened_at", "resolved_at", "promised_at", "priority", "first_response_at", "category",
                "customer_confirmed", "root_cause"),
    "interactions": ("date", "score", "next_step_due", "next_step_done_on", "channel", "signal", "initiative", "nature"),
    "invoices": ("due_on", "paid_on", "issued_on", "amount"),
    "opportunities": ("stage", "kind", "value", "probability", "created_on", "proposal_on", "expected_close",
                      "closed_on"),
    "tasks": ("due", "done_on", "kind", "nature"),
    "team": ("sales_target",),
}  # fmt: skip
"""Cells that may hold something unreadable."""

_NONSENSE = {"critical": 12, "difficult": 12, "auto_renew": 12, "no_mail": 12, "customer_confirmed": 7}
_OPTIONAL = ("opportunities", "tasks", "contacts", "invoices", "team")
_DROPPABLE = {
    "contracts": ("renewal_period", "auto_renew", "notice_days", "currency", "renewal_stage", "closed_on", "owner"),
    "accounts": ("volume", "margin", "potential", "tier", "owner", "sites", "critical", "plan"),
    "tickets": (
        "asset",
        "location",
        "first_response_at",
        "promised_at",
        "priority",
        "customer_confirmed",
        "resolved_at",
    ),
    "interactions": ("interaction_id", "owner", "score", "signal", "channel", "next_step_due", "next_step_done_on"),
    "opportunities": ("closed_on", "probability", "created_on", "currency"),
    "tasks": ("due", "owner", "done_on"),
    "invoices": ("issued_on", "currency", "paid_on"),
    "contacts": ("since",),
    "team": ("sales_target",),
}


@dataclass
class Workbook:
    """Rows per tab in the order of the sheet (only the tabs that it has), read on ``today`` at ``now``."""

    seed: int
    today: date
    now: datetime
    tabs: dict[str, list[Row]]
    without: dict[str, set[str]] = field(default_factory=dict)
    """Columns that a tab lacks."""

    def typed(self) -> dict[str, list[list[Any]]]:
        """The cells of each sheet, the header (keys) first."""
        return {tab: self._grid(tab, rows) for tab, rows in self.tabs.items()}

    def _grid(self, tab: str, rows: list[Row]) -> list[list[Any]]:
        known = dict.fromkeys(key for row in (HEADERS[tab], *rows) for key in row)
        keys = [key for key in known if key not in self.without.get(tab, ())]
        return [list(keys), *([_cell(key, row.get(key)) for key in keys] for row in rows)]

    def read(self) -> dict[str, list[Row]]:
        """The records: without rows whose id is blank or stands twice, and without the cells of absent columns."""
        return {tab: self._records(tab, rows) for tab, rows in self.tabs.items()}

    def _records(self, tab: str, rows: list[Row]) -> list[Row]:
        key = next(iter(HEADERS[tab]))
        lacking = self.without.get(tab, set())
        gone = {name: UNREADABLE if name in AWAITED else None for name in lacking}
        rows = [{**row, **{name: gone[name] for name in row if name in gone}} for row in rows]
        if tab == "team":
            rows = [{**row, "email": row["email"].lower()} for row in rows]
        times = Counter(row[key] for row in rows)
        if tab == "interactions":
            return [row for row in rows if row[key] is None or times[row[key]] == 1]
        return [row for row in rows if row[key] is not None and times[row[key]] == 1]


def _cell(key: str, value: Any) -> Any:
    return _NONSENSE.get(key, "pronto") if value is UNREADABLE else value


AWAITED = ("resolved_at", "paid_on", "next_step_done_on")
"""Where nobody notes these, nobody can tell what is still open: their cells are as good as unreadable."""

HEADERS: dict[str, dict[str, None]] = {
    "contracts": dict.fromkeys(("contract_id", "account_id", "start_date")),
    "accounts": dict.fromkeys(("account_id", "name")),
    "interactions": dict.fromkeys(("interaction_id", "account_id", "date")),
    "tickets": dict.fromkeys(("ticket_id", "account_id", "opened_at")),
    "opportunities": dict.fromkeys(("opportunity_id", "account_id")),
    "tasks": dict.fromkeys(("task_id", "account_id", "title")),
    "contacts": dict.fromkeys(("contact_id", "account_id", "name")),
    "invoices": dict.fromkeys(("invoice_id", "account_id", "due_on", "amount")),
    "team": dict.fromkeys(("email", "name")),
}
"""The id and the required columns of each tab: they stand there even when no row does."""


def workbook(seed: int) -> Workbook:
    """The workbook of a seed: the same for the same seed."""
    today = DAYS[seed % len(DAYS)]
    draw = Draw(seed, today)
    accounts = [random_rows.account(draw, number) for number in range(draw.choice((0, 1, 4, 6, 9, 14)))]
    ids = [row["account_id"] for row in accounts] or ["A-none"]
    contracts = random_rows.contracts(draw, ids)
    terms = [row["contract_id"] for row in contracts]
    tabs: dict[str, list[Row]] = {
        "contracts": contracts,
        "accounts": accounts,
        "interactions": [
            random_rows.interaction(draw, n, draw.choice(ids), contracts) for n in range(_many(draw, len(ids)))
        ],
        "tickets": [random_rows.ticket(draw, n, draw.choice(ids)) for n in range(_many(draw, len(ids)))],
        "opportunities": [
            random_rows.opportunity(draw, n, draw.choice(ids), terms) for n in range(_many(draw, len(ids)))
        ],
        "tasks": [random_rows.task(draw, n, draw.choice(ids), terms) for n in range(_many(draw, len(ids)))],
        "contacts": [random_rows.contact(draw, n, draw.choice(ids)) for n in range(_many(draw, len(ids)))],
        "invoices": [random_rows.invoice(draw, n, draw.choice(ids)) for n in range(_many(draw, len(ids)))],
        "team": [random_rows.member(draw, person) for person in random_rows.PEOPLE],
    }
    _doubles(draw, tabs)
    if draw.random() < 0.4:
        _spoil(draw, tabs)
    without = _lacking(draw, tabs)
    now = datetime.combine(today, draw.choice((time(18), time(9), time(12, 30, 15), time(20), time(7))))
    return Workbook(seed, today, now, tabs, without)


def _many(draw: Draw, accounts: int) -> int:
    return draw.randint(0, draw.choice((0, 2, 6)) * accounts)


def _doubles(draw: Draw, tabs: dict[str, list[Row]]) -> None:
    """In some workbooks a row is copied, another has lost its id."""
    for tab, rows in tabs.items():
        if rows and tab != "team" and draw.random() < 0.1:
            rows.append(dict(draw.choice(rows)))
        if rows and tab not in ("team", "contracts") and draw.random() < 0.1:
            draw.choice(rows)[next(iter(HEADERS[tab]))] = None


def _spoil(draw: Draw, tabs: dict[str, list[Row]]) -> None:
    for tab, cells in SPOILT.items():
        for row in tabs[tab]:
            if draw.random() < 0.12:
                row[draw.choice(cells)] = UNREADABLE


def _lacking(draw: Draw, tabs: dict[str, list[Row]]) -> dict[str, set[str]]:
    """Take away a tab now and then, and columns; ``tabs`` loses the absent ones."""
    if draw.random() < 0.4:
        for tab in draw.sample((*_OPTIONAL, "tickets", "interactions"), draw.randint(1, 3)):
            del tabs[tab]
    if draw.random() < 0.6:
        return {}
    return {tab: {draw.choice(cells)} for tab, cells in _DROPPABLE.items() if tab in tabs and draw.random() < 0.3}
