"""The evaluated workbook once more as of an earlier day, for the few columns that somebody asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from sheetcrm.columns import MASKED, Rule
from sheetcrm.engine import fill
from sheetcrm.evaluated import Evaluated, mask
from sheetcrm.model import Table
from sheetcrm.schema import TABS

_OF_THE_DAY = {"as_of", "today", "now", "past", "found"}


def earlier(state: Evaluated, days: int, asked: Iterable[str]) -> Evaluated:
    """The workbook as it was known that many days ago, with the columns that are asked for and those they need.

    The columns are the rules' own, at today's configuration and the end of business of that day; what the ledger knows
    and the sentences have no part in them. What does not depend on the day is taken over from ``state``.
    """
    rules = _needed(state.rules, asked)
    named = {name for rule in rules for name in (rule.key, *rule.inputs)}
    tabs = {tab for tab, _, _ in (name.partition(".") for name in named)}
    snapshot = replace(state.snapshot, tabs={tab: _only(state.snapshot[tab], named) for tab in tabs})
    then = mask(snapshot, state.as_of - timedelta(days=days))
    then.rules = rules
    timeless = _timeless(rules)
    for rule in timeless:
        then.frames[rule.tab][rule.name] = state.frames[rule.tab][rule.name]
        then.unreadable[rule.tab] |= {
            name: marks for name, marks in state.unreadable[rule.tab].items() if name == rule.name
        }
    cfg = state.ambient["cfg"]
    closing = np.datetime64(datetime.combine(then.as_of, cfg.calendar.day_ends), "s")
    day = {"as_of": then.as_of, "today": np.datetime64(then.as_of, "s"), "now": closing, "cfg": cfg}
    fill(then, [rule for rule in rules if rule not in timeless], day)
    return then


def _needed(rules: Sequence[Rule], asked: Iterable[str]) -> list[Rule]:
    """Of the rules, in their order, those without which these columns can't be computed."""
    wanted = set(asked)
    kept = []
    for rule in reversed(rules):
        if rule.key in wanted:
            kept.append(rule)
            wanted.update(rule.inputs)
    return kept[::-1]


def _timeless(rules: Sequence[Rule]) -> list[Rule]:
    """The rules whose columns are the same on every day: no input is the day itself, a fact that was not known yet, or
    a tab whose rows came one by one."""
    dated = {f"{tab.key}.{col.key}" for tab in TABS.values() for col in tab.columns if tab.row_date or col.known_from}
    same = []
    for rule in rules:
        ruled = any(name in dated or name.endswith(MASKED) for name in rule.inputs)
        if ruled or TABS[rule.tab].row_date or _OF_THE_DAY & set(rule.parameters):
            dated.add(rule.key)
        else:
            same.append(rule)
    return same


def _only(table: Table, named: set[str]) -> Table:
    """The table with the people's columns that are named, and those that tell rows apart and when facts were known:
    picking the rows of a day out of columns that nobody asks for takes longer than all the rest."""
    tab = TABS[table.key]
    wanted = {name.partition(".")[2] for name in named if name.startswith(f"{tab.key}.")}
    wanted |= {tab.id, tab.row_date, *(column for column, _ in tab.links)}
    wanted |= {column.known_from for column in tab.columns}
    return replace(table, frame=table.frame[[column for column in table.frame if column in wanted]])
