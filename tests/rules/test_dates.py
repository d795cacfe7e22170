"""Month arithmetic from the anchor, against python-dateutil and at the month's ends."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from sheetcrm.rules import dates

DATES = st.dates(date(1930, 1, 1), date(2200, 12, 31))
MONTHS = st.integers(-600, 600)


def days(*texts: str | None) -> dates.Days:
    return np.array([text or "NaT" for text in texts], dtype="datetime64[D]")


@given(DATES, MONTHS)
def test_months_are_added_as_dateutil_adds_them(anchor: date, months: int) -> None:
    found = dates.add_months(days(anchor.isoformat()), float(months))
    assert found[0].item() == anchor + relativedelta(months=months)


@given(st.lists(st.tuples(DATES, MONTHS), min_size=1, max_size=40))
def test_a_column_is_computed_row_by_row(rows: list[tuple[date, int]]) -> None:
    anchors = np.array([anchor for anchor, _ in rows], dtype="datetime64[D]")
    found = dates.add_months(anchors, [months for _, months in rows])
    assert found.tolist() == [anchor + relativedelta(months=months) for anchor, months in rows]


@pytest.mark.parametrize(
    ("anchor", "months", "reached"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-08-31", 12, "2027-08-31"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-01-31", -1, "2025-12-31"),
        ("1799-12-31", 2, "1800-02-28"),
        ("2499-12-31", 2, "2500-02-28"),
    ],
)
def test_months_are_added_to_the_anchor(anchor: str, months: int, reached: str) -> None:
    assert dates.add_months(days(anchor), float(months)) == days(reached)


def test_a_missing_date_or_count_reaches_nothing() -> None:
    found = dates.add_months(days(None, "2026-01-01"), [1.0, np.nan])
    assert np.isnat(found).all()
    assert np.isnan(dates.whole_months(days(None, "2026-01-01"), days("2026-01-31", None))).all()
    assert np.isnan(dates.days_between(days(None), days("2026-01-01"))).all()
    assert np.isnat(dates.plus_days(days("2026-01-01"), [np.nan])).all()


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-01-01", "2026-12-31", 12),
        ("2026-01-15", "2026-02-14", 1),
        ("2025-08-31", "2026-02-27", 6),
        ("2026-01-01", "2026-12-30", None),
        ("2025-08-31", "2026-02-28", None),
        ("2026-01-01", "2026-01-01", None),
        ("2026-01-01", "2025-12-31", None),
    ],
)
def test_a_term_is_whole_months_when_it_ends_the_day_before_it_would_turn(
    start: str, end: str, months: int | None
) -> None:
    found = dates.whole_months(days(start), days(end))[0]
    assert np.isnan(found) if months is None else found == months


@given(DATES, st.integers(1, 120))
def test_every_term_made_of_months_is_known_as_such(start: date, months: int) -> None:
    end = start + relativedelta(months=months) - relativedelta(days=1)
    assert dates.whole_months(days(start.isoformat()), days(end.isoformat()))[0] == months


def test_a_term_of_a_chain_is_whole_months_from_turn_to_turn() -> None:
    start, end = days("2026-02-28", "2026-02-28"), days("2026-03-30", "2026-03-27")
    assert dates.whole_months_on(start, end, np.array([31, 31]))[0] == 1
    assert np.isnan(dates.whole_months_on(start, end, np.array([31, 31]))[1])


@given(DATES, DATES)
def test_the_next_anniversary_is_the_first_that_is_not_past(start: date, today: date) -> None:
    found = dates.next_anniversary(days(start.isoformat()), np.datetime64(today))[0].item()
    years = 1
    while start + relativedelta(years=years) < today:
        years += 1
    assert found == start + relativedelta(years=years)


@pytest.mark.parametrize(
    ("start", "today", "reached"),
    [
        ("2024-02-29", "2026-02-28", "2026-02-28"),
        ("2024-02-29", "2026-03-01", "2027-02-28"),
        ("2024-02-29", "2027-03-01", "2028-02-29"),
        ("2026-11-21", "2026-11-21", "2027-11-21"),
        ("2027-01-10", "2026-11-21", "2028-01-10"),
    ],
)
def test_an_anniversary_of_29_february_falls_on_the_28th(start: str, today: str, reached: str) -> None:
    assert dates.next_anniversary(days(start), np.datetime64(today)) == days(reached)


def test_a_day_is_clamped_to_a_short_month() -> None:
    months = np.array(["2026-02", "2028-02", "2026-04", "2026-05", "NaT"], dtype="datetime64[M]")
    found = dates.on_day(months, np.full(5, 31))
    assert found[:4].tolist() == days("2026-02-28", "2028-02-29", "2026-04-30", "2026-05-31").tolist()
    assert np.isnat(found[4])


def test_the_day_of_the_month_of_nothing_is_0() -> None:
    assert dates.day_of_month(days("2026-11-21", None)).tolist() == [21, 0]


def test_inputs_stay_as_they_are() -> None:
    start, months = days("2026-01-31", None), np.array([1.0, np.nan])
    before = (start.copy(), months.copy())
    dates.add_months(start, months), dates.month_of(start), dates.next_anniversary(start, np.datetime64("2026-11-21"))
    np.testing.assert_array_equal(start, before[0])
    np.testing.assert_array_equal(months, before[1])
