"""``undo``: put back the cells that a run wrote, where nobody has changed them since."""

from __future__ import annotations

import json

from sheetcrm.cli import exits
from sheetcrm.cli.context import Options, job, place, progress
from sheetcrm.cli.counting import counted
from sheetcrm.cli.exits import UsageError


def undo(options: Options, run_id: int | None, *, yes: bool) -> None:
    """Show what would be put back; with ``yes`` put it back."""
    from sheetcrm.run import take_back

    where = place(options)
    with progress(options) as step:
        found = take_back(job(options, where, step=step), run_id, apply=yes)
    if found is None:
        raise UsageError(
            f"There is nothing to take back of run {run_id}. " if run_id else "There is no run to take back. "
        )
    report = {
        "run": found.run_id,
        "cells": found.reversal.cells,
        "changed_since": found.reversal.changed_since,
        "gone": found.reversal.gone,
        "rows_added": list(found.rows_added),
        "state": found.state,
        "why": found.why,
    }
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        print("\n".join(_lines(report, yes)))
    raise SystemExit(exits.POSTPONED if found.state in ("postponed", "changed") else exits.DONE)


def _lines(report: dict[str, object], yes: bool) -> list[str]:
    verb = "put back" if yes else "would be put back"
    lines = [f"Run {report['run']}: {counted(_int(report['cells']), 'cell')} {verb}."]
    if report["state"] in ("postponed", "changed"):
        lines = [
            f"Postponed: {report['why'] or 'the workbook was changed meanwhile'}. Nothing was put back; try again."
        ]
    if report["changed_since"]:
        lines.append(f"{counted(_int(report['changed_since']), 'cell')} changed since then: left as they are.")
    if report["gone"]:
        lines.append(f"{counted(_int(report['gone']), 'cell')} whose row or column is gone.")
    rows = report["rows_added"]
    if isinstance(rows, list) and rows:
        lines.append(f"Rows that it added stay, people may have worked in them: {', '.join(rows[:12])}")
    lines.append(
        "The next run computes these cells again: mend what was wrong (settings, data) before it."
        if yes
        else "Nothing was changed. To do it:  sheetcrm undo --yes"
    )
    return lines


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
