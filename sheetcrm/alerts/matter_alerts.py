"""What is said of matters: each case goes through the one decision of all alerts (domain 5, "other alerts"). Pure.

1. A case is told by its matter, its row and its episode: the day of its own that an occurrence has (a signal's, a
   due date, a month), else the day since which it is true. That one is remembered; it begins anew only once runs have
   found the case clear for some days.
2. It is said once, then weekly a few times while it is true; a ladder climbs where the settings say so.
3. An occurrence whose task people have done is settled. A snooze of the account, or of the contract, holds it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from sheetcrm.alerts import keys
from sheetcrm.alerts.case import Case, Decision, Entry, News, Past, Policy, Rung, StagePolicy
from sheetcrm.alerts.decide import decide, held
from sheetcrm.alerts.matter_readers import Readers, accounts_of, texts
from sheetcrm.alerts.matters import Cases, Matter, matters
from sheetcrm.alerts.moot import moot_tasks
from sheetcrm.alerts.policies import RENEWAL, matter_policy
from sheetcrm.alerts.renewals import entry_of, ladder_name
from sheetcrm.alerts.team import Roles, Team
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import MATTER, Alert, Memory
from sheetcrm.rules.hours import calendar_of
from sheetcrm.schema import TABS


@dataclass(frozen=True)
class MatterCase:
    """One case as its sentence, its line and its task name it. ``row`` is the row of its tab, ``account`` that of its
    account (−1: none). ``name`` is the row's own, ``detail`` what the row says; ``owner`` answers for it. ``value``:
    what is at stake a year, in base currency."""

    matter: Matter
    row: int
    account: int
    id: str
    contract_id: str
    episode: date
    name: str
    detail: str
    facts: Mapping[str, Any]
    owner: str
    value: float
    snoozes: Sequence[date] = ()


@dataclass(frozen=True)
class Spoken:
    """A case of which somebody hears today."""

    case: MatterCase
    decision: Decision


@dataclass
class MatterNews:
    """All news of matters of a day: new lines of the log, the cases of which somebody hears, since when the standing
    ones are true (and that they still are), the ladders that open, those with nobody left, and how many cases wait for
    business hours."""

    alerts: list[Alert] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)
    true: dict[tuple[str, str], tuple[date, date]] = field(default_factory=dict)
    ladders: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    exhausted: list[Spoken] = field(default_factory=list)
    held_back: int = 0


def cases_of(state: Evaluated, cfg: Config) -> dict[str, Cases]:
    """The cases of every matter that is said or makes a task, by its name, in the order of the settings."""
    return {
        name: matters()[name].cases(state, cfg)
        for name, settings in cfg.alerts.matters.items()
        if settings.alert != "none" or settings.task != "none"
    }


def matter_alerts(
    state: Evaluated,
    team: Team,
    memory: Memory,
    cfg: Config,
    found: Mapping[str, Cases],
    *,
    why: Callable[[MatterCase], str],
    quiet: bool = False,
    digests: bool = True,
) -> MatterNews:
    """Decide every case of today; ``why`` puts one into the workbook's words.

    ``quiet``: outside business hours. ``digests=False``: only what goes out at once, the rest waits for the digest.
    """
    news = MatterNews()
    if memory.last_run and memory.last_run > state.as_of:
        return news
    desk = _Desk(state, team, memory, cfg)
    full = {person for person, day in memory.digests.items() if day == state.as_of}
    bundled = {person for person, day in memory.bundles.items() if day == state.as_of}
    calendar = calendar_of(cfg.calendar)

    def decided(case: Case, past: Past, policy: Policy, *, quiet: bool) -> Decision:
        whole = decide(case, past, policy, calendar, state.as_of, quiet=quiet, baseline=memory.first_run)
        return held(whole, digested=full, bundled=bundled, digests=digests)

    for name, cases in found.items():
        if cfg.alerts.matters[name].alert == "none" or not len(cases):
            continue
        policy = matter_policy(cfg.alerts, name)
        for told, case, past in desk.cases(matters()[name], cases, policy):
            decision = decided(case, past, policy, quiet=quiet)
            if decision.silent == "outside_hours":
                news.held_back += decided(case, past, policy, quiet=False).speaks
            _note(news, told, decision, why, state.as_of)
    news.true = desk.true
    return news


def standing(
    state: Evaluated, team: Team, memory: Memory, cfg: Config
) -> Iterator[tuple[MatterCase, Case, Past, Policy]]:
    """Every case of which people are told, also those that have nothing to say today."""
    desk = _Desk(state, team, memory, cfg)
    for name, cases in cases_of(state, cfg).items():
        if cfg.alerts.matters[name].alert == "none" or not len(cases):
            continue
        policy = matter_policy(cfg.alerts, name)
        for told, case, past in desk.cases(matters()[name], cases, policy, rested=True):
            yield told, case, past, policy


def _note(
    news: MatterNews, case: MatterCase, decision: Decision, why: Callable[[MatterCase], str], as_of: date
) -> None:
    if decision.news:
        said = why(case)
        news.alerts += [_alert(case, item, said, as_of) for item in decision.news]
    if decision.speaks:
        news.spoken.append(Spoken(case, decision))
    if decision.opens is not None:
        name = ladder_name(case.matter.name, case.id, case.episode, decision.told)
        news.ladders[name] = tuple((rung.role, rung.after) for rung in decision.opens.rungs)
    if decision.exhausted:
        news.exhausted.append(Spoken(case, decision))


def _alert(case: MatterCase, item: News, why: str, as_of: date) -> Alert:
    return Alert(
        key=key_of(case, item),
        rule=case.matter.name,
        stage=item.stage,
        tab=case.matter.tab,
        id=case.id,
        contract_id=case.contract_id,
        account_id=str(case.facts["account_id"]),
        person=item.person,
        state=item.state,
        why=why,
        alerted_on=as_of,
        value=case.value,
    )


def key_of(case: MatterCase, item: News) -> str:
    """The key under which this is logged."""
    return str(
        keys.Key(case.id, case.episode, case.matter.name, item.stage, item.person, item.kind, item.due, item.role)
    )


class _Desk:
    """Turns the rows of matters into cases, with what is known of each: taken from the columns once."""

    def __init__(self, state: Evaluated, team: Team, memory: Memory, cfg: Config) -> None:
        accounts = state.frames["accounts"]
        self._state, self._memory, self._cfg = state, memory, cfg
        self._readers = Readers(state, team)
        self._account_ids = texts(accounts["account_id"])
        self._values = accounts["annual_value"].fillna(0.0).tolist()
        self._snoozed = _days(accounts["snooze_until"])
        ages = accounts["days_since_interaction"].tolist()
        self._spoken = [None if age != age or age is None else state.as_of - timedelta(days=int(age)) for age in ages]
        self._log = _logged(memory)
        self._done = _done(state)
        self._moot = moot_tasks(state, memory)
        self._noted = {rule for rule, _ in memory.matters}
        self.true: dict[tuple[str, str], tuple[date, date]] = {}

    def cases(
        self, matter: Matter, found: Cases, policy: Policy, *, rested: bool = False
    ) -> Iterator[tuple[MatterCase, Case, Past]]:
        """Each row as a case, once; rows without an id of their own go by their account and day.

        On most days nearly all of them have been said and are not due again: those are left out before anything is
        made of them, unless the ``rested`` ones are asked for too.
        """
        rows = _Rows(self._state, matter, found, self._account_ids)
        first, *others = self._cfg.alerts.matters[matter.name].to
        # What is about one of the team is theirs to hear, not their manager's.
        to = ("owner" if matter.tab == "team" else first, *others)
        seen: set[tuple[str, date]] = set()
        for at in range(len(found)):
            id, account = rows.ids[at], rows.accounts[at]
            entries = self._log.get((matter.name, id), [])
            episode = rows.days[at]
            if matter.standing or episode is None:
                episode = self._since(matter.name, id, found.parts[at] if found.parts else (), entries)
            if not id or (id, episode) in seen:
                continue
            seen.add((id, episode))
            roles = self._readers.of(to, rows.owners[at], account)
            snoozes = [day for day in (self._snoozed[account] if account >= 0 else None, rows.snoozes[at]) if day]
            if not rested and not snoozes and _at_rest(entries, episode, roles, policy.stages[0], self._state.as_of):
                continue
            told = MatterCase(
                matter=matter,
                row=rows.rows[at],
                account=account,
                id=id,
                contract_id=rows.contracts[at],
                episode=episode,
                name=rows.names[at],
                detail=rows.details[at],
                facts=rows.facts(at),
                owner=roles.answers,
                value=rows.worth[at] if rows.worth else self._values[account] if account >= 0 else 0.0,
                snoozes=snoozes,
            )
            yield told, self._case(told, roles, rows.moves[at]), self._past(told, entries)

    def _case(self, told: MatterCase, roles: Roles, moved_on: date | None) -> Case:
        if told.matter.tab != "tickets" and told.account >= 0:
            moved_on = self._spoken[told.account]
        return Case(
            rule=told.matter.name,
            tab=told.matter.tab,
            id=told.id,
            episode=told.episode,
            mute="decided" if self._settled(told) else "",
            snooze_until=max(told.snoozes, default=None),
            moved_on=moved_on,
            people=roles.hear,
        )

    def _settled(self, told: MatterCase) -> bool:
        """Whether people have done the task of this very occurrence, or no longer need to. What is simply true stays
        so."""
        if told.matter.standing:
            return False
        if told.matter.tab == "tasks" and told.id in self._moot:
            return True
        cause = f"{MATTER}{told.matter.name}|{told.id}|{told.episode.isoformat()}"
        return self._memory.causes.get(cause) in self._done

    def _past(self, told: MatterCase, entries: Sequence[Entry]) -> Past:
        if not entries:
            return Past()
        name = ladder_name(told.matter.name, told.id, told.episode, told.matter.name)
        rungs = self._memory.ladders.get(name)
        ladder = matter_policy(self._cfg.alerts, told.matter.name).stages[0].ladder if rungs is not None else None
        if rungs is None or ladder is None:
            return Past(entries)
        kept = replace(ladder, rungs=tuple(Rung(role, after) for role, after in rungs))
        return Past(entries, ladders={(told.episode, told.matter.name): kept})

    def _since(self, rule: str, id: str, parts: Sequence[str], entries: Sequence[Entry]) -> date:
        """The day since which a case is true, or since which its newest part is; noted, with today as the last day on
        which it was."""
        # What was said of the whole tells nothing of a part that the notes don't know, unless the notes are lost.
        told = () if parts and rule in self._noted else entries
        days = {name: self._known(rule, name, told) or self._state.as_of for name in parts or (id,)}
        self.true |= {(rule, name): (day, self._state.as_of) for name, day in days.items()}
        return max(days.values())

    def _known(self, rule: str, id: str, entries: Sequence[Entry]) -> date | None:
        """Since when, by what earlier runs noted; None where the case is new.

        It began anew where runs found it clear for some days: days on which no run looked clear nothing. Where the
        notes are lost, what was said lately tells; of what was said long ago, a word too many is better than none.
        """
        as_of, clear, again = self._state.as_of, self._cfg.alerts.clear_days, self._cfg.alerts.matters_repeat
        known = self._memory.matters.get((rule, id))
        if known is not None:
            since, last = known
            unseen = self._memory.last_run is not None and last >= self._memory.last_run
            return since if unseen or (as_of - last).days < clear else None
        last_said = max(entries, key=lambda entry: entry.on, default=None)
        within = timedelta(days=again.every * ((again.most or 0) + 1) + clear)
        return last_said.episode if last_said is not None and as_of - last_said.on < within else None


def _at_rest(entries: Sequence[Entry], episode: date, roles: Roles, stage: StagePolicy, as_of: date) -> bool:
    """Whether the decision is sure to find nothing: all readers have heard, no repeat is due, and nothing else (a
    ladder, an acknowledgement, a new beginning) has a say."""
    repeat = stage.repeat
    said = [entry for entry in entries if entry.episode == episode]
    plain = all(e.told and e.kind in ("first", "repeat") and e.acknowledged_on is None for e in said)
    firsts = [entry.on for entry in said if entry.kind == "first"]
    if not firsts or not plain or stage.ladder is not None or repeat is None:
        return False
    heard = {entry.person for entry in said}
    if any(person not in heard for role in stage.to for person in roles.hear.get(role, ())):
        return False
    repeats = {entry.on for entry in said if entry.kind == "repeat" and entry.on >= min(firsts)}
    # The owner's days go on whoever joins. Business days are never fewer than the days of the calendar.
    days = [[e.on for e in said if e.person == person] for person in roles.hear.get("owner", ())]
    asked = [max((day for day in each if day in repeats), default=min(each)) for each in days]
    due = min(asked, default=min(firsts)) + timedelta(days=repeat.every)
    return due > as_of or (repeat.most is not None and len(repeats) >= repeat.most)


class _Rows:
    """The rows of a matter's cases as lists."""

    def __init__(self, state: Evaluated, matter: Matter, found: Cases, account_ids: Sequence[str]) -> None:
        frame, rows = state.frames[matter.tab], found.rows
        blank = [""] * len(rows)

        def column(name: str) -> list[str]:
            return texts(frame[name].iloc[rows]) if name in frame else blank

        self.rows = rows.tolist()
        self.days = _days(found.episodes)
        self.accounts = accounts_of(state, matter.tab)[rows].tolist()
        self.names, self.contracts = column("name"), column("contract_id")
        self.owners = (
            column("email") if matter.tab == "team" else blank if matter.tab == "accounts" else column("owner")
        )
        self.details = list(found.details) or blank
        self.worth = frame["portfolio_value"].fillna(0.0).iloc[rows].tolist() if matter.tab == "team" else None
        self.snoozes = _days(frame["snooze_until"].iloc[rows]) if matter.tab == "contracts" else [None] * len(rows)
        self.moves = _days(frame["answered"].iloc[rows]) if matter.tab == "tickets" else [None] * len(rows)
        self._of = [account_ids[code] if code >= 0 else "" for code in self.accounts]
        self._facts = found.facts
        days = [day.isoformat() if day is not None else "" for day in self.days]
        known = column(TABS[matter.tab].id)
        self.ids = [id or f"{of} {day}".strip() for id, of, day in zip(known, self._of, days, strict=True)]

    def facts(self, at: int) -> dict[str, Any]:
        """What the sentence of a case names."""
        return {"account_id": self._of[at], **{name: values[at] for name, values in self._facts.items()}}


def _logged(memory: Memory) -> dict[tuple[str, str], list[Entry]]:
    """(matter, row id) → the lines of its log."""
    found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for text, alert in memory.alerts.items():
        key = keys.parse(text) if alert.rule != RENEWAL else None
        if key is not None:
            found[alert.rule, key.id].append(entry_of(alert, key))
    return found


def _done(state: Evaluated) -> set[str]:
    tasks = state.frames["tasks"]
    return set(tasks["task_id"][tasks["done_on"].notna()].tolist())


def _days(series: Any) -> list[date | None]:
    days = np.asarray(series, dtype="datetime64[s]").astype("datetime64[D]")
    return [day.date() if isinstance(day, datetime) else day for day in days.tolist()]
