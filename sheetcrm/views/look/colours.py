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
    "good": Tint("C6EBD4", "14532D"),
    "warn": Tint("FFF0C2", "6B4700"),
    "soon": Tint("FFF9E3", "6B4700"),
    "bad": Tint("F5B7B0", "7A1212", bold=True),
    "muted": Tint("D5DAE1", "45525E"),
}
"""Grounds of cells, by what they say."""

SERIES = {
    "good": "236F4F",
    "neutral": "477AB6",
    "calm": "6B96C8",
    "warn": "C77D00",
    "bad": "B3372E",
    "muted": "8B95A1",
    "accent": "2F5F98",
    "target": "1F2933",
}
"""Colours of chart series, by tone: each stands out from paper by 3 to 1, and neighbours differ in lightness. On
``calm`` a number can be read too."""
