"""The day's letters to the team: what can't wait, and the digest, as data that the mail templates render. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from sheetcrm.alerts.case import News
from sheetcrm.alerts.causes import Subject, made_by
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
from sheetcrm.flaws import names
from sheetcrm.model import Memory, Message, Problem
from sheetcrm.reasons import describe
from sheetcrm.rules.hours import calendar_of
from sheetcrm.views.brief import brief
from sheetcrm.views.links import row_addresses

ORDER = ("final", "critical", "urgent", "follow_up", "recovery", "first_contact", "preparation", "loss_analysis")
DATA_PROBLEMS = "data_problems"
"""The matter that speaks by the list of what is wrong, not by a row of its own."""
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
    to customers; ``matters``: the news of everything but renewals; ``causes``: cause → id of every task ever made.
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
    causes: Mapping[str, str] = field(default_factory=dict)

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
    def tasks_for(self) -> Mapping[Subject, Collection[str]]:
        """What alerts are about → the tasks that were made for it."""
        return made_by(self.causes)

    @cached_property
    def moot(self) -> frozenset[str]:
        """The tasks that the end of their term has answered."""
        return moot_tasks(self.state, self.memory)

    def absent(self, address: str) -> Sequence[str]:
        """Whose matters the person looks after today."""
        day = self.state.as_of
        away = [person.email for person in self.team.people.values() if person.away(day) and person.email != address]
        return [person for person in away if self.team.hears(person, day)[0] == address]

    def name(self, address: str) -> str:
        """The person's name, else the address."""
        person = self.team.people.get(address)
        return person.name or address if person is not None else address

    @cached_property
    def wrong(self) -> Mapping[str, Sequence[Problem]]:
        """Person → what is wrong in their rows, the newest first."""
        found: dict[str, list[tuple[date, Problem]]] = defaultdict(list)
        for problem, name in zip(self.problems, names(self.problems), strict=True):
            since, _ = self.matters.true.get((DATA_PROBLEMS, name), (date.min, date.min))
            found[problem.owner.lower()].append((since, problem))
        newest = {who: sorted(theirs, key=lambda item: item[0], reverse=True) for who, theirs in found.items()}
        return {who: [problem for _, problem in theirs] for who, theirs in newest.items()}

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
    answered = _answered(items, others, context)
    rows = [item for item in others if item[0].case.matter.name != DATA_PROBLEMS and not _is_task(item, answered)]
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
            rows, address, context.state, context.team, context.cfg, context.said, context.say, words
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
        body=body | _rest(address, kind, others, answered, context, words),
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


def _answered(items: Sequence[tuple[Told, News]], others: Sequence[Item], context: Context) -> set[str]:
    """The tasks of which the letter speaks by the row that they were made for."""
    spoken = {(RENEWAL, told.term.contract_id) for told, _ in items}
    spoken |= {(spoken.case.matter.name, spoken.case.id) for spoken, _ in others}
    return set().union(*(context.tasks_for.get(subject, ()) for subject in spoken))


def _is_task(item: Item, tasks: Collection[str]) -> bool:
    case = item[0].case
    return case.matter.tab == "tasks" and case.id in tasks


def _rest(
    address: str, kind: str, others: Sequence[Item], answered: Collection[str], context: Context, words: Any
) -> dict[str, Any]:
    """What a digest says besides its news: the reader's tasks, and on the days on which it is news what is wrong in
    their rows. What can't wait is only that."""
    if kind != "digest":
        return {"tasks": [], "tasks_late": 0, "problems": [], "problems_more": 0}
    named = {spoken.case.id for spoken, _ in others if spoken.case.matter.tab == "tasks"}
    wrong = any(spoken.case.matter.name == DATA_PROBLEMS for spoken, _ in others)
    ours = context.wrong.get(address, ()) if wrong else ()
    return _tasks(address, {*named, *answered}, context) | {
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
    step_on = _day(own("next_action_on"))
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
        "next_action_on": step_on,
        "next_action_late": step_on is not None and step_on < state.as_of,
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


def _tasks(address: str, said: Collection[str], context: Context) -> dict[str, Any]:
    """The person's open tasks of today, also of those whom they stand in for, and how many are late besides (each of
    those is news of its own, from time to time); not those that the letter has ``said``, nor those that nobody needs
    any more."""
    tasks = context.state.frames["tasks"]
    left_out = tasks["task_id"].isin({*said, *context.moot})
    mine = tasks["owner"].isin({address, *context.absent(address)}) & ~left_out
    rows = np.flatnonzero(mine & (tasks["state"] == "due"))
    columns = [tasks[name].iloc[rows].tolist() for name in ("task_id", "title", "due", "account_id", "owner")]
    codes = context.state.codes("tasks", "accounts")[rows]
    # A task of no account, or of one without a row, keeps what stands in its cell.
    columns.append(context.state["accounts.name"].reindex(codes).tolist())
    lines = []
    for task, title, due, account, owner, name in zip(*columns, strict=True):
        text, whose = _plain(title) or task, _plain(name) or _plain(account) or ""
        about = ["" if whose in text else whose, "" if owner == address else context.name(owner)]
        lines.append({"title": text, "due": _day(_plain(due)), "account": " · ".join(filter(None, about))})
    return {"tasks": lines, "tasks_late": int((mine & (tasks["state"] == "overdue")).sum())}


def _plain(value: Any) -> Any:
    return None if value is None or value != value else value


def _day(value: Any) -> date | None:
    return None if value is None else (value.date() if hasattr(value, "date") else value)
