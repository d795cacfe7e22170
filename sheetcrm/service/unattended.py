"""A run that cron began: nobody looks at it, so somebody is told when it fails (domain 6, "dead runner")."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sheetcrm.ledger import Ledger
from sheetcrm.run import Job, Report, run
from sheetcrm.service.failures import tell_operator
from sheetcrm.service.heartbeat import Ping
from sheetcrm.service.loop import fingerprint

WAITS = 3
"""Runs in a row that could not write, after which somebody is told."""
log = logging.getLogger("sheetcrm.service")


def watched(job: Job, *, command: str, workbook: str, waits: Callable[[Exception], bool]) -> Report:
    """Run once, with what ``serve`` does around each pass: heartbeats, and one letter to the operator per distinct
    failure.

    ``command`` is what to do next, ``workbook`` what it is called. ``waits`` tells an error that only the next run need
    mind.
    """
    ping = Ping(job.cfg.schedule.heartbeat_url, wait=True)
    ping.started()
    try:
        report = run(job)
    except Exception as error:
        if not waits(error):
            _failed(job, ping, str(error) or type(error).__name__, command, workbook)
        raise
    if report.state == "refused":
        _failed(job, ping, "; ".join(report.plan.refusals), command, workbook)
    elif report.state != "postponed":
        with Ledger.open(job.state) as ledger:
            ledger.mend()
        ping.succeeded()
    elif _keeps_waiting(job):
        _failed(job, ping, report.why, command, workbook)
    return report


def _keeps_waiting(job: Job) -> bool:
    """Whether the last runs all found the workbook in use."""
    with Ledger.look(job.state) as ledger:
        return [past.state for past in ledger.runs(WAITS)] == ["postponed"] * WAITS


def _failed(job: Job, ping: Ping, error: str, command: str, workbook: str) -> None:
    """To tell of a failure must not be another one: it is tried again after the next."""
    ping.failed(error)
    try:
        with Ledger.open(job.state) as ledger:
            now = job.clock()
            ledger.note_failure(fingerprint(error), error, now=now)
            tell_operator(
                ledger,
                job.cfg,
                job.transport,
                task="" if job.task == "all" else job.task,
                command=command,
                workbook=workbook,
                now=now,
            )
    except Exception:
        log.exception("the operator could not be told")
