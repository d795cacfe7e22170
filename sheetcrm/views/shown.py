"""What stands in the places of the dashboard: the values of a card, a chart and a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sheetcrm.model import Value


@dataclass(frozen=True)
class Card:
    """What a card shows: the big number, the period and unit beside its label, and its details by key."""

    value: Value
    note: str = ""
    details: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Chart:
    """A chart's block: categories (at most its capacity) with the numbers of each series, and the finding above it."""

    finding: str
    categories: Sequence[str]
    series: Mapping[str, Sequence[Value]]


@dataclass(frozen=True)
class Table:
    """A table: what it says in one sentence, its first lines by column key, and how many lines there are in all
    (0: these)."""

    finding: str
    rows: Sequence[Mapping[str, Value]]
    count: int = 0
