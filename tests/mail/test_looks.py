"""Letters and pages as Chromium shows them: every text can be read, in light, in dark and on a phone."""

from __future__ import annotations

from functools import cache

import pytest

from tests.mail.browser import BROWSER, Look, look
from tests.mail.every import pages
from tests.mail.shown import contrast

pytestmark = pytest.mark.proof

READABLE = 4.5
"""WCAG 2.2 AA, for text of any size."""
SMALLEST = 13
"""Pixels of the smallest print."""
APPLE = "supported-color-schemes"

with_browser = pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed: nothing was looked at")


@cache
def seen(dark: bool, width: int) -> dict[str, Look]:
    return look(pages(), dark=dark, width=width)


def hexed(colour: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


@with_browser
@pytest.mark.parametrize(("dark", "width"), [(False, 720), (True, 360)], ids=["light", "dark and narrow"])
def test_every_text_can_be_read_on_its_ground(dark: bool, width: int) -> None:
    found = seen(dark, width)
    assert found.keys() == pages().keys()
    faint = [
        (name, text, hexed(colour), hexed(ground))
        for name, page in found.items()
        for colour, ground, text, _ in page.texts
        if contrast(hexed(colour), hexed(ground)) < READABLE
    ]
    assert faint == []
    assert [name for name, page in found.items() for *_, size in page.texts if size < SMALLEST] == []
    # In the dark the text is light, so the pages were really shown in the dark.
    lighter = [sum(page.texts[0][0]) > sum(page.texts[0][1]) for page in found.values()]
    assert set(lighter) == {dark}


@with_browser
@pytest.mark.parametrize(("dark", "width"), [(False, 720), (True, 360)], ids=["wide", "narrow"])
def test_no_page_is_wider_than_its_screen(dark: bool, width: int) -> None:
    assert {name: page.wide for name, page in seen(dark, width).items() if page.wide > 0} == {}


@with_browser
def test_every_inline_style_is_one_that_there_is() -> None:
    assert {rule for page in seen(False, 720).values() for rule in page.odd} == set()


@with_browser
def test_the_browser_sees_what_is_faint_and_wide_and_odd() -> None:
    page = (
        '<html lang="en"><body style="margin:0;colour:red"><div style="background:#000;opacity:1">'
        '<p style="color:rgba(255,255,255,.2)">faint</p></div><p style="width:900px">wide</p>'
        '<p style="display:none">not seen</p></body></html>'
    )
    (found,) = look({"page": page}).values()
    assert {text: (colour, ground) for colour, ground, text, _ in found.texts} == {
        "faint": ([51, 51, 51], [0, 0, 0]),
        "wide": ([0, 0, 0], [255, 255, 255]),
    }
    assert found.wide == 900 - 720
    assert found.odd == ["colour:red"]
