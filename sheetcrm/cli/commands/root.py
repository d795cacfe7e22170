"""``sheetcrm`` itself: the command that holds the others, and says what comes next when it is called alone."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(
    name="sheetcrm",
    help="The spreadsheet is the CRM; sheetcrm is the colleague who reads it every morning.",
    epilog="Example:  sheetcrm    (alone it says what comes next in this folder)",
    invoke_without_command=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich would double the time of --help
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"sheetcrm {version('sheetcrm')}")
        raise typer.Exit


@app.callback()
def _alone(
    context: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which version.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        from sheetcrm.cli import next_step

        next_step.tell()
