"""The dashboard: what stands at each of its addresses. ``views.layout`` says where, ``cards`` and ``charts`` what."""

from __future__ import annotations

from collections.abc import Sequence

from sheetcrm.columns import Evaluated
from sheetcrm.config import Config
from sheetcrm.model import Problem, Value
from sheetcrm.views.cards import CARDS
from sheetcrm.views.charts import CHARTS
from sheetcrm.views.layout import LAYOUT
from sheetcrm.views.seen import RunHealth, Seen
from sheetcrm.words import Words

__all__ = ["LAYOUT", "RunHealth", "dashboard"]


def dashboard(
    state: Evaluated,
    cfg: Config,
    words: Words,
    *,
    problems: Sequence[Problem] = (),
    run: RunHealth | None = None,
    book_id: str = "",
) -> dict[str, Value]:
    """Address → value of everything that the runner writes on the dashboard; None blanks what an earlier run left.

    ``state`` needs every rule of contracts and accounts. Numbers that are not known are the word for "no data", and
    blank in the charts' blocks, where a gap is drawn.
    """
    seen = Seen(state, cfg, words, problems, run or RunHealth())
    cells: dict[str, Value] = dict.fromkeys(LAYOUT.written())
    cells |= {LAYOUT.last_run: state.as_of, LAYOUT.health: health_line(seen), LAYOUT.book_id: book_id or None}
    for place in LAYOUT.cards:
        card = CARDS[place.key](seen)
        cells |= {place.note: card.note or None, place.value: card.value}
        cells |= {place.detail(key).value: value for key, value in card.details.items()}
    for chart_place in LAYOUT.charts:
        chart = CHARTS[chart_place.key](seen)
        columns = {"category": chart.categories, **chart.series}
        cells[chart_place.finding] = chart.finding
        for key, position, address in chart_place.cells():
            if position < len(columns[key]):
                cells[address] = columns[key][position]
    return cells


def health_line(seen: Seen) -> str:
    """How the run and its data are, in one line: what is wrong, or that all is in order."""
    counts = {"late": seen.run.late_days, "undelivered": seen.run.undelivered, "problems": len(seen.problems)}
    wrong = [seen.words.plural(f"card.health.{key}", count) for key, count in counts.items() if count]
    return " · ".join(wrong) or seen.words.text("card.health.ok")
