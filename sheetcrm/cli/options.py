"""Options that several commands have. Imports nothing heavy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

ConfigFile = Annotated[Path | None, typer.Option("--config", help="Settings; by default config.yaml in this folder.")]
Workbook = Annotated[
    str | None,
    typer.Option("--workbook", help="The workbook, or the address of a Google Sheet; by default the settings' one."),
]
State = Annotated[Path | None, typer.Option("--state", help="Folder of the ledger, the outbox and the backups.")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="See the workbook as of this day.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on standard output and nothing else.")]
Force = Annotated[bool, typer.Option("--force", help="Go on although the guard refuses the plan.")]
IgnoreLock = Annotated[bool, typer.Option("--ignore-lock", help="Write although a lock file says that it is open.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say more: every step and its time.")]
Task = Literal["all", "digest", "tickets", "weekly", "monthly"]
Kind = Literal["digest", "immediate", "escalation", "customer", "weekly", "brief", "quiet", "failure"]
