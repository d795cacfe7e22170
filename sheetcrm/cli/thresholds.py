"""Which settings a rule reads, told from its code, and what the packaged defaults say of each."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from sheetcrm.resources import resource

LONGEST = 70
"""Characters of a default that stand in a line; a longer one is left to the page of settings."""


def read_by(function: Callable[..., Any]) -> tuple[str, ...]:
    """The settings that a rule reads, as ``contracts.notice_days``: itself, and the functions that it hands them to.

    A rule that hands a whole section on reads what those functions take from it; where that can't be told, the section.
    """
    found = sorted(set(_read(function, (("cfg", ""),))))
    return tuple(path for path in found if path and not any(other.startswith(f"{path}.") for other in found))


@cache
def _read(function: Callable[..., Any], given: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    known = dict(given)
    found: list[str] = []
    for node in _nodes(function):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            path = _path(node.value, known)
            if path is not None:
                known[node.targets[0].id] = path
        if isinstance(node, ast.Attribute):
            path = _path(node, known)
            if path is not None:
                found.append(path)
        elif isinstance(node, ast.Call):
            found += _handed_on(node, known, function)
    return tuple(path for path in found if _node(path) is not None)


def _nodes(function: Callable[..., Any]) -> Iterator[ast.AST]:
    """The nodes of its body in the order of the text, so that a name is known before it is used."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    nodes = (node for node in ast.walk(tree) if hasattr(node, "lineno"))
    return iter(sorted(nodes, key=lambda node: (node.lineno, not isinstance(node, ast.Assign))))


def _path(node: ast.AST, known: Mapping[str, str]) -> str | None:
    """``cfg.contracts.notice_days`` as a dotted path; None for anything else."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute):
        above = _path(node.value, known)
        return None if above is None else f"{above}.{node.attr}".lstrip(".")
    return None


def _handed_on(call: ast.Call, known: Mapping[str, str], caller: Callable[..., Any]) -> tuple[str, ...]:
    target = inspect.unwrap(caller).__globals__.get(call.func.id) if isinstance(call.func, ast.Name) else None
    if not inspect.isfunction(target) or not target.__module__.startswith("sheetcrm.rules"):
        return ()
    parameters = tuple(inspect.signature(target).parameters)
    named = [*zip(parameters, call.args, strict=False), *((word.arg, word.value) for word in call.keywords if word.arg)]
    given = {name: path for name, value in named if (path := _path(value, known)) is not None}
    return _read(target, tuple(sorted(given.items()))) if given else ()


def value_of(path: str) -> str:
    """What the packaged defaults say for a setting, as it stands there: ``30``, ``{key: 30, standard: 90}``."""
    node = _node(path)
    if node is None:
        raise KeyError(path)
    text = " ".join(_source()[node.start_mark.index : node.end_mark.index].split())
    return text if len(text) <= LONGEST and "#" not in text else "(see there)"


def commented(path: str) -> str:
    """The remark behind a setting in the packaged defaults: its unit and source. Blank where there is none."""
    node = _node(path)
    if node is None:
        raise KeyError(path)
    line: str = _source().splitlines()[node.start_mark.line]
    return line.partition(" # ")[2].strip()


def _node(path: str) -> Any:
    node = _tree()
    for part in path.split("."):
        pairs = node.value if node.id == "mapping" else []
        node = next((value for key, value in pairs if key.value == part), None)
        if node is None:
            return None
    return node


@cache
def _tree() -> Any:
    from ruamel.yaml import YAML

    return YAML(typ="rt", pure=True).compose(_source())


@cache
def _source() -> str:
    return resource("config.yaml").read_text(encoding="utf-8")
