"""What formulas do with values: numbers from text, comparison, criteria of ``COUNTIF``."""

import re
from typing import Any

from .grid import CellError, Scalar

Matrix = list[list[Scalar]]
VALUE = CellError("#VALUE!")
DIVIDED = CellError("#DIV/0!")
NOT_FOUND = CellError("#N/A")
BROKEN = CellError("#REF!")
UNNAMED = CellError("#NAME?")


class Failed(Exception):
    """An evaluation that ends in an error value."""

    def __init__(self, error: CellError) -> None:
        super().__init__(error)
        self.error = error


def single(value: Any) -> Scalar:
    """The one value of an argument; a range gives its first cell. An error value is raised."""
    if isinstance(value, list):
        value = value[0][0] if value and value[0] else None
    if isinstance(value, CellError):
        raise Failed(value)
    return value  # type: ignore[no-any-return]


def number(value: Any) -> float:
    """A number; blank is 0, text that is no number fails."""
    read = single(value)
    if read is None or read == "":
        return 0
    if isinstance(read, str):
        try:
            return float(read)
        except ValueError:
            raise Failed(VALUE) from None
    return read


def text(value: Any) -> str:
    """A value joined into text."""
    value = single(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def truth(value: Any) -> bool:
    """A condition; text fails."""
    value = single(value)
    if isinstance(value, str):
        if value.upper() in ("TRUE", "FALSE", ""):
            return value.upper() == "TRUE"
        raise Failed(VALUE)
    return bool(value)


def flat(arguments: list[Any]) -> list[Scalar]:
    """All cells of all arguments; an error value among them is raised."""
    out: list[Scalar] = []
    for argument in arguments:
        if isinstance(argument, list):
            out += [cell for row in argument for cell in row]
        else:
            out.append(argument)
    for value in out:
        if isinstance(value, CellError):
            raise Failed(value)
    return out


def numbers(arguments: list[Any]) -> list[float]:
    """The numbers among all cells: in ranges, text and booleans are passed over."""
    return [v for v in flat(arguments) if isinstance(v, int | float) and not isinstance(v, bool)]


def rank(value: Scalar) -> tuple[int, Any]:
    """Order of mixed values: numbers, text, booleans."""
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, str):
        return 1, value.casefold()
    return 0, value or 0


def compare(sign: str, left: Scalar, right: Scalar) -> bool:
    """``left sign right``; a blank equals 0 and empty text."""
    if left is None:
        left = "" if isinstance(right, str) else 0
    if right is None:
        right = "" if isinstance(left, str) else 0
    a, b = rank(left), rank(right)
    return {"=": a == b, "<>": a != b, "<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[sign]


def meets(value: Scalar, criterion: Scalar) -> bool:
    """Whether a cell meets a criterion such as ``">5"``, ``"a*"`` or 3."""
    if not isinstance(criterion, str):
        return value is not None and compare("=", value, criterion)
    match = re.fullmatch(r"(<=|>=|<>|<|>|=)?(.*)", criterion, re.DOTALL)
    sign, wanted = (match[1] or "=", match[2]) if match else ("=", criterion)
    try:
        target: Scalar = float(wanted)
    except ValueError:
        target = wanted
    if isinstance(target, str):
        if sign in ("=", "<>"):
            pattern = re.escape(target).replace(r"\*", ".*").replace(r"\?", ".")
            same = re.fullmatch(pattern, "" if value is None else str(value), re.IGNORECASE | re.DOTALL) is not None
            return same == (sign == "=")
        return isinstance(value, str) and compare(sign, value, target)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return sign == "<>"
    return compare(sign, value, target)
