"""The parts that accounts play: which case of the domain each one shows, as a table.

Days are relative to ``as_of``. A part's first term is its main one; ``mood`` drives how often the account is
talked to, how much trouble it has and how it pays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Spec:
    """One running or ended contract. ``ends`` in days from ``as_of``; ``past`` renewed terms stand before it.

    ``anchor`` names a first day that the calendar dictates instead of ``ends``. ``closed`` is when it was decided.
    Cells named ``*_in`` hold days from ``as_of``.
    """

    ends: int = 200
    months: int = 12
    past: int = 0
    stage: str | None = "planned"
    kind: str = ""
    anchor: str = ""
    closed: int | None = None
    cells: Cells = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """One account; ``quiet`` is the days since anyone spoke to it (None: as its mood)."""

    case: str
    specs: tuple[Spec, ...] = ()
    tier: str | None = "standard"
    mood: str = "good"
    quiet: int | None = None
    cells: Cells = field(default_factory=dict)


def _lost(ends: int, reason: str | None, *, closed: int | None = None, past: int = 0, **cells: Any) -> Spec:
    when = ends - 12 if closed is None else closed
    return Spec(ends=ends, past=past, stage="lost", closed=when, cells={"loss_reason": reason, **cells})


_RIVAL: dict[str, Any] = {
    "competitor": "rival",
    "competitor_strengths": "strength",
    "lessons": "lesson",
    "second_chance": "chance",
}
_AUTO = {"auto_renew": "yes"}

WINDOW = (
    Part("preparation_90", (Spec(90, past=1),), "key", cells={"plan": "plan"}),
    Part("preparation_61", (Spec(61, past=1, stage="contacted", cells={"currency": "USD"}),)),
    Part("first_contact_60", (Spec(60, past=1, stage="contacted", cells={"customer_mail": "yes"}),)),
    Part("snoozed", (Spec(45, past=1, stage="contacted", cells={"snooze_until_in": 10}),), mood="fair"),
    Part("negotiation_41", (Spec(41, past=2, stage="proposal", cells={"probability": 0.8}),), "key"),
    Part("urgent_30", (Spec(30, past=1, stage="negotiation"), Spec(-300, stage="lost", closed=-310,
         cells={"loss_reason": "timing"})), "key", mood="fair"),
    Part("weekend", (Spec(anchor="weekend", past=1, stage="negotiation", cells={"probability": 65}),)),
    Part("critical_15", (Spec(15, past=1, stage="contacted"),), "key", mood="troubled", quiet=71),
    Part("closing_9", (Spec(9, past=1, stage="proposal", cells={"no_mail": "yes"}),), mood="fair"),
    Part("closing_3", (Spec(3, past=2, stage="invoice_sent"),)),
    Part("final_0", (Spec(0, stage="negotiation"),), mood="fair"),
    Part("auto_open", (Spec(70, past=1, cells={**_AUTO, "notice_days": 30}),)),
    Part("cancelled_contract", (Spec(48, past=1, stage="contacted", cells=_AUTO),), mood="fair"),
    Part("cancelled_account", (Spec(104, past=1, stage="contacted"),), mood="troubled"),
    Part("credit_blocked", (Spec(58, past=1, stage="contacted"),), mood="fair", cells={
        "credit_blocked": "yes", "blocked_on_in": -14, "payment_plan": "payment_plan"}),
)  # fmt: skip

PAST_DUE = (
    Part("expired_1", (Spec(-1, stage="proposal"),), mood="fair"),
    Part("expired_7", (Spec(-7, stage="invoice_needed"),)),
    Part("expired_30", (Spec(-30, stage="contacted"), Spec(190, past=1)), mood="fair"),
    Part("long_past", (Spec(-75),), quiet=150),
)

RENEWED = (
    Part("auto_past", (Spec(20, past=1, cells={**_AUTO, "notice_days": 30}),)),
    Part("auto_past_60", (Spec(35, cells={**_AUTO, "notice_days": 60}),), "low"),
    Part("renewed_early", (Spec(40, past=1, stage="payment_received", closed=-9),)),
    Part("won_by_stage", (Spec(20, past=1, stage="payment_received", closed=-5),)),
    Part("won_without_date", (Spec(12, stage="payment_received", closed=-3, cells={"days": 500}),)),
    Part("co_termed", (Spec(250, kind="service", past=1),), "key"),
)

ANCHORED = (
    Part("evergreen", (Spec(anchor="evergreen", kind="subscription"),), mood="fair"),
    Part("evergreen_leap", (Spec(anchor="evergreen_leap", kind="support"),)),
    Part("month_end_31_january", (Spec(anchor="january_31", past=1),)),
    Part("month_end_31_august", (Spec(anchor="august_31", months=6, past=2),)),
    Part("leap_start", (Spec(anchor="leap", months=36),)),
    Part("project", (Spec(130, months=7, kind="project", stage=None, cells={"payment_frequency": "once"}),)),
)

CLIENTS = (
    Part("recurrent_asset", (Spec(110, past=1, stage="contacted"), Spec(-20, stage="lost", closed=-8)),
         mood="troubled"),
    Part("recurrent_location", (Spec(118, past=1),), "key", mood="fair"),
    Part("critical_breach", (Spec(280, past=1),), mood="fair"),
    Part("detractor", (Spec(305),), mood="troubled", cells={"difficult": "yes"}),
    Part("falling", (Spec(150, past=1),), mood="fair", quiet=97, cells={
        "risk_plan": "risk_plan", "risk_plan_due_in": -4}),
    Part("rising", (Spec(225),), cells={"no_mail": "yes", "non_solicit": "yes"}),
    Part("override", (Spec(170, past=1),), mood="troubled", quiet=88, cells={
        "health_override": 70, "health_override_reason": "override", "health_override_until_in": 60}),
    Part("single_threaded", (Spec(260, past=1),), "key", cells={"critical": "yes"}),
    Part("untouched", (Spec(320), Spec(-700, stage="lost", closed=-705, cells={
        "loss_reason": "administration"})), quiet=165, mood="fair"),
    Part("never_contacted", (Spec(345),), mood="silent"),
    Part("no_data", (Spec(240),), "low", mood="silent"),
    Part("expansion", (Spec(335, past=1), Spec(215, kind="subscription")), "key", cells={"potential": "high"}),
    Part("difficult", (Spec(140, months=24),), "low", mood="troubled", cells={"difficult": "yes", "potential": "low"}),
    Part("low_quiet", (Spec(300), Spec(-450, stage="lost", closed=-460, cells={"loss_reason": "unknown"})),
         "low", cells={"potential": "low"}),
    Part("untiered", (Spec(205),), None),
    Part("multi_year", (Spec(400, months=24, kind="service"),), "key"),
)  # fmt: skip

EX_CLIENTS = (
    Part("lost_price", (_lost(-92, "price", **_RIVAL),)),
    Part("lost_competitor", (_lost(-183, "competitor", **_RIVAL),)),
    Part("lost_merged", (_lost(-367, "closed_or_merged"),)),
    Part("lost_service", (_lost(-250, "service", lessons="lesson", second_chance="chance"),)),
    Part("lost_technology", (_lost(-420, "technology", second_chance="chance"),)),
    Part("lost_budget", (_lost(-40, "budget", second_chance="chance"),)),
    Part("lost_in_house", (_lost(-500, "in_house"),)),
    Part("lost_our_choice", (_lost(-610, "our_choice"),), "low"),
    Part("lost_evergreen", (Spec(anchor="evergreen", stage="lost", closed=-150, cells={
        "loss_reason": "relationship", "lessons": "lesson"}),)),
)  # fmt: skip

PROSPECTS = (
    Part("upcoming", (Spec(anchor="upcoming"),)),
    Part("prospect_hot", quiet=6, cells={"potential": "high"}),
    Part("prospect_cold", quiet=140),
    Part("prospect_untouched", mood="silent"),
    Part("prospect_stalled", quiet=75),
)

MISTYPED = (
    Part("mistyped", (
        Spec(230, past=1),
        Spec(158, kind="support", cells={"slip": "end_date"}),
        Spec(245, kind="licence", cells={"slip": "renewal_stage"}),
        Spec(292, kind="other", cells={"slip": "contract_id"}),
    )),
)  # fmt: skip

ROSTER: tuple[Part, ...] = (
    *WINDOW, *PAST_DUE, *RENEWED, *ANCHORED, *CLIENTS, *MISTYPED, *EX_CLIENTS, *PROSPECTS,
)  # fmt: skip
