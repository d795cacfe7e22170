"""A workbook whose columns are computed when a test asks for them: most tests look at two of two hundred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
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


class OnDemand(Evaluated):
    """An evaluated snapshot; ``found["accounts.tier_suggested"]`` runs the rules that this column needs and that have
    not run. What the product looks up in ``frames`` by itself has to be asked for first."""

    def __getitem__(self, name: str) -> Any:
        tab, _, key = name.partition(".")
        if key not in self.frames[tab]:
            missing = [rule for rule in needed(self.rules, name) if rule.name not in self.frames[rule.tab]]
            fill(self, missing, {})
        return super().__getitem__(name)

    def whole(self) -> OnDemand:
        """With every column, for what looks into ``frames``."""
        for rule in self.rules:
            self[rule.key]
        return self


def on_demand(
    snapshot: Snapshot,
    as_of: date,
    cfg: Any,
    past: Any,
    words: Any,
    rules: Sequence[Rule],
    now: datetime | None = None,
) -> OnDemand:
    """Like ``evaluate``, with nothing computed yet."""
    bare = evaluate(snapshot, as_of, cfg, past, words, (), now)
    found = OnDemand(**{field.name: getattr(bare, field.name) for field in fields(bare)})
    found.rules = tuple(rules)
    return found
