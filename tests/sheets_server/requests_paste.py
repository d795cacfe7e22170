"""``copyPaste`` and ``cutPaste``."""

from dataclasses import replace
from typing import Any

from .errors import invalid
from .formula_refs import copied
from .grid import PLAIN, Extra, Scalar
from .ranges import Area
from .requests_cells import clear_all, grid_area
from .sheet import Sheet
from .shifts import Json
from .values_write import check_protected

Cells = list[list[tuple[int, int, Scalar, Extra]]]


def copy_paste(batch: Any, request: Json) -> None:
    """``copyPaste``: a larger destination repeats the source as often as it fits."""
    source_sheet, source = grid_area(batch, request.get("source", {}))
    cells = _lifted(source_sheet, source)
    if request.get("pasteOrientation") == "TRANSPOSE":
        cells = [list(row) for row in zip(*cells, strict=True)]
    height, width = len(cells), len(cells[0])
    sheet = batch.book.sheet(request.get("destination", {}).get("sheetId", 0))
    top, bottom, left, right = sheet.bounded(Area.of(request.get("destination", {}))).corners()
    rows = max(1, (bottom - top) // height) * height
    columns = max(1, (right - left) // width) * width
    area = Area(sheet.id, top, top + rows, left, left + columns)
    grid_area(batch, area.json())
    check_protected(batch.book, batch.who, area, batch.where)
    kind = request.get("pasteType", "PASTE_NORMAL")
    for r in range(rows):
        for c in range(columns):
            _put(sheet, top + r, left + c, cells[r % height][c % width], kind, adjust=True)


def cut_paste(batch: Any, request: Json) -> None:
    """``cutPaste``: formulas go as they are."""
    source_sheet, source = grid_area(batch, request.get("source", {}))
    cells = _lifted(source_sheet, source)
    corner = request.get("destination", {})
    sheet = batch.book.sheet(corner.get("sheetId", 0))
    top, left = corner.get("rowIndex", 0), corner.get("columnIndex", 0)
    area = Area(sheet.id, top, top + len(cells), left, left + len(cells[0]))
    grid_area(batch, area.json())
    for touched in (source, area):
        check_protected(batch.book, batch.who, touched, batch.where)
    clear_all(source_sheet, source)
    for r, row in enumerate(cells):
        for c, cell in enumerate(row):
            _put(sheet, top + r, left + c, cell, request.get("pasteType", "PASTE_NORMAL"), adjust=False)


def _lifted(sheet: Sheet, area: Area) -> Cells:
    top, bottom, left, right = area.corners()
    return [
        [(r, c, sheet.grid.value(r, c), sheet.grid.extra(r, c)) for c in range(left, right)] for r in range(top, bottom)
    ]


def _put(sheet: Sheet, r: int, c: int, cell: tuple[int, int, Scalar, Extra], kind: str, *, adjust: bool) -> None:
    came_r, came_c, value, extra = cell
    own = sheet.grid.extra(r, c)
    formula = extra.formula
    if formula is not None and adjust:
        formula = copied(formula, r - came_r, c - came_c)
    if kind in ("PASTE_NORMAL", "PASTE_NO_BORDERS"):
        look = extra.format
        if kind == "PASTE_NO_BORDERS" and look:
            look = {k: v for k, v in look.items() if k != "borders"}
        after = replace(extra, formula=formula, format=look or None)
    elif kind == "PASTE_VALUES":
        after = replace(own, formula=None, runs=None)
    elif kind == "PASTE_FORMULA":
        after = replace(own, formula=formula, runs=None)
    elif kind == "PASTE_FORMAT":
        after = replace(own, format=extra.format)
    elif kind == "PASTE_DATA_VALIDATION":
        after = replace(own, validation=extra.validation)
    else:
        raise invalid(f"pasteType {kind} is not supported.")
    if kind not in ("PASTE_FORMAT", "PASTE_DATA_VALIDATION"):
        sheet.grid.put(r, c, value)
    if after != PLAIN or own != PLAIN:
        sheet.grid.put_extra(r, c, after)


HANDLERS = {"copyPaste": copy_paste, "cutPaste": cut_paste}
