"""A plan as JSON: documented in docs/plan.md, and stable. Keys are the dictionary's, dates are ISO."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd

from sheetcrm.letter import Letter
from sheetcrm.model import Block, Plan
from sheetcrm.reasons import describe
from sheetcrm.schema import TABS
from sheetcrm.words import Words


def as_json(plan: Plan, letters: Sequence[Letter], words: Words) -> dict[str, Any]:
    """``{"as_of", "edits", "rows", "messages", "problems", "counts"}``."""
    return {
        "as_of": plan.as_of.isoformat(),
        "edits": list(edits(plan.blocks)),
        "rows": [
            {"tab": row.tab, "id": row.id, "values": {key: plain(value) for key, value in row.values.items()}}
            for row in plan.rows
        ],
        "messages": [
            {
                "kind": letter.kind,
                "to": letter.to,
                "subject": letter.subject,
                "keys": list(letter.keys),
            }
            for letter in letters
        ],
        "problems": [_problem(problem, words) for problem in plan.problems],
        "counts": dict(plan.counts),
    }


def edits(blocks: Sequence[Block]) -> Iterator[dict[str, Any]]:
    """Every changed cell, before and after."""
    for block in blocks:
        whole = _is_whole(block)
        pairs = zip(block.ids, _cells(block.before, whole), _cells(block.after, whole), strict=True)
        for id, before, after in pairs:
            yield {"tab": block.tab, "id": id, "column": block.column, "before": before, "after": after}


def _is_whole(block: Block) -> bool:
    column = TABS[block.tab].column(block.column)
    return column.type.is_number and column.decimals == 0


def _cells(values: pd.Series[Any], whole: bool) -> list[Any]:
    return [plain(value, whole) for value in values.tolist()]


def plain(value: Any, whole: bool = False) -> Any:
    """A value as JSON holds it: ISO dates (a time only where there is one), whole numbers whole, blank null."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, pd.Timestamp | datetime):
        return value.isoformat() if value.hour or value.minute or value.second else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and (whole or value.is_integer()) and abs(value) < 2**53:
        return int(value) if value.is_integer() else value
    return value


def _problem(problem: Any, words: Words) -> Mapping[str, str]:
    text, fix = describe(problem, words)
    return {
        "tab": problem.tab,
        "cell": problem.cell,
        "id": problem.id,
        "column": problem.column,
        "value": problem.value,
        "problem": text,
        "fix": fix,
    }
