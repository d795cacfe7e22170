"""Rows and columns that come, go and move, with everything that stands on them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from . import formula_refs
from .book import Book
from .errors import invalid
from .grid import PLAIN, Extra, Row
from .sheet import Sheet
from .shifts import Delete, Insert, Move, Shift, shift_range, shift_within

Json = dict[str, Any]
MAX_CELLS = 10_000_000
_GROUPS = {"ROWS": "rowGroups", "COLUMNS": "columnGroups"}


def insert(book: Book, sheet: Sheet, dimension: str, at: int, count: int, *, inherit_before: bool) -> None:
    """Puts ``count`` blank rows or columns before ``at``; their format comes from the one before or after."""
    size = sheet.rows if dimension == "ROWS" else sheet.columns
    if not 0 <= at <= size:
        raise invalid(f"Cannot insert at {at}: the sheet has {size} {dimension.lower()}.")
    _grow(book, sheet, dimension, count)
    source = at - 1 if inherit_before else at + count
    if dimension == "ROWS":
        if at < len(sheet.grid.rows):
            sheet.grid.rows[at:at] = [None] * count
    else:
        _remap_columns(
            sheet,
            Insert(at, count),
            lambda values: values[:at] + [None] * count + values[at:] if at < len(values) else values,
        )
    _follow(book, sheet, dimension, Insert(at, count))
    _inherit(sheet, dimension, at, count, source)


def delete(book: Book, sheet: Sheet, dimension: str, start: int, end: int) -> None:
    """Takes rows or columns away; at least one must stay."""
    size = sheet.rows if dimension == "ROWS" else sheet.columns
    if not 0 <= start < end <= size:
        raise invalid(f"Cannot delete {dimension.lower()} {start} to {end}: the sheet has {size}.")
    if end - start == size:
        raise invalid(f"You can't delete all the {dimension.lower()} on the sheet.")
    if dimension == "ROWS":
        del sheet.grid.rows[start:end]
    else:
        _remap_columns(sheet, Delete(start, end), lambda values: values[:start] + values[end:])
    _grow(book, sheet, dimension, start - end)
    _follow(book, sheet, dimension, Delete(start, end))


def move(book: Book, sheet: Sheet, dimension: str, start: int, end: int, before: int) -> None:
    """Moves a block of rows or columns before ``before``, counted while the block still stands."""
    size = sheet.rows if dimension == "ROWS" else sheet.columns
    if not (0 <= start < end <= size and 0 <= before <= size) or start < before < end:
        raise invalid(f"Cannot move {dimension.lower()} {start} to {end} before {before}.")
    shift = Move(start, end, before)
    if dimension == "ROWS":
        rows = sheet.grid.rows
        rows.extend([None] * (max(end, before) - len(rows)))
        block = rows[start:end]
        del rows[start:end]
        landed = before if before <= start else before - (end - start)
        rows[landed:landed] = block
    else:
        _remap_columns(sheet, shift, lambda values: _moved(values, start, end, before))
    _follow(book, sheet, dimension, shift)


def _moved(values: list[Any], start: int, end: int, before: int) -> list[Any]:
    values = values + [None] * (max(end, before) - len(values))
    block, rest = values[start:end], values[:start] + values[end:]
    landed = before if before <= start else before - (end - start)
    return rest[:landed] + block + rest[landed:]


def _grow(book: Book, sheet: Sheet, dimension: str, count: int) -> None:
    rows = sheet.rows + (count if dimension == "ROWS" else 0)
    columns = sheet.columns + (count if dimension == "COLUMNS" else 0)
    check_size(book, sheet, rows, columns)
    grid = sheet.properties["gridProperties"]
    sheet.properties["gridProperties"] = {**grid, "rowCount": rows, "columnCount": columns}


def check_size(book: Book, sheet: Sheet, rows: int, columns: int) -> None:
    """Refuses a size beyond Google's limits: 10 million cells a spreadsheet, 18,278 columns."""
    total = rows * columns + sum(s.rows * s.columns for s in book.sheets if s is not sheet)
    if total > MAX_CELLS or columns > 18_278:
        raise invalid(
            "This action would increase the number of cells in the workbook above the limit of 10000000 cells."
        )


def _remap_columns(sheet: Sheet, shift: Shift, change: Callable[[list[Any]], list[Any]]) -> None:
    seen: dict[int, tuple[Mapping[int, Extra], Mapping[int, Extra]]] = {}
    for r, row in enumerate(sheet.grid.rows):
        if row is None:
            continue
        written = sheet.grid.to_write(r)
        written.values = change(written.values)
        if row.extras:
            if id(row.extras) not in seen:
                moved = {shift.point(c): e for c, e in row.extras.items()}
                seen[id(row.extras)] = (row.extras, {c: e for c, e in moved.items() if c is not None})
            written.extras = seen[id(row.extras)][1]


def _inherit(sheet: Sheet, dimension: str, at: int, count: int, source: int) -> None:
    """New rows or columns take the format and validation of their neighbour."""

    def look(extra: Extra) -> Extra:
        return replace(extra, formula=None, note=None, runs=None)

    if dimension == "ROWS":
        row = sheet.grid.row(source) if source >= 0 else None
        if row is not None and row.extras:
            looks = {c: look(e) for c, e in row.extras.items() if look(e) != PLAIN}
            for r in range(at, at + count):
                if looks:
                    sheet.grid.to_write(r).extras = looks
        return
    for r, column_row in enumerate(sheet.grid.rows):
        extra = look(_extra_of(column_row, source))
        if extra != PLAIN:
            for c in range(at, at + count):
                sheet.grid.put_extra(r, c, extra)


def _extra_of(row: Row | None, c: int) -> Extra:
    return PLAIN if row is None else row.extras.get(c, PLAIN)


def _follow(book: Book, sheet: Sheet, dimension: str, shift: Shift) -> None:
    """Everything that names rows or columns of ``sheet`` goes with them."""
    old = sheet.dimensions[dimension]
    sheet.dimensions[dimension] = {j: p for i, p in old.items() if (j := shift.point(i)) is not None}
    for other in book.sheets:
        _follow_parts(other, sheet.id, dimension, shift)
        _follow_formulas(other, sheet, dimension, shift)
    sheet.parts[_GROUPS[dimension]] = _follow_groups(sheet.parts[_GROUPS[dimension]], shift)
    named = ((n, shift_range(n["range"], sheet.id, dimension, shift)) for n in book.named)
    book.named = [{**n, "range": moved} for n, moved in named if moved is not None]
    for metadata_id, entry in list(book.metadata.items()):
        where = entry["location"].get("dimensionRange")
        if where and where["sheetId"] == sheet.id and where["dimension"] == dimension:
            point = shift.point(where["startIndex"])
            if point is None:
                del book.metadata[metadata_id]
                continue
            moved_to = {**where, "startIndex": point, "endIndex": point + 1}
            book.metadata[metadata_id] = {**entry, "location": {**entry["location"], "dimensionRange": moved_to}}


def _follow_parts(other: Sheet, sheet_id: int, dimension: str, shift: Shift) -> None:
    for name, part in other.parts.items():
        if name in ("rowGroups", "columnGroups") or not part:
            continue
        moved = shift_within(part, sheet_id, dimension, shift)
        if isinstance(part, list) and name not in ("charts", "merges"):
            moved = [m for m in moved if m.get("range") is not None or m.get("ranges")]
        elif name == "basicFilter" and "range" not in moved:
            moved = None
        other.parts[name] = moved


def _follow_groups(groups: list[Json], shift: Shift) -> list[Json]:
    out = []
    for group in groups:
        span = shift.span((group["range"]["startIndex"], group["range"]["endIndex"]))
        if span is not None:
            out.append({**group, "range": {**group["range"], "startIndex": span[0], "endIndex": span[1]}})
    return out


def _follow_formulas(other: Sheet, sheet: Sheet, dimension: str, shift: Shift) -> None:
    for r, c, formula in other.grid.formulas():
        moved = formula_refs.shifted(formula, other.title, sheet.title, dimension, shift)
        if moved != formula:
            other.grid.put_extra(r, c, replace(other.grid.extra(r, c), formula=moved))
