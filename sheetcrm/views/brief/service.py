"""Service: what is open now, and tickets, SLA and promises of the period (002 items 7, 33)."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sheetcrm.schema.tickets import PRIORITIES
from sheetcrm.views.brief.account import Account, joined
from sheetcrm.views.brief.page import Cell, Fact, Lines, Section

SLA_TONES = {"breached": "red", "missed": "red", "at_risk": "amber", "met": "green", "on_track": ""}
_URGENT = ("breached", "at_risk")


def service(account: Account) -> Section:
    """Open tickets with their clocks, and figures of the period."""
    words, header = account.words, account.words.header
    rows = open_tickets(account)
    columns = [
        ("ticket_id", header("tickets", "ticket_id")),
        ("priority", header("tickets", "priority")),
        ("opened_at", header("tickets", "opened_at")),
        ("due_at", header("tickets", "due_at")),
        ("sla_status", header("tickets", "sla_status")),
    ]
    table = account.table("open", words.text("brief.open_tickets"), columns, rows, lambda row: _ticket(account, row))
    facts = _figures(account)
    note = "" if table or facts else words.text("brief.no_tickets")
    title = words.plural("brief.section.service", account.cfg.brief.period_days)
    return Section("service", title, facts, [*table, *_plans(account, rows)], note)


def open_tickets(account: Account) -> list[int]:
    """The tickets that are not resolved: the most urgent clock first, then by priority and by when they are due."""

    def rank(row: int) -> tuple[int, int, date, int]:
        clock, priority = (account.value("tickets", column, row) for column in ("sla_status", "priority"))
        urgency = _URGENT.index(clock) if clock in _URGENT else len(_URGENT)
        weight = PRIORITIES.index(priority) if priority in PRIORITIES else PRIORITIES.index("normal")
        return urgency, weight, account.day("tickets", "due_at", row) or date.max, row

    return sorted(
        (row for row in account.rows("tickets").tolist() if account.value("tickets", "open_ticket", row) == 1), key=rank
    )


def ticket_name(account: Account, row: int) -> str:
    """A ticket as people speak of it: its id, the thing and place, and what is wrong."""
    place = joined(account.text("tickets", "asset", row), account.text("tickets", "location", row), by=", ")
    return joined(
        joined(account.text("tickets", "ticket_id", row), place), account.text("tickets", "summary", row), by=": "
    )


def _ticket(account: Account, row: int) -> list[Cell]:
    promised = account.value("tickets", "promised_at", row)
    due = account.words.date(account.value("tickets", "due_at", row), short=True)
    clock = account.value("tickets", "sla_status", row)
    opened = account.day("tickets", "opened_at", row)
    priority = account.value("tickets", "priority", row)
    return [
        Cell(ticket_name(account, row)),
        Cell(account.text("tickets", "priority", row), "red" if priority == "critical" else ""),
        Cell(account.dated(opened, short=True) if opened else account.text("tickets", "opened_at", row)),
        Cell(joined(due, account.words.text("brief.promised") if promised else "")),
        Cell(account.text("tickets", "sla_status", row), SLA_TONES.get(clock, "")),
    ]


def _figures(account: Account) -> list[Fact]:
    """Tickets opened and resolved in the period, how many in time, faults that come back, promises kept, causes."""
    words = account.words
    rows = account.rows("tickets").tolist()
    opened = [row for row in rows if account.in_period(account.day("tickets", "opened_at", row))]
    resolved = [row for row in rows if account.in_period(account.day("tickets", "resolved_at", row))]
    clocks = Counter(
        account.value("tickets", "sla_status", row) for row in {*opened, *resolved, *open_tickets(account)}
    )
    late = clocks["missed"] + clocks["breached"]
    facts = []
    if rows:
        facts.append(_fact(account, "opened", words.number(len(opened))))
        facts.append(_fact(account, "resolved", words.number(len(resolved))))
    if clocks["met"] + late:
        kept = words.text("brief.of", n=words.number(clocks["met"]), all=words.number(clocks["met"] + late))
        facts.append(_fact(account, "on_time", kept, "amber" if late else "green"))
    if account.own("recurrent_faults"):
        facts.append(account.fact("recurrent_faults", tone="amber"))
    if account.own("promise_keeping") is not None:
        facts.append(account.fact("promise_keeping", words.percent(account.own("promise_keeping") / 100)))
    causes = Counter(cause for row in resolved if (cause := account.text("tickets", "root_cause", row)))
    if causes:
        said = ", ".join(f"{cause} ({words.number(count)})" for cause, count in causes.most_common(3))
        facts.append(Fact("root_cause", words.header("tickets", "root_cause"), Cell(said)))
    return facts


def _fact(account: Account, key: str, text: str, tone: str = "") -> Fact:
    return Fact(key, account.words.text(f"brief.tickets.{key}"), Cell(text, tone))


def _plans(account: Account, rows: list[int]) -> list[Lines]:
    """What is being done about the open ones, as far as it is written down."""
    plans = [
        Cell(
            joined(account.text("tickets", "ticket_id", row), plan, by=": "),
            link=account.link("tickets", "evidence", row),
        )
        for row in rows
        if (plan := account.text("tickets", "action_plan", row))
    ]
    return account.lines("action_plan", account.words.header("tickets", "action_plan"), plans)
