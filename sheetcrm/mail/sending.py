"""From messages to letters that leave, with the settings of a workbook: who sends, how long a run may send."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sheetcrm.config import Config
from sheetcrm.letter import Letter
from sheetcrm.mail.compose import compose
from sheetcrm.mail.outbox import LEASE, DrainReport, Outbox, drain
from sheetcrm.mail.transport import Transport
from sheetcrm.model import Message


def composed(message: Message, cfg: Config, now: datetime) -> Letter:
    """The message as a letter from the configured sender."""
    sender = cfg.mail.sender or cfg.mail.user or "sheetcrm@localhost"
    domain = sender.rpartition("@")[2].rstrip(">")
    return compose(message, sender=sender, domain=domain, operator=cfg.mail.operator, now=now)


def send(outbox: Outbox, cfg: Config, transport: Callable[[], Transport], now: datetime) -> DrainReport:
    """Send what is due, within the settings' time."""
    server = transport()
    try:
        return drain(
            outbox,
            server,
            now=now,
            budget_seconds=cfg.mail.budget_seconds,
            clock=time.monotonic,
            customer_cap=cfg.mail.daily_customer_cap,
            per_minute=cfg.mail.per_minute,
            # A letter's text and its answer take three waits for the server at most.
            lease=max(LEASE, timedelta(seconds=4 * cfg.mail.timeout_seconds)),
        )
    finally:
        server.close()
