"""``serve`` in accelerated time: each slot once, whatever the clocks do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sheetcrm.config import Config, defaults
from sheetcrm.ledger import Ledger
from sheetcrm.rules.hours import calendar_of
from sheetcrm.service.loop import Pass, Service, fingerprint
from sheetcrm.service.slots import tasks_of


class Silent:
    """A heartbeat that only counts."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()

    def started(self) -> None:
        self.calls["start"] += 1

    def succeeded(self) -> None:
        self.calls["ok"] += 1

    def failed(self, error: str) -> None:
        self.calls["fail"] += 1


class World:
    """A clock that is set by hand, and the passes that ran at each of its moments."""

    def __init__(self, ledger: Ledger, cfg: Config, start: datetime, answer: Callable[[str], Pass]) -> None:
        self.now = start
        self.ran: list[tuple[str, datetime]] = []
        self.heartbeat = Silent()
        self._answer = answer
        calendar = calendar_of(cfg.calendar)
        tasks = tasks_of(cfg.schedule, calendar, (cfg.calendar.day_starts, cfg.calendar.day_ends))
        self.service = Service(cfg.schedule, tasks, cfg.zone, ledger, self._perform, lambda: self.now, self.heartbeat)

    def _perform(self, task: str) -> Pass:
        self.ran.append((task, self.now))
        return self._answer(task)

    def live(self, until: datetime, step: timedelta = timedelta(minutes=5)) -> None:
        while self.now < until:
            self.service.tick()
            self.now += step

    def local(self, task: str) -> list[str]:
        zone = self.service.zone
        return [at.astimezone(zone).strftime("%m-%d %H:%M") for name, at in self.ran if name == task]


def config(zone: str = "Europe/Madrid", **changes: object) -> Config:
    cfg = defaults().model_copy(update={"timezone": zone})
    calendar = cfg.calendar.model_copy(update={"holiday_country": ""})
    return cfg.model_copy(update={"calendar": calendar, "schedule": cfg.schedule.model_copy(update=changes)})


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path) as opened:
        yield opened


@contextmanager
def world(
    ledger: Ledger, cfg: Config, start: str, answer: Callable[[str], Pass] = lambda _: Pass("done")
) -> Iterator[World]:
    yield World(ledger, cfg, datetime.fromisoformat(start).replace(tzinfo=cfg.zone).astimezone(UTC), answer)


def utc(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "start", "end", "days"),
    [
        ("Europe/Madrid", "2026-03-25T00:00", "2026-04-01T00:00", 5),
        pytest.param("Europe/Madrid", "2026-10-21T00:00", "2026-10-28T00:00", 5, marks=pytest.mark.proof),
        pytest.param("America/New_York", "2026-03-04T00:00", "2026-03-11T00:00", 5, marks=pytest.mark.proof),
        ("America/New_York", "2026-10-28T00:00", "2026-11-04T00:00", 5),
        pytest.param("Europe/Madrid", "2028-02-26T00:00", "2028-03-04T00:00", 5, marks=pytest.mark.proof),
        pytest.param("Europe/Madrid", "2026-12-28T00:00", "2027-01-04T00:00", 5, marks=pytest.mark.proof),
    ],
)
def test_a_week_around_a_clock_change_runs_each_slot_once(
    ledger: Ledger, zone: str, start: str, end: str, days: int
) -> None:
    with world(ledger, config(zone, tickets_minutes=60), start) as there:
        # What was due before the service began is made up for or missed; it is not what is tested here.
        there.service.tick()
        there.ran.clear()
        there.live(utc(end, zone))
        digests = [at[6:] for at in there.local("digest")]
        assert digests == ["09:00"] * days
        # The pass of nine o'clock looks at the tickets as well.
        assert Counter(at[6:] for at in there.local("tickets")) == {f"{hour:02}:00": days for hour in range(10, 19)}


def test_a_slot_in_a_skipped_hour_runs_once_an_hour_later_and_one_in_a_double_hour_once(ledger: Ledger) -> None:
    cfg = config(digest_at=time(2, 30), tickets_minutes=0)
    cfg = cfg.model_copy(update={"calendar": cfg.calendar.model_copy(update={"workdays": tuple(range(7))})})
    for start, end, at in (
        ("2026-03-29T00:00", "2026-03-30T00:00", ["03-29 03:30"]),
        ("2026-10-25T00:00", "2026-10-26T00:00", ["10-25 02:30"]),
    ):
        with world(ledger, cfg, start) as there:
            there.service.tick()
            there.ran.clear()
            there.live(utc(end, "Europe/Madrid"))
            assert there.local("digest") == at


def test_a_service_that_starts_late_makes_up_for_the_morning_once(ledger: Ledger) -> None:
    with world(ledger, config(tickets_minutes=0), "2026-11-24T15:20") as there:
        there.live(utc("2026-11-24T18:00", "Europe/Madrid"))
        assert there.local("digest") == ["11-24 15:20"]


def test_what_is_too_old_is_missed_and_said(ledger: Ledger) -> None:
    with world(ledger, config(catch_up_hours=24, tickets_minutes=0), "2026-11-29T12:00") as there:
        there.service.tick()
        assert there.local("digest") == []
        record = ledger.slot("digest", "2026-11-27T09:00")
        assert record is not None
        assert record.state == "missed"


def test_a_failing_pass_is_tried_again_later_and_given_up(ledger: Ledger) -> None:
    cfg = config(retry_minutes=10, attempts=3, tickets_minutes=0)
    with world(ledger, cfg, "2026-11-24T09:00", lambda _: Pass("failed", "The disk is full (12 kB left)")) as there:
        there.service.tick()
        there.ran.clear()
        there.live(utc("2026-11-25T08:00", "Europe/Madrid"), timedelta(minutes=1))
        assert there.local("digest") == ["11-24 09:10", "11-24 09:20"]
        (failure, *_) = ledger.failures()
        assert failure.fingerprint == fingerprint("The disk is full (7 kB left)")
        assert failure.count >= 3


def test_a_postponed_pass_is_no_failure_until_it_is_given_up(ledger: Ledger) -> None:
    answers = iter([Pass("postponed", "open in Excel by Ana"), Pass("done")])
    cfg = config(retry_minutes=10, tickets_minutes=0, weekly_weekday=4, monthly_at=time(23, 59))
    with world(ledger, cfg, "2026-11-24T09:00", lambda _: next(answers, Pass("done"))) as there:
        there.service.tick()
        assert ledger.failures() == []
        there.live(utc("2026-11-24T10:00", "Europe/Madrid"))
        record = ledger.slot("digest", "2026-11-24T09:00")
        assert record is not None
        assert (record.state, record.attempts) == ("done", 2)


def test_a_pass_that_raises_ends_neither_the_loop_nor_the_other_tasks(ledger: Ledger) -> None:
    def answer(task: str) -> Pass:
        if task == "digest":
            raise MemoryError("too big")
        return Pass("done")

    with world(ledger, config(attempts=1), "2026-11-24T09:00", answer) as there:
        there.service.tick()
        assert ("digest", there.now) in there.ran
        there.live(utc("2026-11-24T09:30", "Europe/Madrid"))
        assert there.local("tickets") == ["11-24 09:15"]


def test_a_pass_that_was_cut_off_is_run_again(ledger: Ledger) -> None:
    with world(ledger, config(tickets_minutes=0), "2026-11-24T09:00") as there:
        ledger.note_slot("digest", "2026-11-24T09:00", "running", now=there.now, attempts=1)
        there.service.tick()
        assert there.local("digest") == ["11-24 09:00"]


def test_a_clock_that_jumps_back_repeats_nothing(ledger: Ledger) -> None:
    with world(ledger, config(tickets_minutes=0), "2026-11-24T09:00") as there:
        there.live(utc("2026-11-24T11:00", "Europe/Madrid"))
        before = len(there.ran)
        there.now -= timedelta(hours=2)
        there.live(utc("2026-11-24T11:00", "Europe/Madrid"))
        assert len(there.ran) == before


def test_a_stop_is_heeded_between_two_tasks(ledger: Ledger) -> None:
    with world(ledger, config(), "2026-11-24T09:00") as there:
        there.service.perform = lambda task: (setattr(there.service, "stopping", True), Pass("done"))[1]
        assert there.service.tick() == 1


def test_the_weekly_and_monthly_tasks_move_off_holidays(ledger: Ledger) -> None:
    cfg = config(tickets_minutes=0)
    monday = date(2026, 11, 30)
    calendar = cfg.calendar.model_copy(update={"extra_holidays": (monday,)})
    tasks = tasks_of(cfg.schedule, calendar_of(calendar), (time(9), time(18)))
    now = utc("2026-11-29T12:00", "Europe/Madrid")
    assert [tasks[name].next(now, cfg.zone).name for name in ("weekly", "monthly")] == [  # type: ignore[union-attr]
        "2026-12-01T09:05",
        "2026-12-01T09:10",
    ]
