"""Which account a brief is asked for."""

from __future__ import annotations

import pytest

from sheetcrm.views.brief import find_account
from tests.brief_pages import state_of

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
