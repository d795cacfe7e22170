"""Conditional formats: what a cell's ground says about its value.

Classic formats with a formula each, to the last row: extended ones (x14, icon sets, bars) do not survive Google.
"""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.formatting.rule import Rule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sheetcrm.schema import Tab
from sheetcrm.sync.excel.template.palette import TINTS, fill, font
from sheetcrm.sync.excel.template.validations import FIRST_ROW, LAST_ROW
from sheetcrm.words import Words

_WORDS: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {
    ("contracts", "status"): {"warn": ("expiring",), "bad": ("expired",), "good": ("renewed",), "muted": ("lost",)},
    ("contracts", "phase"): {"bad": ("recovery",), "warn": ("closing",)},
    ("contracts", "renewal_risk"): {"bad": ("high",), "warn": ("medium",)},
    ("accounts", "client_status"): {"muted": ("ex_client",)},
    ("accounts", "health_band"): {"good": ("green",), "warn": ("yellow",), "bad": ("red",), "muted": ("no_data",)},
    ("accounts", "health_trend"): {"good": ("up",), "bad": ("down",)},
    ("interactions", "follow_up"): {"warn": ("pending",), "bad": ("overdue",), "good": ("done",)},
    ("tickets", "priority"): {"bad": ("critical",), "warn": ("high",)},
    ("tickets", "sla_status"): {"good": ("met",), "warn": ("at_risk",), "bad": ("breached",), "muted": ("missed",)},
    ("tickets", "escalation"): {"warn": ("manager",), "bad": ("direction",)},
    ("opportunities", "pace"): {"warn": ("stalled",), "muted": ("closed",)},
    ("opportunities", "stage"): {"good": ("won",), "muted": ("lost",)},
    ("tasks", "state"): {"warn": ("due",), "bad": ("overdue",), "muted": ("done",)},
    ("agenda", "status"): {
        "warn": ("expiring", "due"),
        "bad": ("expired", "overdue"),
        "good": ("renewed", "done"),
        "muted": ("lost",),
    },
    ("agenda", "health"): {"good": ("green",), "warn": ("yellow",), "bad": ("red",), "muted": ("no_data",)},
    ("alerts", "state"): {"bad": ("failed", "held"), "good": ("acknowledged",), "muted": ("superseded", "baseline")},
}
"""(tab, column) → tint → the list's keys that take it."""

_NUMBERS: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    # Counts down only while undecided: the phase is blank otherwise.
    ("contracts", "days_to_deadline"): (
        ("bad", 'AND({phase}<>"",{here}<=15)'),
        ("warn", 'AND({phase}<>"",{here}<=30)'),
        ("soon", 'AND({phase}<>"",{here}<=60)'),
    ),
    ("accounts", "days_overdue"): (("bad", "{here}>60"), ("warn", "{here}>15")),
    ("accounts", "recurrent_faults"): (("warn", "{here}>0"),),
    ("invoices", "days_overdue"): (
        ("muted", 'AND({here}>0,{paid_on}<>"")'),
        ("bad", "{here}>60"),
        ("warn", "{here}>15"),
        ("soon", "{here}>0"),
    ),
    ("team", "overdue_tasks"): (("bad", "{here}>0"),),
    ("agenda", "days"): (("bad", "{here}<=0"), ("warn", "{here}<=7")),
    ("tickets", "repeats"): (("warn", "{here}>=3"),),
}
"""(tab, column) → conditions on a number, the first that holds wins; ``{here}`` is the cell, others name columns."""


_FOLLOWS = {("accounts", "health_score"): "health_band"}
"""(tab, column) → the column whose word colours it: a score of 52 is still red while the band waits for 53."""


def highlight(sheet: Worksheet, tab: Tab, words: Words) -> None:
    """Puts the conditional formats of a tab on its columns, from the first row to the last."""
    letters = {column.key: get_column_letter(place) for place, column in enumerate(tab.columns, 1)}
    for column in tab.columns:
        where = f"{letters[column.key]}{FIRST_ROW}:{letters[column.key]}{LAST_ROW}"
        here = f"${letters[column.key]}{FIRST_ROW}"
        speaker = tab.column(_FOLLOWS.get((tab.key, column.key), column.key))
        for tint, keys in _WORDS.get((tab.key, speaker.key), {}).items():
            said = [words.value(speaker.value_set, key) for key in keys]
            formula = _is_one_of(f"${letters[speaker.key]}{FIRST_ROW}", said)
            sheet.conditional_formatting.add(where, tinted(tint, formula))
        cells = {key: f"${letter}{FIRST_ROW}" for key, letter in letters.items()}
        for tint, condition in _NUMBERS.get((tab.key, column.key), ()):
            formula = f"AND(ISNUMBER({here}),{condition.format_map({**cells, 'here': here})})"
            sheet.conditional_formatting.add(where, tinted(tint, formula))
        if column.key == "problems":
            sheet.conditional_formatting.add(where, tinted("bad", f'{here}<>""'))


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
