"""``values.get`` and its batches: cells as text, as values or as formulas."""

from typing import Any

from . import metadata
from .book import Book
from .errors import invalid
from .formats import DATE_TYPES, shown
from .grid import PLAIN, Extra, Scalar
from .locale import Locale
from .ranges import Area, a1
from .sheet import Sheet

Json = dict[str, Any]


def check_start(sheet: Sheet, area: Area) -> None:
    """Refuses an area that begins outside the grid; one that only ends outside is cut."""
    if (area.top or 0) >= sheet.rows or (area.left or 0) >= sheet.columns:
        raise beyond_grid(sheet, area)


def beyond_grid(sheet: Sheet, area: Area) -> Exception:
    """The well-known refusal: grow the grid first."""
    whole = Area(
        sheet.id,
        area.top or 0,
        sheet.rows if area.bottom is None else area.bottom,
        area.left or 0,
        sheet.columns if area.right is None else area.right,
    )
    return invalid(
        f"Range ({a1(sheet.title, whole)}) exceeds grid limits. Max rows: {sheet.rows}, max columns: {sheet.columns}"
    )


def value_range(book: Book, area: Area, options: Json) -> Json:
    """A ValueRange of an area. ``options`` holds ``majorDimension``, ``valueRenderOption``, ``dateTimeRenderOption``."""
    sheet = book.sheet(area.sheet_id)
    check_start(sheet, area)
    area = sheet.bounded(area)
    major = options.get("majorDimension") or "ROWS"
    out: Json = {"range": a1(sheet.title, area), "majorDimension": major}
    values = read(book, sheet, area, options)
    if major == "COLUMNS":
        values = transposed(values)
    if values:
        out["values"] = values
    return out


def read(book: Book, sheet: Sheet, area: Area, options: Json) -> list[list[Any]]:
    """Rows of cells, without trailing blanks; inner blanks are empty text."""
    book.settle()
    top, bottom, left, right = area.corners()
    block = sheet.grid.block(top, bottom, left, right)
    option = options.get("valueRenderOption") or "FORMATTED_VALUE"
    texts = option == "UNFORMATTED_VALUE" and options.get("dateTimeRenderOption") == "FORMATTED_STRING"
    if option == "UNFORMATTED_VALUE" and not texts:
        for cells in block:
            if None in cells:
                cells[:] = ["" if v is None else v for v in cells]
        return block
    cell = {"FORMULA": _formula, "FORMATTED_VALUE": _formatted}.get(option, _dates_as_text)
    locale = book.locale
    for r, cells in enumerate(block, start=top):
        row = sheet.grid.row(r)
        if row is not None:
            extra = row.extras.get
            cells[:] = ["" if v is None else cell(v, extra(c, PLAIN), locale) for c, v in enumerate(cells, start=left)]
    return block


def _formatted(value: Scalar, extra: Extra, locale: Locale) -> Scalar:
    if value.__class__ is str:
        return value
    return shown(value, extra.format.get("numberFormat") if extra.format else None, locale)


def _formula(value: Scalar, extra: Extra, _locale: Locale) -> Scalar:
    return value if extra.formula is None else extra.formula


def _dates_as_text(value: Scalar, extra: Extra, locale: Locale) -> Scalar:
    number_format = extra.format.get("numberFormat") if extra.format else None
    if number_format and number_format.get("type") in DATE_TYPES:
        return shown(value, number_format, locale)
    return value


def transposed(values: list[list[Any]]) -> list[list[Any]]:
    """Columns for rows, again without trailing blanks."""
    width = max((len(row) for row in values), default=0)
    out = []
    for c in range(width):
        column = [row[c] if c < len(row) else "" for row in values]
        while column and column[-1] == "":
            column.pop()
        out.append(column)
    return out


def filtered_areas(book: Book, data_filter: Json) -> list[Area]:
    """The areas that a data filter names: one for an A1 or grid range, one for each metadata entry it selects."""
    if "developerMetadataLookup" in data_filter:
        found = (metadata.area_of(entry) for entry in metadata.find(book, data_filter))
        return [area for area in found if area is not None]
    return [metadata.filter_area(book, data_filter)]


def batch_get(book: Book, ranges: list[str], options: Json) -> Json:
    """``values:batchGet``."""
    found = [value_range(book, book.area(text), options) for text in ranges]
    return {"spreadsheetId": book.id, **({"valueRanges": found} if found else {})}


def batch_get_by_filter(book: Book, body: Json) -> Json:
    """``values:batchGetByDataFilter``: each area once, with the filters that named it."""
    matched: dict[Area, list[Json]] = {}
    for data_filter in body.get("dataFilters", []):
        for area in filtered_areas(book, data_filter):
            matched.setdefault(area, []).append(data_filter)
    found = [{"valueRange": value_range(book, a, body), "dataFilters": filters} for a, filters in matched.items()]
    return {"spreadsheetId": book.id, **({"valueRanges": found} if found else {})}
