"""tickets: every request for service (domain 3 and 4)."""

from sheetcrm.schema.column import Tab, Type, col, out

CATEGORIES = ("service", "supply", "consumable", "repair", "visit", "communication", "collections", "billing")
PRIORITIES = ("critical", "high", "normal", "low")
ROOT_CAUSES = ("service", "supply", "equipment", "communication", "collections", "billing")
SLA = ("on_track", "at_risk", "breached", "met", "missed")

TAB = Tab(
    key="tickets",
    id="ticket_id",
    row_date="opened_at",
    links=(("account_id", "accounts"), ("contract_id", "contracts")),
    columns=(
        col("ticket_id", Type.ID, required=True, width=13),
        col("account_id", Type.ID, required=True, width=12),
        col("contract_id", Type.ID, width=13),
        col("opened_at", Type.DATETIME, required=True),
        col("category", Type.LIST, values=CATEGORIES),
        col("priority", Type.LIST, values=PRIORITIES),
        col("asset", width=26),
        col("location", width=26),
        col("promised_at", Type.DATETIME),
        col("first_response_at", Type.DATETIME, known_from="first_response_at"),
        col("resolved_at", Type.DATETIME, known_from="resolved_at", awaited=True),
        col("owner", Type.PERSON, width=20),
        col("summary", width=40),
        col("root_cause", Type.LIST, values=ROOT_CAUSES, value_set="category"),
        col("action_plan", width=36),
        col("evidence", Type.LINK),
        col("resolution", width=36),
        col("customer_confirmed", Type.YES_NO),
        out("age_days", Type.INTEGER, unit="days"),
        out("due_at", Type.DATETIME),
        out("sla_status", Type.LIST, values=SLA),
        out("repeats", Type.INTEGER, unit="tickets"),
        out("escalation", Type.LIST, values=("none", "manager", "direction")),
        out("problems", width=40),
    ),
)
