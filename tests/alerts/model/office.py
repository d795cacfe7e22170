"""An office as its workbook shows it on a day: the team, and the rows that may have something to say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

Rungs = tuple[tuple[str, int], ...]
"""A ladder: roles, each with the business days to wait before it hears."""

LADDER: Rungs = (("backup", 2), ("manager", 2), ("direction", 1))


@dataclass
class Member:
    """A row of the team tab. ``listed``: mail may go to this address."""

    email: str
    role: str
    manager: str = ""
    delegate: str = ""
    away_from: date | None = None
    away_until: date | None = None
    listed: bool = True


@dataclass
class Row:
    """A row that alerts: a ``term`` with its deadline, an ``evergreen`` contract (``day``: its start), or a ``matter``
    that is true since ``day`` (None: it is not true). ``stage`` counts its changes of renewal stage; ``talked``: the
    last interaction; ``asks``: its customer may be mailed."""

    id: str
    kind: str
    day: date | None
    own: str = ""
    account: str = ""
    backup: str = ""
    decided: bool = False
    snooze: date | None = None
    stage: int = 0
    talked: date | None = None
    asks: bool = False

    def deadline(self, today: date) -> date | None:
        """What its alerts count to; of an evergreen the first anniversary on or after a day."""
        if self.kind != "evergreen" or self.day is None:
            return self.day
        return next(day for year in (0, 1) if (day := _anniversary(self.day, today.year + year)) >= today)


def _anniversary(start: date, year: int) -> date:
    try:
        return start.replace(year=year)
    except ValueError:
        return start.replace(year=year, day=28)


class Word(NamedTuple):
    """Something that somebody is told: of a row and its deadline, a stage; what kind of word it is, and since when it
    was due. ``at_once``: in a letter of its own; ``role``: the rung of the ladder."""

    row: str
    deadline: date
    stage: str
    person: str
    kind: str
    due: date | None
    at_once: bool
    role: str = ""


@dataclass
class Office:
    """All that the workbook and the settings say at one moment. ``acknowledged``: rows of the alerts tab (row,
    deadline, stage) that somebody signed since the last run."""

    members: dict[str, Member]
    rows: dict[str, Row] = field(default_factory=dict)
    ladder: Rungs = LADDER
    fallback: str = ""
    holidays: frozenset[date] = frozenset()
    acknowledged: list[tuple[str, date, str]] = field(default_factory=list)

    def works(self, day: date) -> bool:
        """Whether it is a business day."""
        return day.weekday() < 5 and day not in self.holidays

    def after(self, day: date, count: int) -> date:
        """That many business days later."""
        while count:
            day += timedelta(days=1)
            count -= self.works(day)
        return day

    def before_holiday(self, day: date) -> date:
        """The last business day up to a day."""
        while not self.works(day):
            day -= timedelta(days=1)
        return day
