"""Reasons are data; here they become sentences in a language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sheetcrm.model import Problem
from sheetcrm.schema import TABS
from sheetcrm.words import Words

_LONGEST = 60
"""Characters of a cell that a sentence repeats."""


def describe(problem: Problem, words: Words) -> tuple[str, str]:
    """What is wrong with a cell, and how to mend it.

    A code without sentences (a problem of a later version, read from a plan) is shown as it is.
    """
    key = f"problem.{problem.code}"
    if not words.has(key):
        return problem.code, ""
    values = _in_words(problem, words)
    fix = words.text(f"{key}.fix", **values)
    if words.counts(key):
        return words.plural(key, problem.params["count"], **values), fix
    return words.text(key, **values), fix


def _in_words(problem: Problem, words: Words) -> Mapping[str, Any]:
    """The problem's facts with every key, number, date and list as its reader would write it."""
    params = {name: "" if value is None else value for name, value in problem.params.items()}
    values: dict[str, Any] = {
        **params,
        "value": _clipped(problem.value),
        "id": problem.id,
        "team": words.tab("team"),
        "title": params.get("title") or words.tab(problem.tab),
    }
    if problem.column in {column.key for column in TABS[problem.tab].columns}:
        values["header"] = words.header(problem.tab, problem.column)
    if "target" in params:
        values["target"] = words.tab(params["target"])
    if "headers" in params:
        values["headers"] = ", ".join(words.header(problem.tab, column) for column in params["headers"])
    if "value_set" in params and "near" in params:
        values["near"] = words.value(params["value_set"], params["near"])
    if "values" in params:
        values["choices"] = ", ".join(words.value(params["value_set"], choice) for choice in params["values"])
    if problem.code == "date_order":
        values["iso"], values["date"] = params["date"], words.date(date.fromisoformat(params["date"]))
    for name in ("rows", "addresses"):
        if isinstance(params.get(name), list | tuple):
            values[name] = ", ".join(str(part) for part in params[name])
    for name in ("number", "low", "high"):
        number = params.get(name)
        if isinstance(number, int | float):
            values[name] = words.number(number, _decimals(number))
    return values


def _clipped(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _decimals(number: float) -> int:
    """As many decimals as the number was typed with: the reader is told to type it so."""
    return len(f"{number:.9f}".rstrip("0").partition(".")[2])
