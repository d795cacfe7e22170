"""``spreadsheets.get``: the whole spreadsheet, some ranges of it, or what a field mask names."""

from typing import Any

from . import masks, metadata
from .book import Book
from .celldata import grid_data
from .masks import Tree
from .ranges import Area
from .sheet import LISTS, Sheet
from .values_read import check_start, filtered_areas

Json = dict[str, Any]


def spreadsheet(book: Book, who: str | None, areas: list[Area], *, data: bool, mask: str | None) -> Json:
    """The Spreadsheet resource.

    With ``areas``, only their tabs, and of each its areas. A mask decides alone whether cells come along.
    """
    tree: Tree = masks.parse(mask) if mask else {}
    data = masks.asks_for(tree, "sheets", "data") if tree and "*" not in tree else data
    book.settle()
    cells = masks.asks_for(tree, "sheets", "data", "rowData")
    out: Json = {"spreadsheetId": book.id, "properties": book.properties}
    shown = [s for s in book.sheets if not areas or any(a.sheet_id == s.id for a in areas)]
    if not tree or masks.asks_for(tree, "sheets"):
        out["sheets"] = [_sheet(book, who, s, [a for a in areas if a.sheet_id == s.id], data, cells) for s in shown]
    if book.named:
        out["namedRanges"] = book.named
    own = [e for e in book.metadata.values() if e["location"]["locationType"] == "SPREADSHEET"]
    if own:
        out["developerMetadata"] = own
    out["spreadsheetUrl"] = f"https://docs.google.com/spreadsheets/d/{book.id}/edit"
    return masks.select(tree, out)  # type: ignore[no-any-return]


def properties(book: Book, sheet: Sheet) -> Json:
    """A tab's SheetProperties: its place is where it stands."""
    own = {k: v for k, v in sheet.properties.items() if v is not False and v != {}}
    grid = {k: v for k, v in own["gridProperties"].items() if v}
    return {**own, "index": book.sheets.index(sheet), "gridProperties": grid}


def _sheet(book: Book, who: str | None, sheet: Sheet, areas: list[Area], data: bool, cells: bool) -> Json:
    out: Json = {"properties": properties(book, sheet)}
    for name in LISTS:
        if sheet.parts[name]:
            out[name] = sheet.parts[name]
    if sheet.parts["basicFilter"] is not None:
        out["basicFilter"] = sheet.parts["basicFilter"]
    if "protectedRanges" in out:
        out["protectedRanges"] = [protection(book, who, p) for p in out["protectedRanges"]]
    own = [e for e in book.metadata.values() if e["location"] == {"locationType": "SHEET", "sheetId": sheet.id}]
    if own:
        out["developerMetadata"] = own
    if data:
        for area in areas:
            check_start(sheet, area)
        columns = _column_metadata(book, sheet)
        out["data"] = [grid_data(book, sheet, area, columns, cells=cells) for area in areas or [Area(sheet.id)]]
    return out


def protection(book: Book, who: str | None, protected: Json) -> Json:
    """A protected range as one caller sees it: who may edit is told to those who may."""
    out = {k: v for k, v in protected.items() if v is not False}
    if book.may_edit(who, protected):
        return {**out, "requestingUserCanEdit": True}
    out.pop("editors", None)
    return out


def _column_metadata(book: Book, sheet: Sheet) -> dict[int, list[Json]]:
    out: dict[int, list[Json]] = {}
    for entry in book.metadata.values():
        span = entry["location"].get("dimensionRange")
        if span and span["sheetId"] == sheet.id and span["dimension"] == "COLUMNS":
            out.setdefault(span["startIndex"], []).append(entry)
    return out


def by_filters(book: Book, who: str | None, body: Json, mask: str | None) -> Json:
    """``spreadsheets.getByDataFilter``."""
    areas = [area for f in body.get("dataFilters", []) for area in filtered_areas(book, f)]
    return spreadsheet(book, who, areas, data=bool(body.get("includeGridData")), mask=mask)


def search(book: Book, body: Json) -> Json:
    """``developerMetadata:search``: each entry once, with the filters that found it."""
    matched: dict[int, Json] = {}
    for data_filter in body.get("dataFilters", []):
        for entry in metadata.find(book, data_filter):
            found = matched.setdefault(entry["metadataId"], {"developerMetadata": entry, "dataFilters": []})
            found["dataFilters"].append(data_filter)
    return {"matchedDeveloperMetadata": list(matched.values())} if matched else {}
