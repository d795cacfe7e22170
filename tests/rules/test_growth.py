"""How an account grows: rates from term to term, sales and open expansion; case, boundary and blank."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.frames import UNREADABLE
from tests.rules.service_book import TODAY, computed, evaluated, settings, values

ACCOUNTS = [{"account_id": "A-1", "name": "Norte"}]


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def term(id: str, start: date, value: Any, before: str | None = None, **cells: Any) -> dict[str, Any]:
    """A term of one year."""
    end = start.replace(year=start.year + 1) - timedelta(days=1)
    row = {"contract_id": id, "account_id": "A-1", "start_date": start, "end_date": end, "value": value}
    return {**row, "predecessor_id": before, **cells}


def change(*contracts: dict[str, Any], name: str = "rate_change") -> Any:
    cfg = settings().model_copy(update={"rates": {"USD": 0.5}})
    return computed({"accounts": ACCOUNTS, "contracts": list(contracts)}, f"accounts.{name}", cfg=cfg)[0]


def test_the_rate_changes_from_predecessor_to_successor() -> None:
    old = term("C-1", date(2025, 6, 1), 1000.0)
    assert change(old, term("C-2", date(2026, 6, 1), 1100.0, "C-1")) == 0.1
    assert change(old, term("C-2", date(2026, 6, 1), 900.0, "C-1")) == -0.1
    assert change(old) is None
    assert change() is None


def test_a_successor_counts_for_365_days_from_its_start() -> None:
    def begun(start: date) -> Any:
        return change(term("C-1", date(2024, 6, 1), 100.0), term("C-2", start, 150.0, "C-1"))

    assert begun(ago(364)) == 0.5
    assert begun(ago(365)) is None
    assert begun(TODAY) == 0.5
    assert begun(ago(-1)) is None


def test_several_predecessors_are_added_up_and_one_with_two_successors_counts_once() -> None:
    pair = (term("C-1", date(2025, 6, 1), 100.0), term("C-2", date(2025, 6, 1), 300.0))
    assert change(*pair, term("C-3", date(2026, 6, 1), 500.0, "C-1;C-2")) == 0.25
    split = (term("C-2", date(2026, 6, 1), 60.0, "C-1"), term("C-3", date(2026, 6, 1), 60.0, "C-1"))
    assert change(pair[0], *split) == 0.2


def test_a_rate_that_is_not_known_is_left_out_with_its_pair() -> None:
    pair = (term("C-1", date(2025, 6, 1), 100.0), term("C-2", date(2026, 6, 1), 120.0, "C-1"))
    other = term("C-3", date(2025, 6, 1), 100.0)
    for cells in ({"value": None}, {"value": UNREADABLE}, {"currency": "CHF"}):
        assert change(*pair, other, {**term("C-4", date(2026, 6, 1), 900.0, "C-3"), **cells}) == 0.2
        assert change(*pair, {**other, **cells}, term("C-4", date(2026, 6, 1), 900.0, "C-3")) == 0.2
    assert change(*pair, other, term("C-4", date(2026, 6, 1), 160.0, "C-3", currency="USD")) == 0.0
    assert change(term("C-1", date(2025, 6, 1), 0.0), pair[1]) is None


def test_a_rate_is_unraised_after_24_months_without_a_higher_one() -> None:
    def unraised(start: date, *later: dict[str, Any]) -> Any:
        return change(term("C-1", start, 100.0, end_date=None), *later, name="rate_unraised")

    assert unraised(date(2024, 11, 20)) == 1
    assert unraised(date(2024, 11, 21)) == 0
    assert unraised(date(2020, 1, 1), term("C-2", date(2026, 1, 1), 100.0, "C-1")) == 1
    assert unraised(date(2020, 1, 1), term("C-2", date(2026, 1, 1), 101.0, "C-1")) == 0
    assert unraised(date(2020, 1, 1), term("C-2", date(2026, 1, 1), None, "C-1")) is None
    assert unraised(date(2020, 1, 1), term("C-2", date(2024, 11, 20), 101.0, "C-1", end_date=None)) == 1
    assert unraised(date(2020, 1, 1), term("C-2", date(2024, 11, 21), 101.0, "C-1", end_date=None)) == 0
    assert change(name="rate_unraised") == 0


def sales(*deals: dict[str, Any]) -> dict[str, Any]:
    rows = [{"opportunity_id": f"O-{at}", "account_id": "A-1", **cells} for at, cells in enumerate(deals)]
    names = ("upsell_sales", "cross_sell_sales", "average_deal", "expansion_value")
    found = evaluated({"accounts": ACCOUNTS, "opportunities": rows})
    return {name: values(found, f"accounts.{name}")[0] for name in names}


def won(kind: str | None, value: Any, days: int = 1, **cells: Any) -> dict[str, Any]:
    return {"kind": kind, "stage": "won", "value": value, "closed_on": ago(days), **cells}


def test_sales_of_twelve_months_by_kind() -> None:
    found = sales(won("upsell", 100.0, 364), won("upsell", 900.0, 365), won("cross_sell", 50.0), won("new", 30.0))
    assert found == {"upsell_sales": 100, "cross_sell_sales": 50, "average_deal": 60, "expansion_value": 0}


def test_renewals_are_no_deals_and_unknown_amounts_no_zeros() -> None:
    assert sales(won("renewal", 100.0))["average_deal"] is None
    assert sales(won("upsell", 100.0), won("upsell", None))["average_deal"] == 100
    assert sales(won("upsell", None))["upsell_sales"] is None
    assert sales(won("upsell", 10.0, closed_on=None))["upsell_sales"] == 0
    assert sales(won("upsell", 10.0, closed_on=UNREADABLE))["upsell_sales"] == 0


def test_expansion_is_what_is_open_of_upsell_and_cross_sell() -> None:
    opened = [{"kind": kind, "stage": "proposal", "value": 10.0} for kind in ("upsell", "cross_sell", "new", "renewal")]
    assert sales(*opened)["expansion_value"] == 20
    assert sales(*opened, {"kind": "upsell", "value": 5.0})["expansion_value"] == 25
    assert sales(*opened, {"kind": "upsell", "stage": UNREADABLE, "value": 5.0})["expansion_value"] == 20
    assert sales({"kind": "upsell", "stage": "contact"})["expansion_value"] is None
    assert sales(won("upsell", 5.0), {"kind": "upsell", "stage": "lost", "value": 7.0})["expansion_value"] == 0


def test_where_nobody_notes_opportunities_nothing_is_said_of_sales() -> None:
    assert set(sales().values()) == {None}
