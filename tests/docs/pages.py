"""What the pages of README.md and docs/ hold: fenced blocks, command lines, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
COMMANDS = ("sheetcrm", "make", "python")
_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)>\s]+)>?\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: its page (``docs/mail.md``), its language ("" where none is named), and its text."""

    page: str
    language: str
    text: str

    @property
    def lines(self) -> list[str]:
        """The lines that are commands or code, without remarks behind them."""
        found = (line.partition("  #")[0].strip() for line in self.text.splitlines())
        return [line for line in found if line and not line.startswith("#")]


@cache
def pages() -> tuple[str, ...]:
    """README.md and all pages of docs/, relative to the project's top."""
    return ("README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")))


@cache
def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, language: str | None = None) -> list[Block]:
    """The fenced blocks of a page, all or those of one language."""
    found = [Block(page, match[2], match[3]) for match in _FENCE.finditer(text(page))]
    return [block for block in found if language in (None, block.language)]


def command_lines(page: str) -> list[str]:
    """The lines of a page's ``sh`` blocks that call one of ours, in their order."""
    lines = (line for block in blocks(page, "sh") for line in block.lines)
    return [line for line in lines if line.split()[0] in COMMANDS]


def said_in_passing(page: str) -> Iterator[str]:
    """Calls of ``sheetcrm`` inside the text, between backticks."""
    for code in _CODE.findall(_FENCE.sub("", text(page))):
        if code.startswith("sheetcrm "):
            yield code


def links(page: str) -> list[str]:
    """The targets of a page's links and pictures."""
    return _LINK.findall(_FENCE.sub("", text(page)))
