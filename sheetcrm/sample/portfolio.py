"""The accounts tab and the sales targets: what the team has decided about each customer, and what it aims at."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from sheetcrm.sample.cast import Account, Company, Term

AIM = 0.95
"""What the quarter's expected sales come to, as a share of its target."""

SHARES = (0.38, 0.34, 0.28)
USD = 0.92
"""A rough rate, for sizing only."""

_OPEN = {"contact": 0.1, "proposal": 0.3, "negotiation": 0.6, "won": 1.0, "lost": 0.0}


def keep(company: Company) -> None:
    """One row per account."""
    for number, account in enumerate(company.accounts):
        dice = company.dice(account.part.case, "account")
        company.journal.write("accounts", **_cells(company, account, number, dice))


def _cells(company: Company, account: Account, number: int, dice: Random) -> dict[str, Any]:
    part, words = account.part, company.words
    cells: dict[str, Any] = {
        "account_id": account.id,
        "name": account.name,
        "owner": account.owner,
        "backup_owner": account.backup if part.tier == "key" or number % 3 == 0 else None,
        "service_owner": account.service,
        "credit_owner": company.team[7],
        "tier": part.tier,
        "industry": account.industry,
        "language": company.language if part.case != "co_termed" else "en" if company.language != "en" else "es",
        "customer_email": account.contacts[0].email,
        "client_since": _since(company, account, dice),
        "potential": dice.choices(("high", "medium", "low"), (20, 55, 25))[0] if dice.random() < 0.85 else None,
        "critical": "no" if dice.random() < 0.4 else None,
        "sites": 4 if part.tier == "key" and number % 2 == 0 else dice.choice((1, 1, 1, 2)),
        "relationship": "preferred" if part.tier == "key" else "supplier",
        "channel": dice.choice(words.channel) if dice.random() < 0.25 else None,
        "tier_reviewed_on": company.day(-dice.randint(20, 340)) if part.tier else None,
        "notes": dice.choice(words.notes) if dice.random() < 0.2 else None,
        **_money(company, account, dice),
    }
    if part.tier == "key":
        cells |= _plan(company, account, dice)
    return cells | _given(company, part.cells, dice)


def _plan(company: Company, account: Account, dice: Random) -> dict[str, Any]:
    """Key accounts have a plan: one has none, one has an old one."""
    if account.part.case == "single_threaded":
        return {"tier_reviewed_on": company.day(-215)}
    age = 230 if account.part.case == "co_termed" else dice.randint(15, 150)
    return {
        "plan": dice.choice(company.words.account_plan),
        "plan_reviewed_on": company.day(-age),
        "tier_reviewed_on": company.day(-dice.randint(10, 150)),
    }


def _given(company: Company, cells: Any, dice: Random) -> dict[str, Any]:
    """What the part asks for, with days and words filled in."""
    words = company.words
    said = {"payment_plan": words.payment_plan, "override": words.override, "plan": words.account_plan[0],
            "risk_plan": dice.choice(words.risk_plan)}  # fmt: skip
    return {
        key.removesuffix("_in"): company.as_of + timedelta(given) if key.endswith("_in") else said.get(given, given)
        for key, given in cells.items()
    }


def _since(company: Company, account: Account, dice: Random) -> date | None:
    """Customers came with their first term, or long before what the sheet remembers."""
    begun = [term.start for term in account.terms if term.start <= company.as_of]
    if not begun:
        return None
    return min(begun) - timedelta(dice.choice((0, 0, 365, 1100)))


def _money(company: Company, account: Account, dice: Random) -> dict[str, Any]:
    """Revenue of the year so far and of the last one, and the margin, near what the contracts say."""
    annual = sum(_annual(term) for term in account.terms if _runs(term, company.as_of))
    if not annual:
        return {}
    elapsed = company.as_of.timetuple().tm_yday / 365
    volume = round(annual * elapsed * dice.uniform(0.95, 1.15))
    margin = round(volume * dice.uniform(0.16, 0.44)) if dice.random() < 0.9 else None
    new = account.part.case in ("never_contacted", "no_data")
    return {
        "volume": volume,
        "volume_last_year": None if new else round(annual * dice.uniform(0.85, 1.1)),
        "margin": margin,
    }


def _annual(term: Term) -> float:
    return term.value * 12 / term.months * (USD if term.cells.get("currency") else 1)


def _runs(term: Term, day: date) -> bool:
    return term.start <= day and (term.end is None or term.end >= day) and term.stage != "lost"


def targets(company: Company, terms: list[Term]) -> list[int]:
    """Each owner's target of a year, such that the quarter's expected sales are about ``AIM`` of a fourth of it."""
    first = date(company.as_of.year, (company.as_of.month - 1) // 3 * 3 + 1, 1)
    last = (first + timedelta(95)).replace(day=1) - timedelta(1)
    expected = 0.0
    for term in terms:
        if term.end and first <= term.end <= last and term.stage != "lost" and term.kind != "project":
            amount = term.after.value if term.after else term.cells.get("renewal_value", term.value)
            sure = term.after is not None or term.stage == "payment_received" or term.auto
            expected += amount * (USD if term.cells.get("currency") else 1) * (1 if sure else 0.75)
    for row in company.journal.of("opportunities"):
        due = row.get("closed_on") or row["expected_close"]
        if row["kind"] != "renewal" and isinstance(due, date) and first <= due <= last:
            expected += float(str(row["value"])) * _OPEN[str(row["stage"])]
    return [max(round(expected * 4 / AIM * share / 1000) * 1000, 1000) for share in SHARES]
