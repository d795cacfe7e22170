"""CellData: what ``spreadsheets.get`` tells of a cell, and how requests write one."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from . import masks
from .book import Book
from .entered import typed
from .formats import shown
from .formula_refs import copied
from .grid import CellError, Extra, Scalar
from .masks import Tree
from .ranges import Area
from .sheet import COLUMN_PIXELS, ROW_PIXELS, Sheet
from .values_write import put_raw

Json = dict[str, Any]
_LITERAL_LINK = re.compile(r'=HYPERLINK\("([^"]*)"', re.IGNORECASE)


def grid_data(
    book: Book, sheet: Sheet, area: Area, column_metadata: dict[int, list[Json]], *, cells: bool = True
) -> Json:
    """GridData of an area, without trailing blank rows and cells; ``cells`` says whether those are wanted at all."""
    top, bottom, left, right = sheet.bounded(area).corners()
    out: Json = {name: start for name, start in (("startRow", top), ("startColumn", left)) if start}
    rows: list[Json] = []
    for r, c in sheet.grid.cells(top, bottom, left, right) if cells else ():
        while len(rows) <= r - top:
            rows.append({})
        row = rows[-1].setdefault("values", [])
        row += [{} for _ in range(c - left - len(row))]
        row.append(cell_data(book, sheet, r, c))
    if rows:
        out["rowData"] = rows
    out["rowMetadata"] = [{"pixelSize": ROW_PIXELS, **sheet.dimensions["ROWS"].get(r, {})} for r in range(top, bottom)]
    out["columnMetadata"] = [_column(sheet, c, column_metadata) for c in range(left, right)]
    return out


def _column(sheet: Sheet, c: int, column_metadata: dict[int, list[Json]]) -> Json:
    entries = column_metadata.get(c)
    properties = {"pixelSize": COLUMN_PIXELS, **sheet.dimensions["COLUMNS"].get(c, {})}
    return {**properties, "developerMetadata": entries} if entries else properties


def cell_data(book: Book, sheet: Sheet, r: int, c: int) -> Json:
    """One cell with everything it has."""
    value, extra = sheet.grid.value(r, c), sheet.grid.extra(r, c)
    out: Json = {}
    if value is not None:
        out["userEnteredValue"] = {"formulaValue": extra.formula} if extra.formula else _extended(value)
        out["effectiveValue"] = _extended(value)
        number_format = extra.format.get("numberFormat") if extra.format else None
        out["formattedValue"] = shown(value, number_format, book.locale)
    if extra.format:
        out["userEnteredFormat"] = dict(extra.format)
    if value is not None or extra.format:
        out["effectiveFormat"] = _merged(book.properties["defaultFormat"], extra.format or {})
    link = hyperlink(extra)
    if link:
        out["hyperlink"] = link
    if extra.note:
        out["note"] = extra.note
    if extra.runs:
        out["textFormatRuns"] = list(extra.runs)
    if extra.validation:
        out["dataValidation"] = dict(extra.validation)
    return out


def _extended(value: Scalar) -> Json:
    if isinstance(value, CellError):
        return {"errorValue": {"type": value.type, "message": str(value)}}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    return {"numberValue": value}


def _merged(base: Any, over: Any) -> Any:
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    return {
        **base,
        **{k: _merged(base.get(k), v) if k != "rgbColor" and "olor" not in k else v for k, v in over.items()},
    }


def hyperlink(extra: Extra) -> str | None:
    """The one address a cell leads to, if any."""
    match = _LITERAL_LINK.match(extra.formula or "")
    if match:
        return match[1]
    formats = [run.get("format", {}) for run in extra.runs or ()] + [(extra.format or {}).get("textFormat", {})]
    links = {f["link"].get("uri") for f in formats if "link" in f}
    return links.pop() if len(links) == 1 else None


def change_of(cell: Json, tree: Tree) -> Callable[[Extra], Extra]:
    """How writing ``cell`` through a mask changes a cell's extras (its value and formula apart)."""
    everything = "*" in tree

    def change(extra: Extra) -> Extra:
        if everything or "userEnteredFormat" in tree:
            subtree = {} if everything else masks.twins(tree["userEnteredFormat"])
            written = masks.write(extra.format, cell.get("userEnteredFormat"), subtree)
            extra = replace(extra, format=written or None)
        if everything or "note" in tree:
            extra = replace(extra, note=cell.get("note") or None)
        if everything or "dataValidation" in tree:
            extra = replace(extra, validation=cell.get("dataValidation") or None)
        if everything or "textFormatRuns" in tree:
            extra = replace(extra, runs=tuple(cell.get("textFormatRuns", ())) or None)
        return extra

    return change


def writes_value(tree: Tree) -> bool:
    """Whether a mask writes the cell's value."""
    return "*" in tree or "userEnteredValue" in tree


def put_value(book: Book, sheet: Sheet, r: int, c: int, value: Json, moved: tuple[int, int] = (0, 0)) -> None:
    """Writes an ExtendedValue; a formula is adjusted to its cell by ``moved``."""
    if "formulaValue" in value:
        formula = str(value["formulaValue"])
        put_raw(book, sheet, r, c, 0)
        formula = copied(formula, *moved) if moved != (0, 0) else formula
        sheet.grid.put_extra(r, c, replace(sheet.grid.extra(r, c), formula=formula))
        return
    scalar = next((value[k] for k in ("numberValue", "stringValue", "boolValue") if k in value), None)
    put_raw(book, sheet, r, c, scalar)


def put_cell(book: Book, sheet: Sheet, r: int, c: int, cell: Json, tree: Tree) -> None:
    """Writes one CellData through a mask."""
    if writes_value(tree):
        put_value(book, sheet, r, c, cell.get("userEnteredValue", {}))
    before = sheet.grid.extra(r, c)
    after = change_of(cell, tree)(before)
    if after != before:
        sheet.grid.put_extra(r, c, after)


def put_text(book: Book, sheet: Sheet, r: int, c: int, text: str) -> None:
    """Writes text as a person would type it, keeping the cell's format (find and replace, CSV)."""
    entry = typed(text, book.locale)
    put_value(book, sheet, r, c, {"formulaValue": entry.formula} if entry.formula else _extended(entry.value))
