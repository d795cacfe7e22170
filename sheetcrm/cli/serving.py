"""``serve``: keep running, and do each pass when it is due."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from sheetcrm.cli.context import Options, Place, place, transport
from sheetcrm.cli.exits import UsageError

if TYPE_CHECKING:
    from sheetcrm.ledger import Ledger
    from sheetcrm.service.child import Child
    from sheetcrm.service.loop import Service
    from sheetcrm.service.slots import Task

log = logging.getLogger("sheetcrm.service")

LOCK = "serve.lock"
_TICK_SECONDS = 5


def serve(options: Options, *, once: bool, json_logs: bool) -> None:
    """Do what is due, again and again; ``once``: what is due now, then end. One per state folder."""
    from sheetcrm.ledger import Ledger
    from sheetcrm.logs import to_stderr
    from sheetcrm.service.child import Child

    where = place(options)
    to_stderr(as_json=json_logs)
    where.state.mkdir(parents=True, exist_ok=True)
    with _alone(where), Ledger.open(where.state) as ledger:
        schedule = where.cfg.schedule
        child = Child(_options(options), schedule.memory_mb, schedule.pass_minutes)
        service = _service(where, ledger, child)
        with _signals(service, child):
            _announce(service)
            _loop(service, once=once)
    log.info("stopped")


def tasks(where: Place) -> dict[str, Task]:
    """The tasks of these settings, by name."""
    from sheetcrm.rules.hours import calendar_of
    from sheetcrm.service.slots import tasks_of

    calendar = where.cfg.calendar
    return dict(tasks_of(where.cfg.schedule, calendar_of(calendar), (calendar.day_starts, calendar.day_ends)))


def _service(where: Place, ledger: Ledger, child: Child) -> Service:
    from sheetcrm.service.failures import tell_operator
    from sheetcrm.service.heartbeat import Ping
    from sheetcrm.service.loop import Service

    def clock() -> datetime:
        return datetime.now(where.cfg.zone)

    def tell(task: str) -> int:
        return tell_operator(
            ledger,
            where.cfg,
            lambda: transport(where, is_today=True),
            task=task,
            command=where.check_command,
            workbook=where.name,
            now=clock(),
        )

    schedule = where.cfg.schedule
    heartbeat = Ping(schedule.heartbeat_url)
    return Service(schedule, tasks(where), where.cfg.zone, ledger, child.perform, clock, heartbeat, tell)


def _loop(service: Service, *, once: bool) -> None:
    """Tick every few seconds until a stop."""
    import schedule

    if once:
        service.tick()
        return
    scheduler = schedule.Scheduler()
    scheduler.every(_TICK_SECONDS).seconds.do(service.tick)
    service.tick()
    while not service.stopping:
        scheduler.run_pending()
        time.sleep(0.5)


@contextmanager
def _alone(where: Place) -> Iterator[None]:
    """One ``serve`` per state folder: two would share the slots, but send heartbeats that hide each other."""
    lock = FileLock(where.state / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise UsageError(
            f"Another  sheetcrm serve  is running with {where.state}. See how it is:  sheetcrm status"
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _signals(service: Service, child: Child) -> Iterator[None]:
    """The first stop lets the pass come to its end, the second ends it."""

    def stop(number: int, frame: object) -> None:
        del number, frame
        if service.stopping:
            child.stop()
        service.stopping = True

    previous: dict[int, Callable[[int, object], object] | int | None] = {}
    for name in ("SIGTERM", "SIGINT"):
        number = getattr(signal, name)
        previous[number] = signal.signal(number, stop)  # type: ignore[assignment]
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _announce(service: Service) -> None:
    log.info("serving", extra={"next": [f"{slot.task} {slot.name}" for slot in service.next_slots()]})


def _options(options: Options) -> Sequence[str]:
    """The options that the passes inherit."""
    found: list[str] = []
    for name, value in (("--config", options.config), ("--workbook", options.workbook), ("--state", options.state)):
        if value is not None:
            found += [name, str(value)]
    if options.ignore_lock:
        found.append("--ignore-lock")
    return found
