"""Which cell styles show a number as a date: only the style tells 46023 the amount from 46023 the day."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetcrm.sync.excel import markup
from sheetcrm.sync.excel.markup import Bytes

_BUILT_IN = {*range(14, 23), *range(45, 48)}
_LETTERS = frozenset("dmhysDMHYS")
_ELAPSED = frozenset("mhsMHS")


def date_styles(raw: Bytes) -> NDArray[np.bool_]:
    """For each style (`s` of a cell) of a styles part whether it shows a date or a time; empty for no part."""
    if not raw:
        return np.zeros(0, bool)
    custom: dict[str, str] = {}
    shown: list[bool] = []
    for child in markup.parse(raw, "styles.xml"):
        name = markup.local(child.tag)
        if name == "numFmts":
            custom = {one.get("numFmtId", ""): one.get("formatCode", "") for one in child}
        elif name == "cellXfs":
            shown = [_shows_date(style.get("numFmtId", "0"), custom) for style in child]
    return np.array(shown, bool)


def _shows_date(number: str, custom: dict[str, str]) -> bool:
    if number in custom:
        return is_date_format(custom[number])
    return number.isdigit() and int(number) in _BUILT_IN


def is_date_format(code: str) -> bool:
    """Whether a number format shows a date, a time or a time span: by the letters outside of quotes and brackets.

    Only the format's first section counts, the one for positive numbers.
    """
    escaped = quoted = False
    bracket = ""
    depth = 0
    for at, sign in enumerate(code):
        if escaped:
            escaped = False
        elif quoted:
            quoted = sign != '"'
        elif sign in "_\\*":
            escaped = True
        elif sign == '"':
            quoted = True
        elif sign == "[":
            depth, bracket = depth + 1, ""
        elif sign == "]" and depth:
            depth -= 1
            if bracket and set(bracket) <= _ELAPSED:
                return True  # [h]:mm counts hours beyond a day
        elif depth:
            bracket += sign
        elif sign == ";":
            return False
        elif sign in _LETTERS or code[at : at + 3].upper() == "A/P":
            return True
    return False


def of_cells(styles: NDArray[Any], dates: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of these cells, given their style numbers, show a date."""
    if not len(dates):
        return np.zeros(len(styles), bool)
    known = styles < len(dates)
    return known & dates[np.where(known, styles, 0)]
