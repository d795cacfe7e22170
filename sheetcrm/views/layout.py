"""Where everything on the dashboard stands: pure data, drawn by the template and filled by ``views.dashboard``.

The runner writes *values* at these addresses and nothing else there; labels, colours and charts are the template's and
the charts point at fixed ranges. A workbook made today is filled by a later version, so an address never moves: a new
card goes below ``LATER_ROW``, a new block of chart data below the last one.

    columns  A margin · B C | E F | H I | K L four cards of a label and a number · N on: the charts' numbers
    rows     1 title · 2 last run · 4-9 and 11-16 cards · 18-31 and 33-46 charts · 48 on: room for later cards
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Format = Literal["count", "money", "percent", "text", "date"]
"""How a number is shown: no decimals for money and shares; the unit stands in the card's note."""

Tone = Literal["good", "neutral", "warn", "bad", "muted", "accent", "target"]
"""What a colour says; the template chooses colours that stay apart in grey and for colour-blind readers."""

Kind = Literal["stacked_columns", "columns", "columns_with_line", "bars"]
"""``columns_with_line``: the first series as columns, the last one as a line over them. ``bars`` are horizontal, the
first category on top."""


@dataclass(frozen=True)
class Detail:
    """A small line of a card: its word ``card.<card>.<key>`` at ``label``, its number at ``value``."""

    key: str
    label: str
    value: str
    format: Format


@dataclass(frozen=True)
class CardPlace:
    """One card: its word ``card.<key>`` at ``label``, the period and unit (runner's text) at ``note``, the big number
    at ``value`` (the first cell of ``value_span``, to be merged), and its details below. ``tone`` is its edge's."""

    key: str
    label: str
    note: str
    value: str
    value_span: str
    box: str
    format: Format
    details: tuple[Detail, ...]
    tone: Tone = "accent"

    def detail(self, key: str) -> Detail:
        """The detail of this key; KeyError when the card has none."""
        return {detail.key: detail for detail in self.details}[key]


@dataclass(frozen=True)
class SeriesPlace:
    """One series of a chart: its ``word`` stands at ``header`` (template), its numbers in ``values`` (runner).

    ``drawn`` is False for numbers that stand beside the chart's only to be read.
    """

    key: str
    word: str
    header: str
    values: str
    format: Format
    tone: Tone
    drawn: bool = True


@dataclass(frozen=True)
class ChartPlace:
    """One chart and the block of numbers it points at.

    The block: the word ``chart.<key>`` at ``heading``, the headers in ``header_row`` with the categories' word
    ``chart.<key>.category`` at ``category_header``, then ``capacity`` rows. The runner writes the categories (localised
    text) and the numbers. The chart: title ``chart.<key>``, at ``anchor`` in pixels of size ``width`` × ``height``;
    above it the runner's finding, one sentence, at ``finding`` (first cell of ``finding_span``, to be merged, wrapped).
    ``point_tones`` colours the categories of a single series one by one.
    """

    key: str
    kind: Kind
    anchor: str
    width: int
    height: int
    finding: str
    finding_span: str
    heading: str
    header_row: int
    category_header: str
    categories: str
    capacity: int
    series: tuple[SeriesPlace, ...]
    point_tones: tuple[Tone, ...] = ()

    @property
    def title_key(self) -> str:
        return f"chart.{self.key}"

    def cells(self) -> Iterator[tuple[str, int, str]]:
        """Every cell of the block that the runner writes: (series key or "category", position, address)."""
        for key, span in (("category", self.categories), *((series.key, series.values) for series in self.series)):
            first = span.split(":")[0]
            letters, top = first.rstrip("0123456789"), int(first.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            for position in range(self.capacity):
                yield key, position, f"{letters}{top + position}"


@dataclass(frozen=True)
class Layout:
    """The whole dashboard. Sizes are pixels at 100 %; spans and addresses are A1."""

    title: str
    title_span: str
    last_run_label: str
    last_run: str
    health: str
    health_span: str
    stale_after_days: int
    """From this many days after ``last_run`` the cell warns by itself (a conditional format with TODAY())."""
    cards: tuple[CardPlace, ...]
    charts: tuple[ChartPlace, ...]
    data_heading: str
    book_id_label: str
    book_id: str
    column_widths: Mapping[str, int]
    row_heights: Mapping[int, int]
    first_screen: str
    print_area: str
    later_row: int

    def card(self, key: str) -> CardPlace:
        """The place of this card; KeyError when there is none."""
        return {card.key: card for card in self.cards}[key]

    def chart(self, key: str) -> ChartPlace:
        """The place of this chart; KeyError when there is none."""
        return {chart.key: chart for chart in self.charts}[key]

    def written(self) -> tuple[str, ...]:
        """Every address that the runner writes: it always fills all of them, with None where there is nothing."""
        found = [self.last_run, self.health, self.book_id]
        for card in self.cards:
            found += [card.note, card.value, *(detail.value for detail in card.details)]
        for chart in self.charts:
            found += [chart.finding, *(address for _, _, address in chart.cells())]
        return tuple(found)


_CARD_COLUMNS = (("B", "C"), ("E", "F"), ("H", "I"), ("K", "L"))
_CARD_ROWS = (4, 11)
_DETAILS = 4
_LABEL_PX, _NUMBER_PX, _GUTTER_PX = 168, 132, 14
_CARD_PX = _LABEL_PX + _NUMBER_PX
_DATA_COLUMNS = ("N", "O", "P", "Q", "R", "S")
_LATER_ROW = 48


def _card(
    key: str, across: int, down: int, format: Format, *details: tuple[str, Format], tone: Tone = "accent"
) -> CardPlace:
    label, number = _CARD_COLUMNS[across]
    top = _CARD_ROWS[down]
    return CardPlace(
        key=key,
        label=f"{label}{top}",
        note=f"{number}{top}",
        value=f"{label}{top + 1}",
        value_span=f"{label}{top + 1}:{number}{top + 1}",
        box=f"{label}{top}:{number}{top + 1 + _DETAILS}",
        format=format,
        details=tuple(
            Detail(name, f"{label}{top + 2 + place}", f"{number}{top + 2 + place}", shown)
            for place, (name, shown) in enumerate(details)
        ),
        tone=tone,
    )


_Drawn = tuple[str, str, Format, Tone, bool]


def _chart(
    key: str,
    kind: Kind,
    *,
    across: tuple[int, int],
    down: int,
    block_row: int,
    capacity: int,
    series: tuple[_Drawn, ...],
    point_tones: tuple[Tone, ...] = (),
) -> ChartPlace:
    """A chart over the cards' columns ``across`` (first, last), its finding in row ``down`` and its block at right."""
    first, last = _CARD_COLUMNS[across[0]][0], _CARD_COLUMNS[across[1]][1]
    cards = across[1] - across[0] + 1
    top, bottom = block_row + 2, block_row + 1 + capacity
    category = _DATA_COLUMNS[0]
    return ChartPlace(
        key=key,
        kind=kind,
        anchor=f"{first}{down + 1}",
        width=cards * _CARD_PX + (cards - 1) * _GUTTER_PX,
        height=256,
        finding=f"{first}{down}",
        finding_span=f"{first}{down}:{last}{down}",
        heading=f"{category}{block_row}",
        header_row=block_row + 1,
        category_header=f"{category}{block_row + 1}",
        categories=f"{category}{top}:{category}{bottom}",
        capacity=capacity,
        series=tuple(
            SeriesPlace(name, word, f"{letter}{block_row + 1}", f"{letter}{top}:{letter}{bottom}", shown, tone, drawn)
            for letter, (name, word, shown, tone, drawn) in zip(_DATA_COLUMNS[1:], series, strict=False)
        ),
        point_tones=point_tones,
    )


_CARDS = (
    _card("month", 0, 0, "money", ("due", "count"), ("renewed", "count"), ("open", "count"), ("lost", "count")),
    _card("to_renew", 1, 0, "money", ("in_60", "money"), ("in_90", "money"), ("contracts_90", "count")),
    _card("at_risk", 2, 0, "money", ("contracts", "count"), ("past", "count"), ("share", "percent"), tone="bad"),
    _card("rate", 3, 0, "percent", ("gross", "percent"), ("net", "percent"), ("open", "count"), ("auto", "count")),
    _card("forecast", 0, 1, "money", ("commit", "money"), ("best", "money"), ("target", "money"), ("share", "percent")),
    _card("growth", 1, 1, "money", ("opportunities", "count"), ("expected", "money"), ("accounts", "count")),
    _card("clients", 2, 1, "count", ("new", "count"), ("lost", "count"), ("red", "count")),
    _card("data", 3, 1, "count", ("rows", "count"), ("left_out", "count"), ("no_health", "count")),
)

_CHARTS = (
    _chart(
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
    _chart(
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
    _chart(
        "forecast",
        "columns_with_line",
        across=(0, 0),
        down=33,
        block_row=36,
        capacity=4,
        series=(
            ("amount", "chart.forecast.amount", "money", "neutral", True),
            ("target", "chart.forecast.target", "money", "target", True),
        ),
    ),
    _chart(
        "health",
        "bars",
        across=(1, 1),
        down=33,
        block_row=44,
        capacity=4,
        series=(("clients", "chart.health.clients", "count", "accent", True),),
        point_tones=("good", "warn", "bad", "muted"),
    ),
    _chart(
        "losses",
        "bars",
        across=(2, 3),
        down=33,
        block_row=52,
        capacity=8,
        series=(
            ("contracts", "chart.losses.contracts", "count", "bad", True),
            ("value", "chart.losses.value", "money", "muted", False),
        ),
    ),
)


def _widths() -> dict[str, int]:
    widths = {"A": _GUTTER_PX, "D": _GUTTER_PX, "G": _GUTTER_PX, "J": _GUTTER_PX, "M": 40}
    for label, number in _CARD_COLUMNS:
        widths |= {label: _LABEL_PX, number: _NUMBER_PX}
    return widths | {letter: 150 if letter == "N" else 96 for letter in _DATA_COLUMNS}


def _heights() -> dict[int, int]:
    gaps = dict.fromkeys((3, 10, 17, 32, 47), 16)
    return {1: 32, 2: 22, **gaps, **{top + 1: 38 for top in _CARD_ROWS}, 18: 34, 33: 34}


LAYOUT = Layout(
    title="B1",
    title_span="B1:L1",
    last_run_label="B2",
    last_run="C2",
    health="E2",
    health_span="E2:L2",
    stale_after_days=3,
    cards=_CARDS,
    charts=_CHARTS,
    data_heading="N1",
    book_id_label="N2",
    book_id="O2",
    column_widths=_widths(),
    row_heights=_heights(),
    first_screen="A1:L20",
    print_area="A1:L46",
    later_row=_LATER_ROW,
)
