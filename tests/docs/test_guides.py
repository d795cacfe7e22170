"""The guides for people: the words that they quote stand in the workbook or its mails exactly like that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from sheetcrm.po import parse
from sheetcrm.resources import resource

DOCS = Path("docs")
GUIDES = {
    f"{name}{suffix}.md": language
    for name in ("account-owner", "manager")
    for suffix, language in (("", "en"), (".es", "es"), (".ru", "ru"))
}
_BOLD = re.compile(r"\*\*(.+?)\*\*")


@cache
def texts(language: str) -> frozenset[str]:
    catalogue = parse(resource(f"templates/locale/{language}.po").read_text(encoding="utf-8"))
    return frozenset((*catalogue.texts.values(), *(form for forms in catalogue.plurals.values() for form in forms)))


def quoted(name: str) -> Iterator[str]:
    """The bold words below a guide's first heading, but for whole sentences: a step's or a question's."""
    text = " ".join((DOCS / name).read_text(encoding="utf-8").partition("\n## ")[2].split())
    for words in _BOLD.findall(text):
        if not words.endswith(("?", ".")):
            yield words


@pytest.mark.parametrize(("name", "language"), GUIDES.items())
def test_a_guide_quotes_words_that_are_there(name: str, language: str) -> None:
    found = list(quoted(name))
    assert len(found) > 40
    missing = sorted({words for words in found if words not in texts(language)})
    assert not missing


def test_a_guide_has_the_same_parts_in_each_language() -> None:
    def parts(name: str) -> list[str]:
        lines = (DOCS / name).read_text(encoding="utf-8").splitlines()
        return [line.partition(" ")[0] for line in lines if line.startswith(("#", "|"))]

    for guide in ("account-owner", "manager"):
        assert parts(f"{guide}.md") == parts(f"{guide}.es.md") == parts(f"{guide}.ru.md")
