"""Which decisions count, and from which day they are looked at."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sheetcrm.hindsight.outcomes import outcomes
from tests.frames import UNREADABLE
from tests.hindsight.decided import CLOSED, TODAY, book, customer, seen
from tests.rules.service_book import settings


def told(*books: Any) -> Any:
    return outcomes(seen(book(*books)), settings())


def test_renewed_and_lost_terms_count_with_the_day_of_their_decision() -> None:
    decided = told(customer("A", "payment_received", 9), customer("B", "lost", 2), customer("C", "proposal", 5, None))
    assert decided.lost.tolist() == [False, True]
    assert decided.on.tolist() == [CLOSED, CLOSED]
    assert decided.told.tolist() == [True, True]
    assert decided.accounts.tolist() == [0, 1]


def test_of_a_decision_after_the_end_the_last_day_counts() -> None:
    decided = told(customer("A", "lost", 2, date(2026, 10, 1)), customer("B", "lost", 2, date(2026, 8, 31)))
    assert decided.on.tolist() == [date(2026, 8, 31)] * 2


def test_without_a_closing_day_the_last_day_stands_for_it_and_is_told() -> None:
    decided = told(customer("A", "lost", 2, None))
    assert (decided.on.tolist(), decided.told.tolist()) == ([date(2026, 8, 31)], [False])


@pytest.mark.parametrize(
    ("reason", "cells"),
    [
        ("automatic", {"renewal_stage": None, "closed_on": None, "auto_renew": "yes"}),
        ("project", {"contract_type": "project"}),
        ("no_account", {"account_id": "nobody"}),
        ("undated", {"closed_on": None, "end_date": None}),
        ("undated", {"closed_on": None, "end_date": TODAY + timedelta(days=1)}),
        ("older", {"closed_on": date(2023, 11, 20)}),
    ],
)
def test_what_says_nothing_is_left_out_and_counted(reason: str, cells: dict[str, Any]) -> None:
    decided = told(customer("A", "lost", 2, **cells))
    assert len(decided) == 0
    assert {name: count for name, count in decided.left_out.items() if count} == {reason: 1}


def test_the_window_begins_the_day_after_and_today_counts() -> None:
    first, last = (customer(name, "lost", 2, day) for name, day in (("A", date(2023, 11, 21)), ("B", TODAY)))
    assert len(told(first, last)) == 2


def test_an_unreadable_day_of_decision_decides_nothing() -> None:
    row = customer("A", "lost", 2)
    row["contracts"][0]["closed_on"] = UNREADABLE  # type: ignore[index]
    decided = told(row)
    assert (len(decided), sum(decided.left_out.values())) == (0, 0)


def test_a_workbook_without_rows_has_none() -> None:
    assert len(told({"accounts": [], "contracts": [], "interactions": []})) == 0
    assert len(outcomes(seen({}), settings())) == 0
