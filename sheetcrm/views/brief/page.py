"""What a brief consists of: a page of sections made of facts, tables and lists. Data only; all text is in one language.

The terminal, the HTML page and JSON are three renderings of the same value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Cell:
    """A text, its tone (red, amber, green, blue, grey or none: never said by colour alone) and where it links to."""

    text: str
    tone: str = ""
    link: str = ""


@dataclass(frozen=True)
class Fact:
    """One labelled value. ``key`` is stable, for programs."""

    key: str
    label: str
    cell: Cell


@dataclass(frozen=True)
class Table:
    """Rows under headers; ``columns`` are (key, label). ``more`` says how many rows are left out, or ""."""

    key: str
    title: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Cell]]
    more: str = ""


@dataclass(frozen=True)
class Lines:
    """A list: facts in sentences, or steps to go through (``steps``). ``more`` as in a table."""

    key: str
    title: str
    lines: Sequence[Cell]
    more: str = ""
    steps: bool = False


@dataclass(frozen=True)
class Section:
    """One part of the page. ``note`` stands where there is nothing to show: a missing fact is said, never flattered."""

    key: str
    title: str
    facts: Sequence[Fact] = ()
    parts: Sequence[Table | Lines] = ()
    note: str = ""

    @property
    def empty(self) -> bool:
        """Whether the section has nothing to say."""
        return not (self.facts or self.parts or self.note)


@dataclass(frozen=True)
class Brief:
    """The page about one account. ``kind``: ``visit``, or ``executive`` for a key account (the executive report)."""

    kind: str
    language: str
    as_of: date
    account_id: str
    name: str
    title: str
    subtitle: str
    badges: Sequence[Cell]
    figures: Sequence[Fact]
    sections: Sequence[Section]
    footer: str
