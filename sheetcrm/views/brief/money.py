"""Payments, and what might be sold: overdue invoices, plan and credit block; opportunities and needs."""

from __future__ import annotations

from datetime import date

from sheetcrm.views.brief.account import Account, joined
from sheetcrm.views.brief.page import Cell, Fact, Section
from sheetcrm.views.brief.people import newest, said

_OPENINGS = ("expansion_need", "trigger_event")
_CLOSED = ("won", "lost")


def payments(account: Account) -> Section:
    """What they owe, what was agreed about it, and whether credit is blocked."""
    words = account.words
    rows = account.rows("invoices").tolist()
    unpaid = [row for row in rows if account.value("invoices", "days_overdue", row) is not None]
    overdue = [row for row in unpaid if account.value("invoices", "days_overdue", row) > 0]
    facts = []
    if rows:
        late = (
            joined(words.plural("brief.invoices", len(overdue)), account.monies("invoices", "amount", overdue))
            if overdue
            else words.text("brief.nothing_overdue")
        )
        facts.append(Fact("overdue", words.text("brief.overdue"), Cell(late, "red" if overdue else "green")))
        not_due = [row for row in unpaid if row not in set(overdue)]
        if not_due:
            open_ = joined(words.plural("brief.invoices", len(not_due)), account.monies("invoices", "amount", not_due))
            facts.append(Fact("not_due", words.text("brief.not_due"), Cell(open_)))
    facts += [*_blocked(account), *account.facts("payment_plan")]
    columns = [(key, words.header("invoices", key)) for key in ("invoice_id", "due_on", "amount", "days_overdue")]
    overdue.sort(key=lambda row: (account.day("invoices", "due_on", row) or date.max, row))
    table = account.table("invoices", "", columns, overdue, lambda row: _invoice(account, row))
    note = words.text("card.no_data") if account.used("invoices") and not rows else ""
    return Section("payments", words.text("brief.section.payments"), facts, table, note)


def _blocked(account: Account) -> list[Fact]:
    if account.own("credit_blocked") is None:
        return []
    since = account.text("accounts", "blocked_on", account.row)
    blocked = account.own("credit_blocked") == "yes"
    text = joined(account.text("accounts", "credit_blocked", account.row), since if blocked else "")
    return [account.fact("credit_blocked", text, "red" if blocked else "")]


def _invoice(account: Account, row: int) -> list[Cell]:
    texts = [account.text("invoices", key, row) for key in ("invoice_id", "due_on", "amount")]
    days = account.text("invoices", "days_overdue", row)
    return [*map(Cell, texts), Cell(days, "red")]


def opportunities(account: Account) -> Section:
    """Open opportunities by value, what was won in twelve months, and needs that they spoke of."""
    words = account.words
    rows = open_opportunities(account)
    columns = [
        ("opportunity_id", words.header("opportunities", "opportunity_id")),
        ("stage", words.header("opportunities", "stage")),
        ("value", words.header("opportunities", "value")),
        ("expected_close", words.header("opportunities", "expected_close")),
        ("plan", words.header("opportunities", "plan")),
    ]
    table = account.table("opportunities", "", columns, rows, lambda row: _opportunity(account, row))
    facts = [
        fact
        for fact in account.facts("expansion_value", "upsell_sales", "cross_sell_sales", "average_deal")
        if account.own(fact.key)
    ]
    needs = account.lines("needs", words.text("brief.needs"), [said(account, row) for row in openings(account)])
    note = "" if table or facts or needs or not account.used("opportunities") else words.text("brief.no_opportunities")
    return Section("opportunities", words.tab("opportunities"), facts, [*table, *needs], note)


def open_opportunities(account: Account) -> list[int]:
    """Those that are neither won nor lost, the most valuable first."""
    rows = [
        row
        for row in account.rows("opportunities").tolist()
        if account.value("opportunities", "stage", row) not in _CLOSED
    ]
    return sorted(rows, key=lambda row: (-(account.value("opportunities", "value", row) or 0), row))


def openings(account: Account) -> list[int]:
    """Interactions of the signals' days in which a need or an event came up that speaks for more."""
    return [
        row
        for row in newest(account)
        if account.value("interactions", "signal", row) in _OPENINGS and account.within(row, account.cfg.signals.days)
    ]


def _opportunity(account: Account, row: int) -> list[Cell]:
    def text(column: str) -> str:
        return account.text("opportunities", column, row)

    pace = account.value("opportunities", "pace", row)
    return [
        Cell(joined(text("opportunity_id"), text("kind"))),
        Cell(
            joined(text("stage"), text("probability"), text("pace") if pace == "stalled" else ""),
            "amber" if pace == "stalled" else "",
        ),
        Cell(text("value")),
        Cell(text("expected_close")),
        Cell(joined(text("plan"), text("success_criteria"))),
    ]
