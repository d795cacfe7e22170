"""What the five sources want written down can be typed into the workbook, is read as what it is, and has its header.

A line of a table: the item of the source, the column, what a person types, and what the rules read.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import pandas as pd
import pytest

from sheetcrm.languages import LANGUAGES
from sheetcrm.schema import TABS
from sheetcrm.words import words_of
from tests.rules.contracts_book import evaluated
from tests.tables import grid, snapshot

RENEWALS = """
    item   | column                    | typed            | read
    000:1  | contracts.account_id      | A-1              | A-1
    000:2  | contracts.contract_type   | Maintenance      | maintenance
    000:3  | contracts.start_date      | 01/02/2026       | 2026-02-01
    000:4  | contracts.end_date        | 31 Jan 2027      | 2027-01-31
    000:5  | contracts.value           | €1,200.50        | 1200.5
    000:6  | contracts.payment_frequency | quarterly      | quarterly
    000:8  | contracts.terms           | 30 days net      | 30 days net
    000:9  | contracts.predecessor_id  | C-0              | C-0
    000:11 | contracts.renewal_stage   | Negotiation      | negotiation
    000:12 | contracts.probability     | 80%              | 0.8
    000:13 | contracts.renewal_value   | 1300             | 1300.0
    000:14 | contracts.contact         | Eva Ruiz         | Eva Ruiz
    000:45 | contracts.owner           | Ana              | ana@example.com
    000:55 | contracts.loss_reason     | price            | price
    003:2  | contracts.contract_type   | licence          | licence
    003:4  | contracts.renewal_period  | 2 years          | 24.0
    003:5  | contracts.renewal_stage   | invoice sent     | invoice_sent
    003:12 | contracts.competitor      | Rival S.A.       | Rival S.A.
    002:67 | contracts.loss_reason     | relationship     | relationship
    002:68 | contracts.competitor_strengths | faster      | faster
    002:69 | contracts.lessons         | answered late    | answered late
    002:70 | contracts.second_chance   | a fixed engineer | a fixed engineer
"""

ACCOUNTS = """
    item   | column                  | typed           | read
    001:1  | accounts.tier           | key             | key
    001:1  | accounts.potential      | low             | low
    001:7  | accounts.owner          | Ana             | ana@example.com
    001:12 | accounts.relationship   | preferred supplier | preferred
    001:18 | accounts.non_solicit    | yes             | yes
    001:17 | accounts.difficult      | no              | no
    002:5  | accounts.service_owner  | Bob             | bob@example.com
    002:5  | accounts.credit_owner   | Bob             | bob@example.com
    002:5  | accounts.plan           | Grow in the north | Grow in the north
    002:8  | accounts.risk_plan      | Second engineer | Second engineer
    002:8  | accounts.risk_plan_due  | 2026-12-01      | 2026-12-01
    002:11 | accounts.payment_plan   | 3 x 400         | 3 x 400
    002:11 | accounts.credit_blocked | yes             | yes
    002:11 | accounts.blocked_on     | 2026-11-02      | 2026-11-02
    002:13 | accounts.critical       | yes             | yes
    002:13 | accounts.sites          | 4               | 4.0
    002:65 | accounts.channel        | Eva by phone    | Eva by phone
    004:3  | accounts.volume         | 120000          | 120000.0
    004:3  | accounts.margin         | 30000           | 30000.0
    004:15 | accounts.volume_last_year | 110000        | 110000.0
"""

TALKS_AND_TICKETS = """
    item   | column                       | typed              | read
    002:6  | interactions.summary         | agreed on two visits | agreed on two visits
    002:8  | interactions.minutes         | https://files.example.com/m-1 | https://files.example.com/m-1
    002:12 | interactions.channel         | decision           | decision
    002:23 | interactions.signal          | billing complaint  | billing_complaint
    002:24 | interactions.signal          | quote request      | quote_request
    002:26 | interactions.signal          | purchasing change  | purchasing_change
    002:27 | interactions.signal          | new decision-maker | new_decision_maker
    001:11 | interactions.signal          | trigger event      | trigger_event
    002:45 | interactions.signal          | expansion need     | expansion_need
    001:8  | interactions.next_step       | send the offer     | send the offer
    001:8  | interactions.next_step_due   | 2026-11-30         | 2026-11-30
    004:17 | interactions.initiative      | proactive          | proactive
    004:18 | interactions.nature          | commercial         | commercial
    002:38 | interactions.score           | 8                  | 8.0
    002:9  | tickets.action_plan          | Bob, by Friday     | Bob, by Friday
    002:9  | tickets.evidence             | https://files.example.com/t-1 | https://files.example.com/t-1
    002:10 | tickets.summary              | prints grey lines  | prints grey lines
    002:28 | tickets.root_cause           | communication      | communication
    002:22 | tickets.promised_at          | 2026-11-30         | 2026-11-30
    002:31 | tickets.customer_confirmed   | yes                | yes
    002:66 | tickets.resolution           | solved because the drum is new | solved because the drum is new
    002:21 | tickets.asset                | HP-17              | HP-17
    002:21 | tickets.location             | Branch north       | Branch north
"""

PEOPLE_AND_DEALS = """
    item   | column                         | typed         | read
    001:10 | contacts.name                  | Eva Ruiz      | Eva Ruiz
    002:27 | contacts.decision_maker        | yes           | yes
    001:24 | contacts.left_on               | 2026-10-01    | 2026-10-01
    001:24 | contacts.moved_to              | Other Ltd     | Other Ltd
    004:8  | opportunities.created_on       | 2026-10-01    | 2026-10-01
    004:8  | opportunities.proposal_on      | 2026-10-11    | 2026-10-11
    004:8  | opportunities.negotiation_on   | 2026-10-21    | 2026-10-21
    002:45 | opportunities.reason           | two new branches | two new branches
    002:47 | opportunities.plan             | pilot, then all | pilot, then all
    002:47 | opportunities.success_criteria | 20% fewer faults | 20% fewer faults
    001:20 | opportunities.kind             | cross-sell    | cross_sell
    004:7  | team.sales_target              | 400000        | 400000.0
    002:11 | invoices.paid_on               | 2026-11-01    | 2026-11-01
    002:29 | tasks.owner                    | Bob           | bob@example.com
    002:29 | tasks.due                      | 2026-12-01    | 2026-12-01
"""

ROWS = {
    "team": "email = ana@example.com; name = Ana",
    "accounts": "account_id = A-1; name = Norte",
    "contracts": "contract_id = C-1; account_id = A-1; start_date = 2026-01-01",
    "interactions": "interaction_id = I-1; date = 2026-11-01; account_id = A-1",
    "tickets": "ticket_id = T-1; account_id = A-1; opened_at = 2026-11-01",
    "opportunities": "opportunity_id = O-1; account_id = A-1",
    "contacts": "contact_id = P-1; account_id = A-1; name = Eva",
    "invoices": "invoice_id = F-1; account_id = A-1; due_on = 2026-10-01; amount = 100",
    "tasks": "task_id = K-1; account_id = A-1",
}
COLLEAGUE = "\nbob@example.com | Bob"


def typed_into(column: str, typed: str) -> Any:
    """What the rules read of one cell, typed into a workbook of one row a tab."""
    tab, _, key = column.partition(".")
    tabs = {}
    for name, text in ROWS.items():
        cells = dict(part.split(" = ") for part in text.split("; "))
        if name == tab:
            cells[key] = typed
        tabs[name] = f"{' | '.join(cells)}\n{' | '.join(cells.values())}"
    if tab != "team":
        tabs["team"] += COLLEAGUE
    found = snapshot(tabs)
    assert [one for one in found.problems if one.tab == tab and one.code != "orphan"] == [], column
    return found[tab].frame[key].iloc[0]


def as_text(value: Any) -> str:
    return str(value.date()) if isinstance(value, pd.Timestamp) else str(value)


def misread(table: str) -> list[str]:
    _, *lines = grid(table)
    found = []
    for item, column, typed, wanted in lines:
        read = as_text(typed_into(str(column), str(typed)))
        if read != str(wanted):
            found.append(f"{item} {column}: {typed!r} is read as {read!r}, not {wanted!r}")
    return found


def test_what_renewals_need() -> None:
    assert misread(RENEWALS) == []


def test_what_accounts_need() -> None:
    assert misread(ACCOUNTS) == []


def test_what_talks_and_tickets_need() -> None:
    assert misread(TALKS_AND_TICKETS) == []


def test_what_people_and_deals_need() -> None:
    assert misread(PEOPLE_AND_DEALS) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_has_its_header_and_note_in_the_template(language: str) -> None:
    words = words_of(language)
    headers: dict[str, set[str]] = defaultdict(set)
    for table in (RENEWALS, ACCOUNTS, TALKS_AND_TICKETS, PEOPLE_AND_DEALS):
        for _, column, *_ in grid(table)[1:]:
            tab, _, key = str(column).partition(".")
            assert TABS[tab].column(key) in TABS[tab].people
            assert words.note(tab, key)
            headers[tab].add(words.header(tab, key))
    assert sum(map(len, headers.values())) > 60


def test_the_funnel_needs_no_column_of_accounts_beyond_the_id() -> None:
    """003:15: a renewal is read, computed and due with the account's id and name alone."""
    found = snapshot(
        {
            "accounts": "account_id | name\nA-1 | Norte",
            "contracts": "contract_id | account_id | start_date | end_date | renewal_stage\n"
            "C-1 | A-1 | 2026-01-01 | 2026-12-31 | planned",
        }
    )
    state = evaluated(found, date(2026, 11, 1))
    assert state.frames["contracts"]["status"].tolist() == ["expiring"]
    assert state.frames["contracts"]["next_renewal_date"].tolist() == [pd.Timestamp(2027, 12, 31)]
