"""A brief on the terminal: readable at 80 columns, without colour, and when it is piped into a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from sheetcrm.views.brief import Brief, Cell, Fact, Lines, Section, Table

if TYPE_CHECKING:
    from rich.console import RenderableType

_STYLES = {"red": "bold red", "amber": "yellow", "green": "green", "blue": "cyan", "grey": "dim"}
WIDEST = 110
"""Columns beyond which a line is hard to read."""


def show(page: Brief) -> None:
    """Print the page to standard output."""
    console = Console(highlight=False)
    console.width = min(console.width, WIDEST)
    with console.capture() as captured:
        _page(page, console)
    # Cells are padded to their width: in a file that would be blanks at the end of each line.
    console.file.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


def _page(page: Brief, console: Console) -> None:
    console.print(Text(page.title, "bold"))
    console.print(_text(Cell(page.subtitle, "grey")))
    console.print(Text(" · ").join(_text(badge) for badge in page.badges))
    console.print()
    console.print(_facts(page.figures))
    for section in page.sections:
        _section(section, console)
    console.print()
    console.print(_text(Cell(page.footer, "grey")))


def _section(section: Section, console: Console) -> None:
    console.print()
    console.rule(Text(section.title, "bold"), align="left", characters="─")
    if section.facts:
        console.print(_facts(section.facts))
    for part in section.parts:
        if part.title:
            console.print(Text(part.title, "bold"))
        console.print(_table(part) if isinstance(part, Table) else _lines(part))
        if part.more:
            console.print(Text(f"  … {part.more}", "dim"))
    if section.note:
        console.print(_text(Cell(section.note, "grey")))


def _facts(facts: Sequence[Fact]) -> RenderableType:
    """Labels and values side by side."""
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", max_width=24)
    grid.add_column(overflow="fold")
    for fact in facts:
        grid.add_row(Text(fact.label), _text(fact.cell))
    return grid


def _table(table: Table) -> RenderableType:
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for _, label in table.columns:
        grid.add_column(Text(label), overflow="fold")
    for row in table.rows:
        grid.add_row(*(_text(cell) for cell in row))
    return grid


def _lines(lines: Lines) -> RenderableType:
    grid = Grid.grid(padding=(0, 1, 0, 0))
    for line in lines.lines:
        grid.add_row("☐" if lines.steps else "•", _text(line))
    return Padding(grid, (0, 0, 0, 1))


def _text(cell: Cell) -> Text:
    style = _STYLES.get(cell.tone, "")
    return Text(cell.text, f"{style} link {cell.link}".strip() if cell.link else style)
