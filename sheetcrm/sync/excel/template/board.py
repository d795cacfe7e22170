"""Draws the dashboard: boxes, labels and formats where ``views.layout`` says; the runner fills in the values."""

from __future__ import annotations

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from sheetcrm.sync.excel.template import palette
from sheetcrm.sync.excel.template.charts import add_charts
from sheetcrm.sync.excel.template.highlights import tinted
from sheetcrm.sync.excel.template.tabs import print_edges
from sheetcrm.views.layout import Layout
from sheetcrm.views.look.formats import day_format, figure_format
from sheetcrm.views.places import CardPlace, ChartPlace, ColumnPlace, Section, TablePlace
from sheetcrm.words import Words

_POINTS_PER_PIXEL = 0.75
_PRINT_SCALE = 66
"""Percent at which the highest page fits an A4 sheet on its side."""


def draw_board(sheet: Worksheet, layout: Layout, words: Words) -> None:
    """Fills an empty sheet with the dashboard."""
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = palette.TAB_COLOURS["runner"]
    for letter, pixels in layout.column_widths.items():
        sheet.column_dimensions[letter].width = characters(pixels)
    for row, pixels in layout.row_heights.items():
        sheet.row_dimensions[row].height = pixels * _POINTS_PER_PIXEL
    _write_top(sheet, layout, words)
    for card in layout.cards:
        _draw_card(sheet, card, words)
    for chart in layout.charts:
        _draw_block(sheet, chart, words)
    for section in layout.sections:
        _draw_heading(sheet, section, words)
        for table in section.tables:
            _draw_table(sheet, table, words)
    _write_book_id(sheet, layout, words)
    add_charts(sheet, layout, words)
    _set_up_print(sheet, layout, words)


def characters(pixels: int) -> float:
    """A column's width in characters of the default font from pixels."""
    return round((pixels - 5) / 7, 4)


def _write_top(sheet: Worksheet, layout: Layout, words: Words) -> None:
    title = sheet[layout.title]
    title.value = words.text("card.title")
    title.font = palette.font(size=18, bold=True, colour=palette.NAVY)
    title.alignment = Alignment(vertical="center")
    sheet.merge_cells(layout.title_span)
    label = sheet[layout.last_run_label]
    label.value = words.text("card.last_run")
    label.font = palette.font(size=10, colour=palette.QUIET)
    last_run = sheet[layout.last_run]
    last_run.number_format = day_format(words.language)
    last_run.font = palette.font(size=10, bold=True)
    last_run.alignment = Alignment(horizontal="left")
    health = sheet[layout.health]
    health.font = palette.font(size=10, colour=palette.QUIET)
    sheet.merge_cells(layout.health_span)
    _write_first(sheet, layout, words)
    # Warns by itself when the runner has died: nobody else would.
    stale = f"AND(ISNUMBER({layout.last_run}),TODAY()-{layout.last_run}>={layout.stale_after_days})"
    sheet.conditional_formatting.add(layout.last_run, tinted("bad", stale))


def _write_first(sheet: Worksheet, layout: Layout, words: Words) -> None:
    """What to do first, on a line of its own between the run and the cards."""
    label, first = sheet[layout.first_label], sheet[layout.first]
    label.value = words.text("card.first")
    label.font = palette.font(size=14, bold=True, colour=palette.SERIES["bad"])
    label.alignment = Alignment(horizontal="left", vertical="center")
    first.font = palette.font(size=12, bold=True)
    first.alignment = Alignment(horizontal="left", vertical="center", shrink_to_fit=True)
    sheet.merge_cells(layout.first_span)


def _draw_card(sheet: Worksheet, card: CardPlace, words: Words) -> None:
    _paint_box(sheet, card)
    label = sheet[card.label]
    label.value = words.text(f"card.{card.key}")
    label.font = palette.font(bold=True, colour=palette.NAVY)
    label.alignment = Alignment(horizontal="left", vertical="center", indent=1)
    note = sheet[card.note]
    note.font = palette.font(size=9, colour=palette.QUIET)
    note.alignment = Alignment(horizontal="right", vertical="center", indent=1, shrink_to_fit=True)
    value = sheet[card.value]
    value.number_format = figure_format(card.format, words.language)
    value.font = palette.font(size=24, bold=True, colour=palette.NAVY)
    value.alignment = Alignment(horizontal="left", vertical="center", indent=1, shrink_to_fit=True)
    if card.tone == "bad":
        # A sum of nothing alarms nobody.
        rule = Rule(type="expression", dxf=DifferentialStyle(font=Font(color=f"FF{palette.SERIES['bad']}")))
        rule.formula = [f"AND(ISNUMBER({card.value}),{card.value}>0)"]
        sheet.conditional_formatting.add(card.value, rule)
    sheet.merge_cells(card.value_span)
    for detail in card.details:
        name, number = sheet[detail.label], sheet[detail.value]
        name.value = words.text(f"card.{card.key}.{detail.key}")
        name.font = palette.font(size=10, colour=palette.QUIET)
        name.alignment = Alignment(horizontal="left", vertical="center", indent=1, shrink_to_fit=True)
        number.number_format = figure_format(detail.format, words.language)
        number.font = palette.font(size=10, bold=True)
        number.alignment = Alignment(horizontal="right", vertical="center", indent=1)


def _paint_box(sheet: Worksheet, card: CardPlace) -> None:
    """A pale ground with a coloured edge on the left, which ties label, number and details together."""
    left, top, right, bottom = _corners(card.box)
    line, edge = Side("thin", color=f"FF{palette.EDGE}"), Side("thick", color=f"FF{palette.SERIES[card.tone]}")
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            cell = sheet.cell(row, column)
            cell.fill = palette.fill(palette.CARD)
            cell.border = Border(
                left=edge if column == left else None,
                right=line if column == right else None,
                top=line if row == top else None,
                bottom=line if row == bottom else None,
            )


def _draw_heading(sheet: Worksheet, section: Section, words: Words) -> None:
    """A dark band across the page: what the eye stops at when it scrolls."""
    heading = sheet[section.heading]
    heading.value = words.text(f"section.{section.key}")
    left, top, right, _ = _corners(section.span)
    for column in range(left, right + 1):
        sheet.cell(top, column).fill = palette.fill(palette.NAVY)
    heading.font = palette.font(size=14, bold=True, colour=palette.PAPER)
    heading.alignment = Alignment(horizontal="left", vertical="center", indent=1)
    sheet.merge_cells(section.span)


def _draw_table(sheet: Worksheet, table: TablePlace, words: Words) -> None:
    """Title, finding, headers and pale lines under rows that the runner fills."""
    title = sheet[table.title]
    title.value = words.text(f"table.{table.key}")
    title.font = palette.font(bold=True, colour=palette.NAVY)
    title.alignment = Alignment(horizontal="left", indent=1)
    sheet.merge_cells(table.title_span)
    finding = sheet[table.finding]
    finding.font = palette.font(size=10, bold=True, colour=palette.QUIET)
    finding.alignment = Alignment(horizontal="left", vertical="center", indent=1, shrink_to_fit=True)
    sheet.merge_cells(table.finding_span)
    left, _, right, _ = _corners(table.title_span)
    for row in (table.header_row, *table.rows):
        line = palette.underline(palette.EDGE if row == table.header_row else palette.TINTS["muted"].ground)
        for at in range(left, right + 1):
            sheet.cell(row, at).border = line
    for column in table.columns:
        _draw_column(sheet, table, column, words)


def _draw_column(sheet: Worksheet, table: TablePlace, column: ColumnPlace, words: Words) -> None:
    side = "left" if column.format == "text" else "right"
    header = sheet[column.header]
    header.value = words.text(f"table.{table.key}.{column.key}")
    header.font = palette.font(size=9, bold=True, colour=palette.QUIET)
    header.alignment = Alignment(horizontal=side, indent=1, shrink_to_fit=True)
    for row in (table.header_row, *table.rows):
        if column.first != column.last:
            sheet.merge_cells(column.span(row))
    for row in table.rows:
        cell = sheet[f"{column.first}{row}"]
        cell.number_format = figure_format(column.format, words.language)
        cell.font = palette.font(size=9 if column.wrap else 10)
        # A name that is a little too long is made smaller; sentences are clipped by the runner.
        shrink = column.format == "text" and not column.wrap
        cell.alignment = Alignment(
            horizontal=side, vertical="center", indent=1, wrap_text=column.wrap, shrink_to_fit=shrink
        )


def _draw_block(sheet: Worksheet, chart: ChartPlace, words: Words) -> None:
    """The finding above a chart, and the block of numbers that it points at."""
    finding = sheet[chart.finding]
    finding.font = palette.font(size=12, bold=True, colour=palette.NAVY)
    finding.alignment = Alignment(wrap_text=True, vertical="bottom")
    sheet.merge_cells(chart.finding_span)
    heading = sheet[chart.heading]
    heading.value = words.text(chart.title_key)
    heading.font = palette.font(size=10, bold=True, colour=palette.NAVY)
    _write_block_header(sheet, chart.category_header, words.text(f"chart.{chart.key}.category"), "left")
    for series in chart.series:
        _write_block_header(sheet, series.header, words.text(series.word), "right")
        left, top, _, bottom = _corners(series.values)
        for row in range(top, bottom + 1):
            cell = sheet.cell(row, left)
            cell.number_format = figure_format(series.format, words.language)
            cell.font = palette.font(size=9, colour=palette.QUIET)
    left, top, _, bottom = _corners(chart.categories)
    for row in range(top, bottom + 1):
        sheet.cell(row, left).font = palette.font(size=9, colour=palette.QUIET)


def _write_block_header(sheet: Worksheet, address: str, text: str, side: str) -> None:
    cell = sheet[address]
    cell.value = text
    cell.font = palette.font(size=9, bold=True, colour=palette.QUIET)
    cell.border = palette.underline(palette.EDGE)
    cell.alignment = Alignment(horizontal=side)


def _write_book_id(sheet: Worksheet, layout: Layout, words: Words) -> None:
    sheet[layout.data_heading] = words.text("card.chart_data")
    sheet[layout.data_heading].font = palette.font(size=10, bold=True, colour=palette.QUIET)
    sheet[layout.book_id_label] = words.text("card.book_id")
    for address in (layout.book_id_label, layout.book_id):
        sheet[address].font = palette.font(size=9, colour=palette.QUIET)
    sheet[layout.book_id].number_format = "@"


def _set_up_print(sheet: Worksheet, layout: Layout, words: Words) -> None:
    sheet.print_area = layout.print_area
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = "9"
    # A scale and not "fit to page": with that Excel takes no notice of page breaks.
    sheet.page_setup.scale = _PRINT_SCALE
    for row in layout.page_breaks:
        sheet.row_breaks.append(Break(id=row))
    sheet.print_options.horizontalCentered = True
    print_edges(sheet, words)


def _corners(span: str) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of a range of cells."""
    box = CellRange(span)
    return box.min_col, box.min_row, box.max_col, box.max_row
