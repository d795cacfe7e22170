"""The renewal alerts of the whole workbook: terms in, alerts and stage tasks out. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from sheetcrm.alerts.stages import RULE, Decision, Term, decide
from sheetcrm.alerts.team import Team
from sheetcrm.columns import Evaluated
from sheetcrm.config import Config
from sheetcrm.model import Alert, Memory


@dataclass(frozen=True)
class Told:
    """A term with news: the decision, and the row of its contract."""

    term: Term
    decision: Decision
    row: int


@dataclass
class Renewals:
    """All renewal news of a day.

    ``alerts`` are new keys for the log; ``told`` the terms behind the ones to tell; ``history`` the contracts whose
    deadline was long past when first seen; ``seen`` the deadlines that changed against what the last run saw.
    """

    alerts: list[Alert] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    seen: dict[str, date] = field(default_factory=dict)


def renewals(state: Evaluated, team: Team, memory: Memory, cfg: Config, *, reasons: Callable[[int], str]) -> Renewals:
    """Decide every term in its window; ``reasons`` gives the sentence of a contract row."""
    result = Renewals(seen=_changed_deadlines(state, memory, cfg))
    if memory.last_run and memory.last_run > state.as_of:
        return result
    said = _by_contract(memory)
    for row, term in _terms(state, team, memory, cfg):
        known = said.get(term.contract_id, {})
        seen = _seen(term, memory, known, state.as_of, cfg)
        whole = decide(term, known, seen, state.as_of, cfg.alerts, baseline=memory.first_run)
        decision = _one_digest_a_day(whole, memory, state.as_of)
        if decision is not whole and term.contract_id in memory.seen:
            # The rest is decided tomorrow, against the deadline that was known before today.
            result.seen.pop(term.contract_id, None)
        if decision.silent == "history":
            result.history.append(term.contract_id)
        if decision.news:
            result.alerts += _alerts(decision, term, reasons(row), state.as_of)
        if decision.told:
            result.told.append(Told(term, decision, row))
    return result


def _one_digest_a_day(decision: Decision, memory: Memory, as_of: date) -> Decision:
    """A reader who had today's digest hears the rest tomorrow: their keys stay unsaid."""
    full = {person for person, day in memory.digests.items() if day == as_of}
    if not full or not any(item.person in full and item.state == "queued" for item in decision.news):
        return decision
    waiting = {item.person for item in decision.news if item.person in full and item.state == "queued"}
    news = tuple(item for item in decision.news if item.person not in waiting)
    told = decision.told if any(item.state == "queued" for item in news) else ""
    return Decision(news, told, decision.folded if told else (), decision.silent)


def _by_contract(memory: Memory) -> Mapping[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for key, alert in memory.alerts.items():
        if alert.rule == RULE:
            found[alert.contract_id][key] = alert.state
    return found


def _seen(term: Term, memory: Memory, said: Mapping[str, str], as_of: date, cfg: Config) -> date | None:
    """The deadline that the last run saw; where the ledger is lost, the latest one that was alerted.

    One that is long past counts for nothing then: who knows when it moved, and a stage too many is better than none.
    """
    if term.contract_id in memory.seen:
        return memory.seen[term.contract_id]
    deadlines = [memory.alerts[key].deadline for key in said]
    known = [day for day in deadlines if day is not None]
    if term.deadline in known:
        return term.deadline
    return max((day for day in known if day >= _oldest(as_of, cfg)), default=None)


def _oldest(as_of: date, cfg: Config) -> date:
    """The deadline before which a term that nobody has seen is history."""
    return as_of - timedelta(days=cfg.alerts.history_days)


def _changed_deadlines(state: Evaluated, memory: Memory, cfg: Config) -> dict[str, date]:
    """The deadlines to note as seen. One that was long past when first seen is not: it would pass for a term seen in
    time, and alert on another day."""
    contracts = state.frames["contracts"]
    deadline = contracts["deadline"].to_numpy().astype("datetime64[D]")
    has = ~np.isnat(deadline)
    ids = contracts["contract_id"].to_numpy()[has].tolist()
    current = dict(zip(ids, deadline[has].tolist(), strict=True))
    oldest = _oldest(state.as_of, cfg)
    return {
        key: day
        for key, day in current.items()
        if memory.seen.get(key) != day and (key in memory.seen or day >= oldest)
    }


def _terms(state: Evaluated, team: Team, memory: Memory, cfg: Config) -> Sequence[tuple[int, Term]]:
    """The terms that could have news: open, with a deadline within the first stage's reach, or an evergreen whose
    anniversary passed since the last run (its deadline is a year ahead by now, and the last stage may be unsaid)."""
    contracts = state.frames["contracts"]
    days = contracts["days_to_deadline"].to_numpy(dtype=float)
    reach = max(stage.days for stage in cfg.alerts.stages.values()) + cfg.alerts.rearm_days
    open_ = contracts["status"].isin(("active", "expiring", "expired", "evergreen")).to_numpy()
    missed = _missed_anniversaries(contracts, memory, state.as_of, reach, cfg)
    near = open_ & (days <= reach)
    near[list(missed)] = True
    rows = np.flatnonzero(near)
    readers = _Readers(state, team, rows)
    take = {name: _cells(contracts[name], rows) for name in ("contract_id", "account_id", "status")}
    deadline = _days(contracts["deadline"], rows)
    snooze = _days(contracts["snooze_until"], rows)
    never = contracts["one_off"].to_numpy(dtype=float)[rows] > 0
    found = []
    for at, (row, day) in enumerate(zip(rows.tolist(), deadline, strict=True)):
        deadline_now = missed.get(row, day)
        if deadline_now is None:
            continue
        owner = readers.owner(at)
        term = Term(
            contract_id=take["contract_id"][at],
            account_id=take["account_id"][at],
            deadline=deadline_now,
            days_left=(deadline_now - state.as_of).days,
            status=take["status"][at],
            evergreen=take["status"][at] == "evergreen",
            snooze_until=_latest(snooze[at], readers.snooze[at]),
            owner=owner,
            manager=team.manager_of(owner),
            direction=tuple(readers.direction),
            never_due=bool(never[at]),
        )
        found.append((row, term))
    return found


def _missed_anniversaries(contracts: Any, memory: Memory, as_of: date, reach: int, cfg: Config) -> dict[int, date]:
    """Row of an evergreen → its anniversary that passed since the last run, and not too long ago."""
    far = contracts["days_to_deadline"].to_numpy(dtype=float) > reach
    rows = np.flatnonzero((contracts["status"] == "evergreen").to_numpy() & far)
    seen = [memory.seen.get(id) for id in contracts["contract_id"].to_numpy()[rows].tolist()]
    oldest = _oldest(as_of, cfg)
    return {row: day for row, day in zip(rows.tolist(), seen, strict=True) if day and oldest <= day < as_of}


class _Readers:
    """Who hears of the chosen contract rows: looked up once per column, resolved once per distinct set of people."""

    def __init__(self, state: Evaluated, team: Team, rows: Any) -> None:
        codes = state.codes("contracts", "accounts")[rows]
        accounts = state.frames["accounts"]
        self.team = team
        self.direction = team.direction()
        self._own = _cells(state.frames["contracts"]["owner"], rows)
        self._account = _cells(accounts["owner"], codes)
        self._backup = _cells(accounts["backup_owner"], codes)
        self.snooze = _days(accounts["snooze_until"], codes)
        self._found: dict[tuple[str, str, str], str] = {}

    def owner(self, at: int) -> str:
        people = (self._own[at], self._account[at], self._backup[at])
        if people not in self._found:
            managers = [self.team.manager_of(p) for p in people if p in self.team.people]
            self._found[people] = self.team.first([*people, *managers])
        return self._found[people]


def _cells(series: Any, rows: Any) -> list[str]:
    values = series.reindex(rows).tolist()
    return ["" if value is None or value != value else value for value in values]


def _days(series: Any, rows: Any) -> list[date | None]:
    days = series.reindex(rows).to_numpy().astype("datetime64[D]")
    return [day.date() if isinstance(day, datetime) else day for day in days.tolist()]


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day is not None), default=None)


def _alerts(decision: Decision, term: Term, why: str, as_of: date) -> list[Alert]:
    return [
        Alert(
            key=item.key,
            rule=RULE,
            stage=item.stage,
            tab="contracts",
            id=term.contract_id,
            contract_id=term.contract_id,
            account_id=term.account_id,
            person=item.person,
            state=item.state,
            why=why,
            alerted_on=as_of,
            deadline=term.deadline,
        )
        for item in decision.news
    ]
