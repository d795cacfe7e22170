"""The palette: what can be read, what stands out, and what stays apart in grey and for colour-blind readers."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from sheetcrm.views.layout import LAYOUT
from sheetcrm.views.look import colours
from sheetcrm.views.look.colours import (
    AMBER,
    CARD,
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
)

TEXT, GRAPHICS = 4.5, 3.0
"""WCAG 2.1 AA: 1.4.3 for text, 1.4.11 for graphics."""
SEEN_APART = 10.0
"""Difference (CIE 1976) from which two grounds side by side are told apart at a glance."""

# Machado, Oliveira and Fernandes 2009, severity 1, on linear light.
SIGHT = {
    "all colours": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = TO_XYZ.sum(axis=1)


def light(colour: str) -> np.ndarray:
    """Linear light of red, green and blue."""
    share = np.array([int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)])
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    pale, dark = sorted((float(TO_XYZ[1] @ light(each)) for each in (one, other)), reverse=True)
    return (pale + 0.05) / (dark + 0.05)


def lab(colour: str, sight: str) -> np.ndarray:
    """CIE L*a*b* of a colour as someone of this sight sees it."""
    part = TO_XYZ @ np.clip(SIGHT[sight] @ light(colour), 0, 1) / WHITE
    x, y, z = np.where(part > 216 / 24389, np.cbrt(part), (24389 / 27 * part + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one: str, other: str, sight: str) -> float:
    return float(np.linalg.norm(lab(one, sight) - lab(other, sight)))


def test_the_measures_are_right() -> None:
    assert contrast("FFFFFF", "000000") == pytest.approx(21)
    assert contrast("FFFFFF", "767676") == pytest.approx(4.54, abs=0.01)
    assert lab("FFFFFF", "all colours") == pytest.approx([100, 0, 0], abs=0.01)
    assert lab("FF0000", "all colours") == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    assert apart("D03030", "4F7A10", "all colours") > 3 * apart("D03030", "4F7A10", "deuteranopia")


TEXTS = {
    "cell": (PAPER, INK),
    "link": (PAPER, LINK),
    "the robot's cell": (ROBOT_CELL, INK),
    "link in the robot's cell": (ROBOT_CELL, LINK),
    "header": (NAVY, PAPER),
    "the robot's header": (ROBOT_HEAD, NAVY),
    "heading": (PAPER, NAVY),
    "note": (PAPER, QUIET),
    "card": (CARD, NAVY),
    "number of a card": (CARD, INK),
    "note of a card": (CARD, QUIET),
    "number that alarms": (CARD, SERIES["bad"]),
    "what to do first": (PAPER, SERIES["bad"]),
    "number on a bar": (SERIES["calm"], INK),
    **{f"tint {key}": (tint.ground, tint.ink) for key, tint in TINTS.items()},
}


@pytest.mark.parametrize("where", TEXTS)
def test_text_can_be_read_on_its_ground(where: str) -> None:
    assert contrast(*TEXTS[where]) >= TEXT


def test_every_colour_of_the_palette_is_looked_at_here() -> None:
    named = {name for name, value in vars(colours).items() if name.isupper() and isinstance(value, str)}
    # The face is no colour; an edge only parts what words and places part already.
    assert named - {"FONT", "EDGE"} == {
        "INK", "QUIET", "PAPER", "CARD", "NAVY", "ROBOT_HEAD", "ROBOT_CELL", "AMBER", "LINK"
    }  # fmt: skip


@pytest.mark.parametrize("tone", SERIES)
def test_a_bar_stands_out_from_paper(tone: str) -> None:
    assert contrast(SERIES[tone], PAPER) >= GRAPHICS


def test_the_edge_of_a_required_header_stands_out_from_it() -> None:
    assert contrast(AMBER, NAVY) >= GRAPHICS


def test_numbers_that_stand_in_bars_stand_on_a_tone_that_lets_them_be_read() -> None:
    lined = [chart for chart in LAYOUT.charts if chart.kind == "columns_with_line"]
    inside = [series.tone for chart in lined for series in chart.series[:-1]]
    assert inside
    assert all(contrast(SERIES[tone], INK) >= TEXT for tone in inside)


def test_neighbours_in_a_chart_stay_apart_in_grey() -> None:
    for chart in LAYOUT.charts:
        tones = [series.tone for series in chart.series if series.drawn]
        for one, other in (*pairwise(tones), *pairwise(chart.point_tones)):
            assert contrast(SERIES[one], SERIES[other]) >= 1.3, (chart.key, one, other)


@pytest.mark.parametrize("sight", SIGHT)
def test_series_of_a_chart_stay_apart_whoever_looks(sight: str) -> None:
    for chart in LAYOUT.charts:
        tones = {*(series.tone for series in chart.series if series.drawn), *chart.point_tones}
        for one, other in combinations(sorted(tones), 2):
            assert apart(SERIES[one], SERIES[other], sight) >= SEEN_APART, (chart.key, one, other)


@pytest.mark.parametrize("sight", SIGHT)
def test_grounds_that_say_different_things_stay_apart_whoever_looks(sight: str) -> None:
    for one, other in combinations(("good", "warn", "bad", "muted"), 2):
        assert apart(TINTS[one].ground, TINTS[other].ground, sight) >= SEEN_APART, (one, other)


@pytest.mark.parametrize("sight", SIGHT)
def test_ears_of_tabs_stay_apart_whoever_looks(sight: str) -> None:
    for one, other in combinations(TAB_COLOURS, 2):
        assert apart(TAB_COLOURS[one], TAB_COLOURS[other], sight) >= SEEN_APART, (one, other)


def test_the_bad_is_bold_too() -> None:
    """Weight says it where colour and lightness don't."""
    assert [key for key, tint in TINTS.items() if tint.bold] == ["bad"]
