"""The command line. Heavy imports stay inside the commands: ``sheetcrm --help`` answers at once."""

from __future__ import annotations

from sheetcrm.cli.commands import begin, work, ask, mend  # isort: skip
from sheetcrm.cli.commands.root import app
from sheetcrm.cli.outbox import outbox

__all__ = ["app", "ask", "begin", "main", "mend", "outbox", "work"]

app.add_typer(outbox)


def main() -> None:
    """Run the command line; a mistake of a person's is said in words and an exit code, anything else is a bug."""
    from sheetcrm.cli.exits import in_words

    with in_words():
        app()
