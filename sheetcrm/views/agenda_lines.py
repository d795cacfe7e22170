"""The agenda's lines, kind by kind, as columns: a large workbook has tens of thousands of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np

from sheetcrm.columns import Evaluated, choose
from sheetcrm.config import Config
from sheetcrm.model import Bools, Ints, NewRow
from sheetcrm.rules.dates import Days, days
from sheetcrm.schema import TABS
from sheetcrm.words import Words

Cells = np.ndarray[Any, np.dtype[np.object_]]
"""Texts, with None for a blank."""


@dataclass(frozen=True)
class Lines:
    """Lines of one kind before they are laid out, as columns. ``contract`` and ``account`` are rows of the evaluated
    tabs, −1 for none. A blank ``owner`` or ``title`` is filled from those."""

    kind: Cells
    id: Cells
    due: Days
    status: Cells
    contract: Ints
    account: Ints
    owner: Cells
    title: Cells
    next_action: Cells
    next_action_on: Days


def all_lines(state: Evaluated, cfg: Config, words: Words, new: Sequence[NewRow]) -> tuple[Lines, ...]:
    """The lines of every kind, unordered; ``new`` are rows that this run appends."""
    return (
        _contracts(state, cfg),
        _accounts(state, cfg, words),
        _tasks(state),
        _new_tasks(state, new),
        _tickets(state, cfg, words),
    )


def _contracts(state: Evaluated, cfg: Config) -> Lines:
    """Undecided terms in a phase or already alerted. What nobody has started yet stays out until its first stage, and
    what was long past when it was first seen stays out for good."""
    contracts = state.frames["contracts"]
    at = np.flatnonzero(_in_window(contracts, cfg))
    return Lines(
        kind=_all("contract", at),
        id=texts(contracts["contract_id"], at),
        due=days(contracts["deadline"])[at],
        status=texts(contracts["status"], at),
        contract=at,
        account=state.codes("contracts", "accounts")[at],
        owner=texts(contracts["owner"], at),
        title=texts(contracts["title"], at),
        next_action=texts(contracts["next_action"], at),
        next_action_on=days(contracts["next_action_on"])[at],
    )


def _in_window(contracts: Any, cfg: Config) -> Bools:
    left = contracts["days_to_deadline"].to_numpy(dtype=float)
    stages = cfg.alerts.stages
    first = max(stage.days for stage in stages.values())
    first_evergreen = max(stages[name].days for name in cfg.alerts.evergreen_stages)
    reached = left <= np.where(contracts["status"] == "evergreen", first_evergreen, first)
    started = (contracts["renewal_stage"].notna() & (contracts["renewal_stage"] != "planned")).to_numpy()
    in_phase = contracts["phase"].notna().to_numpy() & (reached | started) & (left >= -cfg.alerts.history_days)
    undecided = contracts["status"].notna() & (contracts["undecided"] == 1) & (contracts["one_off"] != 1)
    return np.asarray(undecided.to_numpy() & (in_phase | contracts["alert_stage"].notna().to_numpy()))


def _accounts(state: Evaluated, cfg: Config, words: Words) -> Lines:
    """One line per account for all that is due on it within the configured days."""
    due = _due_on_accounts(state, cfg, words)
    at = np.array(sorted(due), dtype=np.int64)
    things = [sorted(due[code]) for code in at.tolist()]
    first = np.array([thing[0][0] for thing in things], dtype="datetime64[D]")
    accounts = state.frames["accounts"]
    return Lines(
        kind=_all("account", at),
        id=texts(accounts["account_id"], at),
        due=first,
        status=_status(first, state.as_of),
        contract=np.full(len(at), -1),
        account=at,
        owner=texts(accounts["owner"], at),
        title=_all(None, at),
        next_action=objects(["; ".join(text for _, text in thing) for thing in things]),
        next_action_on=first,
    )


_Due = tuple[int, date, str]
"""Account row, day, and what to do by then."""


def _due_on_accounts(state: Evaluated, cfg: Config, words: Words) -> dict[int, list[tuple[date, str]]]:
    """Account row → what is due there and when."""
    until = np.datetime64(state.as_of) + np.timedelta64(cfg.agenda.ahead_days, "D")
    found: dict[int, list[tuple[date, str]]] = defaultdict(list)
    for things in (_contacts, _risk_plans, _unpaid, _commitments):
        for account, day, text in things(state, until, words):
            found[account].append((day, text))
    return found


def _contacts(state: Evaluated, until: np.datetime64, words: Words) -> Iterator[_Due]:
    """Clients to get in touch with."""

    @cache
    def said(last: date | None) -> str:
        return words.text("agenda.contact", date=words.date(last)) if last else words.text("agenda.contact.never")

    accounts = state.frames["accounts"]
    due, last = days(accounts["next_contact_due"]), days(accounts["last_contact"])
    at = np.flatnonzero((due <= until) & (accounts["client_status"] == "client").to_numpy())
    for account, day, before in zip(at.tolist(), due[at].tolist(), last[at].tolist(), strict=True):
        yield account, day, said(before)


def _risk_plans(state: Evaluated, until: np.datetime64, words: Words) -> Iterator[_Due]:
    """Clients whose risk plan is to be done."""
    accounts = state.frames["accounts"]
    due = days(accounts["risk_plan_due"])
    at = np.flatnonzero((due <= until) & (accounts["client_status"] == "client").to_numpy())
    text = words.text("agenda.risk_plan")
    yield from zip(at.tolist(), due[at].tolist(), [text] * len(at), strict=True)


def _unpaid(state: Evaluated, _: np.datetime64, words: Words) -> Iterator[_Due]:
    """Accounts with an invoice past its day, whoever they are by now."""
    said = cache(lambda late: words.plural("agenda.invoices", late))
    overdue = state.frames["accounts"]["days_overdue"].to_numpy(dtype=float)
    for account in np.flatnonzero(overdue > 0).tolist():
        late = int(overdue[account])
        yield account, state.as_of - timedelta(days=late), said(late)


def _commitments(state: Evaluated, until: np.datetime64, words: Words) -> Iterator[_Due]:
    """The earliest open commitment of each account."""

    @cache
    def said(step: str | None) -> str:
        return words.text("agenda.commitment", step=step) if step else words.text("agenda.commitment.blank")

    talks = state.frames["interactions"]
    codes, due = state.codes("interactions", "accounts"), days(talks["next_step_due"])
    open_ = talks["follow_up"].isin(("pending", "overdue")).to_numpy() & (codes >= 0) & (due <= until)
    at = np.flatnonzero(open_)
    at = at[np.lexsort((at, due[at], codes[at]))]
    chosen, first = np.unique(codes[at], return_index=True)
    steps = texts(talks["next_step"], at[first]).tolist()
    for account, day, step in zip(chosen.tolist(), due[at[first]].tolist(), steps, strict=True):
        yield account, day, said(step)


def _tasks(state: Evaluated) -> Lines:
    """Every open task. What to do is its title; the row's title is that of its contract."""
    tasks = state.frames["tasks"]
    at = np.flatnonzero(tasks["done_on"].isna().to_numpy())
    due = days(tasks["due"])[at]
    return Lines(
        kind=_all("task", at),
        id=texts(tasks["task_id"], at),
        due=due,
        status=_status(due, state.as_of),
        contract=state.codes("tasks", "contracts")[at],
        account=state.codes("tasks", "accounts")[at],
        owner=texts(tasks["owner"], at),
        title=_all(None, at),
        next_action=texts(tasks["title"], at),
        next_action_on=due,
    )


def _new_tasks(state: Evaluated, new: Sequence[NewRow]) -> Lines:
    """The tasks that this run appends, as the next run will read them."""
    known = set(state.frames["tasks"]["task_id"])
    tasks = [row for row in new if row.tab == "tasks" and row.id not in known]
    due = np.array([row.values.get("due") for row in tasks], dtype="datetime64[D]")
    values = {name: objects([row.values.get(name) or None for row in tasks]) for name in _TASK_CELLS}
    return Lines(
        kind=_all("task", due),
        id=objects([row.id for row in tasks]),
        due=due,
        status=_status(due, state.as_of),
        contract=_rows_of(state, "contracts", values["contract_id"]),
        account=_rows_of(state, "accounts", values["account_id"]),
        owner=values["owner"],
        title=_all(None, due),
        next_action=values["title"],
        next_action_on=due,
    )


_TASK_CELLS = ("contract_id", "account_id", "owner", "title")


def _rows_of(state: Evaluated, tab: str, ids: Cells) -> Ints:
    """The row of each id in a tab; −1 for a blank or unknown one."""
    own = state.frames[tab][TABS[tab].id]
    at = np.flatnonzero(own.isin(set(ids) - {None}).to_numpy())
    places = dict(zip(texts(own, at).tolist(), at.tolist(), strict=True))
    return np.array([places.get(id_, -1) for id_ in ids], dtype=np.int64)


def _tickets(state: Evaluated, cfg: Config, words: Words) -> Lines:
    """Open tickets whose clock is near its end, or past it."""
    tickets = state.frames["tickets"]
    due, clock = days(tickets["due_at"]), tickets["sla_status"]
    until = np.datetime64(state.as_of) + np.timedelta64(cfg.agenda.ahead_days, "D")
    near = clock.isin(("at_risk", "breached")).to_numpy() | ((clock == "on_track").to_numpy() & (due <= until))
    at = np.flatnonzero(near & tickets["resolved_at"].isna().to_numpy())
    status = _status(due[at], state.as_of)
    status[(clock == "breached").to_numpy()[at]] = "overdue"
    return Lines(
        kind=_all("ticket", at),
        id=texts(tickets["ticket_id"], at),
        due=due[at],
        status=status,
        contract=state.codes("tickets", "contracts")[at],
        account=state.codes("tickets", "accounts")[at],
        owner=texts(tickets["owner"], at),
        title=texts(tickets["summary"], at),
        next_action=_all(words.text("agenda.ticket"), at),
        next_action_on=due[at],
    )


def _status(due: Days, today: date) -> Cells:
    day = np.datetime64(today)
    return choose((due < day, "overdue"), (due == day, "due"), default="open")


def texts(values: Any, at: Ints) -> Cells:
    """The texts of these rows; None for a blank and for row −1."""
    chosen = values.reindex(at)
    found: Cells = chosen.to_numpy(dtype=object)
    found[chosen.isna().to_numpy()] = None
    return found


def _all(value: str | None, like: Any) -> Cells:
    return np.full(len(like), value, dtype=object)


def objects(values: Sequence[Any]) -> Cells:
    """Python values as a column, each as it is."""
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result
