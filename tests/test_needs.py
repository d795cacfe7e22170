"""What goes without an absent tab or column: named from the rules' declared inputs, and true of what they compute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from sheetcrm.config import load
from sheetcrm.engine import evaluate
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Memory
from sheetcrm.needs import Needs
from sheetcrm.rules import afterwards, first
from sheetcrm.schema import PEOPLE_TABS
from sheetcrm.words import words_of
from tests.rules.service_book import TODAY
from tests.tables import snapshot

CFG = load()
RULES = {rule.key: rule for rule in (*first(), *afterwards())}
NEEDS = Needs(RULES.values())
BOOK = {
    "contracts": """
        contract_id | account_id | start_date | end_date   | value | renewal_stage
        C-1         | A-1        | 2026-01-01 | 2026-12-31 | 1200  | contacted
    """,
    "accounts": """
        account_id | name  | tier | owner
        A-1        | Norte | key  | ana@example.com
    """,
    "interactions": """
        interaction_id | date       | account_id | channel | score | owner           | signal        | next_step_due
        I-1            | 2026-11-01 | A-1        | survey  | 4     | ana@example.com | quote_request | 2026-11-10
        I-2            | 2026-09-01 | A-1        | call    |       | ana@example.com |               | 2026-09-03
        I-3            | 2026-09-02 | A-1        | call    |       | luis@example.com |              | 2026-09-03
    """,
    "tickets": """
        ticket_id | account_id | opened_at  | resolved_at | asset
        T-1       | A-1        | 2026-10-01 | 2026-10-02  | HP
        T-2       | A-1        | 2026-10-05 |             | HP
        T-3       | A-1        | 2026-10-09 | 2026-11-18  | HP
    """,
    "opportunities": """
        opportunity_id | account_id | kind   | stage | value | closed_on  | created_on
        O-1            | A-1        | upsell | won   | 100   | 2026-10-01 | 2026-09-01
    """,
    "tasks": """
        task_id | account_id | title | owner           | due
        K-1     | A-1        | Call  | ana@example.com | 2026-11-10
    """,
    "contacts": """
        contact_id | account_id | name
        P-1        | A-1        | Eva
    """,
    "invoices": """
        invoice_id | account_id | due_on     | amount | paid_on
        F-1        | A-1        | 2026-10-01 | 100    |
    """,
    "team": """
        email           | name
        ana@example.com | Ana
        luis@example.com | Luis
    """,
}
OPTIONAL = [tab.key for tab in PEOPLE_TABS if tab.optional]


def run(book: Mapping[str, str]) -> Evaluated:
    return evaluate(snapshot(book, CFG), TODAY, CFG, Memory(), words_of("en"), first())


def cells(found: Evaluated, name: str) -> list[Any]:
    return [None if pd.isna(value) else value for value in found[name].tolist()]


def without_column(tab: str, column: str) -> dict[str, str]:
    """The book with that column under a header of people's own."""
    return {**BOOK, tab: BOOK[tab].replace(column, "x" * len(column), 1)}


@pytest.mark.parametrize("tab", [*OPTIONAL, "interactions", "tickets"])
def test_what_is_said_of_an_absent_tab_is_true(tab: str) -> None:
    whole, less = run(BOOK), run({key: text for key, text in BOOK.items() if key != tab})
    lost = NEEDS.without_tab(tab)
    changed = set()
    for other in PEOPLE_TABS:
        for column in other.runner:
            name = f"{other.key}.{column.key}"
            if other.key != tab and column.key in whole.frames[other.key] and cells(whole, name) != cells(less, name):
                changed.add(name)
    for name in lost.blank:
        assert set(cells(less, name)) <= {None}, name
    shown = {*lost.blank, *lost.poorer}
    # What reads a listed column in turn (a band its score) may change with it and is not listed.
    direct = {name for name in changed if name in shown or not _reads_listed(name, shown)}
    assert direct <= shown


def _reads_listed(name: str, shown: set[str]) -> bool:
    return any(source in shown or (source in RULES and _reads_listed(source, shown)) for source in NEEDS.reads(name))


def test_the_names_come_from_the_rules() -> None:
    assert NEEDS.without_tab("invoices").blank == ["accounts.days_overdue"]
    assert "accounts.signals" in NEEDS.without_tab("contacts").poorer
    assert NEEDS.without_tab("opportunities").blank == [
        "accounts.upsell_sales",
        "accounts.cross_sell_sales",
        "accounts.average_deal",
        "accounts.expansion_value",
    ]
    assert "accounts.strategy" in NEEDS.without_columns("accounts", ["potential"])
    assert NEEDS.without_columns("accounts", ["notes"]) == []
    assert "notes" not in NEEDS.inputs_of("accounts")


def test_no_contacts_tab_makes_nobody_single_threaded() -> None:
    assert cells(run(BOOK), "accounts.single_threaded") == [1]
    less = {key: text for key, text in BOOK.items() if key != "contacts"}
    assert cells(run(less), "accounts.single_threaded") == [0]


def test_no_history_is_no_kept_promise_and_no_perfect_health() -> None:
    less = {key: BOOK[key] for key in ("contracts", "accounts")}
    for name in ("promise_keeping", "perception", "open_tickets", "days_overdue", "health_score", "signals"):
        assert cells(run(less), f"accounts.{name}") == [None], name


@pytest.mark.parametrize(
    ("tab", "column", "blank"),
    [
        ("tickets", "resolved_at", ("tickets.sla_status", "tickets.age_days", "accounts.open_tickets")),
        ("invoices", "paid_on", ("invoices.days_overdue", "accounts.days_overdue")),
        ("interactions", "next_step_done_on", ("interactions.follow_up",)),
    ],
)
def test_where_nobody_notes_that_something_is_done_nothing_is_open_or_late(
    tab: str, column: str, blank: tuple[str, ...]
) -> None:
    found = run(without_column(tab, column))
    for name in blank:
        assert set(cells(found, name)) == {None}, name
    kinds = {kind for kind, of, *_ in found["accounts.signal_rows"].at(0) if of == tab}
    assert not kinds & {"promise_missed", "late_payment"}


def test_without_channels_silence_is_not_known() -> None:
    found = run(without_column("interactions", "channel"))
    assert cells(found, "accounts.silence") == [None]
    assert cells(found, "accounts.untouched") == [0]
