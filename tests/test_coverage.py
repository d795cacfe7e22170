"""docs/coverage.md: everything that the five sources ask for has its place in the product and a test that shows it.

A row is ``| number | what is asked | places | tests |``. A place is code in backticks: ``contracts.end_date``,
``contracts.status=expiring``, or a kind and a name: ``card month``, ``playbook supply 2``. A test is its path and name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest
import typer.main

from sheetcrm.cli import app
from sheetcrm.config import defaults
from sheetcrm.languages import LANGUAGES
from sheetcrm.playbooks import playbook
from sheetcrm.resources import resource
from sheetcrm.schema import TABS
from sheetcrm.views.layout import LAYOUT
from sheetcrm.words import words_of

ROOT = Path(__file__).parent.parent
CFG = defaults()
ITEMS = {"000": 56, "001": 27, "002": 81, "003": 15, "004": 25}
_ROW = re.compile(r"\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|")
_CODE = re.compile(r"`([^`]+)`")


@cache
def rows() -> Mapping[tuple[str, int], tuple[list[str], list[str]]]:
    """(source, number) → its places and its tests, in the order of the page."""
    found: dict[tuple[str, int], tuple[list[str], list[str]]] = {}
    source = ""
    for line in (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            source = line[3:6]
        elif row := _ROW.fullmatch(line):
            key = source, int(row[1])
            assert key not in found, f"{key} stands twice"
            found[key] = _CODE.findall(row[3]), _CODE.findall(row[4])
    return found


def column(place: str) -> bool:
    """``tab.column``, or ``tab.column=value`` for one word of its list."""
    name, _, value = place.partition("=")
    tab, _, key = name.partition(".")
    known = TABS[tab].column(key)
    return not value or value in known.values


def playbook_step(place: str) -> bool:
    """A section and the number of its step, there in every language."""
    section, number = place.split()
    return all(0 < int(number) <= len(playbook(language)[section]) for language in LANGUAGES)


def setting(place: str) -> bool:
    """A dotted key of the settings."""
    found: object = CFG.model_dump()
    for key in place.split("."):
        assert isinstance(found, Mapping)
        found = found[key]
    return True


def in_every_language(key: str) -> bool:
    return all(words_of(language).has(key) for language in LANGUAGES)


PLACES: Mapping[str, Callable[[str], bool]] = {
    "playbook": playbook_step,
    "stage": lambda name: name in CFG.alerts.stages,
    "setting": setting,
    "card": lambda name: bool(LAYOUT.card(name)),
    "chart": lambda name: bool(LAYOUT.chart(name)),
    "table": lambda name: bool(LAYOUT.table(name)),
    "tab": lambda name: name in TABS,
    "segment": lambda name: name in TABS["segments"].column("segment").values,
    "command": lambda name: name in typer.main.get_command(app).commands,  # type: ignore[attr-defined]
    "mail": lambda name: resource(f"templates/mail/{name}").is_dir(),
    "brief": lambda name: in_every_language(f"brief.{name}"),
    "agenda": lambda name: in_every_language(f"agenda.{name}"),
    "problem": lambda code: in_every_language(f"problem.{code}"),
    "matter": lambda name: name in CFG.alerts.matters,
    "task": lambda name: in_every_language(f"task.{name}.title"),
}


def exists(place: str) -> bool:
    kind, _, name = place.partition(" ")
    try:
        return PLACES[kind](name) if name else column(place)
    except (KeyError, ValueError, IndexError, AssertionError):
        return False


@cache
def functions_in(path: str) -> frozenset[str]:
    """The test functions of a file, without importing it."""
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def is_test(cited: str) -> bool:
    path, _, name = cited.partition("::")
    return (ROOT / "tests" / path).is_file() and name.startswith("test_") and name in functions_in(path)


def test_every_item_of_every_source_is_there() -> None:
    wanted = [(source, number) for source, count in ITEMS.items() for number in range(1, count + 1)]
    assert sum(ITEMS.values()) == 204
    assert list(rows()) == wanted


def test_every_item_has_a_place_that_exists() -> None:
    lost = [(key, place) for key, (places, _) in rows().items() for place in places if not exists(place)]
    assert lost == []
    assert [key for key, (places, _) in rows().items() if not places] == []


def test_every_item_has_a_test_that_exists() -> None:
    lost = [(key, cited) for key, (_, tests) in rows().items() for cited in tests if not is_test(cited)]
    assert lost == []
    assert [key for key, (_, tests) in rows().items() if not tests] == []


@pytest.mark.parametrize(
    "place",
    ["contracts.end", "nothing.end_date", "contracts.status=late", "playbook supply 0", "playbook supply 99",
     "playbook suply 1", "card moth", "stage urgently", "command rum", "tab leads", "setting signals.day", "cart month",
     "segment all", "mail post", "contracts", ""],
)  # fmt: skip
def test_a_place_that_is_no_more_is_noticed(place: str) -> None:
    assert not exists(place)


@pytest.mark.parametrize("cited", ["test_coverage.py::test_gone", "gone.py::test_x", "test_coverage.py::exists", "x"])
def test_a_test_that_is_no_more_is_noticed(cited: str) -> None:
    assert not is_test(cited)
