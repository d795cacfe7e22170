"""What is wrong in the rows of the workbook, as far as the workbook itself shows it: cells that can't be read, rows
that contradict each other, missing rates. Each problem gets the person who should mend it. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.address import address
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Problem
from sheetcrm.schema import TABS


def flaws(state: Evaluated, cfg: Config) -> list[Problem]:
    """What is wrong in the rows that are there today, each with its owner where one is to be found."""
    return state.once("flaws", lambda: _flaws(state, cfg))


def names(problems: Sequence[Problem]) -> list[str]:
    """What each problem is known by from one day to the next, wherever its row is sorted to."""
    seen: Counter[str] = Counter()
    found = []
    for problem in problems:
        name = f"{problem.tab}|{problem.id}|{problem.column}|{problem.code}"
        seen[name] += 1
        found.append(f"{name}|{seen[name]}")
    return found


def owned(state: Evaluated, problems: Sequence[Problem]) -> list[Problem]:
    """The problems with whose they are."""
    nobodys = [problem for problem in problems if problem.row and not problem.owner and problem.tab in state.frames]
    asked: dict[str, set[int]] = defaultdict(set)
    for problem in nobodys:
        asked[problem.tab].add(problem.row)
    owners = _Owners(state)
    found = {tab: owners.of_rows(tab, sorted(rows)) for tab, rows in asked.items()}
    whose = {id(problem): found[problem.tab][problem.row] for problem in nobodys}
    return [replace(problem, owner=whose.get(id(problem), problem.owner)) for problem in problems]


def _flaws(state: Evaluated, cfg: Config) -> list[Problem]:
    read = _of_today(state)
    # What follows from a cell that could not be read is not said of that cell a second time.
    unread = {(problem.tab, problem.cell) for problem in read if problem.cell}
    seen = [
        *_contradictions(state),
        *_backwards(state),
        *_rates(state, cfg),
        *_key_accounts(state, cfg),
        *_unclear_notices(state),
        *_ownerless(state),
        *_next_terms(state),
        *_opportunities(state),
    ]
    return owned(state, [*read, *(problem for problem in seen if (problem.tab, problem.cell) not in unread)])


def _of_today(state: Evaluated) -> list[Problem]:
    """The problems of reading but those of rows that are not there yet, seen as of this day (domain 2)."""
    tables = state.snapshot.tabs
    ahead = {
        tab: set(np.delete(tables[tab].rows, kept).tolist())
        for tab, kept in state.kept.items()
        if len(kept) < len(tables[tab])
    }
    return [problem for problem in state.snapshot.problems if problem.row not in ahead.get(problem.tab, ())]


def at(state: Evaluated, tab: str, column: str, rows: Any, code: str, **params: Any) -> Iterator[Problem]:
    """One problem for each of these visible rows, at its cell in this column (or at the row's id)."""
    table, frame = state.snapshot[tab], state.frames[tab]
    key = column if column in table.where else TABS[tab].id
    where = table.where.get(key, 0)
    sheet_rows = table.rows[state.kept[tab][rows]].tolist()
    ids, values = (frame[name].iloc[rows].tolist() for name in (TABS[tab].id, key))
    for sheet_row, id, value in zip(sheet_rows, ids, values, strict=True):
        yield Problem(
            tab=tab,
            code=code,
            cell=address(sheet_row, where) if where else "",
            row=sheet_row,
            id=_text(id),
            column=key,
            value=_text(value),
            params=params,
        )


def _contradictions(state: Evaluated) -> Iterator[Problem]:
    said = state["contracts.contradiction"]
    for code, column in (("two_successors", "contract_id"), ("renewed_and_lost", "renewal_stage")):
        yield from at(state, "contracts", column, np.flatnonzero((said == code).to_numpy()), code)


def _backwards(state: Evaluated) -> Iterator[Problem]:
    """Terms that end before they start."""
    starts, ends = (state[f"contracts.{name}"].to_numpy() for name in ("start_date", "end_date"))
    yield from at(state, "contracts", "end_date", np.flatnonzero(ends < starts), "end_before_start")


def _rates(state: Evaluated, cfg: Config) -> Iterator[Problem]:
    for tab in ("contracts", "opportunities"):
        missing = np.flatnonzero(state[f"{tab}.rate_missing"].to_numpy(dtype=float) > 0)
        yield from at(state, tab, "currency", missing, "rate_missing", base=cfg.base_currency)


def _key_accounts(state: Evaluated, cfg: Config) -> Iterator[Problem]:
    """More accounts set to key by people than the tier is meant for."""
    most, count = cfg.portfolio.key_most, int((state["accounts.tier"] == "key").sum())
    if count > most:
        yield Problem(tab="accounts", code="too_many_key", column="tier", params={"count": count, "most": most})


def _unclear_notices(state: Evaluated) -> Iterator[Problem]:
    unclear = np.flatnonzero(state["interactions.notice_unclear"].to_numpy(dtype=float) > 0)
    yield from at(state, "interactions", "contract_id", unclear, "notice_unclear")


def _ownerless(state: Evaluated) -> Iterator[Problem]:
    """Open contracts in their window whose row and account name nobody of the team."""
    team = state["team.email"].str.lower().tolist()
    if not team:
        return
    contracts = state.frames["contracts"]
    days = contracts["days_to_deadline"].to_numpy(dtype=float)
    in_window = contracts["phase"].notna().to_numpy() | (days <= 0)
    open_ = contracts["status"].isin(("active", "expiring", "expired", "evergreen")).to_numpy() & in_window
    account_owner = state.frames["accounts"]["owner"].reindex(state.codes("contracts", "accounts"))
    known = contracts["owner"].isin(team).to_numpy() | account_owner.isin(team).to_numpy()
    yield from at(state, "contracts", "owner", np.flatnonzero(open_ & ~known), "no_owner")


def _next_terms(state: Evaluated) -> Iterator[Problem]:
    """Renewed terms whose successor's row is wanting, and can't or should not be made."""
    due, like = (state[f"contracts.{name}"] for name in ("successor_due", "successor_like"))
    table = state.snapshot["contracts"]
    for code, column in (("held", "renewal_period"), ("far", "end_date")):
        rows = np.flatnonzero((due == code).to_numpy())
        yield from at(state, "contracts", column, rows, f"successor_{code}")
    for row in np.flatnonzero(like.notna().to_numpy()).tolist():
        yield from at(state, "contracts", "contract_id", [row], "successor_unlinked", other=like.iloc[row])
    if (due == "ready").any() and not {"predecessor_id", "end_date"} <= set(table.where):
        yield Problem(tab="contracts", code="successor_no_column")


def _opportunities(state: Evaluated) -> Iterator[Problem]:
    """Renewal opportunities and contracts that say different things of one renewal (the contract is what counts)."""
    deals = state.frames["opportunities"]
    codes = state.codes("opportunities", "contracts")
    status = state["contracts.status"].reindex(codes).reset_index(drop=True)
    decided = status.map({"renewed": "won", "lost": "lost"}).fillna("open").where(status.notna())
    said = deals["stage"].map({"won": "won", "lost": "lost"}).fillna("open")
    said = said.mask(state.unreadable["opportunities"].get("stage", np.zeros(len(said), dtype=bool)))
    apart = (deals["kind"] == "renewal") & decided.notna() & said.notna() & (said != decided)
    for code in ("won", "lost", "open"):
        rows = np.flatnonzero((apart & (decided == code)).to_numpy())
        yield from at(state, "opportunities", "stage", rows, f"opportunity_contract_{code}")


class _Owners:
    """Who should mend a problem: the row's owner, else its account's owner or backup, else the first manager; somebody
    of the team where one of them is."""

    def __init__(self, state: Evaluated) -> None:
        self._state = state
        team = state.frames["team"]
        self._team = set(team["email"].str.lower().tolist())
        managers = team["email"][team["role"] == "manager"].tolist()
        self._manager = str(managers[0]).lower() if managers else ""

    def of_rows(self, tab: str, rows: Sequence[int]) -> dict[int, str]:
        """Sheet row → whose it is, for these sheet rows of a tab; "" where nobody is to be found.

        A row without an id, or with one that another has, names nobody: it is no record.
        """
        frame, accounts = self._state.frames[tab], self._state.frames["accounts"]
        sheet = self._state.snapshot[tab].rows[self._state.kept[tab]]
        at = np.flatnonzero(np.isin(sheet, rows))
        named = [frame["owner"].iloc[at]] if "owner" in frame else []
        if tab == "accounts":
            named.append(frame["backup_owner"].iloc[at])
        elif "account_id" in frame:
            codes = self._state.codes(tab, "accounts")[at]
            named += [accounts[role].reindex(codes) for role in ("owner", "backup_owner")]
        people = [[_text(person) for person in column.tolist()] for column in named] or [[""] * len(at)]
        known = {row: self._first(theirs) for row, *theirs in zip(sheet[at].tolist(), *people, strict=True)}
        return {row: known.get(row, "") or self._manager for row in rows}

    def _first(self, people: Sequence[str]) -> str:
        """The first of the team; where nobody can take it over, whoever the cells name."""
        known = next((person for person in people if person.lower() in self._team), "")
        return known if known or self._manager else next(filter(None, people), "")


def _text(value: Any) -> str:
    if value is None or value != value:
        return ""
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)
