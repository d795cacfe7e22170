"""The month's survey sample: who, how many, and that it stays the same all month."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from sheetcrm.rules.surveys import survey_sample
from tests.rules.contracts_book import DEFAULTS, evaluated
from tests.tables import snapshot

TODAY = date(2026, 11, 21)
ACCOUNTS = "account_id | name\n"
CONTRACTS = "contract_id | account_id | start_date | end_date | renewal_stage | closed_on\n"
TALKS = "interaction_id | date | account_id | channel\n"


def drawn(clients: int, talks: str = "", as_of: date = TODAY, contracts: str = "") -> list[str]:
    tabs = {
        "accounts": ACCOUNTS + "\n".join(f"A-{n} | Client {n}" for n in range(clients)),
        "contracts": CONTRACTS
        + (contracts or "\n".join(f"C-{n} | A-{n} | 2024-01-01 | 2027-12-31 | |" for n in range(clients))),
        "interactions": TALKS + talks,
    }
    state = evaluated(snapshot(tabs), as_of)
    ids = state.frames["accounts"]["account_id"].tolist()
    return [ids[row] for row in survey_sample(state, DEFAULTS.surveys)]


def in_order(ids: list[str], month: str = "2026-11") -> list[str]:
    return sorted(ids, key=lambda name: sha256((month + name).encode()).hexdigest())


def test_five_at_least_and_a_tenth_of_many() -> None:
    ids = [f"A-{n}" for n in range(61)]
    assert drawn(4) == in_order(ids[:4])
    assert drawn(50) == in_order(ids[:50])[:5]
    assert drawn(51) == in_order(ids[:51])[:6]
    assert drawn(60) == in_order(ids[:60])[:6]


def test_each_month_draws_anew() -> None:
    assert drawn(60, as_of=date(2026, 12, 1)) == in_order([f"A-{n}" for n in range(60)], "2026-12")[:6]


def test_whom_we_asked_lately_is_left_in_peace() -> None:
    everybody = in_order([f"A-{n}" for n in range(20)])
    first = everybody[0]
    assert drawn(20, f"I-1 | 2026-08-03 | {first} | survey") == everybody[1:6]
    assert drawn(20, f"I-1 | 2026-08-02 | {first} | survey") == everybody[:5]
    assert drawn(20, f"I-1 | 2026-10-20 | {first} | call") == everybody[:5]


def test_an_answer_within_the_month_changes_nothing() -> None:
    everybody = in_order([f"A-{n}" for n in range(20)])
    assert drawn(20, f"I-1 | 2026-11-01 | {everybody[0]} | survey") == everybody[:5]
    assert drawn(20, f"I-1 | 2026-11-20 | {everybody[1]} | survey") == everybody[:5]


def test_who_was_no_client_on_the_1st_is_not_asked() -> None:
    contracts = """
        NEW  | A-0 | 2026-11-02 | 2027-11-01 |      |
        OLD  | A-1 | 2025-01-01 | 2026-11-01 | lost | 2026-10-30
        GONE | A-2 | 2025-01-01 | 2026-10-31 | lost | 2026-10-30
        OPEN | A-3 | 2025-11-01 | 2026-10-31 |      |
        EVER | A-4 | 2020-01-01 |            |      |
    """
    assert sorted(drawn(6, contracts=contracts)) == ["A-1", "A-3", "A-4"]


def test_nobody_to_ask() -> None:
    assert drawn(0) == []
    assert drawn(3, contracts="X | A-9 | 2024-01-01 | 2027-12-31 | |") == []
