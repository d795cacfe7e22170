"""plan = f(snapshot, as_of, config, memory): everything that a run would do, as a value. Pure.

The steps: evaluate every column; decide the alerts; decide the rows to append; gather the problems; fill the columns
that follow from those; compare with what stands in the workbook; lay out the runner's tabs; write the letters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import pandas as pd

from sheetcrm import diff, guard
from sheetcrm.alerts.digest import Context, digests
from sheetcrm.alerts.renewals import Renewals, Told, renewals
from sheetcrm.alerts.tasks import stage_tasks
from sheetcrm.alerts.team import Team
from sheetcrm.columns import Evaluated, evaluate, extend, fill
from sheetcrm.config import Config
from sheetcrm.diff import as_value
from sheetcrm.findings import findings
from sheetcrm.model import Alert, Memory, Message, NewRow, Plan, Problem, Snapshot
from sheetcrm.reasons import describe
from sheetcrm.rules import afterwards, first
from sheetcrm.rules.hours import calendar_of
from sheetcrm.schema import TABS
from sheetcrm.sentences import sentences
from sheetcrm.views import agenda, dashboard, problems_tab, segments
from sheetcrm.words import Words, words_of


@dataclass
class Found:
    """What the plan decided so far, for the columns that follow from it (``rules.decided``)."""

    stages: Mapping[tuple[str, date], str] = field(default_factory=dict)
    tasks: Mapping[str, tuple[str, date | None]] = field(default_factory=dict)
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
) -> Plan:
    """The whole plan of a day; ``allowed`` says which addresses mail may go to, ``step`` hears of progress.

    ``tell=False`` is a second look within one run: cells and the rows still owed, no further news.
    """
    words = words_of(language_of(cfg, snapshot))
    step("compute")
    state = evaluate(snapshot, as_of, cfg, memory, words, first(), now)
    team = Team.of(state.frames["team"], allowed, cfg.mail.fallback)
    step("decide")
    text = sentences(state)
    news = renewals(state, team, memory, cfg, reasons=lambda row: text("contracts.why", row, words.language))
    if not tell:
        news = Renewals(history=news.history)
    decided, reappeared = _rows(news, state, cfg, memory, words)
    rows = [row for row in decided if not snapshot[row.tab].append_blocked]
    _take_part(state, rows)
    known = {**memory.alerts, **{alert.key: alert for alert in news.alerts}}
    problems = findings(state, team, news, cfg)
    described = [(problem, *describe(problem, words)) for problem in problems]
    found = Found(_stages(known, cfg), _tasks(state), _problem_texts(state, described))
    fill(state, afterwards(), {"found": found})
    step("compare")
    blocks = diff.blocks(state)
    context = Context(state, team, cfg, memory, problems, text, _steps(memory, cfg))
    messages = digests(news, context, words_of)
    return Plan(
        as_of=as_of,
        blocks=blocks,
        rows=_completed(rows, state),
        tabs=[
            agenda.rows(state, cfg, words),
            problems_tab.rows(described, words),
            segments.rows(state, cfg, words),
        ],
        dashboard=dashboard.cells(state, cfg, words, problems=problems, undelivered=memory.undelivered),
        messages=messages,
        alerts=news.alerts,
        problems=problems,
        counts=_counts(state, blocks, rows, messages, problems, news),
        refusals=guard.refusals(blocks, snapshot, memory.sizes, cfg.guard),
        history=_history(state),
        seen=news.seen,
        owed=[row for row in decided if snapshot[row.tab].append_blocked],
        reappeared=reappeared,
        state=state,
    )


def _rows(
    news: Renewals, state: Evaluated, cfg: Config, memory: Memory, words: Words
) -> tuple[list[NewRow], list[str]]:
    """Rows to append: those still owed from earlier runs, then today's; and the owed ones that stand there already."""
    standing = {tab: set(state.snapshot[tab].frame[TABS[tab].id]) for tab in ("tasks",)}
    # A row whose tab people have removed stays owed: it is appended when the tab is back.
    pending = [row for row in memory.pending if state.snapshot[row.tab].present]
    owed = [row for row in pending if row.id not in standing.get(row.tab, set())]
    reappeared = [row.cause for row in pending if row.id in standing.get(row.tab, set())]
    calendar = calendar_of(cfg.calendar)
    known = {**memory.causes, **dict.fromkeys(standing["tasks"], "")}
    checklists = cfg.playbook(words.language)
    fresh = stage_tasks(
        news.told,
        state,
        cfg,
        known,
        words=words,
        playbook=lambda stage: checklists.get(stage, ()),
        business_day=calendar.add_business_days,
        fold=not memory.first_run,
    )
    return [*owed, *fresh], reappeared


def _take_part(state: Evaluated, rows: Sequence[NewRow]) -> None:
    """The rows to append are part of the day: what is computed from their tabs counts them."""
    for tab in dict.fromkeys(row.tab for row in rows):
        columns = [column.key for column in TABS[tab].people]
        values = [[row.values.get(key) for key in columns] for row in rows if row.tab == tab]
        extend(state, tab, pd.DataFrame(values, columns=columns, dtype=object))


def _completed(rows: Sequence[NewRow], state: Evaluated) -> list[NewRow]:
    """The rows with the runner's own columns, so that the next run finds nothing to add to them."""
    completed: dict[str, NewRow] = {}
    for tab in {row.tab for row in rows}:
        frame = state.frames[tab]
        at = {id: place for place, id in enumerate(frame[TABS[tab].id].tolist())}
        columns = [(column, frame[column.key].tolist()) for column in TABS[tab].runner if column.key in frame]
        for row in rows:
            if row.tab == tab:
                computed = {column.key: as_value(cells[at[row.id]], column) for column, cells in columns}
                completed[row.cause] = replace(row, values={**row.values, **computed})
    return [completed[row.cause] for row in rows]


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


def _tasks(state: Evaluated) -> dict[str, tuple[str, date | None]]:
    """contract → its first open task: the earliest due, undated ones last, in the order of the tab."""
    tasks = state.frames["tasks"]
    open_ = tasks["done_on"].isna() & tasks["contract_id"].notna()
    columns = [tasks[name][open_] for name in ("contract_id", "title", "task_id")]
    due = tasks["due"][open_].to_numpy().astype("datetime64[D]").tolist()
    entries = [
        (contract, title if isinstance(title, str) else task, day)
        for (contract, title, task), day in zip(zip(*columns, strict=True), due, strict=True)
    ]
    found: dict[str, tuple[str, date | None]] = {}
    for contract, title, day in entries:
        known = found.get(contract)
        if known is None or (day is not None and (known[1] is None or day < known[1])):
            found[contract] = (title, day)
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


def _counts(
    state: Evaluated,
    blocks: Sequence[Any],
    rows: Sequence[NewRow],
    messages: Sequence[Message],
    problems: Sequence[Problem],
    news: Renewals,
) -> dict[str, int]:
    status = state["contracts.status"]
    return {
        "cells": sum(len(block) for block in blocks),
        "rows": len(rows),
        "messages": len(messages),
        "alerts": sum(alert.state == "queued" for alert in news.alerts),
        "superseded": sum(alert.state == "superseded" for alert in news.alerts),
        "problems": len(problems),
        "contracts": state.sizes["contracts"],
        "accounts": state.sizes["accounts"],
        "interactions": state.sizes["interactions"],
        "tickets": state.sizes["tickets"],
        "expiring": int((status == "expiring").sum()),
        "expired": int((status == "expired").sum()),
        "at_risk": int((state["contracts.renewal_risk"] == "high").sum()),
        "red": int((state["accounts.health_band"] == "red").sum()),
    }
