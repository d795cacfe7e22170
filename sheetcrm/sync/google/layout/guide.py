"""The guide tab: what the spreadsheet is, first steps, who does what, what colours mean, and where each tab is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sheetcrm.schema import TABS
from sheetcrm.sync.google.layout.canvas import Canvas
from sheetcrm.sync.google.layout.tabs import people_head, robot_head
from sheetcrm.sync.google.layout.wire import Json, colour, letter, line, padding
from sheetcrm.views.look.colours import AMBER, LINK, NAVY, PAPER, QUIET, TINTS
from sheetcrm.views.look.guide import GROUNDS, HEADS, ROLES, STEPS
from sheetcrm.words import Words

ROWS, COLUMNS = 40, 7
_WIDTHS = {1: 19, 2: 215, 3: 481, 4: 26, 5: 138, 6: 285}
_LINE, _TITLE, _TALL, _GAP = 27, 40, 43, 8
_AIR = 8
"""Pixels between a sample's edge and its text."""
_MIDDLE = {"verticalAlignment": "MIDDLE"}


def draw_guide(sheet: int, words: Words, order: Sequence[str], sheets: Mapping[str, int]) -> list[Json]:
    """The requests that fill an empty sheet with the guide to the tabs in this order, each linked to its sheet."""
    canvas = Canvas(sheet)
    canvas.widths(_WIDTHS)
    canvas.heights({1: _TITLE, 2: _TALL, 3: _GAP, **dict.fromkeys(range(4, 4 + len(order) + 5), _LINE)})
    titles = {tab: words.tab(tab) for tab in TABS}
    canvas.put("B1", words.text("guide.title"), textFormat=letter(size=18, bold=True, ink=NAVY), **_MIDDLE)
    canvas.put("B2", words.text("guide.about"), textFormat=letter(ink=QUIET), wrapStrategy="WRAP")
    canvas.merge("B2:F2")
    row = _write_steps(canvas, words, titles, 4)
    row = _write_roles(canvas, words, titles, row + 1)
    _write_colours(canvas, words, row + 1)
    _write_tabs(canvas, words, order, sheets)
    return canvas.requests()


def _write_steps(canvas: Canvas, words: Words, titles: Mapping[str, str], row: int) -> int:
    _write_heading(canvas, f"B{row}", f"C{row}", words.text("guide.steps"))
    for number in STEPS:
        row += 1
        text = f"{number}.  {words.text(f'guide.step.{number}', **titles)}"
        canvas.put(f"B{row}", text, textFormat=letter(), **_MIDDLE)
        canvas.merge(f"B{row}:C{row}")
    return row + 1


def _write_roles(canvas: Canvas, words: Words, titles: Mapping[str, str], row: int) -> int:
    _write_heading(canvas, f"B{row}", f"C{row}", words.text("guide.roles"))
    for role in ROLES:
        row += 1
        canvas.put(f"B{row}", words.text(f"guide.role.{role}"), textFormat=letter(bold=True), **_MIDDLE)
        canvas.put(f"C{row}", words.text(f"guide.role.{role}.does", **titles), textFormat=letter(), **_MIDDLE)
    return row + 1


def _write_colours(canvas: Canvas, words: Words, row: int) -> None:
    """Two columns of samples: what a header says, and what a cell's ground says."""
    _write_heading(canvas, f"B{row}", f"C{row}", words.text("guide.colours"))
    for offset, name in enumerate(HEADS, 1):
        head = robot_head() if name == "robot" else people_head(required=name == "required")
        canvas.put(f"B{row + offset}", words.text(f"guide.colour.{name}"), **head, padding=padding(left=_AIR))
    for offset, tint in enumerate(GROUNDS, 1):
        look = TINTS[tint]
        sides = dict.fromkeys(("top", "bottom", "left", "right"), line(PAPER))
        canvas.put(
            f"C{row + offset}",
            words.text(f"guide.colour.{tint}"),
            textFormat=letter(bold=look.bold, ink=look.ink),
            backgroundColorStyle=colour(look.ground),
            borders=sides,
            padding=padding(left=_AIR),
            **_MIDDLE,
        )


def _write_tabs(canvas: Canvas, words: Words, order: Sequence[str], sheets: Mapping[str, int]) -> None:
    _write_heading(canvas, "E4", "F4", words.text("guide.tabs"))
    for row, tab in enumerate(order, 5):
        link = f"#gid={sheets[tab]}"
        canvas.put(f"E{row}", words.tab(tab), textFormat=letter(bold=True, ink=LINK, link=link), **_MIDDLE)
        canvas.put(f"F{row}", words.text(f"guide.tab.{tab}"), textFormat=letter(), **_MIDDLE)


def _write_heading(canvas: Canvas, first: str, last: str, text: str) -> None:
    edge = {"bottom": line(AMBER, "SOLID_MEDIUM")}
    canvas.put(first, text, textFormat=letter(size=13, bold=True, ink=NAVY), borders=edge)
    canvas.put(last, borders=edge)
