"""A workbook in which one account has everything, and its brief taken apart for tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from sheetcrm.config import defaults
from sheetcrm.engine import fill
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Memory
from sheetcrm.plan import Found as Decided
from sheetcrm.rules import afterwards, first
from sheetcrm.sentences import sentences
from sheetcrm.views.brief import Brief, Cell, Lines, Section, Table, brief, find_account
from sheetcrm.words import words_of
from tests.rules.on_demand import on_demand
from tests.tables import snapshot

AS_OF = date(2026, 11, 18)
CFG = defaults()
CFG = CFG.model_copy(update={"rates": {"USD": 0.9}})

WHOLE = {
    "accounts": """
        account_id | name  | owner | tier     | industry | client_since | volume | volume_last_year | margin | credit_blocked | blocked_on | payment_plan   | non_solicit | channel       | risk_plan | risk_plan_due | no_mail
        A-1        | Norte | Ana   | standard | Health   | 2024-01-01   | 9000   | 12000            | 1800   | yes            | 2026-11-02 | 3 x 400 a month| yes         | Phone, to Eva | Weekly    | 2026-11-30    | yes
    """,
    "contracts": """
        contract_id | account_id | title   | start_date | end_date   | value | renewal_stage | closed_on  | predecessor_id | owner
        C-1         | A-1        | Copiers | 2024-12-01 | 2025-11-30 | 1000  |               | 2025-11-20 |                | Ana
        C-1/2       | A-1        | Copiers | 2025-12-01 | 2026-11-30 | 1100  | negotiation   |            | C-1            | Ana
    """,
    "interactions": """
        interaction_id | date       | account_id | contact | owner | channel    | score | signal         | summary         | next_step      | next_step_due | minutes | next_step_done_on
        I-1            | 2026-11-10 | A-1        | Eva     | Ana   | call       |       |                | Wants a price   | Send the offer | 2026-11-12    | https://example.com/m |
        I-2            | 2026-11-14 | A-1        | Eva     | Ana   | newsletter |       |                | Autumn letter   |                |               | |
        I-3            | 2026-10-01 | A-1        | K-2     | Luis  | survey     | 7     |                | Fine            | Come by        | 2026-12-01    | |
        I-4            | 2026-10-20 | A-1        | Omar    | Luis  | meeting    |       | expansion_need | A second branch |                |               | |
        I-5            | 2026-12-20 | A-1        | Eva     | Ana   | call       |       |                | From the future |                |               | |
    """,
    "tickets": """
        ticket_id | account_id | opened_at  | category | priority | asset | promised_at | resolved_at | summary  | owner | customer_confirmed | action_plan
        T-1       | A-1        | 2026-11-10 | repair   | critical | M-7   | 2026-11-12  |             | No power | Luis  |                    | New fuse; Luis
        T-2       | A-1        | 2026-11-01 | supply   | normal   | M-8   |             | 2026-11-03  | No toner | Luis  |                    |
        T-3       | A-1        | 2026-10-01 | supply   | normal   | M-9   |             | 2026-10-02  | No paper | Luis  | yes                |
    """,
    "contacts": """
        contact_id | account_id | name | role    | email           | decision_maker | since      | left_on    | moved_to
        K-1        | A-1        | Eva  | Manager | eva@example.com | yes            | 2024-01-01 |            |
        K-2        | A-1        | Ivo  | IT      |                 |                | 2024-01-01 |            |
        K-3        | A-1        | Gus  | Buyer   |                 | yes            | 2024-01-01 | 2026-10-05 | Acme
    """,
    "invoices": """
        invoice_id | account_id | issued_on  | due_on     | amount | currency | paid_on
        F-1        | A-1        | 2026-09-01 | 2026-10-01 | 400    |          |
        F-2        | A-1        | 2026-09-15 | 2026-10-15 | 50     | usd      |
        F-3        | A-1        | 2026-11-10 | 2026-12-10 | 100    |          |
        F-4        | A-1        | 2026-05-01 | 2026-06-01 | 100    |          | 2026-06-01
    """,
    "opportunities": """
        opportunity_id | account_id | kind   | stage       | value | probability | created_on | proposal_on | expected_close | closed_on
        O-1            | A-1        | upsell | proposal    | 700   | 0.4         | 2026-10-01 | 2026-10-20  | 2026-12-15     |
        O-2            | A-1        | upsell | lost        | 300   |             | 2026-05-01 |             |                | 2026-11-01
    """,
    "tasks": """
        task_id | account_id | kind | title           | owner | due        | done_on
        K-1     | A-1        | call | Call about fuse | Luis  | 2026-11-17 |
        K-2     | A-1        | call | Long done       | Luis  | 2026-11-01 | 2026-11-02
    """,
    "team": """
        email            | name
        ana@example.com  | Ana
        luis@example.com | Luis
    """,
}  # fmt: skip


def state_of(tabs: Mapping[str, str], as_of: date = AS_OF) -> Evaluated:
    return _state(tuple(tabs.items()), as_of)


@cache
def _state(tabs: tuple[tuple[str, str], ...], as_of: date) -> Evaluated:
    state = on_demand(snapshot(dict(tabs), CFG), as_of, CFG, Memory(), words_of("en"), first())
    fill(state, afterwards(), {"found": Decided()})
    return state


def page_of(
    tabs: Mapping[str, str],
    asked: str = "A-1",
    language: str = "en",
    as_of: date = AS_OF,
    state: Evaluated | None = None,
) -> Brief:
    state = state or state_of(tabs, as_of=as_of)
    found = find_account(state, asked)
    assert found.row >= 0, found
    return brief(state, found.row, CFG, words_of(language), sentences(state))


def section(page: Brief, key: str) -> Section:
    (found,) = [section for section in page.sections if section.key == key]
    return found


def facts(part: Section) -> dict[str, str]:
    return {fact.key: fact.cell.text for fact in part.facts}


def table(page: Brief, key: str, part: str) -> list[dict[str, Cell]]:
    """The rows of a table as records by column key."""
    (found,) = [each for each in section(page, key).parts if isinstance(each, Table) and each.key == part]
    return [dict(zip([name for name, _ in found.columns], row, strict=True)) for row in found.rows]


def lines(page: Brief, key: str, part: str) -> list[str]:
    found = [each for each in section(page, key).parts if isinstance(each, Lines) and each.key == part]
    return [line.text for each in found for line in each.lines]


def keys(page: Brief) -> list[str]:
    return [each.key for each in page.sections]


def everything(page: Brief) -> str:
    """All texts of the page."""
    parts = [page.title, page.subtitle, page.footer, *(badge.text for badge in page.badges)]
    parts += [text for fact in page.figures for text in (fact.label, fact.cell.text)]
    for each in page.sections:
        parts += [each.title, each.note, *(text for fact in each.facts for text in (fact.label, fact.cell.text))]
        for part in each.parts:
            cells = part.lines if isinstance(part, Lines) else [cell for row in part.rows for cell in row]
            parts += [part.title, part.more, *(cell.text for cell in cells)]
    return "\n".join(parts)
