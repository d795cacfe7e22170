"""Draws the dashboard: boxes, labels and formats where ``views.layout`` says; the runner fills in the values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sheetcrm.address import address, column, letters, parse_box, parse_cell
from sheetcrm.sync.google.layout import charts
from sheetcrm.sync.google.layout.canvas import Canvas
from sheetcrm.sync.google.layout.wire import Json, colour, letter, line, number_format, padding, span_of
from sheetcrm.views.layout import LATER_ROW, LAYOUT
from sheetcrm.views.look.colours import CARD, EDGE, NAVY, PAPER, QUIET, SERIES, TINTS
from sheetcrm.views.look.formats import day_format, figure_format
from sheetcrm.views.places import CardPlace, ChartPlace, ColumnPlace, Format, Section, TablePlace
from sheetcrm.words import Words

ROWS, COLUMNS = LATER_ROW + 14, 19
_AIR = 8
"""Pixels between a card's edge and its text."""
MARK_KEY = "sheetcrm.charts"
"""The tab's developer metadata that says which drawing of the charts it holds."""


def draw_board(sheet: int, words: Words) -> list[Json]:
    """The requests that fill an empty sheet with the dashboard, its charts and their mark."""
    canvas = Canvas(sheet)
    canvas.widths({column(name): size for name, size in LAYOUT.column_widths.items()})
    canvas.heights(dict(LAYOUT.row_heights))
    _write_top(canvas, words)
    for card in LAYOUT.cards:
        _draw_card(canvas, card, words)
    for chart in LAYOUT.charts:
        _draw_block(canvas, chart, words)
    for section in LAYOUT.sections:
        _draw_heading(canvas, section, words)
        for table in section.tables:
            _draw_table(canvas, table, words)
    _write_book_id(canvas, words)
    drawings = charts.specs(sheet, LAYOUT.charts, words)
    added = [charts.add(sheet, place, drawings[charts.chart_id(sheet, place)]) for place in LAYOUT.charts]
    alarms = [_alarm(sheet, card) for card in LAYOUT.cards if card.tone == "bad"]
    return [
        *canvas.requests(),
        _stale(sheet),
        *alarms,
        *added,
        _mark(sheet, charts.mark(drawings)),
        _warned(sheet, words),
    ]


def redrawn(
    sheet: int, places: Sequence[ChartPlace], words: Words, present: frozenset[int], mark: str, metadata: int
) -> list[Json]:
    """The requests that bring these charts of a dashboard up to date: none while they are the drawing ``mark`` and all
    there. Charts that people moved stay where they are."""
    drawings = charts.specs(sheet, places, words)
    missing = [place for place in places if charts.chart_id(sheet, place) not in present]
    found = [charts.add(sheet, place, drawings[charts.chart_id(sheet, place)]) for place in missing]
    wanted = charts.mark(drawings)
    if mark == wanted:
        return found
    found += [charts.redraw(chart, spec) for chart, spec in drawings.items() if chart in present]
    lookup = {"dataFilters": [{"developerMetadataLookup": {"metadataId": metadata}}]}
    changed = {"developerMetadata": {"metadataValue": wanted}, "fields": "metadataValue", **lookup}
    return [*found, {"updateDeveloperMetadata": changed}]


def _mark(sheet: int, value: str) -> Json:
    where = {"sheetId": sheet}
    entry = {"metadataKey": MARK_KEY, "metadataValue": value, "location": where, "visibility": "DOCUMENT"}
    return {"createDeveloperMetadata": {"developerMetadata": entry}}


def _warned(sheet: int, words: Words) -> Json:
    text = words.text("template.robot.message")
    return {
        "addProtectedRange": {"protectedRange": {"range": {"sheetId": sheet}, "description": text, "warningOnly": True}}
    }


def _stale(sheet: int) -> Json:
    """Warns by itself when the runner has died: nobody else would. A product and not AND(): what separates arguments
    depends on the spreadsheet's country."""
    row, col = parse_cell(LAYOUT.last_run)
    cell = f"${letters(col)}${row}"
    formula = f"=ISNUMBER({cell})*(TODAY()-{cell}>={LAYOUT.stale_after_days})"
    look = TINTS["bad"]
    shown = {"backgroundColorStyle": colour(look.ground), "textFormat": {"foregroundColorStyle": colour(look.ink)}}
    return _when(sheet, LAYOUT.last_run, formula, shown)


def _alarm(sheet: int, card: CardPlace) -> Json:
    """The number in red: a sum of nothing alarms nobody."""
    row, col = parse_cell(card.value)
    cell = f"${letters(col)}${row}"
    shown = {"textFormat": {"foregroundColorStyle": colour(SERIES["bad"])}}
    return _when(sheet, card.value, f"=ISNUMBER({cell})*({cell}>0)", shown)


def _when(sheet: int, where: str, formula: str, shown: Json) -> Json:
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]}
    rule = {"ranges": [span_of(sheet, where)], "booleanRule": {"condition": condition, "format": shown}}
    return {"addConditionalFormatRule": {"rule": rule, "index": 0}}


def _write_top(canvas: Canvas, words: Words) -> None:
    middle = {"verticalAlignment": "MIDDLE"}
    canvas.put(LAYOUT.title, words.text("card.title"), textFormat=letter(size=18, bold=True, ink=NAVY), **middle)
    canvas.merge(LAYOUT.title_span)
    canvas.put(LAYOUT.last_run_label, words.text("card.last_run"), textFormat=letter(size=10, ink=QUIET))
    day = number_format(day_format(words.language))
    canvas.put(LAYOUT.last_run, numberFormat=day, textFormat=letter(size=10, bold=True), horizontalAlignment="LEFT")
    canvas.put(LAYOUT.health, textFormat=letter(size=10, ink=QUIET))
    canvas.merge(LAYOUT.health_span)
    label = letter(size=14, bold=True, ink=SERIES["bad"])
    canvas.put(LAYOUT.first_label, words.text("card.first"), textFormat=label, **middle)
    canvas.put(LAYOUT.first, textFormat=letter(size=12, bold=True), wrapStrategy="CLIP", **middle)
    canvas.merge(LAYOUT.first_span)


def _draw_card(canvas: Canvas, card: CardPlace, words: Words) -> None:
    """A pale ground with a coloured edge on the left, which ties label, number and details together."""
    _paint_box(canvas, card)
    left, right = padding(left=_AIR), padding(right=_AIR)
    label = words.text(f"card.{card.key}")
    canvas.put(card.label, label, **_said("LEFT", left, letter(bold=True, ink=NAVY)))
    canvas.put(card.note, **_said("RIGHT", right, letter(size=9, ink=QUIET)))
    look = _said("LEFT", left, letter(size=24, bold=True, ink=NAVY))
    # A merged cell has the borders of its first: the box would stand open beside the number.
    canvas.put(card.value, **look, **_figure(card.format, words), borders={"right": line(EDGE)})
    canvas.merge(card.value_span)
    for detail in card.details:
        name = words.text(f"card.{card.key}.{detail.key}")
        canvas.put(detail.label, name, **_said("LEFT", left, letter(size=10, ink=QUIET)))
        look = _said("RIGHT", right, letter(size=10, bold=True))
        canvas.put(detail.value, **look, **_figure(detail.format, words))


def _said(side: str, air: Json, text: Json) -> dict[str, Any]:
    return {"horizontalAlignment": side, "verticalAlignment": "MIDDLE", "padding": air, "textFormat": text}


def _figure(kind: Format, words: Words) -> dict[str, Any]:
    found = number_format(figure_format(kind, words.language))
    return {} if found is None else {"numberFormat": found}


def _paint_box(canvas: Canvas, card: CardPlace) -> None:
    top, left, bottom, right = parse_box(card.box)
    ground, thin, thick = colour(CARD), line(EDGE), line(SERIES[card.tone], "SOLID_THICK")
    for row in range(top, bottom + 1):
        for col in range(left, right + 1):
            sides = {"left": (col == left, thick), "right": (col == right, thin)}
            sides |= {"top": (row == top, thin), "bottom": (row == bottom, thin)}
            borders = {side: drawn for side, (here, drawn) in sides.items() if here}
            canvas.put(address(row, col), backgroundColorStyle=ground, borders=borders)


def _draw_heading(canvas: Canvas, section: Section, words: Words) -> None:
    """A dark band across the page: what the eye stops at when it scrolls."""
    look = _said("LEFT", padding(left=_AIR), letter(size=14, bold=True, ink=PAPER))
    canvas.put(section.heading, words.text(f"section.{section.key}"), **look)
    canvas.ground(section.span, backgroundColorStyle=colour(NAVY))
    canvas.merge(section.span)


def _draw_table(canvas: Canvas, table: TablePlace, words: Words) -> None:
    """Title, finding, headers and pale lines under rows that the runner fills."""
    left = padding(left=_AIR)
    canvas.put(table.title, words.text(f"table.{table.key}"), **_said("LEFT", left, letter(bold=True, ink=NAVY)))
    canvas.merge(table.title_span)
    clipped = {"wrapStrategy": "CLIP"}
    canvas.put(table.finding, **_said("LEFT", left, letter(size=10, bold=True, ink=QUIET)), **clipped)
    canvas.merge(table.finding_span)
    _, first, _, last = parse_box(table.title_span)
    for row in (table.header_row, *table.rows):
        drawn = line(EDGE if row == table.header_row else TINTS["muted"].ground)
        for at in range(first, last + 1):
            canvas.put(address(row, at), borders={"bottom": drawn})
    for each in table.columns:
        _draw_column(canvas, table, each, words)


def _draw_column(canvas: Canvas, table: TablePlace, column: ColumnPlace, words: Words) -> None:
    side = "LEFT" if column.format == "text" else "RIGHT"
    air = padding(left=_AIR, right=_AIR)
    head = words.text(f"table.{table.key}.{column.key}")
    canvas.put(column.header, head, **_said(side, air, letter(size=9, bold=True, ink=QUIET)))
    text = letter(size=9 if column.wrap else 10)
    look = {**_said(side, air, text), "wrapStrategy": "WRAP" if column.wrap else "CLIP"}
    for row in table.rows:
        canvas.put(f"{column.first}{row}", **look, **_figure(column.format, words))
    if column.first != column.last:
        for row in (table.header_row, *table.rows):
            canvas.merge(column.span(row))


def _draw_block(canvas: Canvas, chart: ChartPlace, words: Words) -> None:
    """The finding above a chart, and the block of numbers that it points at."""
    bold = letter(size=10, bold=True, ink=NAVY)
    said = letter(size=12, bold=True, ink=NAVY)
    canvas.put(chart.finding, textFormat=said, wrapStrategy="WRAP", verticalAlignment="BOTTOM")
    canvas.merge(chart.finding_span)
    canvas.put(chart.heading, words.text(chart.title_key), textFormat=bold)
    _write_head(canvas, chart.category_header, words.text(f"chart.{chart.key}.category"), "LEFT")
    quiet = letter(size=9, ink=QUIET)
    for series in chart.series:
        _write_head(canvas, series.header, words.text(series.word), "RIGHT")
        canvas.ground(series.values, textFormat=quiet, **_figure(series.format, words))
    canvas.ground(chart.categories, textFormat=quiet)


def _write_head(canvas: Canvas, where: str, text: str, side: str) -> None:
    look = letter(size=9, bold=True, ink=QUIET)
    canvas.put(where, text, textFormat=look, horizontalAlignment=side, borders={"bottom": line(EDGE)})


def _write_book_id(canvas: Canvas, words: Words) -> None:
    canvas.put(LAYOUT.data_heading, words.text("card.chart_data"), textFormat=letter(size=10, bold=True, ink=QUIET))
    quiet = letter(size=9, ink=QUIET)
    canvas.put(LAYOUT.book_id_label, words.text("card.book_id"), textFormat=quiet)
    canvas.put(LAYOUT.book_id, textFormat=quiet, numberFormat={"type": "TEXT", "pattern": "@"})
