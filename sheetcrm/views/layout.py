"""Where everything on the dashboard stands: pure data, drawn by the template and filled by ``views.dashboard``.

The runner writes *values* at these addresses and nothing else there; labels, colours and charts are the template's and
the charts point at fixed ranges. A workbook made today is filled by a later version, so an address never moves: a new
section goes below ``LATER_ROW``, a new block of chart data below the last one.

    columns  A margin · B C | E F | H I | K L four cards of a label and a number · N on: the charts' numbers
    rows     1 title · 2 last run · 3 what to do first · 4-9 and 11-16 cards · 18-31 and 33-46 charts ·
             48 on: sections (``views.lower``)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sheetcrm.views.grid import CARD_COLUMNS, DATA_COLUMNS, GUTTER_PX, LABEL_PX, NUMBER_PX, card, chart
from sheetcrm.views.lower import PAGE_BREAKS, SECTIONS, row_heights
from sheetcrm.views.places import CardPlace, ChartPlace, Section, TablePlace

LATER_ROW = 266
"""The first row that no section uses yet."""


@dataclass(frozen=True)
class Layout:
    """The whole dashboard. Sizes are pixels at 100 %; spans and addresses are A1.

    ``first_cards`` and ``first_charts`` are the first screen, in every workbook; ``sections`` stand below. A printed
    page ends after each of the rows ``page_breaks``.
    """

    title: str
    title_span: str
    last_run_label: str
    last_run: str
    health: str
    health_span: str
    first_label: str
    first: str
    first_span: str
    stale_after_days: int
    """From this many days after ``last_run`` the cell warns by itself (a conditional format with TODAY())."""
    first_cards: tuple[CardPlace, ...]
    first_charts: tuple[ChartPlace, ...]
    sections: tuple[Section, ...]
    data_heading: str
    book_id_label: str
    book_id: str
    column_widths: Mapping[str, int]
    row_heights: Mapping[int, int]
    first_screen: str
    print_area: str
    page_breaks: tuple[int, ...]

    @property
    def cards(self) -> tuple[CardPlace, ...]:
        """Every card, from the top."""
        return (*self.first_cards, *(place for section in self.sections for place in section.cards))

    @property
    def charts(self) -> tuple[ChartPlace, ...]:
        """Every chart, from the top."""
        return self.charts_of(self.sections)

    def charts_of(self, sections: Sequence[Section]) -> tuple[ChartPlace, ...]:
        """The charts of the first screen and of these sections."""
        return (*self.first_charts, *(place for section in sections for place in section.charts))

    @property
    def tables(self) -> tuple[TablePlace, ...]:
        """Every table, from the top."""
        return tuple(place for section in self.sections for place in section.tables)

    def card(self, key: str) -> CardPlace:
        """The place of this card; KeyError when there is none."""
        return {card.key: card for card in self.cards}[key]

    def chart(self, key: str) -> ChartPlace:
        """The place of this chart; KeyError when there is none."""
        return {chart.key: chart for chart in self.charts}[key]

    def table(self, key: str) -> TablePlace:
        """The place of this table; KeyError when there is none."""
        return {table.key: table for table in self.tables}[key]

    def labels(self) -> Iterator[tuple[str, str]]:
        """Every word of the template: (address, word)."""
        yield self.title, "card.title"
        yield self.last_run_label, "card.last_run"
        yield self.first_label, "card.first"
        yield self.data_heading, "card.chart_data"
        yield self.book_id_label, "card.book_id"
        for first in self._first_places:
            yield from first.labels()
        for section in self.sections:
            yield from section.labels()

    def first_written(self) -> tuple[str, ...]:
        """Every address of the first screen that the runner writes: it always fills all of them, with None where there
        is nothing. The sections have their own."""
        found = [self.last_run, self.health, self.first, self.book_id]
        for place in self._first_places:
            found += place.written()
        return tuple(found)

    @property
    def _first_places(self) -> tuple[CardPlace | ChartPlace, ...]:
        return (*self.first_cards, *self.first_charts)

    def written(self) -> tuple[str, ...]:
        """Every address that the runner writes in a workbook that has all sections."""
        return (*self.first_written(), *(address for section in self.sections for address in section.written()))


_CARDS = (
    card("month", 0, 4, "money", ("due", "count"), ("renewed", "count"), ("open", "count"), ("lost", "count")),
    card("to_renew", 1, 4, "money", ("in_60", "money"), ("in_90", "money"), ("contracts_90", "count")),
    card("at_risk", 2, 4, "money", ("contracts", "count"), ("past", "count"), ("share", "percent"), tone="bad"),
    card("rate", 3, 4, "percent", ("gross", "percent"), ("net", "percent"), ("open", "count"), ("auto", "count")),
    card("forecast", 0, 11, "money", ("commit", "money"), ("best", "money"), ("target", "money"), ("share", "percent")),
    card("growth", 1, 11, "money", ("opportunities", "count"), ("expected", "money"), ("accounts", "count")),
    card("clients", 2, 11, "count", ("new", "count"), ("lost", "count"), ("red", "count")),
    card("data", 3, 11, "count", ("rows", "count"), ("left_out", "count"), ("no_health", "count")),
)

_CHARTS = (
    chart(
        "expiring",
        "stacked_columns",
        across=(0, 1),
        down=18,
        block_row=4,
        capacity=12,
        series=(
            ("renewed", "chart.expiring.renewed", "money", "good", True),
            ("active", "chart.expiring.active", "money", "neutral", True),
            ("expiring", "chart.expiring.expiring", "money", "warn", True),
            ("expired", "chart.expiring.expired", "money", "bad", True),
            ("lost", "chart.expiring.lost", "money", "target", True),
        ),
    ),
    chart(
        "rate",
        "columns",
        across=(2, 3),
        down=18,
        block_row=20,
        capacity=12,
        series=(
            ("rate", "chart.rate.rate", "percent", "accent", True),
            ("renewed", "chart.rate.renewed", "count", "good", False),
            ("lost", "chart.rate.lost", "count", "muted", False),
        ),
    ),
    chart(
        "forecast",
        "columns_with_line",
        across=(0, 0),
        down=33,
        block_row=36,
        capacity=4,
        series=(
            ("amount", "chart.forecast.amount", "money", "calm", True),
            ("target", "chart.forecast.target", "money", "target", True),
        ),
    ),
    chart(
        "health",
        "bars",
        across=(1, 1),
        down=33,
        block_row=44,
        capacity=4,
        series=(("clients", "chart.health.clients", "count", "accent", True),),
        point_tones=("good", "warn", "bad", "muted"),
    ),
    chart(
        "losses",
        "bars",
        across=(2, 3),
        down=33,
        block_row=52,
        capacity=8,
        series=(
            # Not in red: the window's losses are past, and the loudest thing on the page must be what can be done.
            ("contracts", "chart.losses.contracts", "count", "calm", True),
            ("value", "chart.losses.value", "money", "muted", False),
        ),
    ),
)


def _widths() -> dict[str, int]:
    widths = {"A": GUTTER_PX, "D": GUTTER_PX, "G": GUTTER_PX, "J": GUTTER_PX, "M": 40}
    for label, number in CARD_COLUMNS:
        widths |= {label: LABEL_PX, number: NUMBER_PX}
    return widths | {letter: 150 if letter == "N" else 96 for letter in DATA_COLUMNS}


def _heights() -> dict[int, int]:
    gaps = dict.fromkeys((10, 17, 32, 47), 16)
    return {1: 32, 2: 22, 3: 38, **gaps, 5: 38, 12: 38, 18: 38, 33: 38, **row_heights()}


LAYOUT = Layout(
    title="B1",
    title_span="B1:L1",
    last_run_label="B2",
    last_run="C2",
    health="E2",
    health_span="E2:L2",
    first_label="B3",
    first="C3",
    first_span="C3:L3",
    stale_after_days=3,
    first_cards=_CARDS,
    first_charts=_CHARTS,
    sections=SECTIONS,
    data_heading="N1",
    book_id_label="N2",
    book_id="O2",
    column_widths=_widths(),
    row_heights=_heights(),
    first_screen="A1:L20",
    print_area=f"A1:L{LATER_ROW - 1}",
    page_breaks=(47, *PAGE_BREAKS),
)
