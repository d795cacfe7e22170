"""Every key that the code asks for stands in the catalogues, and every key there is asked for by some code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sheetcrm.po import parse
from sheetcrm.resources import resource

KEYLIKE = re.compile(r"(?:[a-z0-9_]|\\\.|\(\.\+\))+")
"""A pattern that only keys and their parts match, and no sentence."""
ASKS = {"text", "plural", "has", "counts"}
OF_GROUP = {"value", "tab", "header", "note"}
"""Asked for by their parts: ``value("level", "high")`` is the key ``value.level.high``."""
WORDS = {"words", "_words", "words_of"}
HELD_ELSEWHERE = ("tab.", "header.", "note.", "value.")
"""Groups of the dictionary: ``test_words.py`` holds them to the tabs and columns."""


@cache
def texts() -> frozenset[str]:
    return frozenset(parse(source()).texts)


@cache
def plurals() -> frozenset[str]:
    return frozenset(parse(source()).plurals)


def source() -> str:
    return resource("templates/locale/en.po").read_text(encoding="utf-8")


@cache
def nodes() -> tuple[tuple[str, ast.AST], ...]:
    """Every node of the code with its file and line."""
    return tuple(
        (f"{path}:{getattr(node, 'lineno', 0)}", node)
        for path in sorted(Path("sheetcrm").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def pattern(node: ast.expr) -> str:
    """What a key looks like: of what is filled in at run time, any text."""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(pattern, node.values))
    return re.escape(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else "(.+)"


def says_something(pattern: str) -> bool:
    return bool(re.search("[a-z]", pattern.replace("(.+)", "")))


def choices(node: ast.expr) -> Iterator[ast.expr]:
    """What an argument may be: each branch of ``a if b else c``."""
    if isinstance(node, ast.IfExp):
        yield from choices(node.body)
        yield from choices(node.orelse)
    else:
        yield node


def receiver(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return receiver(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def asked() -> Iterator[tuple[str, str, str]]:
    """Where a key is asked for, with which method, and what it looks like."""
    for where, node in nodes():
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        method = node.func.attr
        if receiver(node.func.value) not in WORDS:
            continue
        if method in ASKS:
            for choice in choices(node.args[0]):
                if says_something(pattern(choice)):
                    yield where, method, pattern(choice)
        elif method in OF_GROUP:
            yield where, method, r"\.".join([method, *map(pattern, node.args)])


@cache
def is_there(method: str, key: str) -> bool:
    keys = {"text": texts(), "plural": plurals()}.get(method, texts() | plurals())
    return re.sub(r"\\(.)", r"\1", key) in keys or any(re.fullmatch(key, known) for known in keys)


def test_what_the_code_asks_for_is_there() -> None:
    found = list(asked())
    assert len(found) > 500
    assert [(where, key) for where, method, key in found if not is_there(method, key)] == []


def said() -> frozenset[str]:
    """Every text of the code, whole and between dots, and every name of the settings."""
    constants = {node.value for _, node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    settings = re.findall(r"\w+", resource("config.yaml").read_text(encoding="utf-8"))
    return frozenset({*constants, *settings, *(part for text in constants for part in text.split("."))})


def patterns() -> tuple[re.Pattern[str], ...]:
    """What texts that are put together at run time look like: ``f"card.{key}"``, ``key + ".fix"``."""
    made = {pattern(node) for _, node in nodes() if isinstance(node, ast.JoinedStr)}
    for _, node in nodes():
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            made.add(pattern(node.left) + pattern(node.right))
    return tuple(re.compile(each) for each in made if says_something(each) and KEYLIKE.fullmatch(each))


def test_no_key_is_left_that_nothing_asks_for() -> None:
    known, made = said(), patterns()

    @cache
    def may_be(text: str) -> bool:
        """Whether the code may come to this text: it stands there, or is put together from what does."""
        if text in known:
            return True
        fills = (found.groups() for each in made if (found := each.fullmatch(text)))
        return any(all(fill != text and may_be(fill) for fill in fill_of) for fill_of in fills)

    left = [
        key
        for key in sorted(texts() | plurals())
        if not key.endswith(".alias") and not key.startswith(HELD_ELSEWHERE) and not may_be(key)
    ]
    assert not left
