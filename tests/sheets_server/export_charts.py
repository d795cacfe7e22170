"""Charts of an exported workbook: columns, bars, lines, areas, scatters and pies over the same cells."""

from collections.abc import Mapping
from typing import Any

from openpyxl.chart import AreaChart, BarChart, LineChart, PieChart, Reference, ScatterChart, Series
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint, Marker
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
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
    drawn.title = _title(spec)
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
        drawn.gapWidth = 45
    drawn.grouping = "stacked" if stacked else drawn.grouping
    lines = LineChart()
    for series in spec.get("series", []):
        onto = lines if kind == "COMBO" and series.get("type") == "LINE" else drawn
        onto.series.append(_series(book, workbook, spec, series))
    for domain in spec.get("domains", [])[: len(drawn.series)][:1]:
        names = _reference(book, workbook, domain["domain"])
        names.min_row += 1 if spec.get("headerCount", 0) else 0
        for chart in (drawn, lines) if lines.series else (drawn,):
            chart.set_categories(names)
    _axes(drawn, spec)
    if kind == "BAR":
        drawn.x_axis.scaling.orientation = "maxMin"  # the first category on top
    _legend(drawn, spec.get("legendPosition"))
    if lines.series:
        drawn += lines
    return drawn


def _series(book: Book, workbook: Any, spec: Json, series: Json) -> Any:
    """A series with its colour, its line, the colours of its points and its numbers."""
    made = Series(_reference(book, workbook, series["series"]), title_from_data=spec.get("headerCount", 0) > 0)
    if series.get("type") == "LINE":
        stroke = LineProperties(solidFill=colours.to_hex(series.get("color", {})), w=28_575)
        stroke.prstDash = "dash" if "DASHED" in series.get("lineStyle", {}).get("type", "") else "solid"
        made.graphicalProperties = GraphicalProperties(ln=stroke)
        made.marker, made.smooth = Marker(symbol="none"), False
    elif "color" in series:
        made.graphicalProperties.solidFill = colours.to_hex(series["color"])
    for point in series.get("styleOverrides", []):
        look = GraphicalProperties(solidFill=colours.to_hex(point.get("color", {})))
        made.dPt.append(DataPoint(idx=point.get("index", 0), spPr=look, invertIfNegative=False))
    if series.get("dataLabel", {}).get("type") == "DATA":
        made.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
        inside = series["dataLabel"].get("placement") == "INSIDE_BASE"
        made.dLbls.position = "inBase" if inside else "outEnd"
    return made


def _title(spec: Json) -> Any:
    """The title in its size and colour."""
    text = spec.get("titleTextFormat", {})
    if "title" not in spec or not text:
        return spec.get("title")
    look = CharacterProperties(sz=text.get("fontSize", 16) * 100, b=text.get("bold", False))
    if "foregroundColor" in text:
        look.solidFill = colours.to_hex(text["foregroundColor"])
    run = RegularTextRun(rPr=look, t=spec["title"])
    return Title(tx=Text(rich=RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=look), r=[run])])), overlay=False)


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
    drawn.y_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill="E0E0E0")))


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
