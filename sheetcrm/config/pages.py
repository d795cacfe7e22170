"""What the runner lays out: numbers, the agenda, the page before a visit; and the sales that they count."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sheetcrm.config.section import Section, Share


class Opportunities(Section):
    probability: dict[str, float]
    stalled_days: int


class Metrics(Section):
    window_days: int = Field(gt=0)
    risk_ahead_days: int = Field(ge=0)
    risk_past_days: int = Field(ge=0)
    commit_stage: Literal["contacted", "proposal", "negotiation", "invoice_needed", "invoice_sent"]
    commit_probability: float = Share
    promoter_score: float = Field(ge=0, le=10)
    least_surveys: int = Field(gt=0)
    least_entries: int = Field(gt=0)
    weeks_back: int = Field(gt=0)
    weeks_ahead: int = Field(gt=0)
    valley_share: float = Share


class Agenda(Section):
    ahead_days: int = Field(ge=0)


class Brief(Section):
    rows: int = Field(gt=0)
    period_days: int = Field(gt=0)
    playbook_steps: int = Field(ge=0)
