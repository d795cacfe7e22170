"""accounts: one row per customer (domain 3 and 4)."""

from sheetcrm.languages import LANGUAGES
from sheetcrm.schema.column import Tab, Type, col, out

TIERS = ("key", "standard", "low")
LEVELS = ("high", "medium", "low")
RELATIONSHIPS = ("supplier", "preferred", "partner")
CLIENT_STATUSES = ("client", "ex_client", "prospect")
STRATEGIES = ("retain", "reprice", "develop", "maintain", "streamline")
BANDS = ("green", "yellow", "red", "no_data")
TRENDS = ("up", "stable", "down")

TAB = Tab(
    key="accounts",
    id="account_id",
    columns=(
        col("account_id", Type.ID, required=True, width=12),
        col("name", required=True, width=30),
        col("owner", Type.PERSON, width=20),
        col("backup_owner", Type.PERSON),
        col("service_owner", Type.PERSON),
        col("credit_owner", Type.PERSON),
        col("tier", Type.LIST, values=TIERS),
        col("industry", width=26),
        col("language", Type.LIST, values=LANGUAGES),
        col("customer_email", Type.EMAIL),
        col("client_since", Type.DATE),
        col("volume", Type.MONEY, unit="base currency, year to date"),
        col("volume_last_year", Type.MONEY),
        col("margin", Type.MONEY, unit="base currency, same period as volume"),
        col("potential", Type.LIST, values=LEVELS, value_set="level"),
        col("critical", Type.YES_NO),
        col("sites", Type.INTEGER, unit="sites"),
        col("difficult", Type.YES_NO),
        col("credit_blocked", Type.YES_NO),
        col("blocked_on", Type.DATE),
        col("payment_plan", width=36),
        col("non_solicit", Type.YES_NO),
        col("relationship", Type.LIST, values=RELATIONSHIPS),
        col("channel", width=30),
        col("risk_plan", width=36),
        col("risk_plan_due", Type.DATE),
        col("plan", width=36),
        col("plan_reviewed_on", Type.DATE),
        col("tier_reviewed_on", Type.DATE),
        col("health_override", Type.NUMBER, decimals=0, unit="points, 0 to 100"),
        col("health_override_reason", width=36),
        col("health_override_until", Type.DATE),
        col("no_mail", Type.YES_NO),
        col("snooze_until", Type.DATE),
        col("notes", width=36),
        out("client_status", Type.LIST, values=CLIENT_STATUSES),
        out("lost_on", Type.DATE),
        out("active_contracts", Type.INTEGER, unit="contracts"),
        out("annual_value", Type.MONEY, unit="base currency per year"),
        out("lifetime_value", Type.MONEY),
        out("rate_change", Type.PERCENT),
        out("next_deadline", Type.DATE),
        out("last_contact", Type.DATE),
        out("days_since_contact", Type.INTEGER, unit="days"),
        out("next_contact_due", Type.DATE),
        out("open_tickets", Type.INTEGER, unit="tickets"),
        out("recurrent_faults", Type.INTEGER, unit="faults"),
        out("promise_keeping", Type.NUMBER, decimals=1, unit="percent, 0 to 100"),
        out("perception", Type.NUMBER, decimals=1, unit="points, 0 to 100"),
        out("days_overdue", Type.INTEGER, unit="days"),
        out("signals", width=40),
        out("tier_suggested", Type.LIST, values=TIERS, value_set="tier"),
        out("strategy", Type.LIST, values=STRATEGIES),
        out("upsell_sales", Type.MONEY),
        out("cross_sell_sales", Type.MONEY),
        out("average_deal", Type.MONEY),
        out("expansion_value", Type.MONEY),
        out("health_score", Type.INTEGER, unit="points, 0 to 100"),
        out("health_band", Type.LIST, values=BANDS),
        out("health_trend", Type.LIST, values=TRENDS),
        out("health_coverage", Type.PERCENT),
        out("health_why", width=70),
        out("next_action", width=50),
        out("problems", width=40),
    ),
)
