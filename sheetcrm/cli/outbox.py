"""``outbox``: its commands as people call them; ``letters`` does what they say."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from sheetcrm.cli.options import AsJson, ConfigFile, State, Workbook

Numbers = Annotated[list[int], typer.Argument(metavar="NUMBER", help="Letters by their number in the list.")]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask.")]
LetterState = Literal["queued", "sending", "sent", "failed", "held", "dropped"]

outbox = typer.Typer(
    name="outbox",
    help="Look at the letters that wait, failed or are held, and decide about them.",
    short_help="Letters that have not left: list, show, decide.",
    epilog="Example:  sheetcrm outbox list    then    sheetcrm outbox show 12",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@outbox.command(
    "list",
    epilog="Example:  sheetcrm outbox list    or    sheetcrm outbox list --only failed --json",
    short_help="List letters that have not left.",
)
def list_(
    only: Annotated[LetterState | None, typer.Option("--only", help="Only letters in this state.")] = None,
    every: Annotated[bool, typer.Option("--all", help="The last 200 letters, whatever became of them.")] = False,
    config: ConfigFile = None,
    workbook: Workbook = None,
    state: State = None,
    json: AsJson = False,
) -> None:
    """List the letters that have not left: queued, being sent, failed (dead letters) and held. Changes nothing."""
    from sheetcrm.cli import letters
    from sheetcrm.cli.context import Options

    letters.listed(Options(config, workbook, state, json=json), only, every=every)


@outbox.command(
    epilog="Example:  sheetcrm outbox show 12", short_help="Show one letter and what became of it at each recipient."
)
def show(
    number: Annotated[int, typer.Argument(help="The letter's number in the list.")],
    config: ConfigFile = None,
    workbook: Workbook = None,
    state: State = None,
    json: AsJson = False,
) -> None:
    """Show a letter: its headers, its text, who got it and who was refused and why. Changes nothing."""
    from sheetcrm.cli import letters
    from sheetcrm.cli.context import Options

    letters.shown(Options(config, workbook, state, json=json), number)


@outbox.command(
    epilog="Example:  sheetcrm outbox retry 12    or    sheetcrm outbox retry --all",
    short_help="Send failed or waiting letters, or mere files, with the next run.",
)
def retry(
    numbers: Annotated[
        list[int] | None, typer.Argument(metavar="NUMBER", help="Letters by their number in the list.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every dead letter.")] = False,
    files: Annotated[
        bool,
        typer.Option(
            "--files", help="Every letter that became a file before there was a mail server; none to customers."
        ),
    ] = False,
    yes: Yes = False,
    config: ConfigFile = None,
    workbook: Workbook = None,
    state: State = None,
    json: AsJson = False,
) -> None:
    """Let failed letters, letters that wait for their next attempt, or letters that became files for want of a mail
    server, leave with the next run.

    Only to recipients who have not got them.
    """
    from sheetcrm.cli import letters
    from sheetcrm.cli.context import Options

    letters.retried(Options(config, workbook, state, json=json), numbers or [], every=every, files=files, yes=yes)


@outbox.command(epilog="Example:  sheetcrm outbox drop 12", short_help="Give letters up: they never leave.")
def drop(
    numbers: Numbers,
    yes: Yes = False,
    config: ConfigFile = None,
    workbook: Workbook = None,
    state: State = None,
    json: AsJson = False,
) -> None:
    """Give letters up for good. Their alerts stand as failed in the alerts tab: nobody heard of them this way."""
    from sheetcrm.cli import letters
    from sheetcrm.cli.context import Options

    letters.dropped(Options(config, workbook, state, json=json), numbers, yes=yes)


@outbox.command(
    epilog="Example:  sheetcrm outbox release 12", short_help="Send held letters, although they may have arrived."
)
def release(
    numbers: Numbers,
    yes: Yes = False,
    config: ConfigFile = None,
    workbook: Workbook = None,
    state: State = None,
    json: AsJson = False,
) -> None:
    """Let held letters leave with the next run, knowing why they were held: some may have arrived already, and the
    customer would get them twice."""
    from sheetcrm.cli import letters
    from sheetcrm.cli.context import Options

    letters.released(Options(config, workbook, state, json=json), numbers, yes=yes)
