"""Contracts: their phases, and how likely they are renewed."""

from __future__ import annotations

from pydantic import Field

from sheetcrm.config.section import Section, Share


class Contracts(Section):
    notice_days: int = Field(ge=0)
    expiring_days: int = Field(gt=0)
    negotiation_days: int
    closing_days: int
    grace_days: int = Field(ge=0)
    most_successors: int = Field(gt=0)


class Probability(Section):
    base: dict[str, float]
    lowest: float = Share
    highest: float = Share
    prior_rate: float = Share
    prior_weight: float = Field(gt=0)
    window_months: int = Field(gt=0)
    stage_gain: dict[str, float]
    half_life_days: float = Field(gt=0)
    notice_cap: float = Share
    high_risk_below: float = Share
    medium_risk_below: float = Share
    high_risk_days: int
    medium_risk_days: int
