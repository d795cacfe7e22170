"""Who they are, what to mind before going in, and the figures that one wants to see first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sheetcrm.views.brief.account import Account, joined
from sheetcrm.views.brief.page import Cell, Fact, Lines, Section
from sheetcrm.views.brief.terms import noticed

BAND_TONES = {"green": "green", "yellow": "amber", "red": "red", "no_data": "grey"}
_STATUS_TONES = {"client": "green", "ex_client": "red", "prospect": "blue"}
_PEOPLE = ("owner", "backup_owner", "service_owner", "credit_owner")
_FACTS = ("industry", "sites", "relationship", "potential", "lifetime_value", "rate_change", *_PEOPLE, "plan", "notes")
_WANTED = ("tier", "strategy", "industry", "client_since", "relationship", "potential", "volume", "owner")
"""Facts that a visit should not go without: where one is blank, the page says so."""


def badges(account: Account) -> list[Cell]:
    """What kind of account this is: status, tier, band of health, strategy, blocked credit."""
    words = account.words
    band = account.own("health_band")
    found = [
        Cell(
            account.text("accounts", "client_status", account.row),
            _STATUS_TONES.get(account.own("client_status"), "grey"),
        )
    ]
    if account.own("tier"):
        tier = account.text("accounts", "tier", account.row)
        found.append(Cell(words.text("brief.tier", tier=tier), "blue" if account.own("tier") == "key" else "grey"))
    if band:
        found.append(Cell(words.text("brief.health", band=words.value("health_band", band)), BAND_TONES[band]))
    if account.own("strategy"):
        strategy = account.text("accounts", "strategy", account.row)
        found.append(Cell(words.text("brief.strategy", strategy=strategy), "grey"))
    if account.own("credit_blocked") == "yes":
        found.append(Cell(words.header("accounts", "credit_blocked"), "red"))
    return [badge for badge in found if badge.text]


def figures(account: Account) -> list[Fact]:
    """The numbers at the top; what is not known says "no data"."""
    return [
        _health(account),
        account.fact("annual_value", account.text("accounts", "annual_value", account.row) or _no_data(account)),
        _deadline(account),
        _contact(account),
        _tickets(account),
        _overdue(account),
    ]


def _no_data(account: Account) -> str:
    return account.words.text("card.no_data")


def _health(account: Account) -> Fact:
    score, band = account.own("health_score"), account.own("health_band")
    if score is None:
        return account.fact("health_score", _no_data(account), "grey")
    trend = account.words.value("health_trend", account.own("health_trend"))
    return account.fact("health_score", joined(account.words.number(score), trend), BAND_TONES.get(band, ""))


def _deadline(account: Account) -> Fact:
    day = account.own("next_deadline")
    if day is None:
        return account.fact("next_deadline", account.words.text("brief.no_deadline"))
    return account.fact("next_deadline", account.dated(day), account.urgency(day))


def _contact(account: Account) -> Fact:
    last, due = account.own("last_contact"), account.own("next_contact_due")
    late = due is not None and due < account.today
    text = account.dated(last) if last else account.words.text("brief.never") if account.used("interactions") else ""
    return account.fact("last_contact", text or _no_data(account), "amber" if late else "")


def _tickets(account: Account) -> Fact:
    count = account.own("open_tickets")
    breached = len(account.where("tickets", "sla_status", "breached"))
    text = _no_data(account) if count is None else account.words.number(count)
    if breached:
        text = joined(text, account.words.plural("brief.breached", breached))
    return account.fact("open_tickets", text, "red" if breached else "")


def _overdue(account: Account) -> Fact:
    days = account.own("days_overdue")
    text = _no_data(account) if days is None else account.words.number(days)
    late = account.cfg.signals.late_payment_days
    return account.fact("days_overdue", text, "" if not days else "red" if days > late else "amber")


def attention(account: Account) -> Section:
    """What to mind before going in: it changes what may be said, by whom, and how."""
    lines = list(_minded(account))
    part = [Lines("attention", "", lines)] if lines else []
    return Section("attention", account.words.text("brief.section.attention"), parts=part)


def _minded(account: Account) -> Iterator[Cell]:
    text, own = account.words.text, account.own
    for row in noticed(account):
        day = account.words.date(account.day("contracts", "cancellation_notice_on", row))
        yield Cell(text("brief.mind.notice", id=account.text("contracts", "contract_id", row), date=day), "red")
    lost: date | None = own("lost_on")
    if lost:
        yield Cell(text("brief.mind.lost", date=account.words.date(lost)), "red")
    if own("credit_blocked") == "yes":
        since = own("blocked_on")
        said = text("brief.mind.blocked_on", date=account.words.date(since)) if since else text("brief.mind.blocked")
        yield Cell(said, "red")
    if own("single_threaded") == 1:
        yield Cell(text("brief.mind.single_threaded"), "amber")
    if own("difficult") == "yes":
        yield Cell(text("brief.mind.difficult"), "amber")
    if own("critical") == "yes":
        yield Cell(text("brief.mind.critical"), "amber")
    if own("channel"):
        yield Cell(text("brief.mind.channel", channel=account.text("accounts", "channel", account.row)), "blue")
    if own("non_solicit") == "yes":
        yield Cell(text("brief.mind.non_solicit"), "blue")
    if own("no_mail") == "yes":
        yield Cell(text("brief.mind.no_mail"), "blue")
    if account.used("contacts") and not len(account.where("contacts", "decision_maker", "yes")):
        yield Cell(text("brief.mind.nobody_decides"), "amber")


def who(account: Account) -> Section:
    """Who they are, in facts; those that are missing and matter are named in one line."""
    facts = [
        _tier(account),
        *account.facts("strategy", *_FACTS[:2]),
        _client_since(account),
        *account.facts(*_FACTS[2:4]),
    ]
    facts += [*_volume(account), *account.facts(*_FACTS[4:])]
    facts = [fact for fact in facts if fact.cell.text]
    missing = [
        account.words.header("accounts", column)
        for column in _WANTED
        if account.own(column) is None
        and account.has("accounts", column)
        and not account.unreadable("accounts", column, account.row)
    ]
    if missing:
        facts.append(Fact("missing", account.words.text("brief.missing"), Cell(", ".join(missing), "grey")))
    return Section("who", account.words.text("brief.section.who"), facts)


def _tier(account: Account) -> Fact:
    """The team's tier, and the suggested one where it differs."""
    tier, suggested = account.own("tier"), account.own("tier_suggested")
    text = account.text("accounts", "tier", account.row)
    if suggested and suggested != tier:
        text = joined(text, account.words.text("brief.suggested", tier=account.words.value("tier", suggested)))
    return account.fact("tier", text)


def _client_since(account: Account) -> Fact:
    """Client since, as people say; else the first day of the first contract, and said to be that."""
    fact = account.fact("client_since")
    first = account.day("accounts", "first_start", account.row)
    if fact.cell.text or first is None:
        return fact
    return account.fact("client_since", account.words.text("brief.first_contract", date=account.words.date(first)))


def _volume(account: Account) -> Iterator[Fact]:
    """Volume with last year's beside it, margin with its share of the volume."""
    volume, margin = account.own("volume"), account.own("margin")
    text = account.text("accounts", "volume", account.row)
    before = account.text("accounts", "volume_last_year", account.row)
    if before:
        text = joined(text or _no_data(account), account.words.text("brief.last_year", amount=before))
    if text:
        yield account.fact("volume", text)
    if margin is not None:
        share = account.words.percent(margin / volume) if volume else ""
        yield account.fact("margin", joined(account.text("accounts", "margin", account.row), share))
