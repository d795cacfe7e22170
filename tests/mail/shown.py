"""An HTML letter as its reader sees it: every text with its colour and ground, in light and in dark."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "img"}
ALLOWED = VOID | {
    "html", "head", "title", "style", "body", "div", "p", "span", "a", "table", "thead", "tbody", "tr", "td", "th",
    "h1", "h2", "h3", "ul", "li", "strong",
}  # fmt: skip
_INSIDE = {
    "td": {"tr"},
    "th": {"tr"},
    "li": {"ul"},
    "thead": {"table"},
    "tbody": {"table"},
    "tr": {"table", "thead", "tbody"},
}
_NOT_IN_P = {"p", "div", "table", "ul", "h1", "h2", "h3", "hr"}


@dataclass
class Element:
    tag: str
    colour: tuple[str, str]
    ground: tuple[str, str]
    hidden: bool


@dataclass
class Shown(HTMLParser):
    """Parses strictly: AssertionError where tags are unknown, unclosed, or stand where they may not."""

    html: str
    texts: list[tuple[str, tuple[str, str], tuple[str, str]]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._dark = dict(re.findall(r"\.([\w-]+)\{([^}]*)\}", self.html.partition("prefers-color-scheme: dark")[2]))
        self._open = [Element("", ("#000000", "#000000"), ("#ffffff", "#ffffff"), hidden=False)]
        self.feed(self.html)
        self.close()
        assert len(self._open) == 1, f"never closed: {self._open[-1].tag}"

    @property
    def text(self) -> str:
        return " ".join(" ".join(text for text, _, _ in self.texts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        assert len(facts) == len(attrs), f"{tag} has an attribute twice"
        assert tag in ALLOWED, tag
        parents = [element.tag for element in self._open]
        assert tag not in _NOT_IN_P or "p" not in parents, f"{tag} in p"
        assert tag not in _INSIDE or parents[-1] in _INSIDE[tag], f"{tag} in {parents[-1]}"
        if "href" in facts:
            self.links.append(facts["href"])
        if tag not in VOID:
            self._open.append(self._element(tag, facts))

    def _element(self, tag: str, facts: dict[str, str]) -> Element:
        parent = self._open[-1]
        style = facts.get("style", "")
        dark = ";".join(self._dark.get(name, "") for name in facts.get("class", "").split())

        def both(name: str, before: tuple[str, str]) -> tuple[str, str]:
            light = _colour(style, name) or before[0]
            # An inline colour that no dark rule changes stays in the dark too.
            return light, _colour(dark, name) or (light if _colour(style, name) else before[1])

        hidden = parent.hidden or "display:none" in style or tag in ("style", "title")
        return Element(tag, both("color", parent.colour), both("background-color", parent.ground), hidden)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        element = self._open[-1]
        if data.strip() and not element.hidden:
            self.texts.append((data.strip(), element.colour, element.ground))


def _colour(style: str, name: str) -> str:
    found = re.search(rf"(?:^|;)\s*{name}:\s*(#[0-9a-f]{{6}})", style)
    return found[1] if found else ""


def contrast(one: str, other: str) -> float:
    """WCAG 2.1 relative luminance contrast."""

    def luminance(colour: str) -> float:
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
