"""The rows of next terms: made once, whole chains at once, and never where people say otherwise. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sheetcrm.config import load
from sheetcrm.model import Memory, NewRow, Plan
from sheetcrm.plan import make_plan
from tests.settings import without_matters
from tests.tables import snapshot

TODAY = date(2026, 11, 23)
CFG = without_matters(load())
TEAM = """
    email           | name | role
    ana@example.com | Ana  | owner
"""
ACCOUNTS = """
    account_id | name  | owner | tier
    A-1        | Norte | Ana   | standard
    A-2        | Sur   | Ana   | standard
"""
HEAD = "contract_id | account_id | start_date | end_date | value | renewal_stage | predecessor_id | auto_renew"


def plan(contracts: str, memory: Memory | None = None, as_of: date = TODAY, **tabs: str) -> Plan:
    book = {"contracts": contracts, "accounts": ACCOUNTS, "team": TEAM, **tabs}
    known = memory if memory is not None else Memory(last_run=as_of)
    return make_plan(snapshot(book), as_of, CFG, known, allowed=lambda _: True, views=False)


def of(*rows: str, head: str = HEAD) -> str:
    """A contracts tab of these rows."""
    return "\n".join((head, *rows))


def new(done: Plan) -> list[tuple[Any, ...]]:
    """id, first and last day and predecessor of each appended term."""
    keys = ("contract_id", "start_date", "end_date", "predecessor_id")
    return [tuple(_plain(row.values[key]) for key in keys) for row in done.rows if row.tab == "contracts"]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def codes(done: Plan) -> dict[str, str]:
    return {problem.code: problem.id for problem in done.problems}


WON = "T-1 | A-1 | 2026-01-01 | 2026-12-31 | 1200 | payment_received | |"


def test_a_won_term_gets_its_next_term() -> None:
    done = plan(of(WON))
    assert new(done) == [("T-1/2", "2027-01-01", "2027-12-31", "T-1")]
    (row,) = [row for row in done.rows if row.tab == "contracts"]
    assert row.cause == "successor|T-1"
    assert row.values["status"] == "upcoming"
    assert row.values["deadline"] == date(2027, 12, 31)
    assert row.values["annual_value"] == 1200.0
    assert (row.values["renewal_stage"], row.values["value"]) == ("planned", 1200.0)


def test_what_people_own_is_taken_over_or_left_blank() -> None:
    head = (
        "contract_id | account_id | title | contract_type | start_date | end_date | value | currency | owner | contact"
        " | payment_frequency | renewal_period | auto_renew | notice_days | renewal_stage | renewal_value | probability"
        " | predecessor_id | closed_on | loss_reason | competitor | competitor_strengths | lessons | second_chance"
        " | terms | customer_mail | no_mail | snooze_until | notes"
    )
    row = (
        "T-1 | A-1 | Lifts | service | 2026-01-01 | 2026-06-30 | 600 | USD | Ana | Eva | monthly | 12M | no | 45"
        " | payment_received | 1500.5 | 0.9 | | 2026-06-01 | price | Otis | speed | late | a call | net 30 | yes | no"
        " | 2026-10-01 | by hand"
    )
    (made,) = [row for row in plan(of(row, head=head)).rows if row.tab == "contracts"]
    people = {key: value for key, value in made.values.items() if value is not None and key in head.replace(" ", "")}
    assert {key: value for key, value in people.items() if key not in ("status", "deadline")} == {
        "contract_id": "T-1/2",
        "account_id": "A-1",
        "title": "Lifts",
        "contract_type": "service",
        "start_date": date(2026, 7, 1),
        "end_date": date(2027, 6, 30),
        "value": 1500.5,
        "currency": "USD",
        "owner": "ana@example.com",
        "contact": "Eva",
        "payment_frequency": "monthly",
        "renewal_period": 12.0,
        "auto_renew": "no",
        "notice_days": 45.0,
        "renewal_stage": "planned",
        "predecessor_id": "T-1",
        "terms": "net 30",
        "customer_mail": "yes",
        "no_mail": "no",
    }


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([WON, "X | A-1 | 2027-02-01 | 2028-01-31 | 9 | | T-1 |"], "a person's own row follows"),
        ([WON, "X | A-1 | | | | | T-1 |"], "a person has begun to type it"),
        (
            [WON, "U-1 | A-1 | 2026-01-01 | 2026-12-31 | 5 | | |", "X | A-1 | 2027-01-01 | | 9 | | T-1; U-1 |"],
            "co-terming",
        ),
        ([WON, "X | A-1 | 2026-11-01 | 2027-10-31 | 9 | | T-1 |"], "renewed early"),
        (["T-1 | A-1 | 2026-01-01 | | 1200 | payment_received | |"], "evergreen"),
        (["T-1 | A-1 | 2026-01-01 | 2026-12-31 | 1200 | invoice_sent | |"], "not won yet"),
        (["T-1 | A-1 | 2026-01-01 | 2026-12-31 | 1200 | lost | | yes"], "lost"),
        (["T-1 | A-1 | 2025-12-24 | 2026-12-23 | 1200 | | | yes"], "the deadline to stop it is today"),
    ],
)
def test_no_row_is_appended(rows: list[str], why: str) -> None:
    assert not new(plan(of(*rows))), why


def test_a_project_without_a_next_term_is_never_followed() -> None:
    head = HEAD + " | contract_type | renewal_period"
    done = plan(of(WON + " | project |", head=head))
    assert not new(done)
    assert "successor_held" not in codes(done)
    assert len(new(plan(of(WON + " | project | 6M", head=head)))) == 1


def test_the_day_after_its_deadline_an_auto_renewal_gets_its_next_term() -> None:
    row = "T-1 | A-1 | 2025-12-24 | 2026-12-23 | 1200 | | | yes"
    assert new(plan(of(row), as_of=date(2026, 11, 24))) == [("T-1/2", "2026-12-24", "2027-12-23", "T-1")]


def test_a_chain_long_past_is_complete_in_one_run() -> None:
    row = "T-1 | A-1 | 2022-02-01 | 2022-07-31 | 600 | | | yes"
    done = plan(of(row), Memory(first_run=True))
    names = [made[0] for made in new(done)]
    assert names == [f"T-1/{number}" for number in range(2, 11)]
    assert new(done)[-1] == ("T-1/10", "2026-08-01", "2027-01-31", "T-1/9")
    assert [row.values["status"] for row in done.rows if row.tab == "contracts"] == ["renewed"] * 8 + ["expiring"]


def test_terms_turn_on_the_day_on_which_the_chain_began() -> None:
    head = HEAD + " | renewal_period | notice_days"
    done = plan(of("T-1 | A-1 | 2026-01-31 | 2026-02-27 | 50 | | | yes | 1M | 0", head=head), as_of=date(2026, 6, 1))
    assert [made[1:3] for made in new(done)] == [
        ("2026-02-28", "2026-03-30"),
        ("2026-03-31", "2026-04-29"),
        ("2026-04-30", "2026-05-30"),
        ("2026-05-31", "2026-06-29"),
    ]


def test_the_29th_of_february() -> None:
    done = plan(of("T-1 | A-1 | 2023-03-01 | 2024-02-29 | 10 | payment_received | |"))
    assert new(done) == [("T-1/2", "2024-03-01", "2025-02-28", "T-1")]


def test_a_notice_stops_the_chain_at_its_term() -> None:
    talks = """
        interaction_id | date       | account_id | signal
        I-1            | 2024-05-05 | A-1        | cancellation_notice
    """
    row = "T-1 | A-1 | 2022-01-01 | 2022-12-31 | 600 | | | yes"
    done = plan(of(row), interactions=talks)
    assert [made[0] for made in new(done)] == ["T-1/2", "T-1/3"]
    assert done.rows[-1].values["status"] == "expired" or done.rows[-1].tab != "contracts"


def test_ids_go_on_in_their_scheme() -> None:
    follows = "T-1/2 | A-1 | 2026-01-01 | 2026-12-31 | 1 | payment_received | T-1 |"
    first = "T-1 | A-1 | 2025-01-01 | 2025-12-31 | 1 | payment_received | |"
    assert [made[0] for made in new(plan(of(first, follows)))] == ["T-1/3"]
    assert [made[0] for made in new(plan(of(follows)))] == ["T-1/3"], "its predecessor's row was archived"
    only_called_so = "17/2024 | A-1 | 2026-01-01 | 2026-12-31 | 1 | payment_received | |"
    assert [made[0] for made in new(plan(of(only_called_so)))] == ["17/2024/2"]


def test_an_id_that_is_taken_by_another_contract_is_passed_over() -> None:
    other = "T-1/2 | A-2 | 2027-01-01 | 2027-12-31 | 1 | | |"
    assert [made[0] for made in new(plan(of(WON, other)))] == ["T-1/3"]
    twice = [other, other]
    assert [made[0] for made in new(plan(of(WON, *twice)))] == ["T-1/3"]


def test_what_was_made_once_is_never_made_again() -> None:
    first = plan(of(WON))
    memory = after(first)
    assert not new(plan(of(WON), memory)), "deleted by a person"
    moved = WON.replace("2026-12-31", "2026-11-30")
    assert not new(plan(of(moved), memory)), "deleted, and the term's end corrected"
    standing = "T-1/2 | A-1 | 2027-01-01 | 2027-12-31 | 1200 | planned | T-1 |"
    assert not new(plan(of(standing, WON), memory)), "sorted"
    assert not new(plan(of(standing, WON), Memory(last_run=TODAY))), "the ledger is lost"
    unlinked = standing.replace("| T-1 |", "| |")
    assert not new(plan(of(unlinked, WON), memory)), "its link was taken away"


def test_with_a_lost_ledger_a_row_of_that_id_counts_as_made() -> None:
    renamed = "T-1/2 | A-1 | 2027-03-01 | 2028-02-28 | 1200 | planned | | "
    assert not new(plan(of(WON, renamed), Memory(last_run=TODAY)))


def test_won_with_nothing_to_tell_the_next_end_is_a_problem_until_it_is_there() -> None:
    odd = "T-1 | A-1 | 2026-01-03 | 2026-12-20 | 1200 | payment_received | |"
    done = plan(of(odd))
    assert not new(done)
    assert codes(done)["successor_held"] == "T-1"
    mended = plan(of(odd + " | 12M", head=HEAD + " | renewal_period"))
    assert new(mended) == [("T-1/2", "2026-12-21", "2027-12-20", "T-1")]
    assert "successor_held" not in codes(mended)


@pytest.mark.parametrize("cell", ["2026-02-30", "1.2.3,4", "mucho"])
def test_an_unreadable_needed_cell_holds_the_row_up(cell: str) -> None:
    for typed in ("2026-12-31", "1200"):
        row = WON.replace(typed, cell)
        done = plan(of(row))
        assert not new(done)
        assert done.state["contracts.successor_due"].tolist() == ["held"]


def test_a_row_that_nobody_linked_is_pointed_at_and_not_doubled() -> None:
    head = HEAD + " | title"
    typed = "X-9 | A-1 | 2027-01-10 | 2027-12-31 | 1300 | | | | lifts"
    done = plan(of(WON + " | Lifts", typed, head=head))
    assert not new(done)
    assert codes(done)["successor_unlinked"] == "T-1"
    linked = typed.replace("1300 | | |", "1300 | | T-1 |")
    assert "successor_unlinked" not in codes(plan(of(WON + " | Lifts", linked, head=head)))
    other = plan(of(WON + " | Lifts", typed.replace("lifts", "Doors"), head=head))
    assert [made[0] for made in new(other)] == ["T-1/2"]


def test_dates_that_must_be_wrong_make_no_thousand_rows() -> None:
    row = "T-1 | A-1 | 1950-01-01 | 1950-01-31 | 1 | | | yes"
    done = plan(of(row))
    assert not new(done)
    assert codes(done)["successor_far"] == "T-1"


def test_a_decision_taken_back_leaves_the_row_to_people_and_says_so() -> None:
    memory = after(plan(of(WON)))
    standing = "T-1/2 | A-1 | 2027-01-01 | 2027-12-31 | 1200 | planned | T-1 |"
    for stage, code in (("negotiation", "successor_unfounded"), ("lost", "renewed_and_lost")):
        done = plan(of(WON.replace("payment_received", stage), standing), memory)
        assert not new(done)
        assert codes(done)[code] == "T-1"
        assert len({"successor_unfounded", "renewed_and_lost"} & set(codes(done))) == 1
    by_hand = plan(of(WON.replace("payment_received", "negotiation"), standing), Memory(last_run=TODAY))
    assert "successor_unfounded" not in codes(by_hand), "a person typed that row"
    assert "successor_unfounded" not in codes(plan(of(WON, standing), memory))


@pytest.mark.proof
def test_a_row_still_owed_is_made_of_its_term_as_it_stands_today() -> None:
    memory = owing(plan(of(WON)))
    again = plan(of(WON.replace("1200", "1500")), memory)
    assert [(row.id, row.values["value"]) for row in again.rows if row.tab == "contracts"] == [("T-1/2", 1500.0)]
    typed = plan(of(WON, "X | A-1 | 2027-01-01 | 2027-12-31 | 9 | | T-1 |"), memory)
    assert not new(typed)
    assert typed.dropped == ["successor|T-1"], "a person's own row makes it needless"
    waits = plan(of(WON.replace("payment_received", "negotiation")), memory)
    assert (new(waits), waits.dropped) == ([], []), "it waits for the decision to come back"
    there = plan(of(WON, "T-1/2 | A-1 | 2027-01-01 | 2027-12-31 | 9 | | T-1 |"), memory)
    assert (new(there), there.dropped, there.reappeared) == ([], [], ["successor|T-1"])
    gone = plan(of("Z | A-1 | 2026-01-01 | 2026-12-31 | 1 | | |"), memory)
    assert gone.dropped == ["successor|T-1"], "its term is gone"


def test_a_chain_that_is_owed_is_written_whole_or_dropped_whole() -> None:
    row = "T-1 | A-1 | 2024-01-01 | 2024-12-31 | 600 | | | yes"
    memory = owing(plan(of(row)))
    assert [made[0] for made in new(plan(of(row), memory))] == ["T-1/2", "T-1/3"]
    typed = plan(of(row, "X | A-1 | 2025-01-01 | | 9 | | T-1 |"), memory)
    assert sorted(typed.dropped) == ["successor|T-1", "successor|T-1/2"]


def test_a_second_look_brings_owed_rows_only() -> None:
    book = {"contracts": of(WON), "accounts": ACCOUNTS, "team": TEAM}
    assert not new(make_plan(snapshot(book), TODAY, CFG, Memory(), allowed=lambda _: True, tell=False, views=False))
    owed = owing(plan(of(WON)))
    assert new(make_plan(snapshot(book), TODAY, CFG, owed, allowed=lambda _: True, tell=False, views=False))


def test_a_run_as_of_a_day_before_the_last_run_appends_nothing() -> None:
    assert not new(plan(of(WON), Memory(last_run=date(2026, 12, 1))))


def test_without_a_column_to_link_it_no_row_is_made_and_the_tab_says_why() -> None:
    head = "contract_id | account_id | start_date | end_date | value | renewal_stage"
    done = plan(of("T-1 | A-1 | 2026-01-01 | 2026-12-31 | 1200 | payment_received", head=head))
    assert not new(done)
    assert "successor_no_column" in codes(done)


def test_a_renewal_that_its_predecessor_hid_speaks_on_the_day_it_is_appended() -> None:
    row = "T-1 | A-1 | 2025-12-20 | 2026-06-19 | 600 | | | yes"
    done = plan(of(row))
    assert new(done) == [("T-1/2", "2026-06-20", "2026-12-19", "T-1"), ("T-1/3", "2026-12-20", "2027-06-19", "T-1/2")]
    soon = plan(of(row), as_of=date(2026, 9, 25))
    assert new(soon) == [("T-1/2", "2026-06-20", "2026-12-19", "T-1")]
    assert {(alert.contract_id, alert.stage) for alert in soon.alerts if alert.state == "queued"} == {
        ("T-1/2", "first_contact")
    }


def after(done: Plan) -> Memory:
    """What the ledger knows once that plan was carried out."""
    return Memory(causes={row.cause: row.id for row in done.rows}, last_run=done.as_of, seen=done.seen)


def owing(done: Plan) -> Memory:
    """What the ledger knows when nothing of that plan could be written."""
    rows = tuple(row for row in done.rows if row.tab == "contracts")
    stored = tuple(NewRow(row.tab, row.id, row.cause, dict(row.values)) for row in rows)
    return replace(after(done), pending=stored)
