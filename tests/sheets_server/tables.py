"""Where ``values:append`` puts rows: after the last table that the given range touches."""

from .ranges import Area
from .sheet import Sheet


def last_table(sheet: Sheet, area: Area) -> Area | None:
    """The block of filled cells that reaches lowest among those that ``area`` touches; ``None`` when it is blank.

    A table is a block without a blank row or column around it; cells outside ``area`` belong to it when they touch it.
    """
    top, bottom, left, right = sheet.bounded(area).corners()
    best: Area | None = None
    for r in range(min(bottom, len(sheet.grid.rows)) - 1, top - 1, -1):
        row = sheet.grid.row(r)
        if row is None:
            continue
        for c in range(left, min(right, len(row.values))):
            if _filled(sheet, r, c) and not (best is not None and best.holds(Area(sheet.id, r, r + 1, c, c + 1))):
                table = _block(sheet, r, c)
                if best is None or (table.bottom or 0) > (best.bottom or 0):
                    best = table
        if best is not None:
            return best
    return best


def _filled(sheet: Sheet, r: int, c: int) -> bool:
    value = sheet.grid.value(r, c)
    return value is not None and value != ""


def _block(sheet: Sheet, r: int, c: int) -> Area:
    """Grows from one cell until a blank row and column surround it."""
    top, bottom, left, right = r, r + 1, c, c + 1
    grown = True
    while grown:
        grown = False
        while top > 0 and _any(sheet, top - 1, top, left - 1, right + 1):
            top, grown = top - 1, True
        while _any(sheet, bottom, bottom + 1, left - 1, right + 1):
            bottom, grown = bottom + 1, True
        if left > 0 and _any(sheet, top - 1, bottom + 1, left - 1, left):
            left, grown = left - 1, True
        if _any(sheet, top - 1, bottom + 1, right, right + 1):
            right, grown = right + 1, True
    return Area(sheet.id, top, bottom, left, right)


def _any(sheet: Sheet, top: int, bottom: int, left: int, right: int) -> bool:
    for row in sheet.grid.rows[max(top, 0) : bottom]:
        if row is not None and any(v is not None and v != "" for v in row.values[max(left, 0) : right]):
            return True
    return False
