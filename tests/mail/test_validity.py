"""The HTML and CSS of every letter and page, by parsers of the standards, and what screen readers need of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.entities import html5
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
import tinycss2
from justhtml import JustHTML, StrictModeError

from sheetcrm.mail.render import _environment
from tests.mail.every import LETTERS, NAMES, letters, pages
from tests.mail.shown import VOID, contrast

OBSOLETE = {"font", "center", "nobr", "marquee", "big", "strike", "tt"}


@cache
def parsed(name: str) -> JustHTML:
    # Unsanitised: what is judged is what is sent.
    return JustHTML(pages()[name], strict=True, sanitize=False)


def elements(name: str, *tags: str) -> list[Any]:
    return list(parsed(name).query(",".join(tags or "*")))


def styles(css: str) -> list[Any]:
    return list(declarations(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)))


def declarations(css: list[Any]) -> Iterator[Any]:
    """All declarations of a style sheet, also within its media rules. AssertionError for what is no CSS."""
    for rule in css:
        assert rule.type != "error", rule.message
        if rule.type in ("at-rule", "qualified-rule") and rule.content is not None:
            inside = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
            yield from declarations(inside)
        elif rule.type == "declaration":
            yield rule


class Source(HTMLParser):
    """The start tags in the order of the source. AssertionError for what the standard forgives and we do not: tags left
    open, an attribute twice, a character reference that there is none of."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.tags: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), tag
        self.tags.append(tag)
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_entityref(self, name: str) -> None:
        assert f"{name};" in html5, name


def judged(html: str) -> JustHTML:
    """The page, parsed; StrictModeError for an error, AssertionError where the parser had to move an element."""
    found = JustHTML(html, strict=True, sanitize=False)
    read = [element.name for element in found.query("*")]
    # Rows without a body are a table's own way; the parser adds one.
    assert [tag for tag in read if tag != "tbody"] == [tag for tag in Source(html).tags if tag != "tbody"]
    return found


@pytest.mark.parametrize(
    "body",
    ["<p><div>in a paragraph</div></p>", "<a>never <b>closed</a>", "<table><div>between rows</div></table>",
     '<i id="x" id="y">twice</i>', "<p>&unknown;</p>", "<b></i></b>", "<h1>one</h2>"],
)  # fmt: skip
def test_the_judge_notices_what_is_wrong(body: str) -> None:
    page = '<!DOCTYPE html><html lang="en"><head><title>x</title></head><body>{}</body></html>'
    judged(page.format('<p id="x">fine &amp; sound<br></p><table><tr><td>1</td></tr></table>'))
    with pytest.raises((StrictModeError, AssertionError)):
        judged(page.format(body))


@pytest.mark.parametrize("css", ["a{color:red;}}", "a{color}", "a{co lor:red}", "@media x{a{b}}", "a;"])
def test_the_judge_notices_styles_that_are_none(css: str) -> None:
    assert len(styles("@media print{a{color:red}} b{margin:0}")) == 2
    with pytest.raises(AssertionError):
        styles(css)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_html_by_the_standard(name: str) -> None:
    judged(pages()[name])
    assert pages()[name].startswith("<!DOCTYPE html>")
    assert {element.name for element in elements(name)}.isdisjoint(OBSOLETE)
    ids = [element.attrs["id"] for element in elements(name) if "id" in element.attrs]
    assert len(ids) == len(set(ids))
    told = {element.attrs["aria-labelledby"] for element in elements(name) if "aria-labelledby" in element.attrs}
    assert told <= set(ids)


@pytest.mark.parametrize("name", NAMES)
def test_its_styles_are_css(name: str) -> None:
    for sheet in elements(name, "style"):
        assert styles(sheet.to_text())
    for element in elements(name):
        style = element.attrs.get("style")
        if style is not None:
            found = tinycss2.parse_blocks_contents(style, skip_whitespace=True)
            assert {rule.type for rule in found} == {"declaration"}, style
            names = [rule.lower_name for rule in found]
            assert len(names) == len(set(names)), style


@pytest.mark.parametrize("name", NAMES)
def test_a_screen_reader_finds_its_way(name: str) -> None:
    (root,) = elements(name, "html")
    assert root.attrs["lang"] == name[-2:]
    (title,) = elements(name, "title")
    assert title.to_text().strip()
    levels = [int(element.name[1]) for element in elements(name, "h1", "h2", "h3", "h4", "h5", "h6")]
    # A letter to a customer is a person's: no headings.
    assert levels[:1] == ([] if name.startswith("customer") else [1])
    assert levels.count(1) <= 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(element.to_text().strip() for element in elements(name, "h1", "h2", "h3", "a", "th", "li", "dt"))
    assert all("alt" in element.attrs for element in elements(name, "img"))


@pytest.mark.parametrize("name", NAMES)
def test_tables_are_data_with_headers_or_say_that_they_are_none(name: str) -> None:
    for table in elements(name, "table"):
        if table.attrs.get("role") == "presentation":
            inside = [element for element in table.query("th,caption,thead") if nearest(element) is table]
            assert inside == []
        else:
            heads = [element for element in table.query("th") if nearest(element) is table]
            assert heads
            assert all(head.attrs.get("scope") in ("col", "row") for head in heads)


def nearest(element: Any) -> Any:
    """The table that an element is a part of."""
    while element.name != "table":
        element = element.parent
    return element


@pytest.mark.parametrize("name", NAMES)
def test_a_bar_is_silent_and_its_number_stands_in_words_beside_it(name: str) -> None:
    bars = [table for table in elements(name, "table") if table.attrs.get("aria-hidden") == "true"]
    assert all(not bar.to_text().strip("\xa0 ") for bar in bars)
    for bar in bars:
        told = bar.parent
        # The bar of a row of figures stands in a cell of its own beside the words.
        while told.name in ("td", "tbody", "tr"):
            told = told.parent
        assert re.search(r"\d|данных|datos|no data", told.to_text()), name
    if name.startswith(("weekly", "full", "digest")):
        assert bars


@pytest.mark.parametrize("name", LETTERS)
def test_the_text_says_all_that_the_html_says(name: str) -> None:
    """A figure or an id of the HTML that the text lacks would be lost to who reads texts only."""
    kind, _, language = name.rpartition("-")
    _, text, html = letters()[kind, language]
    (body,) = JustHTML(html, sanitize=False).query("body")
    seen = set(re.findall(r"\w*\d[\w/.,-]*\w", body.to_text().replace("\xa0", " ")))
    plain = text.replace("\xa0", " ")
    assert len(seen) >= 2
    assert sorted(figure for figure in seen if figure not in plain) == []


def test_every_colour_of_text_can_be_read_on_every_ground_it_may_stand_on() -> None:
    style: Any = _environment().get_template("style.j2").module
    for mode in (0, 1):
        grounds = {"page": style.page[mode], "card": style.card[mode]}
        pairs = [(text[mode], ground) for text in (style.ink, style.soft, style.link) for ground in grounds.values()]
        for tone in style.tones.values():
            own = tone["ground"][mode]
            pairs += [(tone["ink"][mode], own), (tone["ink"][mode], grounds["card"]), (style.link[mode], own)]
        assert [(text, ground) for text, ground in pairs if contrast(text, ground) < 4.5] == []
        # Bars and edges are no text: 3 to 1.
        bars = [tone["bar"][mode] for tone in style.tones.values()]
        assert [bar for bar in bars if contrast(bar, grounds["card"]) < 3] == []
