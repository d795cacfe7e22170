"""The tabs that a team may do without: opportunities, tasks, contacts, invoices, team (domain 3)."""

from sheetcrm.schema.column import Tab, Type, col, out

OPPORTUNITIES = Tab(
    key="opportunities",
    id="opportunity_id",
    row_date="created_on",
    optional=True,
    appended=True,
    links=(("account_id", "accounts"), ("contract_id", "contracts")),
    columns=(
        col("opportunity_id", Type.ID, required=True, width=13),
        col("account_id", Type.ID, required=True, width=12),
        col("contract_id", Type.ID, width=13),
        col(
            "kind",
            Type.LIST,
            values=("renewal", "upsell", "cross_sell", "new", "recovery"),
            value_set="opportunity_kind",
        ),
        col(
            "stage",
            Type.LIST,
            values=("contact", "proposal", "negotiation", "won", "lost"),
            value_set="opportunity_stage",
            known_from="closed_on",
            known_values=("won", "lost"),
        ),
        col("value", Type.MONEY, unit="row currency"),
        col("currency", width=10),
        col("probability", Type.PERCENT),
        col("owner", Type.PERSON, width=20),
        col("created_on", Type.DATE),
        col("proposal_on", Type.DATE),
        col("negotiation_on", Type.DATE),
        col("expected_close", Type.DATE),
        col("closed_on", Type.DATE, known_from="closed_on"),
        col("reason", width=24),
        col("plan", width=30),
        col("success_criteria", width=30),
        out("expected_value", Type.MONEY, unit="row currency"),
        out("days_open", Type.INTEGER, unit="days"),
        out("pace", Type.LIST, values=("closed", "stalled", "moving")),
        out("problems", width=40),
    ),
)

TASKS = Tab(
    key="tasks",
    id="task_id",
    optional=True,
    appended=True,
    links=(("account_id", "accounts"), ("contract_id", "contracts")),
    columns=(
        col("task_id", Type.ID, required=True, width=16),
        col("account_id", Type.ID, width=12),
        col("contract_id", Type.ID, width=13),
        col(
            "kind",
            Type.LIST,
            values=("call", "visit", "meeting", "mail", "document", "review", "data", "other"),
            value_set="task_kind",
        ),
        col("nature", Type.LIST, values=("commercial", "admin")),
        col("title", width=40),
        col("checklist", width=50),
        col("owner", Type.PERSON, width=20),
        col("due", Type.DATE),
        col("done_on", Type.DATE, known_from="done_on"),
        col("source", width=20),
        out("state", Type.LIST, values=("open", "due", "overdue", "done"), value_set="task_state"),
        out("problems", width=40),
    ),
)

CONTACTS = Tab(
    key="contacts",
    id="contact_id",
    optional=True,
    links=(("account_id", "accounts"),),
    columns=(
        col("contact_id", Type.ID, required=True, width=13),
        col("account_id", Type.ID, required=True, width=12),
        col("name", required=True, width=24),
        col("role", width=20),
        col("email", Type.EMAIL, width=26),
        col("phone"),
        col("decision_maker", Type.YES_NO),
        col("since", Type.DATE),
        col("left_on", Type.DATE, known_from="left_on"),
        col("moved_to"),
        col("notes", width=30),
        out("problems", width=40),
    ),
)

INVOICES = Tab(
    key="invoices",
    id="invoice_id",
    row_date="issued_on",
    optional=True,
    links=(("account_id", "accounts"), ("contract_id", "contracts")),
    columns=(
        col("invoice_id", Type.ID, required=True, width=13),
        col("account_id", Type.ID, required=True, width=12),
        col("contract_id", Type.ID, width=13),
        col("issued_on", Type.DATE),
        col("due_on", Type.DATE, required=True),
        col("amount", Type.MONEY, required=True, unit="row currency"),
        col("currency", width=10),
        col("paid_on", Type.DATE, known_from="paid_on"),
        out("days_overdue", Type.INTEGER, unit="days"),
        out("problems", width=40),
    ),
)

TEAM = Tab(
    key="team",
    id="email",
    optional=True,
    columns=(
        col("email", Type.ID, required=True, width=28),
        col("name", required=True, width=24),
        col(
            "role", Type.LIST, values=("owner", "manager", "direction", "service", "credit"), value_set="team_role"
        ),
        col("manager", Type.PERSON, width=24),
        col("language", Type.LIST, values=("es", "en", "ru")),
        col("away_from", Type.DATE),
        col("away_until", Type.DATE),
        col("delegate", Type.PERSON, width=24),
        col("sales_target", Type.MONEY, unit="base currency per year"),
        out("accounts", Type.INTEGER, unit="accounts"),
        out("portfolio_value", Type.MONEY, unit="base currency per year"),
        out("at_risk_value", Type.MONEY, unit="base currency per year"),
        out("open_tasks", Type.INTEGER, unit="tasks"),
        out("overdue_tasks", Type.INTEGER, unit="tasks"),
        out("problems", width=40),
    ),
)
