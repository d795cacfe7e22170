"""What each kind of mail is made from: the ``body`` of a ``Message``, facts only. The words come from ``mail.<kind>``.

Sentences of the workbook (``reason``, ``next_action``, ``health_why``) arrive in the reader's language. Days are dates,
moments local ``datetime``; amounts are numbers with their currency beside them; None is "not known" and is never shown
as a number. Keys that a body may lack are in the class with ``total=False``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, TypedDict

from sheetcrm.alerts.case import Kind
from sheetcrm.views.brief import Brief

Tone = Literal["red", "amber", "green", "blue", "grey"]


class Heard(TypedDict):
    """Somebody who was told before: a line of "what has been tried"."""

    name: str
    role: str
    on: date


class News(TypedDict, total=False):
    """Why a row is said today; a row without these is said for the first time.

    ``kind``: see ``alerts.case``. ``role``: the reader's (owner, backup, manager, direction). ``since``: the day of the
    stage's first word, since when nobody moved. ``heard``: who was told, in that order. ``acknowledged``: who took it
    and when, where ``kind`` is ``again`` and nothing came of it (absent: a snooze ended). ``stands_in_for``: who is
    away and until when, where the reader does their work; ``stand_in``: who does the reader's. ``late``: the runner was
    down on the day when it was due.
    """

    kind: Kind
    role: str
    due: date | None
    since: date | None
    heard: Sequence[Heard]
    acknowledged: Heard
    stands_in_for: tuple[str, date]
    stand_in: str
    late: bool


class Row(News, total=False):
    """A contract. ``place`` is where it stands in the workbook, ``owner`` who answers for it ("" for the reader).
    ``counts_as``: the business day that a deadline on a day off counts as (absent or None: it is one itself)."""

    id: str
    place: str
    account: str
    title: str
    days: int
    deadline: date
    counts_as: date | None
    value: float | None
    currency: str
    reason: str
    health_score: int | None
    health_band: str
    health_why: str
    next_action: str
    next_action_on: date | None
    next_action_late: bool
    owner: str
    link: str | None
    steps: Sequence[str]
    new: bool


class Section(TypedDict):
    """The contracts of one renewal stage; ``more`` are left out."""

    key: str
    title: str
    rows: Sequence[Row]
    more: int


class MatterRow(News, total=False):
    """One row of the workbook that asks for something else than its renewal. ``value_base``: what is at stake, in base
    currency; 0 where that is unknown. ``repeat``: said before (a short form of ``kind``)."""

    account: str
    id: str
    place: str
    reason: str
    value_base: float
    next_action: str
    owner: str
    repeat: bool


class Matter(TypedDict):
    """All rows of one matter, under its title in the reader's language."""

    key: str
    title: str
    tone: Tone
    rows: Sequence[MatterRow]
    more: int


class Headline(TypedDict):
    count: int
    value: float
    currency: str


class TaskLine(TypedDict):
    title: str
    due: date | None
    account: str


class ProblemLine(TypedDict):
    address: str
    problem: str
    fix: str


class CustomerBody(TypedDict):
    """The letter to a customer, and the draft of one: ``alerts.customers.body_of``."""

    account: str
    contact: str
    contract_id: str
    title: str
    end_date: date | None
    deadline: date
    value: float | None
    currency: str
    owner: str
    owner_email: str


class Draft(TypedDict):
    """A letter to a customer for the reader to send: attached as a file, and as a link that opens it."""

    to: str
    language: str
    body: CustomerBody


class _Letter(TypedDict):
    name: str
    as_of: date
    workbook: str
    workbook_url: str | None


class _Digest(_Letter):
    baseline: bool
    late_days: int
    sheet_follows: bool
    headline: Headline
    sections: Sequence[Section]
    tasks: Sequence[TaskLine]
    problems: Sequence[ProblemLine]
    problems_more: int


class DigestBody(_Digest, total=False):
    """The day's digest, and with kind ``immediate`` what can't wait (then tasks, problems and drafts are empty).

    ``tasks`` are those of today, ``tasks_late`` how many are overdue besides.
    ``open_by``: who has the workbook open, where the sheet follows later. ``briefs``: pages to attach.
    """

    matters: Sequence[Matter]
    tasks_late: int
    drafts: Sequence[Draft]
    briefs: Sequence[Brief]
    open_by: str


class BriefBody(_Letter):
    """Before a visit: the page is attached. ``when`` is the day of the visit (None: not known), ``place`` where it is
    noted."""

    page: Brief
    when: date | None
    place: str


class Figure(TypedDict):
    """One number against last week's; None where there is no data. ``good``: which way is better ("" for neither)."""

    key: str
    now: float | None
    before: float | None
    unit: Literal["money", "share", "count"]
    good: Literal["up", "down", ""]


class ChangedRow(TypedDict):
    """Something that changed in the week; ``note`` is the reason of a loss, or what an account suffers from."""

    account: str
    id: str
    value: float | None
    owner: str
    on: date | None
    note: str


class Change(TypedDict):
    """``key``: renewed, lost, red or exhausted. ``count`` are all of them, ``value`` what they are worth a year."""

    key: str
    count: int
    value: float | None
    rows: Sequence[ChangedRow]


class OwnerLine(TypedDict):
    """A portfolio. Units: accounts; base currency per year; tasks."""

    name: str
    accounts: int
    value: float | None
    at_risk: float | None
    overdue: int


class WeeklyBody(_Letter):
    """The managers' week. What changed did so from ``first`` to ``last``; the figures are those of ``as_of`` and of
    seven days before."""

    first: date
    last: date
    currency: str
    figures: Sequence[Figure]
    health: Sequence[tuple[str, int, int | None]]
    """Band, clients now, clients a week ago (None: not known)."""
    changes: Sequence[Change]
    owners: Sequence[OwnerLine]
    owners_more: int


class QuietBody(_Letter):
    """All quiet: the runner lives. ``since`` nothing was sent; ``counts``: what was looked at, by tab."""

    since: date
    last_run: date | None
    counts: Sequence[tuple[str, int]]
    next_deadline: date | None
    problems: int


class FailureBody(TypedDict):
    """A failure of the runner, for whoever looks after it. ``text``: its last message; ``command``: what to do next."""

    text: str
    first: datetime
    last: datetime
    count: int
    task: str
    command: str
    workbook: str
