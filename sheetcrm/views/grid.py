"""How cards, charts and tables are laid on the grid of four cards across."""

from __future__ import annotations

from sheetcrm.views.places import (
    CardPlace,
    ChartPlace,
    ColumnPlace,
    Detail,
    Format,
    Kind,
    Section,
    SeriesPlace,
    TablePlace,
    Tone,
)

CARD_COLUMNS = (("B", "C"), ("E", "F"), ("H", "I"), ("K", "L"))
"""The columns of the four cards across: the label's and the number's."""
LABEL_PX, NUMBER_PX, GUTTER_PX = 168, 132, 14
CARD_PX = LABEL_PX + NUMBER_PX
DATA_COLUMNS = ("N", "O", "P", "Q", "R", "S")
"""Where the numbers behind the charts stand."""
DETAILS = 4
"""Lines below a card's number: all cards are equally high."""


def card(
    key: str, across: int, down: int, format: Format, *details: tuple[str, Format], tone: Tone = "accent"
) -> CardPlace:
    """A card in the place ``across`` of the four, its label in row ``down``."""
    label, number = CARD_COLUMNS[across]
    top = down
    return CardPlace(
        key=key,
        label=f"{label}{top}",
        note=f"{number}{top}",
        value=f"{label}{top + 1}",
        value_span=f"{label}{top + 1}:{number}{top + 1}",
        box=f"{label}{top}:{number}{top + 1 + DETAILS}",
        format=format,
        details=tuple(
            Detail(name, f"{label}{top + 2 + place}", f"{number}{top + 2 + place}", shown)
            for place, (name, shown) in enumerate(details)
        ),
        tone=tone,
    )


Column = tuple[str, Format, int]
"""A table's column: its key, format, and how many of the sheet's columns it takes."""
WHOSE: tuple[Column, ...] = (("account", "text", 1), ("owner", "text", 1))
"""The first columns of a list of accounts or of what belongs to them."""
Drawn = tuple[str, str, Format, Tone, bool]
"""A series: its key, word, format, tone, and whether the chart draws it."""


def chart(
    key: str,
    kind: Kind,
    *,
    across: tuple[int, int],
    down: int,
    block_row: int,
    capacity: int,
    series: tuple[Drawn, ...],
    point_tones: tuple[Tone, ...] = (),
) -> ChartPlace:
    """A chart over the cards' columns ``across`` (first, last), its finding in row ``down`` and its block at right."""
    first, last = CARD_COLUMNS[across[0]][0], CARD_COLUMNS[across[1]][1]
    cards = across[1] - across[0] + 1
    top, bottom = block_row + 2, block_row + 1 + capacity
    category = DATA_COLUMNS[0]
    return ChartPlace(
        key=key,
        kind=kind,
        anchor=f"{first}{down + 1}",
        width=cards * CARD_PX + (cards - 1) * GUTTER_PX,
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
            for letter, (name, word, shown, tone, drawn) in zip(DATA_COLUMNS[1:], series, strict=False)
        ),
        point_tones=point_tones,
    )


def table(
    key: str,
    *,
    across: tuple[int, int],
    down: int,
    capacity: int,
    columns: tuple[Column, ...],
    row_px: int = 0,
) -> TablePlace:
    """A table over the cards' columns ``across`` (first, last), its title in row ``down``, two rows above its headers.

    ``columns`` are key, format and how many of the sheet's columns each takes (the gutters apart); together they take
    all. In rows of more than one line the column that takes most is wrapped.
    """
    grid = [letter for pair in CARD_COLUMNS[across[0] : across[1] + 1] for letter in pair]
    widest = max(width for _, _, width in columns)
    found, used = [], 0
    for name, shown, width in columns:
        first, last = grid[used], grid[used + width - 1]
        wrap = bool(row_px) and width == widest
        found.append(ColumnPlace(name, f"{first}{down + 2}", first, last, shown, wrap))
        used += width
    if used != len(grid):
        raise ValueError(f"the columns of {key} take {used} of {len(grid)}")
    return TablePlace(
        key=key,
        title=f"{grid[0]}{down}",
        title_span=f"{grid[0]}{down}:{grid[-1]}{down}",
        finding=f"{grid[0]}{down + 1}",
        finding_span=f"{grid[0]}{down + 1}:{grid[-1]}{down + 1}",
        header_row=down + 2,
        capacity=capacity,
        columns=tuple(found),
        row_px=row_px,
    )


def section(
    key: str,
    down: int,
    *,
    cards: tuple[CardPlace, ...] = (),
    charts: tuple[ChartPlace, ...] = (),
    tables: tuple[TablePlace, ...] = (),
) -> Section:
    """A section whose heading stands in row ``down``."""
    first, last = CARD_COLUMNS[0][0], CARD_COLUMNS[-1][1]
    return Section(key, f"{first}{down}", f"{first}{down}:{last}{down}", cards, charts, tables)
