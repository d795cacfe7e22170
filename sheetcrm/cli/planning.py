"""``plan``: what a run would do, for people as a diff, for programs as JSON."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from sheetcrm.cli import exits
from sheetcrm.cli.context import Options, job, place, progress
from sheetcrm.cli.counting import counted
from sheetcrm.cli.planned import as_json, edits, plain
from sheetcrm.plan import language_of
from sheetcrm.reasons import describe
from sheetcrm.run import Look, look
from sheetcrm.words import Words, words_of

if TYPE_CHECKING:
    from rich.console import Console

MOST_EDITS = 40
MOST_PROBLEMS = 15


def plan(options: Options) -> None:
    """Print the plan; exit 3 with data problems, 1 where the guard would refuse it."""
    where = place(options)
    with progress(options) as step:
        seen = look(job(options, where, step=step))
    words = words_of(language_of(where.cfg, seen.snapshot))
    if options.json:
        print(json.dumps(as_json(seen.plan, seen.letters, words), ensure_ascii=False))
    else:
        _print(seen, words, verbose=options.verbose)
    if seen.plan.refusals and not options.force:
        _refuse(seen.plan.refusals)
    raise SystemExit(exits.PROBLEMS if seen.plan.problems else exits.DONE)


def _refuse(refusals: object) -> None:
    import sys

    from sheetcrm.cli.running import refused

    print(refused(refusals), file=sys.stderr)  # type: ignore[arg-type]
    raise SystemExit(exits.FAILURE)


def _print(seen: Look, words: Words, *, verbose: bool) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    result = seen.plan
    console.print(f"[bold]Plan for {result.as_of.isoformat()}[/bold]: nothing is written or sent by this command.\n")
    _print_edits(seen, console, all=verbose)
    _print_rows(seen, console, all=verbose)
    _print_letters(seen, console)
    _print_problems(seen, words, console, all=verbose)
    counts = result.counts
    console.print(
        f"\n[bold]{counted(counts['cells'], 'cell')}, {counted(counts['rows'], 'new row')}, "
        f"{counted(counts['messages'], 'mail')}, {counted(counts['problems'], 'problem')}.[/bold] "
        "Do it:  [bold]sheetcrm run[/bold]"
    )


def _print_edits(seen: Look, console: Console, *, all: bool) -> None:
    from rich.markup import escape
    from rich.table import Table

    blocks = seen.plan.blocks
    if not blocks:
        console.print("Cells: nothing to change.")
        return
    by_column = Counter({(block.tab, block.column): len(block) for block in blocks})
    table = Table("tab", "row", "column", "before", "after", title="Cells", title_justify="left")
    shown = 0
    for edit in edits(blocks):
        if shown >= MOST_EDITS and not all:
            break
        before, after = (escape("" if edit[key] is None else str(edit[key])) for key in ("before", "after"))
        table.add_row(edit["tab"], escape(edit["id"]), edit["column"], before, after)
        shown += 1
    console.print(table)
    if shown < by_column.total():
        rest = ", ".join(f"{tab}.{column} {count}" for (tab, column), count in by_column.most_common(6))
        console.print(f"… and {by_column.total() - shown} more cells ({rest} …); -v shows all.")


def _print_rows(seen: Look, console: Console, *, all: bool) -> None:
    rows = seen.plan.rows
    if not rows:
        return
    console.print("\n[bold]New rows[/bold]")
    for row in rows if all else rows[:MOST_EDITS]:
        title = str(row.values.get("title") or "")
        console.print(f"  + {row.tab}  {row.id}  {title}  {plain(row.values.get('due')) or ''}", markup=False)
    if not all and len(rows) > MOST_EDITS:
        console.print(f"  … and {len(rows) - MOST_EDITS} more; -v shows all.")


def _print_letters(seen: Look, console: Console) -> None:
    if seen.letters:
        console.print("\n[bold]Mails[/bold]")
        for letter in seen.letters:
            console.print(f"  → {letter.to}  [{letter.kind}]  {letter.subject}", markup=False)


def _print_problems(seen: Look, words: Words, console: Console, *, all: bool) -> None:
    problems = seen.plan.problems
    if not problems:
        return
    console.print("\n[bold]Problems[/bold]")
    for problem in problems if all else problems[:MOST_PROBLEMS]:
        text, fix = describe(problem, words)
        tab = words.tab(problem.tab) if problem.tab else ""
        console.print(
            f"  ! {tab}!{problem.cell}  {text} {fix}" if problem.cell else f"  ! {tab}  {text} {fix}", markup=False
        )
    if not all and len(problems) > MOST_PROBLEMS:
        console.print(f"  … and {len(problems) - MOST_PROBLEMS} more; -v shows all.")
