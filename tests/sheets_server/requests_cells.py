"""Requests that write cells: values, formats, notes, validations, merges, sorting, find and replace."""

import re
from dataclasses import replace
from typing import Any

from . import masks
from .celldata import change_of, put_cell, put_text, put_value, writes_value
from .errors import invalid
from .formats import shown
from .grid import PLAIN
from .ranges import Area
from .sheet import Sheet
from .shifts import Json
from .sorting import sort_rows
from .structure import check_size
from .values_read import beyond_grid
from .values_write import check_protected


def grid_area(batch: Any, grid_range: Json) -> tuple[Sheet, Area]:
    """A GridRange's tab and bounded area; writing outside the grid is refused."""
    area = Area.of(grid_range)
    sheet = batch.book.sheet(area.sheet_id)
    if (area.bottom or 0) > sheet.rows or (area.right or 0) > sheet.columns:
        raise beyond_grid(sheet, area)
    bounded = sheet.bounded(area)
    top, bottom, left, right = bounded.corners()
    if top >= bottom or left >= right:
        raise invalid("The range is empty.")
    return sheet, bounded


def update_cells(batch: Any, request: Json) -> None:
    """``updateCells``: rows of cells from a corner, or over a range whose rest is cleared."""
    tree = masks.parse(request.get("fields", ""))
    rows = request.get("rows", [])
    if "range" in request:
        sheet, area = grid_area(batch, request["range"])
    else:
        start = request.get("start", {})
        width = max((len(row.get("values", [])) for row in rows), default=0)
        top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
        span = {
            "startRowIndex": top,
            "endRowIndex": top + len(rows),
            "startColumnIndex": left,
            "endColumnIndex": left + width,
        }
        sheet, area = grid_area(batch, {"sheetId": start.get("sheetId", 0), **span})
    check_protected(batch.book, batch.who, area, batch.where)
    top, bottom, left, right = area.corners()
    for r in range(top, bottom):
        cells = rows[r - top].get("values", []) if r - top < len(rows) else []
        for c in range(left, right):
            if c - left < len(cells):
                put_cell(batch.book, sheet, r, c, cells[c - left], tree)
            elif "range" in request:
                put_cell(batch.book, sheet, r, c, {}, tree)


def append_cells(batch: Any, request: Json) -> None:
    """``appendCells``: new rows after the last row of the tab that holds a value."""
    sheet = batch.book.sheet(request.get("sheetId", 0))
    tree = masks.parse(request.get("fields", ""))
    rows = request.get("rows", [])
    start, _ = sheet.grid.used()
    width = max((len(row.get("values", [])) for row in rows), default=0)
    height = max(sheet.rows, start + len(rows))
    columns = max(sheet.columns, width)
    if (height, columns) != (sheet.rows, sheet.columns):
        check_size(batch.book, sheet, height, columns)
        sheet.resize(height, columns)
    check_protected(batch.book, batch.who, Area(sheet.id, start, start + len(rows), 0, width), batch.where)
    for r, row in enumerate(rows, start=start):
        for c, cell in enumerate(row.get("values", [])):
            put_cell(batch.book, sheet, r, c, cell, tree)


def repeat_cell(batch: Any, request: Json) -> None:
    """``repeatCell``: one cell's data over a range; its formula follows each cell."""
    sheet, area = grid_area(batch, request.get("range", {}))
    check_protected(batch.book, batch.who, area, batch.where)
    tree = masks.parse(request.get("fields", ""))
    cell = request.get("cell", {})
    top, bottom, left, right = area.corners()
    if writes_value(tree):
        value = cell.get("userEnteredValue", {})
        for r in range(top, bottom):
            for c in range(left, right):
                put_value(batch.book, sheet, r, c, value, (r - top, c - left))
    sheet.grid.map_extras(top, bottom, left, right, change_of(cell, tree))


def set_data_validation(batch: Any, request: Json) -> None:
    """``setDataValidation``; without a rule it clears."""
    sheet, area = grid_area(batch, request.get("range", {}))
    rule = request.get("rule")
    if rule is not None and not rule.get("condition", {}).get("type"):
        raise invalid("A condition is required.")
    sheet.grid.map_extras(*area.corners(), lambda extra: replace(extra, validation=rule))


def merge_cells(batch: Any, request: Json) -> None:
    """``mergeCells``: only the first cell of each merged area keeps its value."""
    sheet, area = grid_area(batch, request.get("range", {}))
    check_protected(batch.book, batch.who, area, batch.where)
    _drop_merges(sheet, area)
    top, bottom, left, right = area.corners()
    kind = request.get("mergeType", "MERGE_ALL")
    if kind == "MERGE_ROWS":
        parts = [Area(sheet.id, r, r + 1, left, right) for r in range(top, bottom)]
    elif kind == "MERGE_COLUMNS":
        parts = [Area(sheet.id, top, bottom, c, c + 1) for c in range(left, right)]
    else:
        parts = [area]
    for part in parts:
        first = (part.top, part.left)
        for r, c in list(sheet.grid.cells(*part.corners())):
            if (r, c) != first:
                sheet.grid.put(r, c, None)
    sheet.parts["merges"] = [*sheet.parts["merges"], *(p.json() for p in parts)]


def unmerge_cells(batch: Any, request: Json) -> None:
    """``unmergeCells``."""
    sheet, area = grid_area(batch, request.get("range", {}))
    _drop_merges(sheet, area)


def _drop_merges(sheet: Sheet, area: Area) -> None:
    kept = []
    for merge in sheet.parts["merges"]:
        merged = Area.of(merge)
        if area.holds(merged):
            continue
        if area.meets(merged):
            raise invalid("You must select all cells in a merged range to merge or unmerge them.")
        kept.append(merge)
    sheet.parts["merges"] = kept


def sort_range(batch: Any, request: Json) -> None:
    """``sortRange``."""
    sheet, area = grid_area(batch, request.get("range", {}))
    check_protected(batch.book, batch.who, area, batch.where)
    batch.book.touch()
    batch.book.settle()
    specs = [
        (spec.get("dimensionIndex", 0), spec.get("sortOrder") == "DESCENDING") for spec in request.get("sortSpecs", [])
    ]
    sort_rows(sheet, area, specs)


def find_replace(batch: Any, request: Json) -> Json:
    """``findReplace``: over a range, a tab, or all tabs."""
    if not request.get("find"):
        raise invalid("The find string must not be empty.")
    flags = 0 if request.get("matchCase") else re.IGNORECASE
    pattern = request["find"] if request.get("searchByRegex") else re.escape(request["find"])
    try:
        wanted = re.compile(rf"\A(?:{pattern})\Z" if request.get("matchEntireCell") else pattern, flags)
    except re.error as error:
        raise invalid(f"Invalid regular expression: {error}") from error
    if "range" in request:
        areas = [grid_area(batch, request["range"])]
    elif request.get("allSheets"):
        areas = [(s, s.bounded(Area(s.id))) for s in batch.book.sheets]
    else:
        sheet = batch.book.sheet(request.get("sheetId", 0))
        areas = [(sheet, sheet.bounded(Area(sheet.id)))]
    batch.book.touch()
    batch.book.settle()
    counts = {"valuesChanged": 0, "formulasChanged": 0, "occurrencesChanged": 0}
    places: set[tuple[int, int]] = set()
    for sheet, area in areas:
        places |= _replace_in(batch, sheet, area, wanted, request, counts)
    rows_and_sheets = {"rowsChanged": len(places), "sheetsChanged": len({s for s, _ in places})}
    return {k: v for k, v in {**counts, **rows_and_sheets}.items() if v}


def _replace_in(
    batch: Any, sheet: Sheet, area: Area, wanted: "re.Pattern[str]", request: Json, counts: dict[str, int]
) -> set[tuple[int, int]]:
    replacement = request.get("replacement", "")
    if not request.get("searchByRegex"):
        replacement = replacement.replace("\\", r"\\")
    places = set()
    for r, c in list(sheet.grid.cells(*area.corners())):
        extra = sheet.grid.extra(r, c)
        if extra.formula is not None and not request.get("includeFormulas"):
            continue
        number_format = extra.format.get("numberFormat") if extra.format else None
        text = extra.formula or shown(sheet.grid.value(r, c), number_format, batch.book.locale)
        after, count = wanted.subn(replacement, text)
        if count and after != text:
            check_protected(batch.book, batch.who, Area(sheet.id, r, r + 1, c, c + 1), batch.where)
            put_text(batch.book, sheet, r, c, after)
            counts["formulasChanged" if extra.formula else "valuesChanged"] += 1
            counts["occurrencesChanged"] += count
            places.add((sheet.id, r))
    return places


def clear_all(sheet: Sheet, area: Area) -> None:
    """Takes values and extras of an area away."""
    for r, c in list(sheet.grid.cells(*area.corners())):
        sheet.grid.put(r, c, None)
        sheet.grid.put_extra(r, c, PLAIN)


HANDLERS = {
    "updateCells": update_cells,
    "appendCells": append_cells,
    "repeatCell": repeat_cell,
    "setDataValidation": set_data_validation,
    "mergeCells": merge_cells,
    "unmergeCells": unmerge_cells,
    "sortRange": sort_range,
    "findReplace": find_replace,
}
