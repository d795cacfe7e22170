"""The dashboard's charts on the fixed ranges that ``views.layout`` declares, under ids of our own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from sheetcrm.sync.google.layout.wire import Json, colour, fixed_id, letter, span_of
from sheetcrm.views.look.colours import EDGE, FONT, INK, PAPER, QUIET, SERIES
from sheetcrm.views.places import ChartPlace, SeriesPlace
from sheetcrm.words import Words

_TITLE, _SMALL = 10, 9
_KINDS = {
    "stacked_columns": "COLUMN",
    "columns": "COLUMN",
    "columns_with_line": "COMBO",
    "stacked_with_line": "COMBO",
    "bars": "BAR",
}
_STACKED = ("stacked_columns", "stacked_with_line")
_LINED = ("columns_with_line", "stacked_with_line")
_LINE_PIXELS = 3


def specs(sheet: int, places: Sequence[ChartPlace], words: Words) -> dict[int, Json]:
    """The ChartSpec of each chart by its fixed id."""
    return {chart_id(sheet, place): _spec(sheet, place, words) for place in places}


def chart_id(sheet: int, place: ChartPlace) -> int:
    """The id of this chart on this sheet. An older dashboard that people renamed and kept has its own."""
    return fixed_id(f"chart/{sheet}/{place.key}")


def mark(found: dict[int, Json]) -> str:
    """What tells one drawing of the charts from another: they are drawn again only when it changes."""
    text = json.dumps(found, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def add(sheet: int, place: ChartPlace, spec: Json) -> Json:
    """The request that puts a chart in its place."""
    top = span_of(sheet, place.anchor)
    anchor = {"sheetId": sheet, "rowIndex": top["startRowIndex"], "columnIndex": top["startColumnIndex"]}
    overlay = {"anchorCell": anchor, "widthPixels": place.width, "heightPixels": place.height}
    border = {"colorStyle": colour(EDGE)}
    chart = {
        "chartId": chart_id(sheet, place),
        "spec": spec,
        "position": {"overlayPosition": overlay},
        "border": border,
    }
    return {"addChart": {"chart": chart}}


def redraw(chart: int, spec: Json) -> Json:
    """The request that gives a chart a new spec, where people have put it."""
    return {"updateChartSpec": {"chartId": chart, "spec": spec}}


def _spec(sheet: int, place: ChartPlace, words: Words) -> Json:
    drawn = [series for series in place.series if series.drawn]
    domain = _with_header(sheet, place.category_header, place.categories)
    series = [_series(sheet, place, each, last=each is drawn[-1]) for each in drawn]
    value_axis = "BOTTOM_AXIS" if place.kind == "bars" else "LEFT_AXIS"
    basic: Json = {
        "chartType": _KINDS[place.kind],
        "headerCount": 1,
        "domains": [{"domain": domain}],
        "series": series,
        "legendPosition": "BOTTOM_LEGEND" if len(drawn) > 1 else "NO_LEGEND",
        "axis": [
            {"position": axis, "format": letter(size=_SMALL, ink=QUIET, family=False)}
            | ({"viewWindowOptions": {"viewWindowMode": "EXPLICIT", "viewWindowMin": 0}} if axis == value_axis else {})
            for axis in ("BOTTOM_AXIS", "LEFT_AXIS")
        ],
    }
    if place.kind in _STACKED:
        basic["stackedType"] = "STACKED"
    return {
        "title": words.text(place.title_key),
        # Quiet: what the chart says stands above it as the runner's finding, where it can change.
        "titleTextFormat": letter(size=_TITLE, ink=QUIET),
        "fontName": FONT,
        "backgroundColorStyle": colour(PAPER),
        "altText": words.text(place.title_key),
        # The numbers behind the charts stand far to the right: people may hide those columns.
        "hiddenDimensionStrategy": "SHOW_ALL",
        "basicChart": basic,
    }


def _series(sheet: int, place: ChartPlace, each: SeriesPlace, *, last: bool) -> Json:
    found: Json = {
        "series": _with_header(sheet, each.header, each.values),
        "targetAxis": "BOTTOM_AXIS" if place.kind == "bars" else "LEFT_AXIS",
        "colorStyle": colour(SERIES[each.tone]),
    }
    if place.kind in _LINED:
        found["type"] = "LINE" if last else "COLUMN"
    if place.kind in _LINED and last:
        return found | {"lineStyle": {"type": "MEDIUM_DASHED", "width": _LINE_PIXELS}}
    if place.kind not in _STACKED:
        # At its foot where a line would cross it.
        where = "INSIDE_BASE" if place.kind == "columns_with_line" else "OUTSIDE_END"
        text = letter(size=_SMALL, ink=INK, family=False)
        found["dataLabel"] = {"type": "DATA", "placement": where, "textFormat": text}
    if place.point_tones:
        found["styleOverrides"] = [
            {"index": point, "colorStyle": colour(SERIES[tone])} for point, tone in enumerate(place.point_tones)
        ]
    return found


def _with_header(sheet: int, header: str, values: str) -> Json:
    """Header and numbers in one range: the header names the series."""
    return {"sourceRange": {"sources": [span_of(sheet, f"{header}:{values.split(':')[-1]}")]}}
