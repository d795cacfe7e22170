"""When each task of ``serve`` is due: pure functions of a moment, in the configured zone.

A slot is a wall-clock time ("2026-03-29T02:30"). It is the same slot however often that time comes round in a night
when the clocks go back, and it comes an hour later in a night when it is skipped: each slot runs once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sheetcrm.config import Schedule
from sheetcrm.rules.hours import Calendar

_LOOK_BACK_DAYS = 40
"""More than a month: the latest slot of every task lies within."""


@dataclass(frozen=True)
class Slot:
    """One time at which a task is due. ``name`` identifies it for ever, ``at`` is its moment in UTC."""

    task: str
    name: str
    at: datetime


@dataclass(frozen=True)
class Task:
    """A task and its times of a day: local times, none on a day on which it is not due."""

    name: str
    times: Callable[[date], Iterator[time]]

    def latest(self, now: datetime, zone: ZoneInfo) -> Slot | None:
        """The last slot that has come by ``now`` (aware); None when there was none for more than a month."""
        return max(self._around(now, zone, back=_LOOK_BACK_DAYS), key=lambda slot: slot.at, default=None)

    def next(self, now: datetime, zone: ZoneInfo) -> Slot | None:
        """The first slot after ``now`` (aware)."""
        today = now.astimezone(zone).date()
        for ahead in range(_LOOK_BACK_DAYS + 30):
            later = [slot for slot in self._of(today + timedelta(days=ahead), zone) if slot.at > now]
            if later:
                return min(later, key=lambda slot: slot.at)
        return None

    def _around(self, now: datetime, zone: ZoneInfo, back: int) -> Iterator[Slot]:
        today = now.astimezone(zone).date()
        for ago in range(back):
            come = [slot for slot in self._of(today - timedelta(days=ago), zone) if slot.at <= now]
            if come:
                yield from come
                return

    def _of(self, day: date, zone: ZoneInfo) -> Iterator[Slot]:
        for at in self.times(day):
            local = datetime.combine(day, at)
            yield Slot(self.name, local.isoformat(timespec="minutes"), local.replace(tzinfo=zone).astimezone(UTC))


def tasks_of(schedule: Schedule, calendar: Calendar, hours: tuple[time, time]) -> Mapping[str, Task]:
    """The tasks in the order in which they run when several are due. ``hours``: start and end of a business day."""

    def daily(day: date) -> Iterator[time]:
        if calendar.is_business_day(day):
            yield schedule.digest_at

    def tickets(day: date) -> Iterator[time]:
        if not schedule.tickets_minutes or not calendar.is_business_day(day):
            return
        at, end = datetime.combine(day, hours[0]), datetime.combine(day, hours[1])
        while at <= end:
            yield at.time()
            at += timedelta(minutes=schedule.tickets_minutes)

    def weekly(day: date) -> Iterator[time]:
        monday = day - timedelta(days=day.weekday())
        if day == calendar.add_business_days(monday + timedelta(days=schedule.weekly_weekday), 0):
            yield schedule.weekly_at

    def monthly(day: date) -> Iterator[time]:
        if day == calendar.add_business_days(day.replace(day=1), 0):
            yield schedule.monthly_at

    found = (Task("digest", daily), Task("weekly", weekly), Task("monthly", monthly), Task("tickets", tickets))
    return {task.name: task for task in found}
