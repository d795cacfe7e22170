"""The commands with which one begins: a first look, a workbook, and whether everything is in place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sheetcrm.cli.commands.root import app
from sheetcrm.cli.options import AsJson, AsOf, ConfigFile, State, Workbook
from sheetcrm.languages import Language


@app.command(
    epilog="Example:  sheetcrm demo --folder demo --lang en", short_help="Play three mornings of a made-up company."
)
def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Where to put the workbook and the mails.")] = Path("demo"),
    lang: Annotated[Language, typer.Option("--lang", help="Language of the workbook.")] = "es",
    seed: Annotated[int, typer.Option("--seed", help="Another number makes another company.")] = 1,
) -> None:
    """Play three mornings of a made-up company, with people who act in between and a mail server of its own, and tell
    what changed."""
    from sheetcrm.cli import demonstration

    demonstration.demo(folder, lang, seed)


@app.command(
    epilog="Example:  sheetcrm init --excel crm.xlsx --sample    or    sheetcrm init --google ADDRESS",
    short_help="Make a workbook with all tabs, and its settings.",
)
def init(
    excel: Annotated[Path | None, typer.Option("--excel", metavar="PATH", help="The workbook to make (.xlsx).")] = None,
    google: Annotated[
        str | None,
        typer.Option(
            "--google", metavar="ADDRESS", help="A Google Sheet that you made and shared: what it lacks is added."
        ),
    ] = None,
    lang: Annotated[
        Language | None,
        typer.Option(
            "--lang", help="Language of its tabs, headers and lists: the sheet's own, or es.", show_default=False
        ),
    ] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Fill it with a made-up company, to try things out.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", help="Another number makes another company.")] = 1,
    as_of: AsOf = None,
    credentials: Annotated[
        Path | None, typer.Option("--credentials", metavar="FILE", help="For --google: the account's JSON key.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="For --google: the settings; by default config.yaml in this folder.")
    ] = None,
) -> None:
    """Make a new workbook with all tabs and a config.yaml beside it, or lay out a Google Sheet."""
    from sheetcrm.cli.exits import UsageError

    if (excel is None) == (google is None):
        raise UsageError("Say what to make:  sheetcrm init --excel crm.xlsx   or   sheetcrm init --google ADDRESS")
    if google is not None:
        from sheetcrm.cli import google_setup

        google_setup.init(google, lang, credentials=credentials, config=config, sample=sample, seed=seed, as_of=as_of)
    elif excel is not None:
        from sheetcrm.cli import setup

        setup.init(excel, lang or "es", sample=sample, seed=seed, as_of=as_of)


@app.command(
    epilog="Example:  sheetcrm adopt customers.xlsx crm.xlsx    or    sheetcrm adopt customers.xlsx --aliases",
    short_help="Take your own workbook over into a new one.",
)
def adopt(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="Your own workbook (.xlsx, .xlsm). It is only read.")],
    new: Annotated[
        Path | None, typer.Argument(metavar="[NEW]", help="The workbook to make; without it, the proposal only.")
    ] = None,
    google: Annotated[
        str | None,
        typer.Option("--google", metavar="ADDRESS", help="Instead of NEW: an empty Google Sheet that you shared."),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="What your columns become, as --save-map wrote it.")
    ] = None,
    save_mapping: Annotated[
        Path | None, typer.Option("--save-map", metavar="FILE", help="Write down what they become, to be edited.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: take what is likely.")] = False,
    lang: Annotated[
        Language | None, typer.Option("--lang", help="Language of the new workbook: the old one's.", show_default=False)
    ] = None,
    aliases: Annotated[
        bool, typer.Option("--aliases", help="Print the settings with which your own tabs work where they stand.")
    ] = False,
    credentials: Annotated[
        Path | None, typer.Option("--credentials", metavar="FILE", help="For --google: the account's JSON key.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="For --google: the settings; by default config.yaml in this folder.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Say what your own tabs and columns are in ours, ask where that is unsure, and fill a new workbook."""
    from sheetcrm.cli import adopting

    adopting.adopt(
        adopting.Wanted(old, new, google, mapping, save_mapping, yes, lang, json, aliases, credentials, config)
    )


@app.command(epilog="Example:  sheetcrm check    or    sheetcrm check --send-test you@example.com")
def check(
    config: ConfigFile = None,
    workbook: Workbook = None,
    state: State = None,
    as_of: AsOf = None,
    json: AsJson = False,
    live: Annotated[
        bool, typer.Option("--live", help="Google Sheets: also try writing, in a scratch tab that is removed again.")
    ] = False,
    send_test: Annotated[
        str | None, typer.Option("--send-test", metavar="ADDRESS", help="Also send a mail to somebody of the team.")
    ] = None,
) -> None:
    """Say whether everything is in place, and what to mend. Changes nothing."""
    from sheetcrm.cli import checking
    from sheetcrm.cli.context import Options

    checking.check(Options(config, workbook, state, as_of, json), live=live, send_test=send_test)
