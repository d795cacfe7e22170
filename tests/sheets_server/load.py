"""A workbook's tabs into a spreadsheet: values, formulas, formats, sizes, notes, lists, merges, freezes and filters.

Conditional formats, pictures and charts stay behind: tests that need them lay them out through the API.
"""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import range_boundaries

from . import colours
from .book import Book
from .formats import to_serial
from .grid import Extra, Scalar
from .ranges import Area
from .sheet import Sheet
from .shifts import Json


def fill(book: Book, path: Path) -> None:
    """Replaces the book's tabs with the workbook's."""
    workbook = load_workbook(path)
    book.sheets = []
    for i, source in enumerate(workbook.worksheets):
        rows, columns = max(1000, source.max_row), max(26, source.max_column)
        sheet = Sheet(i and book.new_id(), source.title, rows, columns)
        book.sheets.append(sheet)
        _layout(sheet, source)
        _cells(sheet, source)
        _lists(sheet, source)
    book.touch()


def _layout(sheet: Sheet, source: Any) -> None:
    if source.sheet_state != "visible":
        sheet.properties["hidden"] = True
    if source.freeze_panes:
        corner = _area(sheet, source.freeze_panes)
        frozen = {"frozenRowCount": corner.top, "frozenColumnCount": corner.left}
        grid = sheet.properties["gridProperties"]
        sheet.properties["gridProperties"] = {**grid, **{k: v for k, v in frozen.items() if v}}
    sheet.parts["merges"] = [_area(sheet, str(merged)).json() for merged in source.merged_cells.ranges]
    if source.auto_filter.ref:
        sheet.parts["basicFilter"] = {"range": _area(sheet, source.auto_filter.ref).json()}
    for dimension in source.column_dimensions.values():
        if dimension.width and dimension.customWidth:
            for c in range((dimension.min or 1) - 1, min(dimension.max or 1, sheet.columns)):
                sheet.dimensions["COLUMNS"][c] = {"pixelSize": round(dimension.width * 7 + 5)}


def _area(sheet: Sheet, text: str) -> Area:
    left, top, right, bottom = range_boundaries(text)
    return Area(sheet.id, (top or 1) - 1, bottom, (left or 1) - 1, right)


def _cells(sheet: Sheet, source: Any) -> None:
    looks: dict[int, Json | None] = {}
    for cells in source.iter_rows():
        for cell in cells:
            value, formula = _value(cell)
            style = getattr(cell, "_style", None)
            look = None
            if cell.has_style and style is not None:
                key = hash(style)
                if key not in looks:
                    looks[key] = _look(cell)
                look = looks[key]
            r, c = cell.row - 1, cell.column - 1
            if value is not None:
                sheet.grid.put(r, c, value)
            note = cell.comment.text if getattr(cell, "comment", None) else None
            if look or note or formula:
                sheet.grid.put_extra(r, c, Extra(formula=formula, format=look or None, note=note))


def _value(cell: Any) -> tuple[Scalar, str | None]:
    """A cell's value in the spreadsheet's terms, and its formula."""
    value = cell.value
    if cell.data_type == "f":
        return 0, str(getattr(value, "text", value))
    if isinstance(value, datetime):
        return to_serial(value), None
    if isinstance(value, date):
        return to_serial(datetime(value.year, value.month, value.day)), None
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86400, None
    if hasattr(value, "total_seconds"):
        return value.total_seconds() / 86400, None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value), None
    return value if value is None or isinstance(value, bool | int | float) else str(value), None


def _look(cell: Any) -> Json:
    out: Json = {}
    pattern = cell.number_format
    if pattern and pattern != "General":
        out["numberFormat"] = {"type": _kind(pattern), "pattern": pattern}
    if cell.fill.fill_type == "solid" and isinstance(cell.fill.fgColor.rgb, str):
        colour = colours.from_hex(cell.fill.fgColor.rgb)
        out |= {"backgroundColor": colour, "backgroundColorStyle": {"rgbColor": colour}}
    text: Json = {name: True for name, on in (("bold", cell.font.b), ("italic", cell.font.i)) if on}
    if cell.font.color is not None and isinstance(cell.font.color.rgb, str):
        colour = colours.from_hex(cell.font.color.rgb)
        text |= {"foregroundColor": colour, "foregroundColorStyle": {"rgbColor": colour}}
    if text:
        out["textFormat"] = text
    if cell.alignment.wrap_text:
        out["wrapStrategy"] = "WRAP"
    return out


def _kind(pattern: str) -> str:
    if pattern == "@":
        return "TEXT"
    if is_date_format(pattern):
        clock = "h" in pattern.lower() or "s" in pattern.lower()
        day = "y" in pattern.lower() or "d" in pattern.lower()
        return "DATE_TIME" if clock and day else "TIME" if clock else "DATE"
    return "PERCENT" if "%" in pattern else "NUMBER"


def _lists(sheet: Sheet, source: Any) -> None:
    for validation in source.data_validations.dataValidation:
        if validation.type != "list" or not validation.formula1:
            continue
        literal = validation.formula1.strip('"').split(",") if validation.formula1.startswith('"') else None
        kind = "ONE_OF_LIST" if literal else "ONE_OF_RANGE"
        values = literal or ["=" + validation.formula1.lstrip("=")]
        condition = {"type": kind, "values": [{"userEnteredValue": v} for v in values]}
        rule = {"condition": condition, "strict": validation.errorStyle in (None, "stop"), "showCustomUi": True}
        for part in str(validation.sqref).split():
            area = sheet.bounded(_area(sheet, part))

            def ruled(extra: Extra, rule: Json = rule) -> Extra:
                return Extra(extra.formula, extra.format, extra.note, rule, extra.runs)

            sheet.grid.map_extras(*area.corners(), ruled)
