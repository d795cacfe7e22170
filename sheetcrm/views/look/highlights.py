"""What a cell's ground says about its value: which words and which numbers take which tint.

Conditions are in the one form that every spreadsheet program shares: comparisons of cells, joined by "and".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sheetcrm.schema import Column, Tab

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

_NUMBERS: dict[tuple[str, str], tuple[tuple[str, tuple[str, ...]], ...]] = {
    # Counts down only while undecided: the phase is blank otherwise.
    ("contracts", "days_to_deadline"): (
        ("bad", ('{phase}<>""', "{here}<=15")),
        ("warn", ('{phase}<>""', "{here}<=30")),
        ("soon", ('{phase}<>""', "{here}<=60")),
    ),
    ("accounts", "days_overdue"): (("bad", ("{here}>60",)), ("warn", ("{here}>15",))),
    ("accounts", "recurrent_faults"): (("warn", ("{here}>0",)),),
    ("invoices", "days_overdue"): (
        ("muted", ("{here}>0", '{paid_on}<>""')),
        ("bad", ("{here}>60",)),
        ("warn", ("{here}>15",)),
        ("soon", ("{here}>0",)),
    ),
    ("team", "overdue_tasks"): (("bad", ("{here}>0",)),),
    # What is late says so in its status: twice in red is not more urgent, only louder.
    ("agenda", "days"): (("soon", ("{here}>=0", "{here}<=7")),),
    ("tickets", "repeats"): (("warn", ("{here}>=3",)),),
}
"""(tab, column) → conditions on a number: all of a line must hold, the first that does wins. ``{here}`` is the cell,
others name columns."""

_FOLLOWS = {("accounts", "health_score"): "health_band"}
"""(tab, column) → the column whose word colours it: a score of 52 is still red while the band waits for 53."""


@dataclass(frozen=True)
class Highlight:
    """A tint for the cells of a column, and when they take it.

    Either the row's cell of the column ``speaker`` is one of the list's keys in ``says``, or all ``conditions`` hold:
    comparisons in which ``{here}`` is the cell and other names are columns. ``number``: only where the cell is one.
    """

    tint: str
    speaker: Column
    says: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    number: bool = True


def highlights(tab: Tab, column: Column) -> Iterator[Highlight]:
    """The tints of a column in their order: the first that fits wins."""
    speaker = tab.column(_FOLLOWS.get((tab.key, column.key), column.key))
    for tint, keys in _WORDS.get((tab.key, speaker.key), {}).items():
        yield Highlight(tint, speaker, says=keys)
    for tint, conditions in _NUMBERS.get((tab.key, column.key), ()):
        yield Highlight(tint, column, conditions=conditions)
    if column.key == "problems":
        yield Highlight("bad", column, conditions=('{here}<>""',), number=False)
