"""The lines of ``check``: what was looked at, how it is, and what to do about it; what stops a run comes first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sheetcrm.cli.counting import counted

State = Literal["ok", "note", "warn", "bad"]
MARKS: dict[State, str] = {"bad": "✗", "warn": "!", "note": "·", "ok": "✓"}
"""The marks, in the order in which lines are told."""
_STYLES: dict[State, str] = {"bad": "bold red", "warn": "bold yellow", "note": "dim", "ok": "green"}
_WIDEST = 100


@dataclass(frozen=True)
class Line:
    """One thing that was checked. ``fix`` says what to do where it is not right: a command, a setting or a cell."""

    state: State
    what: str
    fix: str = ""


def ordered(lines: Iterable[Line]) -> list[Line]:
    """What stops a run, then what to mend, then remarks, then the ticks; each kind in the order of the check."""
    order = list(MARKS)
    return sorted(lines, key=lambda line: order.index(line.state))


def summary(lines: Sequence[Line], *, next_command: str) -> str:
    """``2 things stop it, 1 thing to mend, 3 remarks, 5 in order.``: how it is; and below it where to go on."""
    count = Counter(line.state for line in lines)
    told = [
        f"{counted(count['bad'], 'thing')} to do before it can work" if count["bad"] else "Nothing stops a run",
        *([f"{counted(count['warn'], 'thing')} to mend"] if count["warn"] else []),
        *([counted(count["note"], "remark")] if count["note"] else []),
        f"{count['ok']} in order",
    ]
    go_on = "Then again:  sheetcrm check" if count["bad"] else f"Next:  {next_command}"
    return f"{', '.join(told)}.\n{go_on}"


def show(lines: Sequence[Line], end: str) -> None:
    """Print the lines and how they end: wrapped under themselves, in colour at a terminal, plain in a file."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, markup=False)
    console.width = min(console.width, _WIDEST)
    grid = Table.grid(padding=(0, 1, 0, 0))
    for line in lines:
        told = Text(line.what)
        if line.fix:
            told = Text.assemble(line.what, "\n", ("→ ", "bold"), line.fix)
        grid.add_row(Text(MARKS[line.state], _STYLES[line.state]), told)
    with console.capture() as captured:
        console.print(grid)
        console.print(Padding(Text(end, "bold"), (1, 0, 0, 0)))
    console.file.write("".join(_trimmed(captured.get())))


def _trimmed(text: str) -> Iterator[str]:
    """Lines are padded to their width: in a file that would be blanks at the end of each."""
    return (f"{line.rstrip()}\n" for line in text.splitlines())
