"""The dashboard on the demo's first and last morning as pictures, where LibreOffice and poppler can draw them."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

_TOOLS = ("soffice", "pdftoppm")
_DASHBOARD_ONLY = 'pdf:calc_pdf_Export:{"PageRange":{"type":"string","value":"2"}}'
"""The guide is the first printed page, the dashboard's first screen the second."""
_DOTS = "100"
_PATIENCE = 60
"""Seconds: a program that hangs must not keep the story from being told."""


def draw(books: Mapping[str, Path], folder: Path) -> list[Path]:
    """A picture of each workbook's dashboard, under its name in the folder; none where a tool is missing or fails."""
    if any(shutil.which(tool) is None for tool in _TOOLS):
        return []
    with tempfile.TemporaryDirectory() as room:
        copies = [shutil.copyfile(book, Path(room) / f"{name}.xlsx") for name, book in books.items()]
        # A profile of its own: an office that is open on this machine would take the order and not do it.
        home = f"-env:UserInstallation={(Path(room) / 'office').as_uri()}"
        convert = ["soffice", "--headless", home, "--convert-to", _DASHBOARD_ONLY, "--outdir", room, *map(str, copies)]
        try:
            _quietly(convert)
            for name in books:
                page = str(Path(room) / f"{name}.pdf")
                _quietly(["pdftoppm", "-png", "-r", _DOTS, "-singlefile", page, str(folder / name)])
        except (OSError, subprocess.SubprocessError):
            return []
    return [found for name in books if (found := folder / f"{name}.png").exists()]


def _quietly(command: list[str]) -> None:
    subprocess.run(command, check=True, timeout=_PATIENCE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
