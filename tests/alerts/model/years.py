"""Years of an office, from event to event: what happens is drawn by chance, and each run is held against the promises.

A year is told by its number alone: the same number is the same year.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.alerts.model.office import LADDER, Member, Office, Row, Word
from tests.alerts.model.product import Product, Repeated
from tests.alerts.model.promises import Promises

STEPS = 60
JUMPS = (1, 1, 1, 1, 2, 2, 3, 4, 5, 7, 7, 8, 12, 20)
OWNERS, BACKUPS = ("ana", "ben", "eva"), ("bea", "ben", "ines")
STRANGERS = ("", "nobody", "spy")
"""A blank cell, a name that is in no team, and one that is in the team tab but not in the list of the settings."""


class Broken(AssertionError):
    """A promise that a year did not keep."""


@dataclass
class Year:
    """One year in play: the office, the product, the promises, and what was seen of both."""

    number: int
    steps: int = STEPS
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.number)
        self.day = date(2027, 1, 1) + timedelta(days=self.chance.randrange(365))
        self.office = self._office()
        self.product, self.promises = Product(), Promises()
        self.told: list[Word] = []
        self.born, self.first = 0, True

    def play(self) -> Counter[str]:
        """The year; Broken at the first promise that is not kept. Counts what happened."""
        for _ in range(self.chance.randint(1, 3)):
            self._new_row()
        for _ in range(self.steps):
            for _ in range(self.chance.choice((0, 0, 1, 1, 2))):
                self._event()
            if self.chance.random() < 0.85:
                self._run()
            if self.chance.random() < 0.2:
                self._event(_DURING_THE_DAY)
                self._run()
            self.day += timedelta(days=self.chance.choice(JUMPS))
        return self.seen

    def _run(self) -> None:
        business = self.office.works(self.day) and self.chance.random() < 0.9
        digests, first = self.chance.random() < 0.85, self.first
        # Until a run could tell everybody, the next one is the first.
        self.first = first and not (business and digests)
        expected = self.promises.run(self.office, self.day, business=business, digests=digests, first=first)
        try:
            told = self.product.run(self.office, self.day, business=business, digests=digests, first=first)
        except Repeated as twice:
            raise Broken(f"year {self.number}, {self.day}: {twice}") from twice
        self.office.acknowledged.clear()
        self._compare(told, expected)
        self.told += sorted(told, key=str)
        self.seen.update(word.kind for word in told)
        self.seen["runs"] += 1

    def _compare(self, told: set[Word], expected: set[Word]) -> None:
        strangers = {word.person for word in told} - {m.email for m in self.office.members.values() if m.listed}
        if strangers - {self.office.fallback}:
            raise Broken(f"year {self.number}, {self.day}: told somebody who is not listed: {strangers}")
        if told != expected:
            lost, extra = (sorted(map(str, words)) for words in (expected - told, told - expected))
            raise Broken("\n  ".join((f"year {self.number}, {self.day}:", "lost", *lost, "not promised", *extra)))

    # --- what happens

    def _event(self, among: tuple[Callable[[Year], None], ...] | None = None) -> None:
        event = self.chance.choice(among or _EVENTS)
        self.seen[event.__name__.strip("_")] += 1
        event(self)

    def _row(self, *kinds: str) -> Row | None:
        rows = [row for row in self.office.rows.values() if row.kind in (kinds or ("term", "evergreen", "matter"))]
        return self.chance.choice(rows) if rows else None

    def _new_row(self) -> None:
        """Entered early, late, or long after its end; of many rows the oldest is deleted."""
        if len(self.office.rows) >= 4:
            del self.office.rows[next(iter(self.office.rows))]
        self.born += 1
        kind = self.chance.choice(("term", "term", "term", "evergreen", "matter"))
        ahead = self.chance.choice((120, 93, 62, 47, 32, 16, 14, 3, 0, -2, -20, -58, -60, -61, -90))
        day = self.day + timedelta(days=ahead if kind == "term" else 0)
        if kind == "evergreen":
            day = self.day + timedelta(days=self.chance.choice((-300, -330, -345, -362, -365, -390)))
        own, account = self.chance.choice(OWNERS + STRANGERS), self.chance.choice(OWNERS + STRANGERS)
        backup = self.chance.choice((*BACKUPS, *BACKUPS, *STRANGERS))
        self.office.rows[f"C-{self.born}"] = Row(f"C-{self.born}", kind, day, own, account, backup)

    def _move_date(self) -> None:
        row = self._row("term")
        if row is not None and not row.decided and row.day is not None:
            row.day += timedelta(days=self.chance.choice((-40, -14, -3, -1, 1, 3, 9, 21, 40, 70)))

    def _move(self) -> None:
        row = self._row()
        if row is not None:
            row.stage += 1

    def _call(self) -> None:
        row = self._row()
        if row is not None:
            row.talked = max(row.talked or date.min, self.day - timedelta(days=self.chance.choice((0, 0, 1, 3))))

    def _renew_or_lose(self) -> None:
        row = self._row()
        if row is not None:
            row.decided = self.chance.random() < 0.6

    def _acknowledge(self) -> None:
        """Somebody signs the last thing they were told of a row, unless it is signed."""
        row = self._row()
        words = [word for word in self.told if row is not None and word.row == row.id]
        if words and not any(word == words[-1] for word in self._signed):
            self._signed.append(words[-1])
            self.office.acknowledged.append(words[-1][:3])

    def _snooze(self) -> None:
        row = self._row()
        if row is not None:
            row.snooze = self.day + timedelta(days=self.chance.choice((2, 4, 9, 20, 40)))

    def _new_owner(self) -> None:
        row = self._row()
        if row is not None:
            name = self.chance.choice(("own", "own", "account", "backup"))
            setattr(row, name, self.chance.choice((*OWNERS, *BACKUPS, *STRANGERS)))

    def _absence(self) -> None:
        member = self.chance.choice(list(self.office.members.values()))
        member.away_from = self.chance.choice((None, self.day, self.day + timedelta(days=2)))
        member.away_until = self.day + timedelta(days=self.chance.choice((0, 3, 10, 25)))
        member.delegate = self.chance.choice(("", "bea", "ben", "ines", "spy", "luis"))

    def _leave(self) -> None:
        """Somebody leaves, or comes back."""
        team = _team()
        email = self.chance.choice(list(team))
        if self.office.members.pop(email, None) is None:
            self.office.members[email] = team[email]

    def _policy(self) -> None:
        self.office.ladder = self.chance.choice((LADDER, (("manager", 1), ("direction", 3)), (("backup", 4),)))

    def _clear(self) -> None:
        """A matter ends, or is true again."""
        row = self._row("matter")
        if row is not None:
            row.day = self.day if row.day is None else None

    def _office(self) -> Office:
        self._signed: list[Word] = []
        holidays = frozenset(self.day + timedelta(days=self.chance.randrange(400)) for _ in range(12))
        return Office(_team(), fallback=self.chance.choice(("", "desk")), holidays=holidays)


def _team() -> dict[str, Member]:
    people = (
        Member("ana", "owner", "ines"),
        Member("ben", "owner", "raul", "ana"),
        Member("eva", "owner", "spy"),
        Member("bea", "owner", "ines"),
        Member("ines", "manager", "luis"),
        Member("raul", "manager"),
        Member("luis", "direction"),
        Member("spy", "direction", listed=False),
    )
    return {member.email: member for member in people}


_DURING_THE_DAY = (Year._call, Year._acknowledge, Year._snooze, Year._new_row, Year._move_date, Year._new_owner)
_EVENTS = (
    *_DURING_THE_DAY,
    Year._move_date,
    Year._move,
    Year._move,
    Year._call,
    Year._renew_or_lose,
    Year._acknowledge,
    Year._absence,
    Year._leave,
    Year._policy,
    Year._clear,
)
