"""When mail may leave (domain 6, "calendar")."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from sheetcrm.alerts.window import is_quiet, opens_at
from sheetcrm.config import defaults
from sheetcrm.rules.hours import calendar_of

HOLIDAY = date(2026, 12, 8)
CALENDAR = calendar_of(defaults().calendar.model_copy(update={"holiday_country": "", "extra_holidays": (HOLIDAY,)}))
MADRID = ZoneInfo("Europe/Madrid")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MADRID)


@pytest.mark.parametrize(
    ("moment", "quiet", "opens"),
    [
        ("2026-11-23T09:00", False, "2026-11-23T09:00"),
        ("2026-11-23T18:00", False, "2026-11-23T18:00"),
        ("2026-11-23T08:59", True, "2026-11-23T09:00"),
        ("2026-11-23T18:01", True, "2026-11-24T09:00"),
        ("2026-11-27T19:00", True, "2026-11-30T09:00"),
        ("2026-11-28T12:00", True, "2026-11-30T09:00"),
        ("2026-12-08T12:00", True, "2026-12-09T09:00"),
        ("2026-03-28T12:00", True, "2026-03-30T09:00"),
    ],
)
def test_mail_leaves_in_business_hours_only(moment: str, quiet: bool, opens: str) -> None:
    assert is_quiet(at(moment), CALENDAR, None) is quiet
    assert opens_at(at(moment), CALENDAR) == at(opens)


def test_a_runner_that_comes_at_seven_every_day_is_held_back_once() -> None:
    first, second = at("2026-11-23T07:00"), at("2026-11-24T07:00")
    assert is_quiet(first, CALENDAR, None)
    assert not is_quiet(second, CALENDAR, first)
    assert is_quiet(at("2026-11-23T08:00"), CALENDAR, first)


def test_a_weekend_stays_quiet_for_it_too() -> None:
    assert is_quiet(at("2026-11-28T07:00"), CALENDAR, at("2026-11-23T07:00"))
