"""The dashboard below the first screen: sections that a manager finds by their heading, each answering one question.

Rows are fixed for ever (see ``views.layout``); a section fits a printed page or shares one.
"""

from __future__ import annotations

from sheetcrm.address import parse_cell
from sheetcrm.views.grid import CARD_PX, Column, card, chart, section, table

_HEADING_PX, _BELOW_HEADING_PX, _NUMBER_PX, _GAP_PX = 30, 8, 38, 16
_FINDING_PX, _LINES_PX = 34, 46
"""Two lines of text, and three small ones."""
_WHOSE: tuple[Column, ...] = (("account", "text", 1), ("owner", "text", 1))

ATTENTION = section(
    "attention",
    48,
    tables=(
        table(
            "red",
            across=(0, 3),
            down=50,
            capacity=6,
            columns=(*_WHOSE, ("value", "money", 1), ("why", "text", 5)),
            row_px=_LINES_PX,
        ),
        table(
            "renewals",
            across=(0, 3),
            down=60,
            capacity=12,
            columns=(
                *_WHOSE,
                ("title", "text", 1),
                ("deadline", "date", 1),
                ("stage", "text", 1),
                ("value", "money", 1),
                ("probability", "percent", 1),
                ("expected", "money", 1),
            ),
        ),
        table(
            "neglected",
            across=(0, 1),
            down=76,
            capacity=10,
            columns=(*_WHOSE, ("silence", "count", 1), ("value", "money", 1)),
        ),
        table(
            "losing",
            across=(2, 3),
            down=76,
            capacity=10,
            columns=(*_WHOSE, ("deadline", "date", 1), ("value", "money", 1)),
        ),
        table(
            "growing",
            across=(0, 1),
            down=90,
            capacity=10,
            columns=(*_WHOSE, ("why", "text", 1), ("value", "money", 1)),
        ),
        table(
            "signals",
            across=(2, 3),
            down=90,
            capacity=10,
            columns=(*_WHOSE, ("signal", "text", 1), ("age", "count", 1)),
        ),
    ),
)

RETENTION = section(
    "retention",
    104,
    cards=(
        card(
            "kept", 0, 106, "percent", ("net", "percent"), ("before", "money"), ("now", "money"), ("left_out", "count")
        ),
        card("churn", 1, 106, "percent", ("start", "count"), ("lost", "count"), ("value", "money"), tone="bad"),
        card(
            "on_time", 2, 106, "percent", ("due", "count"), ("signed", "count"), ("late", "count"), ("undated", "count")
        ),
        card("pace", 3, 106, "count", ("contracts", "count"), ("mean", "money")),
    ),
    tables=(
        table(
            "cancellations",
            across=(0, 1),
            down=113,
            capacity=13,
            columns=(("reason", "text", 1), ("contracts", "count", 1), ("value", "money", 1), ("share", "percent", 1)),
        ),
    ),
    charts=(
        chart(
            "movement",
            "columns",
            across=(2, 3),
            down=113,
            block_row=64,
            capacity=12,
            series=(
                ("new", "chart.movement.new", "count", "neutral", True),
                ("lost", "chart.movement.lost", "count", "bad", True),
            ),
        ),
    ),
)

SERVICE = section(
    "service",
    130,
    cards=(
        card(
            "sla", 0, 132, "percent", ("met", "count"), ("missed", "count"), ("breached", "count"), ("at_risk", "count")
        ),
        card("tickets", 1, 132, "decimal", ("tickets", "count"), ("open", "count"), ("cause", "text")),
        card("recurrence", 2, 132, "percent", ("faults", "count"), ("accounts", "count")),
        card(
            "perception",
            3,
            132,
            "decimal",
            ("nps", "count"),
            ("surveys", "count"),
            ("detractors", "count"),
            ("trend", "change"),
        ),
    ),
    charts=(
        chart(
            "perception",
            "columns",
            across=(0, 1),
            down=139,
            block_row=80,
            capacity=12,
            series=(
                ("score", "chart.perception.score", "decimal", "accent", True),
                ("surveys", "chart.perception.surveys", "count", "muted", False),
            ),
        ),
        chart(
            "sla",
            "columns",
            across=(2, 2),
            down=139,
            block_row=96,
            capacity=6,
            series=(
                ("share", "chart.sla.share", "percent", "accent", True),
                ("decided", "chart.sla.decided", "count", "muted", False),
            ),
        ),
        chart(
            "friction",
            "bars",
            across=(3, 3),
            down=139,
            block_row=106,
            capacity=8,
            series=(("tickets", "chart.friction.tickets", "count", "warn", True),),
        ),
    ),
)

SALES = section(
    "sales",
    154,
    cards=(
        card(
            "expansion",
            0,
            156,
            "money",
            ("upsell", "money"),
            ("cross_sell", "money"),
            ("deals", "count"),
            ("mean", "money"),
        ),
        card(
            "coverage",
            1,
            156,
            "percent",
            ("target", "money"),
            ("missing", "money"),
            ("live", "money"),
            ("weighted", "money"),
        ),
        card("deals", 2, 156, "percent", ("won", "count"), ("lost", "count"), ("weakest", "text")),
        card("stalled", 3, 156, "count", ("value", "money"), ("moving", "count"), tone="warn"),
    ),
    charts=(
        chart(
            "funnel",
            "bars",
            across=(0, 1),
            down=163,
            block_row=118,
            capacity=5,
            series=(
                ("entries", "chart.funnel.entries", "count", "accent", True),
                ("conversion", "chart.funnel.conversion", "percent", "muted", False),
            ),
        ),
    ),
    tables=(
        table(
            "stalled",
            across=(2, 3),
            down=163,
            capacity=10,
            columns=(*_WHOSE, ("stage", "text", 1), ("value", "money", 1)),
        ),
    ),
)

PORTFOLIO = section(
    "portfolio",
    178,
    cards=(
        card(
            "base",
            0,
            180,
            "count",
            ("pursued", "count"),
            ("clients", "count"),
            ("ex_clients", "count"),
            ("unclear", "count"),
        ),
        card("key_accounts", 1, 180, "count", ("share", "percent"), ("single", "count"), ("without_plan", "count")),
        card("prices", 2, 180, "percent", ("raised", "count"), ("lowered", "count"), ("unchanged", "count")),
        card("lifetime", 3, 180, "money", ("annual", "money"), ("top_share", "percent")),
    ),
    tables=(
        table(
            "owners",
            across=(0, 3),
            down=187,
            capacity=10,
            columns=(
                ("owner", "text", 1),
                ("accounts", "count", 1),
                ("value", "money", 1),
                ("at_risk", "money", 1),
                ("red", "count", 1),
                ("overdue_tasks", "count", 1),
                ("effort_share", "percent", 1),
                ("value_share", "percent", 1),
            ),
        ),
        table(
            "volume",
            across=(0, 1),
            down=201,
            capacity=10,
            columns=(*_WHOSE, ("amount", "money", 1), ("share", "percent", 1)),
        ),
        table(
            "margin",
            across=(2, 3),
            down=201,
            capacity=10,
            columns=(*_WHOSE, ("amount", "money", 1), ("share", "percent", 1)),
        ),
        table(
            "quadrants",
            across=(0, 1),
            down=215,
            capacity=7,
            columns=(("strategy", "text", 1), ("accounts", "count", 1), ("value", "money", 1), ("share", "percent", 1)),
        ),
        table(
            "effort",
            across=(2, 3),
            down=215,
            capacity=7,
            columns=(
                *_WHOSE,
                ("effort_share", "percent", 1),
                ("value_share", "percent", 1),
            ),
        ),
    ),
)

ACTIVITY = section(
    "activity",
    226,
    cards=(
        card("planned", 0, 228, "percent", ("due", "count"), ("late", "count"), ("not_done", "count")),
        card("initiative", 1, 228, "percent", ("proactive", "count"), ("reactive", "count"), ("unknown", "count")),
        card("nature", 2, 228, "percent", ("commercial", "count"), ("admin", "count"), ("unknown", "count")),
        card("balance", 3, 228, "count", ("mean", "decimal"), ("valleys", "count"), ("next_week", "count")),
    ),
    charts=(
        chart(
            "weeks",
            "stacked_with_line",
            across=(0, 3),
            down=235,
            block_row=127,
            capacity=13,
            series=(
                ("done", "chart.weeks.done", "count", "accent", True),
                ("planned", "chart.weeks.planned", "count", "neutral", True),
                ("valley", "chart.weeks.valley", "decimal", "target", True),
            ),
        ),
    ),
)

DATA = section(
    "data",
    250,
    cards=(
        card(
            "touched",
            0,
            252,
            "money",
            ("contracts", "count"),
            ("deals_value", "money"),
            ("deals", "count"),
            ("unknown", "count"),
        ),
    ),
    tables=(
        table(
            "mend",
            across=(1, 3),
            down=252,
            capacity=10,
            columns=(("tab", "text", 1), ("column", "text", 1), ("cells", "count", 1), ("wrong", "text", 3)),
        ),
    ),
)

SECTIONS = (ATTENTION, RETENTION, SERVICE, SALES, PORTFOLIO, ACTIVITY, DATA)

_GAPS = (59, 75, 89, 103, 112, 129, 138, 153, 162, 177, 186, 200, 214, 225, 234, 249)
PAGE_BREAKS = (89, 129, 177, 225)
"""Rows after which a printed page ends."""


def row_heights() -> dict[int, int]:
    """Pixels of the rows that are not as high as others: headings, big numbers, gaps, findings above charts."""
    found = dict.fromkeys(_GAPS, _GAP_PX)
    for each in SECTIONS:
        heading = parse_cell(each.heading)[0]
        found |= {heading: _HEADING_PX, heading + 1: _BELOW_HEADING_PX}
        found |= {parse_cell(place.value)[0]: _NUMBER_PX for place in each.cards}
        found |= {parse_cell(place.finding)[0]: _FINDING_PX for place in each.charts if place.width == CARD_PX}
        found |= {row: place.row_px for place in each.tables if place.row_px for row in place.rows}
    return found
