"""How the workbook is read: headers of its own, days, the calendar."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from pydantic import field_validator

from sheetcrm.config.section import Section


class Aliases(Section):
    tabs: dict[str, str]
    columns: dict[str, dict[str, str]]


class Reading(Section):
    day_first: bool
    oldest_year: int
    latest_year: int


class Calendar(Section):
    holiday_country: str
    holiday_region: str
    extra_holidays: tuple[date, ...]
    workdays: tuple[int, ...]
    day_starts: time
    day_ends: time

    @field_validator("workdays")
    @classmethod
    def _days(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if not days or not set(days) <= set(range(7)):
            raise ValueError("needs days of the week from 0 (Monday) to 6 (Sunday)")
        return days

    @field_validator("day_ends")
    @classmethod
    def _hours(cls, ends: time, info: Any) -> time:
        if "day_starts" in info.data and ends <= info.data["day_starts"]:
            raise ValueError("must be later than day_starts")
        return ends

    @field_validator("holiday_country")
    @classmethod
    def _country(cls, country: str) -> str:
        if country and (len(country) != 2 or not country.isalpha()):
            raise ValueError("needs a country of two letters, such as ES")
        return country.upper()
