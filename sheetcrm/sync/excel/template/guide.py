"""The guide tab: what the workbook is, first steps, who does what, what colours mean, and where each tab is."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.styles import Alignment
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from sheetcrm.schema import TABS
from sheetcrm.sync.excel.template import palette
from sheetcrm.sync.excel.template.tabs import dress_people_header, dress_robot_header, print_edges
from sheetcrm.views.look.guide import GROUNDS, HEADS, ROLES, STEPS
from sheetcrm.words import Words

_WIDTHS = {"A": 2, "B": 30, "C": 68, "D": 3, "E": 19, "F": 40}
_LINE = 20.5
_TALL = 32
_GAP = 6


def draw_guide(sheet: Worksheet, words: Words, order: Sequence[str]) -> None:
    """Fills an empty sheet with the guide to the tabs in this order; all of it fits a small screen."""
    for letter, width in _WIDTHS.items():
        sheet.column_dimensions[letter].width = width
        sheet.column_dimensions[letter].font = palette.font()
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = palette.TAB_COLOURS["guide"]
    titles = {tab: words.tab(tab) for tab in TABS}
    _write_title(sheet, words)
    for each in range(4, 4 + len(order) + 5):
        sheet.row_dimensions[each].height = _LINE
    row = _write_steps(sheet, words, titles, 4)
    row = _write_roles(sheet, words, titles, row + 1)
    _write_colours(sheet, words, row + 1)
    _write_tabs(sheet, words, titles, order)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = "9"
    sheet.page_setup.fitToHeight = 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    print_edges(sheet, words)


def _write_title(sheet: Worksheet, words: Words) -> None:
    sheet["B1"] = words.text("guide.title")
    sheet["B1"].font = palette.font(size=18, bold=True, colour=palette.NAVY)
    sheet.row_dimensions[1].height = 30
    sheet["B2"] = words.text("guide.about")
    sheet["B2"].font = palette.font(colour=palette.QUIET)
    sheet["B2"].alignment = Alignment(wrap_text=True, vertical="top")
    sheet.merge_cells("B2:F2")
    sheet.row_dimensions[2].height = _TALL
    sheet.row_dimensions[3].height = _GAP


def _write_steps(sheet: Worksheet, words: Words, titles: dict[str, str], row: int) -> int:
    _write_heading(sheet, f"B{row}", f"C{row}", words.text("guide.steps"))
    for number in STEPS:
        row += 1
        _write_line(sheet, row, f"{number}.  {words.text(f'guide.step.{number}', **titles)}")
        sheet.merge_cells(f"B{row}:C{row}")
    return row + 1


def _write_roles(sheet: Worksheet, words: Words, titles: dict[str, str], row: int) -> int:
    _write_heading(sheet, f"B{row}", f"C{row}", words.text("guide.roles"))
    for role in ROLES:
        row += 1
        _write_line(sheet, row, words.text(f"guide.role.{role}"), bold=True)
        sheet[f"C{row}"] = words.text(f"guide.role.{role}.does", **titles)
        sheet[f"C{row}"].alignment = Alignment(vertical="center")
    return row + 1


def _write_colours(sheet: Worksheet, words: Words, row: int) -> None:
    """Two columns of samples: what a header says, and what a cell's ground says."""
    _write_heading(sheet, f"B{row}", f"C{row}", words.text("guide.colours"))
    for offset, name in enumerate(HEADS, 1):
        cell = sheet[f"B{row + offset}"]
        cell.value = words.text(f"guide.colour.{name}")
        cell.alignment = Alignment(horizontal="left", vertical="center", indent=1)
        if name == "robot":
            dress_robot_header(cell)
        else:
            dress_people_header(cell, required=name == "required")
    for offset, tint in enumerate(GROUNDS, 1):
        look = palette.TINTS[tint]
        cell = sheet[f"C{row + offset}"]
        cell.value = words.text(f"guide.colour.{tint}")
        cell.font = palette.font(bold=look.bold, colour=look.ink)
        cell.fill = palette.fill(look.ground)
        cell.border = palette.box(palette.PAPER)
        cell.alignment = Alignment(horizontal="left", vertical="center", indent=1)


def _write_tabs(sheet: Worksheet, words: Words, titles: dict[str, str], order: Sequence[str]) -> None:
    _write_heading(sheet, "E4", "F4", words.text("guide.tabs"))
    for row, tab in enumerate(order, 5):
        link = sheet[f"E{row}"]
        link.value = titles[tab]
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"{quote_sheetname(titles[tab])}!A1")
        link.font = palette.font(bold=True, colour=palette.LINK)
        link.alignment = Alignment(vertical="center")
        sheet[f"F{row}"] = words.text(f"guide.tab.{tab}")
        sheet[f"F{row}"].alignment = Alignment(vertical="center")


def _write_heading(sheet: Worksheet, first: str, last: str, text: str) -> None:
    sheet[first] = text
    sheet[first].font = palette.font(size=13, bold=True, colour=palette.NAVY)
    for address in (first, last):
        sheet[address].border = palette.underline(palette.AMBER, "medium")


def _write_line(sheet: Worksheet, row: int, text: str, *, bold: bool = False) -> None:
    cell = sheet[f"B{row}"]
    cell.value = text
    cell.font = palette.font(bold=bold)
    cell.alignment = Alignment(vertical="center")
