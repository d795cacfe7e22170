"""Files that commands make for people: nothing is overwritten without asking, and no reader ever sees half of one."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from sheetcrm.cli.exits import UsageError


def require_free(path: Path, *, option: str, example: str, yes: bool) -> None:
    """A UsageError unless the file may be made: at a terminal the person is asked, elsewhere ``--yes`` says so.

    ``option`` names the file on the command line; ``example`` is a file name for whoever named a folder.
    """
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}. Make it, or choose another.")
    if path.is_dir():
        raise UsageError(f"{path} is a folder. Name a file:  {option} {path / example}")
    if not path.exists() or yes:
        return
    if sys.stdin.isatty() and sys.stderr.isatty():
        import typer

        if typer.confirm(f"{path} exists already. Replace it?", err=True):
            return
    raise UsageError(f"{path} exists already and is left as it is. Replace it with  --yes  or choose another name.")


def write_file(path: Path, data: bytes) -> None:
    """The file beside its place first, then in its place."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
