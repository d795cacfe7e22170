"""Requests about rows and columns: insert, delete, move, append, size, hide, group."""

from typing import Any

from . import masks, structure
from .errors import invalid
from .formats import shown
from .grid import PLAIN
from .ranges import Area
from .sheet import COLUMN_PIXELS, Sheet
from .shifts import Delete, Insert, Json
from .values_write import check_protected


def _span(batch: Any, span: Json) -> tuple[Sheet, str, int, int]:
    """The tab, dimension, start and end of a DimensionRange; open ends are the sheet's."""
    sheet = batch.book.sheet(span.get("sheetId", 0))
    dimension = span.get("dimension", "")
    if dimension not in ("ROWS", "COLUMNS"):
        raise invalid("No dimension was specified.")
    size = sheet.rows if dimension == "ROWS" else sheet.columns
    return sheet, dimension, span.get("startIndex", 0), span.get("endIndex", size)


def _guard(batch: Any, sheet: Sheet, dimension: str, start: int, end: int) -> None:
    area = Area(sheet.id, top=start, bottom=end) if dimension == "ROWS" else Area(sheet.id, left=start, right=end)
    check_protected(batch.book, batch.who, area, batch.where)


def insert_dimension(batch: Any, request: Json) -> None:
    """``insertDimension``."""
    sheet, dimension, start, end = _span(batch, request.get("range", {}))
    if end <= start:
        raise invalid("The endIndex must be greater than the startIndex.")
    before = bool(request.get("inheritFromBefore"))
    if before and start == 0:
        raise invalid("inheritFromBefore cannot be true if inserting at the first index.")
    structure.insert(batch.book, sheet, dimension, start, end - start, inherit_before=before)


def delete_dimension(batch: Any, request: Json) -> None:
    """``deleteDimension``."""
    sheet, dimension, start, end = _span(batch, request.get("range", {}))
    _guard(batch, sheet, dimension, start, end)
    structure.delete(batch.book, sheet, dimension, start, end)


def move_dimension(batch: Any, request: Json) -> None:
    """``moveDimension``."""
    sheet, dimension, start, end = _span(batch, request.get("source", {}))
    _guard(batch, sheet, dimension, start, end)
    structure.move(batch.book, sheet, dimension, start, end, request.get("destinationIndex", 0))


def append_dimension(batch: Any, request: Json) -> None:
    """``appendDimension``."""
    sheet, dimension, _, size = _span(batch, request)
    length = request.get("length", 0)
    if length < 1:
        raise invalid("The length must be at least 1.")
    structure.insert(batch.book, sheet, dimension, size, length, inherit_before=True)


def update_dimension_properties(batch: Any, request: Json) -> None:
    """``updateDimensionProperties``: size and visibility."""
    sheet, dimension, start, end = _span(batch, request.get("range", {}))
    tree = masks.parse(request.get("fields", ""))
    kept = sheet.dimensions[dimension]
    for i in range(start, end):
        written = masks.write(kept.get(i, {}), request.get("properties", {}), tree)
        kept[i] = {k: v for k, v in written.items() if v is not False}


def auto_resize_dimensions(batch: Any, request: Json) -> None:
    """``autoResizeDimensions``: columns to their longest text, rows to the default height."""
    sheet, dimension, start, end = _span(batch, request.get("dimensions", {}))
    kept = sheet.dimensions[dimension]
    for i in range(start, end):
        size = None
        if dimension == "COLUMNS":
            values = (row.values[i] for row in sheet.grid.rows if row is not None and i < len(row.values))
            longest = max((len(shown(v, None, batch.book.locale)) for v in values if v is not None), default=0)
            size = max(21, min(7 * longest + 12, 1000)) if longest else COLUMN_PIXELS
        kept[i] = {k: v for k, v in {**kept.get(i, {}), "pixelSize": size}.items() if v is not None}


def add_dimension_group(batch: Any, request: Json) -> Json:
    """``addDimensionGroup``: one deeper than the group it lies in."""
    sheet, dimension, start, end = _span(batch, request.get("range", {}))
    name = "rowGroups" if dimension == "ROWS" else "columnGroups"
    outer = [g for g in sheet.parts[name] if g["range"]["startIndex"] <= start and end <= g["range"]["endIndex"]]
    span = {"sheetId": sheet.id, "dimension": dimension, "startIndex": start, "endIndex": end}
    group = {"range": span, "depth": max((g["depth"] for g in outer), default=0) + 1}
    sheet.parts[name] = [*sheet.parts[name], group]
    return {"dimensionGroups": sheet.parts[name]}


def delete_dimension_group(batch: Any, request: Json) -> Json:
    """``deleteDimensionGroup``."""
    sheet, dimension, start, end = _span(batch, request.get("range", {}))
    name = "rowGroups" if dimension == "ROWS" else "columnGroups"
    found = [g for g in sheet.parts[name] if (g["range"]["startIndex"], g["range"]["endIndex"]) == (start, end)]
    if not found:
        raise invalid("No group exists at the given range.")
    sheet.parts[name] = [g for g in sheet.parts[name] if g is not found[-1]]
    return {"dimensionGroups": sheet.parts[name]}


def update_dimension_group(batch: Any, request: Json) -> None:
    """``updateDimensionGroup``: open or collapsed."""
    wanted = request.get("dimensionGroup", {})
    sheet, dimension, start, end = _span(batch, wanted.get("range", {}))
    name = "rowGroups" if dimension == "ROWS" else "columnGroups"
    tree = masks.parse(request.get("fields", ""))
    sheet.parts[name] = [
        masks.write(g, wanted, tree) if (g["range"]["startIndex"], g["range"]["endIndex"]) == (start, end) else g
        for g in sheet.parts[name]
    ]


def insert_range(batch: Any, request: Json) -> None:
    """``insertRange``: pushes cells down or right inside the range's own columns or rows."""
    _push(batch, request, opens=True)


def delete_range(batch: Any, request: Json) -> None:
    """``deleteRange``: pulls cells up or left."""
    _push(batch, request, opens=False)


def _push(batch: Any, request: Json, *, opens: bool) -> None:
    area = Area.of(request.get("range", {}))
    sheet = batch.book.sheet(area.sheet_id)
    top, bottom, left, right = sheet.bounded(area).corners()
    down = request.get("shiftDimension") == "ROWS"
    first, last = (top, bottom) if down else (left, right)
    shift = Insert(first, last - first) if opens else Delete(first, last)
    reach = (top, sheet.rows, left, right) if down else (top, bottom, left, sheet.columns)
    check_protected(batch.book, batch.who, Area(sheet.id, *reach), batch.where)
    moved = []
    for r, c in list(sheet.grid.cells(*reach)):
        point = shift.point(r if down else c)
        moved.append((point, r, c, sheet.grid.value(r, c), sheet.grid.extra(r, c)))
    for _, r, c, _, _ in moved:
        sheet.grid.put(r, c, None)
        sheet.grid.put_extra(r, c, PLAIN)
    edge = sheet.rows if down else sheet.columns
    for point, r, c, value, extra in moved:
        if point is not None and point < edge:
            place = (point, c) if down else (r, point)
            sheet.grid.put(*place, value)
            sheet.grid.put_extra(*place, extra)


HANDLERS = {
    "insertDimension": insert_dimension,
    "deleteDimension": delete_dimension,
    "moveDimension": move_dimension,
    "appendDimension": append_dimension,
    "updateDimensionProperties": update_dimension_properties,
    "autoResizeDimensions": auto_resize_dimensions,
    "addDimensionGroup": add_dimension_group,
    "deleteDimensionGroup": delete_dimension_group,
    "updateDimensionGroup": update_dimension_group,
    "insertRange": insert_range,
    "deleteRange": delete_range,
}
