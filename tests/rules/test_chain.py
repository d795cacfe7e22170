"""The renewal history of a term as a chain."""

from __future__ import annotations

from datetime import date

from sheetcrm.rules.succession import Link, chain
from tests.rules.contracts_book import terms

BOOK = """
    contract_id | account_id | start_date | end_date   | predecessor_id | renewal_stage
    T-3         | A-1        | 2026-01-01 | 2026-12-31 | T-2            |
    T-1         | A-1        | 2024-01-01 | 2024-12-31 |                |
    T-2         | A-1        | 2025-01-01 | 2025-12-31 | T-1            |
    J-1         | A-1        | 2024-06-01 | 2025-05-31 |                |
    J           | A-1        | 2026-01-01 | 2026-12-31 | T-2; J-1       |
    R-1         | A-1        | 2026-01-01 | 2026-12-31 | R-2            |
    R-2         | A-1        | 2027-01-01 |            | R-1            |
    S           | A-1        | pronto     | 2026-12-31 | R-2            |
"""


def _ids(contract_id: str) -> list[str]:
    return [link.contract_id for link in chain(terms(BOOK), contract_id)]


def test_a_chain_is_told_first_term_first_whichever_of_its_terms_is_asked_for() -> None:
    assert _ids("T-3") == ["T-1", "T-2", "T-3"]
    assert _ids("T-1") == ["T-1", "T-2", "T-3", "J"]
    assert chain(terms(BOOK), "T-3")[0] == Link(1, "T-1", (), date(2024, 1, 1), date(2024, 12, 31), "renewed")


def test_co_terming_brings_in_the_history_of_each_joined_term() -> None:
    assert _ids("J") == ["T-1", "J-1", "T-2", "J"]
    assert chain(terms(BOOK), "J")[-1].after == ("T-2", "J-1")


def test_a_circle_ends_and_an_undated_row_comes_last() -> None:
    assert _ids("R-1") == ["R-1", "R-2", "S"]
    last = chain(terms(BOOK), "S")[-1]
    assert (last.start, last.status) == (None, "")


def test_an_id_that_no_row_has_gives_nothing() -> None:
    assert _ids("T-9") == []
    assert chain(terms("contract_id | account_id | start_date"), "T-1") == []
