"""Charts of an exported workbook: columns, bars, lines, areas, scatters and pies over the same cells."""

from collections.abc import Mapping
from typing import Any

from openpyxl.chart import AreaChart, BarChart, LineChart, PieChart, Reference, ScatterChart, Series
from openpyxl.utils import get_column_letter

from . import colours
from .book import Book
from .ranges import Area

Json = Mapping[str, Any]
_LEGEND = {"BOTTOM_LEGEND": "b", "TOP_LEGEND": "t", "LEFT_LEGEND": "l", "RIGHT_LEGEND": "r"}


def draw(book: Book, workbook: Any, target: Any, chart: Json) -> None:
    """Draws one chart at its anchor; kinds without a counterpart are left out."""
    spec = chart["spec"]
    if "pieChart" in spec:
        drawn = _pie(book, workbook, spec["pieChart"])
    elif "basicChart" in spec:
        drawn = _basic(book, workbook, spec["basicChart"])
    else:
        return
    drawn.title = spec.get("title")
    overlay = chart["position"]["overlayPosition"]
    drawn.width, drawn.height = overlay["widthPixels"] / 37.8, overlay["heightPixels"] / 37.8
    anchor = overlay["anchorCell"]
    target.add_chart(drawn, f"{get_column_letter(anchor['columnIndex'] + 1)}{anchor['rowIndex'] + 1}")


def _pie(book: Book, workbook: Any, spec: Json) -> Any:
    drawn = PieChart()
    if "series" in spec:
        drawn.add_data(_reference(book, workbook, spec["series"]), titles_from_data=False)
    if "domain" in spec and "series" in spec:
        drawn.set_categories(_reference(book, workbook, spec["domain"]))
    _legend(drawn, spec.get("legendPosition"))
    return drawn


def _basic(book: Book, workbook: Any, spec: Json) -> Any:
    kind = spec.get("chartType", "COLUMN")
    stacked = spec.get("stackedType", "NOT_STACKED") != "NOT_STACKED"
    if kind == "SCATTER":
        return _scatter(book, workbook, spec)
    drawn: Any = {"LINE": LineChart, "AREA": AreaChart}.get(kind, BarChart)()
    if isinstance(drawn, BarChart):
        drawn.type = "bar" if kind == "BAR" else "col"
        drawn.overlap = 100 if stacked else None
    drawn.grouping = "stacked" if stacked else drawn.grouping
    headers = spec.get("headerCount", 0)
    for series in spec.get("series", []):
        values = _reference(book, workbook, series["series"])
        made = Series(values, title_from_data=headers > 0)
        if "color" in series:
            made.graphicalProperties.solidFill = colours.to_hex(series["color"])
        drawn.series.append(made)
    for domain in spec.get("domains", [])[: len(drawn.series)][:1]:
        names = _reference(book, workbook, domain["domain"])
        names.min_row += 1 if headers else 0
        drawn.set_categories(names)
    _axes(drawn, spec)
    _legend(drawn, spec.get("legendPosition"))
    return drawn


def _scatter(book: Book, workbook: Any, spec: Json) -> Any:
    drawn = ScatterChart()
    domains = spec.get("domains", [])
    across = _reference(book, workbook, domains[0]["domain"]) if domains else None
    for series in spec.get("series", []):
        values = _reference(book, workbook, series["series"])
        drawn.series.append(Series(values, across, title_from_data=spec.get("headerCount", 0) > 0))
    _axes(drawn, spec)
    _legend(drawn, spec.get("legendPosition"))
    return drawn


def _axes(drawn: Any, spec: Json) -> None:
    for axis in spec.get("axis", []):
        place = axis.get("position")
        if place == "BOTTOM_AXIS":
            drawn.x_axis.title = axis.get("title")
        elif place == "LEFT_AXIS":
            drawn.y_axis.title = axis.get("title")
    drawn.x_axis.delete = drawn.y_axis.delete = False


def _legend(drawn: Any, position: str | None) -> None:
    if position == "NO_LEGEND":
        drawn.legend = None
    elif position in _LEGEND:
        drawn.legend.position = _LEGEND[position]


def _reference(book: Book, workbook: Any, data: Json) -> Reference:
    source = data["sourceRange"]["sources"][0]
    sheet = book.sheet(source.get("sheetId", 0))
    top, bottom, left, right = sheet.bounded(Area.of(source)).corners()
    return Reference(workbook[sheet.title[:31]], min_col=left + 1, min_row=top + 1, max_col=right, max_row=bottom)
