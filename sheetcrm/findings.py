"""The problems that only the rules can see, beside those of reading: rows that contradict each other, missing rates,
alerts without a reader. Each problem gets the person who should mend it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.address import address
from sheetcrm.alerts.matter_alerts import MatterNews
from sheetcrm.alerts.renewals import Renewals
from sheetcrm.alerts.successors import PREFIX
from sheetcrm.alerts.team import Team
from sheetcrm.appended import Appended
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Problem
from sheetcrm.schema import TABS


def findings(
    state: Evaluated, team: Team, news: Renewals, matters: MatterNews, cfg: Config, appended: Appended
) -> list[Problem]:
    """All problems of the day, in the order of tabs and rows, each with its owner where one is known."""
    read = _of_today(state)
    # What follows from a cell that could not be read is not said of that cell a second time.
    unread = {(problem.tab, problem.cell) for problem in read if problem.cell}
    seen = [
        *_contradictions(state),
        *_backwards(state),
        *_rates(state, cfg),
        *_key_accounts(state, cfg),
        *_unclear_notices(state),
        *_ownerless(state, team),
        *_unanswered(state, team, news, matters),
        *_history(news, cfg),
        *_refused(state, team),
        *_no_room(state, appended),
        *_next_terms(state),
        *_unfounded(state, appended),
        *_opportunities(state),
    ]
    found = [*read, *(problem for problem in seen if (problem.tab, problem.cell) not in unread)]
    owners = _Owners(state)
    order = {tab: at for at, tab in enumerate(TABS)}
    owned = [problem if problem.owner else replace(problem, owner=owners.of(problem)) for problem in found]
    return sorted(owned, key=lambda p: (order.get(p.tab, -1), p.row))


def _of_today(state: Evaluated) -> list[Problem]:
    """The problems of reading but those of rows that are not there yet, seen as of this day (domain 2)."""
    tables = state.snapshot.tabs
    ahead = {
        tab: set(np.delete(tables[tab].rows, kept).tolist())
        for tab, kept in state.kept.items()
        if len(kept) < len(tables[tab])
    }
    return [problem for problem in state.snapshot.problems if problem.row not in ahead.get(problem.tab, ())]


def _at(state: Evaluated, tab: str, column: str, rows: Any, code: str, **params: Any) -> Iterator[Problem]:
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
        yield from _at(state, "contracts", column, np.flatnonzero((said == code).to_numpy()), code)


def _backwards(state: Evaluated) -> Iterator[Problem]:
    """Terms that end before they start."""
    starts, ends = (state[f"contracts.{name}"].to_numpy() for name in ("start_date", "end_date"))
    yield from _at(state, "contracts", "end_date", np.flatnonzero(ends < starts), "end_before_start")


def _rates(state: Evaluated, cfg: Config) -> Iterator[Problem]:
    for tab in ("contracts", "opportunities"):
        missing = np.flatnonzero(state[f"{tab}.rate_missing"].to_numpy(dtype=float) > 0)
        yield from _at(state, tab, "currency", missing, "rate_missing", base=cfg.base_currency)


def _key_accounts(state: Evaluated, cfg: Config) -> Iterator[Problem]:
    """More accounts set to key by people than the tier is meant for."""
    most, count = cfg.portfolio.key_most, int((state["accounts.tier"] == "key").sum())
    if count > most:
        yield Problem(tab="accounts", code="too_many_key", column="tier", params={"count": count, "most": most})


def _unclear_notices(state: Evaluated) -> Iterator[Problem]:
    unclear = np.flatnonzero(state["interactions.notice_unclear"].to_numpy(dtype=float) > 0)
    yield from _at(state, "interactions", "contract_id", unclear, "notice_unclear")


def _ownerless(state: Evaluated, team: Team) -> Iterator[Problem]:
    """Open contracts in their window whose row and account name nobody of the team."""
    if not team.people:
        return
    contracts = state.frames["contracts"]
    days = contracts["days_to_deadline"].to_numpy(dtype=float)
    in_window = contracts["phase"].notna().to_numpy() | (days <= 0)
    open_ = contracts["status"].isin(("active", "expiring", "expired", "evergreen")).to_numpy() & in_window
    account_owner = state.frames["accounts"]["owner"].reindex(state.codes("contracts", "accounts"))
    known = contracts["owner"].isin(list(team.people)).to_numpy() | account_owner.isin(list(team.people)).to_numpy()
    yield from _at(state, "contracts", "owner", np.flatnonzero(open_ & ~known), "no_owner")


def _unanswered(state: Evaluated, team: Team, news: Renewals, matters: MatterNews) -> Iterator[Problem]:
    """Everybody on the ladder has heard and nobody moved: who answers for the owner asks for a temporary one."""
    rows = {("contracts", told.row): told.term.owner for told in news.exhausted}
    rows |= {(spoken.case.matter.tab, spoken.case.row): spoken.case.owner for spoken in matters.exhausted}
    for (tab, row), owner in rows.items():
        for problem in _at(state, tab, "owner", [row], "nobody_moved"):
            yield replace(problem, owner=team.manager_of(owner) or owner)


def _history(news: Renewals, cfg: Config) -> Iterator[Problem]:
    if news.history:
        params = {"count": len(news.history), "days": cfg.alerts.history_days, "first": ", ".join(news.history[:3])}
        yield Problem(tab="contracts", code="pasted_history", params=params)


def _refused(state: Evaluated, team: Team) -> Iterator[Problem]:
    refused = {person.email for person in team.refused()}
    rows = np.flatnonzero(state.frames["team"]["email"].str.lower().isin(refused).to_numpy())
    yield from _at(state, "team", "email", rows, "address_refused")


def _no_room(state: Evaluated, appended: Appended) -> Iterator[Problem]:
    """Tabs that can take no rows now: tasks always, the others once a row waits for them."""
    waiting = {"tasks", *(row.tab for row in appended.owed)}
    for tab in TABS:
        if tab in waiting and state.snapshot[tab].append_blocked:
            yield Problem(tab=tab, code="append_blocked")


def _next_terms(state: Evaluated) -> Iterator[Problem]:
    """Renewed terms whose successor's row is wanting, and can't or should not be made."""
    due, like = (state[f"contracts.{name}"] for name in ("successor_due", "successor_like"))
    table = state.snapshot["contracts"]
    for code, column in (("held", "renewal_period"), ("far", "end_date")):
        rows = np.flatnonzero((due == code).to_numpy())
        yield from _at(state, "contracts", column, rows, f"successor_{code}")
    for row in np.flatnonzero(like.notna().to_numpy()).tolist():
        yield from _at(state, "contracts", "contract_id", [row], "successor_unlinked", other=like.iloc[row])
    if (due == "ready").any() and not {"predecessor_id", "end_date"} <= set(table.where):
        yield Problem(tab="contracts", code="successor_no_column")


def _unfounded(state: Evaluated, appended: Appended) -> Iterator[Problem]:
    """Terms that the runner gave a successor and that people have set back since: the row is theirs now."""
    contracts = state.frames["contracts"]
    doubtful = contracts["renewal_basis"].isna() & (contracts["followers"] > 0) & (contracts["renewal_stage"] != "lost")
    doubtful &= ~pd.Series(state.unreadable["contracts"].get("renewal_basis", False), index=doubtful.index)
    causes = appended.memory.causes
    rows = np.flatnonzero(doubtful.to_numpy())
    for row, contract in zip(rows.tolist(), contracts["contract_id"].iloc[rows].tolist(), strict=True):
        made = causes.get(PREFIX + contract)
        if made:
            yield from _at(state, "contracts", "renewal_stage", [row], "successor_unfounded", other=made)


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
        yield from _at(state, "opportunities", "stage", rows, f"opportunity_contract_{code}")


class _Owners:
    """Who should mend a problem: the row's owner, else the owner of its account."""

    def __init__(self, state: Evaluated) -> None:
        self._state = state
        self._owners: dict[str, dict[int, str]] = {}

    def of(self, problem: Problem) -> str:
        if not problem.row or problem.tab not in self._state.frames:
            return ""
        if problem.tab not in self._owners:
            self._owners[problem.tab] = self._of_rows(problem.tab)
        return self._owners[problem.tab].get(problem.row, "")

    def _of_rows(self, tab: str) -> dict[int, str]:
        """Sheet row → owner, for the visible rows of a tab."""
        frame, accounts = self._state.frames[tab], self._state.frames["accounts"]
        rows = self._state.snapshot[tab].rows[self._state.kept[tab]].tolist()
        owners = [_text(owner) for owner in frame["owner"].tolist()] if "owner" in frame else [""] * len(rows)
        if "account_id" in frame and tab != "accounts":
            of_accounts = accounts["owner"].reindex(self._state.codes(tab, "accounts")).tolist()
            owners = [own or _text(theirs) for own, theirs in zip(owners, of_accounts, strict=True)]
        return dict(zip(rows, owners, strict=True))


def _text(value: Any) -> str:
    if value is None or value != value:
        return ""
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)
