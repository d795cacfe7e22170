"""docs/architecture.md is true: what it names is there, all that is there is named, and imports make no circle."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.docs.pages import ROOT, text

PAGE = "docs/architecture.md"
SMALL = {
    "__init__.py",
    "__main__.py",
    "address.py",
    "figures.py",
    "garbage.py",
    "logs.py",
    "render.py",
    "resources.py",
    "text.py",
}
"""Files of a few lines that say by themselves what they are."""
ITS_OWN_COMMAND = ("sheetcrm.sync.excel.patch", "sheetcrm.sync.excel.command")
"""``python -m sheetcrm.sync.excel.patch`` hands over to the command that patches with it."""

DOWN = (
    "cli",
    "service",
    "run",
    "sync",
    "ledger",
    "mail",
    "plan",
    "alerts",
    "views",
    "rules",
    "reading",
    "cells",
    "config",
    "schema",
)
"""The rooms of the picture, from above. Those of one storey: ``SAME``."""
SAME = {frozenset(pair) for pair in (("sync", "ledger"), ("sync", "mail"), ("ledger", "mail"))}


@cache
def imports() -> dict[str, set[str]]:
    """Module → the modules of the product that it imports, wherever in it."""
    files = {_name(path): path for path in (ROOT / "sheetcrm").rglob("*.py")}
    return {module: set(_imported(path, set(files))) - {module} for module, path in files.items()}


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(path: Path, known: set[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole in known or node.module in known:
                    yield whole if whole in known else node.module


def test_no_circle_of_imports() -> None:
    graph = {
        module: found - {ITS_OWN_COMMAND[1]} if module == ITS_OWN_COMMAND[0] else found
        for module, found in imports().items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" → ".join(error.args[1])) from None


def test_imports_go_down_the_picture() -> None:
    up = []
    for module, found in imports().items():
        for other in found:
            above, below = _room(other), _room(module)
            if above == below or not {above, below} <= set(DOWN) or frozenset((above, below)) in SAME:
                continue
            if DOWN.index(above) < DOWN.index(below):
                up.append(f"{module} imports {other}")
    assert up == []


def _room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def test_what_the_page_names_is_there() -> None:
    named = re.findall(r"`([\w/.*]+(?:/|\.py|\.yaml|\.md|\.po))`", text(PAGE))
    assert len(named) > 30
    places = [
        ROOT,
        ROOT / "sheetcrm",
        ROOT / "templates",
        ROOT / "sheetcrm/alerts",
        ROOT / "sheetcrm/rules",
        ROOT / "sheetcrm/views",
        ROOT / "sheetcrm/mail",
        ROOT / "sheetcrm/sync",
    ]
    missing = [name for name in named if not any(list(place.glob(name.rstrip("/"))) for place in places)]
    assert missing == []


def test_every_room_is_named() -> None:
    page = text(PAGE)
    rooms = [
        path
        for path in (ROOT / "sheetcrm").iterdir()
        if (path.suffix == ".py" and path.name not in SMALL) or (path / "__init__.py").is_file()
    ]
    unnamed = [path.name for path in rooms if f"{path.name}`" not in page and f"/{path.name}/`" not in page]
    assert unnamed == []
