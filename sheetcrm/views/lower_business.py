"""The sections that look at our own work: sales, the portfolio, activity and the data behind it all."""

from __future__ import annotations

from sheetcrm.views.grid import WHOSE, card, chart, section, table

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
            columns=(*WHOSE, ("stage", "text", 1), ("value", "money", 1)),
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
            columns=(*WHOSE, ("amount", "money", 1), ("share", "percent", 1)),
        ),
        table(
            "margin",
            across=(2, 3),
            down=201,
            capacity=10,
            columns=(*WHOSE, ("amount", "money", 1), ("share", "percent", 1)),
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
                *WHOSE,
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
