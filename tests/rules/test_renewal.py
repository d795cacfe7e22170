"""Deadline, status, phase and next date of a term: each rule's case, its boundary and its blank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from tests.rules.contracts_book import terms, values

HEAD = "contract_id | account_id | start_date | end_date | auto_renew | notice_days | renewal_stage | closed_on"


def rows(
    cases: Sequence[Mapping[str, str]], interactions: str = "", as_of: date = date(2026, 11, 21)
) -> list[dict[str, Any]]:
    """The columns of one term for each case, all in one workbook: C-1, C-2, …"""
    lines = [HEAD]
    for number, cells in enumerate(cases, 1):
        row = {**DEFAULT, **cells}
        lines.append(f"C-{number} | A-1 | " + " | ".join(row[name] for name in DEFAULT))
    found = terms("\n".join(lines), interactions=interactions, as_of=as_of)
    columns = {name: values(found, f"contracts.{name}") for name in SHOWN}
    return [{name: column[place] for name, column in columns.items()} for place in range(len(cases))]


def row(interactions: str = "", as_of: date = date(2026, 11, 21), **cells: str) -> dict[str, Any]:
    """The columns of one term alone."""
    return rows([cells], interactions, as_of)[0]


DEFAULT = {
    "start": "2026-01-01",
    "end": "2026-12-31",
    "auto": "",
    "notice": "",
    "stage": "",
    "closed": "",
}

SHOWN = (
    "days_to_expiry",
    "deadline",
    "days_to_deadline",
    "status",
    "phase",
    "next_renewal_date",
    "cancellation_notice_on",
    "renewed_auto",
    "renewal_risk",
    "renewal_probability",
)


def test_days_to_expiry_are_0_on_the_last_valid_day() -> None:
    found = rows([{"end": end} for end in ("2026-11-21", "2026-11-20", "2026-11-22", "")])
    assert [columns["days_to_expiry"] for columns in found] == [0, -1, 1, None]


def test_a_deadline_is_the_last_day_to_act() -> None:
    cases = [
        ("2026-12-31", "", "", "2026-12-31"),
        ("2026-12-31", "no", "60", "2026-12-31"),
        ("2026-12-31", "yes", "60", "2026-11-01"),
        ("2026-12-31", "yes", "", "2026-12-01"),
        ("2026-12-31", "yes", "0", "2026-12-31"),
        ("", "yes", "60", "2027-01-01"),
        ("2026-12-31", "yes", "soon", None),
        ("2026-12-31", "no", "soon", "2026-12-31"),
        ("2026-12-31", "maybe", "", None),
        ("2026-02-30", "", "", None),
    ]
    found = rows([{"end": end, "auto": auto, "notice": notice} for end, auto, notice, _ in cases])
    for case, columns in zip(cases, found, strict=True):
        assert columns["deadline"] == case[3], case


def test_a_fixed_deadline_needs_no_readable_start() -> None:
    assert row(start="2026-02-30", end="2026-12-31")["deadline"] == "2026-12-31"
    assert row(start="2026-02-30", end="")["deadline"] is None


def test_an_evergreen_counts_to_its_next_anniversary() -> None:
    assert row(start="2024-02-29", end="", as_of=date(2026, 3, 1))["deadline"] == "2027-02-28"
    assert row(start="2025-11-21", end="")["days_to_deadline"] == 0
    assert row(start="2025-11-20", end="")["deadline"] == "2027-11-20"


def test_the_status_is_the_first_that_matches() -> None:
    cases: list[tuple[dict[str, str], str | None]] = [
        ({"end": "2027-02-20"}, "active"),
        ({"end": "2027-02-19"}, "expiring"),
        ({"end": "2026-11-21"}, "expiring"),
        ({"end": "2026-11-20"}, "expired"),
        ({"end": ""}, "evergreen"),
        ({"start": "2026-11-22", "end": "2027-11-21"}, "upcoming"),
        ({"start": "2026-11-21", "end": "2027-11-20"}, "active"),
        ({"start": "2026-11-22", "end": ""}, "upcoming"),
        ({"stage": "payment_received"}, "renewed"),
        ({"stage": "lost"}, "lost"),
        ({"stage": "lost", "end": ""}, "lost"),
        ({"stage": "lost", "auto": "yes", "end": "2026-01-31"}, "lost"),
        ({"auto": "yes", "end": "2026-12-20"}, "renewed"),
        ({"auto": "yes", "end": "2026-12-21"}, "expiring"),
        ({"auto": "yes", "end": "2025-12-31", "start": "2025-01-01"}, "renewed"),
        ({"end": "pronto"}, None),
        ({"start": "pronto"}, None),
        ({"stage": "quizás"}, None),
        ({"auto": "yes", "notice": "soon"}, None),
        ({"notice": "soon"}, "expiring"),
        ({"auto": "perhaps"}, None),
        ({"auto": "perhaps", "end": ""}, "evergreen"),
        ({"closed": "soon"}, "expiring"),
        ({"closed": "soon", "stage": "lost"}, None),
    ]
    found = rows([cells for cells, _ in cases])
    for (cells, status), columns in zip(cases, found, strict=True):
        assert columns["status"] == status, cells


@pytest.mark.parametrize("stage", ["lost", "payment_received"])
def test_a_decision_counts_from_the_day_it_was_closed_on(stage: str) -> None:
    said = {"lost": "lost", "payment_received": "renewed"}[stage]
    assert row(stage=stage, closed="2026-11-21")["status"] == said
    assert row(stage=stage, closed="2026-11-22")["status"] == "expiring"


def test_the_phase_goes_by_the_days_left() -> None:
    cases = [
        (91, None),
        (90, "preparation"),
        (61, "preparation"),
        (60, "negotiation"),
        (31, "negotiation"),
        (30, "closing"),
        (0, "closing"),
        (-1, "recovery"),
    ]
    found = rows([{"end": (date(2026, 11, 21) + timedelta(days=left)).isoformat()} for left, _ in cases])
    assert [columns["phase"] for columns in found] == [phase for _, phase in cases]


def test_what_is_decided_or_unknown_has_no_phase() -> None:
    found = rows([{"stage": "lost"}, {"stage": "payment_received"}, {"end": "pronto"}])
    assert [columns["phase"] for columns in found] == [None, None, None]


def successors(*rows: str, stage: str = "", closed: str = "") -> dict[str, list[object]]:
    head = "contract_id | account_id | start_date | end_date | renewal_stage | closed_on | predecessor_id"
    first = f"C-1 | A-1 | 2026-01-01 | 2026-12-31 | {stage} | {closed} |"
    found = terms("\n".join([head, first, *rows]))
    return {name: values(found, f"contracts.{name}") for name in ("status", "contradiction", "successor_id")}


def test_a_full_successor_row_renews() -> None:
    found = successors("C-2 | A-1 | 2027-01-01 | 2027-12-31 | | | C-1")
    assert (found["status"][0], found["successor_id"][0], found["contradiction"][0]) == ("renewed", "C-2", None)


@pytest.mark.parametrize(
    "successor",
    ["C-2 | A-1 | | | | | C-1", "C-2 | A-1 | 2027-01-01 | pronto | | | C-1", "C-2 | | 2027-01-01 | | | | C-1"],
)
def test_a_successor_row_without_its_needed_cells_renews_nothing(successor: str) -> None:
    assert successors(successor)["status"][0] == "expiring"


def test_two_full_successors_are_a_contradiction_and_renew_nothing() -> None:
    found = successors("C-2 | A-1 | 2027-01-01 | 2027-12-31 | | | C-1", "C-3 | A-1 | 2027-01-01 | | | | C-1")
    assert (found["status"][0], found["contradiction"][0]) == ("expiring", "two_successors")


def test_renewed_and_lost_is_a_contradiction() -> None:
    found = successors("C-2 | A-1 | 2027-01-01 | 2027-12-31 | | | C-1", stage="lost")
    assert (found["status"][0], found["contradiction"][0]) == ("renewed", "renewed_and_lost")


def test_a_successor_counts_from_the_day_its_predecessor_was_closed() -> None:
    successor = "C-2 | A-1 | 2027-01-01 | 2027-12-31 | | | C-1"
    assert successors(successor, closed="2026-11-21")["status"][0] == "renewed"
    assert successors(successor, closed="2026-11-22")["status"][0] == "expiring"


def test_one_successor_may_follow_several_terms() -> None:
    found = terms("""
        contract_id | account_id | start_date | end_date   | predecessor_id
        C-1         | A-1        | 2026-01-01 | 2026-12-31 |
        C-2         | A-1        | 2026-07-01 | 2026-12-31 |
        C-3         | A-1        | 2027-01-01 | 2027-12-31 | C-1; C-2;C-1
    """)
    assert values(found, "contracts.status") == ["renewed", "renewed", "upcoming"]
    assert values(found, "contracts.contradiction") == [None, None, None]


def test_rows_that_follow_themselves_or_each_other_stop_nothing() -> None:
    found = terms("""
        contract_id | account_id | start_date | end_date   | predecessor_id
        C-1         | A-1        | 2026-01-01 | 2026-12-31 | C-1
        C-2         | A-1        | 2026-01-31 | 2026-12-30 | C-3
        C-3         | A-1        | 2026-02-15 | 2027-02-14 | C-2
    """)
    assert values(found, "contracts.status") == ["expiring", "renewed", "renewed"]
    assert values(found, "contracts.next_renewal_date") == ["2027-12-31", "2027-11-29", "2028-02-14"]


def test_the_next_term_turns_on_the_anchor_day() -> None:
    cases = [
        ("2026-01-01", "2026-12-31", "", "2027-12-31"),
        ("2026-01-01", "2026-12-31", "6M", "2027-06-30"),
        ("2026-08-31", "2027-02-27", "", "2027-08-30"),
        ("2026-08-31", "2026-12-30", "6M", "2027-06-29"),
        ("2026-01-10", "2026-08-31", "6M", "2027-02-28"),
        ("2024-02-29", "2025-02-27", "", "2026-02-27"),
        ("2026-01-10", "2026-08-31", "", None),
        ("2026-01-01", "", "12M", None),
        ("2026-01-01", "2026-12-31", "pronto", None),
        ("2026-01-01", "pronto", "12M", None),
    ]
    lines = [f"C-{n} | A-1 | {start} | {end} | {period}" for n, (start, end, period, _) in enumerate(cases)]
    found = terms("\n".join(["contract_id | account_id | start_date | end_date | renewal_period", *lines]))
    assert values(found, "contracts.next_renewal_date") == [reached for *_, reached in cases]


def test_the_anchor_is_the_day_on_which_the_chain_began() -> None:
    found = terms("""
        contract_id | account_id | start_date | end_date   | predecessor_id
        C-1         | A-1        | 2026-01-31 | 2026-02-27 |
        C-1/2       | A-1        | 2026-02-28 | 2026-03-30 | C-1
        C-1/3       | A-1        | 2026-03-31 | 2026-04-29 | C-1/2
    """)
    assert values(found, "contracts.next_renewal_date") == ["2026-03-30", "2026-04-29", "2026-05-30"]


def test_a_lost_term_has_no_next_date_and_an_unreadable_first_start_gives_none() -> None:
    assert row(stage="lost")["next_renewal_date"] is None
    found = terms("""
        contract_id | account_id | start_date | end_date   | predecessor_id
        C-1         | A-1        | pronto     | 2025-12-31 |
        C-1/2       | A-1        | 2026-01-01 | 2026-12-31 | C-1
    """)
    assert values(found, "contracts.next_renewal_date") == [None, None]


def notice(day: str, contract: str = "C-1") -> str:
    return f"date | account_id | contract_id | signal\n{day} | A-1 | {contract} | cancellation_notice"


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        ("2025-12-31", False),
        ("2026-01-01", True),
        ("2026-11-01", True),
        ("2026-11-02", False),
        ("2026-11-22", False),
    ],
)
@pytest.mark.parametrize("contract", ["C-1", ""])
def test_a_notice_between_start_and_deadline_turns_auto_renewal_off(day: str, counts: bool, contract: str) -> None:
    found = row(auto="yes", notice="60", interactions=notice(day, contract))
    assert found["cancellation_notice_on"] == (day if counts else None)
    assert (found["status"], found["deadline"]) == (("expiring", "2026-12-31") if counts else ("renewed", "2026-11-01"))


def test_the_latest_notice_in_time_counts_and_only_the_stage_loses() -> None:
    both = (
        notice("2026-05-01") + "\n2026-06-01 | A-1 | C-1 | cancellation_notice\n2026-07-01 | A-1 | C-1 | quote_request"
    )
    assert row(interactions=both)["cancellation_notice_on"] == "2026-06-01"
    assert row(interactions=both, end="2026-11-20")["status"] == "expired"


def test_a_notice_whose_term_cannot_be_told_in_time_leaves_the_row_blank() -> None:
    found = row(auto="yes", notice="soon", interactions=notice("2026-05-01"))
    assert (found["cancellation_notice_on"], found["deadline"], found["status"]) == (None, None, None)
    assert row(start="pronto", auto="yes", interactions=notice("2026-05-01"))["deadline"] is None
    assert row(start="pronto", auto="yes")["deadline"] == "2026-12-01"


def test_a_notice_without_contract_needs_one_running_term() -> None:
    contracts = """
        contract_id | account_id | start_date | end_date
        C-1         | A-1        | 2026-01-01 | 2026-12-31
        C-2         | A-1        | 2026-06-01 |
        C-3         | A-2        | 2026-01-01 | 2026-06-30
    """
    interactions = """
        interaction_id | date       | account_id | contract_id | signal
        I-1            | 2026-03-01 | A-1        |             | cancellation_notice
        I-2            | 2026-07-01 | A-1        |             | cancellation_notice
        I-3            | 2026-07-01 | A-1        | C-2         | cancellation_notice
        I-4            | 2026-07-30 | A-2        |             | cancellation_notice
        I-5            | 2026-08-15 | A-2        |             | cancellation_notice
        I-6            | 2026-08-15 | A-2        |             | quote_request
        I-7            |            | A-2        |             | cancellation_notice
    """
    found = terms(contracts, interactions=interactions)
    assert values(found, "contracts.cancellation_notice_on") == ["2026-03-01", "2026-07-01", None]
    assert values(found, "interactions.notice_unclear") == [0, 1, 0, 0, 1, 0, 0]


def test_an_automatic_renewal_is_told_from_one_that_people_won() -> None:
    head = "contract_id | account_id | start_date | end_date | auto_renew | renewal_stage | closed_on | predecessor_id"
    rows = [
        "C-1 | A-1 | 2025-01-01 | 2025-12-31 | yes | | |",
        "C-2 | A-1 | 2025-01-01 | 2025-12-31 | yes | | |",
        "C-2/2 | A-1 | 2026-01-01 | | | | | C-2",
        "C-3 | A-1 | 2025-01-01 | 2025-12-31 | yes | | 2025-12-01 |",
        "C-3/2 | A-1 | 2026-01-01 | | | | | C-3",
        "C-4 | A-1 | 2025-01-01 | 2025-12-31 | yes | payment_received | |",
        "C-5 | A-1 | 2025-01-01 | 2025-12-31 | no | | |",
        "C-5/2 | A-1 | 2026-01-01 | | | | | C-5",
    ]
    found = terms("\n".join([head, *rows]))
    auto = dict(zip(values(found, "contracts.contract_id"), values(found, "contracts.renewed_auto"), strict=True))
    assert {contract for contract, by_itself in auto.items() if by_itself} == {"C-1", "C-2"}


def test_no_contracts_at_all() -> None:
    found = terms("contract_id | account_id | start_date")
    assert values(found, "contracts.status") == []
    assert values(found, "accounts.client_status") == ["prospect"]
