"""The commands that take something back."""

from __future__ import annotations

from typing import Annotated

import typer

from sheetcrm.cli.commands.root import app
from sheetcrm.cli.options import AsJson, ConfigFile, IgnoreLock, State, Workbook


@app.command(
    epilog="Example:  sheetcrm undo    then    sheetcrm undo --yes",
    short_help="Put back the cells that a run wrote.",
)
def undo(
    run_id: Annotated[
        int | None, typer.Argument(metavar="[RUN]", help="Which run (see sheetcrm status --json); by default the last.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it, it is only shown.")] = False,
    config: ConfigFile = None,
    workbook: Workbook = None,
    state: State = None,
    ignore_lock: IgnoreLock = False,
    json: AsJson = False,
) -> None:
    """Put back the cells that a run wrote, only where nobody has changed them since. Mails stay sent, rows stay."""
    from sheetcrm.cli import undoing
    from sheetcrm.cli.context import Options

    undoing.undo(Options(config, workbook, state, json=json, ignore_lock=ignore_lock), run_id, yes=yes)
