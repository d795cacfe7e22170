"""The dashboard: what stands at each of its addresses. ``views.layout`` says where, ``cards`` and ``charts`` what."""

from __future__ import annotations

from collections.abc import Sequence

from sheetcrm.columns import Evaluated
from sheetcrm.config import Config
from sheetcrm.model import Problem, Value
from sheetcrm.views.cards import CARDS
from sheetcrm.views.charts import CHARTS
from sheetcrm.views.layout import LAYOUT
from sheetcrm.views.seen import Seen
from sheetcrm.words import Words

__all__ = ["LAYOUT", "cells"]


def cells(
    state: Evaluated,
    cfg: Config,
    words: Words,
    *,
    problems: Sequence[Problem] = (),
    undelivered: int = 0,
) -> dict[str, Value]:
    """Address → value of everything that the runner writes on the dashboard; None blanks what an earlier run left.

    ``state`` needs every rule of contracts and accounts; ``undelivered`` are mails given up. Numbers that are not known
    are the word for "no data", and blank in the charts' blocks, where a gap is drawn.
    """
    seen = Seen(state, cfg, words, problems)
    found: dict[str, Value] = dict.fromkeys(LAYOUT.written())
    found |= {
        LAYOUT.last_run: state.as_of,
        LAYOUT.health: health_line(words, problems=len(problems), undelivered=undelivered),
        LAYOUT.book_id: state.snapshot.book_id or None,
    }
    for place in LAYOUT.cards:
        card = CARDS[place.key](seen)
        found |= {place.note: card.note or None, place.value: card.value}
        found |= {place.detail(key).value: value for key, value in card.details.items()}
    for chart_place in LAYOUT.charts:
        chart = CHARTS[chart_place.key](seen)
        columns = {"category": chart.categories, **chart.series}
        found[chart_place.finding] = chart.finding
        for key, position, address in chart_place.cells():
            if position < len(columns[key]):
                found[address] = columns[key][position]
    return found


def health_line(words: Words, *, problems: int, undelivered: int) -> str:
    """How the run and its data are, in one line: what is wrong, or that all is in order.

    It says nothing that changes between two runs of a day on the same input: the second must not write a byte.
    """
    counts = {"undelivered": undelivered, "problems": problems}
    wrong = [words.plural(f"card.health.{key}", count) for key, count in counts.items() if count]
    return " · ".join(wrong) or words.text("card.health.ok")
