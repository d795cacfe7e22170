"""The tabs that the runner fills: agenda, alerts, problems, segments and the dashboard (domain 6 and 7)."""

from sheetcrm.schema.accounts import BANDS
from sheetcrm.schema.column import Tab, Type, col, out
from sheetcrm.schema.contracts import ALERT_STAGES, STATUSES
from sheetcrm.schema.matters import MATTERS

# A dashboard has cards, not rows; its cards are declared in views/dashboard.py and listed in the dictionary from there.
DASHBOARD = Tab(key="dashboard", id="", kind="runner", columns=())

# What an owner asks for stands on the first screen: when, for whom, how it stands and what to do.
AGENDA = Tab(
    key="agenda",
    id="",
    kind="runner",
    columns=(
        out("week", Type.DATE, unit="Monday of the week"),
        out("due", Type.DATE),
        out("days", Type.INTEGER, unit="days"),
        out("kind", Type.LIST, values=("contract", "account", "task", "ticket"), value_set="agenda_kind"),
        out("account", width=28),
        out("title", width=36),
        out("status", Type.LIST, values=(*STATUSES, "open", "due", "overdue", "done"), value_set="agenda_status"),
        out("owner", Type.PERSON, width=22),
        out("next_action", width=44),
        out("next_action_on", Type.DATE),
        out("value", Type.MONEY, unit="base currency per year"),
        out("probability", Type.PERCENT),
        out("health", Type.LIST, values=BANDS, value_set="health_band"),
        out("why", width=44),
        out("id", Type.ID, width=18),
        out("account_id", Type.ID, width=12),
        out("link", Type.LINK, width=16),
    ),
)

ALERTS = Tab(
    key="alerts",
    id="key",
    kind="runner",
    links=(("contract_id", "contracts"), ("account_id", "accounts")),
    columns=(
        out("alerted_on", Type.DATE),
        out("stage", Type.LIST, values=(*ALERT_STAGES, *MATTERS), value_set="alert_stage"),
        out("contract_id", Type.ID, width=13),
        out("account_id", Type.ID, width=12),
        out("person", Type.PERSON, width=26),
        out("why", width=60),
        out(
            "state",
            Type.LIST,
            values=("sent", "acknowledged", "superseded", "snoozed", "failed", "held", "queued", "baseline"),
            value_set="alert_state",
        ),
        col("acknowledged_by", Type.PERSON, width=22),
        out("acknowledged_on", Type.DATE),
        out("key", Type.ID, hidden=True, width=20),
    ),
)

PROBLEMS = Tab(
    key="problems",
    id="",
    kind="runner",
    columns=(
        out("tab", width=16),
        out("cell", width=9),
        out("id", Type.ID, width=13),
        out("column", width=20),
        out("value", width=24),
        out("problem", width=50),
        out("fix", width=50),
        out("owner", Type.PERSON, width=24),
    ),
)

SEGMENTS = Tab(
    key="segments",
    id="",
    kind="runner",
    columns=(
        out(
            "segment",
            Type.LIST,
            values=("win_back", "newsletter", "ambassador", "survey"),
        ),
        out("account_id", Type.ID, width=12),
        out("account", width=30),
        out("contact", width=24),
        out("address", Type.EMAIL, width=28),
        out("why", width=60),
    ),
)
