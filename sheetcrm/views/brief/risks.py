"""Health and why, risks and what is done about them, and what changed in the period (002 items 7, 8, 33)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sheetcrm.views.brief.account import Account, joined
from sheetcrm.views.brief.page import Cell, Lines, Section
from sheetcrm.views.brief.people import newest, said
from sheetcrm.views.brief.profile import BAND_TONES

_CHANGES = ("new_decision_maker", "purchasing_change", "obsolescence", "cancellation_notice")
_WEIGHTY = ("critical", "high")


def health(account: Account) -> Section:
    """The score and its reasons, the living signals, what they say in surveys, and the plan against the risk."""
    words = account.words
    facts = []
    if account.own("health_score") is not None:
        band = account.own("health_band")
        score = joined(
            words.number(account.own("health_score")),
            words.value("health_band", band),
            words.value("health_trend", account.own("health_trend")),
        )
        facts.append(account.fact("health_score", score, BAND_TONES.get(band, "")))
    facts += account.facts("perception")
    lines = [Cell(line) for line in _told(account) if line]
    why = [Lines("why", "", lines)] if lines else []
    parts = [*why, *_surveys(account)]
    facts += account.facts("risk_plan", "risk_plan_due", "health_override_reason")
    note = (
        ""
        if facts or parts
        else words.text("brief.not_a_client" if account.own("client_status") != "client" else "card.no_data")
    )
    return Section("health", words.text("brief.section.health"), facts, parts, note)


def _told(account: Account) -> Iterator[str]:
    """The sentences that the rules make: why the health is what it is, and which signals live."""
    score = account.words.number(account.own("health_score"))
    # The sentence begins with the score, which stands above it here.
    yield account.sentence("accounts", "health_why", account.row).removeprefix(score).lstrip(" ·")
    signals = account.sentence("accounts", "signals", account.row)
    if signals:
        yield joined(account.words.header("accounts", "signals"), signals, by=": ")


def _surveys(account: Account) -> list[Lines]:
    rows = [row for row in newest(account) if account.value("interactions", "score", row) is not None]
    return account.lines("surveys", account.words.text("brief.surveys"), [said(account, row) for row in rows[:3]])


def changes(account: Account) -> Section:
    """What is different since the period began, the latest first."""
    found = sorted(_changes(account), key=lambda change: (change[0], change[1].text), reverse=True)
    lines = [Cell(joined(account.words.date(day), cell.text, by=": "), cell.tone, cell.link) for day, cell in found]
    title = account.words.plural("brief.section.changes", account.cfg.brief.period_days)
    return Section(
        "changes",
        title,
        parts=account.lines("changes", "", lines),
        note="" if lines else account.words.text("brief.no_changes"),
    )


_Change = tuple[date, Cell]


def _changes(account: Account) -> Iterator[_Change]:
    for each in (_contracts, _people, _talks, _sales, _solved):
        for day, cell in each(account):
            if day is not None and account.in_period(day):
                yield day, cell


def _contracts(account: Account) -> Iterator[tuple[date | None, Cell]]:
    """Terms that began, were signed or were lost."""
    text = account.words.text
    for row in account.rows("contracts").tolist():
        name = joined(account.text("contracts", "contract_id", row), account.text("contracts", "title", row))
        yield account.day("contracts", "start_date", row), Cell(text("brief.change.began", what=name))
        lost = account.value("contracts", "status", row) == "lost"
        change = "lost" if lost else "signed"
        closed = Cell(text(f"brief.change.{change}", what=name), "red" if lost else "green")
        yield account.day("contracts", "closed_on", row), closed


def _people(account: Account) -> Iterator[tuple[date | None, Cell]]:
    """Contacts who came or left."""
    text = account.words.text
    for row in account.rows("contacts").tolist():
        name = joined(account.text("contacts", "name", row), account.text("contacts", "role", row), by=", ")
        yield account.day("contacts", "since", row), Cell(text("brief.change.came", who=name))
        yield account.day("contacts", "left_on", row), Cell(text("brief.change.left", who=name), "amber")


def _talks(account: Account) -> Iterator[tuple[date | None, Cell]]:
    """What they told us of changes at their side, and decisions."""
    for row in newest(account):
        signal = account.value("interactions", "signal", row)
        if signal in _CHANGES or account.value("interactions", "channel", row) == "decision":
            what = account.text("interactions", "signal", row) or account.text("interactions", "channel", row)
            summary = account.text("interactions", "summary", row)
            tone = "amber" if signal in _CHANGES else ""
            yield (
                account.day("interactions", "date", row),
                Cell(joined(what, summary), tone, account.link("interactions", "minutes", row)),
            )


def _sales(account: Account) -> Iterator[tuple[date | None, Cell]]:
    """Opportunities won or lost; renewals are told by their contracts."""
    for row in account.where("opportunities", "stage", "won", "lost").tolist():
        if account.value("opportunities", "kind", row) != "renewal":
            parts = (account.text("opportunities", key, row) for key in ("opportunity_id", "kind", "stage", "value"))
            tone = "green" if account.value("opportunities", "stage", row) == "won" else "red"
            yield account.day("opportunities", "closed_on", row), Cell(joined(*parts), tone)


def _solved(account: Account) -> Iterator[tuple[date | None, Cell]]:
    """How urgent tickets were solved, where somebody wrote it down."""
    for row in account.where("tickets", "priority", *_WEIGHTY).tolist():
        solution = account.text("tickets", "resolution", row)
        if solution:
            id = account.text("tickets", "ticket_id", row)
            cell = Cell(joined(id, solution), link=account.link("tickets", "evidence", row))
            yield account.day("tickets", "resolved_at", row), cell
