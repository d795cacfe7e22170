"""The rows of next terms: each renewed term gets its successor's row once (domain 5, "renewed"). Pure.

A term that renews itself and is long past gets the whole chain up to the term that runs today, so that one run says
all that there is to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Ints, NewRow, Value
from sheetcrm.rules.dates import DAY, Days, days, plus_days
from sheetcrm.rules.funnel import ready_rows
from sheetcrm.rules.notices import NOTICE
from sheetcrm.rules.renewal import end_of_next, months_of

COPIED = (
    "account_id",
    "title",
    "contract_type",
    "currency",
    "payment_frequency",
    "renewal_period",
    "auto_renew",
    "notice_days",
    "owner",
    "contact",
    "terms",
    "customer_mail",
    "no_mail",
)
"""What the next term takes over from its predecessor as it stands. What closed the old term stays with the old one."""


PREFIX = "successor|"
"""A successor's cause is this and its predecessor's id: once per term, whatever becomes of either row."""


def successors(state: Evaluated, cfg: Config, known: Mapping[str, str], pending: Mapping[str, str]) -> list[NewRow]:
    """The rows that are wanting today, predecessors first.

    ``known``: cause → id of every row that was ever decided on, and all ids that stand in the tab. ``pending``: rows
    decided on that no sheet has yet: they are made of their term as it stands today. Nothing where the tab has no
    column to link a successor by, or for its end.
    """
    table = state.snapshot["contracts"]
    if not table.present or not {"predecessor_id", "end_date"} <= set(table.where):
        return []
    rows = ready_rows(state["contracts.successor_due"], state["contracts.successor_like"])
    if not len(rows):
        return []
    names = _Names(state, known)
    causes = {cause: id for cause, id in known.items() if cause not in pending}
    found: list[NewRow] = []
    for term in _terms(state, rows, cfg):
        found += names.rows_of(term, causes, pending)
    return found


@dataclass(frozen=True)
class _Next:
    """The terms that follow one contract row, first one first: their first and last days."""

    row: int
    starts: Sequence[date]
    ends: Sequence[date]
    copied: Mapping[str, Value]
    value: float | None


def _terms(state: Evaluated, rows: Ints, cfg: Config) -> Iterator[_Next]:
    contracts = state.frames["contracts"]
    copied = {name: _plain(contracts[name].iloc[rows]) for name in COPIED}
    asked = contracts["renewal_value"].iloc[rows]
    values = _plain(asked.fillna(contracts["value"].iloc[rows]))
    chains = _chains(state, rows, cfg)
    for at, row in enumerate(rows.tolist()):
        cells = {name: column[at] for name, column in copied.items()}
        value = values[at]
        assert value is None or isinstance(value, float)
        yield _Next(row, *chains[at], cells, value)


def _chains(state: Evaluated, rows: Ints, cfg: Config) -> list[tuple[list[date], list[date]]]:
    """For each row the days of the terms that follow: one, and as many more as have renewed themselves by today.

    Where a notice may stop a later term, the chain ends with it: the next look, with the rows in place, tells.
    """
    contracts = state.frames["contracts"]
    today = np.datetime64(state.as_of)
    found: list[tuple[list[date], list[date]]] = [([], []) for _ in rows]
    front: dict[str, Any] = {
        "at": np.arange(len(rows)),
        "end": days(contracts["end_date"])[rows],
        "next": days(contracts["next_renewal_date"])[rows],
        "chain": days(contracts["chain_start"])[rows],
        "months": contracts["renewal_period"].to_numpy(dtype=float)[rows],
        "notice": contracts["notice_days"].fillna(cfg.contracts.notice_days).to_numpy(dtype=float)[rows],
        "noticed": _last_notices(state, rows),
        "own": (contracts["auto_renew"] == "yes").to_numpy()[rows],
    }
    while len(front["at"]):
        front |= {"start": front["end"] + DAY, "end": front["next"]}
        for at, start, end in zip(*(front[name].tolist() for name in ("at", "start", "end")), strict=True):
            found[at][0].append(start)
            found[at][1].append(end)
        passed = plus_days(front["end"], -front["notice"]) < today
        front = _only(front, front["own"] & passed & ~(front["noticed"] >= front["start"]))
        months = months_of(front["months"], front["start"], front["end"], front["chain"])
        front["next"] = end_of_next(front["end"], months, front["chain"])
        front = _only(front, ~np.isnat(front["next"]))
    return found


def _only(front: Mapping[str, Any], mask: Any) -> dict[str, Any]:
    return {name: values[mask] for name, values in front.items()}


def _last_notices(state: Evaluated, rows: Ints) -> Days:
    """The day of the last cancellation notice of each row's account; NaT where there is none."""
    talks = state.frames["interactions"]
    given = (talks["signal"] == NOTICE).to_numpy() & talks["date"].notna().to_numpy()
    # A notice that names no row, or whose account has none, may turn out to be anybody's.
    named = talks["contract_id"].notna().to_numpy() & (state.codes("interactions", "contracts") < 0)
    codes = np.where(named, -1, state.codes("interactions", "accounts"))[given]
    when = days(talks["date"])[given]
    latest = np.full(state.sizes["accounts"] + 1, np.datetime64("NaT", "D"))
    order = np.argsort(when)
    latest[codes[order]] = when[order]
    own: Days = np.fmax(latest[state.codes("contracts", "accounts")[rows]], latest[-1])
    return own


class _Names:
    """Ids for new terms, in the contracts' own scheme: T-1, T-1/2, T-1/3."""

    def __init__(self, state: Evaluated, known: Mapping[str, str]) -> None:
        contracts = state.frames["contracts"]
        self._ids = contracts["contract_id"].tolist()
        self._before = contracts["predecessor_id"].tolist()
        self._accounts = contracts["account_id"].tolist()
        self._starts = days(contracts["start_date"])
        self._ends = days(contracts["end_date"])
        self._at = {id: row for row, id in enumerate(self._ids)}
        self._taken = {*self._ids, *known, *known.values()}

    def rows_of(self, term: _Next, causes: Mapping[str, str], pending: Mapping[str, str]) -> Iterable[NewRow]:
        """The rows of the terms that follow; it ends where one was made before (people deleted it)."""
        before = self._ids[term.row]
        root, number = self._root(term.row)
        rows: list[NewRow] = []
        for start, end in zip(term.starts, term.ends, strict=True):
            cause = PREFIX + before
            if cause in causes or (not rows and self._stands(term.row, root, number + 1, pending.get(cause))):
                break
            name, number = self._free(root, number, pending.get(cause))
            values = {
                **term.copied,
                "contract_id": name,
                "start_date": start,
                "end_date": end,
                "value": term.value,
                "renewal_stage": "planned",
                "predecessor_id": before,
            }
            rows.append(NewRow("contracts", name, cause, values))
            before = name
        return rows

    def _root(self, row: int) -> tuple[str, int]:
        """(T-1, 2) of T-1/2, where its predecessor shows that it is T-1's next term and not just called so."""
        id, before = self._ids[row], self._before[row]
        root, _, tail = id.rpartition("/")
        if root and tail.isascii() and tail.isdigit() and int(tail) > 1 and isinstance(before, str):
            named = {part.strip() for part in before.split(";")}
            if named & {root, *(f"{root}/{number}" for number in range(2, int(tail)))}:
                return root, int(tail)
        return id, 1

    def _free(self, root: str, number: int, pending: str | None) -> tuple[str, int]:
        if pending is not None:
            return pending, int(pending.rpartition("/")[2])
        number += 1
        while f"{root}/{number}" in self._taken:
            number += 1
        name = f"{root}/{number}"
        self._taken.add(name)
        return name, number

    def _stands(self, row: int, root: str, number: int, pending: str | None) -> bool:
        """Whether a row with the very id stands there as the next term, although its link to this one is gone: the same
        account's, begun after this term's end. It was made when a ledger that is lost still knew of it."""
        at = self._at.get(f"{root}/{number}")
        if at is None or pending is not None:
            return False
        return self._accounts[at] == self._accounts[row] and bool(self._starts[at] > self._ends[row])


def _plain(column: Any) -> list[Value]:
    return [None if value is None or value != value else value for value in column.tolist()]
