"""The command line. Heavy imports stay inside the commands: ``sheetcrm --help`` answers at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sheetcrm.cli.options import (
    AsJson,
    AsOf,
    ConfigFile,
    Force,
    IgnoreLock,
    Kind,
    Language,
    State,
    Task,
    Verbose,
    Workbook,
)
from sheetcrm.cli.outbox import outbox

app = typer.Typer(
    name="sheetcrm",
    help="The spreadsheet is the CRM; sheetcrm is the colleague who reads it every morning.",
    epilog="Start here:  sheetcrm init --excel crm.xlsx --sample  then  sheetcrm plan",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich would double the time of --help
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(outbox)


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


@app.command(
    epilog="Example:  sheetcrm replay --from 2026-09-01 --to 2026-11-30 --compare other.yaml",
    short_help="Say how much mail a span of days would have brought.",
)
def replay(
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="The first day.")],
    last: Annotated[
        str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="The last day; by default today.")
    ] = None,
    compare: Annotated[
        Path | None, typer.Option("--compare", metavar="FILE", help="Other settings, to see what they would change.")
    ] = None,
    config: ConfigFile = None,
    workbook: Workbook = None,
    json: AsJson = False,
) -> None:
    """Say who would have been written to and when, on this workbook's own data. Writes nothing and sends nothing."""
    from sheetcrm.cli import replaying
    from sheetcrm.cli.context import Options

    replaying.replay(Options(config, workbook, json=json), first, last, compare)


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


@app.command(
    epilog="Example:  sheetcrm explain A-07 --column health_score    or    sheetcrm explain C-1042 --alerts",
    short_help="Say how a row's computed values came about.",
)
def explain(
    id: Annotated[str, typer.Argument(help="The id of a row: a contract, an account, a ticket …")],
    column: Annotated[str | None, typer.Option("--column", help="Only this column, down to the leaves.")] = None,
    tab: Annotated[str | None, typer.Option("--tab", help="The tab, where several have this id.")] = None,
    alerts: Annotated[
        bool, typer.Option("--alerts", help="A contract's alerts: what was said to whom, and what comes next and when.")
    ] = False,
    config: ConfigFile = None,
    workbook: Workbook = None,
    state: State = None,
    as_of: AsOf = None,
    json: AsJson = False,
) -> None:
    """Say how every computed value of a row came about: its rule, its inputs and their rows."""
    from sheetcrm.cli.context import Options

    options = Options(config, workbook, state, as_of, json)
    if alerts:
        from sheetcrm.cli import telling

        telling.alerts(options, id)
    else:
        from sheetcrm.cli import explaining

        explaining.explain(options, id, tab, column)


@app.command(
    epilog="Example:  sheetcrm brief acme    or    sheetcrm brief A-001 --html acme.html --language en",
    short_help="One page about an account before a visit.",
)
def brief(
    account: Annotated[str, typer.Argument(help="An account's id or name; a part is enough where only one has it.")],
    html: Annotated[
        Path | None, typer.Option("--html", metavar="PATH", help="Write it as a web page that prints well.")
    ] = None,
    language: Annotated[
        Language | None, typer.Option("--language", help="Language of the page: the workbook's.", show_default=False)
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Replace the web page that exists already.")] = False,
    config: ConfigFile = None,
    workbook: Workbook = None,
    state: State = None,
    as_of: AsOf = None,
    json: AsJson = False,
) -> None:
    """Say what to know before a visit: who decides, what is open, what was promised, what to talk about. For a key
    account the page is its executive report. Changes nothing."""
    from sheetcrm.cli import briefing
    from sheetcrm.cli.context import Options

    briefing.make(Options(config, workbook, state, as_of, json), account, html=html, language=language, yes=yes)


@app.command(
    epilog="Example:  sheetcrm preview digest --person ana@example.com    or    sheetcrm preview weekly --open",
    short_help="Look at a mail of some kind without sending it.",
)
def preview(
    kind: Annotated[Kind, typer.Argument(help="Which kind of mail.")],
    person: Annotated[
        str | None, typer.Option("--person", metavar="ADDRESS", help="The mail that this person gets.")
    ] = None,
    language: Annotated[
        Language | None, typer.Option("--language", help="Language of the mail: its reader's.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write it: .html the page, .eml the whole letter, .txt the text."),
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Replace the file that exists already.")] = False,
    config: ConfigFile = None,
    workbook: Workbook = None,
    state: State = None,
    as_of: AsOf = None,
) -> None:
    """Show a mail as it would leave today, or an example where nobody gets one. Nothing is sent or written."""
    from sheetcrm.cli import previewing
    from sheetcrm.cli.context import Options

    options = Options(config, workbook, state, as_of)
    previewing.preview(options, kind, person=person, language=language, out=out, show=show, yes=yes)


@app.command(
    epilog="Example:  sheetcrm columns --tab contracts", short_help="Print the dictionary of tabs and columns."
)
def columns(
    tab: Annotated[str | None, typer.Option("--tab", help="Only this tab.")] = None, json: AsJson = False
) -> None:
    """Print the dictionary: every tab and column, who fills it, what it means."""
    from sheetcrm.cli import dictionary

    dictionary.columns(tab, as_json=json)


@app.command(
    epilog="Example:  sheetcrm demo --folder demo --lang en", short_help="Do the whole job on a made-up company."
)
def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Where to put the workbook and the mails.")] = Path("demo"),
    lang: Annotated[Language, typer.Option("--lang", help="Language of the workbook.")] = "es",
    seed: Annotated[int, typer.Option("--seed", help="Another number makes another company.")] = 1,
) -> None:
    """Make a sample workbook, do the job on it twice with a mail server of its own, and say where to look."""
    from sheetcrm.cli import demonstration

    demonstration.demo(folder, lang, seed)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"sheetcrm {version('sheetcrm')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; a mistake of a person's is said in words and an exit code, anything else is a bug."""
    from sheetcrm.cli.exits import in_words

    with in_words():
        app()
