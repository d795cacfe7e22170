"""Runs the rules: gives each function its inputs, coerces what it returns, and keeps unreadable cells out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sheetcrm.columns import AMBIENT, Linked, Partial, Rule, Unreadable, round_half_up
from sheetcrm.evaluated import Evaluated, mask
from sheetcrm.model import Bools, Ints, Snapshot
from sheetcrm.schema import TABS
from sheetcrm.schema.column import Type


def evaluate(
    snapshot: Snapshot,
    as_of: date,
    cfg: Any,
    past: Any,
    words: Any,
    rules: Sequence[Rule],
    now: datetime | None = None,
) -> Evaluated:
    """Fill every computed column; pure. Raises nothing for bad data: what cannot be computed is blank.

    ``now`` is the local wall-clock time at which SLA clocks are read; by default the end of business of ``as_of``.
    """
    state = mask(snapshot, as_of)
    state.rules = rules
    ambient: dict[str, Any] = {"as_of": as_of, "cfg": cfg, "past": past, "words": words}
    ambient["today"] = np.datetime64(as_of, "s")
    ambient["now"] = np.datetime64(now or datetime.combine(as_of, cfg.calendar.day_ends), "s")
    fill(state, rules, ambient)
    return state


def fill(state: Evaluated, rules: Sequence[Rule], ambient: Mapping[str, Any]) -> None:
    """Run further rules on an evaluated snapshot: those that need what the plan decided (``past``, ``found``)."""
    state.ambient = {**state.ambient, **ambient}
    for rule in rules:
        if rule.tab in state.frames:
            _run(rule, state, state.ambient)


def extend(state: Evaluated, tab: str, new: pd.DataFrame) -> None:
    """Let rows that the plan appends take part: the tab grows by them, and what depends on it is computed again.

    ``new`` has the tab's people's columns; what the tab has no column for is blank. In the grown table they stand below
    the last row, where they will be written, and nothing is stored for them.
    """
    table = state.snapshot[tab]
    last = table.last_row + table.fresh
    added = new[table.frame.columns].assign(**{key: None for key in table.frame.columns if key not in table.where})
    grown = replace(
        table,
        frame=pd.concat([table.frame, added.astype(table.frame.dtypes)], ignore_index=True),
        rows=np.concatenate([table.rows, np.arange(last + 1, last + 1 + len(new), dtype=np.int64)]),
        fresh=table.fresh + len(new),
        stored=table.stored.reindex(range(len(table) + len(new))),
        unreadable={name: _padded(marks, len(new)) for name, marks in table.unreadable.items()},
        garbled={name: _padded(marks, len(new)) for name, marks in table.garbled.items()},
        blocked={name: _padded(marks, len(new)) for name, marks in table.blocked.items()},
    )
    state.snapshot = replace(state.snapshot, tabs={**state.snapshot.tabs, tab: grown})
    seen = mask(replace(state.snapshot, tabs={tab: grown}), state.as_of)
    state.frames[tab], state.kept[tab] = seen.frames[tab], seen.kept[tab]
    state.sizes[tab], state.unreadable[tab] = seen.sizes[tab], seen.unreadable[tab]
    state.forget(tab)
    again: set[str] = set()
    for rule in state.rules:
        if rule.tab == tab or any(name in again or name.startswith(f"{tab}.") for name in rule.inputs):
            again.add(rule.key)
            _run(rule, state, state.ambient)


def _padded(marks: Bools, count: int) -> Bools:
    return np.concatenate([marks, np.zeros(count, dtype=bool)])


def reworded(rule: Rule, state: Evaluated, words: Any, rules: Mapping[str, Rule]) -> Any:
    """A sentence column once more in another language, for a reader who is not the workbook's.

    The parts of the sentence that are sentences themselves are said anew too; ``rules`` by their key tells which.
    """
    arguments = _arguments(rule, state, {**state.ambient, "words": words})
    for name in rule.parameters:
        part = rules.get(rule.foreign.get(name, f"{rule.tab}.{name}"))
        if part is not None and part.tab == rule.tab and "words" in part.parameters:
            arguments[name] = reworded(part, state, words, rules)
    result = rule.function(**arguments)
    return result if rule.raw else coerce(result, rule.type, rule.decimals, state.sizes[rule.tab])


def _run(rule: Rule, state: Evaluated, ambient: Mapping[str, Any]) -> None:
    own = state.frames[rule.tab]
    if not (rule.raw or state.sizes[rule.tab]):  # no rows, no cells: most tabs of a small workbook are empty
        own[rule.name] = _nothing(rule.type)
        return
    result = rule.function(**_arguments(rule, state, ambient))
    if rule.raw:
        own[rule.name] = result
        return
    blank = _depends_on_unreadable(rule, state)
    if isinstance(result, Partial):
        unknown = np.asarray(result.unknown, dtype=bool)
        blank = unknown if blank is None else blank | unknown
        result = result.values
    series = coerce(result, rule.type, rule.decimals, state.sizes[rule.tab])
    marks = state.unreadable[rule.tab]
    marks.pop(rule.name, None)
    if blank is not None and blank.any():
        series = series.mask(blank)
        marks[rule.name] = blank
    own[rule.name] = series


def _arguments(rule: Rule, state: Evaluated, ambient: Mapping[str, Any]) -> dict[str, Any]:
    own = state.frames[rule.tab]
    arguments: dict[str, Any] = {}
    for name in rule.parameters:
        if name == "unreadable":
            arguments[name] = Unreadable(state.unreadable[rule.tab], state.sizes[rule.tab])
        elif name == "size":
            arguments[name] = state.sizes[rule.tab]
        elif name in AMBIENT:
            arguments[name] = ambient[name]
        elif name in rule.foreign:
            arguments[name] = _foreign(rule, rule.foreign[name], state)
        else:
            arguments[name] = own[name]
    return arguments


def _depends_on_unreadable(rule: Rule, state: Evaluated) -> Bools | None:
    marks = state.unreadable[rule.tab]
    blank: Bools | None = None
    for name in rule.own:
        if name in marks and name not in rule.copes:
            blank = marks[name] if blank is None else blank | marks[name]
    return blank


def _foreign(rule: Rule, name: str, state: Evaluated) -> Any:
    name, _, whole = name.partition("@")
    tab, _, key = name.partition(".")
    if tab not in state.frames:
        raise ValueError(f"{rule.key}: no tab {tab}")
    values = state.frames[tab][key]
    if whole or not isinstance(values, pd.Series | np.ndarray):
        return values
    if any(target == tab for _, target in TABS[rule.tab].links):
        return _take(values, state.codes(rule.tab, tab))
    if any(target == rule.tab for _, target in TABS[tab].links):
        return Linked(_series(values), state.codes(tab, rule.tab), state.sizes[rule.tab])
    return values


def _take(values: Any, codes: Ints) -> Any:
    if not isinstance(values, pd.Series):
        values = pd.Series(values)
    if len(values) == 0:
        return pd.Series([None] * len(codes), dtype=object).astype(values.dtype if values.dtype != bool else object)
    return values.reindex(codes).reset_index(drop=True)


def _series(values: Any) -> pd.Series[Any]:
    return values if isinstance(values, pd.Series) else pd.Series(values)


def coerce(result: Any, type: Type, decimals: int, size: int) -> pd.Series[Any]:
    """A rule's result as a Series of its declared type, rounded half up to its decimals."""
    if type.is_date:
        return pd.Series(np.asarray(result, dtype="datetime64[s]"))
    if type.is_number:
        numbers = np.asarray(result, dtype=float)
        if numbers.ndim == 0:
            numbers = np.full(size, float(numbers))
        return pd.Series(round_half_up(numbers, decimals) if decimals < 12 else numbers)
    series = result if isinstance(result, pd.Series) else pd.Series(result, dtype=object)
    series = series.reset_index(drop=True)
    if series.dtype != "str":
        series = series.astype("str")
    # Arrow tells at once that no text is empty; a comparison by pandas costs more than most rules.
    if not pc.any(pc.equal(pa.array(series.array), "")).as_py():
        return series
    return series.mask((series == "").to_numpy(dtype=bool))


@cache
def _nothing(type: Type) -> pd.Series[Any]:
    """The column of a tab without rows; nobody changes it."""
    return coerce([], type, 0, 0)
