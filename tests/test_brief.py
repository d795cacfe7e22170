"""The brief: what each part of the page says of an account, and the agenda that follows."""

from __future__ import annotations

import copy
from datetime import timedelta

import pandas as pd
import pytest

from tests.brief_pages import AS_OF, CFG, WHOLE, everything, facts, keys, lines, page_of, section, state_of, table

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


def test_an_account_without_a_name_goes_by_its_id() -> None:
    page = page_of({"accounts": "account_id | name\nA-1 | "})
    assert (page.name, page.title) == ("A-1", "Before the visit: A-1")


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
