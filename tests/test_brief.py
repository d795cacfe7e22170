"""The brief: what the page says of an account, in which order, and what it leaves out."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache

import pandas as pd
import pytest

from sheetcrm.columns import Evaluated, evaluate, fill
from sheetcrm.config import defaults
from sheetcrm.model import Memory
from sheetcrm.plan import Found as Decided
from sheetcrm.reading import snapshot as read
from sheetcrm.rules import afterwards, first
from sheetcrm.schema import LANGUAGES
from sheetcrm.sentences import sentences
from sheetcrm.sync.memory import MemoryBackend
from sheetcrm.views.brief import Brief, Cell, Lines, Section, Table, brief, find_account
from sheetcrm.words import words_of
from tests.oracle.random_whole import workbook
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
    state = evaluate(snapshot(dict(tabs), CFG), as_of, CFG, Memory(), words_of("en"), first())
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


# --- the whole page


def test_a_visit_has_every_part_in_its_order() -> None:
    page = page_of(WHOLE)
    assert (page.kind, page.account_id, page.name, page.as_of) == ("visit", "A-1", "Norte", AS_OF)
    assert keys(page) == [
        *("attention", "who", "contacts", "contracts", "service", "commitments"),
        *("health", "changes", "talks", "payments", "opportunities", "agenda"),
    ]
    assert page.subtitle == "A-1 · 18 Nov 2026 · Ana"


def test_a_key_account_gets_the_executive_report() -> None:
    page = page_of({**WHOLE, "accounts": WHOLE["accounts"].replace("standard", "key     ")})
    assert page.kind == "executive"
    assert page.title == "Executive report: Norte"
    assert keys(page)[:6] == ["attention", "who", "service", "changes", "health", "commitments"]
    assert sorted(keys(page)) == sorted(keys(page_of(WHOLE)))


def test_who_they_are_with_what_is_missing_named() -> None:
    found = facts(section(page_of(WHOLE), "who"))
    assert found["volume"] == "€9,000 · last year: €12,000"
    assert found["margin"] == "€1,800 · 20%"
    assert (found["industry"], found["client_since"], found["owner"]) == ("Health", "1 Jan 2024", "Ana")
    # The tab has no columns for potential and relationship: nobody could have filled them.
    assert found["missing"] == "Strategy"
    assert "potential" not in found


def test_a_blank_cell_that_matters_is_no_data_and_an_absent_column_is_not() -> None:
    page = page_of({"accounts": "account_id | name | industry | potential\nA-1 | Norte | | "})
    assert facts(section(page, "who"))["missing"] == "Strategy, Industry, Potential"


def test_without_client_since_the_first_contract_tells() -> None:
    page = page_of({**WHOLE, "accounts": "account_id | name\nA-1 | Norte"})
    assert facts(section(page, "who"))["client_since"] == "first contract: 1 Dec 2024"


def test_what_to_mind_before_going_in() -> None:
    assert lines(page_of(WHOLE), "attention", "attention") == [
        "Credit blocked since 2 Nov 2026",
        "Sensitive matters only by: Phone, to Eva",
        "They have agreed not to hire our people",
        "They want no mailings",
    ]
    assert "attention" not in keys(page_of({"accounts": "account_id | name\nA-1 | Norte"}))


def test_contacts_who_decides_first_and_what_each_said_last() -> None:
    page = page_of(WHOLE)
    rows = table(page, "contacts", "contacts")
    assert [row["name"].text for row in rows] == ["Eva · Manager", "Ivo · IT"]
    # A newsletter is what we said; Ivo is noted by his id.
    assert rows[0]["said_last"].text == "10 Nov 2026 · call: Wants a price"
    assert rows[0]["said_last"].link == "https://example.com/m"
    assert rows[1]["said_last"].text == "1 Oct 2026 · survey · 7 of 10: Fine"
    assert facts(section(page, "contacts")) == {"left": "Gus (5 Oct 2026 · Acme)", "not_listed": "Omar"}


def test_without_a_contacts_tab_whom_we_spoke_with() -> None:
    page = page_of({name: tab for name, tab in WHOLE.items() if name != "contacts"})
    assert [row["name"].text for row in table(page, "contacts", "contacts")] == ["Eva", "Omar", "K-2"]
    assert "know who decides" not in everything(page)
    assert (
        section(page_of({"accounts": WHOLE["accounts"], "interactions": "date | account_id"}), "contacts").note
        == "no data"
    )


def test_nobody_decides_is_said_where_there_are_contacts() -> None:
    page = page_of({**WHOLE, "contacts": "contact_id | account_id | name | decision_maker\nK-1 | A-1 | Eva | no"})
    assert "We don't know who decides" in lines(page, "attention", "attention")
    assert "Find out who decides" in lines(page, "agenda", "points")


def test_contracts_their_deadlines_and_the_history_behind() -> None:
    page = page_of(WHOLE)
    (now,) = table(page, "contracts", "contracts")
    assert now["contract_id"].text == "C-1/2 · Copiers"
    assert now["period"].text == "1 Dec 2025 – 30 Nov 2026"
    assert (now["deadline"].text, now["deadline"].tone) == ("30 Nov 2026 (in 12 days)", "red")
    assert now["status"].text.startswith("expiring · negotiation · ")
    assert now["annual_value"].text == "€1,100 (+10%)"
    (past,) = table(page, "contracts", "history")
    assert (past["contract_id"].text, past["ended"].text) == ("C-1 · Copiers", "renewed · 20 Nov 2025 → C-1/2")
    assert lines(page, "contracts", "why")[0].startswith("C-1/2: Expires in 12 days")


def test_one_successor_of_two_terms_is_compared_with_their_sum() -> None:
    page = page_of(
        {
            "accounts": "account_id | name\nA-1 | Norte",
            "contracts": """
                contract_id | account_id | start_date | end_date   | value | predecessor_id
                C-1         | A-1        | 2024-11-01 | 2025-10-31 | 400   |
                C-2         | A-1        | 2024-11-01 | 2025-10-31 | 600   |
                C-3         | A-1        | 2025-11-01 | 2026-10-31 | 900   | C-1; C-2
            """,
        }
    )
    assert table(page, "contracts", "contracts")[0]["annual_value"].text == "€900 (-10%)"
    assert [row["ended"].text for row in table(page, "contracts", "history")] == ["renewed → C-3", "renewed → C-3"]


def test_values_of_different_currencies_are_not_compared() -> None:
    tabs = {
        "accounts": "account_id | name\nA-1 | Norte",
        "contracts": """
            contract_id | account_id | start_date | end_date   | value | currency | predecessor_id
            C-1         | A-1        | 2024-12-01 | 2025-11-30 | 400   | USD      |
            C-2         | A-1        | 2025-12-01 | 2026-11-30 | 800   |          | C-1
        """,
    }
    assert table(page_of(tabs), "contracts", "contracts")[0]["annual_value"].text == "€800"


def test_a_lost_contract_says_why_and_what_would_bring_them_back() -> None:
    page = page_of(
        {
            "accounts": "account_id | name\nA-1 | Norte",
            "contracts": """
                contract_id | account_id | start_date | end_date   | renewal_stage | closed_on  | loss_reason | competitor | second_chance | lessons
                C-1         | A-1        | 2024-01-01 | 2024-12-31 | lost          | 2024-12-20 | price       | Rival      | A cheaper fleet | Call sooner
            """,
        }
    )
    assert table(page, "contracts", "history")[0]["ended"].text == "lost · 20 Dec 2024 · price · Rival"
    assert lines(page, "contracts", "learned") == ["Lessons learned: Call sooner", "Second chance: A cheaper fleet"]
    assert lines(page, "attention", "attention") == ["No client since 31 Dec 2024"]
    assert section(page, "health").note == "Health is computed for clients only."


def test_open_tickets_and_the_period() -> None:
    page = page_of(WHOLE)
    (ticket,) = table(page, "service", "open")
    assert ticket["ticket_id"].text == "T-1 · M-7: No power"
    assert (ticket["sla_status"].text, ticket["sla_status"].tone) == ("breached", "red")
    assert ticket["due_at"].text.endswith("promised")
    found = facts(section(page, "service"))
    assert (found["opened"], found["resolved"], found["on_time"]) == ("3", "2", "2 of 3")
    assert lines(page, "service", "action_plan") == ["T-1: New fuse; Luis"]


@pytest.mark.parametrize(("age", "counted"), [(89, "1"), (90, "0")])
def test_the_period_ends_after_its_days(age: int, counted: str) -> None:
    day = AS_OF - timedelta(days=age)
    page = page_of(
        {
            "accounts": "account_id | name\nA-1 | Norte",
            "tickets": f"ticket_id | account_id | opened_at | resolved_at\nT-1 | A-1 | {day} | {day}",
        }
    )
    found = facts(section(page, "service"))
    assert (found["opened"], found["resolved"]) == (counted, counted)


def test_what_both_sides_owe() -> None:
    page = page_of(WHOLE)
    ours = table(page, "commitments", "ours")
    assert [(row["what"].text, row["on"].tone) for row in ours] == [
        ("Send the offer", "red"),
        ("T-1 · M-7: No power", "red"),
        ("Call about fuse", "red"),
        ("Risk plan: Weekly", ""),
        ("Come by", ""),
    ]
    assert ours[0]["on"].text == "12 Nov 2026 (6 days ago)"
    assert [row["what"].text for row in table(page, "commitments", "theirs")] == [
        "Payment of invoice F-1: €400",
        "Payment of invoice F-2: US$50",
        "An answer to our proposal: O-1 · upsell",
        "To confirm that it is solved: T-2 · M-8: No toner",
        "An answer to our proposal: C-1/2 · Copiers",
        "Payment plan: 3 x 400 a month",
    ]


def test_where_nobody_notes_what_is_done_only_what_lies_ahead_is_owed() -> None:
    talks = """
        date       | account_id | next_step | next_step_due
        2026-11-01 | A-1        | Ahead     | 2026-11-18
        2026-11-01 | A-1        | Past      | 2026-11-17
        2026-11-01 | A-1        | Undated   |
    """
    page = page_of({"accounts": "account_id | name\nA-1 | Norte", "interactions": talks})
    assert [(row["what"].text, row["on"].tone) for row in table(page, "commitments", "ours")] == [("Ahead", "")]


def test_confirmations_are_not_asked_for_where_nobody_notes_them() -> None:
    tickets = "ticket_id | account_id | opened_at | resolved_at\nT-1 | A-1 | 2026-11-01 | 2026-11-02"
    page = page_of({"accounts": "account_id | name\nA-1 | Norte", "tickets": tickets})
    assert section(page, "commitments").note == "Nothing is owed on either side."


def test_payments_are_added_up_per_currency() -> None:
    page = page_of(WHOLE)
    found = facts(section(page, "payments"))
    assert found["overdue"] == "2 invoices · €400 + US$50"
    assert found["not_due"] == "1 invoice · €100"
    assert found["credit_blocked"] == "yes · 2 Nov 2026"
    assert [row["days_overdue"].text for row in table(page, "payments", "invoices")] == ["48", "34"]


def test_no_invoice_is_no_data_and_never_nothing_overdue() -> None:
    page = page_of(
        {"accounts": "account_id | name\nA-1 | Norte", "invoices": "invoice_id | account_id | due_on | amount"}
    )
    assert section(page, "payments").note == "no data"
    assert next(fact.cell.text for fact in page.figures if fact.key == "days_overdue") == "no data"


def test_opportunities_and_needs() -> None:
    page = page_of(WHOLE)
    (row,) = table(page, "opportunities", "opportunities")
    assert (row["opportunity_id"].text, row["value"].text) == ("O-1 · upsell", "€700")
    assert lines(page, "opportunities", "needs") == ["20 Oct 2026 · meeting · expansion need: A second branch"]


def test_changes_of_the_period_the_latest_first() -> None:
    assert lines(page_of(WHOLE), "changes", "changes") == [
        "1 Nov 2026: O-2 · upsell · lost · €300",
        "5 Oct 2026: Gus, Buyer left",
    ]


# --- the agenda


def test_the_agenda_begins_with_what_this_account_needs() -> None:
    page = page_of(WHOLE)
    points = lines(page, "agenda", "points")
    assert points[0] == "Say where it stands and when it will be done: T-1 · M-7: No power"
    assert "Promised and not done, with a new date: Send the offer" in points
    lists = [part.key for part in section(page, "agenda").parts]
    assert lists[:1] == ["points"]
    assert lists[1:] == ["visit_brief", "repair", "critical", "credit_block", "after_meeting"]


@pytest.mark.parametrize("strategy", ["retain", "reprice", "develop", "maintain", "streamline"])
def test_the_agenda_takes_the_strategys_playbook(strategy: str) -> None:
    state = copy.deepcopy(state_of({"accounts": "account_id | name\nA-1 | Norte"}))
    state.frames["accounts"]["strategy"] = pd.Series([strategy], dtype="str")
    page = page_of({}, state=state)
    steps = CFG.playbook("en")[strategy]
    assert lines(page, "agenda", strategy) == list(steps[: len(lines(page, "agenda", strategy))])
    assert len(lines(page, "agenda", strategy)) >= min(len(steps), CFG.brief.playbook_steps)


def test_an_ex_client_is_to_be_won_back() -> None:
    page = page_of(
        {
            "accounts": "account_id | name\nA-1 | Norte",
            "contracts": "contract_id | account_id | start_date | end_date | renewal_stage\nC-1 | A-1 | 2024-01-01 | 2024-12-31 | lost",
        }
    )
    assert "reactivation" in [part.key for part in section(page, "agenda").parts]


def test_a_cancellation_notice_comes_first() -> None:
    page = page_of(
        {
            **WHOLE,
            "interactions": "date | account_id | channel | signal | contract_id\n2026-11-16 | A-1 | email | cancellation_notice | C-1/2",
        }
    )
    assert lines(page, "attention", "attention")[0] == "Cancellation notice for C-1/2 of 16 Nov 2026"
    assert lines(page, "agenda", "points")[0].startswith("Ask why they want to end C-1/2")
    assert [part.key for part in section(page, "agenda").parts][2] == "cancellation"


def test_signals_and_a_low_mark_are_taken_up() -> None:
    talks = """
        date       | account_id | channel | score | signal
        2026-11-10 | A-1        | call    |       | quote_request
        2026-11-09 | A-1        | survey  | 6     |
        2026-11-08 | A-1        | survey  | 2     |
        2026-08-21 | A-1        | call    |       | obsolescence
        2026-08-20 | A-1        | call    |       | billing_complaint
    """
    points = lines(page_of({"accounts": "account_id | name\nA-1 | Norte", "interactions": talks}), "agenda", "points")
    assert points[:3] == [
        "Talk about why they ask others for prices, and about what we bring",
        "Ask what is behind their mark: 6 of 10",
        "Propose a replacement for what has become outdated",  # 89 days old; the complaint is 90
    ]
    assert not any("billing" in point for point in points)


# --- what is not there, and what is too much


def test_tabs_that_are_absent_leave_their_part_out() -> None:
    page = page_of({"accounts": "account_id | name\nA-1 | Norte"})
    assert keys(page) == ["who", "contracts", "commitments", "health", "changes", "agenda"]
    figures = {fact.key: fact.cell.text for fact in page.figures}
    assert figures == {
        "health_score": "no data",
        "annual_value": "€0",
        "next_deadline": "none ahead",
        "last_contact": "no data",
        "open_tickets": "no data",
        "days_overdue": "no data",
    }


def test_empty_tabs_say_so() -> None:
    empty = {
        "accounts": "account_id | name\nA-1 | Norte",
        "contracts": "contract_id | account_id | start_date",
        "interactions": "date | account_id",
        "tickets": "ticket_id | account_id | opened_at",
        "opportunities": "opportunity_id | account_id",
    }
    page = page_of(empty)
    notes = {each.key: each.note for each in page.sections}
    assert notes["talks"] == "No conversation on record."
    assert notes["service"] == "No ticket on record."
    assert notes["contracts"] == "no data"
    assert notes["opportunities"] == "No open opportunity."


def test_an_end_that_cant_be_read_is_not_evergreen() -> None:
    page = page_of(
        {
            "accounts": "account_id | name\nA-1 | Norte",
            "contracts": "contract_id | account_id | start_date | end_date | value\nC-1 | A-1 | 2026-01-01 | soon | 100",
        }
    )
    (row,) = table(page, "contracts", "contracts")
    assert row["period"].text == "1 Jan 2026 – (can't be read)"
    assert row["deadline"].text == "(can't be read)"
    assert page.footer.endswith("1 cell of its rows can't be read.")


def test_what_is_known_later_is_not_on_the_page() -> None:
    assert "From the future" not in everything(page_of(WHOLE))
    earlier = page_of(WHOLE, as_of=date(2026, 10, 2))
    assert "T-1" not in everything(earlier)
    assert "A second branch" not in everything(earlier)


def test_a_long_account_stays_one_page() -> None:
    def days(count: int) -> list[date]:
        return [AS_OF - timedelta(days=place % 300) for place in range(count)]

    tabs = {
        "accounts": "account_id | name\nA-1 | Norte",
        "contracts": "\n".join(
            ["contract_id | account_id | start_date | end_date | value | predecessor_id"]
            + [
                f"C-{n} | A-1 | {1990 + n}-01-01 | {1990 + n}-12-31 | 100 | {f'C-{n - 1}' if n else ''}"
                for n in range(40)
            ]
        ),
        "interactions": "\n".join(
            ["date | account_id | contact | channel | summary | next_step | next_step_due | next_step_done_on"]
            + [
                f"{day} | A-1 | Person {n % 40} | call | {'word ' * 200} | Step {n} | {day} |"
                for n, day in enumerate(days(500))
            ]
        ),
        "tickets": "\n".join(
            ["ticket_id | account_id | opened_at | priority | summary | promised_at | resolved_at"]
            + [f"T-{n} | A-1 | {day} | high | {'x' * 500} | {day} |" for n, day in enumerate(days(200))]
        ),
    }
    page = page_of(tabs)
    most = CFG.brief.rows + 1
    for each in page.sections:
        for part in each.parts:
            most_here = 2 * CFG.brief.rows if part.key == "points" else most
            assert len(part.rows if isinstance(part, Table) else part.lines) <= most_here
    (talks,) = section(page, "talks").parts
    assert talks.more == "and 494 more"
    # Two hundred late tickets do not bury the late promises and the renewal.
    assert [point.split(":")[0] for point in lines(page, "agenda", "points")][3:6] == [
        "Promised and not done, with a new date"
    ] * 3
    (ours, *_) = section(page, "commitments").parts
    assert ours.more == "and 694 more"
    assert len(everything(page)) < 20_000


def test_one_row_more_than_fits_is_shown_and_not_counted() -> None:
    def talks(count: int) -> Table:
        rows = "\n".join(f"2026-11-{n + 1:02d} | A-1 | call" for n in range(count))
        page = page_of(
            {"accounts": "account_id | name\nA-1 | Norte", "interactions": f"date | account_id | channel\n{rows}"}
        )
        (found,) = section(page, "talks").parts
        assert isinstance(found, Table)
        return found

    most = CFG.brief.rows
    assert [(len(talks(n).rows), talks(n).more) for n in (most, most + 1, most + 2)] == [
        (most, ""),
        (most + 1, ""),
        (most, "and 2 more"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_page(language: str) -> None:
    def shape(page: Brief) -> list[object]:
        return [
            (each.key, [fact.key for fact in each.facts], [part.key for part in each.parts]) for each in page.sections
        ]

    state = state_of(WHOLE)
    page = page_of(WHOLE, language=language, state=state)
    assert shape(page) == shape(page_of(WHOLE, state=state))
    assert page.language == language
    own = words_of(language)
    assert page.title == own.text("brief.title.visit", name="Norte")
    # A sentence that was made in English is worded anew.
    why = lines(page, "contracts", "why")[0]
    assert why.startswith(f"C-1/2: {own.plural('why.ends', 12, date=own.date(date(2026, 11, 30)))}")


def test_the_workbook_stays_as_it_is() -> None:
    state = state_of(WHOLE)
    before = {
        tab: {name: col.copy() for name, col in frame.items() if isinstance(col, pd.Series)}
        for tab, frame in state.frames.items()
    }
    assert page_of(WHOLE, state=state) == page_of(WHOLE, state=state)
    for tab, columns in before.items():
        for name, column in columns.items():
            pd.testing.assert_series_equal(state.frames[tab][name], column)


def every_page(seeds: Iterable[int]) -> int:
    """Makes the page of each account of random workbooks, in a language that is not always the workbook's."""
    count = 0
    for seed in seeds:
        book = workbook(seed)
        state = evaluate(
            read(MemoryBackend(book.typed()).read(), CFG, "es"),
            book.today,
            CFG,
            Memory(),
            words_of("es"),
            first(),
            book.now,
        )
        fill(state, afterwards(), {"found": Decided()})
        say = sentences(state)
        for row in range(state.sizes["accounts"]):
            page = brief(state, row, CFG, words_of(LANGUAGES[(seed + row) % 3]), say)
            assert not re.search(r"\bnan\b|NaT|None|<NA>|datetime", everything(page))
            assert "agenda" in keys(page)
            count += 1
    return count


def test_any_workbook_has_its_pages() -> None:
    assert every_page(range(3, 6)) > 5


@pytest.mark.proof
def test_two_hundred_random_workbooks_have_their_pages() -> None:
    print(f"{every_page(range(100, 300))} pages")


# --- which account


NAMED = {"accounts": "account_id | name\nA-1 | Panadería Núñez\nA-10 | Panadería Sur\nA-2 | Norte\nB-7 | Gran Norte Hotel\nX | \n'00123 | Ünal & Söhne"}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "id"),
    [
        ("A-1", "A-1"),
        ("a-10", "A-10"),
        ("00123", "00123"),
        ("norte", "A-2"),
        ("GRAN", "B-7"),
        ("hotel", "B-7"),
        ("panaderia nunez", "A-1"),
        ("nuñez", "A-1"),
        ("Unal", "00123"),
        (" b 7 ", "B-7"),
    ],
)
def test_an_account_is_found_by_id_or_name(asked: str, id: str) -> None:
    state = state_of(NAMED)
    assert state["accounts.account_id"].iloc[find_account(state, asked).row] == id


def test_several_that_match_are_named() -> None:
    found = find_account(state_of(NAMED), "panaderia")
    assert (found.row, found.several) == (-1, 2)
    assert found.candidates == [("A-1", "Panadería Núñez"), ("A-10", "Panadería Sur")]


def test_the_most_alike_are_named_for_none() -> None:
    found = find_account(state_of(NAMED), "Nunes")
    assert (found.row, found.several, found.candidates[:1]) == (-1, 0, [("A-1", "Panadería Núñez")])
    for nonsense in ("", "  ", "…", "qqqqqq", "\x00"):
        assert find_account(state_of(NAMED), nonsense).row == -1


def test_two_accounts_of_one_name_are_told_by_id() -> None:
    state = state_of({"accounts": "account_id | name\nA-1 | Norte\nA-2 | Norte"})
    assert find_account(state, "norte").several == 2
    assert find_account(state, "a-2").row == 1
