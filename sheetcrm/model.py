"""The values that pass between the steps: Snapshot, Plan, Message, Problem. No behaviour beyond look-ups.

tabs --read--> Snapshot --evaluate--> Snapshot+ --plan--> Plan --apply--> ledger, outbox, workbook
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

Value = None | str | int | float | date | datetime
"""What one cell holds in keys and ISO types: never NaN, never a localised word."""

Bools = np.ndarray[Any, np.dtype[np.bool_]]
Ints = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Problem:
    """Something a person should mend, at its address.

    ``code`` names the sentence pair ``problem.<code>`` and ``problem.<code>.fix`` of the locale, ``params`` fill it.
    ``row`` is the sheet row (1-based; 0 when it is about a tab). ``cell`` is its A1 address or "".
    """

    tab: str
    code: str
    cell: str = ""
    row: int = 0
    id: str = ""
    column: str = ""
    value: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    owner: str = ""


@dataclass
class Table:
    """One tab as read.

    ``frame`` holds the people's columns, typed: text, ids, lists (keys) and yes/no as ``str``, numbers as float64,
    dates as datetime64[s]; a column that the tab lacks is all missing. One row per record with a valid, unique id,
    RangeIndex. ``rows`` are their 1-based sheet rows. ``stored`` holds the runner's columns as they stand in the
    workbook (same types; a list word of another language or a typed-over text stays text), only those present.
    ``garbled`` marks stored cells that hold something of another type. ``unreadable`` marks the people's cells that
    could not be read, per column. ``where`` gives the 1-based sheet column of each key that the tab has.
    """

    key: str
    title: str
    frame: pd.DataFrame
    rows: Ints
    stored: pd.DataFrame
    where: Mapping[str, int] = field(default_factory=dict)
    unreadable: Mapping[str, Bools] = field(default_factory=dict)
    garbled: Mapping[str, Bools] = field(default_factory=dict)
    blocked: Mapping[str, Bools] = field(default_factory=dict)
    """The runner's cells that can't be written (people's formulas, merged cells), per column."""
    fresh: int = 0
    """How many of the last rows stand nowhere yet: rows that the plan appends, at the sheet rows that they will get."""
    append_blocked: bool = False
    """Whether no row can be added below the data (an Excel table with a totals row, something below it)."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Each key's header as it stands there, so that a write can check that it stands there still."""
    header_row: int = 1
    last_row: int = 0
    present: bool = True
    rows_read: int = 0
    empty_columns: frozenset[str] = frozenset()
    """Keys of columns that the tab lacks or in which no cell is filled."""
    typed_ids: pd.Series[str] | None = None
    """The ids exactly as they stand in the sheet (unstripped, any case), row by row: what a backend checks against."""
    raw: pd.DataFrame | None = None
    """Of the runner's tabs: the texts as they stand, one column per key, indexed by sheet row."""

    def __len__(self) -> int:
        return len(self.frame)


@dataclass
class Snapshot:
    """The whole workbook as read: one Table per people's tab plus ``alerts`` (people acknowledge there)."""

    tabs: Mapping[str, Table]
    problems: Sequence[Problem]
    language: str
    base: str = ""
    """Hash of the bytes (Excel) or revision (Google) that was read."""
    book_id: str = ""
    filled: Mapping[str, Table] = field(default_factory=dict)
    """The runner's tabs as they stand (titles and where their header is), for writing them."""

    def __getitem__(self, key: str) -> Table:
        return self.tabs[key]


@dataclass(frozen=True)
class Block:
    """The changed cells of one runner column: never an object per cell until printed.

    ``rows`` are 1-based sheet rows, ``before`` and ``after`` are typed arrays of the same length in keys
    (datetime64 for dates, float64 for numbers, object of str/None for text).
    """

    tab: str
    column: str
    rows: Ints
    ids: Sequence[str]
    before: pd.Series[Any]
    after: pd.Series[Any]

    def __len__(self) -> int:
        return len(self.rows)


MATTER = "matter|"
"""How the causes of matters' tasks begin; the matter's name, its row and its episode follow."""


@dataclass(frozen=True)
class NewRow:
    """A row that the runner appends to a people's tab, keyed by its cause so that it is made once.

    ``also`` are further causes that the row answers (a task about many accounts): none of them makes another.
    """

    tab: str
    id: str
    cause: str
    values: Mapping[str, Value]
    also: Sequence[str] = ()


@dataclass(frozen=True)
class TabRows:
    """The whole contents of a runner's tab below its header: keys in order, one list of values per row."""

    tab: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Value]]


@dataclass(frozen=True)
class Alert:
    """One decision of the alert rules about one recipient; a row of the alerts tab once it took effect."""

    key: str
    rule: str
    stage: str
    tab: str
    id: str
    contract_id: str
    account_id: str
    person: str
    state: str
    why: str
    alerted_on: date
    deadline: date | None = None
    value: float = 0.0
    acknowledged_by: str = ""
    acknowledged_on: date | None = None


@dataclass(frozen=True)
class Message:
    """A mail to compose: what it says as data (``body``), and the alert keys that it carries.

    ``key`` identifies it for ever: the same key is never enqueued twice. ``kind`` names its template.
    """

    key: str
    kind: str
    to: str
    language: str
    subject: str
    body: Mapping[str, Any]
    keys: Sequence[str] = ()
    copies: Sequence[str] = ()
    held: str = ""
    """Why a person has to release it before it leaves; blank: it may leave."""


@dataclass(frozen=True)
class Memory:
    """What the ledger knows and the workbook does not: the second input of a plan."""

    alerts: Mapping[str, Alert] = field(default_factory=dict)
    health: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"account_id": [], "day": [], "score": []}))
    causes: Mapping[str, str] = field(default_factory=dict)
    """cause → id of rows already appended (or deleted since by people)."""
    given: Mapping[str, int] = field(default_factory=dict)
    """address → tasks of matters that this person was given on this very day."""
    last_run: date | None = None
    digests: Mapping[str, date] = field(default_factory=dict)
    """address → day of the last digest."""
    seen: Mapping[str, date] = field(default_factory=dict)
    """contract_id → the deadline that the last run saw: how a moved date is noticed."""
    bundles: Mapping[str, date] = field(default_factory=dict)
    """address → day of the last immediate letter."""
    moves: Mapping[str, tuple[str, date | None]] = field(default_factory=dict)
    """contract_id → its renewal stage as the last run saw it, and the day that counts as its last change."""
    ladders: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    """case and stage → the rungs (role, business days) with which its escalation began."""
    matters: Mapping[tuple[str, str], tuple[date, date]] = field(default_factory=dict)
    """(matter, row id) → the day since which it is true, and the last day on which it was."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """tab → rows read by the last run: how a tab that suddenly shrank is noticed."""
    undelivered: int = 0
    """Letters that were given up, or that have waited since an earlier day."""
    pending: Sequence[NewRow] = ()
    """Rows that were decided in an earlier run and are not in the workbook yet."""
    first_run: bool = False
    """Whether nobody has had the summary of a first run: none was made, or all of them at hours when it must wait."""
    began: date | None = None
    """Day on which the first run told everybody; of a ledger that was lost, of the first run that it knows."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """account_id → the customer's address that was written to last."""
    reports: frozenset[str] = frozenset()
    """Keys of the weekly letters that were made."""
    held_since: datetime | None = None
    """Local time since when runs have come at hours only at which no mail leaves."""


@dataclass(frozen=True)
class Plan:
    """Everything a run would do, as a value: printable, refusable, applicable."""

    as_of: date
    blocks: Sequence[Block]
    rows: Sequence[NewRow]
    tabs: Sequence[TabRows]
    dashboard: Mapping[str, Value]
    messages: Sequence[Message]
    alerts: Sequence[Alert]
    problems: Sequence[Problem]
    counts: Mapping[str, int]
    refusals: Sequence[str] = ()
    history: pd.DataFrame | None = None
    seen: Mapping[str, date] = field(default_factory=dict)
    moves: Mapping[str, tuple[str, date | None]] = field(default_factory=dict)
    """contract_id → its renewal stage where it changed, and the day that counts for it."""
    ladders: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    """Escalations that begin, with their rungs."""
    matters: Mapping[tuple[str, str], tuple[date, date]] = field(default_factory=dict)
    """(matter, row id) → the day since which it is true, and today: for those that have no day of their own."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """account_id → the customer's address that a letter goes to by itself."""
    acknowledged: Sequence[Alert] = ()
    """Alerts that people acknowledged, or took back, since the last run."""
    owed: Sequence[NewRow] = ()
    """Rows that were decided and can't be appended now: they are remembered until they can."""
    reappeared: Sequence[str] = ()
    """Causes of pending rows whose id stands in the workbook already."""
    dropped: Sequence[str] = ()
    """Causes of pending rows that people have made needless meanwhile: they are never appended."""
    state: Any = None
    """The evaluated snapshot that the plan was made from, for ``explain``."""
