"""The commands that answer questions and change nothing: why, before a visit, how a mail looks, what would be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sheetcrm.cli.commands.root import app
from sheetcrm.cli.options import AsJson, AsOf, ConfigFile, Kind, State, Workbook
from sheetcrm.languages import Language


@app.command(
    epilog="Example:  sheetcrm explain A-07 --column health_score    or    sheetcrm explain C-1042 --alerts",
    short_help="Say how a row's computed values came about.",
)
def explain(
    id: Annotated[str, typer.Argument(help="The id of a row: a contract, an account, a ticket …")],
    column: Annotated[str | None, typer.Option("--column", help="Only this column, down to the leaves.")] = None,
    tab: Annotated[str | None, typer.Option("--tab", help="The tab, where several have this id.")] = None,
    alerts: Annotated[
        bool, typer.Option("--alerts", help="The row's alerts: what was said to whom, and what comes next and when.")
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

        telling.alerts(options, id, tab)
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
    "validate-health",
    epilog="Example:  sheetcrm validate-health    or    sheetcrm validate-health --days 120 --json",
    short_help="Say whether the health score told who would renew.",
)
def validate_health(
    days: Annotated[
        int | None,
        typer.Option("--days", metavar="N", help="Days before each decision; by default those of the settings."),
    ] = None,
    config: ConfigFile = None,
    workbook: Workbook = None,
    state: State = None,
    as_of: AsOf = None,
    json: AsJson = False,
) -> None:
    """Hold the health score as it stood before each renewal or loss against what was decided, on this workbook's own
    past; or say that there is too little of it. Changes nothing."""
    from sheetcrm.cli import validating
    from sheetcrm.cli.context import Options

    validating.validate_health(Options(config, workbook, state, as_of, json), days)
