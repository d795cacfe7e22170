"""A run that cron began: nobody looks at it, so somebody is told when it fails (domain 6, "dead runner")."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from sheetcrm.ledger import Ledger
from sheetcrm.ledger.slots import WAITING
from sheetcrm.run import Job, Report, run
from sheetcrm.service.failures import tell_operator
from sheetcrm.service.heartbeat import Ping
from sheetcrm.service.loop import fingerprint

log = logging.getLogger("sheetcrm.service")


def watched(job: Job, *, command: str, workbook: str, waits: Callable[[Exception], bool]) -> Report:
    """Run once, with what ``serve`` does around each pass: heartbeats, and one letter to the operator per distinct
    failure.

    ``command`` is what to do next, ``workbook`` what it is called. ``waits`` tells an error that the next run may well
    not meet.
    """
    watch = _Watch(job, Ping(job.cfg.schedule.heartbeat_url, wait=True), command, workbook)
    watch.ping.started()
    try:
        report = run(job)
    except Exception as error:
        watch.failed(str(error) or type(error).__name__, waits=waits(error))
        raise
    if report.state == "refused":
        watch.failed("; ".join(report.plan.refusals))
    elif report.state == "postponed":
        watch.failed(report.why, waits=True)
    else:
        watch.succeeded()
    return report


@dataclass(frozen=True)
class _Watch:
    job: Job
    ping: Ping
    command: str
    workbook: str

    def succeeded(self) -> None:
        with Ledger.open(self.job.state) as ledger:
            ledger.mend()
        self.ping.succeeded()

    def failed(self, error: str, *, waits: bool = False) -> None:
        """To tell of a failure must not be another one: it is tried again after the next."""
        try:
            with Ledger.open(self.job.state) as ledger:
                ledger.note_failure(WAITING if waits else fingerprint(error), error, now=self.job.clock())
                if all(failure.passing for failure in ledger.failures()):
                    return
                self.ping.failed(error)
                self._tell(ledger)
        except Exception:
            self.ping.failed(error)
            log.exception("the operator could not be told")

    def _tell(self, ledger: Ledger) -> None:
        job = self.job
        tell_operator(
            ledger,
            job.cfg,
            job.transport,
            task=job.task,
            command=self.command,
            workbook=self.workbook,
            now=job.clock(),
        )
