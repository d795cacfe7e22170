"""What a backend is asked to write, and how it went: the same words for every kind of workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from sheetcrm.model import Block, NewRow, Snapshot, TabRows, Value
from sheetcrm.words import Words


@dataclass(frozen=True)
class Changes:
    """All that a run writes. ``snapshot`` says where everything stands; ``words`` in which language it is written."""

    snapshot: Snapshot
    words: Words
    blocks: Sequence[Block] = ()
    rows: Sequence[NewRow] = ()
    tabs: Sequence[TabRows] = ()
    dashboard: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How writing went. ``changed``: the workbook is not the one that was read, plan again. ``postponed``: ``why``."""

    state: Literal["written", "unchanged", "changed", "postponed"]
    why: str = ""
    cells: int = 0


class Prepared(Protocol):
    """Changes that are built and checked, and not written yet."""

    def write(self, late: Sequence[TabRows]) -> Outcome:
        """Write everything at once, with these tabs' last contents (the alerts with their true states)."""
        ...
