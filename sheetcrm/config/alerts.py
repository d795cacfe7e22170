"""Who hears of what, when and how often."""

from __future__ import annotations

from itertools import accumulate
from typing import Literal

from pydantic import Field, model_validator

from sheetcrm.config.section import Section


class Repeated(Section):
    every: int = Field(gt=0)
    business: bool = False
    until_moved: bool = False
    most: int | None = Field(default=None, ge=0)


class Stage(Section):
    days: int
    to: tuple[Literal["owner", "manager", "direction"], ...]
    task: Literal["call", "visit", "meeting", "mail", "document", "review", "data", "other"]
    due_in: int = Field(ge=0)
    immediate: bool = False
    repeat: Repeated | None = None
    ladder: bool = False


class Rung(Section):
    to: Literal["backup", "manager", "direction"]
    after: int = Field(ge=0)


class Exhausted(Section):
    every: int = Field(gt=0)
    most: int = Field(ge=0)


class Offer(Section):
    stage: str
    bands: tuple[str, ...]
    tiers: tuple[str, ...]
    before: Literal["contacted", "proposal", "negotiation", "invoice_needed", "invoice_sent", "payment_received"]


class MatterOf(Section):
    to: tuple[Literal["owner", "service", "credit", "manager", "direction"], ...] = Field(min_length=1)
    alert: Literal["none", "digest", "immediate"] = "digest"
    ladder: bool | tuple[Rung, ...] = False
    task: Literal["none", "call", "visit", "meeting", "mail", "document", "review", "data", "other"] = "none"
    due_in: int = Field(default=0, ge=0)
    steps: str = ""

    @model_validator(mode="after")
    def _steps_of_a_task(self) -> MatterOf:
        if self.task != "none" and not self.steps:
            raise ValueError("a task needs the section of its steps")
        return self


class Opening(Section):
    kind: Literal["renewal", "upsell", "cross_sell", "new", "recovery"]
    closes_in: int


class Alerts(Section):
    stages: dict[str, Stage]
    evergreen_stages: tuple[str, ...]
    offer: Offer
    opportunities: dict[str, Opening]
    matters: dict[str, MatterOf]
    matters_repeat: Repeated
    clear_days: int = Field(gt=0)
    fall_points: float = Field(gt=0)
    visit_days: int = Field(ge=0)
    visit_words: tuple[str, ...]
    tasks_per_day: int = Field(gt=0)
    tasks_together: int = Field(gt=1)
    former_days: tuple[int, ...] = Field(min_length=1)
    annual_review_months: tuple[int, ...]
    ladder: tuple[Rung, ...]
    exhausted: Exhausted
    acknowledged_days: int = Field(gt=0)
    near_days: int = Field(ge=0)
    rearm_days: int = Field(ge=0)
    history_days: int = Field(gt=0)
    snooze_floor_days: int
    rows_per_section: int = Field(gt=0)

    def direction_after(self, name: str) -> int | None:
        """Business days from a matter's first word until direction hears of it; None: it never does.

        Unit: business days
        """
        matter = self.matters[name]
        if "direction" in matter.to:
            return 0
        rungs = (self.ladder if matter.ladder else ()) if isinstance(matter.ladder, bool) else matter.ladder
        waits = accumulate(rung.after for rung in rungs)
        return next((days for rung, days in zip(rungs, waits, strict=True) if rung.to == "direction"), None)
