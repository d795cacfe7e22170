"""The declared colours as openpyxl's fills, fonts and borders."""

from __future__ import annotations

from typing import Literal

from openpyxl.styles import Border, Font, PatternFill, Side

from sheetcrm.views.look.colours import (
    AMBER,
    CARD,
    EDGE,
    FONT,
    INK,
    LINK,
    NAVY,
    PAPER,
    QUIET,
    ROBOT_CELL,
    ROBOT_HEAD,
    SERIES,
    TAB_COLOURS,
    TINTS,
    Tint,
)

__all__ = [
    "AMBER",
    "CARD",
    "EDGE",
    "FONT",
    "INK",
    "LINK",
    "NAVY",
    "PAPER",
    "QUIET",
    "ROBOT_CELL",
    "ROBOT_HEAD",
    "SERIES",
    "TAB_COLOURS",
    "TINTS",
    "Tint",
    "box",
    "fill",
    "font",
    "underline",
]


def fill(colour: str) -> PatternFill:
    """A plain ground."""
    return PatternFill("solid", fgColor=f"FF{colour}")


def font(*, size: float = 11, bold: bool = False, italic: bool = False, colour: str = INK) -> Font:
    """The workbook's face in a size and colour."""
    return Font(name=FONT, size=size, bold=bold, italic=italic, color=f"FF{colour}")


def box(colour: str = EDGE) -> Border:
    """A thin line all around."""
    line = Side("thin", color=f"FF{colour}")
    return Border(left=line, right=line, top=line, bottom=line)


def underline(colour: str, style: Literal["thin", "medium", "thick"] = "thin") -> Border:
    """A line below."""
    return Border(bottom=Side(style, color=f"FF{colour}"))
