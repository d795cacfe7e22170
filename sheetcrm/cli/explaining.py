"""``explain``: every number says why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from sheetcrm.cli.context import Options, job, place, progress
from sheetcrm.cli.exits import UsageError
from sheetcrm.cli.planned import plain
from sheetcrm.explain import Why, find_row, history
from sheetcrm.explain import explain as explain_value
from sheetcrm.rules import afterwards, first
from sheetcrm.schema import TABS

DEEP = 12
_STEP = 2
_SHORT = 40
"""Characters up to which rows stand side by side."""
_WIDEST = 100
UNREADABLE = "   ← a cell that it needs could not be read; see the problems"


def explain(options: Options, id: str, tab: str | None, column: str | None) -> None:
    """Print one row's computed values with their rules; one column down to the leaves."""
    from sheetcrm.run import look

    where = place(options)
    with progress(options) as step:
        seen = look(job(options, where, step=step))
    state = seen.plan.state
    if state is None:
        raise RuntimeError("the plan holds no evaluated state")
    found = find_row(state, id, tab)
    if not found:
        raise UsageError(
            f"No row has the id {id} as of {seen.plan.as_of}. Ids are compared exactly, as typed in the workbook."
        )
    if len(found) > 1:
        raise UsageError(f"{id} stands in several tabs; add one of  " + "  ".join(f"--tab {key}" for key, _ in found))
    key, row = found[0]
    rules = {rule.key: rule for rule in (*first(), *afterwards())}
    names = [item.key for item in TABS[key].runner if item.key in state.frames[key]]
    if column is not None:
        if column not in state.frames[key] and f"{key}.{column}" not in rules:
            raise UsageError(f"{key} has no computed column {column}. It has: {', '.join(names)}")
        names = [column]
    depth = DEEP if column else 1
    whys = [explain_value(state, rules, f"{key}.{name}", row, depth) for name in names]
    past = history(state, row) if key == "contracts" and column is None else None
    if past is not None:
        whys.append(past)
    if options.json:
        print(json.dumps([_as_json(why) for why in whys], ensure_ascii=False))
    else:
        asked = "health_score" if "health_score" in names else names[0]
        end = "" if column else f"Down to the leaves:  sheetcrm explain {id} --column {asked}"
        name = f" {state.frames[key]['name'].iloc[row]}" if "name" in state.frames[key] else ""
        _show(f"{key} {id}{name}, as of {seen.plan.as_of.isoformat()}", whys, end, deep=column is not None)


def _as_json(why: Why) -> dict[str, Any]:
    return {
        "column": why.column,
        "value": plain(why.value),
        "rule": why.rule,
        "source": why.source,
        "rows": [{"id": id, "value": plain(value)} for id, value in why.rows],
        "unreadable": why.unreadable,
        "inputs": [_as_json(item) for item in why.inputs],
    }


def _show(title: str, whys: Sequence[Why], end: str, *, deep: bool) -> None:
    """Print them: wrapped under themselves, in colour at a terminal, plain in a file."""
    console = Console(highlight=False, markup=False)
    console.width = min(console.width, _WIDEST)
    with console.capture() as captured:
        console.print(Text(title, "bold cyan"))
        for why in whys:
            if not deep:
                console.print()
            for level, line in _lines(why, 0, set(), deep=deep):
                console.print(Padding(line, (0, 0, 0, _STEP * level)))
        if end:
            console.print(Padding(Text(end), (1, 0, 0, 0)))
    # Lines are padded to their width: in a file that would be blanks at the end of each.
    console.file.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


def _lines(why: Why, level: int, told: set[str], *, deep: bool) -> Iterator[tuple[int, Text]]:
    """The value, its rule, and what it was made from, each with its level. A rule is told once; of a whole row's values
    those of the inputs are left out."""
    rows = [f"{id} {_shown(value)}" for id, value in why.rows] + ([f"… {why.more} more"] if why.more else [])
    short = all(len(row) <= _SHORT for row in rows)
    if why.rows or why.elsewhere:
        yield level, Text.assemble((f"{why.column}: ", "cyan"), " · ".join(rows) if short else "")
    else:
        value = _shown(why.value) + (UNREADABLE if why.unreadable else "")
        yield level, Text.assemble((f"{why.column} = ", "cyan"), (value, "bold"))
    again = why.column in told
    told.add(why.column)
    if why.rule and not again and (deep or level == 0):
        yield level + 1, Text.assemble(why.rule, (f" ({why.source})" if why.source else "", "dim"))
    if not short:
        yield from ((level + 1, Text(row)) for row in rows)
    if again:
        return
    for item in why.inputs:
        yield from _lines(item, level + 1, told, deep=deep)


def _shown(value: Any) -> str:
    if value is None:
        return "(blank)"
    if isinstance(value, datetime):
        return str(plain(value))
    if isinstance(value, float):
        # Enough to follow the sum; --json has all digits.
        return f"{round(value, 2):.12g}" if abs(value) >= 1 else f"{value:.4g}"
    return str(value)
