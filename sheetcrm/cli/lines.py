"""The lines of ``check``: what was looked at, how it is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Line:
    """One thing that was checked. ``fix`` says what to do where it is not right."""

    state: Literal["ok", "note", "warn", "bad"]
    what: str
    fix: str = ""
