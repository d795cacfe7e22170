"""The dashboard: what stands at each of its addresses. ``views.layout`` says where, cards, charts and tables what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from sheetcrm.address import parse_cell
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Problem, Snapshot, Value
from sheetcrm.text import clip
from sheetcrm.views import cards, cards_below, charts, charts_below
from sheetcrm.views.headline import headline
from sheetcrm.views.layout import LAYOUT
from sheetcrm.views.places import CardPlace, ChartPlace, Section, TablePlace
from sheetcrm.views.seen import Seen
from sheetcrm.views.shown import Card, Chart
from sheetcrm.views.standing import standing
from sheetcrm.views.tables import TABLES
from sheetcrm.words import Words

__all__ = ["CARDS", "CHARTS", "LAYOUT", "TABLES", "cells"]

CARDS: Mapping[str, Callable[[Seen], Card]] = {**cards.CARDS, **cards_below.CARDS}
CHARTS: Mapping[str, Callable[[Seen], Chart]] = {**charts.CHARTS, **charts_below.CHARTS}

_LONGEST = {(False, True): 26, (False, False): 90, (True, False): 380, (True, True): 80}
"""Characters that a table's cell shows, by whether it is wrapped and whether it is one column of the sheet."""


def cells(
    state: Evaluated,
    cfg: Config,
    words: Words,
    *,
    problems: Sequence[Problem] = (),
    undelivered: int = 0,
) -> dict[str, Value]:
    """Address → value of everything that the runner writes on the dashboard; None blanks what an earlier run left.

    ``state`` needs every rule; ``undelivered`` are mails given up or still waiting. Numbers that are not known are the
    word for "no data", and blank in the charts' blocks, where a gap is drawn. A section that the workbook lacks is left
    out.
    """
    seen = Seen(state, cfg, words, problems)
    sections = _sections(state.snapshot)
    found: dict[str, Value] = dict.fromkeys(LAYOUT.first_written())
    for section in sections:
        found |= dict.fromkeys(section.written())
    found |= {
        LAYOUT.last_run: state.as_of,
        LAYOUT.health: health_line(words, problems=len(problems), undelivered=undelivered),
        LAYOUT.first: headline(seen),
        LAYOUT.book_id: state.snapshot.book_id or None,
    }
    for card in (*LAYOUT.first_cards, *(place for section in sections for place in section.cards)):
        found.update(_card(card, seen))
    for chart in (*LAYOUT.first_charts, *(place for section in sections for place in section.charts)):
        found.update(_chart(chart, seen))
    for table in (place for section in sections for place in section.tables):
        found.update(_table(table, seen))
    return found


def _sections(snapshot: Snapshot) -> Sequence[Section]:
    """The sections to fill; without a dashboard to look at (nothing will be written) all of them."""
    table = snapshot.filled.get("dashboard")
    if table is None or table.raw is None:
        return LAYOUT.sections
    raw = table.raw

    def text_at(address: str) -> str | None:
        row, column = parse_cell(address)
        text = raw.at[row, column] if row in raw.index and column in raw.columns else None
        return text if isinstance(text, str) else None

    return standing(text_at)


def _card(place: CardPlace, seen: Seen) -> Iterator[tuple[str, Value]]:
    card = CARDS[place.key](seen)
    yield place.note, card.note or None
    yield place.value, card.value
    for key, value in card.details.items():
        yield place.detail(key).value, value


def _chart(place: ChartPlace, seen: Seen) -> Iterator[tuple[str, Value]]:
    chart = CHARTS[place.key](seen)
    yield place.finding, chart.finding
    columns = {"category": chart.categories, **chart.series}
    for key, position, address in place.cells():
        if position < len(columns[key]):
            yield address, columns[key][position]


def _table(place: TablePlace, seen: Seen) -> Iterator[tuple[str, Value]]:
    """The first lines; where there are more than fit, the last row says how many more."""
    table = TABLES[place.key](seen, place.capacity)
    yield place.finding, table.finding
    whole = max(table.count, len(table.rows))
    shown = list(table.rows[: place.capacity])
    if whole > place.capacity:
        shown = shown[: place.capacity - 1]
    first = place.columns[0].key
    longest = {column.key: _LONGEST[column.wrap, column.first == column.last] for column in place.columns}
    for key, position, address in place.cells():
        if position < len(shown):
            value = shown[position][key]
            yield address, clip(value, longest[key]) if isinstance(value, str) else value
        elif position == len(shown) and whole > len(shown) and key == first:
            yield address, seen.words.plural("table.more", whole - len(shown))


def health_line(words: Words, *, problems: int, undelivered: int) -> str:
    """How the run and its data are, in one line: what is wrong, or that all is in order.

    It says nothing that changes between two runs of a day on the same input: the second must not write a byte.
    """
    counts = {"undelivered": undelivered, "problems": problems}
    wrong = [words.plural(f"card.health.{key}", count) for key, count in counts.items() if count]
    return " · ".join(wrong) or words.text("card.health.ok")
