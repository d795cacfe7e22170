"""Why a cell could not be read: a code and its numbers, without any language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Bad:
    """``code`` names the texts ``problem.<code>`` and ``problem.<code>.fix`` of the locale, ``params`` fill them."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Habits:
    """How the people of one workbook type: their language, the order of day and month, the dates they can mean."""

    language: str = "en"
    day_first: bool = True
    date1904: bool = False
    oldest_year: int = 1930
    latest_year: int = 2200
