"""Recurrent faults and the burden of tickets."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.frames import UNREADABLE
from tests.rules.service_book import TODAY, client, evaluated, values


def tickets(*rows: dict[str, Any]) -> dict[str, Any]:
    made = [
        {
            "ticket_id": f"T-{number}",
            "account_id": "A-1",
            "opened_at": datetime.combine(TODAY, datetime.min.time()) - timedelta(days=row.pop("ago")),
            "resolved_at": datetime.combine(TODAY, datetime.min.time()),
            **row,
        }
        for number, row in enumerate(rows)
    ]
    return {**client(), "tickets": made}


def faults(*rows: dict[str, Any]) -> tuple[list[Any], Any]:
    found = evaluated(tickets(*rows))
    return values(found, "tickets.repeats"), values(found, "accounts.recurrent_faults")[0]


def test_the_third_ticket_on_an_asset_within_90_days_is_a_recurrent_fault() -> None:
    assert faults({"ago": 89, "asset": "M-1"}, {"ago": 40, "asset": "m-1 "}, {"ago": 0, "asset": "M-1"}) == (
        [1, 2, 3],
        1,
    )
    assert faults({"ago": 90, "asset": "M-1"}, {"ago": 40, "asset": "M-1"}, {"ago": 0, "asset": "M-1"}) == (
        [1, 2, 2],
        0,
    )


def test_the_signal_lives_90_days_from_the_ticket_that_repeated_it() -> None:
    def at(ago: int) -> Any:
        return faults(*({"ago": ago + days, "asset": "M-1"} for days in (40, 20, 0)))[1]

    assert (at(89), at(90)) == (1, 0)


def test_without_an_asset_location_and_category_tell_the_fault() -> None:
    same = {"location": "North", "category": "repair"}
    assert faults({"ago": 3, **same}, {"ago": 2, **same}, {"ago": 1, **same})[1] == 1
    other = {"location": "North", "category": "supply"}
    assert faults({"ago": 3, **same}, {"ago": 2, **other}, {"ago": 1, **same})[1] == 0
    assert faults({"ago": 3, **same, "asset": "M-1"}, {"ago": 2, **same}, {"ago": 1, **same})[1] == 0


def test_tickets_of_the_same_day_all_count() -> None:
    assert faults(*({"ago": 5, "asset": "M-1"} for _ in range(3))) == ([3, 3, 3], 1)


def test_one_asset_of_two_accounts_is_two_faults() -> None:
    rows = tickets(*({"ago": 5, "asset": "M-1"} for _ in range(4)))
    rows["accounts"].append({"account_id": "A-2", "name": "Sur"})
    rows["tickets"][1]["account_id"] = rows["tickets"][3]["account_id"] = "A-2"
    assert values(evaluated(rows), "accounts.recurrent_faults") == [0, 0]


@pytest.mark.parametrize(
    "cells", [{}, {"location": "North"}, {"category": "repair"}, {"location": "North", "category": UNREADABLE}]
)
def test_a_ticket_without_a_place_has_no_fault(cells: dict[str, Any]) -> None:
    assert faults({"ago": 1, **cells}) == ([None], 0)


def test_a_category_that_can_t_be_read_does_not_hide_the_asset() -> None:
    assert faults({"ago": 1, "asset": "M-1", "category": UNREADABLE})[0] == [1]


def factor(*rows: dict[str, Any]) -> float | None:
    return values(evaluated(tickets(*rows)), "accounts.factor_tickets")[0]


@pytest.mark.parametrize(
    ("row", "burden"),
    [
        ({"ago": 0, "priority": "critical"}, 4),
        ({"ago": 45, "priority": "high"}, 1),
        ({"ago": 90}, 0.25),
        ({"ago": 179, "priority": "low"}, 0.5 * 0.5 ** (179 / 45)),
        ({"ago": 180, "priority": "critical"}, 0),
        ({"ago": 400, "priority": "critical", "resolved_at": None}, 4),  # open: as on its first day
    ],
)
def test_a_ticket_weighs_by_priority_and_fades_when_it_is_closed(row: dict[str, Any], burden: float) -> None:
    assert factor(row) == pytest.approx(100 * 5 / (5 + burden), abs=1e-9)


def test_a_recurrent_fault_weighs_three_more() -> None:
    same = {"ago": 45, "asset": "M-1"}
    assert factor(dict(same), dict(same), dict(same)) == pytest.approx(100 * 5 / (5 + 1.5 + 3), abs=1e-9)


def test_an_account_that_never_had_a_readable_ticket_has_no_tickets_factor() -> None:
    assert factor() is None
    assert factor({"ago": 3, "priority": UNREADABLE}) is None
    assert factor({"ago": 3, "resolved_at": UNREADABLE}) is None


def test_a_ticket_of_no_known_account_weighs_on_nobody() -> None:
    rows = tickets({"ago": 1})
    rows["tickets"][0]["account_id"] = "A-none"
    found = evaluated(rows)
    assert values(found, "accounts.open_tickets") == [0]
    assert values(found, "accounts.factor_tickets") == [None]
