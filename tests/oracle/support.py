"""The service rules in plain Python, one ticket at a time, written from the domain's text alone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from tests.frames import UNREADABLE

RESPONSE = {"critical": 1, "high": 4, "normal": 8, "low": 24}
RESOLUTION = {"critical": 8, "high": 24, "normal": 72, "low": 120}
STARTS, ENDS = time(9), time(18)


class Hours:
    """Mon to Fri, 9 to 18, without holidays."""

    def __init__(self, holidays: set[date]) -> None:
        self.holidays = holidays

    def window(self, day: date) -> tuple[datetime, datetime] | None:
        if day.weekday() > 4 or day in self.holidays:
            return None
        return datetime.combine(day, STARTS), datetime.combine(day, ENDS)

    def add(self, since: datetime, seconds: float) -> datetime:
        day = since.date()
        while seconds > 0:
            window = self.window(day)
            if window and max(since, window[0]) < window[1]:
                begin = max(since, window[0])
                here = (window[1] - begin).total_seconds()
                if seconds <= here:
                    return begin + timedelta(seconds=seconds)
                seconds -= here
            day += timedelta(days=1)
        return since

    def between(self, since: datetime, until: datetime) -> float:
        if until < since:
            return -self.between(until, since)
        total, day = 0.0, since.date()
        while day <= until.date():
            window = self.window(day)
            if window:
                begin, end = max(since, window[0]), min(until, window[1])
                total += max((end - begin).total_seconds(), 0)
            day += timedelta(days=1)
        return total


def moment(value: Any, instead: time) -> datetime | None:
    """A date alone (midnight) is the start or end of business that day."""
    if not isinstance(value, datetime):
        return None if value is None or value is UNREADABLE else datetime.combine(value, instead)
    return datetime.combine(value.date(), instead) if value.time() == time(0) else value


class Service:
    """The tickets of a workbook, seen as of ``today`` at ``now``."""

    def __init__(self, tickets: list[dict[str, Any]], today: date, now: datetime, hours: Hours) -> None:
        self.today, self.now, self.hours = today, now, hours
        self.tickets = [self._seen(row) for row in tickets if self._visible(row)]
        noted = [self.age_of(row["first_response_at"]) for row in self.tickets]
        self.answers_noted = any(age is not None and 0 <= age < 90 for age in noted)

    def _visible(self, row: dict[str, Any]) -> bool:
        opened = row["opened_at"]
        return opened is None or opened is UNREADABLE or opened.date() <= self.today

    def _seen(self, row: dict[str, Any]) -> dict[str, Any]:
        seen = {"first_response_at": None, "resolved_at": None, "promised_at": None, "priority": None, **row}
        for fact in ("first_response_at", "resolved_at"):
            if isinstance(seen[fact], datetime) and seen[fact].date() > self.today:
                seen[fact] = None
        return seen

    def age_of(self, value: Any) -> int | None:
        return (self.today - value.date()).days if isinstance(value, datetime) else None

    def unreadable(self, row: dict[str, Any], *cells: str) -> bool:
        return any(row.get(cell) is UNREADABLE for cell in cells) or row["opened_at"] is None

    def age_days(self, row: dict[str, Any]) -> int | None:
        if self.unreadable(row, "opened_at", "resolved_at"):
            return None
        until = row["resolved_at"].date() if row["resolved_at"] else self.today
        return (until - row["opened_at"].date()).days

    def opened(self, row: dict[str, Any]) -> datetime:
        found = moment(row["opened_at"], STARTS)
        assert found is not None
        return found

    def resolved(self, row: dict[str, Any]) -> datetime | None:
        return moment(row["resolved_at"], ENDS)

    def resolution_due(self, row: dict[str, Any]) -> datetime | None:
        if self.unreadable(row, "opened_at", "priority", "promised_at"):
            return None
        promised = moment(row["promised_at"], ENDS)
        hours = RESOLUTION[row["priority"] or "normal"]
        return promised or self.hours.add(self.opened(row), hours * 3600)

    def clocks(self, row: dict[str, Any]) -> list[tuple[datetime, datetime | None]]:
        """Each clock that runs: when it is due and when it was stopped."""
        due = self.resolution_due(row)
        assert due is not None
        resolved = self.resolved(row)
        result = [(due, resolved)]
        if self.answers_noted:
            answer = moment(row["first_response_at"], ENDS)
            stops = [stop for stop in (answer, resolved) if stop]
            response = self.hours.add(self.opened(row), RESPONSE[row["priority"] or "normal"] * 3600)
            result.append((response, min(stops) if stops else None))
        return result

    def told(self, row: dict[str, Any]) -> bool:
        return not self.unreadable(row, "opened_at", "priority", "promised_at", "first_response_at", "resolved_at")

    def due_at(self, row: dict[str, Any]) -> datetime | None:
        if not self.told(row):
            return None
        return min((due for due, stopped in self.clocks(row) if stopped is None), default=None)

    def sla_status(self, row: dict[str, Any]) -> str | None:
        if not self.told(row):
            return None
        if self.resolved(row):
            return "met" if all(stopped <= due for due, stopped in self.clocks(row)) else "missed"
        due = self.due_at(row)
        assert due is not None
        if self.now > due:
            return "breached"
        given = self.hours.between(self.opened(row), due)
        used = self.hours.between(self.opened(row), self.now) / given if given > 0 else 1.0
        return "at_risk" if used >= 0.8 else "on_track"

    def escalation(self, row: dict[str, Any]) -> str | None:
        status = self.sla_status(row)
        if status is None or status != "breached":
            return None if status is None else "none"
        due = self.due_at(row)
        assert due is not None
        return "direction" if self.now >= self.hours.add(due, 9 * 3600) else "manager"

    def fault(self, row: dict[str, Any]) -> tuple[str, ...] | None:
        account, asset = row["account_id"], row.get("asset")
        place, category = row.get("location"), row.get("category")
        if asset:
            return account, asset.strip().casefold()
        if place and category and category is not UNREADABLE:
            return account, place.strip().casefold(), category
        return None

    def repeats(self, row: dict[str, Any]) -> int | None:
        return len(self.same_fault(row)) if self.fault(row) and not self.unreadable(row, "opened_at") else None

    def same_fault(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        """The tickets of the same fault in the 90 days up to this ticket's day."""
        last = row["opened_at"].date()
        return [
            other
            for other in self.tickets
            if not self.unreadable(other, "opened_at")
            and self.fault(other) == self.fault(row)
            and 0 <= (last - other["opened_at"].date()).days < 90
        ]
