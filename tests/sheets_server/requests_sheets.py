"""Requests about the spreadsheet's own properties and its tabs."""

import copy
from dataclasses import replace
from typing import Any

from . import masks, view
from .book import Book
from .errors import invalid
from .formula_refs import renamed
from .sheet import PART_IDS, Sheet
from .shifts import Json
from .structure import check_size

_BOOK_FIELDS = ("title", "locale", "timeZone", "autoRecalc")
_SHEET_FIELDS = ("title", "index", "hidden", "rightToLeft", "tabColor", "tabColorStyle", "gridProperties")


def _every(tree: masks.Tree, fields: tuple[str, ...]) -> masks.Tree:
    """``*`` means every field that can be written."""
    return {name: {} for name in fields} if "*" in tree else tree


def update_spreadsheet_properties(batch: Any, request: Json) -> None:
    """``updateSpreadsheetProperties``."""
    tree = _every(masks.twins(masks.parse(request.get("fields", ""))), _BOOK_FIELDS)
    wanted = request.get("properties", {})
    if "title" in tree and not wanted.get("title"):
        raise invalid("Spreadsheet title cannot be empty.")
    batch.book.properties = masks.write(batch.book.properties, wanted, tree)


def add_sheet(batch: Any, request: Json) -> Json:
    """``addSheet``."""
    book: Book = batch.book
    wanted = request.get("properties", {})
    title = wanted.get("title") or _free_title(book, "Sheet")
    _check_title(book, title, None)
    sheet_id = wanted.get("sheetId")
    if sheet_id is None:
        sheet_id = book.new_id()
    elif any(s.id == sheet_id for s in book.sheets):
        raise invalid(f"Sheet with id {sheet_id} already exists.")
    size = wanted.get("gridProperties", {})
    sheet = Sheet(sheet_id, title, size.get("rowCount", 1000), size.get("columnCount", 26))
    check_size(book, sheet, sheet.rows, sheet.columns)
    kept = {k: v for k, v in wanted.items() if k not in ("index", "sheetId", "title", "gridProperties", "sheetType")}
    sheet.properties = {**sheet.properties, **kept}
    sheet.properties["gridProperties"] = {**size, "rowCount": sheet.rows, "columnCount": sheet.columns}
    book.sheets.insert(min(wanted.get("index", len(book.sheets)), len(book.sheets)), sheet)
    return {"properties": view.properties(book, sheet)}


def _free_title(book: Book, stem: str) -> str:
    number = len(book.sheets) + 1
    while book.find_tab(f"{stem}{number}") is not None:
        number += 1
    return f"{stem}{number}"


def _check_title(book: Book, title: str, own: Sheet | None) -> None:
    if not title or len(title) > 100:
        raise invalid("Sheet name must be 1 to 100 characters long.")
    found = book.find_tab(title)
    if found is not None and found is not own:
        raise invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')


def delete_sheet(batch: Any, request: Json) -> None:
    """``deleteSheet``: its metadata, and names that mean its cells, go too."""
    book: Book = batch.book
    sheet = book.sheet(request.get("sheetId", 0))
    if not any(not s.hidden for s in book.sheets if s is not sheet):
        raise invalid("You can't remove all the visible sheets in a document.")
    book.sheets.remove(sheet)
    book.named = [n for n in book.named if n["range"]["sheetId"] != sheet.id]
    for metadata_id, entry in list(book.metadata.items()):
        location = entry["location"]
        if location.get("sheetId", location.get("dimensionRange", {}).get("sheetId")) == sheet.id:
            del book.metadata[metadata_id]


def update_sheet_properties(batch: Any, request: Json) -> None:
    """``updateSheetProperties``: name, place, size, freezes, colour, visibility."""
    book: Book = batch.book
    wanted = request.get("properties", {})
    sheet = book.sheet(wanted.get("sheetId", 0))
    tree = _every(masks.twins(masks.parse(request.get("fields", ""))), _SHEET_FIELDS)
    if "title" in tree and wanted.get("title") != sheet.title:
        _check_title(book, wanted.get("title", ""), sheet)
        _rename(book, sheet, wanted["title"])
    if "index" in tree and ("index" in wanted or "*" not in request["fields"]):
        _reorder(book, sheet, wanted.get("index", 0))
    size = sheet.properties["gridProperties"]
    written = sheet.properties
    if rest := {k: v for k, v in tree.items() if k != "index"}:
        written = masks.write(written, {**wanted, "sheetId": sheet.id}, rest)
    grid = {**written.get("gridProperties", {})}
    rows, columns = grid.get("rowCount", size["rowCount"]), grid.get("columnCount", size["columnCount"])
    _check_freezes(grid, rows, columns)
    check_size(book, sheet, rows, columns)
    sheet.properties = {**written, "gridProperties": {**grid, **{k: size[k] for k in ("rowCount", "columnCount")}}}
    if (rows, columns) != (size["rowCount"], size["columnCount"]):
        sheet.resize(rows, columns)
    if "hidden" in tree and all(s.hidden for s in book.sheets):
        raise invalid("You can't hide all the sheets in a document.")


def _check_freezes(grid: Json, rows: int, columns: int) -> None:
    if grid.get("frozenRowCount", 0) >= rows and rows > 0 and grid.get("frozenRowCount"):
        raise invalid("You can't freeze all visible rows on the sheet.")
    if grid.get("frozenColumnCount", 0) >= columns and grid.get("frozenColumnCount"):
        raise invalid("You can't freeze all visible columns on the sheet.")


def _rename(book: Book, sheet: Sheet, title: str) -> None:
    old = sheet.title
    for other in book.sheets:
        for r, c, formula in other.grid.formulas():
            after = renamed(formula, old, title)
            if after != formula:
                other.grid.put_extra(r, c, replace(other.grid.extra(r, c), formula=after))


def _reorder(book: Book, sheet: Sheet, index: int) -> None:
    """The wanted index counts the sheet in its old place, so moving right lands one to the left of it."""
    if not 0 <= index <= len(book.sheets):
        raise invalid(f"Cannot move sheet to index {index}.")
    old = book.sheets.index(sheet)
    book.sheets.remove(sheet)
    book.sheets.insert(index - 1 if index > old else index, sheet)


def duplicate_sheet(batch: Any, request: Json) -> Json:
    """``duplicateSheet``: everything on the tab, under new ids."""
    book: Book = batch.book
    source = book.sheet(request.get("sourceSheetId", 0))
    title = request.get("newSheetName") or copy_title(book, f"Copy of {source.title}")
    _check_title(book, title, None)
    sheet_id = request.get("newSheetId")
    if sheet_id is None:
        sheet_id = book.new_id()
    elif any(s.id == sheet_id for s in book.sheets):
        raise invalid(f"Sheet with id {sheet_id} already exists.")
    twin = twin_of(book, source, sheet_id, title)
    book.sheets.insert(min(request.get("insertSheetIndex", 0), len(book.sheets)), twin)
    if batch.copies_metadata:
        copy_metadata(book, book, source.id, sheet_id)
    return {"properties": view.properties(book, twin)}


def copy_title(book: Book, stem: str) -> str:
    """``stem``, numbered when the title is taken."""
    title, number = stem, 2
    while book.find_tab(title) is not None:
        title, number = f"{stem} {number}", number + 1
    return title


def twin_of(book: Book, source: Sheet, sheet_id: int, title: str) -> Sheet:
    """A copy of a tab for ``book``, with new ids for what is laid over it."""
    twin = source.copy()
    twin.id = sheet_id
    twin.properties = {**twin.properties, "sheetId": sheet_id, "title": title}
    twin.parts = _with_sheet_id(twin.parts, source.id, sheet_id)
    for name, key in PART_IDS.items():
        twin.parts[name] = [{**part, key: book.new_id()} for part in twin.parts[name]]
    return twin


def _with_sheet_id(node: Any, old: int, new: int) -> Any:
    if isinstance(node, list):
        return [_with_sheet_id(item, old, new) for item in node]
    if isinstance(node, dict):
        out = {k: _with_sheet_id(v, old, new) for k, v in node.items()}
        return {**out, "sheetId": new} if out.get("sheetId") == old else out
    return node


def copy_metadata(source: Book, target: Book, old: int, new: int) -> None:
    """Copies a tab's metadata entries, under new ids, to its twin."""
    for entry in list(source.metadata.values()):
        location = entry["location"]
        if location.get("sheetId", location.get("dimensionRange", {}).get("sheetId")) == old:
            metadata_id = target.new_id()
            moved = _with_sheet_id(copy.deepcopy(location), old, new)
            target.metadata[metadata_id] = {**entry, "metadataId": metadata_id, "location": moved}


HANDLERS = {
    "updateSpreadsheetProperties": update_spreadsheet_properties,
    "addSheet": add_sheet,
    "deleteSheet": delete_sheet,
    "updateSheetProperties": update_sheet_properties,
    "duplicateSheet": duplicate_sheet,
}
