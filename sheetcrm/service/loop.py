"""The loop of ``serve``: what is due runs once, what fails is tried again later, and nothing ends it but a stop.

``schedule`` (the library) is only the tick: it forgets what it missed and knows no zone. What is due comes from the
ledger: a slot that has come and has no record.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from sheetcrm.config import Schedule
from sheetcrm.ledger.slots import SlotRecord
from sheetcrm.service.slots import Slot, Task

log = logging.getLogger("sheetcrm.service")

Ended = Literal["done", "postponed", "failed"]


@dataclass(frozen=True)
class Pass:
    """How a pass ended, and in words why it did not."""

    ended: Ended
    error: str = ""


class Slots(Protocol):
    """Where it is remembered which slots ran; every call is durable when it returns."""

    def slot(self, task: str, slot: str) -> SlotRecord | None: ...
    def note_slot(
        self,
        task: str,
        slot: str,
        state: str,
        *,
        now: datetime,
        attempts: int,
        next_try_at: datetime | None = None,
        error: str = "",
    ) -> None: ...
    def note_failure(self, fingerprint: str, text: str, *, now: datetime) -> None: ...
    def mend(self) -> None: ...


class Heartbeat(Protocol):
    """Somebody outside who watches that the runner lives."""

    def started(self) -> None: ...
    def succeeded(self) -> None: ...
    def failed(self, error: str) -> None: ...


@dataclass
class Service:
    """One runner of one workbook. ``perform`` does a task's pass; ``clock`` gives the present moment (aware).
    ``tell`` lets somebody know that a task's pass failed."""

    schedule: Schedule
    tasks: Mapping[str, Task]
    zone: ZoneInfo
    slots: Slots
    perform: Callable[[str], Pass]
    clock: Callable[[], datetime]
    heartbeat: Heartbeat
    tell: Callable[[str], object] = lambda _: None
    stopping: bool = False
    _last_pass: datetime | None = None

    def tick(self) -> int:
        """Run what is due now; how many passes ran. Raises nothing: what goes wrong is noted and logged."""
        ran = 0
        for task in self.tasks.values():
            if self.stopping:
                break
            try:
                ran += self._one(task)
            except Exception as error:
                # The ledger itself may be out of order: the loop must outlive that too.
                log.exception("the schedule could not be followed")
                self.heartbeat.failed(str(error))
        return ran

    def next_slots(self) -> list[Slot]:
        """The next slot of each task, the earliest first."""
        now = self.clock()
        found = [task.next(now, self.zone) for task in self.tasks.values()]
        return sorted((slot for slot in found if slot is not None), key=lambda slot: slot.at)

    def _one(self, task: Task) -> int:
        now = self.clock()
        slot = task.latest(now, self.zone)
        if slot is None:
            return 0
        known = self.slots.slot(task.name, slot.name)
        if known is not None and not self._again(known, now):
            return 0
        attempts = (known.attempts if known else 0) + 1
        if now - slot.at > timedelta(hours=self.schedule.catch_up_hours):
            self.slots.note_slot(task.name, slot.name, "missed", now=now, attempts=attempts - 1)
            log.warning("slot missed", extra={"task": task.name, "slot": slot.name})
            return 0
        if task.name == "tickets" and self._last_pass is not None and self._last_pass >= slot.at:
            # Another task's pass has just looked at everything, the ticket clocks included.
            self.slots.note_slot(task.name, slot.name, "done", now=now, attempts=attempts)
            return 0
        self._run(task, slot, attempts)
        return 1

    def _again(self, known: SlotRecord, now: datetime) -> bool:
        """Whether a slot that was begun is to be run once more: its pass was cut off, or its pause is over."""
        if known.state == "running":
            return known.attempts < self.schedule.attempts
        return known.state == "retry" and (known.next_try_at is None or known.next_try_at <= now)

    def _run(self, task: Task, slot: Slot, attempts: int) -> None:
        began = self.clock()
        self.slots.note_slot(task.name, slot.name, "running", now=began, attempts=attempts)
        log.info("pass begins", extra={"task": task.name, "slot": slot.name, "attempt": attempts})
        self.heartbeat.started()
        try:
            result = self.perform(task.name)
        except Exception as error:
            result = Pass("failed", f"{type(error).__name__}: {error}")
        now = self.clock()
        if result.ended == "done":
            self._last_pass = began
            self.slots.note_slot(task.name, slot.name, "done", now=now, attempts=attempts)
            self.slots.mend()
            self.heartbeat.succeeded()
            log.info("pass done", extra={"task": task.name, "slot": slot.name})
            return
        self._not_done(task, slot, attempts, result, now)

    def _not_done(self, task: Task, slot: Slot, attempts: int, result: Pass, now: datetime) -> None:
        last = attempts >= self.schedule.attempts
        again = None if last else now + timedelta(minutes=self.schedule.retry_minutes)
        state = "failed" if last else "retry"
        self.slots.note_slot(
            task.name, slot.name, state, now=now, attempts=attempts, next_try_at=again, error=result.error
        )
        log.warning(
            "pass %s", result.ended, extra={"task": task.name, "slot": slot.name, "attempt": attempts, "state": state}
        )
        if result.ended == "failed" or last:
            self.slots.note_failure(fingerprint(result.error), result.error, now=now)
            self.heartbeat.failed(result.error)
            self._tell(task.name)

    def _tell(self, task: str) -> None:
        """Telling somebody of a failure must not be another one: it is tried again after the next."""
        try:
            self.tell(task)
        except Exception:
            log.exception("the operator could not be told")


def fingerprint(error: str) -> str:
    """What makes two failures the same: their words without numbers, paths and addresses."""
    plain = re.sub(r"[\w./\\-]*[/\\@][\w./\\@-]*|\d+", "#", error.splitlines()[0] if error else "")
    return hashlib.sha256(plain.encode()).hexdigest()[:16]
