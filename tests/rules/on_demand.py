"""A workbook whose columns are computed when a test asks for them: most tests look at two of two hundred."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sheetcrm.columns import Rule
from sheetcrm.engine import evaluate, fill
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Snapshot


def needed(rules: Sequence[Rule], *names: str) -> list[Rule]:
    """The rules that these columns need, in the order of ``rules``."""
    kept: list[Rule] = []
    wanted = set(names)
    for rule in reversed(rules):
        if rule.key in wanted:
            kept.append(rule)
            wanted.update(rule.inputs)
    return kept[::-1]


class Columns(dict[str, Any]):
    """The columns of a tab; one that has not been computed is, with what it needs, when somebody asks for it."""

    def __init__(self, tab: str, state: Evaluated) -> None:
        super().__init__(state.frames[tab])
        self._tab, self._state = tab, state
        self._names = {rule.name for rule in state.rules if rule.tab == tab}

    def __missing__(self, key: str) -> Any:
        state = self._state
        if key not in self._names:
            raise KeyError(key)
        rules = needed(state.rules, f"{self._tab}.{key}")
        fill(state, [rule for rule in rules if not dict.__contains__(state.frames[rule.tab], rule.name)], {})
        return self[key]

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in self._names

    def get(self, key: str, default: Any = None) -> Any:
        if key not in self:
            return default
        return self[key]


def on_demand(
    snapshot: Snapshot,
    as_of: date,
    cfg: Any,
    past: Any,
    words: Any,
    rules: Sequence[Rule],
    now: datetime | None = None,
) -> Evaluated:
    """Like ``evaluate``, with nothing computed yet."""
    state = evaluate(snapshot, as_of, cfg, past, words, (), now)
    state.rules = rules
    for tab in state.frames:
        state.frames[tab] = Columns(tab, state)
    return state
