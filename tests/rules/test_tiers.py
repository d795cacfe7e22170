"""Suggested tiers with their reasons, and tier reviews; case, boundary and blank."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.frames import UNREADABLE
from tests.rules.service_book import TODAY, computed, evaluated, values

Row = dict[str, Any]


def portfolio(*rows: Row) -> dict[str, list[Row]]:
    """Accounts A-01, A-02, …: ``worth`` makes one a client of that annual value, the other cells are its own."""
    accounts, contracts = [], []
    for number, cells in enumerate(rows, 1):
        id = f"A-{number:02}"
        accounts.append(
            {"account_id": id, "name": id, **{k: v for k, v in cells.items() if k not in ("worth", "start")}}
        )
        if "worth" in cells:
            start = cells.get("start", date(2026, 1, 1))
            contracts.append({"contract_id": id, "account_id": id, "start_date": start, "value": cells["worth"]})
    return {"accounts": accounts, "contracts": contracts}


def tiers(*rows: Row) -> list[Any]:
    return computed(portfolio(*rows), "accounts.tier_suggested")


def clients(count: int) -> list[Row]:
    """So many clients, the first worth most."""
    return [{"worth": float(1000 - at)} for at in range(count)]


@pytest.mark.parametrize(("count", "key"), [(1, 1), (5, 1), (6, 2), (10, 2), (35, 7), (50, 10), (60, 10)])
def test_the_top_fifth_of_clients_rounded_up_is_key_ten_at_most(count: int, key: int) -> None:
    found = tiers(*clients(count))
    assert found == ["key"] * key + ["standard"] * (count - key)


def test_a_critical_account_many_sites_or_a_high_potential_make_a_candidate() -> None:
    rows: list[Row] = [
        *clients(5),
        {"critical": "yes"},
        {"critical": "no"},
        {"sites": 3.0},
        {"sites": 2.0},
        {"potential": "high"},
        {"potential": "medium"},
    ]
    assert tiers(*rows)[5:] == ["key", "standard", "key", "standard", "key", "standard"]


def test_a_client_of_high_potential_needs_a_volume_from_the_median_up() -> None:
    rows = clients(6)
    for row, volume in zip(rows, (None, 10.0, 20.0, 30.0, 40.0, None), strict=True):
        row["volume"] = volume
    rows[3]["potential"] = rows[2]["potential"] = rows[5]["potential"] = "high"
    assert tiers(*rows) == ["key", "key", "standard", "key", "standard", "standard"]


def test_ten_candidates_are_key_by_annual_value_then_volume_then_id() -> None:
    rows: list[Row] = [{"critical": "yes"} for _ in range(12)]
    rows[11]["volume"] = 5.0
    rows[10]["worth"] = 100.0
    assert tiers(*rows) == ["key"] * 8 + ["standard"] * 2 + ["key", "key"]


def test_low_needs_a_low_potential_and_the_bottom_fifth() -> None:
    rows = clients(10)
    for row in rows:
        row["potential"] = "low"
    assert tiers(*rows) == ["key"] * 2 + ["standard"] * 6 + ["low"] * 2
    rows[9]["potential"] = "medium"
    assert tiers(*rows)[-2:] == ["low", "standard"]


def test_an_annual_value_that_is_not_known_is_neither_top_nor_bottom() -> None:
    assert tiers({"worth": None, "potential": "low"}, {"worth": 5.0}, {"worth": 4.0}) == ["standard", "key", "standard"]


def test_an_old_rate_with_a_low_potential_is_low() -> None:
    def old(start: date, potential: str | None) -> Any:
        return tiers(*clients(3), {"worth": 500.0, "start": start, "potential": potential}, {"worth": 1.0})[3]

    assert old(date(2024, 11, 20), "low") == "low"
    assert old(date(2024, 11, 21), "low") == "standard"
    assert old(date(2020, 1, 1), "medium") == old(date(2020, 1, 1), None) == "standard"


def test_a_difficult_account_is_low_unless_it_is_key() -> None:
    assert tiers(*clients(2), {"difficult": "yes"}, {"difficult": "yes", "critical": "yes"}) == [
        "key",
        "standard",
        "low",
        "key",
    ]


@pytest.mark.parametrize("cell", ["critical", "sites", "potential", "difficult", "volume"])
def test_a_cell_that_can_not_be_read_leaves_its_row_blank_and_the_others_not(cell: str) -> None:
    assert tiers(*clients(3), {cell: UNREADABLE}) == ["key", "standard", "standard", None]


def test_an_empty_workbook_has_no_tiers() -> None:
    assert tiers() == []
    assert tiers({}) == ["standard"]


def why(*rows: Row, language: str = "en") -> list[Any]:
    return computed(portfolio(*rows), "accounts.tier_why", language=language)


def test_the_reasons_are_told() -> None:
    rows: list[Row] = [
        {"worth": 900.0, "critical": "yes", "sites": 4.0},
        {"worth": 800.0, "potential": "low", "start": date(2020, 1, 1), "difficult": "yes"},
        {},
        {"potential": UNREADABLE},
    ]
    assert why(*rows) == [
        "key: no. 1 of 2 among clients by annual value; critical to us; 4 sites.",
        "low: difficult customer; low potential and an annual value among the smallest (no. 2 of 2); "
        "low potential and no higher rate in 24 months.",
        "standard: nothing speaks for another tier.",
        None,
    ]
    assert why(rows[0], language="ru")[0].startswith("ключев")


def test_a_candidate_beyond_the_tenth_hears_that_the_places_are_taken() -> None:
    rows: list[Row] = [{"critical": "yes"} for _ in range(11)]
    assert why(*rows)[10] == "standard: qualifies for key, but the 10 places go to others of more value."


def test_the_move_names_promotions_and_demotions() -> None:
    rows: list[Row] = [
        {"critical": "yes"},
        {"critical": "yes", "tier": "key"},
        {"tier": "key"},
        {"difficult": "yes"},
        {"tier": "low"},
        {"tier": UNREADABLE},
    ]
    assert computed(portfolio(*rows), "accounts.tier_move") == ["up", None, "down", "down", "up", None]


@pytest.mark.parametrize(
    ("cells", "due"),
    [
        ({"tier": "key", "tier_reviewed_on": date(2026, 8, 31)}, date(2027, 2, 28)),
        ({"tier": "standard", "tier_reviewed_on": date(2024, 2, 29)}, date(2025, 2, 28)),
        ({"tier_reviewed_on": date(2026, 1, 1)}, date(2027, 1, 1)),
        ({"tier": "key", "worth": 1.0, "start": date(2026, 3, 1)}, date(2026, 9, 1)),
        ({"tier": "low", "worth": 1.0, "client_since": date(2020, 5, 1)}, date(2021, 5, 1)),
        ({"tier": "key"}, None),
        ({"tier": UNREADABLE, "tier_reviewed_on": date(2026, 1, 1)}, None),
        ({"tier_reviewed_on": UNREADABLE, "worth": 1.0}, None),
        ({"tier_reviewed_on": date(2026, 1, 1), "client_since": UNREADABLE}, date(2027, 1, 1)),
        ({"worth": 1.0, "client_since": UNREADABLE}, None),
    ],
)
def test_tiers_are_reviewed_every_6_or_12_months(cells: Row, due: date | None) -> None:
    found = evaluated(portfolio(cells))
    day = values(found, "accounts.tier_review_due")[0]
    assert (day.date() if day else None) == due


def test_a_review_is_due_on_its_day_and_never_for_a_former_client() -> None:
    def due(reviewed: date, **cells: Any) -> Any:
        return computed(portfolio({"tier": "key", "tier_reviewed_on": reviewed, **cells}), "accounts.tier_review_now")[
            0
        ]

    assert (due(date(2026, 5, 20)), due(date(2026, 5, 21))) == (1, 0)
    book = portfolio({"tier": "key", "tier_reviewed_on": date(2020, 1, 1), "worth": 1.0, "start": date(2020, 1, 1)})
    book["contracts"][0].update(end_date=date(2024, 12, 31), renewal_stage="lost")
    assert computed(book, "accounts.tier_review_now") == [0]
    assert date(2026, 11, 20) == TODAY
