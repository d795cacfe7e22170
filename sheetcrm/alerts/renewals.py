"""The renewal alerts of the whole workbook: terms in, alerts and the terms behind them out. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from sheetcrm.alerts import keys
from sheetcrm.alerts.case import Case, Decision, Entry, News, Past, Policy, Rung
from sheetcrm.alerts.decide import decide, held, present_stage
from sheetcrm.alerts.policies import RENEWAL, ladder_of, renewal_policy
from sheetcrm.alerts.team import Roles, Team
from sheetcrm.columns import Linked
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Alert, Memory
from sheetcrm.rules.hours import calendar_of

OPEN_STATUSES = ("active", "expiring", "expired", "evergreen")


@dataclass(frozen=True)
class Term:
    """A contract term as its letters and tasks name it. ``owner`` is who answers for it, away or not."""

    contract_id: str
    account_id: str
    deadline: date
    days_left: int
    owner: str


@dataclass(frozen=True)
class Told:
    """A term that speaks: the decision, and the row of its contract."""

    term: Term
    decision: Decision
    row: int


@dataclass
class Renewals:
    """All renewal news of a day.

    ``alerts`` are new keys for the log; ``spoken`` the terms of which somebody hears, ``told`` those of them that have
    reached a stage (a repeat and a rung make no task); ``history`` the contracts whose deadline was long past when
    first seen; ``seen`` the deadlines that changed against what the last run saw; ``moves`` the renewal stages that
    did, with the day that counts for it; ``ladders`` those that open today, by case and stage; ``exhausted`` the terms
    whose ladder has nobody left; ``held_back`` how many terms wait for business hours;
    ``first_contacts`` the terms whose present stage is the first contact.
    """

    alerts: list[Alert] = field(default_factory=list)
    spoken: list[Told] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    seen: dict[str, date] = field(default_factory=dict)
    moves: dict[str, tuple[str, date | None]] = field(default_factory=dict)
    ladders: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    exhausted: list[Told] = field(default_factory=list)
    held_back: int = 0
    first_contacts: list[tuple[Told, Past]] = field(default_factory=list)

    @property
    def told(self) -> list[Told]:
        """The terms that have reached a stage; one that only a new reader hears of has reached it before."""
        return [item for item in self.spoken if item.decision.begins]


def renewals(
    state: Evaluated,
    team: Team,
    memory: Memory,
    cfg: Config,
    *,
    reasons: Callable[[int], str],
    quiet: bool = False,
    digests: bool = True,
) -> Renewals:
    """Decide every term in its window; ``reasons`` gives the sentence of a contract row.

    ``quiet``: outside business hours. ``digests=False``: only what goes out at once, the rest waits for the digest.
    """
    if memory.last_run and memory.last_run > state.as_of:
        # An earlier day than one that was worked on already decides nothing, and has nothing to remember.
        return Renewals()
    result = Renewals(seen=_changed_deadlines(state, memory, cfg))
    window = _Window(state, team, memory, cfg)
    result.moves = window.moves
    calendar = calendar_of(cfg.calendar)
    full = {person for person, day in memory.digests.items() if day == state.as_of}
    bundled = {person for person, day in memory.bundles.items() if day == state.as_of}
    for row, term, case, past, policy in window.cases():
        whole = decide(case, past, policy, calendar, state.as_of, quiet=quiet, baseline=memory.first_run)
        decision = held(whole, digested=full, bundled=bundled, digests=digests)
        if case.next_year and _unfinished(whole, decision):
            result.seen.pop(term.contract_id, None)
        if whole.silent == "outside_hours":
            loud = decide(case, past, policy, calendar, state.as_of, baseline=memory.first_run)
            result.held_back += held(loud, digested=full, bundled=bundled, digests=digests).speaks
        if decision.silent == "history":
            result.history.append(term.contract_id)
        told = Told(term, decision, row)
        _note(result, told, reasons, state.as_of)
        if not quiet and digests and present_stage(case, policy, state.as_of) == "first_contact":
            result.first_contacts.append((told, past))
    return result


def _unfinished(whole: Decision, decision: Decision) -> bool:
    """Whether an anniversary that passed still has something to say: a stage or rung that waits for a run which can
    speak of it, or a ladder that is open. Then the next year waits."""
    return decision is not whole or whole.silent == "outside_hours" or whole.speaks or whole.open


def cases(state: Evaluated, team: Team, memory: Memory, cfg: Config) -> Sequence[tuple[int, Term, Case, Past, Policy]]:
    """Every term that could have news: its row, the term, the case, what is known of it, and its policy."""
    return _Window(state, team, memory, cfg).cases()


def logged(memory: Memory) -> dict[str, list[Entry]]:
    """Contract → the lines of its renewal alerts, in the order of the log."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for text, alert in memory.alerts.items():
        key = keys.parse(text) if alert.rule == RENEWAL else None
        if key is not None:
            found[alert.contract_id].append(entry_of(alert, key))
    return found


def _note(result: Renewals, told: Told, reasons: Callable[[int], str], as_of: date) -> None:
    decision, term = told.decision, told.term
    if decision.news:
        result.alerts += _alerts(decision, term, reasons(told.row), as_of)
    if decision.speaks:
        result.spoken.append(told)
    if decision.opens is not None:
        name = ladder_name(RENEWAL, term.contract_id, term.deadline, decision.told)
        result.ladders[name] = tuple((rung.role, rung.after) for rung in decision.opens.rungs)
    if decision.exhausted:
        result.exhausted.append(told)


def ladder_name(rule: str, id: str, episode: date, stage: str) -> str:
    """The name under which an open ladder is remembered: its case and stage."""
    return f"{id}|{episode.isoformat()}|{rule}|{stage}"


def entry_of(alert: Alert, key: keys.Key) -> Entry:
    """A line of the log as the decision reads it."""
    return Entry(
        key.episode,
        key.stage,
        key.person,
        alert.state,
        alert.alerted_on,
        key.kind,
        key.role,
        key.due,
        alert.acknowledged_on,
    )


class _Window:
    """The terms that could have news, with what is known of them: looked up once per column."""

    def __init__(self, state: Evaluated, team: Team, memory: Memory, cfg: Config) -> None:
        self._state, self._team, self._memory, self._cfg = state, team, memory, cfg
        self._contracts = state.frames["contracts"]
        self._log = logged(memory)
        self._calendar = calendar_of(cfg.calendar)
        self._missed = self._missed_anniversaries()
        self.rows = self._near()
        self._people = _People(state, team, self.rows)
        self.moves = self._moves()

    def cases(self) -> Sequence[tuple[int, Term, Case, Past, Policy]]:
        """Row, term, case, past and policy of each."""
        names = ("contract_id", "account_id", "status", "renewal_stage")
        take = {name: _cells(self._contracts[name], self.rows) for name in names}
        deadlines = _days(self._contracts["deadline"], self.rows)
        snoozes = _days(self._contracts["snooze_until"], self.rows)
        never = self._contracts["one_off"].to_numpy(dtype=float)[self.rows] > 0
        policies = {ever: renewal_policy(self._cfg.alerts, evergreen=ever) for ever in (True, False)}
        spoken = self._last_interactions()
        found = []
        for at, row in enumerate(self.rows.tolist()):
            deadline = self._missed.get(row, deadlines[at])
            if deadline is None:
                continue
            status, id = take["status"][at], take["contract_id"][at]
            evergreen = status == "evergreen"
            people = self._people.roles(at)
            term = Term(id, take["account_id"][at], deadline, (deadline - self._state.as_of).days, people.answers)
            past = self._past(id, deadline)
            case = Case(
                rule=RENEWAL,
                tab="contracts",
                id=id,
                episode=deadline,
                counts_to=self._calendar.previous_business_day(deadline),
                mute="" if status in OPEN_STATUSES and not never[at] else "decided",
                snooze_until=_latest(snoozes[at], self._people.snooze[at]),
                moved_on=_latest(spoken[at], self._moved_on(id)),
                people=people.hear,
                next_year=evergreen and past.seen is not None and past.seen < self._state.as_of,
            )
            found.append((row, term, case, past, policies[evergreen]))
        return found

    def _near(self) -> Any:
        """Open terms within the first stage's reach, and evergreens whose anniversary passed since the last run (their
        deadline is a year ahead by now, and the last stage may be unsaid)."""
        days = self._contracts["days_to_deadline"].to_numpy(dtype=float)
        near = self._contracts["status"].isin(OPEN_STATUSES).to_numpy() & (days <= self._reach)
        near[list(self._missed)] = True
        return np.flatnonzero(near)

    @property
    def _reach(self) -> int:
        # A deadline on a holiday counts to the business day before, some days earlier.
        alerts = self._cfg.alerts
        return max(stage.days for stage in alerts.stages.values()) + max(alerts.rearm_days, _LONGEST_HOLIDAY)

    def _missed_anniversaries(self) -> dict[int, date]:
        """Row of an evergreen → its anniversary that passed since the last run, and not too long ago."""
        far = self._contracts["days_to_deadline"].to_numpy(dtype=float) > self._reach
        rows = np.flatnonzero((self._contracts["status"] == "evergreen").to_numpy() & far)
        seen = [self._memory.seen.get(id) for id in self._contracts["contract_id"].to_numpy()[rows].tolist()]
        oldest, today = _oldest(self._state.as_of, self._cfg), self._state.as_of
        return {row: day for row, day in zip(rows.tolist(), seen, strict=True) if day and oldest <= day < today}

    def _past(self, id: str, deadline: date) -> Past:
        entries = self._log.get(id, [])
        ladder = ladder_of(self._cfg.alerts)
        stages = {(entry.episode, entry.stage) for entry in entries}
        ladders = {
            (episode, stage): replace(ladder, rungs=tuple(Rung(role, after) for role, after in rungs))
            for episode, stage in stages
            if (rungs := self._memory.ladders.get(ladder_name(RENEWAL, id, episode, stage))) is not None
        }
        return Past(entries, self._seen(id, deadline, entries), ladders)

    def _seen(self, id: str, deadline: date, entries: Sequence[Entry]) -> date | None:
        """The deadline that the last run saw; where the ledger is lost, the latest one that was alerted.

        One that is long past counts for nothing then: who knows when it moved, and a stage too many is better than
        none.
        """
        if id in self._memory.seen:
            return self._memory.seen[id]
        known = {entry.episode for entry in entries}
        if deadline in known:
            return deadline
        return max((day for day in known if day >= _oldest(self._state.as_of, self._cfg)), default=None)

    # --- moves

    def _moves(self) -> dict[str, tuple[str, date | None]]:
        """The renewal stages that changed since the last run, with the day that counts as the move.

        A change that a run notices was made before it: where the term has spoken today already, today counts, else the
        day before, so that what is said now is not taken for answered.
        """
        ids, stages = (_cells(self._contracts[name], self.rows) for name in ("contract_id", "renewal_stage"))
        found: dict[str, tuple[str, date | None]] = {}
        for id, stage in zip(ids, stages, strict=True):
            known = self._memory.moves.get(id)
            if known is None:
                found[id] = (stage, None)
            elif known[0] != stage:
                spoken = any(entry.on == self._state.as_of for entry in self._log.get(id, ()))
                found[id] = (stage, self._state.as_of - timedelta(days=0 if spoken else 1))
        return found

    def _moved_on(self, id: str) -> date | None:
        move = self.moves.get(id) or self._memory.moves.get(id)
        return move[1] if move else None

    def _last_interactions(self) -> list[date | None]:
        """The last interaction with each term's account."""
        codes = self._state.codes("interactions", "accounts")
        accounts = self._state.sizes["accounts"]
        last = Linked(self._state["interactions.date"], codes, accounts).max()
        return _days(last, self._state.codes("contracts", "accounts")[self.rows])


_LONGEST_HOLIDAY = 14
"""Days that weekends and holidays in a row can take at most (a New Year's fortnight)."""


class _People:
    """Who hears of the chosen contract rows: resolved once per distinct set of people."""

    def __init__(self, state: Evaluated, team: Team, rows: Any) -> None:
        codes = state.codes("contracts", "accounts")[rows]
        accounts = state.frames["accounts"]
        self._team, self._day = team, state.as_of
        self._own = _cells(state.frames["contracts"]["owner"], rows)
        self._account = _cells(accounts["owner"], codes)
        self._backup = _cells(accounts["backup_owner"], codes)
        self.snooze = _days(accounts["snooze_until"], codes)
        self._found: dict[tuple[str, str, str], Roles] = {}

    def roles(self, at: int) -> Roles:
        people = (self._own[at], self._account[at], self._backup[at])
        if people not in self._found:
            self._found[people] = self._team.roles(*people, self._day)
        return self._found[people]


def _oldest(as_of: date, cfg: Config) -> date:
    """The deadline before which a term that nobody has seen is history."""
    return as_of - timedelta(days=cfg.alerts.history_days)


def _changed_deadlines(state: Evaluated, memory: Memory, cfg: Config) -> dict[str, date]:
    """The deadlines to note as seen. One that was long past when first seen is not: it would pass for a term seen in
    time, and alert on another day. Nor is one that moved while its term is decided: reopened, it must know from where.
    """
    contracts = state.frames["contracts"]
    deadline = contracts["deadline"].to_numpy().astype("datetime64[D]")
    has = ~np.isnat(deadline)
    ids = contracts["contract_id"].to_numpy()[has].tolist()
    looked_at = contracts["status"].isin(OPEN_STATUSES).to_numpy()[has].tolist()
    oldest = _oldest(state.as_of, cfg)
    return {
        id: day
        for id, day, open_ in zip(ids, deadline[has].tolist(), looked_at, strict=True)
        if memory.seen.get(id) != day and (open_ if id in memory.seen else day >= oldest)
    }


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
            key=key_of(term, item),
            rule=RENEWAL,
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


def key_of(term: Term, item: News) -> str:
    """The key under which this is logged."""
    return str(
        keys.Key(term.contract_id, term.deadline, RENEWAL, item.stage, item.person, item.kind, item.due, item.role)
    )
