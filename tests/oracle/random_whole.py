"""Whole random workbooks as people type them: every tab and what can be wrong with it.

Tabs and columns may be absent, cells blank or unreadable, ids repeated or blank, accounts unknown, currencies without a
rate, facts dated ahead. ``typed`` gives the sheets' cells; ``read`` the rows that a careful person would read there.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from tests.frames import UNREADABLE
from tests.oracle import random_books, random_service
from tests.oracle.random_books import Draw

Row = dict[str, Any]
DAYS = (date(2026, 11, 20), date(2024, 2, 29), date(2026, 11, 21), date(2025, 12, 31), date(2026, 3, 31))
HOLIDAYS = (date(2026, 11, 9), date(2026, 10, 12), date(2026, 11, 23), date(2024, 2, 28), date(2026, 1, 1))
RATES = {"USD": 0.92}
CURRENCIES = (None, None, None, "EUR", "USD", "CHF")
PEOPLE = (
    ("ana@example.com", "Ana Sanz", "owner"),
    ("luis@example.com", "Luis Rey", "owner"),
    ("eva@example.com", "Eva Gil", "manager"),
    ("ivan@example.com", "Иван Ким", "direction"),
)
STRANGER = "Zoltan Nobody"

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
    accounts = [_account(draw, number) for number in range(draw.choice((0, 1, 4, 6, 9, 14)))]
    ids = [row["account_id"] for row in accounts] or ["A-none"]
    contracts = _contracts(draw, ids)
    terms = [row["contract_id"] for row in contracts]
    tabs: dict[str, list[Row]] = {
        "contracts": contracts,
        "accounts": accounts,
        "interactions": [_interaction(draw, n, draw.choice(ids), contracts) for n in range(_many(draw, len(ids)))],
        "tickets": [_ticket(draw, n, draw.choice(ids)) for n in range(_many(draw, len(ids)))],
        "opportunities": [_opportunity(draw, n, draw.choice(ids), terms) for n in range(_many(draw, len(ids)))],
        "tasks": [_task(draw, n, draw.choice(ids), terms) for n in range(_many(draw, len(ids)))],
        "contacts": [_contact(draw, n, draw.choice(ids)) for n in range(_many(draw, len(ids)))],
        "invoices": [_invoice(draw, n, draw.choice(ids)) for n in range(_many(draw, len(ids)))],
        "team": [_member(draw, person) for person in PEOPLE],
    }
    _doubles(draw, tabs)
    if draw.random() < 0.4:
        _spoil(draw, tabs)
    without = _lacking(draw, tabs)
    now = datetime.combine(today, draw.choice((time(18), time(9), time(12, 30, 15), time(20), time(7))))
    return Workbook(seed, today, now, tabs, without)


def _many(draw: Draw, accounts: int) -> int:
    return draw.randint(0, draw.choice((0, 2, 6)) * accounts)


def _contracts(draw: Draw, ids: list[str]) -> list[Row]:
    rows: list[Row] = []
    for number in range(draw.choice((0, len(ids), 2 * len(ids), 2 * len(ids)))):
        row = random_books.contract(draw, f"C-{number}", draw.choice([*ids, "A-none"] if draw.random() < 0.05 else ids))
        # Chance alone would leave few clients, and few who left.
        row |= draw.choice((_running, _running, _decided, lambda _: {}))(draw)
        rows.append(row)
        while draw.random() < 0.45 and len(rows) < 60:
            rows.append(random_books.successor(draw, rows, f"{row['contract_id']}/{len(rows) + 1}"))
    if rows and draw.random() < 0.2:
        draw.choice(rows)["predecessor_id"] = draw.choice(rows)["contract_id"]
    for row in rows:
        row["owner"] = _person(draw)
        row["loss_reason"] = draw.choice((None, "price", "our_choice", "closed_or_merged", "service"))
        row["currency"] = draw.choice(CURRENCIES)
    return rows


def _running(draw: Draw) -> Row:
    ends = draw.today + timedelta(days=draw.choice((5, 14, 15, 40, 80, 200, 300)))
    return {
        "start_date": ends.replace(day=min(ends.day, 28)) - timedelta(days=draw.choice((364, 365, 730))),
        "end_date": ends,
        "value": draw.choice((500.0, 1200.0, 1200.0, 8000.0, 45000.0)),
        "renewal_stage": draw.choice((None, "planned", "contacted", "proposal", "invoice_sent")),
        "closed_on": None,
    }


def _decided(draw: Draw) -> Row:
    ended = draw.today - timedelta(days=draw.choice((-20, -1, 0, 1, 29, 30, 31, 200, 363, 364, 365, 400)))
    return {
        "start_date": ended - timedelta(days=draw.choice((364, 400, 730))),
        "end_date": ended,
        "value": draw.choice((700.0, 1200.0, 9000.0)),
        "renewal_stage": draw.choice(("lost", "lost", "payment_received")),
        "closed_on": ended - timedelta(days=draw.choice((-15, 0, 1, 40))),
    }


def _person(draw: Draw) -> str | None:
    email, name, _ = draw.choice(PEOPLE)
    return draw.choice((None, name, name, email, email.upper(), STRANGER))


def _account(draw: Draw, number: int) -> Row:
    row = random_service.account(draw, number)
    if draw.random() < 0.7:
        # Most accounts let themselves be judged; a few cells stay blank.
        row["volume"] = draw.choice((0.0, 1000.0, 1000.0, 2500.0, 40000.0, float(draw.randint(1, 9000))))
        row["margin"] = draw.choice((None, -100.0, 0.0, row["volume"] * 0.25, float(draw.randint(1, 3000))))
    return {
        **row,
        "tier": draw.choice(("key", "standard", "standard", "low", None)),
        "owner": _person(draw),
        "name": draw.choice((row["name"], f"Ñandú 🦜 {number}", f"Line one\nline two {number}", f"=A{number + 1}")),
        "backup_owner": _person(draw),
        "potential": draw.choice(("high", "medium", "low", "low", None)),
        "critical": draw.choice((None, None, "no", "yes")),
        "sites": draw.choice((None, 1, 2, 3, 4)),
        "difficult": draw.choice((None, None, None, "no", "yes")),
        "client_since": draw.choice((None, _ago(draw, 2000), _ago(draw, 300))),
        "customer_email": draw.choice((None, f"info@a{number}.example")),
        "no_mail": draw.choice((None, None, "no", "yes")),
        "plan": draw.choice((None, "https://docs.example.com/plan", "Grow")),
        "plan_reviewed_on": draw.choice((None, _months_back(draw, 6))),
        "tier_reviewed_on": draw.choice((None, _months_back(draw, draw.choice((6, 12))))),
        "risk_plan": draw.choice((None, None, "Visit")),
        "risk_plan_due": draw.choice((None, _ago(draw, 20))),
    }


def _ago(draw: Draw, most: int) -> date:
    return random_service.ago(draw, most)


def _months_back(draw: Draw, months: int) -> date:
    """A day around so many months before today."""
    year, month = divmod(draw.today.year * 12 + draw.today.month - 1 - months, 12)
    return date(year, month + 1, min(draw.today.day, 28)) + timedelta(days=draw.choice((-30, -1, 0, 1, 2, 3, 30)))


def _interaction(draw: Draw, number: int, account: str, contracts: list[Row]) -> Row:
    mine = [row["contract_id"] for row in contracts if row["account_id"] == account]
    row = random_service.interaction(draw, number, account)
    row["contract_id"] = draw.choice(mine) if mine and draw.random() < 0.3 else None
    row["owner"] = _person(draw)
    row["initiative"] = draw.choice((None, "proactive", "reactive"))
    row["nature"] = draw.choice((None, "commercial", "admin"))
    row["next_step"] = draw.choice((None, None, "Send the offer"))
    if draw.random() < 0.2:
        row["signal"] = draw.choice(("cancellation_notice", "trigger_event", "expansion_need"))
    if draw.random() < 0.2:
        row |= {"channel": "survey", "score": float(draw.randint(3, 10))}
    return row


def _ticket(draw: Draw, number: int, account: str) -> Row:
    return {
        **random_service.ticket(draw, number, account),
        "customer_confirmed": draw.choice((None, "yes", "no", "no")),
        "root_cause": draw.choice((None, "service", "supply", "equipment")),
    }


def _contact(draw: Draw, number: int, account: str) -> Row:
    return {
        **random_service.contact(draw, number, account),
        "email": draw.choice((None, f"k{number}@client.example")),
        "moved_to": draw.choice((None, None, "Acme")),
        "decision_maker": draw.choice((None, "yes", "no")),
    }


def _invoice(draw: Draw, number: int, account: str) -> Row:
    row = random_service.invoice(draw, number, account)
    return {**row, "amount": draw.choice((10.0, 250.5)), "currency": draw.choice(CURRENCIES)}


def _opportunity(draw: Draw, number: int, account: str, terms: list[str]) -> Row:
    stage = draw.choice(("contact", "proposal", "negotiation", "won", "won", "lost", None))
    created = _ago(draw, 400)
    proposal = created + timedelta(days=draw.choice((0, 5, 40))) if stage != "contact" else None
    closed = _ago(draw, 400) if stage in ("won", "lost") and draw.random() < 0.9 else None
    return {
        "opportunity_id": f"O-{number}",
        "account_id": account,
        "contract_id": draw.choice(terms) if terms and draw.random() < 0.2 else None,
        "kind": draw.choice(("renewal", "upsell", "upsell", "cross_sell", "new", "recovery", None)),
        "stage": stage,
        "value": draw.choice((None, 0.0, 100.0, 2500.75)),
        "currency": draw.choice(CURRENCIES),
        "probability": draw.choice((None, None, 0.2, 0.92, 65.0)),
        "owner": _person(draw),
        "created_on": draw.choice((created, created, None)),
        "proposal_on": proposal,
        "negotiation_on": draw.choice((None, _ago(draw, 100))),
        "expected_close": draw.choice((None, draw.today + timedelta(days=draw.randint(-120, 120)))),
        "closed_on": closed,
    }


def _task(draw: Draw, number: int, account: str, terms: list[str]) -> Row:
    due = draw.choice((None, draw.today, _ago(draw, 100), draw.today + timedelta(days=draw.randint(1, 70))))
    return {
        "task_id": f"TA-{number}",
        "account_id": draw.choice((account, account, None)),
        "contract_id": draw.choice(terms) if terms and draw.random() < 0.4 else None,
        "kind": draw.choice(("call", "visit", "data", None)),
        "nature": draw.choice((None, "commercial", "admin")),
        "title": draw.choice(("Call them", None)),
        "owner": _person(draw),
        "due": due,
        "done_on": draw.choice((None, None, _ago(draw, 60), due)),
    }


def _member(draw: Draw, person: tuple[str, str, str]) -> Row:
    email, name, role = person
    return {
        "email": draw.choice((email, email.title())),
        "name": name,
        "role": role,
        "manager": None if role != "owner" else "Eva Gil",
        "sales_target": draw.choice((None, 0.0, 40000.0)) if role == "owner" else None,
    }


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
