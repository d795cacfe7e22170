"""Random rows of every tab, as people might fill them; none of them spoilt yet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.oracle import random_books, random_service
from tests.oracle.random_books import Draw

Row = dict[str, Any]
CURRENCIES = (None, None, None, "EUR", "USD", "CHF")
PEOPLE = (
    ("ana@example.com", "Ana Sanz", "owner"),
    ("luis@example.com", "Luis Rey", "owner"),
    ("eva@example.com", "Eva Gil", "manager"),
    ("ivan@example.com", "Иван Ким", "direction"),
)
STRANGER = "Zoltan Nobody"


def contracts(draw: Draw, ids: list[str]) -> list[Row]:
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


def account(draw: Draw, number: int) -> Row:
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


def interaction(draw: Draw, number: int, account: str, contracts: list[Row]) -> Row:
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


def ticket(draw: Draw, number: int, account: str) -> Row:
    return {
        **random_service.ticket(draw, number, account),
        "customer_confirmed": draw.choice((None, "yes", "no", "no")),
        "root_cause": draw.choice((None, "service", "supply", "equipment")),
    }


def contact(draw: Draw, number: int, account: str) -> Row:
    return {
        **random_service.contact(draw, number, account),
        "email": draw.choice((None, f"k{number}@client.example")),
        "moved_to": draw.choice((None, None, "Acme")),
        "decision_maker": draw.choice((None, "yes", "no")),
    }


def invoice(draw: Draw, number: int, account: str) -> Row:
    row = random_service.invoice(draw, number, account)
    return {**row, "amount": draw.choice((10.0, 250.5)), "currency": draw.choice(CURRENCIES)}


def opportunity(draw: Draw, number: int, account: str, terms: list[str]) -> Row:
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


def task(draw: Draw, number: int, account: str, terms: list[str]) -> Row:
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


def member(draw: Draw, person: tuple[str, str, str]) -> Row:
    email, name, role = person
    return {
        "email": draw.choice((email, email.title())),
        "name": name,
        "role": role,
        "manager": None if role != "owner" else "Eva Gil",
        "sales_target": draw.choice((None, 0.0, 40000.0)) if role == "owner" else None,
    }
