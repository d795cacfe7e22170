"""interactions: every conversation with a customer (domain 3)."""

from sheetcrm.schema.column import Tab, Type, col, out

CHANNELS = (
    "visit",
    "call",
    "email",
    "meeting",
    "survey",
    "complaint",
    "proposal",
    "report",
    "newsletter",
    "decision",
    "other",
)
SIGNALS = (
    "quote_request",
    "new_decision_maker",
    "purchasing_change",
    "billing_complaint",
    "cancellation_notice",
    "obsolescence",
    "expansion_need",
    "trigger_event",
)

TAB = Tab(
    key="interactions",
    id="interaction_id",
    id_required=False,
    row_date="date",
    links=(("account_id", "accounts"), ("contract_id", "contracts")),
    columns=(
        col("interaction_id", Type.ID, width=13),
        col("date", Type.DATE, required=True),
        col("account_id", Type.ID, required=True, width=12),
        col("contract_id", Type.ID, width=13),
        col("contact", width=20),
        col("owner", Type.PERSON, width=20),
        col("channel", Type.LIST, values=CHANNELS),
        col("initiative", Type.LIST, values=("proactive", "reactive")),
        col("nature", Type.LIST, values=("commercial", "admin")),
        col("score", Type.NUMBER, decimals=1, unit="points, 0 to 10"),
        col("signal", Type.LIST, values=SIGNALS),
        col("summary", width=40),
        col("next_step", width=36),
        col("next_step_due", Type.DATE),
        col("next_step_done_on", Type.DATE, known_from="next_step_done_on", awaited=True),
        col("minutes", Type.LINK),
        out("follow_up", Type.LIST, values=("none", "pending", "overdue", "done")),
        out("problems", width=40),
    ),
)
