"""The key of an alert: what makes it the same one for ever (domain 6).

``row | episode | rule | stage | reader``, and for what follows the first word a sixth part: the day on which it was
due, and what it is (``2026-11-20``, ``2026-11-20 rung backup``). A row's id may hold a bar; the other parts can't.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args

from sheetcrm.alerts.case import Kind

_KINDS: Mapping[str, Kind] = {kind: kind for kind in get_args(Kind)}


@dataclass(frozen=True)
class Key:
    """A key in its parts."""

    id: str
    episode: date
    rule: str
    stage: str
    person: str
    kind: Kind = "first"
    due: date | None = None
    role: str = ""

    def __str__(self) -> str:
        parts = [self.id, self.episode.isoformat(), self.rule, self.stage, self.person]
        if self.due is not None:
            what = "" if self.kind == "repeat" else f" {self.kind}"
            parts.append(f"{self.due.isoformat()}{what}{f' {self.role}' if self.kind == 'rung' else ''}")
        return "|".join(parts)


def parse(text: str) -> Key | None:
    """The parts of a key; None for a text that is none."""
    parts = text.rsplit("|", 5)
    later = _later(parts[-1]) if len(parts) == 6 else None
    if later is None:
        parts = text.rsplit("|", 4)
    if len(parts) < 5 or not parts[0]:
        return None
    episode = _day(parts[1])
    if episode is None:
        return None
    kind, due, role = later or ("first", None, "")
    return Key(parts[0], episode, parts[2], parts[3], parts[4], kind, due, role)


def _later(text: str) -> tuple[Kind, date, str] | None:
    words = text.split(" ")
    due = _day(words[0])
    kind = _KINDS.get(words[1] if len(words) > 1 else "repeat")
    if due is None or kind is None:
        return None
    return kind, due, words[2] if len(words) > 2 else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
