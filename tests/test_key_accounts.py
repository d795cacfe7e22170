"""001 item 4: people may set ten accounts to key; the eleventh is a problem."""

from __future__ import annotations

import pytest

from sheetcrm.reasons import describe
from sheetcrm.words import words_of
from tests.test_plan import URGENT, book, plan


@pytest.mark.parametrize(("count", "said"), [(0, []), (10, []), (11, ["11", "10"])])
def test_more_than_ten_key_accounts_are_a_problem(count: int, said: list[str]) -> None:
    rows = [f"A-{n} | Account {n} | Ana | {'key' if n <= count else 'standard'}" for n in range(1, 13)]
    done = plan(book(URGENT, accounts="\n".join(["account_id | name | owner | tier", *rows])))
    texts = [describe(problem, words_of("en"))[0] for problem in done.problems if problem.code == "too_many_key"]
    assert len(texts) == (1 if said else 0)
    assert all(number in text for text in texts for number in said)
