"""Conditional formats: the declared tints as classic formats with a formula each, to the last row.

Classic ones only: extended ones (x14, icon sets, bars) do not survive Google.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.formatting.rule import Rule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sheetcrm.schema import Tab
from sheetcrm.sync.excel.template.palette import TINTS, fill, font
from sheetcrm.sync.excel.template.validations import FIRST_ROW, LAST_ROW
from sheetcrm.views.look.examples import has_example
from sheetcrm.views.look.highlights import Highlight, highlights
from sheetcrm.words import Words


def highlight(sheet: Worksheet, tab: Tab, words: Words) -> None:
    """Puts the conditional formats of a tab on its columns, from the first row to the last, the example's first."""
    letters = {column.key: get_column_letter(place) for place, column in enumerate(tab.columns, 1)}
    cells = {key: f"${letter}{FIRST_ROW}" for key, letter in letters.items()}
    if has_example(tab):
        whole = f"A{FIRST_ROW}:{get_column_letter(len(tab.columns))}{LAST_ROW}"
        named = f'{cells[tab.id]}="{words.text("example.id")}"'
        sheet.conditional_formatting.add(whole, tinted("muted", named))
    for column in tab.columns:
        where = f"{letters[column.key]}{FIRST_ROW}:{letters[column.key]}{LAST_ROW}"
        for each in highlights(tab, column):
            formula = _formula(each, cells, cells[column.key], words)
            sheet.conditional_formatting.add(where, tinted(each.tint, formula))


def _formula(each: Highlight, cells: Mapping[str, str], here: str, words: Words) -> str:
    if each.says:
        said = [words.value(each.speaker.value_set, key) for key in each.says]
        return _is_one_of(cells[each.speaker.key], said)
    tests = [condition.format_map({**cells, "here": here}) for condition in each.conditions]
    condition = tests[0] if len(tests) == 1 else f"AND({','.join(tests)})"
    return f"AND(ISNUMBER({here}),{condition})" if each.number else condition


def tinted(tint: str, formula: str) -> Rule:
    """A rule that gives a cell this tint when the formula holds, and ends the search."""
    look = TINTS[tint]
    ground = fill(look.ground)
    # A differential format takes its solid ground from the background colour.
    ground.bgColor = ground.fgColor
    style = DifferentialStyle(font=font(bold=look.bold, colour=look.ink), fill=ground)
    style.font.name = style.font.sz = None  # type: ignore[union-attr]
    return Rule(type="expression", dxf=style, formula=[formula], stopIfTrue=True)


def _is_one_of(here: str, said: Sequence[str]) -> str:
    tests = ",".join(f'{here}="{word}"' for word in said)
    return tests if len(said) == 1 else f"OR({tests})"
