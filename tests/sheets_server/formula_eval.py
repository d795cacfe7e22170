"""Evaluates the formulas of a spreadsheet: lazily, each once, circles refused."""

import math
from collections.abc import Callable
from typing import Any, Protocol

from . import formula_values as v
from .formats import to_serial
from .formula_functions import FUNCTIONS
from .formula_parse import FormulaError, Node, parse
from .formula_values import Failed
from .grid import CellError, Scalar
from .ranges import Area, parse_cells, split_title

ERROR = CellError("#ERROR!")


class Source(Protocol):
    """What an evaluation reads from the spreadsheet."""

    def find_area(self, text: str, sheet_id: int) -> Area | None:
        """The bounded area of a reference or named range written on a tab."""

    def cell(self, sheet_id: int, r: int, c: int) -> tuple[Scalar, str | None]:
        """A cell's stored value and its formula."""


class Evaluation:
    """One pass over a spreadsheet. ``now`` is the local day and time, for ``TODAY`` and ``NOW``."""

    def __init__(self, source: Source, now: Any) -> None:
        self.source = source
        self.now = now
        self.done: dict[tuple[int, int, int], Scalar] = {}
        self.open: set[tuple[int, int, int]] = set()

    def value(self, sheet_id: int, r: int, c: int) -> Scalar:
        """The value that a cell shows."""
        key = (sheet_id, r, c)
        if key in self.done:
            return self.done[key]
        stored, formula = self.source.cell(sheet_id, r, c)
        if formula is None:
            return stored
        if key in self.open:
            return v.BROKEN
        self.open.add(key)
        try:
            self.done[key] = self._cell(formula, sheet_id, r, c)
        finally:
            self.open.discard(key)
        return self.done[key]

    def _cell(self, formula: str, sheet_id: int, r: int, c: int) -> Scalar:
        try:
            value = v.single(self._node(parse(formula), (sheet_id, r, c)))
        except Failed as failure:
            return failure.error
        except FormulaError:
            return ERROR
        except (IndexError, TypeError):
            return v.NOT_FOUND
        except RecursionError:
            return v.BROKEN
        if isinstance(value, float):
            if not math.isfinite(value):
                return CellError("#NUM!")
            if value == int(value) and abs(value) < 1e15:
                return int(value)
        return 0 if value is None else value

    def _node(self, node: Node, at: tuple[int, int, int]) -> Any:
        kind = node[0]
        if kind in ("number", "string"):
            return node[1]
        if kind == "blank":
            return None
        if kind == "error":
            raise Failed(CellError(node[1]))
        if kind == "array":
            return [[v.single(self._node(cell, at)) for cell in row] for row in node[1]]
        if kind in ("ref", "name"):
            return self._reference(node[1], at)
        if kind == "op":
            return self._operation(node[1], self._node(node[2], at), self._node(node[3], at))
        return self._call(node[1], node[2], at)

    def _reference(self, text: str, at: tuple[int, int, int]) -> Any:
        if text.upper() in ("TRUE", "FALSE"):
            return text.upper() == "TRUE"
        area = self.source.find_area(text, at[0])
        if area is None:
            title, cells = split_title(text)
            raise Failed(v.BROKEN if title is not None or parse_cells(cells or "", 0) else v.UNNAMED)
        top, bottom, left, right = area.corners()
        if bottom - top == 1 and right - left == 1:
            return self.value(area.sheet_id, top, left)
        return [[self.value(area.sheet_id, r, c) for c in range(left, right)] for r in range(top, bottom)]

    @staticmethod
    def _operation(sign: str, left: Any, right: Any) -> Scalar:
        if sign == "&":
            return v.text(left) + v.text(right)
        if sign in ("=", "<>", "<", ">", "<=", ">="):
            return v.compare(sign, v.single(left), v.single(right))
        a, b = v.number(left), v.number(right)
        if sign == "+":
            return a + b
        if sign == "-":
            return a - b
        if sign == "*":
            return a * b
        if sign == "/":
            if b == 0:
                raise Failed(v.DIVIDED)
            return a / b
        try:
            return float(a**b)
        except (OverflowError, ZeroDivisionError):
            raise Failed(CellError("#NUM!")) from None

    def _call(self, name: str, arguments: tuple[Node, ...], at: tuple[int, int, int]) -> Any:
        lazy = _LAZY.get(name)
        if lazy is not None:
            return lazy(self, arguments, at)
        function = FUNCTIONS.get(name)
        if function is None:
            raise Failed(v.UNNAMED)
        return function([self._argument(a, at) for a in arguments])

    def _argument(self, node: Node, at: tuple[int, int, int]) -> Any:
        """An argument; a single cell stays a range, so that its text is passed over like a range's."""
        value = self._node(node, at)
        return [[value]] if node[0] == "ref" and not isinstance(value, list) else value


def _if(e: Evaluation, arguments: tuple[Node, ...], at: tuple[int, int, int]) -> Any:
    if v.truth(e._node(arguments[0], at)):
        return e._node(arguments[1], at)
    return e._node(arguments[2], at) if len(arguments) > 2 else False


def _iferror(e: Evaluation, arguments: tuple[Node, ...], at: tuple[int, int, int]) -> Any:
    try:
        return v.single(e._node(arguments[0], at))
    except Failed:
        return e._node(arguments[1], at) if len(arguments) > 1 else ""


def _iserror(e: Evaluation, arguments: tuple[Node, ...], at: tuple[int, int, int]) -> bool:
    try:
        v.single(e._node(arguments[0], at))
    except Failed:
        return True
    return False


def _position(field: int) -> Callable[[Evaluation, tuple[Node, ...], tuple[int, int, int]], Any]:
    def position(e: Evaluation, arguments: tuple[Node, ...], at: tuple[int, int, int]) -> Any:
        if not arguments:
            return at[field] + 1
        area = e.source.find_area(arguments[0][1], at[0])
        if area is None:
            raise Failed(v.BROKEN)
        return area.corners()[0 if field == 1 else 2] + 1

    return position


_LAZY: dict[str, Callable[[Evaluation, tuple[Node, ...], tuple[int, int, int]], Any]] = {
    "IF": _if,
    "IFERROR": _iferror,
    "ISERROR": _iserror,
    "ROW": _position(1),
    "COLUMN": _position(2),
    "TODAY": lambda e, _a, _at: int(to_serial(e.now)),
    "NOW": lambda e, _a, _at: to_serial(e.now),
}
