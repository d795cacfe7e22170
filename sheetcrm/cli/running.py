"""``run``: the day's work, and how it went in a few lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sheetcrm.cli import exits
from sheetcrm.cli.context import Options, Place, job, place, progress, require_own_state
from sheetcrm.cli.counting import counted
from sheetcrm.findings import NOBODY_ALLOWED, NOBODY_NAMED
from sheetcrm.mail.files import FilesTransport
from sheetcrm.mail.transport import Transport
from sheetcrm.reasons import describe
from sheetcrm.run import Job, Report
from sheetcrm.run import run as run_once
from sheetcrm.sync.backend import Backend
from sheetcrm.words import words_of

if TYPE_CHECKING:
    from sheetcrm.sync.google.traffic import Traffic


def run(options: Options) -> None:
    """Run once; exit 3 with data problems, 75 when the workbook or some mail must wait, 1 when refused."""
    where = place(options)
    require_own_state(options, where)
    with progress(options) as step:
        work = job(options, where, step=step)
        transport = work.transport()
        transport.close()  # mail settings that can't work are said before anything is done
        report = run_once(work) if _watched(options) else _unattended(work, where)
    traffic = traffic_of(work.backend)
    if options.verbose and traffic is not None:
        print(traffic.in_words(), file=sys.stderr)
    calls = traffic.as_dict() if traffic is not None else {}
    print(
        json.dumps(as_json(report, calls), ensure_ascii=False)
        if options.json
        else in_words(report, left=_left_as(where, transport))
    )
    raise SystemExit(_exit_code(report))


def _watched(options: Options) -> bool:
    """Whether somebody sees how the run ends: a person at a terminal, or the program that called it."""
    return options.json or options.as_of is not None or sys.stderr.isatty()


def _unattended(work: Job, where: Place) -> Report:
    from sheetcrm.service.unattended import watched

    def waits(error: Exception) -> bool:
        return exits.code_of(error) == exits.POSTPONED

    return watched(work, command=where.check_command, workbook=where.name, waits=waits)


def in_words(report: Report, *, left: str = "sent") -> str:
    """What the run did, in a few lines. ``left``: how letters leave."""
    counts, lines = report.plan.counts, []
    if report.state == "refused":
        return refused(report.plan.refusals)
    if report.state == "postponed":
        lines.append(f"Postponed: {report.why}. The mail has not waited; the next run writes the workbook.")
    elif report.state == "unchanged":
        lines.append(f"Nothing to do: the workbook is up to date, and {_told(report)}.")
    else:
        lines.append(_written(report))
    if report.letters.get("sent") or report.letters.get("failed") or report.letters.get("left"):
        letters = report.letters
        lines.append(f"Mails: {letters['sent']} {left}, {letters['left']} waiting, {letters['failed']} failed.")
    lines += [f"  {key}: {error}" for key, error in report.mail_errors.items()]
    if counts["held_back"]:
        waiting = counted(counts["held_back"], "thing")
        lines.append(f"Waiting for business hours: {waiting} to tell (mail.hours). See it:  sheetcrm preview digest")
    unheard = [problem for problem in report.plan.problems if problem.code in (NOBODY_NAMED, NOBODY_ALLOWED)]
    lines += [" ".join(describe(problem, words_of("en"))) for problem in unheard]
    lines.append(
        f"Found: {counted(counts['expiring'], 'contract')} expiring, {counts['expired']} expired, "
        f"{counts['at_risk']} at high risk, "
        f"{counted(counts['red'], 'account')} red, {counted(counts['problems'], 'problem')} in the cells."
    )
    return "\n".join(lines)


def _left_as(where: Place, transport: Transport) -> str:
    if not isinstance(transport, FilesTransport):
        return "sent"
    why = "" if where.cfg.mail.has_server else " (no mail server: nobody got them)"
    return f"as files in {where.state.name}/outbox{why}"


def _told(report: Report) -> str:
    if report.letters.get("left"):
        return "some mail is still waiting"
    return "nobody is to be told anything now" if report.plan.counts["held_back"] else "everybody has been told"


def _written(report: Report) -> str:
    """What was written where: the cells that a plan shows, and those of the runner's own tabs."""
    rows, changed = report.plan.rows, report.plan.counts["cells"]
    new = sum(value is not None for row in rows for value in row.values.values())
    own = max(0, report.cells - changed - new)
    return (
        f"Done: {counted(changed, 'cell')} changed in people's tabs, {counted(len(rows), 'row')} added to them, "
        f"{counted(own, 'cell')} filled in the runner's own tabs."
    )


def refused(refusals: Sequence[str]) -> str:
    """Why the guard stopped the run, and what to do."""
    return "\n".join(
        [
            "Stopped before anything was written or sent, because the plan changes too much of what exists:",
            *(f"  • {refusal}" for refusal in refusals),
            "Look at it with  sheetcrm plan  ; if it is right, go on with  --force",
        ]
    )


def traffic_of(backend: Backend) -> Traffic | None:
    """How often Google was called; None for a workbook on disk."""
    return getattr(getattr(backend, "transport", None), "traffic", None)


def as_json(report: Report, calls: Mapping[str, object] | None = None) -> dict[str, object]:
    """The report for programs. ``calls``: what went to Google and back; empty for a workbook on disk."""
    return {
        "state": report.state,
        "why": report.why,
        "as_of": report.plan.as_of.isoformat(),
        "cells": report.cells,
        "rows": len(report.plan.rows),
        "letters": dict(report.letters),
        "mail_errors": dict(report.mail_errors),
        "refusals": list(report.plan.refusals),
        "counts": dict(report.plan.counts),
        "calls": dict(calls or {}),
    }


def _exit_code(report: Report) -> int:
    if report.state == "refused":
        return exits.FAILURE
    if report.state == "postponed":
        return exits.POSTPONED
    if report.letters.get("failed"):
        print("Some mail could not be delivered; see above.", file=sys.stderr)
        return exits.FAILURE
    if report.letters.get("left"):
        return exits.POSTPONED
    return exits.PROBLEMS if report.plan.problems else exits.DONE
