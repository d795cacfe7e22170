"""Accounts: contact, risk signals, tiers, and the service that they get."""

from __future__ import annotations

from pydantic import Field

from sheetcrm.config.section import Section, Share


class Contact(Section):
    channels: tuple[str, ...]
    cadence_days: dict[str, int]
    halved_by: tuple[str, ...]
    threads_days: int


class Signals(Section):
    days: int
    recurrent_tickets: int
    recurrent_days: int
    late_payment_days: int
    detractor_score: float
    perception_fall: float
    perception_days: int
    perception_least: int = Field(gt=0)


class Difficult(Section):
    days: int
    complaints: int
    tickets: int = Field(gt=0)
    severe_share: float = Share
    unconfirmed: int
    signs: int


class Portfolio(Section):
    key_most: int = Field(ge=0)
    key_share: float = Share
    key_sites: int
    low_share: float = Share
    rate_months: int
    review_months: dict[str, int]
    plan_months: int
    strategy_least: int = Field(gt=0)
    difficult: Difficult


class Sla(Section):
    response_hours: dict[str, float]
    resolution_hours: dict[str, float]
    at_risk_share: float = Share
    response_used_days: int


class Surveys(Section):
    share: float = Share
    least: int = Field(ge=1)
    rest_days: int = Field(ge=0)
