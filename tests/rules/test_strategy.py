"""Strategy by volume, margin and potential; what it lacks; case, boundary and blank."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.frames import UNREADABLE
from tests.rules.service_book import computed

Row = dict[str, Any]


def book(*rows: Row) -> dict[str, list[Row]]:
    """Accounts, each a client unless it says ``prospect``."""
    accounts = [
        {"account_id": f"A-{at}", "name": "x", **{k: v for k, v in row.items() if k != "prospect"}}
        for at, row in enumerate(rows)
    ]
    contracts = [
        {"contract_id": f"C-{at}", "account_id": f"A-{at}", "start_date": date(2026, 1, 1), "value": 1.0}
        for at, row in enumerate(rows)
        if not row.get("prospect")
    ]
    return {"accounts": accounts, "contracts": contracts}


def strategies(*rows: Row) -> list[Any]:
    return computed(book(*rows), "accounts.strategy")


def gaps(*rows: Row) -> list[Any]:
    return computed(book(*rows), "accounts.strategy_gap")


def row(volume: Any, margin: Any, potential: Any = None, **cells: Any) -> Row:
    return {"volume": volume, "margin": margin, "potential": potential, **cells}


# Volumes 100, 100, 10, 10 (median 55); margin shares 50%, 10%, 50%, 10% (median 30%).
FOUR = (row(100.0, 50.0), row(100.0, 10.0), row(10.0, 5.0, "high"), row(10.0, 1.0, "high"))


def test_the_four_quadrants() -> None:
    assert strategies(*FOUR) == ["retain", "reprice", "develop", "develop"]


@pytest.mark.parametrize(
    ("potential", "rich", "poor"),
    [
        ("high", "develop", "develop"),
        ("medium", "develop", "streamline"),
        ("low", "maintain", "streamline"),
        (None, None, None),
        (UNREADABLE, None, None),
    ],
)
def test_potential_decides_where_the_volume_is_low(potential: Any, rich: Any, poor: Any) -> None:
    assert strategies(FOUR[0], FOUR[1], row(10.0, 5.0, potential), row(10.0, 1.0, potential))[2:] == [rich, poor]


def test_the_median_itself_is_high() -> None:
    rows = (row(90.0, 9.0), row(50.0, 10.0), row(50.0, 10.0), row(10.0, 3.0, "low"), row(40.0, 8.0, "low"))
    assert strategies(*rows) == ["reprice", "retain", "retain", "maintain", "maintain"]


def test_fewer_than_four_clients_with_both_give_no_strategy() -> None:
    assert strategies(*FOUR[:3]) == [None] * 3
    assert strategies(*FOUR[:3], row(10.0, None)) == [None] * 4
    assert strategies(*FOUR[:3], {**FOUR[3], "prospect": True}) == [None] * 4
    assert gaps(*FOUR[:3]) == ["few"] * 3


def test_only_clients_have_one_and_only_clients_make_the_medians() -> None:
    rows = (*FOUR, row(9999.0, 9999.0, prospect=True))
    assert strategies(*rows) == [*strategies(*FOUR), None]
    assert gaps(*rows)[4] is None


def test_what_is_missing_is_named() -> None:
    rows = (row(None, 5.0), row(10.0, None), row(0.0, 0.0), row(5.0, 2.0), row(-5.0, 1.0))
    assert gaps(*FOUR, *rows) == [None] * 4 + ["volume", "margin", "margin", "potential", "margin"]
    assert strategies(*FOUR, *rows)[4:] == [None] * 5


@pytest.mark.parametrize("cell", ["volume", "margin", "potential"])
def test_a_cell_that_can_not_be_read_is_a_problem_of_its_own_and_no_gap(cell: str) -> None:
    last = {**row(5.0, 2.0, "high"), cell: UNREADABLE}
    assert (strategies(*FOUR, last)[4], gaps(*FOUR, last)[4]) == (None, None)


def test_a_high_volume_needs_no_potential() -> None:
    assert strategies(*FOUR, row(200.0, 100.0, UNREADABLE))[4] == "retain"
