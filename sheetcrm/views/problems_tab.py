"""The problems tab: every cell to mend, with what is wrong and how to mend it, in the workbook's language."""

from __future__ import annotations

from collections.abc import Sequence

from sheetcrm.model import Problem, TabRows, Value
from sheetcrm.schema import TABS
from sheetcrm.words import Words

LONGEST_VALUE = 200
"""Characters of the offending cell that are shown; the cell itself has the rest."""


def rows(described: Sequence[tuple[Problem, str, str]], words: Words) -> TabRows:
    """One row per problem (with its sentence and its fix), in the given order."""
    return TabRows(
        "problems",
        [column.key for column in TABS["problems"].columns],
        [_row(problem, text, fix, words) for problem, text, fix in described],
    )


def _row(problem: Problem, text: str, fix: str, words: Words) -> list[Value]:
    tab = words.tab(problem.tab) if problem.tab in TABS else problem.tab
    header = f"header.{problem.tab}.{problem.column}"
    column = words.text(header) if words.has(header) else problem.column
    value = problem.value if len(problem.value) <= LONGEST_VALUE else problem.value[: LONGEST_VALUE - 1] + "…"
    cells = (tab, problem.cell, problem.id, column, value, text, fix, problem.owner)
    return [cell or None for cell in cells]
