"""All problems of a day: the flaws of the workbook, and what only the day's decisions show, such as alerts without a
reader. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from sheetcrm.alerts.matter_alerts import MatterNews
from sheetcrm.alerts.renewals import Renewals
from sheetcrm.alerts.successors import PREFIX
from sheetcrm.alerts.team import Team
from sheetcrm.appended import Appended
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.flaws import at, flaws, owned
from sheetcrm.model import Problem
from sheetcrm.schema import TABS

NOBODY_NAMED, NOBODY_ALLOWED = "nobody_named", "nobody_allowed"
"""Nobody can be written to: no team is named, or mail may go to nobody of it."""


def findings(
    state: Evaluated, team: Team, news: Renewals, matters: MatterNews, cfg: Config, appended: Appended
) -> list[Problem]:
    """All problems of the day, in the order of tabs and rows, each with its owner where one is known."""
    wrong = flaws(state, cfg)
    unread = {(problem.tab, problem.cell) for problem in state.snapshot.problems if problem.cell}
    seen = [
        *_unanswered(state, team, news, matters),
        *_history(news, cfg),
        *_unheard(state, team),
        *_refused(state, team),
        *_no_room(state, appended),
        *_unfounded(state, appended),
    ]
    beside = owned(state, [problem for problem in seen if (problem.tab, problem.cell) not in unread])
    order = {tab: at for at, tab in enumerate(TABS)}
    return sorted([*wrong, *beside], key=lambda p: (order.get(p.tab, -1), p.row))


def _unanswered(state: Evaluated, team: Team, news: Renewals, matters: MatterNews) -> Iterator[Problem]:
    """Everybody on the ladder has heard and nobody moved: who answers for the owner asks for a temporary one."""
    rows = {("contracts", told.row): told.term.owner for told in news.exhausted}
    rows |= {(spoken.case.matter.tab, spoken.case.row): spoken.case.owner for spoken in matters.exhausted}
    for (tab, row), owner in rows.items():
        for problem in at(state, tab, "owner", [row], "nobody_moved"):
            yield replace(problem, owner=team.manager_of(owner) or owner)


def _history(news: Renewals, cfg: Config) -> Iterator[Problem]:
    if news.history:
        params = {"count": len(news.history), "days": cfg.alerts.history_days, "first": ", ".join(news.history[:3])}
        yield Problem(tab="contracts", code="pasted_history", params=params)


def _unheard(state: Evaluated, team: Team) -> Iterator[Problem]:
    """Nobody can be written to, though there is something to write about."""
    if not (state.sizes["contracts"] or state.sizes["accounts"]) or any(
        map(team.reachable, (*team.people, team.fallback))
    ):
        return
    yield Problem(tab="team", code=NOBODY_ALLOWED if team.people else NOBODY_NAMED)


def _refused(state: Evaluated, team: Team) -> Iterator[Problem]:
    refused = {person.email for person in team.refused()}
    rows = np.flatnonzero(state.frames["team"]["email"].str.lower().isin(refused).to_numpy())
    yield from at(state, "team", "email", rows, "address_refused")


def _no_room(state: Evaluated, appended: Appended) -> Iterator[Problem]:
    """Tabs that can take no rows now: tasks always, the others once a row waits for them."""
    waiting = {"tasks", *(row.tab for row in appended.owed)}
    for tab in TABS:
        if tab in waiting and state.snapshot[tab].append_blocked:
            yield Problem(tab=tab, code="append_blocked")


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
            yield from at(state, "contracts", "renewal_stage", [row], "successor_unfounded", other=made)
