"""Renewal rates and the forecast in plain Python, written from domain 7 alone: dicts and loops, no pandas, no rules.

A workbook is a list of contract rows and a list of opportunity rows as people type them, made by ``workbook`` so that
what became of each term is known from how it was made.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
RATES = {"USD": 0.9}
LATE = ("invoice_needed", "invoice_sent")
STAGE_P = {"contact": 0.1, "proposal": 0.3, "negotiation": 0.6}


@dataclass(frozen=True)
class Book:
    """Rows as typed, and ``fate`` of each contract id: signed, auto, lost, open."""

    contracts: list[Row]
    opportunities: list[Row]
    targets: list[float | None]
    fate: dict[str, str]


def workbook(seed: int, today: date) -> Book:
    """A random workbook of one-year terms around ``today``."""
    rng = random.Random(seed)
    contracts: list[Row] = []
    fate: dict[str, str] = {}
    for n in range(rng.randint(0, 25)):
        end = today + timedelta(days=rng.randint(-420, 200))
        term = _term(f"C-{n}", end, rng)
        kind = rng.choice(("open", "open", "paid", "followed", "lost", "auto", "joined", "evergreen"))
        contracts += _decide(kind, term, fate, today, rng)
    opportunities = [_opportunity(n, today, rng) for n in range(rng.randint(0, 15))]
    targets = [rng.choice((None, 10_000.0, 40_000.0)) for _ in range(rng.randint(0, 3))]
    return Book(contracts, opportunities, targets, fate)


def _term(key: str, end: date, rng: random.Random) -> Row:
    return {
        "contract_id": key,
        "account_id": "A-1",
        "start_date": _year_before(end),
        "end_date": end,
        "value": rng.choice((None, 0, 500, 1200, 9999)),
        "currency": rng.choice(("", "", "USD", "GBP")),
        "renewal_value": rng.choice((None, None, 700, 2000)),
        "probability": rng.choice((0.05, 0.5, 0.9, 0.95)),
        "renewal_stage": rng.choice((None, "planned", "contacted", "negotiation", *LATE)),
        "auto_renew": None,
        "predecessor_id": None,
        "closed_on": None,
    }


def _decide(kind: str, term: Row, fate: dict[str, str], today: date, rng: random.Random) -> list[Row]:
    key, end = term["contract_id"], term["end_date"]
    fate[key] = "open"
    if kind == "evergreen":
        return [{**term, "end_date": None, "start_date": today - timedelta(days=400)}]
    if kind in ("paid", "lost"):
        fate[key] = "signed" if kind == "paid" else "lost"
        stage = "payment_received" if kind == "paid" else "lost"
        return [{**term, "renewal_stage": stage, "closed_on": min(end, today) - timedelta(days=3)}]
    if kind in ("followed", "joined"):
        fate[key] = "signed"
        rows = [{**term, "renewal_stage": None}]
        if kind == "joined":
            other = {**term, "contract_id": f"{key}b", "value": rng.choice((None, 300, 4000))}
            fate[f"{key}b"] = "signed"
            rows.append({**other, "renewal_stage": None})
        start = end + timedelta(days=1)
        after = _term(f"{key}/2", _year_before(start, -1) - timedelta(days=1), rng)
        after |= {"start_date": start, "predecessor_id": "; ".join(row["contract_id"] for row in rows)}
        fate[f"{key}/2"] = "open"
        return [*rows, after]
    if kind == "auto":
        if end - timedelta(days=30) < today:
            fate[key] = "auto"
        return [{**term, "auto_renew": "yes", "renewal_stage": None}]
    return [term]


def _year_before(end: date, years: int = 1) -> date:
    """The day after the same day of another year, so that the term is twelve whole months."""
    day = end + timedelta(days=1) if years > 0 else end
    if (day.month, day.day) == (2, 29):
        day = day.replace(day=28)
    return day.replace(year=day.year - years)


def _opportunity(n: int, today: date, rng: random.Random) -> Row:
    stage = rng.choice(("contact", "proposal", "negotiation", "won", "lost", None))
    return {
        "opportunity_id": f"O-{n}",
        "account_id": "A-1",
        "kind": rng.choice(("renewal", "upsell", "cross_sell", "new", "recovery", None)),
        "stage": stage,
        "value": rng.choice((None, 100, 2500)),
        "currency": rng.choice(("", "USD", "GBP")),
        "probability": rng.choice((None, 0.2, 0.92)),
        "expected_close": rng.choice((None, today + timedelta(days=rng.randint(-120, 120)))),
        "closed_on": today - timedelta(days=rng.randint(0, 150)) if stage in ("won", "lost") else None,
    }


# --- the metrics


def annual(row: Row) -> float | None:
    """A row's value a year in base currency: its terms are twelve months, or as many days as they are."""
    value = in_base(row, row["value"])
    if value is None:
        return None
    if row["end_date"] is None:
        return value
    return value * 12 / 12 if _whole_year(row) else value * 365.25 / ((row["end_date"] - row["start_date"]).days + 1)


def _whole_year(row: Row) -> bool:
    start, end = row["start_date"], row["end_date"]
    try:
        turn = start.replace(year=start.year + 1)
    except ValueError:
        turn = date(start.year + 1, 2, 28)
    return bool(end + timedelta(days=1) == turn)


def in_base(row: Row, amount: float | None) -> float | None:
    if amount is None:
        return None
    rate = 1.0 if not row["currency"] else RATES.get(row["currency"])
    return None if rate is None else amount * rate


def follower(book: Book, key: str) -> Row | None:
    for row in book.contracts:
        if row["predecessor_id"] and key in row["predecessor_id"].split("; "):
            return row
    return None


def became(book: Book, row: Row, what: str) -> float | None:
    """What a renewed term became: its share of the successor by worth, else its renewal value, else itself."""
    after = follower(book, row["contract_id"])
    if after is None:
        asked = in_base(row, row["renewal_value"])
        own = annual(row) if what == "annual" else in_base(row, row["value"])
        if asked is None:
            return own
        if what == "amount" or _whole_year(row):
            return asked
        value = in_base(row, row["value"])
        return asked * (annual(row) or 0) / value if value else None
    whole = annual(after) if what == "annual" else in_base(after, after["value"])
    family = [r for r in book.contracts if r["contract_id"] in after["predecessor_id"].split("; ")]
    if len(family) == 1 or whole is None:
        return whole
    worths = [annual(r) if what == "annual" else in_base(r, r["value"]) for r in family]
    if any(worth is None for worth in worths):
        return None
    own = annual(row) if what == "annual" else in_base(row, row["value"])
    total = sum(worth for worth in worths if worth is not None)
    return whole / len(family) if not total else whole * (own or 0) / total


def rate(book: Book, first: date, last: date) -> dict[str, float | int | None]:
    """The renewal rate of the terms due from ``first`` to ``last``."""
    counts = {"signed": 0, "lost": 0, "open": 0, "auto": 0}
    due_sum = kept = now_sum = 0.0
    for row in book.contracts:
        if row["end_date"] is None or not first <= row["end_date"] <= last:
            continue
        fate = book.fate[row["contract_id"]]
        counts[fate] += 1
        if fate in ("signed", "lost"):
            before = annual(row)
            now = 0.0 if fate == "lost" else became(book, row, "annual")
            if before is not None and now is not None:
                due_sum, kept, now_sum = due_sum + before, kept + min(before, now), now_sum + now
    decided = counts["signed"] + counts["lost"]
    return {
        **counts,
        "by_count": counts["signed"] / decided if decided else None,
        "gross": kept / due_sum if due_sum else None,
        "net": now_sum / due_sum if due_sum else None,
    }


def forecast(book: Book, first: date, last: date) -> dict[str, float | None]:
    """Won, commit, expected, best and target of the quarter; an amount that is not known is left out."""
    won = commit = expected = best = 0.0
    for amount, p, is_won, sure in _candidates(book, first, last):
        if amount is None:
            continue
        if is_won:
            won, commit, expected, best = won + amount, commit + amount, expected + amount, best + amount
            continue
        best += amount
        expected += amount * p
        commit += amount if sure or p >= 0.9 else 0.0
    known = [target for target in book.targets if target is not None]
    return {
        "won": won,
        "commit": commit,
        "expected": expected,
        "best": best,
        "target": sum(known) / 4 if known else None,
    }


def _candidates(book: Book, first: date, last: date) -> list[tuple[float | None, float, bool, bool]]:
    found: list[tuple[float | None, float, bool, bool]] = []
    for row in book.contracts:
        fate = book.fate[row["contract_id"]]
        if row["end_date"] is None or not first <= row["end_date"] <= last or fate == "lost":
            continue
        if fate == "open":
            asked = row["value"] if row["renewal_value"] is None else row["renewal_value"]
            found.append((in_base(row, asked), row["probability"], False, row["renewal_stage"] in LATE))
        else:
            found.append((became(book, row, "amount"), 1.0, True, True))
    for deal in book.opportunities:
        won = deal["stage"] == "won"
        when = deal["expected_close"] or (deal["closed_on"] if won else None)
        if deal["kind"] == "renewal" or deal["stage"] == "lost" or when is None or not first <= when <= last:
            continue
        p = deal["probability"] if deal["probability"] is not None else STAGE_P.get(deal["stage"] or "", 0.0)
        found.append((in_base(deal, deal["value"]), p, won, False))
    return found
