"""A spreadsheet as a workbook, to be looked at: cells, layout and charts by openpyxl.

Filter views, protections, banding and groups have no place in the picture and are left out.
"""

import io
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from . import colours
from .book import Book
from .celldata import hyperlink
from .export_charts import draw
from .export_rules import add_conditional_formats, add_validations
from .formats import default_pattern
from .grid import CellError
from .ranges import Area
from .sheet import Sheet

Json = Mapping[str, Any]
_LINES = {
    "SOLID": "thin", "SOLID_MEDIUM": "medium", "SOLID_THICK": "thick", "DASHED": "dashed", "DOTTED": "dotted", "DOUBLE": "double",
}  # fmt: skip
_HORIZONTAL = {"LEFT": "left", "CENTER": "center", "RIGHT": "right"}
_VERTICAL = {"TOP": "top", "MIDDLE": "center", "BOTTOM": "bottom"}


def workbook_bytes(book: Book) -> bytes:
    """The .xlsx of a spreadsheet."""
    book.settle()
    workbook: Any = Workbook()
    workbook.remove(workbook.active)
    for sheet in book.sheets:
        target = workbook.create_sheet(sheet.title[:31])
        _layout(sheet, target)
        _cells(book, sheet, target)
        add_validations(sheet, target)
        add_conditional_formats(sheet, target)
    for sheet in book.sheets:
        for chart in sheet.parts["charts"]:
            draw(book, workbook, workbook[sheet.title[:31]], chart)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def a1_of(sheet: Sheet, grid_range: Json) -> str:
    """``A1:B2`` of a GridRange."""
    top, bottom, left, right = sheet.bounded(Area.of(dict(grid_range))).corners()
    return f"{get_column_letter(left + 1)}{top + 1}:{get_column_letter(max(right, left + 1))}{max(bottom, top + 1)}"


def _layout(sheet: Sheet, target: Any) -> None:
    grid = sheet.properties["gridProperties"]
    frozen = grid.get("frozenRowCount", 0), grid.get("frozenColumnCount", 0)
    if any(frozen):
        target.freeze_panes = f"{get_column_letter(frozen[1] + 1)}{frozen[0] + 1}"
    target.sheet_view.showGridLines = not grid.get("hideGridlines", False)
    target.sheet_view.rightToLeft = bool(sheet.properties.get("rightToLeft"))
    if sheet.hidden:
        target.sheet_state = "hidden"
    target.page_setup.orientation = "landscape"
    target.page_setup.fitToHeight = 0
    target.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    colour = sheet.properties.get("tabColorStyle", {}).get("rgbColor")
    if colour is not None:
        target.sheet_properties.tabColor = colours.to_hex(colour)
    for c, properties in sheet.dimensions["COLUMNS"].items():
        column = target.column_dimensions[get_column_letter(c + 1)]
        if "pixelSize" in properties:
            column.width = max(0.5, (properties["pixelSize"] - 5) / 7)
        column.hidden = bool(properties.get("hiddenByUser"))
    for group in sheet.parts["columnGroups"]:
        for c in range(group["range"]["startIndex"], group["range"]["endIndex"]):
            target.column_dimensions[get_column_letter(c + 1)].outlineLevel = group["depth"]
    target.sheet_properties.outlinePr.summaryRight = bool(grid.get("columnGroupControlAfter"))
    for r, properties in sheet.dimensions["ROWS"].items():
        if "pixelSize" in properties:
            target.row_dimensions[r + 1].height = properties["pixelSize"] * 0.75
        target.row_dimensions[r + 1].hidden = bool(properties.get("hiddenByUser"))
    for merge in sheet.parts["merges"]:
        target.merge_cells(a1_of(sheet, merge))
    if sheet.parts["basicFilter"] is not None:
        target.auto_filter.ref = a1_of(sheet, sheet.parts["basicFilter"]["range"])


def _cells(book: Book, sheet: Sheet, target: Any) -> None:
    looks: dict[int, tuple[Json, dict[str, Any]]] = {}
    for r, c in sheet.grid.cells(0, sheet.rows, 0, sheet.columns):
        cell = target.cell(r + 1, c + 1)
        if not isinstance(cell, Cell):
            continue  # merged away
        value, extra = sheet.grid.value(r, c), sheet.grid.extra(r, c)
        if extra.formula is not None:
            cell.value = extra.formula
        elif isinstance(value, CellError):
            cell.value, cell.data_type = str(value), "e"
        else:
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # a text that begins with = stays a text
        if extra.note:
            cell.comment = Comment(extra.note, "sheetcrm")
        link = hyperlink(extra)
        if link and extra.formula is None:
            cell.hyperlink = link
        if extra.format:
            if id(extra.format) not in looks:
                looks[id(extra.format)] = (extra.format, _look(book, extra.format))
            for name, style in looks[id(extra.format)][1].items():
                setattr(cell, name, style)


def _look(book: Book, look: Json) -> dict[str, Any]:
    """openpyxl's styles of a CellFormat."""
    out: dict[str, Any] = {}
    number = look.get("numberFormat")
    if number:
        pattern = number.get("pattern") or default_pattern(number.get("type", ""), book.locale)
        out["number_format"] = "@" if number.get("type") == "TEXT" else pattern or "General"
    if "backgroundColor" in look:
        out["fill"] = PatternFill("solid", fgColor=colours.to_hex(look["backgroundColor"]))
    if "textFormat" in look:
        out["font"] = font(look["textFormat"])
    if {"horizontalAlignment", "verticalAlignment", "wrapStrategy", "textRotation"} & look.keys():
        out["alignment"] = Alignment(
            horizontal=_HORIZONTAL.get(look.get("horizontalAlignment", "")),
            vertical=_VERTICAL.get(look.get("verticalAlignment", "")),
            wrap_text=look.get("wrapStrategy") == "WRAP" or None,
            text_rotation=look.get("textRotation", {}).get("angle", 0) % 180 or None,
            indent=1 if max(look.get("padding", {}).get(side, 0) for side in ("left", "right")) > 6 else 0,
        )
    if "borders" in look:
        sides: dict[str, Any] = {side: _side(line) for side, line in look["borders"].items()}
        out["border"] = Border(**sides)
    return out


def font(text: Json) -> Font:
    """openpyxl's font of a TextFormat."""
    return Font(
        name=text.get("fontFamily", "Arial"),
        size=text.get("fontSize", 10),
        bold=text.get("bold"),
        italic=text.get("italic"),
        strike=text.get("strikethrough"),
        underline="single" if text.get("underline") else None,
        color=colours.to_hex(text["foregroundColor"]) if "foregroundColor" in text else None,
    )


def _side(line: Json) -> Side:
    style: Any = _LINES.get(line.get("style", ""))
    return Side(style=style, color=colours.to_hex(line.get("color", {})))
