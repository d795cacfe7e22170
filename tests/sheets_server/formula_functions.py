"""The functions that formulas of people and of the templates use. Dates are serial numbers."""

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

from .formats import by_pattern, to_moment, to_serial
from .formula_values import (
    DIVIDED,
    NOT_FOUND,
    VALUE,
    Failed,
    compare,
    flat,
    meets,
    number,
    numbers,
    single,
    text,
    truth,
)
from .grid import Scalar
from .locale import known

Function = Callable[[list[Any]], Any]


def _average(a: list[Any]) -> float:
    found = numbers(a)
    if not found:
        raise Failed(DIVIDED)
    return sum(found) / len(found)


def _countifs(a: list[Any]) -> int:
    return len(_selected(a))


def _selected(pairs: list[Any]) -> list[int]:
    """Positions whose cells meet every (range, criterion) pair."""
    ranges = [flat([r]) for r in pairs[::2]]
    criteria = [single(c) for c in pairs[1::2]]
    return [
        i for i in range(len(ranges[0])) if all(meets(cells[i], c) for cells, c in zip(ranges, criteria, strict=True))
    ]


def _sumif(a: list[Any]) -> float:
    summed = flat([a[2] if len(a) > 2 else a[0]])
    return sum(number(summed[i]) for i in _selected(a[:2]) if not isinstance(summed[i], str))


def _sumifs(a: list[Any]) -> float:
    summed = flat([a[0]])
    return sum(number(summed[i]) for i in _selected(a[1:]) if not isinstance(summed[i], str))


def _round(a: list[Any]) -> float:
    places = 10 ** int(number(a[1]) if len(a) > 1 else 0)
    value = number(a[0])
    return math.copysign(math.floor(abs(value) * places + 0.5) / places, value)


def _match(a: list[Any]) -> int:
    wanted, cells = single(a[0]), flat([a[1]])
    kind = int(number(a[2])) if len(a) > 2 else 1
    if kind == 0:
        for i, cell in enumerate(cells):
            if compare("=", cell, wanted):
                return i + 1
        raise Failed(NOT_FOUND)
    found = [i for i, cell in enumerate(cells) if compare("<=" if kind > 0 else ">=", cell, wanted)]
    if not found:
        raise Failed(NOT_FOUND)
    return found[-1] + 1


def _vlookup(a: list[Any]) -> Scalar:
    table = a[1]
    column = int(number(a[2])) - 1
    near = truth(a[3]) if len(a) > 3 else True
    row = _match([a[0], [[cells[0]] for cells in table], 1 if near else 0]) - 1
    if not 0 <= column < len(table[row]):
        raise Failed(VALUE)
    return table[row][column]  # type: ignore[no-any-return]


def _index(a: list[Any]) -> Scalar:
    table = a[0] if isinstance(a[0], list) else [[a[0]]]
    row, column = int(number(a[1])), int(number(a[2])) if len(a) > 2 else 0
    if len(table) == 1 and len(a) == 2:
        row, column = 1, row
    try:
        return table[max(row, 1) - 1][max(column, 1) - 1]  # type: ignore[no-any-return]
    except IndexError:
        raise Failed(VALUE) from None


def _date(a: list[Any]) -> float:
    year, month, day = (int(number(x)) for x in a)
    extra, month = divmod(month - 1, 12)
    return to_serial(datetime(year + extra, month + 1, 1)) + day - 1


def _link(a: list[Any]) -> Scalar:
    return single(a[1]) if len(a) > 1 else single(a[0])


def _sqrt(a: list[Any]) -> float:
    value = number(a[0])
    if value < 0:
        raise Failed(VALUE)
    return math.sqrt(value)


def _mod(a: list[Any]) -> float:
    if number(a[1]) == 0:
        raise Failed(DIVIDED)
    return number(a[0]) % number(a[1])


FUNCTIONS: dict[str, Function] = {
    "SUM": lambda a: sum(numbers(a)),
    "AVERAGE": _average,
    "MIN": lambda a: min(numbers(a), default=0),
    "MAX": lambda a: max(numbers(a), default=0),
    "COUNT": lambda a: len(numbers(a)),
    "COUNTA": lambda a: sum(v is not None and v != "" for v in flat(a)),
    "COUNTBLANK": lambda a: sum(v is None or v == "" for v in flat(a)),
    "COUNTIF": _countifs,
    "COUNTIFS": _countifs,
    "SUMIF": _sumif,
    "SUMIFS": _sumifs,
    "ROUND": _round,
    "INT": lambda a: math.floor(number(a[0])),
    "ABS": lambda a: abs(number(a[0])),
    "SQRT": _sqrt,
    "MOD": _mod,
    "POWER": lambda a: number(a[0]) ** number(a[1]),
    "AND": lambda a: all(truth(v) for v in flat(a) if v is not None),
    "OR": lambda a: any(truth(v) for v in flat(a) if v is not None),
    "NOT": lambda a: not truth(a[0]),
    "TRUE": lambda _: True,
    "FALSE": lambda _: False,
    "CONCATENATE": lambda a: "".join(text(v) for v in flat(a)),
    "CONCAT": lambda a: text(a[0]) + text(a[1]),
    "JOIN": lambda a: text(a[0]).join(text(v) for v in flat(a[1:])),
    "LEN": lambda a: len(text(a[0])),
    "LEFT": lambda a: text(a[0])[: int(number(a[1])) if len(a) > 1 else 1],
    "RIGHT": lambda a: text(a[0])[-(int(number(a[1])) if len(a) > 1 else 1) :],
    "MID": lambda a: text(a[0])[int(number(a[1])) - 1 :][: int(number(a[2]))],
    "UPPER": lambda a: text(a[0]).upper(),
    "LOWER": lambda a: text(a[0]).lower(),
    "TRIM": lambda a: " ".join(text(a[0]).split()),
    "SUBSTITUTE": lambda a: text(a[0]).replace(text(a[1]), text(a[2])),
    "TEXT": lambda a: by_pattern(number(a[0]), text(a[1]), known("en_US")),
    "VALUE": lambda a: number(a[0]),
    "HYPERLINK": _link,
    "MATCH": _match,
    "INDEX": _index,
    "VLOOKUP": _vlookup,
    "ROWS": lambda a: len(a[0]),
    "COLUMNS": lambda a: len(a[0][0]),
    "DATE": _date,
    "YEAR": lambda a: to_moment(number(a[0])).year,
    "MONTH": lambda a: to_moment(number(a[0])).month,
    "DAY": lambda a: to_moment(number(a[0])).day,
    "ISBLANK": lambda a: single(a[0]) is None,
    "ISNUMBER": lambda a: isinstance(single(a[0]), int | float) and not isinstance(single(a[0]), bool),
    "ISTEXT": lambda a: isinstance(single(a[0]), str),
}
