"""The commands of the daily work: what a run would do, doing it, and how the runner is."""

from __future__ import annotations

from typing import Annotated

import typer

from sheetcrm.cli.commands.root import app
from sheetcrm.cli.options import AsJson, AsOf, ConfigFile, Force, IgnoreLock, State, Task, Verbose, Workbook


@app.command(epilog="Example:  sheetcrm plan --as-of 2026-12-01")
def plan(
    config: ConfigFile = None,
    workbook: Workbook = None,
    state: State = None,
    as_of: AsOf = None,
    json: AsJson = False,
    force: Force = False,
    verbose: Verbose = False,
) -> None:
    """Show what a run would write and send. Writes nothing and sends nothing."""
    from sheetcrm.cli import planning
    from sheetcrm.cli.context import Options

    planning.plan(Options(config, workbook, state, as_of, json, force, verbose=verbose))


@app.command(epilog="Example:  sheetcrm run    (every morning: 5 9 * * 1-5 cd /srv/crm && sheetcrm run)")
def run(
    config: ConfigFile = None,
    workbook: Workbook = None,
    state: State = None,
    as_of: AsOf = None,
    json: AsJson = False,
    force: Force = False,
    ignore_lock: IgnoreLock = False,
    verbose: Verbose = False,
    task: Annotated[
        Task, typer.Option("--task", help="Only this part of the work; tickets: what can't wait for the digest.")
    ] = "all",
) -> None:
    """Do the day's work: compute, write back, mail, fill the dashboard. A second run does nothing."""
    from sheetcrm.cli import running
    from sheetcrm.cli.context import Options

    running.run(Options(config, workbook, state, as_of, json, force, ignore_lock, verbose, task))


@app.command(
    epilog="Example:  sheetcrm serve    (a systemd unit and a compose file are in deploy/)",
    short_help="Keep running: each pass when it is due.",
)
def serve(
    config: ConfigFile = None,
    workbook: Workbook = None,
    state: State = None,
    ignore_lock: IgnoreLock = False,
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, then end.")] = False,
    log_json: Annotated[bool, typer.Option("--log-json", help="Log one JSON object a line.")] = False,
) -> None:
    """Do the day's work every morning, look at the ticket clocks in business hours, report every week."""
    from sheetcrm.cli import serving
    from sheetcrm.cli.context import Options

    serving.serve(Options(config, workbook, state, ignore_lock=ignore_lock), once=once, json_logs=log_json)


@app.command(
    epilog="Example:  sheetcrm status    (exit code 1 when something is wrong)",
    short_help="Say how the runner is: last runs, next slots, mail, failures.",
)
def status(config: ConfigFile = None, workbook: Workbook = None, state: State = None, json: AsJson = False) -> None:
    """Say how the runner is: last runs, next slots, the mail queue, what fails. Changes nothing."""
    from sheetcrm.cli import reporting
    from sheetcrm.cli.context import Options

    reporting.status(Options(config, workbook, state, json=json))
