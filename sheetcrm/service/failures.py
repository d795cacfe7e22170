"""The operator hears of each distinct failure once (domain 6, "dead runner")."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sheetcrm.config import Config
from sheetcrm.languages import LANGUAGES
from sheetcrm.ledger.slots import Failure
from sheetcrm.letter import Letter
from sheetcrm.mail.outbox import Outbox
from sheetcrm.mail.sending import composed, send
from sheetcrm.mail.transport import Transport
from sheetcrm.model import Message


class Failures(Outbox, Protocol):
    """Where it is remembered what failed and what was told of it; every call is durable when it returns."""

    @property
    def language(self) -> str: ...
    def failures(self) -> list[Failure]: ...
    def tell_failure(self, fingerprint: str, letter: Letter, *, now: datetime) -> None: ...


def tell_operator(
    known: Failures,
    cfg: Config,
    transport: Callable[[], Transport],
    *,
    task: str,
    command: str,
    workbook: str,
    now: datetime,
) -> int:
    """Queue a letter about each failure that nobody was told of, and send what is due; how many were new.

    ``task`` failed just now; ``command`` is what to do next. Without an operator nothing is told.
    """
    new = (
        [failure for failure in known.failures() if failure.told_on is None and not failure.passing]
        if cfg.mail.operator
        else []
    )
    for failure in new:
        language = language_for(known, cfg)
        message = failure_message(failure, cfg, language, task=task, command=command, workbook=workbook)
        known.tell_failure(failure.fingerprint, composed(message, cfg, now), now=now)
    if new:
        send(known, cfg, transport, now)
    return len(new)


def language_for(known: Failures, cfg: Config) -> str:
    """The configured language, else that of the workbook when it could last be read, else that of a new workbook."""
    return cfg.language or known.language or LANGUAGES[0]


def failure_message(failure: Failure, cfg: Config, language: str, *, task: str, command: str, workbook: str) -> Message:
    """The letter about a failure."""
    body = {
        "text": failure.text,
        "first": _local(failure.first, cfg.zone),
        "last": _local(failure.last, cfg.zone),
        "count": failure.count,
        "task": task,
        "command": command,
        "workbook": workbook,
    }
    key = f"failure|{failure.fingerprint}|{failure.first.isoformat()}"
    return Message(key, "failure", cfg.mail.operator, language, "", body)


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
