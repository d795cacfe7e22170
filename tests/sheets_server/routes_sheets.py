"""The Sheets API's calls."""

from typing import Any

from . import batch, values_read, values_write, view
from .book import Book
from .errors import Json, invalid, not_found
from .http_types import Request
from .ranges import Area
from .requests_sheets import copy_metadata, copy_title, twin_of
from .routing import Caller, Route
from .sheet import Sheet


def _options(request: Request) -> Json:
    names = (
        "valueInputOption", "insertDataOption", "majorDimension", "valueRenderOption", "dateTimeRenderOption",
        "responseValueRenderOption", "responseDateTimeRenderOption",
    )  # fmt: skip
    return {**{n: request.option(n) for n in names}, "includeValuesInResponse": request.flag("includeValuesInResponse")}


def create(caller: Caller, _path: list[str], body: Json) -> Json:
    """``spreadsheets.create``, with the tabs, names and cells' layout that the body gives."""
    caller.app.check_may_own(caller.who)
    book = Book(body.get("properties", {}).get("title") or "Untitled spreadsheet", caller.who)
    book.properties = {**book.properties, **body.get("properties", {})}
    wanted = body.get("sheets", [])
    if wanted:
        book.sheets = []
        for i, sheet in enumerate(wanted):
            properties = sheet.get("properties", {})
            grid = properties.get("gridProperties", {})
            made = Sheet(
                properties.get("sheetId", book.new_id() if i else 0),
                properties.get("title", f"Sheet{i + 1}"),
                grid.get("rowCount", 1000),
                grid.get("columnCount", 26),
            )
            made.properties = {
                **properties,
                **made.properties,
                "gridProperties": {**grid, **made.properties["gridProperties"]},
            }
            book.sheets.append(made)
    caller.app.add(book)
    return view.spreadsheet(book, caller.who, [], data=False, mask=None)


def get(caller: Caller, path: list[str], _body: Json) -> Json:
    """``spreadsheets.get``. The mask is applied here: with one, ``includeGridData`` is ignored."""
    request = caller.request
    with caller.reading(path[0]) as book:
        areas = [book.area(text) for text in request.query.get("ranges", [])]
        mask = request.option("fields")
        return view.spreadsheet(book, caller.who, areas, data=request.flag("includeGridData"), mask=mask)


def get_by_data_filter(caller: Caller, path: list[str], body: Json) -> Json:
    with caller.reading(path[0]) as book:
        return view.by_filters(book, caller.who, body, caller.request.option("fields"))


def batch_update(caller: Caller, path: list[str], body: Json) -> Json:
    with caller.writing(path[0]) as book:
        return batch.run(batch.Batch(book, caller.who, caller.app.settings.duplicates_metadata), body)


def values_get(caller: Caller, path: list[str], _body: Json) -> Json:
    with caller.reading(path[0]) as book:
        return values_read.value_range(book, book.area(path[1]), _options(caller.request))


def values_update(caller: Caller, path: list[str], body: Json) -> Json:
    _check_range(path[1], body)
    with caller.writing(path[0]) as book:
        return values_write.update(book, caller.who, path[1], body, _options(caller.request))


def _check_range(text: str, body: Json) -> None:
    if body.get("range") and body["range"] != text:
        raise invalid(f"Requested writing within range [{text}], but the body's range is [{body['range']}]")


def values_append(caller: Caller, path: list[str], body: Json) -> Json:
    with caller.writing(path[0]) as book:
        return values_write.append(book, caller.who, path[1], body, _options(caller.request))


def values_clear(caller: Caller, path: list[str], _body: Json) -> Json:
    with caller.writing(path[0]) as book:
        cleared = values_write.clear(book, caller.who, [book.area(path[1])])
        return {"spreadsheetId": book.id, "clearedRange": cleared[0]}


def values_batch_get(caller: Caller, path: list[str], _body: Json) -> Json:
    with caller.reading(path[0]) as book:
        return values_read.batch_get(book, caller.request.query.get("ranges", []), _options(caller.request))


def values_batch_get_by_data_filter(caller: Caller, path: list[str], body: Json) -> Json:
    with caller.reading(path[0]) as book:
        return values_read.batch_get_by_filter(book, body)


def values_batch_update(caller: Caller, path: list[str], body: Json) -> Json:
    with caller.writing(path[0]) as book:
        return values_write.batch_update(book, caller.who, body, values_write.by_ranges(book, body))


def values_batch_update_by_data_filter(caller: Caller, path: list[str], body: Json) -> Json:
    with caller.writing(path[0]) as book:
        areas = values_write.by_filters(book, body, strict=caller.app.settings.refuses_empty_filters)
        return values_write.batch_update(book, caller.who, body, areas)


def values_batch_clear(caller: Caller, path: list[str], body: Json) -> Json:
    with caller.writing(path[0]) as book:
        areas = [book.area(text) for text in body.get("ranges", [])]
        return _cleared(book, caller, areas)


def values_batch_clear_by_data_filter(caller: Caller, path: list[str], body: Json) -> Json:
    with caller.writing(path[0]) as book:
        areas = [a for f in body.get("dataFilters", []) for a in values_read.filtered_areas(book, f)]
        return _cleared(book, caller, areas)


def _cleared(book: Book, caller: Caller, areas: list[Area]) -> Json:
    cleared = values_write.clear(book, caller.who, areas)
    return {"spreadsheetId": book.id, **({"clearedRanges": cleared} if cleared else {})}


def metadata_get(caller: Caller, path: list[str], _body: Json) -> Json:
    with caller.reading(path[0]) as book:
        entry = book.metadata.get(int(path[1]))
        if entry is None:
            raise not_found()
        return dict(entry)


def metadata_search(caller: Caller, path: list[str], body: Json) -> Json:
    with caller.reading(path[0]) as book:
        return view.search(book, body)


def copy_to(caller: Caller, path: list[str], body: Json) -> Json:
    """``sheets.copyTo``: the copy stands last in the other spreadsheet."""
    with caller.reading(path[0]) as source, caller.writing(body.get("destinationSpreadsheetId", "")) as target:
        sheet = source.sheet(int(path[1]))
        twin = twin_of(target, sheet, target.new_id(), copy_title(target, f"Copy of {sheet.title}"))
        target.sheets.append(twin)
        if caller.app.settings.duplicates_metadata:
            copy_metadata(source, target, sheet.id, twin.id)
        target.touch()
        return view.properties(target, twin)


_S = r"/v4/spreadsheets"
_ID = rf"{_S}/([^/:]+)"
_N = "sheets.spreadsheets."


def _route(verb: str, pattern: str, name: str, handler: Any, kind: str) -> Route:
    return Route(verb, pattern, "sheets.v4", _N + name, handler, kind)


ROUTES = [
    _route("POST", _S, "create", create, "write"),
    _route("GET", _ID, "get", get, "read"),
    _route("POST", rf"{_ID}:getByDataFilter", "getByDataFilter", get_by_data_filter, "read"),
    _route("POST", rf"{_ID}:batchUpdate", "batchUpdate", batch_update, "write"),
    _route("GET", rf"{_ID}/values:batchGet", "values.batchGet", values_batch_get, "read"),
    _route(
        "POST",
        rf"{_ID}/values:batchGetByDataFilter",
        "values.batchGetByDataFilter",
        values_batch_get_by_data_filter,
        "read",
    ),
    _route("POST", rf"{_ID}/values:batchUpdate", "values.batchUpdate", values_batch_update, "write"),
    _route(
        "POST",
        rf"{_ID}/values:batchUpdateByDataFilter",
        "values.batchUpdateByDataFilter",
        values_batch_update_by_data_filter,
        "write",
    ),
    _route("POST", rf"{_ID}/values:batchClear", "values.batchClear", values_batch_clear, "write"),
    _route(
        "POST",
        rf"{_ID}/values:batchClearByDataFilter",
        "values.batchClearByDataFilter",
        values_batch_clear_by_data_filter,
        "write",
    ),
    _route("POST", rf"{_ID}/values/(.+):append", "values.append", values_append, "write"),
    _route("POST", rf"{_ID}/values/(.+):clear", "values.clear", values_clear, "write"),
    _route("GET", rf"{_ID}/values/(.+)", "values.get", values_get, "read"),
    _route("PUT", rf"{_ID}/values/(.+)", "values.update", values_update, "write"),
    _route("GET", rf"{_ID}/developerMetadata/(\d+)", "developerMetadata.get", metadata_get, "read"),
    _route("POST", rf"{_ID}/developerMetadata:search", "developerMetadata.search", metadata_search, "read"),
    _route("POST", rf"{_ID}/sheets/(\d+):copyTo", "sheets.copyTo", copy_to, "write"),
]
