"""plan = f(snapshot, as_of, config, memory): everything that a run would do, as a value. Pure.

The steps: evaluate every column; decide the alerts; decide the rows to append; gather the problems; fill the columns
that follow from those; compare with what stands in the workbook; lay out the runner's tabs; write the letters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from sheetcrm import diff, guard
from sheetcrm.alerts.acknowledged import acknowledged
from sheetcrm.alerts.customer_mail import messages as customer_messages
from sheetcrm.alerts.customer_mail import post
from sheetcrm.alerts.customers import customer_letters
from sheetcrm.alerts.digest import Context, letters
from sheetcrm.alerts.matter_alerts import MatterNews, cases_of, matter_alerts
from sheetcrm.alerts.matter_tasks import matter_tasks
from sheetcrm.alerts.matter_words import MatterWords
from sheetcrm.alerts.matters import Cases
from sheetcrm.alerts.opportunities import stage_opportunities
from sheetcrm.alerts.renewals import Renewals, Told, renewals
from sheetcrm.alerts.reports import When, weekly
from sheetcrm.alerts.reports import quiet as all_quiet
from sheetcrm.alerts.tasks import stage_tasks
from sheetcrm.alerts.team import Team
from sheetcrm.alerts.week import Week
from sheetcrm.appended import Appended
from sheetcrm.config import Config
from sheetcrm.engine import evaluate, fill
from sheetcrm.evaluated import Evaluated
from sheetcrm.findings import findings
from sheetcrm.model import Alert, Block, Memory, Message, Plan, Problem, Snapshot, TabRows
from sheetcrm.reasons import describe
from sheetcrm.rules import afterwards, first
from sheetcrm.rules.hours import calendar_of
from sheetcrm.sentences import sentences
from sheetcrm.views import agenda, dashboard, problems_tab, segments
from sheetcrm.words import Words, words_of


@dataclass
class Found:
    """What the plan decided so far, for the columns that follow from it (``rules.decided``)."""

    stages: Mapping[tuple[str, date], str] = field(default_factory=dict)
    problems: Mapping[str, Sequence[str | None]] = field(default_factory=dict)


def language_of(cfg: Config, snapshot: Snapshot) -> str:
    """The language in which the workbook is written: the configured one, else its own."""
    return cfg.language or snapshot.language


def make_plan(
    snapshot: Snapshot,
    as_of: date,
    cfg: Config,
    memory: Memory,
    *,
    allowed: Callable[[str], bool],
    now: datetime | None = None,
    step: Callable[[str], None] = lambda _: None,
    tell: bool = True,
    quiet: bool = False,
    digests: bool = True,
    views: bool = True,
    reports: When | None = None,
) -> Plan:
    """The whole plan of a day; ``allowed`` says which addresses mail may go to, ``step`` hears of progress.

    ``tell=False`` is a second look within one run: cells and the rows still owed, no further news. ``quiet``: outside
    business hours, when only what is near speaks. ``digests=False``: only what goes out at once. ``views=False``: only
    what is said and remembered, for ``replay``; no cell is compared and no tab laid out. ``reports``: whether the
    letters of the week are made, those that are due or all of them.
    """
    words = words_of(language_of(cfg, snapshot))
    step("compute")
    state = evaluate(snapshot, as_of, cfg, memory, words, first(), now)
    team = Team.of(state.frames["team"], allowed, cfg.mail.fallback)
    step("decide")
    confirmed = acknowledged(snapshot, memory.alerts, as_of)
    known = replace(memory, alerts={**memory.alerts, **confirmed})
    day = Day(state, team, cfg, known, words, tell, quiet, digests)
    day.decide()
    day.conclude()
    step("compare")
    blocks = diff.blocks(state) if views else []
    messages = [*letters(day.news, day.context(), words_of), *customer_messages(day.post, state, team, cfg)]
    messages += _reports(day, messages, snapshot, reports) if reports and tell else []
    return Plan(
        as_of=as_of,
        blocks=blocks,
        rows=day.appended.completed(),
        tabs=_tabs(day) if views else [],
        dashboard=dashboard.cells(state, cfg, words, problems=day.problems, undelivered=memory.undelivered)
        if views
        else {},
        messages=messages,
        alerts=[*day.news.alerts, *day.matters.alerts],
        problems=day.problems,
        counts=_counts(day, blocks, messages),
        refusals=guard.refusals(blocks, snapshot, memory.sizes, cfg.guard),
        history=_history(state),
        seen=day.news.seen,
        moves=day.news.moves,
        ladders={**day.news.ladders, **day.matters.ladders},
        matters=day.matters.true,
        addresses=day.post.addresses,
        acknowledged=list(confirmed.values()),
        owed=day.appended.owed,
        reappeared=day.appended.reappeared,
        dropped=day.appended.dropped,
        state=state,
    )


def _reports(day: Day, news: Sequence[Message], snapshot: Snapshot, when: When) -> list[Message]:
    """The letters of the week."""
    state, memory, cfg, language = day.state, day.memory, day.cfg, day.words.language

    def week() -> Week:
        before = state.as_of - timedelta(days=7)
        health = memory.health[memory.health["day"] <= pd.Timestamp(before)] if len(memory.health) else memory.health
        then = evaluate(snapshot, before, cfg, replace(memory, health=health), day.words, first())
        return Week(state, then, cfg, day.news.exhausted, day.text, day.matters.exhausted)

    told = weekly(week, day.team, memory, cfg, state.as_of, words_of=words_of, language=language, when=when)
    return told + all_quiet(state, news, len(day.problems), memory, cfg, language=language, when=when)


def _tabs(day: Day) -> list[TabRows]:
    """The runner's tabs of rows."""
    return [
        agenda.rows(day.state, day.cfg, day.words),
        problems_tab.rows(day.described, day.words),
        segments.rows(day.state, day.cfg, day.words),
    ]


@dataclass
class Day:
    """What is decided about an evaluated workbook, step by step. ``tell``: whether there may be news."""

    state: Evaluated
    team: Team
    cfg: Config
    memory: Memory
    words: Words
    tell: bool
    quiet: bool = False
    digests: bool = True

    def decide(self) -> None:
        """The rows of next terms, then the news, then the rows that the news make.

        Successors come first: what they say today is said today, not by the next run.
        """
        self.text = sentences(self.state)
        self.appended = Appended(self.state, self.memory)
        self.appended.take_successors(self.cfg, fresh=self.fresh)
        self.news = renewals(
            self.state,
            self.team,
            self.memory,
            self.cfg,
            reasons=self._reason,
            quiet=self.quiet,
            digests=self.digests,
        )
        if not self.tell:
            self.news = Renewals(history=self.news.history, exhausted=self.news.exhausted)
        fold = not self.memory.first_run
        self.appended.take(
            stage_opportunities(self.news.told, self.state, self.cfg, self.appended.known("opportunities"), fold=fold)
        )
        checklists = self.cfg.playbook(self.words.language)
        due = customer_letters(self.news.first_contacts, self.state, self.memory, self.cfg)
        self.post = post(due, self.team, self.memory, self.state.as_of)
        self.news.alerts += self.post.alerts(self._reason, self.state.as_of)
        how: Any = {
            "words": self.words,
            "playbook": lambda section: checklists.get(section, ()),
            "business_day": calendar_of(self.cfg.calendar).add_business_days,
        }
        known = self.appended.known("tasks")
        tasks = stage_tasks(self.news.told, self.state, self.cfg, known, **how, fold=fold)
        self.matters = MatterNews()
        if self.fresh:
            cases = cases_of(self.state, self.cfg)
            tasks += matter_tasks(self.state, self.team, self.cfg, self.memory, cases, known, **how)
            self.matters = self._matters(cases)
        self.appended.take(tasks)

    def _matters(self, cases: Mapping[str, Cases]) -> MatterNews:
        """The news of everything but renewals."""
        say = MatterWords(self.state, self.text, self.cfg.base_currency)
        return matter_alerts(
            self.state,
            self.team,
            self.memory,
            self.cfg,
            cases,
            why=lambda case: say.why(case, self.words),
            quiet=self.quiet,
            digests=self.digests,
        )

    def conclude(self) -> None:
        """The problems, and the columns that follow from all that was decided."""
        self.problems = findings(self.state, self.team, self.news, self.matters, self.cfg, self.appended)
        self.described = [(problem, *describe(problem, self.words)) for problem in self.problems]
        known = {**self.memory.alerts, **{alert.key: alert for alert in self.news.alerts}}
        texts = _problem_texts(self.state, self.described)
        fill(self.state, afterwards(), {"found": Found(_stages(known, self.cfg), texts)})

    def context(self) -> Context:
        """What the digests are made from besides the news."""
        steps = _steps(self.memory, self.cfg)
        return Context(
            self.state,
            self.team,
            self.cfg,
            self.memory,
            self.problems,
            self.text,
            steps,
            self.post,
            self.matters,
            self.appended.known("tasks"),
        )

    @property
    def fresh(self) -> bool:
        """Whether rows may be decided on: not on a day before the last run, nor at a second look."""
        return self.tell and not (self.memory.last_run and self.memory.last_run > self.state.as_of)

    def _reason(self, row: int) -> str:
        return self.text("contracts.why", row, self.words.language)


def _stages(known: Mapping[str, Alert], cfg: Config) -> dict[tuple[str, date], str]:
    """(contract, deadline) → the most advanced stage in the log."""
    days = {name: stage.days for name, stage in cfg.alerts.stages.items()}
    found: dict[tuple[str, date], str] = {}
    for alert in known.values():
        if alert.deadline is None or alert.stage not in days:
            continue
        term = (alert.contract_id, alert.deadline)
        if term not in found or days[alert.stage] < days[found[term]]:
            found[term] = alert.stage
    return found


def _problem_texts(state: Evaluated, described: Sequence[tuple[Problem, str, str]]) -> dict[str, list[str | None]]:
    """Tab → one text per visible row: what is wrong with it, and how to mend it."""
    by_row: dict[tuple[str, int], list[str]] = defaultdict(list)
    for problem, text, fix in described:
        if problem.row:
            by_row[problem.tab, problem.row].append(f"{text} {fix}".strip())
    texts: dict[str, list[str | None]] = {}
    for tab in {tab for tab, _ in by_row}:
        table = state.snapshot.tabs[tab]
        rows = table.rows[state.kept[tab]].tolist()
        texts[tab] = ["\n".join(by_row[tab, row]) if (tab, row) in by_row else None for row in rows]
    return texts


def _steps(memory: Memory, cfg: Config) -> Callable[[Told, str], Sequence[str]]:
    def steps(told: Told, language: str) -> Sequence[str]:
        folded = () if memory.first_run else told.decision.folded
        book = cfg.playbook(language)
        return list(dict.fromkeys(step for stage in (*folded, told.decision.told) for step in book.get(stage, ())))

    return steps


def _history(state: Evaluated) -> Any:
    """The day's health of every client: account_id, score, band."""
    accounts = state.frames["accounts"]
    frame = pd.DataFrame(
        {"account_id": accounts["account_id"], "score": accounts["health_score"], "band": accounts["health_band"]}
    )
    return frame[frame["band"].notna()].reset_index(drop=True)


def _counts(day: Day, blocks: Sequence[Block], messages: Sequence[Message]) -> dict[str, int]:
    state, alerts = day.state, [*day.news.alerts, *day.matters.alerts]
    status = state["contracts.status"]
    return {
        "cells": sum(len(block) for block in blocks),
        "rows": len(day.appended.rows),
        "messages": len(messages),
        "alerts": sum(alert.state == "queued" for alert in alerts),
        "held_back": day.news.held_back + day.matters.held_back,
        "superseded": sum(alert.state == "superseded" for alert in alerts),
        "problems": len(day.problems),
        **{tab: state.sizes[tab] for tab in ("contracts", "accounts", "interactions", "tickets")},
        "expiring": int((status == "expiring").sum()),
        "expired": int((status == "expired").sum()),
        "at_risk": int((state["contracts.renewal_risk"] == "high").sum()),
        "red": int((state["accounts.health_band"] == "red").sum()),
    }
