"""The agenda: who must do what in which week (domain 7): contracts in their window, accounts with something due, open
tasks, tickets whose clock runs out. One row each; what is overdue stands in this week."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import round_half_up
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Ints, TabRows, Value
from sheetcrm.rules.dates import Days
from sheetcrm.schema import TABS
from sheetcrm.views.agenda_line import Lines
from sheetcrm.views.agenda_lines import all_lines
from sheetcrm.views.links import row_addresses
from sheetcrm.views.seen import names
from sheetcrm.views.texts import Cells, objects, texts
from sheetcrm.words import Words


def rows(state: Evaluated, cfg: Config, words: Words) -> TabRows:
    """The agenda's rows by week, day and value.

    ``state`` needs every rule, those that follow from the plan included, and the rows that this run appends.
    """
    parts = all_lines(state, cfg, words)
    lines = Lines(*(np.concatenate([getattr(part, name.name) for part in parts]) for name in fields(Lines)))
    columns = _laid_out(lines, state)
    order = _order(lines, columns["value"], state.as_of)
    keys = [column.key for column in TABS["agenda"].columns]
    cells = (_plain(columns[key][order]) for key in keys)
    return TabRows("agenda", keys, list(zip(*cells, strict=True)))


def _order(lines: Lines, value: Any, today: date) -> Ints:
    """By week and day, the most valuable first. All that is overdue is due today: how late it is orders nothing, or
    what was forgotten a year ago would stand above what can still be saved."""
    day = np.maximum(lines.due, np.datetime64(today))
    dated = np.where(np.isnat(day), np.iinfo(np.int64).max, day.astype(np.int64))
    worth = np.nan_to_num(value, nan=0.0)
    return np.lexsort((lines.id.astype(str), lines.kind.astype(str), -worth, dated))


def _laid_out(lines: Lines, state: Evaluated) -> dict[str, Any]:
    """The tab's columns by key: what the lines say, and what their accounts and contracts add."""
    accounts, contracts = state.frames["accounts"], state.frames["contracts"]
    monday = np.datetime64(state.as_of - timedelta(days=state.as_of.weekday()))
    return {
        "week": np.maximum(monday, _monday_of(lines.due)),
        "due": lines.due,
        "days": objects([None if day is None else (day - state.as_of).days for day in lines.due.tolist()]),
        "kind": lines.kind,
        "id": lines.id,
        "account_id": texts(accounts["account_id"], lines.account),
        "account": texts(accounts["name"], lines.account),
        "title": _first_of(lines.title, texts(contracts["title"], lines.contract)),
        "status": lines.status,
        "owner": _named(
            _first_of(lines.owner, texts(contracts["owner"], lines.contract), texts(accounts["owner"], lines.account)),
            state,
        ),
        "value": _at_stake(lines, state),
        "probability": _sure(lines, state),
        "health": texts(accounts["health_band"], lines.account),
        "next_action": lines.next_action,
        "next_action_on": lines.next_action_on,
        "why": lines.why,
        "link": _links(lines, state),
    }


def _monday_of(due: Days) -> Days:
    # The epoch was a Thursday: numpy's weeks begin on Thursdays, so days are counted from the Monday before.
    since = due - np.datetime64("1969-12-29")
    return due - since % np.timedelta64(7, "D")


def _at_stake(lines: Lines, state: Evaluated) -> Any:
    """The contract's value a year, the account's for its own line; blank for a task or ticket of no contract."""
    under = _numbers(state.frames["contracts"]["annual_value_base"], lines.contract)
    whole = _numbers(state.frames["accounts"]["annual_value"], np.where(lines.kind == "account", lines.account, -1))
    return round_half_up(np.where(lines.contract >= 0, under, whole), 2)


def _sure(lines: Lines, state: Evaluated) -> Any:
    """How likely the contract is renewed; blank for lines of other kinds."""
    contract = np.where(lines.kind == "contract", lines.contract, -1)
    return _numbers(state.frames["contracts"]["renewal_probability"], contract)


def _named(owners: Cells, state: Evaluated) -> Cells:
    """Who they are, by name where one person bears it."""
    known = names(state)
    return objects([known.get(owner, owner) for owner in owners.tolist()])


def _links(lines: Lines, state: Evaluated) -> Cells:
    """The contract's row, else the account's. Not the task's own: a task that is being appended has none yet."""
    links = np.full(len(lines.id), None, dtype=object)
    for tab, codes in (("accounts", lines.account), ("contracts", lines.contract)):
        known = np.flatnonzero(codes >= 0)
        if len(known):
            table = state.snapshot[tab]
            links[known] = row_addresses(table.title, table.rows[state.kept[tab][codes[known]]].tolist())
    return links


def _numbers(values: Any, at: Ints) -> Any:
    return values.reindex(at).to_numpy(dtype=float)


def _first_of(*choices: Cells) -> Cells:
    """The first that is not blank, line by line."""
    result = choices[0].copy()
    for choice in choices[1:]:
        blank = pd.isna(result)
        result[blank] = choice[blank]
    return result


def _plain(column: Any) -> list[Value]:
    """A column as Python values, None for a blank."""
    if column.dtype.kind == "f":
        return [None if value != value else value for value in column.tolist()]
    found: list[Value] = column.tolist()
    return found
