"""The tasks that matters make: once per occurrence, a few a day for each person, many of a kind in one. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np

from sheetcrm.alerts.matter_readers import Readers, accounts_of, texts
from sheetcrm.alerts.matters import Cases, Matter, matters
from sheetcrm.alerts.team import Team
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import MATTER, Memory, NewRow
from sheetcrm.schema import TABS

MOST_LINES = 50
"""Cases that one task lists; the rest is counted."""


@dataclass(frozen=True)
class _Case:
    """One case with all that its task says. ``account`` is its account's row, −1 for none."""

    matter: Matter
    id: str
    cause: str
    account: int
    name: str
    person: str
    value: float
    detail: str


def matter_tasks(
    state: Evaluated,
    team: Team,
    cfg: Config,
    memory: Memory,
    found: Mapping[str, Cases],
    known: Mapping[str, str],
    *,
    words: Any,
    playbook: Callable[[str], Sequence[str]],
    business_day: Callable[[date, int], date],
) -> list[NewRow]:
    """The tasks of the new ones among the cases ``found`` today.

    1. A case whose cause is ``known``, one about which an earlier task still stands open, and one of a snoozed account
       make nothing. 2. Where a person has several new cases of one matter, they become one task with a list. 3. Of a
       person's tasks the most valuable are made today, the rest on the next days: the cases are still true then.
    """
    if not state.snapshot.tabs["tasks"].present:
        return []
    new = [case for case in _cases(state, team, cfg, found) if case.cause not in known]
    busy = _busy(state, memory)
    new = [case for case in new if _subject(case.cause) not in busy]
    write = _Writer(state, cfg, words, playbook, cache(business_day))
    given = Counter(memory.given)
    rows = []
    for together in _bundles(new, cfg.alerts.tasks_together):
        if given[together[0].person] < cfg.alerts.tasks_per_day:
            given[together[0].person] += 1
            rows.append(write.task(together))
    return [row for row in rows if row.id not in known]


def _cases(state: Evaluated, team: Team, cfg: Config, found: Mapping[str, Cases]) -> Iterator[_Case]:
    """All cases of today that ask for a task, matter by matter in the order of the settings."""
    desk = _Desk(state, team)
    for name, cases in found.items():
        settings = cfg.alerts.matters[name]
        if settings.task != "none" and cases:
            yield from desk.of(matters()[name], cases, settings.to)


def _subject(cause: str) -> str:
    """The matter and the row of a cause, without its episode."""
    return cause.rpartition("|")[0]


def _busy(state: Evaluated, memory: Memory) -> set[str]:
    """The matters and rows about which an earlier task stands open, or waits to be written."""
    tasks = state.frames["tasks"]
    open_ = {*tasks["task_id"][tasks["done_on"].isna()].tolist(), *(row.id for row in memory.pending)}
    return {_subject(cause) for cause, id in memory.causes.items() if cause.startswith(MATTER) and id in open_}


def _bundles(cases: Sequence[_Case], several: int) -> list[list[_Case]]:
    """The cases by what becomes one task: each by itself, or all of one matter and person where there are several. The
    most valuable first."""
    alike: dict[tuple[str, str], list[_Case]] = defaultdict(list)
    for case in cases:
        alike[case.matter.name, case.person].append(case)
    bundles: list[list[_Case]] = []
    for group in alike.values():
        group.sort(key=lambda case: (not case.detail, -case.value, case.id))
        bundles += [group] if len(group) >= several else [[case] for case in group]
    return sorted(bundles, key=lambda group: -sum(case.value for case in group))


class _Desk:
    """Turns cases into what tasks say of them: names, people and values, taken from the frames once."""

    def __init__(self, state: Evaluated, team: Team) -> None:
        accounts = state.frames["accounts"]
        self._state, self._readers = state, Readers(state, team)
        self._values = accounts["annual_value"].fillna(0.0).tolist()
        until = accounts["snooze_until"].to_numpy()
        self._snoozed = (until > np.datetime64(state.as_of)).tolist()

    def of(self, matter: Matter, cases: Cases, to: Sequence[str]) -> Iterator[_Case]:
        """The cases of a matter, those of snoozed accounts left out; the first of its readers gets the task."""
        state, rows = self._state, cases.rows
        frame = state.frames[matter.tab]
        ids = frame[TABS[matter.tab].id].iloc[rows].tolist()
        names = texts(frame["name"].iloc[rows]) if "name" in frame else [""] * len(rows)
        own = texts(frame["owner"].iloc[rows]) if "owner" in frame and matter.tab != "accounts" else [""] * len(rows)
        worth = frame["portfolio_value"].fillna(0.0).iloc[rows].tolist() if matter.tab == "team" else None
        codes = accounts_of(state, matter.tab)[rows].tolist()
        days = np.datetime_as_string(cases.episodes.astype("datetime64[D]")).tolist()
        details = cases.details or ("",) * len(rows)
        for at, (id, account, day) in enumerate(zip(ids, codes, days, strict=True)):
            if account >= 0 and self._snoozed[account]:
                continue
            yield _Case(
                matter=matter,
                id=id,
                cause=f"{MATTER}{matter.name}|{id}|{'' if day == 'NaT' else day}",
                account=account,
                name=names[at],
                person=id if matter.tab == "team" else self._readers.of(to, own[at], account).answers,
                value=worth[at] if worth else self._values[account] if account >= 0 else 0.0,
                detail=details[at],
            )


class _Writer:
    """Puts the cases of one task into its row."""

    def __init__(
        self,
        state: Evaluated,
        cfg: Config,
        words: Any,
        playbook: Callable[[str], Sequence[str]],
        business_day: Callable[[date, int], date],
    ) -> None:
        self._state, self._cfg, self._words = state, cfg, words
        self._playbook, self._business_day = playbook, business_day
        self._ids, self._names = (texts(state.frames["accounts"][name]) for name in ("account_id", "name"))

    def task(self, cases: Sequence[_Case]) -> NewRow:
        """One row for these cases of one matter and person."""
        first, alone = cases[0], len(cases) == 1
        settings = self._cfg.alerts.matters[first.matter.name]
        cause = first.cause
        task_id = f"S-{first.id if alone else first.matter.name}-{_digest([case.cause for case in cases])}"
        about = self._ids[first.account] if alone and first.account >= 0 else None
        return NewRow(
            tab="tasks",
            id=task_id,
            cause=cause,
            also=tuple(case.cause for case in cases[1:]),
            values={
                "task_id": task_id,
                "account_id": about,
                "contract_id": first.id if alone and first.matter.tab == "contracts" else None,
                "kind": settings.task,
                "nature": first.matter.nature,
                "title": self._title(first) if alone else self._many(first, len(cases)),
                "checklist": "\n".join(f"• {line}" for line in [*self._lines(cases), *self._playbook(settings.steps)]),
                "owner": first.person or None,
                "due": self._business_day(self._state.as_of, settings.due_in),
                "done_on": None,
                "source": "sheetcrm",
            },
        )

    def _title(self, case: _Case) -> str:
        account = self._names[case.account] if case.account >= 0 else case.id
        return str(
            self._words.text(f"matter.{case.matter.name}.title", account=account, id=case.id, name=case.name or case.id)
        )

    def _many(self, case: _Case, count: int) -> str:
        return str(self._words.plural(f"matter.{case.matter.name}.many", count))

    def _lines(self, cases: Sequence[_Case]) -> list[str]:
        """Of one case what there is to say of it; of many one line each."""
        if len(cases) == 1:
            return [cases[0].detail] if cases[0].detail else []
        lines = [self._line(case) for case in cases[:MOST_LINES]]
        more = len(cases) - MOST_LINES
        return [*lines, self._words.plural("matter.more", more)] if more > 0 else lines

    def _line(self, case: _Case) -> str:
        account = self._names[case.account] if case.account >= 0 else ""
        names = " · ".join(dict.fromkeys(part for part in (account, case.name) if part))
        line = f"{names} ({case.id})" if names else case.id
        return f"{line}: {case.detail}" if case.detail else line


def _digest(causes: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(causes).encode()).hexdigest()[:6]
