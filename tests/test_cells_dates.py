"""Dates as people type them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetcrm.cells import Bad, Habits
from sheetcrm.cells.cast import cast_dates
from sheetcrm.cells.dates import MONTHS, from_serial, parse_date

DAY_FIRST = Habits("es")
MONTH_FIRST = Habits("en", day_first=False)
DAY = datetime(2026, 11, 21)

GOOD = [
    "2026-11-21",
    "2026/11/21",
    "2026.11.21",
    "20261121",
    "2026-11-21T14:30:00",
    "21/11/2026",
    "21-11-2026",
    "21.11.2026",
    "21.11.2026.",
    "21 / 11 / 2026",
    "21/11/26",
    " 21/11/2026\u00a0",
    "21 de noviembre de 2026",
    "21 de Noviembre del 2026",
    "21 noviembre 2026",
    "21 nov 2026",
    "21 nov. 2026",
    "21-nov-26",
    "21nov2026",
    "21 NOV 2026",
    "Nov 21, 2026",
    "November 21st, 2026",
    "21st of November 2026",
    "21 ноября 2026",
    "21 ноября 2026 г.",
    "21 ноя 2026 года",
    "21 нояб. 2026",
    "2026 nov 21",
    "46347",
    "46347.6",
    "2026-11-21 00:00:00",
]


@pytest.mark.parametrize("typed", GOOD)
def test_a_date_in_any_usual_form_is_its_day(typed):
    assert parse_date(typed, DAY_FIRST, with_time=False) == DAY


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [
        ("2026-11-21 14:30", 14, 30),
        ("2026-11-21T14:30:00", 14, 30),
        ("21/11/2026 14:30", 14, 30),
        ("21/11/2026, 14:30 h", 14, 30),
        ("21 nov 2026 a las 9:05", 9, 5),
        ("21 ноября 2026 г. в 9:05", 9, 5),
        ("Nov 21, 2026 at 2:30 pm", 14, 30),
        ("21/11/2026 12:00 a.m.", 0, 0),
        ("46347.604166666664", 14, 30),
        ("21/11/2026", 0, 0),
    ],
)
def test_a_time_of_day_is_kept_where_it_is_wanted(typed, hour, minute):
    assert parse_date(typed, DAY_FIRST, with_time=True) == DAY.replace(hour=hour, minute=minute)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2026-02-30", "date_impossible"),
        ("31/04/2026", "date_impossible"),
        ("29/02/2027", "date_impossible"),
        ("30 de febrero de 2026", "date_impossible"),
        ("20261301", "date_impossible"),
        ("2026-11-21 25:00", "date_impossible"),
        ("00/00/0000", "date_impossible"),
        ("11/21/2026", "date_order"),
        ("21/11", "date_incomplete"),
        ("11/2026", "date_incomplete"),
        ("2026", "date_incomplete"),
        ("noviembre 2026", "date_incomplete"),
        ("21 de noviembre", "date_incomplete"),
        ("1929-12-31", "date_out_of_range"),
        ("2201-01-01", "date_out_of_range"),
        ("12", "date_out_of_range"),
        ("-5", "date_out_of_range"),
        ("9999999", "date_out_of_range"),
        ("99999999999999999999", "date_out_of_range"),
        ("14:30", "date_time_only"),
        ("1899-12-31 14:30:00", "date_time_only"),
        ("2026-11-21T14:30:00Z", "date_zone"),
        ("2026-11-21T14:30:00+02:00", "date_zone"),
        ("pronto", "date_unreadable"),
        ("21 brumario 2026", "date_unreadable"),
        ("21/11-2026", "date_unreadable"),
        ("1/2/3/4", "date_unreadable"),
        ("true", "date_unreadable"),
        ("=HOY()", "date_unreadable"),
        ("😀", "date_unreadable"),
        ("21/11/2026 o 22/11/2026", "date_unreadable"),
        ("-", "date_unreadable"),
    ],
)
def test_what_has_no_single_meaning_says_why(typed, code):
    found = parse_date(typed, DAY_FIRST, with_time=True)
    assert isinstance(found, Bad)
    assert found.code == code


def test_the_setting_decides_the_order_and_never_swaps():
    assert parse_date("03/04/2026", DAY_FIRST, with_time=False) == datetime(2026, 4, 3)
    assert parse_date("03/04/2026", MONTH_FIRST, with_time=False) == datetime(2026, 3, 4)
    swapped = parse_date("21/11/2026", MONTH_FIRST, with_time=False)
    assert swapped == Bad("date_order", {"day_first": False, "date": "2026-11-21"})


def test_serials_count_from_1904_where_the_workbook_does():
    mac = Habits("es", date1904=True)
    assert from_serial(46347, DAY_FIRST, with_time=False) == DAY
    assert from_serial(46347 - 1462, mac, with_time=False) == DAY


def test_a_column_keeps_its_length_and_marks_each_bad_cell():
    cells = pa.array(["2026-11-21 00:00:00", None, "2026-02-30", "21 nov 2026", " ", "2026-02-30", "2201-01-01"])
    found = cast_dates(cells, DAY_FIRST, with_time=False)
    assert str(found.values.dtype) == "datetime64[s]"
    assert [value.day if value == value else None for value in found.values] == [21, None, None, 21, None, None, None]
    assert {at: bad.code for at, bad in found.bad.items()} == {
        2: "date_impossible",
        5: "date_impossible",
        6: "date_out_of_range",
    }


def test_a_time_a_millisecond_short_is_its_minute():
    found = cast_dates(pa.array(["2026-11-21 14:29:59.999"]), DAY_FIRST, with_time=True)
    assert found.values[0] == datetime(2026, 11, 21, 14, 30)


@pytest.mark.parametrize("cells", [pa.array([], pa.string()), pa.nulls(3, pa.string())])
def test_an_empty_column_has_no_dates_and_no_problems(cells):
    found = cast_dates(cells, DAY_FIRST, with_time=True)
    assert len(found.values) == len(cells)
    assert str(found.values.dtype) == "datetime64[s]"
    assert found.values.isna().all()
    assert not found.bad


days = st.dates(date(1930, 1, 1), date(2200, 12, 31))


@given(days, st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y%m%d", "%Y/%m/%d 00:00:00"]))
def test_every_day_reads_back_as_itself(day, form):
    typed = day.strftime(form)
    assert parse_date(typed, DAY_FIRST, with_time=False) == datetime(day.year, day.month, day.day)


@given(days, st.data())
def test_every_month_name_reads_back(day, data):
    name = data.draw(st.sampled_from([name for name, number in MONTHS.items() if number == day.month]))
    typed = data.draw(
        st.sampled_from(["{d} {m} {y}", "{d} de {m} de {y}", "{m} {d}, {y}", "{d}-{m}-{y}", "{y} {m} {d}"])
    )
    read = parse_date(typed.format(d=day.day, m=name.title(), y=day.year), DAY_FIRST, with_time=False)
    assert read == datetime(day.year, day.month, day.day)


@given(st.integers(10959, 109938))
def test_serials_read_back(serial):
    read = parse_date(str(serial), DAY_FIRST, with_time=False)
    if serial in range(19000000, 21000000):
        return
    assert read == datetime(1899, 12, 30) + timedelta(days=serial)


@given(st.text(max_size=30))
def test_no_text_crashes_or_gives_a_day_outside_the_range(text):
    found = parse_date(text, DAY_FIRST, with_time=True)
    assert isinstance(found, Bad) or 1930 <= found.year <= 2200
