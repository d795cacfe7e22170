"""The column engine: order, links, masking by day, unreadable cells, coercion."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetcrm import columns, engine, evaluated
from sheetcrm.columns import Doc, Linked, Partial, Rule, choose, collect, column, label
from sheetcrm.config import defaults
from sheetcrm.engine import evaluate
from sheetcrm.evaluated import Evaluated
from sheetcrm.schema import Type
from tests.frames import UNREADABLE, snapshot

TODAY = date(2026, 11, 21)
CFG = defaults()


def module(*functions: Callable[..., Any]) -> ModuleType:
    """A module that holds these rules."""
    made = ModuleType("rules_of_a_test")
    for function in functions:
        function.__module__ = made.__name__
        setattr(made, function.__name__, function)
    return made


def run(tabs: dict[str, list[dict[str, Any]]], *functions: Callable[..., Any], as_of: date = TODAY) -> Evaluated:
    return evaluate(snapshot(tabs), as_of, CFG, None, None, collect([module(*functions)]))


def contract(id: str, account: str | None = "A-1", **cells: Any) -> dict[str, Any]:
    return {"contract_id": id, "account_id": account, "start_date": date(2026, 1, 1), **cells}


# order


def test_rules_are_ordered_by_their_inputs_whatever_their_order_in_the_file() -> None:
    @column("contracts", show=False)
    def third(second: Any) -> Any:
        return second + 1

    @column("contracts", show=False)
    def second(first: Any) -> Any:
        return first + 1

    @column("contracts", show=False)
    def first(value: Any) -> Any:
        return value

    found = run({"contracts": [contract("C-1", value=5)]}, third, second, first)
    assert found["contracts.third"].tolist() == [7]


def test_a_cycle_is_refused_by_name() -> None:
    @column("contracts", show=False)
    def hen(egg: Any) -> Any:
        return egg

    @column("contracts", show=False)
    def egg(hen: Any) -> Any:
        return hen

    with pytest.raises(
        ValueError, match=r"a cycle of rules: .*contracts\.egg.*contracts\.hen|contracts\.hen.*contracts\.egg"
    ):
        collect([module(hen, egg)])


def test_an_unknown_input_is_refused_by_name() -> None:
    @column("contracts", show=False)
    def sum_of(valeu: Any) -> Any:
        return valeu

    with pytest.raises(ValueError, match=r"contracts\.sum_of asks for contracts\.valeu"):
        collect([module(sum_of)])


def test_two_rules_for_one_column_are_refused() -> None:
    def made() -> Callable[..., Any]:
        @column("contracts", show=False)
        def twice(value: Any) -> Any:
            return value

        return twice

    other = ModuleType("another")
    rule = made()
    rule.__module__ = "another"
    other.twice = rule  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match=r"two rules for contracts\.twice"):
        collect([module(made()), other])


def test_a_shown_rule_needs_a_column_of_the_dictionary() -> None:
    with pytest.raises(KeyError):

        @column("contracts")
        def no_such_column(value: Any) -> Any:
            return value


def test_a_rule_that_is_only_imported_is_not_collected_twice() -> None:
    @column("contracts", show=False)
    def doubled(value: Any) -> Any:
        return 2 * value

    home = module(doubled)
    visitor = ModuleType("visitor")
    visitor.doubled = doubled  # type: ignore[attr-defined]
    assert [rule.key for rule in collect([home, visitor])] == ["contracts.doubled"]


def test_known_rules_may_be_asked_for() -> None:
    @column("contracts", show=False)
    def early(value: Any) -> Any:
        return value

    @column("contracts", show=False)
    def late(early: Any) -> Any:
        return early

    known = collect([module(early)])
    assert [rule.key for rule in collect([module(late)], known=known)] == ["contracts.late"]


# links


def test_a_parents_column_arrives_aligned_with_the_own_rows() -> None:
    @column("contracts", show=False, type=Type.TEXT, names="accounts.name")
    def account_name(names: Any) -> Any:
        return names

    tabs = {
        "accounts": [{"account_id": "A-1", "name": "Norte"}, {"account_id": "A-2", "name": "Sur"}],
        "contracts": [contract("C-1", "A-2"), contract("C-2", "A-9"), contract("C-3", None), contract("C-4", "A-2")],
    }
    found = run(tabs, account_name)["contracts.account_name"]
    assert found.fillna("—").tolist() == ["Sur", "—", "—", "Sur"]


def test_a_childs_column_arrives_with_row_codes() -> None:
    @column("accounts", show=False, amounts="contracts.value", starts="contracts.start_date")
    def total(amounts: Linked, starts: Linked) -> Any:
        return amounts.sum()

    @column("accounts", show=False, amounts="contracts.value")
    def big(amounts: Linked) -> Any:
        return amounts.count(amounts.values > 3)

    @column("accounts", show=False, type=Type.DATE, ends="contracts.end_date")
    def last_end(ends: Linked) -> Any:
        return ends.max()

    tabs = {
        "accounts": [{"account_id": id, "name": id} for id in ("A-1", "A-2", "A-3")],
        "contracts": [
            contract("C-1", "A-2", value=3, end_date=date(2027, 1, 1)),
            contract("C-2", "A-2", value=4, end_date=date(2026, 1, 1)),
            contract("C-3", "A-9", value=100, end_date=date(2030, 1, 1)),
            contract("C-4", "A-1"),
        ],
    }
    found = run(tabs, total, big, last_end)
    assert found["accounts.total"].tolist() == [0, 7, 0]
    assert found["accounts.big"].tolist() == [0, 1, 0]
    assert found["accounts.last_end"].isna().tolist() == [True, False, True]
    assert found["accounts.last_end"][1] == pd.Timestamp(2027, 1, 1)


def test_linked_masks_and_extremes() -> None:
    linked = Linked(pd.Series([5.0, np.nan, 1.0, 9.0]), np.array([0, 0, 2, -1]), 3)
    assert linked.count().tolist() == [2, 0, 1]
    assert linked.sum([False, True, True, True]).tolist() == [0, 0, 1]
    assert linked.min().fillna(-1).tolist() == [5, -1, 1]
    assert linked.max([False, True, True, True]).fillna(-1).tolist() == [-1, -1, 1]
    only = linked.where([True, False, False, True])
    assert (only.values.tolist(), only.codes.tolist()) == ([5.0, 9.0], [0, -1])


def test_a_whole_column_and_a_raw_object_arrive_as_they_are() -> None:
    @column("accounts", show=False, raw=True, all_ids="contracts.contract_id@all")
    def every_contract(all_ids: Any) -> Any:
        return {"ids": all_ids.tolist()}

    @column("contracts", show=False, made="accounts.every_contract")
    def how_many(made: Any, size: int) -> Any:
        return np.full(size, len(made["ids"]))

    found = run({"contracts": [contract("C-1"), contract("C-2")]}, how_many, every_contract)
    assert found["contracts.how_many"].tolist() == [2, 2]


@pytest.mark.parametrize("ids", [["1", "2", "3"], [], ["🙂", "ñ", "00123"]])
def test_row_codes_find_ids_as_they_are_written(ids: list[str]) -> None:
    asked = pd.Series([*ids, None, "none", "123"], dtype="str")
    found = evaluated.row_codes(asked, pd.Series(ids, dtype="str"))
    assert found.tolist() == [*range(len(ids)), -1, -1, -1]


# seen as of a day


def test_rows_and_facts_later_than_the_day_are_not_there_yet() -> None:
    tabs = {
        "tickets": [
            {"ticket_id": "T-1", "account_id": "A-1", "opened_at": datetime(2026, 11, 21, 23, 59)},
            {"ticket_id": "T-2", "account_id": "A-1", "opened_at": datetime(2026, 11, 22)},
            {
                "ticket_id": "T-3",
                "account_id": "A-1",
                "opened_at": datetime(2026, 11, 1),
                "resolved_at": datetime(2026, 11, 22, 8),
                "first_response_at": datetime(2026, 11, 21, 8),
            },
            {"ticket_id": "T-4", "account_id": "A-1", "opened_at": UNREADABLE},
        ],
        "contracts": [
            contract("C-1", renewal_stage="lost", closed_on=date(2026, 11, 22)),
            contract("C-2", renewal_stage="lost", closed_on=date(2026, 11, 21)),
            contract("C-3", renewal_stage="proposal", closed_on=date(2026, 11, 22)),
        ],
    }
    found = run(tabs)
    assert found["tickets.ticket_id"].tolist() == ["T-1", "T-3", "T-4"]
    assert found.kept["tickets"].tolist() == [0, 2, 3]
    assert found["tickets.resolved_at"].isna().tolist() == [True, True, True]
    assert found["tickets.first_response_at"].notna().tolist() == [False, True, False]
    assert found["contracts.renewal_stage"].fillna("—").tolist() == ["—", "lost", "proposal"]
    assert found["contracts.closed_on"].notna().tolist() == [False, True, False]
    assert list(found["contracts.closed_on__later"]) == [True, False, True]


def test_the_snapshot_stays_as_it_was() -> None:
    @column("contracts", show=False)
    def doubled(value: Any) -> Any:
        return value * 2

    read = snapshot({"contracts": [contract("C-1", value=2, renewal_stage="lost", closed_on=date(2027, 1, 1))]})
    before = {key: table.frame.copy() for key, table in read.tabs.items()}
    marks = {key: {name: bad.copy() for name, bad in table.unreadable.items()} for key, table in read.tabs.items()}
    evaluate(read, TODAY, CFG, None, None, collect([module(doubled)]))
    for key, table in read.tabs.items():
        pd.testing.assert_frame_equal(table.frame, before[key])
        for name, bad in table.unreadable.items():
            np.testing.assert_array_equal(bad, marks[key][name])


# unreadable cells


@column("contracts", show=False)
def from_value(value: Any) -> Any:
    return value.fillna(0) + 1


@column("contracts", show=False)
def from_that(from_value: Any) -> Any:
    return from_value.fillna(0) + 1


@column("contracts", show=False, copes=("value",))
def coping(value: Any, renewal_value: Any, unreadable: Any) -> Any:
    return Partial(renewal_value.fillna(value), unreadable["value"] & renewal_value.isna().to_numpy())


def test_what_depends_on_an_unreadable_cell_stays_blank_all_the_way() -> None:
    rows = [contract("C-1", value=UNREADABLE), contract("C-2", value=1), contract("C-3")]
    found = run({"contracts": rows}, from_that, from_value)
    assert found["contracts.from_value"].fillna(-1).tolist() == [-1, 2, 1]
    assert found["contracts.from_that"].fillna(-1).tolist() == [-1, 3, 2]


def test_a_rule_that_copes_says_where_the_cell_mattered() -> None:
    @column("contracts", show=False)
    def after(coping: Any) -> Any:
        return coping.fillna(7)

    rows = [
        contract("C-1", value=UNREADABLE, renewal_value=5),
        contract("C-2", value=UNREADABLE),
        contract("C-3"),
    ]
    found = run({"contracts": rows}, coping, after)
    assert found["contracts.coping"].fillna(-1).tolist() == [5, -1, -1]
    # The third row is blank, not unknown: the rule after it may fill it.
    assert found["contracts.after"].fillna(-1).tolist() == [5, -1, 7]


def test_a_rule_that_is_run_again_forgets_what_was_unknown_before() -> None:
    found = run({"contracts": [contract("C-1", value=UNREADABLE)]}, from_value)
    assert found.unreadable["contracts"]["from_value"].tolist() == [True]
    found.unreadable["contracts"].pop("value")
    engine.fill(found, found.rules, {})
    assert "from_value" not in found.unreadable["contracts"]
    assert found["contracts.from_value"].tolist() == [1]


# what rules return


def test_results_take_their_declared_type_and_decimals() -> None:
    @column("contracts")
    def expected_value(value: Any) -> Any:
        return value / 3

    @column("contracts")
    def days_to_expiry(size: int) -> Any:
        return 4

    @column("contracts")
    def deadline(end_date: Any) -> Any:
        return end_date.to_numpy().astype("datetime64[D]")

    @column("contracts")
    def phase(value: Any) -> Any:
        return ["closing", "", None]

    rows = [contract("C-1", value=100, end_date=date(2026, 1, 1)), contract("C-2"), contract("C-3")]
    found = run({"contracts": rows}, expected_value, days_to_expiry, deadline, phase)
    assert found["contracts.expected_value"][0] == 33.33
    assert found["contracts.days_to_expiry"].tolist() == [4, 4, 4]
    assert str(found["contracts.deadline"].dtype) == "datetime64[s]"
    assert found["contracts.phase"].isna().tolist() == [False, True, True]
    assert found["contracts.phase"].dtype == "str"


def test_an_empty_workbook_evaluates() -> None:
    found = run({}, from_that, from_value, coping)
    assert len(found["contracts.from_that"]) == 0


@pytest.mark.parametrize(
    ("number", "decimals", "rounded"),
    [(62.5, 0, 63), (-62.5, 0, -63), (0.125, 2, 0.13), (1.005, 2, 1.01), (2.675, 2, 2.68), (-0.001, 2, 0), (0.0, 2, 0)],
)
def test_rounding_is_half_up_as_people_do_it(number: float, decimals: int, rounded: float) -> None:
    found = columns.round_half_up([number], decimals)[0]
    assert found == rounded
    assert not (found == 0 and np.signbit(found))


@given(st.integers(-(10**9), 10**9), st.integers(0, 3))
def test_rounding_agrees_with_decimal_arithmetic(thousandths: int, decimals: int) -> None:
    exact = (Decimal(thousandths) / 1000).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert columns.round_half_up([thousandths / 1000], decimals)[0] == pytest.approx(float(exact), abs=1e-9)


def test_blank_stays_blank_when_rounded() -> None:
    assert np.isnan(columns.round_half_up([np.nan], 2)[0])


def test_the_first_branch_that_holds_is_chosen() -> None:
    first, second = np.array([True, False, False]), pd.Series([True, True, False])
    assert choose((first, "a"), (second, ["x", "y", "z"]), default="c").tolist() == ["a", "y", "c"]
    assert choose((first, "a"), (second, None)).tolist() == ["a", None, None]
    found = label((first, "a"), (second, "b"), default="c")
    assert (found.tolist(), found.dtype) == (["a", "b", "c"], "str")
    assert label((first, None), (second, "b")).isna().tolist() == [True, False, True]
    assert len(label((np.array([], dtype=bool), "a"))) == 0


def test_a_docstring_is_read_in_its_parts() -> None:
    def rule() -> None:
        """Days to expiry: from today to the last day.
        Two lines.

        Unit: days
        Blank: no end,
            or unreadable
        Source: domain 2
        """

    assert Doc.of(rule) == Doc(
        rule="Days to expiry: from today to the last day. Two lines.",
        unit="days",
        blank="no end, or unreadable",
        source="domain 2",
    )


def test_a_rule_names_its_inputs() -> None:
    @column("accounts", show=False, dates="interactions.date", marks="contracts.value@all")
    def rule_with_inputs(name: Any, dates: Any, marks: Any, as_of: date, cfg: Any, unreadable: Any) -> Any:
        return name

    rule: Rule = rule_with_inputs.__rule__  # type: ignore[attr-defined]
    assert rule.inputs == ("accounts.name", "interactions.date", "contracts.value")
    assert rule.own == ("name",)
