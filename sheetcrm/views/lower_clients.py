"""The sections that look at clients: who needs attention, who stays, and how they are served."""

from __future__ import annotations

from sheetcrm.views.grid import WHOSE, card, chart, section, table

_LINES_PX = 46
"""Three lines of small text."""

ATTENTION = section(
    "attention",
    48,
    tables=(
        table(
            "red",
            across=(0, 3),
            down=50,
            capacity=6,
            columns=(*WHOSE, ("value", "money", 1), ("why", "text", 5)),
            row_px=_LINES_PX,
        ),
        table(
            "renewals",
            across=(0, 3),
            down=60,
            capacity=12,
            columns=(
                *WHOSE,
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
            columns=(*WHOSE, ("silence", "count", 1), ("value", "money", 1)),
        ),
        table(
            "losing",
            across=(2, 3),
            down=76,
            capacity=10,
            columns=(*WHOSE, ("deadline", "date", 1), ("value", "money", 1)),
        ),
        table(
            "growing",
            across=(0, 1),
            down=90,
            capacity=10,
            columns=(*WHOSE, ("why", "text", 1), ("value", "money", 1)),
        ),
        table(
            "signals",
            across=(2, 3),
            down=90,
            capacity=10,
            columns=(*WHOSE, ("signal", "text", 1), ("age", "count", 1)),
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
