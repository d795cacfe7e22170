"""Field masks: ``sheets(properties.title,data/rowData)`` for reading, ``gridProperties/rowCount`` for writing."""

from typing import Any

from .errors import invalid

Tree = dict[str, Any]
"""Field name → its subtree; an empty subtree takes the field whole. ``*`` takes every field."""


def parse(mask: str) -> Tree:
    """A mask's tree. Raises a 400 for a mask that isn't one."""
    tree: Tree = {}
    position = _parse_list(mask.replace("/", "."), 0, tree)
    if position != len(mask) or not tree:
        raise invalid(f"Invalid field mask: {mask}")
    return tree


def _parse_list(mask: str, position: int, tree: Tree) -> int:
    """Reads ``a.b,c(d)`` up to a closing bracket or the end; returns where it stopped."""
    while position < len(mask) and mask[position] != ")":
        path: list[str] = []
        start = position
        while position < len(mask) and mask[position] not in ",()":
            position += 1
        path = [part for part in mask[start:position].strip().split(".") if part]
        if not path:
            raise invalid(f"Invalid field mask: {mask}")
        node = tree
        for part in path:
            node = node.setdefault(part, {})
        if position < len(mask) and mask[position] == "(":
            position = _parse_list(mask, position + 1, node)
            if position >= len(mask):
                raise invalid(f"Invalid field mask: {mask}")
            position += 1
        if position < len(mask) and mask[position] == ",":
            position += 1
    return position


def select(tree: Tree, value: Any) -> Any:
    """``value`` with only the fields that ``tree`` names. Objects stay, even when nothing of them is left."""
    if not tree or ("*" in tree and not tree["*"]):
        return value
    if isinstance(value, list):
        return [select(tree, item) for item in value]
    if not isinstance(value, dict):
        return value
    every = tree.get("*")
    out = {}
    for name, part in value.items():
        subtree = tree.get(name, every)
        if subtree is not None:
            out[name] = select(subtree, part)
    return out


def asks_for(tree: Tree, *path: str) -> bool:
    """Whether a read through ``tree`` returns something at ``path``."""
    node = tree
    for name in path:
        if not node or "*" in node:
            return True
        if name not in node:
            return False
        node = node[name]
    return True


def twins(tree: Tree) -> Tree:
    """``tree`` for writing: each colour also names its twin (``backgroundColor`` ↔ ``backgroundColorStyle``)."""
    out: Tree = {}
    for name, subtree in tree.items():
        out[name] = twins(subtree)
        if name.endswith("ColorStyle") or name == "colorStyle":
            out[name.removesuffix("Style")] = {}
        elif name.endswith("Color") or name == "color":
            out[name + "Style"] = {}
    return out


def write(target: Any, source: Any, tree: Tree) -> Any:
    """``target`` with the fields of ``tree`` taken from ``source``; a field the source lacks is cleared.

    Neither argument is changed.
    """
    if not tree or "*" in tree:
        return source
    out = dict(target or {})
    source = source or {}
    for name, subtree in tree.items():
        whole = not subtree or "*" in subtree
        part = source.get(name) if whole else write(out.get(name), source.get(name), subtree)
        if part is None or (part == {} and name.endswith("Style")):
            out.pop(name, None)
        else:
            out[name] = part
    return out
