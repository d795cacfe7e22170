"""The pictures of the terminal in the docs: what the commands print, as a terminal of 80 columns shows it.

Needs Chromium. Each is also readable in grey: what matters is said by words and marks, colour only repeats it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from sheetcrm.cli.setup import make

IMAGES = Path(__file__).parent / "images"
MADE, DAY = date(2026, 11, 23), "2026-11-30"
"""The sample is of one Monday, the pictures are of the next one: a week has passed since its first run."""
COLUMNS, LINES = 80, 26
SHOWN = {
    "check": ("en", ("check",), ""),
    "plan": ("en", ("plan",), "CELLS THAT CHANGE"),
    "plan-es": ("es", ("plan",), "CELDAS QUE CAMBIAN"),
    "explain": ("en", ("explain", "A-008", "--column", "health_score"), ""),
}
"""Picture → language of the sheet, the command, and where the second half of what it shows begins."""
LIGHT = TerminalTheme(
    (255, 255, 255),
    (36, 41, 47),
    [
        (36, 41, 47),
        (207, 34, 46),
        (17, 99, 41),
        (148, 87, 0),
        (5, 80, 174),
        (130, 80, 223),
        (27, 124, 131),
        (87, 96, 106),
    ],
    [(87, 96, 106)] * 8,
)
"""Colours with enough contrast on white."""


def main() -> None:
    """Make every picture."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("needs Chromium: apt-get install chromium")
    with tempfile.TemporaryDirectory() as name:
        for picture, (language, command, second) in SHOWN.items():
            folder = Path(name) / language
            if not folder.exists():
                make(folder / "crm.xlsx", folder / "config.yaml", language, sample=True, seed=1, today=MADE)
                settings = folder / "config.yaml"
                text = re.sub("(?m)^timezone: .*", "timezone: Europe/Madrid", settings.read_text(encoding="utf-8"))
                settings.write_text(text, encoding="utf-8")
                _sheetcrm(folder, "run", "--state", "state", "--as-of", MADE.isoformat())
            printed = _sheetcrm(folder, *command, "--state", "state", "--as-of", DAY)
            target = IMAGES / f"terminal-{picture}.png"
            _draw(browser, folder, " ".join(("sheetcrm", *command)), _halves(printed.splitlines(), second), target)
            print(target)


def _sheetcrm(folder: Path, *words: str) -> str:
    """What a command prints at a terminal of this width, with its colours as escape codes."""
    terminal = {**os.environ, "FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    terminal["PYTHONPATH"] = str(Path(__file__).parents[1])
    terminal.pop("NO_COLOR", None)
    done = subprocess.run(
        [sys.executable, "-m", "sheetcrm", *words], cwd=folder, env=terminal, capture_output=True, text=True
    )
    # Exit code 3 only says that the sample has cells to mend.
    if done.returncode not in (0, 3):
        sys.exit(done.stderr or done.stdout)
    return done.stdout


def _halves(lines: list[str], second: str) -> list[str]:
    """The first lines, and as many from where the second half begins; all of them where they are few."""
    if len(lines) <= 2 * LINES:
        return lines
    plain = [Text.from_ansi(line).plain for line in lines]
    start = plain.index(next(line for line in plain if line.startswith(second))) if second else LINES
    if start <= LINES:
        return [*lines[: start + LINES], "…"]
    return [*lines[:LINES], "…", *lines[start : start + LINES], "…"]


def _draw(browser: str, folder: Path, command: str, shown: list[str], target: Path) -> None:
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True)
    console.print(Text.assemble(("$ ", "dim"), (command, "bold")))
    # Faint text is as faint as a terminal makes it; here it is a grey that can be read.
    console.print(Text.from_ansi("\n".join(shown).replace("\x1b[2m", "\x1b[90m")))
    page = folder / "page.html"
    style = (
        "<style>body{{margin:14px 18px;background:{background};color:{foreground}}}"
        "pre{{font:15px/1.32 'DejaVu Sans Mono',monospace;margin:0}}{stylesheet}</style>"
    )
    html = f"<!doctype html><meta charset=utf-8>{style}<pre>{{code}}</pre>"
    page.write_text(console.export_html(theme=LIGHT, code_format=html), encoding="utf-8")
    size = f"--window-size=770,{28 + 20 * (len(shown) + 2)}"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", size, f"--screenshot={target}"]
    subprocess.run([browser, *options, page.as_uri()], check=True, capture_output=True)


if __name__ == "__main__":
    main()
