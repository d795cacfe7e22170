"""contracts: one row per contract term (domain 3 and 4)."""

from sheetcrm.schema.column import Tab, Type, col, out

CONTRACT_TYPES = ("service", "support", "maintenance", "licence", "subscription", "project", "other")
FREQUENCIES = ("monthly", "quarterly", "semiannual", "annual", "once")
STAGES = (
    "planned",
    "contacted",
    "proposal",
    "negotiation",
    "invoice_needed",
    "invoice_sent",
    "payment_received",
    "lost",
)
LOSS_REASONS = (
    "price",
    "service",
    "technology",
    "timing",
    "administration",
    "relationship",
    "competitor",
    "in_house",
    "closed_or_merged",
    "budget",
    "our_choice",
    "unknown",
)
STATUSES = ("active", "expiring", "expired", "evergreen", "upcoming", "renewed", "lost")
PHASES = ("preparation", "negotiation", "closing", "recovery")
RISKS = ("high", "medium", "low")
ALERT_STAGES = (
    "preparation",
    "first_contact",
    "urgent",
    "critical",
    "final",
    "follow_up",
    "recovery",
    "loss_analysis",
)

TAB = Tab(
    key="contracts",
    id="contract_id",
    appended=True,
    links=(("account_id", "accounts"),),
    columns=(
        col("contract_id", Type.ID, required=True, width=13),
        col("account_id", Type.ID, required=True, width=12),
        col("title", width=38),
        col("contract_type", Type.LIST, values=CONTRACT_TYPES),
        col("start_date", Type.DATE, required=True),
        col("end_date", Type.DATE),
        col("value", Type.MONEY, unit="row currency, whole term (evergreen: per year)"),
        col("currency", width=10),
        col("payment_frequency", Type.LIST, values=FREQUENCIES),
        col("renewal_period", Type.PERIOD),
        col("auto_renew", Type.YES_NO),
        col("notice_days", Type.INTEGER, unit="days"),
        col("owner", Type.PERSON, width=20),
        col("contact", width=20),
        col(
            "renewal_stage",
            Type.LIST,
            values=STAGES,
            known_from="closed_on",
            known_values=("payment_received", "lost"),
        ),
        col("renewal_value", Type.MONEY, unit="row currency, whole next term"),
        col("probability", Type.PERCENT),
        col("predecessor_id", Type.IDS),
        col("closed_on", Type.DATE, known_from="closed_on"),
        col("loss_reason", Type.LIST, values=LOSS_REASONS),
        col("competitor", width=24),
        col("competitor_strengths", width=36),
        col("lessons", width=36),
        col("second_chance", width=36),
        col("terms", width=36),
        col("customer_mail", Type.YES_NO),
        col("no_mail", Type.YES_NO),
        col("snooze_until", Type.DATE),
        col("notes", width=36),
        out("days_to_expiry", Type.INTEGER, unit="days"),
        out("deadline", Type.DATE),
        out("days_to_deadline", Type.INTEGER, unit="days"),
        out("status", Type.LIST, values=STATUSES, value_set="contract_status"),
        out("phase", Type.LIST, values=PHASES),
        out("renewal_probability", Type.PERCENT),
        out("expected_value", Type.MONEY, unit="row currency"),
        out("annual_value", Type.MONEY, unit="row currency per year"),
        out("renewal_risk", Type.LIST, values=RISKS, value_set="level"),
        out("next_renewal_date", Type.DATE),
        out("alert_stage", Type.LIST, values=ALERT_STAGES),
        out("next_action", width=50),
        out("next_action_on", Type.DATE),
        out("why", width=60),
        out("problems", width=40),
    ),
)
