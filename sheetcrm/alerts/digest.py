"""The day's letters to the team: what can't wait, and the digest, as data that the mail templates render. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from sheetcrm.alerts.case import News
from sheetcrm.alerts.customer_mail import Post, drafts
from sheetcrm.alerts.matter_alerts import MatterNews
from sheetcrm.alerts.matter_alerts import key_of as matter_key
from sheetcrm.alerts.matter_rows import Item, matter_sections, visited
from sheetcrm.alerts.matter_words import MatterWords
from sheetcrm.alerts.moot import moot_tasks
from sheetcrm.alerts.policies import RENEWAL
from sheetcrm.alerts.renewals import Renewals, Told, key_of
from sheetcrm.alerts.said import Said
from sheetcrm.alerts.team import Team
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Memory, Message, Problem
from sheetcrm.reasons import describe
from sheetcrm.rules.hours import calendar_of
from sheetcrm.views.brief import brief
from sheetcrm.views.links import row_addresses

ORDER = ("final", "critical", "urgent", "follow_up", "recovery", "first_contact", "preparation", "loss_analysis")
MOST_PROBLEMS = 5
MOST_BRIEFS = 5
"""Pages about accounts that go with one digest."""
LATE_RUN_DAYS = 4
"""A run later than this many days after the one before says that the runner was down (a long weekend is not)."""


@dataclass(frozen=True)
class Context:
    """What a digest is made from besides the news.

    ``text(column, row, language)`` gives a contract's or account's sentence in the reader's language.
    ``steps(told, language)`` are the checklist steps of the told stage and those folded into it. ``post``: the letters
    to customers; ``matters``: the news of everything but renewals.
    """

    state: Evaluated
    team: Team
    cfg: Config
    memory: Memory
    problems: Sequence[Problem]
    text: Callable[[str, int, str], str]
    steps: Callable[[Told, str], Sequence[str]]
    post: Post = field(default_factory=Post)
    matters: MatterNews = field(default_factory=MatterNews)

    @cached_property
    def worth(self) -> list[float]:
        """Per contract, what renewing it brings in base currency, for sorting and sums; 0 where that is unknown."""
        contracts = self.state.frames["contracts"]
        value = contracts["renewal_value"].fillna(contracts["value"])
        worth: list[float] = (value * contracts["base_rate"]).fillna(0.0).tolist()
        return worth

    @cached_property
    def said(self) -> Said:
        """What was said before."""
        return Said(self.memory, self.team, self.cfg, self.state.as_of)

    @cached_property
    def moot(self) -> frozenset[str]:
        """The tasks that the end of their term has answered."""
        return moot_tasks(self.state, self.memory)

    @cached_property
    def say(self) -> MatterWords:
        """The sentences of matters."""
        return MatterWords(self.state, self.text, self.cfg.base_currency)


def letters(news: Renewals, context: Context, words_of: Any) -> list[Message]:
    """What each person with something new hears today: one letter of what can't wait, and one digest of the rest.

    Whoever has only a letter to a customer to send on gets a digest for it.
    """
    mine: dict[tuple[str, str], list[tuple[Told, News]]] = defaultdict(list)
    for told in news.spoken:
        for item in told.decision.news:
            if item.state == "queued":
                mine[item.person, "immediate" if item.immediate else "digest"].append((told, item))
    others: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for spoken in context.matters.spoken:
        for item in spoken.decision.news:
            if item.state == "queued":
                others[item.person, "immediate" if item.immediate else "digest"].append((spoken, item))
    drafted = {(person, "digest") for person in context.post.drafts}
    return [
        _letter(person, kind, mine[person, kind], others[person, kind], context, words_of)
        for person, kind in sorted({*mine, *others, *drafted})
    ]


def _letter(
    address: str,
    kind: str,
    items: Sequence[tuple[Told, News]],
    others: Sequence[Item],
    context: Context,
    words_of: Any,
) -> Message:
    person = context.team.people.get(address)
    default = context.cfg.language or context.state.snapshot.language
    language = person.language if person and person.language else default
    words = words_of(language)
    as_of = context.state.as_of
    drafted = context.post.drafts.get(address, ()) if kind == "digest" else ()
    body = {
        "name": person.name if person else address,
        "as_of": as_of,
        "baseline": context.memory.first_run,
        "late_days": _late_days(context.memory, as_of),
        "sheet_follows": False,
        "workbook": book_name(context.cfg),
        "workbook_url": context.cfg.workbook_url or None,
        "headline": {
            "count": len(items),
            "value": sum(context.worth[told.row] for told, _ in items),
            "currency": context.cfg.base_currency,
        },
        "sections": _sections(items, address, context, words),
        "matters": matter_sections(
            others, address, context.state, context.team, context.cfg, context.said, context.say, words
        ),
        "drafts": drafts(drafted, context.state, context.team, context.cfg),
        "briefs": [
            brief(context.state, account, context.cfg, words, context.text)
            for account, _ in visited(others, MOST_BRIEFS)
        ],
    }
    return Message(
        key=f"{kind}|{address}|{as_of.isoformat()}",
        kind=kind,
        to=address,
        language=language,
        subject="",
        body=body | _rest(address, kind, others, context, words),
        keys=(
            *(key_of(told.term, news) for told, news in items),
            *(matter_key(spoken.case, news) for spoken, news in others),
            *(draft.key for draft in drafted),
        ),
    )


def book_name(cfg: Config) -> str:
    """How the workbook is called: its file; "" for a Google Sheet, whose address says nothing."""
    name = cfg.workbook.replace("\\", "/").rpartition("/")[2]
    return name if name.endswith((".xlsx", ".xlsm")) else ""


def _rest(address: str, kind: str, others: Sequence[Item], context: Context, words: Any) -> dict[str, Any]:
    """What a digest says besides its news: the reader's tasks, and the cells to mend. What can't wait is only that."""
    if kind != "digest":
        return {"tasks": [], "problems": [], "problems_more": 0}
    said = {spoken.case.id for spoken, _ in others if spoken.case.matter.tab == "tasks"}
    ours = [problem for problem in context.problems if problem.owner == address]
    return {
        "tasks": _tasks(address, said, context),
        "problems": [_problem(problem, context.state, words) for problem in ours[:MOST_PROBLEMS]],
        "problems_more": max(0, len(ours) - MOST_PROBLEMS),
    }


def _problem(problem: Problem, state: Evaluated, words: Any) -> dict[str, str]:
    """Where it is in the workbook, and in the reader's language what is wrong and how to mend it."""
    text, fix = describe(problem, words)
    table = state.snapshot.tabs.get(problem.tab)
    title = table.title if table is not None else ""
    return {"address": f"{title}!{problem.cell}" if problem.cell else title, "problem": text, "fix": fix}


def _late_days(memory: Memory, as_of: date) -> int:
    if memory.last_run is None:
        return 0
    # A run whose write had to wait is no finished one, but its digests left: nobody was kept waiting.
    missed = (as_of - max([memory.last_run, *memory.digests.values()])).days
    return missed if missed > LATE_RUN_DAYS else 0


def _row(told: Told, news: News, address: str, context: Context, words: Any) -> dict[str, Any]:
    state, at = context.state, told.row
    contracts = state.frames["contracts"]
    code = state.codes("contracts", "accounts")[at]
    accounts = state.frames["accounts"]

    def own(name: str) -> Any:
        return _plain(contracts[name].iat[at])

    def account(name: str) -> Any:
        return _plain(accounts[name].iat[code]) if code >= 0 else None

    value = own("renewal_value") if own("renewal_value") is not None else own("value")
    owner = context.team.people.get(told.term.owner)
    mine = told.term.owner == address and news.kind == "first"
    health = account("health_score")
    return {
        "stage": news.stage,
        "id": told.term.contract_id,
        "place": _place(state, at),
        "account": account("name") or told.term.account_id,
        "title": own("title") or "",
        "days": told.term.days_left,
        "deadline": told.term.deadline,
        "counts_as": _counts_as(told, news, context.cfg),
        "value": value,
        "value_base": context.worth[at],
        "currency": own("currency") or context.cfg.base_currency,
        "reason": context.text("contracts.why", at, words.language),
        "health_score": int(health) if health is not None else None,
        "health_band": account("health_band") or "no_data",
        "health_why": context.text("accounts.health_why", int(code), words.language) if code >= 0 else "",
        "next_action": context.text("contracts.next_action", at, words.language) or words.text(f"action.{news.stage}"),
        "next_action_on": _day(own("next_action_on")),
        "owner": "" if told.term.owner == address else (owner.name if owner else told.term.owner),
        "link": context.cfg.workbook_url or None,
        "steps": list(context.steps(told, words.language)) if mine else [],
        "new": news.kind == "first",
        **_said(told, news, context),
    }


def _said(told: Told, news: News, context: Context) -> dict[str, Any]:
    """Why the reader hears of it today. That it comes late is told only where the letter says that the runner was
    down."""
    term = told.term
    facts = context.said.facts(RENEWAL, term.contract_id, term.deadline, news, term.owner)
    return facts if _late_days(context.memory, context.state.as_of) else facts | {"late": False}


def _counts_as(told: Told, news: News, cfg: Config) -> date | None:
    """The business day that the stage counts to, where the deadline is none; what follows an end counts from the end
    itself."""
    business_day = calendar_of(cfg.calendar).previous_business_day(told.term.deadline)
    before = cfg.alerts.stages[news.stage].days >= 0
    return business_day if before and business_day != told.term.deadline else None


def _place(state: Evaluated, row: int) -> str:
    """Where the contract stands, as the name box of a spreadsheet program takes it."""
    table = state.snapshot["contracts"]
    (where,) = row_addresses(table.title, [int(table.rows[state.kept["contracts"][row]])])
    return where


def _sections(items: Sequence[tuple[Told, News]], address: str, context: Context, words: Any) -> list[dict[str, Any]]:
    """The stages with news, each with its first rows by value: only what is shown is put into words."""
    most = context.cfg.alerts.rows_per_section
    by_stage: dict[str, list[tuple[Told, News]]] = defaultdict(list)
    for told, news in items:
        by_stage[news.stage].append((told, news))
    sections = []
    for stage in ORDER:
        mine = sorted(by_stage[stage], key=lambda item: (-context.worth[item[0].row], item[0].term.contract_id))
        if mine:
            rows = [_row(told, news, address, context, words) for told, news in mine[:most]]
            title = words.text(f"digest.section.{stage}")
            sections.append({"key": _tone(stage), "title": title, "rows": rows, "more": max(0, len(mine) - most)})
    return sections


def _tone(stage: str) -> str:
    return "after" if stage in ("follow_up", "recovery", "loss_analysis") else stage


def _tasks(address: str, said: Collection[str], context: Context) -> list[dict[str, Any]]:
    """The person's open tasks that are due today or late, oldest first; not those that the letter has ``said``, nor
    those that nobody needs any more."""
    tasks = context.state.frames["tasks"]
    left_out = tasks["task_id"].isin({*said, *context.moot})
    now = (tasks["owner"] == address) & tasks["state"].isin(("due", "overdue")) & ~left_out
    rows = np.flatnonzero(now)
    rows = rows[np.argsort(tasks["due"].to_numpy()[rows], kind="stable")]
    columns = [tasks[name].iloc[rows].tolist() for name in ("task_id", "title", "due", "account_id", "state")]
    codes = context.state.codes("tasks", "accounts")[rows]
    # A task of no account, or of one without a row, keeps what stands in its cell.
    columns.append(context.state["accounts.name"].reindex(codes).tolist())
    return [
        {
            "title": _plain(title) or task,
            "due": _day(_plain(due)),
            "account": _plain(name) or _plain(account) or "",
            "overdue": state == "overdue",
        }
        for task, title, due, account, state, name in zip(*columns, strict=True)
    ]


def _plain(value: Any) -> Any:
    return None if value is None or value != value else value


def _day(value: Any) -> date | None:
    return None if value is None else (value.date() if hasattr(value, "date") else value)
