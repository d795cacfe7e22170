"""How a computed value came about: its rule, its inputs and their rows, down to the leaves. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import AMBIENT, MASKED, Linked, Rule
from sheetcrm.evaluated import Evaluated
from sheetcrm.rules.succession import Link, chain
from sheetcrm.schema import TABS

MOST_ROWS = 12


@dataclass(frozen=True)
class Why:
    """One value and what it was made from. ``rows`` are (id, value) of the rows of another tab that went in."""

    column: str
    value: Any
    rule: str = ""
    source: str = ""
    rows: Sequence[tuple[str, Any]] = ()
    more: int = 0
    inputs: Sequence[Why] = ()
    unreadable: bool = False
    elsewhere: bool = False
    """The column is another tab's: ``rows`` are those that belong here, perhaps none."""


def find_row(state: Evaluated, id: str, tab: str | None) -> list[tuple[str, int]]:
    """Every (tab, visible row) whose id this is."""
    found = []
    for key, frame in state.frames.items():
        if tab not in (None, key) or TABS[key].kind != "people":
            continue
        hits = np.flatnonzero((frame[TABS[key].id] == id).to_numpy(dtype=bool))
        found += [(key, int(hit)) for hit in hits]
    return found


def explain(state: Evaluated, rules: Mapping[str, Rule], key: str, row: int, depth: int) -> Why:
    """The value of ``tab.column`` in a visible row, with its inputs down to ``depth`` levels."""
    tab, _, name = key.partition(".")
    value = plain(state.frames[tab].get(name), row)
    rule = rules.get(key)
    marks = state.unreadable[tab].get(name)
    unreadable = marks is not None and bool(marks[row])
    if rule is None:
        return Why(key, value, unreadable=unreadable)
    inputs = list(_inputs(state, rules, rule, row, depth - 1)) if depth > 0 else []
    doc = rule.doc()
    return Why(key, value, doc.rule, doc.source, inputs=inputs, unreadable=unreadable)


def history(state: Evaluated, row: int) -> Why | None:
    """The renewal history of a contract: every term that it follows or that follows it, the first one first.

    None for a term that stands alone.
    """
    terms = chain(state, state["contracts.contract_id"].iloc[row])
    if len(terms) < 2:
        return None
    return Why(
        "contracts.chain",
        None,
        "The chain of terms by predecessor_id: what this one follows and what follows it.",
        "000 item 9; domain 4",
        rows=[(term.contract_id, _term(state, term)) for term in terms],
        elsewhere=True,
    )


def _term(state: Evaluated, term: Link) -> str:
    unreadable = state.unreadable["contracts"].get("end_date")
    without = "?" if unreadable is not None and unreadable[term.row] else "open"
    start = term.start.isoformat() if term.start else "?"
    after = f", follows {' and '.join(term.after)}" if term.after else ""
    return f"{start} to {term.end.isoformat() if term.end else without}: {term.status or '(blank)'}{after}"


def _inputs(state: Evaluated, rules: Mapping[str, Rule], rule: Rule, row: int, depth: int) -> Iterator[Why]:
    for name in rule.parameters:
        if name in AMBIENT:
            continue
        target = rule.foreign.get(name, f"{rule.tab}.{name}").partition("@")[0]
        tab, _, column = target.partition(".")
        # The ids of another tab's rows stand beside each of their values anyway.
        if column.endswith(MASKED) or (tab != rule.tab and column == TABS[tab].id):
            continue
        if tab == rule.tab:
            yield explain(state, rules, target, row, depth)
        elif any(parent == tab for _, parent in TABS[rule.tab].links):
            code = int(state.codes(rule.tab, tab)[row])
            yield explain(state, rules, target, code, depth) if code >= 0 else Why(target, None)
        else:
            yield _children(state, rules, target, rule.tab, row)


def _children(state: Evaluated, rules: Mapping[str, Rule], target: str, parent: str, row: int) -> Why:
    """A column of another tab: the rows there that belong to this one."""
    tab, _, column = target.partition(".")
    rule = rules.get(target)
    doc = rule.doc() if rule else None
    if not any(target_tab == parent for _, target_tab in TABS[tab].links):
        return Why(target, None, doc.rule if doc else "", elsewhere=True)
    mine = np.flatnonzero(state.codes(tab, parent) == row).tolist()
    ids = state.frames[tab][TABS[tab].id]
    values = state.frames[tab].get(column)
    pairs = [(_id(ids, state, tab, at), plain(values, at)) for at in mine]
    filled = [pair for pair in pairs if pair[1] is not None]
    return Why(
        target,
        None,
        doc.rule if doc else "",
        rows=filled[-MOST_ROWS:],
        more=max(0, len(filled) - MOST_ROWS),
        elsewhere=True,
    )


def _id(ids: Any, state: Evaluated, tab: str, at: int) -> str:
    value = ids.iloc[at]
    if isinstance(value, str):
        return value
    table = state.snapshot[tab]
    return f"row {int(table.rows[state.kept[tab][at]])}"


def plain(values: Any, row: int) -> Any:
    """One value of a column as people read it; None for blank and for what is no column of values."""
    if hasattr(values, "told"):
        return values.told(row)  # a table of its own, such as the signals of all accounts
    if isinstance(values, Linked) or not isinstance(values, pd.Series | np.ndarray):
        return None
    value = values.iloc[row] if isinstance(values, pd.Series) else values[row]
    if value is None or value is pd.NaT or value != value:
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if isinstance(value, np.generic) else value
