"""read → evaluate → plan → apply: the only file that orders effects (architecture 6).

Each step leaves an invariant behind, so that a crash between any two of them loses no alert and repeats none:

    0  one runner per state folder, and the folder belongs to this workbook
    1  the old outbox is drained: nothing old waits on a locked sheet
    2  the workbook is read; what its alerts tab knows and the ledger does not, joins the ledger
    3  the plan, the guard, the new workbook in memory: refusals happen here, before any effect
    4  one transaction: alert keys, row intents, letters in their final bytes, undo
    5  the letters are sent, each between two commits
    6  one write of the workbook, with the alerts in their true states
    7  one transaction: rows written, history, run done
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from uuid import uuid4

from sheetcrm import undo
from sheetcrm.alerts.acknowledged import acknowledged
from sheetcrm.alerts.reports import When
from sheetcrm.alerts.story import Story, story
from sheetcrm.alerts.team import Team
from sheetcrm.alerts.window import is_quiet
from sheetcrm.appended import by_name
from sheetcrm.config import Config
from sheetcrm.engine import evaluate
from sheetcrm.explain import find_row
from sheetcrm.findings import NOBODY_ALLOWED, NOBODY_NAMED
from sheetcrm.garbage import seldom_collected
from sheetcrm.ledger import OPEN, Ledger, LedgerAhead, instance_lock
from sheetcrm.letter import Letter
from sheetcrm.mail.outbox import DrainReport
from sheetcrm.mail.recipients import allowed as may_write_to
from sheetcrm.mail.sending import composed, send
from sheetcrm.mail.transport import Transport
from sheetcrm.mirror import alerts_of
from sheetcrm.model import Memory, Message, Plan, Snapshot
from sheetcrm.plan import language_of, make_plan
from sheetcrm.reading import snapshot as read_snapshot
from sheetcrm.reading import wanted_titles
from sheetcrm.rules import first
from sheetcrm.rules.hours import calendar_of
from sheetcrm.sync.backend import Backend
from sheetcrm.sync.changes import Changes, Outcome, Prepared
from sheetcrm.views import alerts_tab
from sheetcrm.views.layout import LAYOUT
from sheetcrm.words import words_of

log = logging.getLogger("sheetcrm")
MOST_REPLANS = 3
PREVIEW = "preview"
"""A task that is only looked at."""


@dataclass(frozen=True)
class Job:
    """One pass over one workbook.

    ``as_of`` is the day that the rules see; ``clock`` gives the present moment in the configured zone. ``now`` is the
    time at which ticket clocks are read (None: the end of business of ``as_of``). ``task``: all of the day's work, or
    one part of the schedule (``digest``, ``tickets``, ``weekly``, ``monthly``); ``preview``: all that could be said at
    any hour, to ``look`` at. ``step`` hears of progress.
    """

    cfg: Config
    backend: Backend
    state: Path
    as_of: date
    clock: Callable[[], datetime]
    transport: Callable[[], Transport]
    now: datetime | None = None
    force: bool = False
    task: str = "all"
    step: Callable[[str], None] = lambda _: None


@dataclass(frozen=True)
class Report:
    """What a run did. ``state``: done, unchanged, postponed (``why``) or refused (``refusals``)."""

    state: str
    plan: Plan
    why: str = ""
    cells: int = 0
    letters: Mapping[str, int] = field(default_factory=dict)
    mail_errors: Mapping[str, str] = field(default_factory=dict)
    snapshot: Snapshot | None = None


@dataclass(frozen=True)
class Look:
    """A plan with what it was made from: for ``plan``, ``check`` and ``explain``, which change nothing."""

    plan: Plan
    snapshot: Snapshot
    letters: Sequence[Letter]


def look(job: Job, *, language: str = "") -> Look:
    """The plan of this moment. Reads only: no ledger is made, nothing is written or sent. ``language``: as if everybody
    read that one."""
    snapshot = read(job) if not language else _in_language(read(job), language)
    with Ledger.look(job.state) as ledger:
        ledger.heal(alerts_of(snapshot, ledger.keys()), job.as_of)
        plan = _plan(job, snapshot, ledger.memory(job.as_of))
    return Look(plan, snapshot, _letters(job, plan))


def run(job: Job) -> Report:
    """One whole pass. Raises Refused for a workbook that can't be read, LedgerError for a state that can't be used."""
    with instance_lock(job.state), Ledger.open(job.state) as ledger, seldom_collected():
        return _run(job, ledger)


@dataclass(frozen=True)
class TakenBack:
    """What ``take_back`` found or did. ``state``: shown, written, unchanged, postponed or changed (``why``)."""

    run_id: int
    reversal: undo.Reversal
    rows_added: Sequence[str]
    state: str
    why: str = ""


def take_back(job: Job, run_id: int | None, *, apply: bool) -> TakenBack | None:
    """Put back the cells that a run (None: the last that changed any) wrote, where nobody has changed them since.

    None when nothing is kept of it. Taking back is a run of its own, which can be taken back too.
    """
    with instance_lock(job.state), Ledger.open(job.state) as ledger:
        chosen = run_id or next((past.id for past in ledger.runs(1000) if past.undo), None)
        blob = ledger.undo(chosen) if chosen is not None else None
        if chosen is None or blob is None:
            return None
        snapshot = read(job)
        reversal = undo.reverse(undo.unpack(blob), snapshot)
        rows = ledger.rows_of(chosen)
        if not apply or not reversal.cells:
            return TakenBack(chosen, reversal, rows, "shown" if not apply else "unchanged")
        if snapshot.book_id:
            ledger.adopt(snapshot.book_id)
        words = words_of(language_of(job.cfg, snapshot))
        prepared = job.backend.prepare(Changes(snapshot=snapshot, words=words, blocks=reversal.blocks))
        this = ledger.begin(job.as_of, snapshot.base, now=job.clock())
        ledger.keep_undo(this, undo.pack(reversal.blocks))
        outcome = prepared.write([])
        if outcome.state in ("postponed", "changed"):
            ledger.postpone(this, outcome.why or "the workbook was changed meanwhile", now=job.clock())
        else:
            ledger.taken_back(this, chosen, now=job.clock())
        return TakenBack(chosen, reversal, rows, outcome.state, outcome.why)


def _run(job: Job, ledger: Ledger) -> Report:
    if job.now is not None and (ahead := ledger.ahead(job.as_of)):
        raise LedgerAhead(ahead)
    job.step("mail")
    drained = [_drain(job, ledger)] if ledger.queued(job.clock()) or ledger.letters("sending") else []
    snapshot = read(job)
    book_id = snapshot.book_id or ledger.book_id or uuid4().hex[:12]
    ledger.adopt(book_id, language_of(job.cfg, snapshot))
    ledger.heal(alerts_of(snapshot, ledger.keys()), job.as_of)
    memory = ledger.memory(job.as_of)
    plan = _decided(job, snapshot, memory)
    if plan.refusals and not job.force:
        return Report("refused", plan, snapshot=snapshot)
    job.step("build")
    prepared = job.backend.prepare(_changes(job, snapshot, plan, book_id))
    letters = _letters(job, plan, job.backend.open_by())
    run_id = ledger.begin(job.as_of, snapshot.base, now=job.clock())
    ledger.commit_effects(
        run_id,
        now=job.clock(),
        alerts=plan.alerts,
        rows=[*plan.rows, *plan.owed],
        letters=letters,
        undo=undo.pack(plan.blocks),
        digests={letter.to: job.as_of for letter in letters if letter.kind == "digest"},
        bundles={letter.to: job.as_of for letter in letters if letter.kind == "immediate"},
        seen=plan.seen,
        moves=plan.moves,
        ladders=plan.ladders,
        matters=plan.matters,
        addresses=plan.addresses,
        acknowledged=plan.acknowledged,
        held_since=_held_since(job, memory),
        baseline=_baseline(job, memory, snapshot, plan),
    )
    if letters:
        job.step("mail")
        drained.append(_drain(job, ledger))
    job.step("write")
    outcome, snapshot, plan = _write(job, ledger, snapshot, plan, prepared, book_id)
    if outcome.state in ("postponed", "changed"):
        why = outcome.why or "the workbook kept changing while it was being written"
        ledger.postpone(run_id, why, now=job.clock())
        return Report("postponed", plan, why, 0, *_mail(drained, ledger), snapshot)
    _finish(job, ledger, run_id, snapshot, plan)
    effects = bool(letters or plan.rows or any(report.sent for report in drained))
    state = "unchanged" if outcome.state == "unchanged" and not effects else "done"
    return Report(state, plan, "", outcome.cells, *_mail(drained, ledger), snapshot)


def _write(
    job: Job, ledger: Ledger, snapshot: Snapshot, plan: Plan, prepared: Prepared, book_id: str
) -> tuple[Outcome, Snapshot, Plan]:
    """Write once; when the workbook is no longer the one that was read, read and plan again, cells only."""
    for _ in range(MOST_REPLANS):
        outcome = prepared.write([alerts_tab.rows(ledger.alerts().values(), snapshot)])
        if outcome.state != "changed":
            return outcome, snapshot, plan
        log.info("the workbook changed while it was being worked on; reading it again")
        snapshot = read(job)
        # A second look in one run adds cells and the rows still owed, no further news: those wait for the next run.
        plan = _decided(job, snapshot, ledger.memory(job.as_of), tell=False)
        prepared = job.backend.prepare(_changes(job, snapshot, plan, book_id))
    return outcome, snapshot, plan


def _finish(job: Job, ledger: Ledger, run_id: int, snapshot: Snapshot, plan: Plan) -> None:
    ledger.finish(
        run_id,
        now=job.clock(),
        written_causes=[*(row.cause for row in plan.rows), *plan.reappeared],
        deleted_causes=plan.dropped,
        history=plan.history,
        counts=plan.counts,
        last_run=job.as_of,
        sizes={key: len(table) for key, table in snapshot.tabs.items() if table.present},
    )


def read(job: Job) -> Snapshot:
    """The workbook as it stands."""
    job.step("read")
    return read_snapshot(job.backend.read(wanted_titles(job.cfg)), job.cfg, job.cfg.language or None)


def alert_story(job: Job, id: str, tab: str | None) -> Sequence[Story]:
    """What was, is and will be said of the rows with this id as of the job's day, one story per tab. Reads only."""
    snapshot = read(job)
    with Ledger.look(job.state) as ledger:
        ledger.heal(alerts_of(snapshot, ledger.keys()), job.as_of)
        memory = ledger.memory(job.as_of)
    state = evaluate(snapshot, job.as_of, job.cfg, memory, words_of(language_of(job.cfg, snapshot)), first(), job.now)
    confirmed = acknowledged(snapshot, memory.alerts, job.as_of)
    known = replace(memory, alerts={**memory.alerts, **confirmed})
    team = Team.of(state.frames["team"], allowed_in(snapshot, job.cfg), job.cfg.mail.fallback)
    return [story(state, team, known, job.cfg, key, id) for key, _ in find_row(state, id, tab)]


def _in_language(snapshot: Snapshot, language: str) -> Snapshot:
    """The workbook with one language for all its readers and customers."""
    tabs = {key: snapshot[key] for key in ("team", "accounts")}
    changed = {key: replace(table, frame=table.frame.assign(language=language)) for key, table in tabs.items()}
    return replace(snapshot, tabs={**snapshot.tabs, **changed})


def allowed_in(snapshot: Snapshot, cfg: Config) -> Callable[[str], bool]:
    """Which addresses internal mail may go to."""
    team = {str(email).lower() for email in snapshot["team"].frame["email"].tolist()}

    @cache
    def allowed(address: str) -> bool:
        return may_write_to(address, team, cfg.mail.allowed)

    return allowed


def _plan(job: Job, snapshot: Snapshot, memory: Memory, *, tell: bool = True) -> Plan:
    return make_plan(
        snapshot,
        job.as_of,
        job.cfg,
        memory,
        allowed=allowed_in(snapshot, job.cfg),
        now=job.now,
        step=job.step,
        tell=tell,
        quiet=job.task != PREVIEW and _quiet(job, memory.held_since),
        digests=_has_digests(job),
        reports=_reports(job, memory),
    )


def _decided(job: Job, snapshot: Snapshot, memory: Memory, *, tell: bool = True) -> Plan:
    """The plan to apply, without what it was computed from: patching a large workbook needs the room."""
    return replace(_plan(job, snapshot, memory, tell=tell), state=None)


def _reports(job: Job, memory: Memory) -> When | None:
    """Which of the week's letters this run makes: from their day on, the first run that may send mail makes them."""
    if job.task == PREVIEW:
        return "always"
    on_day = job.task == "weekly" or (job.task == "all" and job.as_of.weekday() >= job.cfg.schedule.weekly_weekday)
    return "due" if on_day and not _quiet(job, memory.held_since) else None


def _moment(job: Job) -> datetime:
    """The local time of the run; as of another day the end of its business."""
    return job.now or datetime.combine(job.as_of, job.cfg.calendar.day_ends)


def _quiet(job: Job, held_since: datetime | None) -> bool:
    """Whether news must wait for business hours."""
    return job.cfg.mail.hours == "business" and is_quiet(_moment(job), calendar_of(job.cfg.calendar), held_since)


def _has_digests(job: Job) -> bool:
    return job.task in ("all", "digest", PREVIEW)


def _baseline(job: Job, memory: Memory, snapshot: Snapshot, plan: Plan) -> str:
    """Of a first run its day, where it told everybody: there was something to tell and somebody to write to, and
    nothing had to wait."""
    if not memory.first_run:
        return ""
    waits = _quiet(job, memory.held_since) or not _has_digests(job)
    nobody = any(problem.code in (NOBODY_NAMED, NOBODY_ALLOWED) for problem in plan.problems)
    nothing = not (len(snapshot["contracts"]) or len(snapshot["accounts"]))
    return OPEN if waits or nobody or nothing else job.as_of.isoformat()


def _held_since(job: Job, memory: Memory) -> datetime | None:
    """Since when runs have come at quiet hours only; None after one in business hours."""
    return (memory.held_since or _moment(job)) if _quiet(job, None) else None


def _changes(job: Job, snapshot: Snapshot, plan: Plan, book_id: str) -> Changes:
    return Changes(
        snapshot=snapshot,
        words=words_of(language_of(job.cfg, snapshot)),
        blocks=plan.blocks,
        rows=by_name(plan.rows, snapshot["team"]),
        tabs=plan.tabs,
        dashboard={**plan.dashboard, LAYOUT.book_id: book_id},
    )


def _letters(job: Job, plan: Plan, open_by: str | None = None) -> list[Letter]:
    """The plan's letters in their final bytes. ``open_by``: who has the workbook open, so that the sheet comes later
    than the letter (None: nobody; "": somebody who is not named)."""
    return [composed(_following(message, open_by), job.cfg, job.clock()) for message in plan.messages]


def _following(message: Message, open_by: str | None) -> Message:
    if open_by is None or "sheet_follows" not in message.body:
        return message
    return replace(message, body={**message.body, "sheet_follows": True, "open_by": open_by})


def _drain(job: Job, ledger: Ledger) -> DrainReport:
    return send(ledger, job.cfg, job.transport, job.clock())


def _mail(reports: Iterable[DrainReport], ledger: Ledger) -> tuple[dict[str, int], dict[str, str]]:
    """How many letters were sent, failed, were held, and wait (also those whose next attempt is not due yet)."""
    counts = {"sent": 0, "failed": 0, "held": 0, "left": ledger.letter_counts().get("queued", 0)}
    errors: dict[str, str] = {}
    for report in reports:
        counts["sent"] += len(report.sent)
        counts["failed"] += len(report.failed)
        counts["held"] += len(report.held)
        errors |= report.errors
    return counts, errors
