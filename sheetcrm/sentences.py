"""A row's sentence (why, next action, health) in the language of whoever reads it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sheetcrm.columns import Rule
from sheetcrm.engine import reworded
from sheetcrm.evaluated import Evaluated
from sheetcrm.rules import afterwards, first
from sheetcrm.words import words_of

Sentences = Callable[[str, int, str], str]
"""``("contracts.why", row, language)`` to that row's sentence; "" where it has none."""


def sentences(state: Evaluated) -> Sentences:
    """A row's sentence in any language: as computed for the workbook's, worded anew once for another."""
    rules: dict[str, Rule] = {rule.key: rule for rule in (*first(), *afterwards())}
    own = state.ambient["words"].language

    @cache
    def column(key: str, language: str) -> list[Any]:
        if language == own:
            return list(state[key].tolist())
        return list(reworded(rules[key], state, words_of(language), rules).tolist())

    def text(key: str, row: int, language: str) -> str:
        value = column(key, language)[row]
        return value if isinstance(value, str) else ""

    return text
