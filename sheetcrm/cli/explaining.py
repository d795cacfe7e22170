"""``explain``: every number says why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sheetcrm.cli.context import Options, job, place, progress
from sheetcrm.cli.exits import UsageError
from sheetcrm.cli.planned import plain
from sheetcrm.explain import Why, find_row, history
from sheetcrm.explain import explain as explain_value
from sheetcrm.rules import afterwards, first
from sheetcrm.schema import TABS

DEEP = 12
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
            f"No row has the id {id} as of {seen.plan.as_of}. Ids are compared exactly, as typed in the sheet."
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
        print(f"{key} {id}, as of {seen.plan.as_of.isoformat()}")
        for why in whys:
            print("\n".join(_lines(why, 0, set())))


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


def _lines(why: Why, level: int, told: set[str]) -> Iterator[str]:
    pad = "    " * level
    if why.rows or why.elsewhere:
        yield f"{pad}{why.column}:"
    else:
        yield f"{pad}{why.column} = {_shown(why.value)}" + (UNREADABLE if why.unreadable else "")
    if why.rule and why.column not in told:
        yield f"{pad}    {why.rule}" + (f" ({why.source})" if why.source else "")
    again = why.column in told
    told.add(why.column)
    for id, value in why.rows:
        yield f"{pad}    {id}  {_shown(value)}"
    if why.more:
        yield f"{pad}    … and {why.more} more rows"
    if not again:
        for item in why.inputs:
            yield from _lines(item, level + 1, told)


def _shown(value: Any) -> str:
    if value is None:
        return "(blank)"
    if isinstance(value, datetime):
        return str(plain(value))
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)
