"""The dashboard's native charts, on the fixed ranges that ``views.layout`` declares."""

from __future__ import annotations

from openpyxl.chart import BarChart, LineChart
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import AxDataSource, NumDataSource, NumRef, StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import DataPoint, Marker
from openpyxl.chart.series import Series, SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.utils import absolute_coordinate, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from sheetcrm.sync.excel.template import palette
from sheetcrm.views.layout import Layout
from sheetcrm.views.places import ChartPlace, SeriesPlace
from sheetcrm.words import Words

_CM_PER_PIXEL = 2.54 / 96
_FORMATS = {"money": "#,##0", "percent": "0%", "count": "0", "decimal": "0"}
_STACKED = ("stacked_columns", "stacked_with_line")
_LINED = ("columns_with_line", "stacked_with_line")
_SMALL, _NAME = 900, 1000
"""Hundredths of a point."""
_GAP = 45
_LINE_WIDTH = 28_575
"""English metric units: 2.25 points."""


def add_charts(sheet: Worksheet, layout: Layout, words: Words) -> None:
    """Draws every chart of the layout."""
    for place in layout.charts:
        chart = _bars(sheet, place)
        if place.kind in _LINED:
            chart += _line(sheet, place)
        chart.title = _title(words.text(place.title_key))
        _calm(chart, place)
        chart.width = place.width * _CM_PER_PIXEL  # type: ignore[assignment]  # centimetres, with their fractions
        chart.height = place.height * _CM_PER_PIXEL
        sheet.add_chart(chart, place.anchor)


def _bars(sheet: Worksheet, place: ChartPlace) -> BarChart:
    """Columns, stacked columns or horizontal bars; where there is a line all series but the last."""
    chart = BarChart()
    chart.type = "bar" if place.kind == "bars" else "col"
    chart.gapWidth = _GAP
    series = _drawn(place)
    if place.kind in _STACKED:
        chart.grouping, chart.overlap = "stacked", 100
    if place.kind in _LINED:
        series = series[:-1]
    for number, each in enumerate(series):
        bars = _series(sheet, place, each, number)
        bars.graphicalProperties = _solid(each.tone)
        bars.invertIfNegative = False
        if place.kind not in _STACKED:
            bars.dLbls = _labels(each, place)
        bars.dPt = [
            DataPoint(idx=point, spPr=_solid(tone), invertIfNegative=False)
            for point, tone in enumerate(place.point_tones)
        ]
        chart.series.append(bars)
    return chart


def _line(sheet: Worksheet, place: ChartPlace) -> LineChart:
    """The last series as a line over the columns, on the same axes."""
    chart = LineChart()
    each = _drawn(place)[-1]
    line = _series(sheet, place, each, len(_drawn(place)) - 1)
    stroke = LineProperties(solidFill=palette.SERIES[each.tone], w=_LINE_WIDTH, prstDash="dash")
    line.graphicalProperties = GraphicalProperties(ln=stroke)
    line.marker = Marker(symbol="none")
    line.smooth = False
    chart.series.append(line)
    return chart


def _drawn(place: ChartPlace) -> list[SeriesPlace]:
    return [series for series in place.series if series.drawn]


def _series(sheet: Worksheet, place: ChartPlace, each: SeriesPlace, number: int) -> Series:
    """A series that takes name, categories (text) and numbers from the sheet."""
    title = quote_sheetname(sheet.title)
    return Series(
        idx=number,
        order=number,
        tx=SeriesLabel(strRef=StrRef(f=f"{title}!{absolute_coordinate(each.header)}")),
        cat=AxDataSource(strRef=StrRef(f=f"{title}!{absolute_coordinate(place.categories)}")),
        val=NumDataSource(numRef=NumRef(f=f"{title}!{absolute_coordinate(each.values)}")),
    )


def _calm(chart: BarChart, place: ChartPlace) -> None:
    """Only what is read: no box around a box, pale lines, no value axis where the bars say their number."""
    labelled = place.kind not in _STACKED
    chart.legend = Legend() if len(_drawn(place)) > 1 else None
    if chart.legend:
        chart.legend.position = "b"
        chart.legend.txPr = _rich(_SMALL, palette.QUIET)
    chart.roundedCorners = False
    chart.graphical_properties = GraphicalProperties(solidFill=palette.PAPER, ln=LineProperties(solidFill=palette.EDGE))
    chart.x_axis.delete = False
    chart.x_axis.txPr = _rich(_SMALL, palette.QUIET)
    chart.x_axis.majorTickMark = "none"
    chart.x_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=palette.EDGE))
    chart.y_axis.delete = labelled
    chart.y_axis.number_format = _FORMATS[place.series[0].format]
    chart.y_axis.numFmt.sourceLinked = False
    chart.y_axis.txPr = _rich(_SMALL, palette.QUIET)
    chart.y_axis.majorTickMark = "none"
    chart.y_axis.scaling.min = 0
    chart.y_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    pale = GraphicalProperties(ln=LineProperties(solidFill=palette.TINTS["muted"].ground))
    chart.y_axis.majorGridlines = None if labelled else ChartLines(spPr=pale)
    if place.kind == "bars":
        chart.x_axis.scaling.orientation = "maxMin"


def _labels(each: SeriesPlace, place: ChartPlace) -> DataLabelList:
    """The number at the end of each bar; at its foot where a line would cross it."""
    labels = DataLabelList()
    labels.showVal = True
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = False
    labels.numFmt = _FORMATS[each.format]
    labels.position = "inBase" if place.kind == "columns_with_line" else "outEnd"
    labels.txPr = _rich(_SMALL, palette.INK)
    return labels


def _solid(tone: str) -> GraphicalProperties:
    return GraphicalProperties(solidFill=palette.SERIES[tone], ln=LineProperties(noFill=True))


def _title(text: str) -> Title:
    """What the chart shows, quietly: what it says stands above it as the runner's finding, where it can change."""
    look = _characters(_NAME, palette.QUIET)
    run = RegularTextRun(rPr=look, t=text)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=look), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _rich(size: int, colour: str) -> RichText:
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=_characters(size, colour)), endParaRPr=CharacterProperties())
    return RichText(p=[paragraph])


def _characters(size: int, colour: str) -> CharacterProperties:
    return CharacterProperties(sz=size, b=False, solidFill=colour)
