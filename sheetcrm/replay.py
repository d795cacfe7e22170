"""What would have been mailed, to whom and when, on this workbook's own data: the days of a span run one after the
other with a memory of their own, which ends with the replay. Nothing is written and nothing is sent.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sheetcrm.config import Config
from sheetcrm.ledger import Ledger
from sheetcrm.model import Message, Plan, Snapshot
from sheetcrm.plan import make_plan
from sheetcrm.rules.hours import calendar_of


@dataclass(frozen=True)
class Mailed:
    """One letter of the replay: its day, reader and kind, and how many alerts it carries."""

    day: date
    person: str
    kind: str
    alerts: int


@dataclass
class Replayed:
    """All letters of a span of days."""

    first: date
    last: date
    letters: list[Mailed] = field(default_factory=list)

    def by(self, span: Callable[[date], date]) -> dict[str, dict[date, tuple[int, int]]]:
        """Person → first day of each span (``week_of``, ``month_of``) → letters and alerts."""
        found: dict[str, dict[date, tuple[int, int]]] = defaultdict(dict)
        for letter in self.letters:
            letters, alerts = found[letter.person].get(span(letter.day), (0, 0))
            found[letter.person][span(letter.day)] = (letters + 1, alerts + letter.alerts)
        return dict(found)

    def kinds(self) -> Mapping[str, int]:
        """How many letters of each kind."""
        return Counter(letter.kind for letter in self.letters)


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def replay(
    snapshot: Snapshot,
    cfg: Config,
    first: date,
    last: date,
    *,
    allowed: Callable[[str], bool],
    step: Callable[[date], None] = lambda _: None,
) -> Replayed:
    """Live through the business days from ``first`` to ``last``: each sees the workbook as of its day.

    The first day is a first run: a summary per person. Rows that the runner would have added count as added; what the
    workbook does not date (stage, owner, snooze) is taken as it stands today.
    """
    found = Replayed(first, last)
    with tempfile.TemporaryDirectory() as folder, Ledger.look(Path(folder)) as ledger:
        for day in _business_days(cfg, first, last):
            step(day)
            plan = make_plan(snapshot, day, cfg, ledger.memory(day), allowed=allowed, views=False)
            _remember(ledger, plan, day)
            found.letters += [_mailed(message, day) for message in plan.messages]
    return found


def _remember(ledger: Ledger, plan: Plan, day: date) -> None:
    """What a run of the day would have left in its ledger, all mail delivered."""
    now = datetime.combine(day, time(12), UTC)
    run_id = ledger.begin(day, "", now=now)
    ledger.commit_effects(
        run_id,
        now=now,
        alerts=plan.alerts,
        rows=plan.rows,
        letters=[],
        digests=_days(plan.messages, "digest", day),
        bundles=_days(plan.messages, "immediate", day),
        seen=plan.seen,
        moves=plan.moves,
        ladders=plan.ladders,
        matters=plan.matters,
        acknowledged=plan.acknowledged,
    )
    ledger.finish(
        run_id,
        now=now,
        written_causes=[row.cause for row in plan.rows],
        history=plan.history,
        counts={},
        last_run=day,
    )


def _days(messages: Sequence[Message], kind: str, day: date) -> dict[str, date]:
    return {message.to: day for message in messages if message.kind == kind}


def _mailed(message: Message, day: date) -> Mailed:
    return Mailed(day, message.to, message.kind, len(message.keys))


def _business_days(cfg: Config, first: date, last: date) -> Iterator[date]:
    calendar = calendar_of(cfg.calendar)
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        if cfg.mail.hours == "any" or calendar.is_business_day(day):
            yield day
