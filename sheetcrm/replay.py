"""What would have been mailed, to whom and when, and how healthy the clients would have seemed, on this workbook's own
data: the days of a span run one after the other with a memory of their own, which ends with the replay. Nothing is
written and nothing is sent.
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


@dataclass(frozen=True)
class Client:
    """A client's health at the end of the replay; ``score`` is None without enough data."""

    account_id: str
    name: str
    score: int | None
    band: str


@dataclass(frozen=True)
class Moved:
    """A client that stands in another band, or elsewhere in it, under the one settings than under the other."""

    one: Client
    other: Client

    @property
    def points(self) -> int:
        """How many points the score moved; 0 where one of the two has none."""
        if self.one.score is None or self.other.score is None:
            return 0
        return self.other.score - self.one.score


@dataclass
class Replayed:
    """All letters of a span of days, and the health of the clients: ``days_in`` counts a day for each client by its
    band, ``clients`` is their health on the last replayed day."""

    first: date
    last: date
    letters: list[Mailed] = field(default_factory=list)
    days_in: Counter[str] = field(default_factory=Counter)
    clients: Sequence[Client] = ()

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

    def bands(self) -> Mapping[str, int]:
        """How many clients stand in each band at the end."""
        return Counter(client.band for client in self.clients)

    def moved(self, other: Replayed) -> list[Moved]:
        """The clients whose score or band is another one there: those that change their band first, then by points."""
        there = {client.account_id: client for client in other.clients}
        pairs = [Moved(client, there[client.account_id]) for client in self.clients if client.account_id in there]
        changed = [pair for pair in pairs if pair.one != pair.other]
        return sorted(changed, key=lambda pair: (pair.one.band == pair.other.band, -abs(pair.points)))


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
            found.clients = _clients(plan)
            found.days_in.update(client.band for client in found.clients)
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


def _clients(plan: Plan) -> list[Client]:
    """Every client of the day with its health."""
    accounts = plan.state.frames["accounts"]
    columns = (accounts[name].tolist() for name in ("account_id", "name", "health_score", "health_band"))
    return [
        Client(account_id, str(name), None if score != score else int(score), band)
        for account_id, name, score, band in zip(*columns, strict=True)
        if isinstance(band, str)
    ]


def _mailed(message: Message, day: date) -> Mailed:
    return Mailed(day, message.to, message.kind, len(message.keys))


def _business_days(cfg: Config, first: date, last: date) -> Iterator[date]:
    calendar = calendar_of(cfg.calendar)
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        if cfg.mail.hours == "any" or calendar.is_business_day(day):
            yield day
