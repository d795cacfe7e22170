"""Reasons are data; here they become sentences in a language."""

from __future__ import annotations

from typing import Any

from sheetcrm.model import Problem
from sheetcrm.words import Words


def describe(problem: Problem, words: Words) -> tuple[str, str]:
    """What is wrong with a cell, and how to mend it."""
    values: dict[str, Any] = {"value": problem.value, "id": problem.id, **problem.params}
    key = f"problem.{problem.code}"
    if not words.has(key):
        return problem.code, ""
    return words.text(key, **values), words.text(f"{key}.fix", **values)
