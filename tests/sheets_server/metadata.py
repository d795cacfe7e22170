"""Developer metadata: entries tied to a spreadsheet, a tab, a row or a column, and the filters that find them."""

from typing import Any

from .book import Book
from .errors import invalid
from .ranges import Area

Json = dict[str, Any]
CAP = 30_000
"""Characters of keys and values, in each tab and in the spreadsheet's own entries."""


def create(book: Book, wanted: Json, where: str) -> Json:
    """Adds an entry; a fixed id that exists is refused, which makes a lock of it."""
    entry: Json = {k: wanted[k] for k in ("metadataId", "metadataKey", "metadataValue", "visibility") if k in wanted}
    if not entry.get("metadataKey"):
        raise invalid(f"Invalid {where}: Developer metadata key must be specified.")
    if entry.get("visibility") not in ("DOCUMENT", "PROJECT"):
        raise invalid(f"Invalid {where}: Developer metadata visibility must be specified.")
    if entry.get("metadataId") in book.metadata:
        raise invalid(f"Invalid {where}: Developer metadata with ID {entry['metadataId']} already exists.")
    entry["metadataId"] = entry.get("metadataId") or book.new_id()
    entry["location"] = _location(book, wanted.get("location", {}), where)
    book.metadata[entry["metadataId"]] = entry
    _check_cap(book, entry, where)
    return entry


def _location(book: Book, wanted: Json, where: str) -> Json:
    if wanted.get("spreadsheet"):
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    if "dimensionRange" in wanted:
        span = {"sheetId": 0, **wanted["dimensionRange"]}
        sheet = book.sheet(span["sheetId"])
        size = {"ROWS": sheet.rows, "COLUMNS": sheet.columns}.get(span.get("dimension", ""))
        start, end = span.get("startIndex", 0), span.get("endIndex")
        if size is None or end is None or end - start != 1 or not 0 <= start < size:
            raise invalid(f"Invalid {where}: Developer metadata must be on exactly one row or column of the sheet.")
        kind = "ROW" if span["dimension"] == "ROWS" else "COLUMN"
        return {"locationType": kind, "dimensionRange": {**span, "startIndex": start}}
    if "sheetId" in wanted:
        book.sheet(wanted["sheetId"])
        return {"locationType": "SHEET", "sheetId": wanted["sheetId"]}
    raise invalid(f"Invalid {where}: Developer metadata location must be specified.")


def sheet_of(entry: Json) -> int | None:
    """The tab an entry stands on; ``None`` for the spreadsheet's own."""
    location = entry["location"]
    if "dimensionRange" in location:
        return int(location["dimensionRange"]["sheetId"])
    return int(location["sheetId"]) if "sheetId" in location else None


def _check_cap(book: Book, entry: Json, where: str) -> None:
    sheet_id = sheet_of(entry)
    used = sum(
        len(e["metadataKey"]) + len(e.get("metadataValue", ""))
        for e in book.metadata.values()
        if sheet_of(e) == sheet_id
    )
    if used > CAP:
        raise invalid(f"Invalid {where}: Developer metadata exceeds the limit of {CAP} characters.")


def update(book: Book, filters: list[Json], wanted: Json, tree: Json, where: str) -> list[Json]:
    """Changes the fields of ``tree`` in every entry that the filters find."""
    found = {entry["metadataId"]: entry for f in filters for entry in find(book, f)}
    changed = []
    for metadata_id, entry in found.items():
        after = dict(entry)
        for name in tree if "*" not in tree else ("metadataKey", "metadataValue", "visibility", "location"):
            if name == "location" and "location" in wanted:
                after["location"] = _location(book, wanted["location"], where)
            elif name in wanted:
                after[name] = wanted[name]
        book.metadata[metadata_id] = after
        _check_cap(book, after, where)
        changed.append(after)
    return changed


def delete(book: Book, data_filter: Json) -> list[Json]:
    """Takes away every entry that the filter finds."""
    gone = find(book, data_filter)
    for entry in gone:
        del book.metadata[entry["metadataId"]]
    return gone


def find(book: Book, data_filter: Json) -> list[Json]:
    """Entries that a lookup selects, or that stand on rows, columns and tabs that an area meets."""
    if "developerMetadataLookup" in data_filter:
        lookup = data_filter["developerMetadataLookup"]
        return [e for e in book.metadata.values() if _selected(e, lookup)]
    area = filter_area(book, data_filter)
    return [e for e in book.metadata.values() if (a := area_of(e)) is not None and a.meets(area)]


def filter_area(book: Book, data_filter: Json) -> Area:
    """The area of a filter that names one."""
    if "a1Range" in data_filter:
        return book.area(data_filter["a1Range"])
    if "gridRange" in data_filter:
        area = Area.of(data_filter["gridRange"])
        book.sheet(area.sheet_id)
        return area
    raise invalid("Invalid dataFilter: a filter must be specified.")


def area_of(entry: Json) -> Area | None:
    """The row, column or tab of an entry as an area."""
    location = entry["location"]
    span = location.get("dimensionRange")
    if span is None:
        return Area(location["sheetId"]) if "sheetId" in location else None
    if span["dimension"] == "ROWS":
        return Area(span["sheetId"], top=span["startIndex"], bottom=span["endIndex"])
    return Area(span["sheetId"], left=span["startIndex"], right=span["endIndex"])


def _selected(entry: Json, lookup: Json) -> bool:
    for name in ("metadataId", "metadataKey", "metadataValue", "visibility"):
        if name in lookup and entry.get(name) != lookup[name]:
            return False
    kind = lookup.get("locationType")
    if kind and entry["location"]["locationType"] != kind:
        return False
    wanted = lookup.get("metadataLocation")
    return wanted is None or _located(entry, wanted, lookup.get("locationMatchingStrategy", "EXACT_LOCATION"))


def _located(entry: Json, wanted: Json, strategy: str) -> bool:
    if wanted.get("spreadsheet"):
        return entry["location"]["locationType"] == "SPREADSHEET" or strategy == "INTERSECTING_LOCATION"
    span = wanted.get("dimensionRange")
    location: Json = {"dimensionRange": {"sheetId": 0, **span}} if span else {"sheetId": wanted.get("sheetId", 0)}
    area, own = area_of({"location": location}), area_of(entry)
    if own is None or area is None:
        return False
    return own == area if strategy == "EXACT_LOCATION" else own.meets(area)
