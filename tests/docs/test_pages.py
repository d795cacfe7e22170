"""The pages hang together: links and pictures are there, every page is in the index, lines fit a screen."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
import typer.main

from sheetcrm.cli import app
from tests.docs.pages import ROOT, links, pages, text


def anchors(page: str) -> set[str]:
    """The headings of a page as a browser names them."""
    found = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    return {_anchor(heading) for heading in found}


def _anchor(heading: str) -> str:
    kept = (c for c in heading.strip().lower() if c in " -_" or unicodedata.category(c)[0] in "LN")
    return "".join(kept).replace(" ", "-")


@pytest.mark.parametrize("page", pages())
def test_links_and_pictures_are_there(page: str) -> None:
    here = (ROOT / page).parent
    for target in links(page):
        if re.match(r"https?://|mailto:", target):
            continue
        path, _, anchor = target.partition("#")
        aim = (here / path).resolve() if path else (ROOT / page).resolve()
        assert aim.exists(), f"{page}: {target}"
        assert aim.is_relative_to(ROOT.resolve())
        if anchor:
            assert anchor in anchors(aim.relative_to(ROOT.resolve()).as_posix()), f"{page}: {target}"


def test_every_page_is_in_the_index() -> None:
    listed = {f"docs/{target}" for target in links("docs/README.md")}
    assert {page for page in pages() if page not in ("README.md", "docs/README.md")} <= listed


def test_every_command_is_in_the_readme() -> None:
    commands: Any = typer.main.get_command(app)
    listed = set(re.findall(r"^\| `sheetcrm ([a-z][a-z-]*)", text("README.md"), re.MULTILINE))
    assert listed == set(commands.commands)


@pytest.mark.parametrize("page", pages())
def test_a_page_has_one_title_and_no_empty_link(page: str) -> None:
    body = re.sub(r"^( *)```.*?^\1```$", "", text(page), flags=re.MULTILINE | re.DOTALL)
    assert len(re.findall(r"^# ", body, re.MULTILINE)) == 1
    assert body.startswith("# ")
    assert "]()" not in body
