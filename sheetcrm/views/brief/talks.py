"""The last conversations, and what both sides still owe each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sheetcrm.views.brief.account import Account, joined
from sheetcrm.views.brief.page import Cell, Section, Table
from sheetcrm.views.brief.people import newest
from sheetcrm.views.brief.service import open_tickets, ticket_name

_THEIR_ANSWER = ("proposal", "negotiation")
_TO_DO = ("pending", "open", "due", "overdue")


@dataclass(frozen=True)
class Owed:
    """Something promised: what, by whom of ours ("" where it is theirs), and by when (or since when)."""

    what: str
    who: str
    on: date | None
    late: bool = False


def talks(account: Account) -> Section:
    """The last interactions, the latest first: with whom, about what."""
    words, header = account.words, account.words.header
    rows = newest(account)
    columns = [
        ("date", header("interactions", "date")),
        ("channel", header("interactions", "channel")),
        ("contact", words.text("brief.with")),
        ("summary", header("interactions", "summary")),
    ]
    table = account.table("talks", "", columns, rows, lambda row: _talk(account, row))
    note = "" if table else words.text("brief.no_talks")
    return Section("talks", words.text("brief.section.talks"), parts=table, note=note)


def _talk(account: Account, row: int) -> list[Cell]:
    def text(column: str) -> str:
        return account.text("interactions", column, row)

    score = account.value("interactions", "score", row)
    told = account.words.text("brief.score", score=account.words.number(score)) if score is not None else ""
    signal = text("signal")
    return [
        Cell(account.words.date(account.day("interactions", "date", row))),
        Cell(text("channel")),
        Cell(joined(text("contact"), text("owner"), by=" ↔ ")),
        Cell(
            joined(told, signal, text("summary")),
            "amber" if signal else "",
            account.link("interactions", "minutes", row),
        ),
    ]


def commitments(account: Account) -> Section:
    """The next action, what we owe them and what they owe us, what is late first."""
    words = account.words
    action = account.sentence("accounts", "next_action", account.row)
    facts = [account.fact("next_action", action)] if action else []
    parts: list[Table] = []
    for key, owed in (("ours", ours(account)), ("theirs", theirs(account))):
        columns = [
            ("what", words.text("brief.what")),
            ("who", words.text("brief.who")),
            ("on", words.text("brief.by_when" if key == "ours" else "brief.since_when")),
        ]
        parts += account.table(key, words.text(f"brief.{key}"), columns, owed, lambda each: _cells(account, each))
    note = "" if parts else words.text("brief.nothing_owed")
    return Section("commitments", words.text("brief.section.commitments"), facts, parts, note)


def _cells(account: Account, owed: Owed) -> list[Cell]:
    when = account.dated(owed.on) if owed.on else ""
    return [Cell(owed.what), Cell(owed.who), Cell(when, "red" if owed.late else "")]


def ours(account: Account) -> list[Owed]:
    """Next steps agreed, promised tickets, open tasks and the risk plan; by their day, undated ones last."""
    found = [*next_steps(account), *_promised(account), *tasks(account), *_risk_plan(account)]
    return sorted(found, key=lambda owed: (owed.on or date.max, owed.what))


def next_steps(account: Account) -> list[Owed]:
    """Steps agreed in a conversation and not done yet."""
    return [
        Owed(
            account.text("interactions", "next_step", row) or account.words.text("agenda.commitment.blank"),
            account.text("interactions", "owner", row),
            account.day("interactions", "next_step_due", row),
            account.value("interactions", "follow_up", row) == "overdue",
        )
        for row in account.rows("interactions").tolist()
        if _to_do(account, "interactions", row, "follow_up", "next_step_due")
    ]


def _to_do(account: Account, tab: str, row: int, state: str, due: str) -> bool:
    """Not done by what its state says. Where nobody could note what is done, what lies ahead is still to do."""
    known = account.value(tab, state, row)
    day = account.day(tab, due, row)
    return known in _TO_DO if known else day is not None and day >= account.today


def _promised(account: Account) -> list[Owed]:
    found = []
    for row in open_tickets(account):
        day = account.day("tickets", "promised_at", row)
        if day is not None:
            late = account.value("tickets", "sla_status", row) == "breached"
            found.append(Owed(ticket_name(account, row), account.text("tickets", "owner", row), day, late))
    return found


def tasks(account: Account) -> list[Owed]:
    """The account's tasks that are not done."""
    return [
        Owed(
            account.text("tasks", "title", row)
            or account.text("tasks", "kind", row)
            or account.text("tasks", "task_id", row),
            account.text("tasks", "owner", row),
            account.day("tasks", "due", row),
            account.value("tasks", "state", row) == "overdue",
        )
        for row in account.rows("tasks").tolist()
        if _to_do(account, "tasks", row, "state", "due")
    ]


def _risk_plan(account: Account) -> list[Owed]:
    due = account.own("risk_plan_due")
    if due is None:
        return []
    what = joined(
        account.words.header("accounts", "risk_plan"), account.text("accounts", "risk_plan", account.row), by=": "
    )
    return [Owed(what, account.text("accounts", "owner", account.row), due, due < account.today)]


def theirs(account: Account) -> list[Owed]:
    """Payments, answers to our proposals, and confirmations of what we solved; the oldest first."""
    found = [*_to_pay(account), *_to_answer(account), *_to_confirm(account)]
    return sorted(found, key=lambda owed: (owed.on or date.max, owed.what))


def _to_pay(account: Account) -> list[Owed]:
    text = account.words.text
    unpaid = [
        Owed(
            text(
                "brief.pay",
                id=account.text("invoices", "invoice_id", row),
                amount=account.text("invoices", "amount", row),
            ),
            "",
            account.day("invoices", "due_on", row),
            True,
        )
        for row in account.rows("invoices").tolist()
        if (account.value("invoices", "days_overdue", row) or 0) > 0
    ]
    sent = [
        Owed(text("brief.pay_renewal", id=account.text("contracts", "contract_id", row)), "", None)
        for row in account.where("contracts", "renewal_stage", "invoice_sent").tolist()
        if account.value("contracts", "undecided", row) == 1
    ]
    plan = account.text("accounts", "payment_plan", account.row)
    return [*unpaid, *sent, *([Owed(text("brief.pay_plan", plan=plan), "", None)] if plan else [])]


def _to_answer(account: Account) -> list[Owed]:
    """Proposals that they have not decided: of a renewal, and of an opportunity that is not that renewal."""
    text = account.words.text
    found = [
        Owed(
            text(
                "brief.answer",
                what=joined(account.text("contracts", "contract_id", row), account.text("contracts", "title", row)),
            ),
            "",
            None,
        )
        for row in account.where("contracts", "renewal_stage", *_THEIR_ANSWER).tolist()
        if account.value("contracts", "undecided", row) == 1
    ]
    for row in account.where("opportunities", "stage", *_THEIR_ANSWER).tolist():
        if account.value("opportunities", "kind", row) == "renewal":
            continue
        what = joined(account.text("opportunities", "opportunity_id", row), account.text("opportunities", "kind", row))
        found.append(Owed(text("brief.answer", what=what), "", account.day("opportunities", "proposal_on", row)))
    return found


def _to_confirm(account: Account) -> list[Owed]:
    """Tickets solved in the period of which the customer has not said that they are."""
    column = "customer_confirmed"
    if not account.state.frames["tickets"][column].notna().any():
        return []  # nobody notes confirmations in this workbook
    return [
        Owed(
            account.words.text("brief.confirm", what=ticket_name(account, row)),
            "",
            account.day("tickets", "resolved_at", row),
        )
        for row in account.rows("tickets").tolist()
        if account.value("tickets", column, row) is None
        and account.in_period(account.day("tickets", "resolved_at", row))
    ]
