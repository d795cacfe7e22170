"""The kinds of places that the dashboard is made of, and what each of them holds. Pure data.

A place says where labels stand (the template's), where values go (the runner's), and how they look. Addresses are A1,
sizes pixels at 100 %.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sheetcrm.address import letters, parse_cell

Format = Literal["count", "decimal", "change", "money", "percent", "text", "date"]
"""How a number is shown: no decimals for money and shares, one for ``decimal``, with its sign for ``change``; the unit
stands in the card's note."""

Tone = Literal["good", "neutral", "calm", "warn", "bad", "muted", "accent", "target"]
"""What a colour says; the template chooses colours that stay apart in grey and for colour-blind readers."""

Kind = Literal["stacked_columns", "columns", "columns_with_line", "stacked_with_line", "bars"]
"""``…_with_line``: the last series as a line over the others. ``bars`` are horizontal, the first category on top."""


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

    def labels(self) -> Iterator[tuple[str, str]]:
        """The template's words in cells: (address, word)."""
        yield self.label, f"card.{self.key}"
        for detail in self.details:
            yield detail.label, f"card.{self.key}.{detail.key}"

    def written(self) -> Iterator[str]:
        """Every address that the runner writes."""
        yield self.note
        yield self.value
        for detail in self.details:
            yield detail.value


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
            top, column = parse_cell(span.split(":")[0])
            for position in range(self.capacity):
                yield key, position, f"{letters(column)}{top + position}"

    def labels(self) -> Iterator[tuple[str, str]]:
        """The template's words in cells: (address, word)."""
        yield self.heading, self.title_key
        yield self.category_header, f"{self.title_key}.category"
        for series in self.series:
            yield series.header, series.word

    def written(self) -> Iterator[str]:
        """Every address that the runner writes."""
        yield self.finding
        for _, _, address in self.cells():
            yield address


@dataclass(frozen=True)
class ColumnPlace:
    """One column of a table: its word ``table.<table>.<key>`` at ``header``, its cells from letter ``first`` to
    ``last``, merged row by row where it takes more than one column of the sheet."""

    key: str
    header: str
    first: str
    last: str
    format: Format
    wrap: bool = False

    def span(self, row: int) -> str:
        """The cells of one row: ``F52:L52``, or ``F52`` where it is one."""
        return f"{self.first}{row}" if self.first == self.last else f"{self.first}{row}:{self.last}{row}"


@dataclass(frozen=True)
class TablePlace:
    """A table of fixed capacity: its word ``table.<key>`` at ``title``, the runner's finding in one sentence at
    ``finding`` (both the first cell of a span to be merged), headers in ``header_row``, then ``capacity`` rows.

    Where there is more to list, the last row says how much more. ``row_px``: height of the rows where they hold more
    than one line.
    """

    key: str
    title: str
    title_span: str
    finding: str
    finding_span: str
    header_row: int
    capacity: int
    columns: tuple[ColumnPlace, ...]
    row_px: int = 0

    @property
    def rows(self) -> range:
        """The sheet rows of its lines."""
        return range(self.header_row + 1, self.header_row + 1 + self.capacity)

    def labels(self) -> Iterator[tuple[str, str]]:
        """The template's words in cells: (address, word)."""
        yield self.title, f"table.{self.key}"
        for column in self.columns:
            yield column.header, f"table.{self.key}.{column.key}"

    def cells(self) -> Iterator[tuple[str, int, str]]:
        """Every cell that the runner fills line by line: (column key, position, address)."""
        for column in self.columns:
            for position, row in enumerate(self.rows):
                yield column.key, position, f"{column.first}{row}"

    def written(self) -> Iterator[str]:
        """Every address that the runner writes."""
        yield self.finding
        for _, _, address in self.cells():
            yield address


@dataclass(frozen=True)
class Section:
    """A part of the dashboard under a heading (its word ``section.<key>`` at ``heading``, to be merged over ``span``).

    A workbook made before a section was drawn, or from which people cleared it, has none of its labels: then the runner
    writes nothing there, where anything may stand by now.
    """

    key: str
    heading: str
    span: str
    cards: tuple[CardPlace, ...] = ()
    charts: tuple[ChartPlace, ...] = ()
    tables: tuple[TablePlace, ...] = ()

    def labels(self) -> Iterator[tuple[str, str]]:
        """The template's words in cells: (address, word)."""
        yield self.heading, f"section.{self.key}"
        for place in self._places:
            yield from place.labels()

    def written(self) -> Iterator[str]:
        """Every address that the runner writes."""
        for place in self._places:
            yield from place.written()

    @property
    def _places(self) -> tuple[CardPlace | ChartPlace | TablePlace, ...]:
        return (*self.cards, *self.charts, *self.tables)
