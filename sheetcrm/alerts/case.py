"""The values that the alert rules pass on: a case, its log, the policy of a stage, and what was decided. No behaviour
beyond look-ups.

A *case* is something that is true of one row: a term that nears its deadline, an account that nobody has called. Its
*episode* tells it from the next time: the term's deadline, or the day since which it is true.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal["first", "repeat", "again", "rung", "last", "carried"]
"""``first``: a reader hears of a stage. ``repeat``: nothing has happened since. ``again``: a snooze or an
acknowledgement has run out. ``rung``: the next person of the ladder. ``last``: the ladder is exhausted. ``carried``:
nobody hears; what the reader was told of an earlier deadline (``due``) holds for this one."""

Reason = Literal[
    "",
    "decided",
    "history",
    "outside_hours",
    "snoozed",
    "not_yet",
    "acknowledged",
    "moved",
    "said",
    "exhausted",
]
"""Why a case is silent today; "" when it speaks."""

TOLD = ("queued", "sent", "failed", "held")
"""States of an entry that was told (or is to be), against those that were only logged."""


@dataclass(frozen=True)
class Repeat:
    """When a stage speaks again to its owner: every ``every`` days (business days where ``business``), at most
    ``most`` times (None: no limit), and only until the row moved where ``until_moved``."""

    every: int
    business: bool = False
    until_moved: bool = False
    most: int | None = None


@dataclass(frozen=True)
class Rung:
    """A step of the ladder: the role that hears, this many business days after the one before without a move."""

    role: str
    after: int


@dataclass(frozen=True)
class Ladder:
    """Who hears when nobody moves, and how often the last of them hears it again once nobody is left."""

    rungs: tuple[Rung, ...]
    last_every: int = 7
    last_most: int = 3


@dataclass(frozen=True)
class StagePolicy:
    """How one stage speaks. ``days``: reached when that many days are left (None: as long as the case is true).
    ``to``: the roles that hear first; ``immediate``: in a mail of its own, not in the digest."""

    name: str
    to: tuple[str, ...]
    days: int | None = None
    immediate: bool = False
    repeat: Repeat | None = None
    ladder: Ladder | None = None


@dataclass(frozen=True)
class Policy:
    """How the cases of a rule speak: its stages, the least urgent first, and the times of domain 6."""

    stages: tuple[StagePolicy, ...]
    rearm_days: int = 7
    history_days: int = 60
    snooze_floor_days: int = 15
    acknowledged_days: int = 5
    near_days: int = 2

    def stage(self, name: str) -> StagePolicy:
        """The stage of this name; KeyError when there is none."""
        return {stage.name: stage for stage in self.stages}[name]


@dataclass(frozen=True)
class Case:
    """What the decision needs to know of one row.

    ``counts_to`` is the day that the stages count down to (a deadline on a holiday: the business day before), None for
    a case that is simply true. ``mute`` says why it must not speak (it is decided). ``people`` gives who hears by role,
    absences resolved. ``moved_on``: the last change of its stage, or interaction with its account. ``next_year``: the
    episode only passed on (an evergreen's anniversary), its stages begin anew.
    """

    rule: str
    tab: str
    id: str
    episode: date
    counts_to: date | None = None
    mute: str = ""
    snooze_until: date | None = None
    moved_on: date | None = None
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    next_year: bool = False

    def days_left(self, as_of: date) -> int | None:
        """Days to what the stages count down to; None where they don't count."""
        return None if self.counts_to is None else (self.counts_to - as_of).days


@dataclass(frozen=True)
class Entry:
    """One line of the log of a rule and row: a reader, a stage, a day. ``due`` is the day a repeat or rung was due."""

    episode: date
    stage: str
    person: str
    state: str
    on: date
    kind: Kind = "first"
    role: str = ""
    due: date | None = None
    acknowledged_on: date | None = None

    @property
    def told(self) -> bool:
        """Whether somebody heard it."""
        return self.state in TOLD or self.state == "acknowledged"


@dataclass(frozen=True)
class Past:
    """What is known of a case: its log, the episode that the last run saw (None: the row is new to us), and the
    ladders with which its stages began, by episode and stage."""

    entries: Sequence[Entry] = ()
    seen: date | None = None
    ladders: Mapping[tuple[date, str], Ladder] = field(default_factory=dict)


@dataclass(frozen=True)
class News:
    """The outcome for one reader. ``state``: ``queued`` (tell) or ``superseded`` (log only). ``woken``: what ran out
    where it speaks ``again``."""

    stage: str
    person: str
    state: str
    kind: Kind = "first"
    role: str = ""
    due: date | None = None
    immediate: bool = False
    woken: Literal["", "snooze", "acknowledgement"] = ""


@dataclass(frozen=True)
class Decision:
    """All the news of one case today, and why it is silent if it is.

    ``told``: the stage that speaks for the first time to somebody; ``begins``: to anybody. ``folded``: earlier stages
    whose steps it takes over. ``opens``: the ladder that starts today. ``exhausted``: everybody of the ladder has
    heard, and nobody moved. ``open``: the ladder of a case whose day has passed on goes on.
    """

    news: tuple[News, ...] = ()
    told: str = ""
    begins: bool = False
    folded: tuple[str, ...] = ()
    silent: Reason = ""
    opens: Ladder | None = None
    exhausted: bool = False
    open: bool = False

    @property
    def speaks(self) -> bool:
        """Whether anybody hears anything."""
        return any(item.state == "queued" for item in self.news)
