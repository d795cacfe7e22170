"""The colours of the workbook and what each one says.

Contrast of text to ground is at least 4.5 (a test measures it). Good and bad differ in lightness and weight, never in
hue alone, so that they stay apart in grey and for colour-blind readers; and the word stands in the cell in any case.
"""

from __future__ import annotations

from dataclasses import dataclass

FONT = "Calibri"
INK = "1F2933"
QUIET = "52606D"
PAPER = "FFFFFF"
CARD = "F5F7FA"
EDGE = "CBD2D9"
NAVY = "1F3A5F"
ROBOT_HEAD = "D6E0EC"
ROBOT_CELL = "F3F6FA"
AMBER = "E09F1F"
LINK = "1D4F91"

TAB_COLOURS = {"people": NAVY, "optional": "7B9CC4", "runner": AMBER, "guide": QUIET}


@dataclass(frozen=True)
class Tint:
    """A ground and the text on it."""

    ground: str
    ink: str
    bold: bool = False


TINTS = {
    "good": Tint("D8EFE0", "14532D"),
    "warn": Tint("FFF0C2", "6B4700"),
    "soon": Tint("FFF9E3", "6B4700"),
    "bad": Tint("F8CFCA", "8B1A1A", bold=True),
    "muted": Tint("E4E7EB", "52606D"),
}
"""Grounds of cells, by what they say."""

SERIES = {
    "good": "2A7F5C",
    "neutral": "78A3D1",
    "warn": "EFBF4F",
    "bad": "B3372E",
    "muted": "B8C0CA",
    "accent": "2F5F98",
    "target": "1F2933",
}
"""Colours of chart series, by tone: neighbours differ in lightness."""
