"""Business days and hours against a plain model that walks from day to day."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, time, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetcrm.config import defaults
from sheetcrm.rules.hours import Calendar, calendar_of
from tests.oracle.support import Hours
from tests.rules.service_book import settings as config_of

OFF = {date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1), date(2027, 1, 4)}
CALENDAR = Calendar(config_of(OFF).calendar)
PLAIN = Hours(OFF)

moments = st.datetimes(datetime(2026, 12, 14), datetime(2027, 1, 12)).map(lambda at: at.replace(microsecond=0))
edges = st.builds(
    lambda day, at: datetime.combine(date(2026, 12, 18) + timedelta(days=day), at),
    st.integers(0, 20),
    st.sampled_from([time(0), time(8, 59, 59), time(9), time(9, 0, 1), time(17, 59, 59), time(18), time(23, 59, 59)]),
)
any_moment = st.one_of(moments, edges)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def add(since: datetime, seconds: float) -> datetime:
    return CALENDAR.add(np.array([since], dtype="datetime64[s]"), seconds)[0].item()


@settings(max_examples=100, deadline=None)
@given(any_moment, st.one_of(st.integers(0, 90 * 3600), st.integers(0, 12).map(lambda days: days * 9 * 3600)))
def test_adding_business_time_is_exact_to_the_second(since: datetime, seconds: int) -> None:
    assert add(since, seconds) == PLAIN.add(since, seconds)


@settings(max_examples=100, deadline=None)
@given(any_moment, any_moment)
def test_business_time_between_is_exact_to_the_second(since: datetime, until: datetime) -> None:
    found = CALENDAR.between(np.array([since], dtype="datetime64[s]"), np.array([until], dtype="datetime64[s]"))
    assert found[0] == PLAIN.between(since, until)


@settings(max_examples=60, deadline=None)
@given(any_moment, st.integers(1, 60 * 3600))
def test_as_much_time_lies_between_as_was_added(since: datetime, seconds: int) -> None:
    until = add(since, seconds)
    assert CALENDAR.between(np.array([since], "datetime64[s]"), np.array([until], "datetime64[s]"))[0] == seconds


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        ("2026-11-20T09:00", 9, "2026-11-20T18:00"),  # the end of the day, not the start of Monday
        ("2026-11-20T17:00", 2, "2026-11-23T10:00"),  # over the weekend
        ("2026-11-20T20:00", 1, "2026-11-23T10:00"),  # opened after hours
        ("2026-11-21T12:00", 1, "2026-11-23T10:00"),  # opened on a Saturday
        ("2026-11-20T08:00", 1, "2026-11-20T10:00"),  # opened before hours
        ("2026-11-20T20:00", 0, "2026-11-20T20:00"),
    ],
)
def test_business_hours_pass_in_business_hours_only(since: str, hours: float, until: str) -> None:
    assert add(at(since), hours * 3600) == at(until)


def test_the_night_when_summer_time_begins_makes_no_business_day_longer_or_shorter() -> None:
    assert add(at("2026-03-27T17:00"), 2 * 3600) == at("2026-03-30T10:00")


def test_a_blank_moment_stays_blank() -> None:
    blank = np.array(["NaT", "2026-11-20T09:00"], dtype="datetime64[s]")
    assert np.isnat(CALENDAR.add(blank, 3600)).tolist() == [True, False]
    assert np.isnat(CALENDAR.add(blank, np.array([np.nan, np.nan]))).all()
    assert np.isnan(CALENDAR.between(blank, np.full(2, np.datetime64("2026-11-20T10:00", "s")))).tolist() == [
        True,
        False,
    ]
    assert len(CALENDAR.add(blank[:0], 3600)) == 0


def test_public_holidays_of_the_configured_country_and_region_are_days_off() -> None:
    cfg = defaults()
    spain = calendar_of(cfg.calendar)
    assert not spain.is_business_day(date(2026, 12, 8))
    assert spain.is_business_day(date(2026, 11, 9))
    madrid = calendar_of(cfg.calendar.model_copy(update={"holiday_region": "MD"}))
    assert not madrid.is_business_day(date(2028, 5, 2))
    assert spain.is_business_day(date(2028, 5, 2))
    assert spain.previous_business_day(date(2026, 12, 8)) == date(2026, 12, 7)


def test_an_unknown_country_or_region_is_said_in_words() -> None:
    cfg = defaults().calendar
    with pytest.raises(ValueError, match="no holidays are known for XX"):
        Calendar(cfg.model_copy(update={"holiday_country": "XX"})).is_business_day(date(2026, 1, 1))
    with pytest.raises(ValueError, match="ES, region ZZ"):
        Calendar(cfg.model_copy(update={"holiday_region": "ZZ"})).is_business_day(date(2026, 1, 1))


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 21), 0, date(2026, 11, 23)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 2, date(2026, 11, 24)),
        (date(2026, 11, 21), -1, date(2026, 11, 20)),
        (date(2026, 12, 24), 1, date(2026, 12, 29)),  # two days off and a weekend between
        (date(2026, 11, 23), -1, date(2026, 11, 20)),
    ],
)
def test_business_days_are_counted_from_any_day(day: date, days: int, expected: date) -> None:
    assert CALENDAR.add_business_days(day, days) == expected


def test_a_deadline_on_a_day_off_alerts_on_the_business_day_before() -> None:
    assert CALENDAR.previous_business_day(date(2026, 11, 22)) == date(2026, 11, 20)
    assert CALENDAR.previous_business_day(date(2026, 11, 20)) == date(2026, 11, 20)
    assert CALENDAR.previous_business_day(date(2027, 1, 4)) == date(2026, 12, 31)


def test_days_off_are_known_however_far_apart_the_dates_are() -> None:
    calendar = Calendar(defaults().calendar)
    assert not calendar.is_business_day(date(2026, 1, 1))
    assert not calendar.is_business_day(date(2009, 1, 1))
    assert not calendar.is_business_day(date(2044, 1, 1))
    assert calendar.add_business_days(date(2026, 1, 1), 2000) == calendar.add_business_days(
        calendar.add_business_days(date(2026, 1, 1), 1000), 1000
    )


def test_other_working_days_and_hours_can_be_configured() -> None:
    cfg = config_of().calendar.model_copy(
        update={"workdays": (6, 0, 1, 2, 3), "day_starts": time(8), "day_ends": time(12)}
    )
    calendar = Calendar(cfg)
    assert calendar.is_business_day(date(2026, 11, 22))
    assert not calendar.is_business_day(date(2026, 11, 20))
    assert calendar.add(np.array(["2026-11-19T10:00"], "datetime64[s]"), 4 * 3600)[0].item() == at("2026-11-22T10:00")


def test_only_the_country_asked_for_is_imported_and_its_days_are_the_same() -> None:
    code = (
        "import sys; from sheetcrm.rules.hours import _public_holidays as of; own = of('ES', 'MD', 2026)\n"
        "assert 'holidays.countries.spain' in sys.modules and 'holidays.countries' not in sys.modules\n"
        "assert 'holidays.countries.france' not in sys.modules\n"
        "import holidays, holidays.countries\n"
        "assert own == dict(holidays.country_holidays('ES', subdiv='MD', years=2026)) and len(own) > 8\n"
        "assert holidays.countries.France"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
