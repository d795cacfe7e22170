"""The agenda's lines of contracts, tasks and tickets, as columns: a large workbook has tens of thousands of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Bools
from sheetcrm.rules.dates import days
from sheetcrm.views.agenda_accounts import account_lines
from sheetcrm.views.agenda_line import Lines, due_status
from sheetcrm.views.texts import repeated, texts
from sheetcrm.words import Words


def all_lines(state: Evaluated, cfg: Config, words: Words) -> tuple[Lines, ...]:
    """The lines of every kind, unordered."""
    return (_contracts(state, cfg), account_lines(state, cfg, words), _tasks(state), _tickets(state, cfg, words))


def _contracts(state: Evaluated, cfg: Config) -> Lines:
    """Undecided terms in a phase or already alerted. What nobody has started yet stays out until its first stage, and
    what was long past when it was first seen stays out for good."""
    contracts = state.frames["contracts"]
    at = np.flatnonzero(_in_window(contracts, cfg))
    return Lines(
        kind=repeated("contract", at),
        id=texts(contracts["contract_id"], at),
        due=days(contracts["deadline"])[at],
        status=texts(contracts["status"], at),
        contract=at,
        account=state.codes("contracts", "accounts")[at],
        owner=texts(contracts["owner"], at),
        title=texts(contracts["title"], at),
        next_action=texts(contracts["next_action"], at),
        next_action_on=days(contracts["next_action_on"])[at],
        why=texts(contracts["why"], at),
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


def _tasks(state: Evaluated) -> Lines:
    """Every open task. What to do is its title; the row's title is that of its contract."""
    tasks = state.frames["tasks"]
    at = np.flatnonzero(tasks["done_on"].isna().to_numpy())
    due = days(tasks["due"])[at]
    return Lines(
        kind=repeated("task", at),
        id=texts(tasks["task_id"], at),
        due=due,
        status=due_status(due, state.as_of),
        contract=state.codes("tasks", "contracts")[at],
        account=state.codes("tasks", "accounts")[at],
        owner=texts(tasks["owner"], at),
        title=repeated(None, at),
        next_action=texts(tasks["title"], at),
        next_action_on=due,
        why=repeated(None, at),
    )


def _tickets(state: Evaluated, cfg: Config, words: Words) -> Lines:
    """Open tickets whose clock is near its end, or past it."""
    tickets = state.frames["tickets"]
    due, clock = days(tickets["due_at"]), tickets["sla_status"]
    until = np.datetime64(state.as_of) + np.timedelta64(cfg.agenda.ahead_days, "D")
    near = clock.isin(("at_risk", "breached")).to_numpy() | ((clock == "on_track").to_numpy() & (due <= until))
    at = np.flatnonzero(near & tickets["resolved_at"].isna().to_numpy())
    status = due_status(due[at], state.as_of)
    status[(clock == "breached").to_numpy()[at]] = "overdue"
    return Lines(
        kind=repeated("ticket", at),
        id=texts(tickets["ticket_id"], at),
        due=due[at],
        status=status,
        contract=state.codes("tickets", "contracts")[at],
        account=state.codes("tickets", "accounts")[at],
        owner=texts(tickets["owner"], at),
        title=texts(tickets["summary"], at),
        next_action=repeated(words.text("agenda.ticket"), at),
        next_action_on=due[at],
        why=repeated(None, at),
    )
