"""What a plan changes, as a person would tell it: which rows turn from what to what, and how many cells only count on.

A row is told by the columns that hold a word of a list (status, phase, risk, health band …); numbers, days and
sentences are counted, since most of them move every day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from sheetcrm.model import Block, Plan
from sheetcrm.schema import TABS
from sheetcrm.schema.column import Type

MOST_ROWS = 12
"""Rows of a tab that are told one by one; where more of them turn, they are told by what they turn into."""
MOST_TURNS = 4
MOST_NAMED = 3


@dataclass(frozen=True)
class Turn:
    """A column that turns from one key to another ("": blank) in ``count`` rows; ``ids`` are the first of them."""

    column: str
    before: str
    after: str
    count: int
    ids: Sequence[str]


@dataclass(frozen=True)
class TabChanges:
    """What changes in a tab. ``rows``: id → its turns, where few rows turn; else ``turns``: the commonest ones of each
    column, and ``hidden``: column → turns that are left out. ``counted``: each other column with its changed cells."""

    tab: str
    cells: int
    counted: Mapping[str, int]
    rows: Mapping[str, Sequence[Turn]] = field(default_factory=dict)
    turns: Sequence[Turn] = ()
    hidden: Mapping[str, int] = field(default_factory=dict)


def changes(plan: Plan) -> list[TabChanges]:
    """The tabs with changed cells, in the dictionary's order."""
    by_tab: dict[str, list[Block]] = {}
    for block in plan.blocks:
        by_tab.setdefault(block.tab, []).append(block)
    return [_of_tab(tab, blocks) for tab, blocks in by_tab.items()]


def _of_tab(tab: str, blocks: Sequence[Block]) -> TabChanges:
    cells = sum(len(block) for block in blocks)
    told = [block for block in blocks if TABS[tab].column(block.column).type is Type.LIST]
    counted = {block.column: len(block) for block in blocks if block not in told}
    # A block has each row once: one that is longer already tells more rows than can be named.
    if all(len(block) <= MOST_ROWS for block in told):
        rows = _by_row(told)
        if len(rows) <= MOST_ROWS and not _alike(rows):
            return TabChanges(tab, cells, counted, rows=rows)
    turns, hidden = [], {}
    for block in told:
        found = list(_turns(block))
        turns += found[:MOST_TURNS]
        if len(found) > MOST_TURNS:
            hidden[block.column] = sum(turn.count for turn in found[MOST_TURNS:])
    return TabChanges(tab, cells, counted, turns=turns, hidden=hidden)


def _by_row(blocks: Sequence[Block]) -> Mapping[str, Sequence[Turn]]:
    rows: dict[str, list[Turn]] = {}
    for block in blocks:
        for id, before, after in _told(block).itertuples(index=False):
            rows.setdefault(id, []).append(Turn(block.column, before, after, 1, (id,)))
    return rows


def _alike(rows: Mapping[str, Sequence[Turn]]) -> bool:
    """Whether several rows do the same: one line says it."""
    kinds = {tuple((turn.column, turn.before, turn.after) for turn in turns) for turns in rows.values()}
    return len(rows) > MOST_NAMED and len(kinds) == 1


def _turns(block: Block) -> Iterator[Turn]:
    """The turns of a column, the commonest first."""
    cells = _told(block)
    kinds = cells.groupby(["before", "after"], sort=False)["id"]
    counts: dict[Any, int] = kinds.size().sort_values(ascending=False, kind="stable").to_dict()
    for pair, count in counts.items():
        before, after = pair
        yield Turn(block.column, before, after, int(count), tuple(kinds.get_group(pair).head(MOST_NAMED)))


def _told(block: Block) -> pd.DataFrame:
    """The cells of a block as texts, blank as ""."""
    return pd.DataFrame(
        {
            "id": list(block.ids),
            "before": block.before.astype("object").fillna("").to_numpy(),
            "after": block.after.astype("object").fillna("").to_numpy(),
        }
    )
