"""The health model of accounts, and what its validation asks for."""

from __future__ import annotations

from pydantic import Field, field_validator

from sheetcrm.config.section import Positive, Section, Share


class TicketFactor(Section):
    days: int
    half_life: float
    scale: float
    recurrent: float


class PromiseFactor(Section):
    days: int
    least: int


class PerceptionFactor(Section):
    half_life: float
    least: float


class PaymentFactor(Section):
    overdue: float
    late: float
    late_at_most: float
    half_life: float
    days: int


class RelationshipFactor(Section):
    half_life: float
    days: int


class Caps(Section):
    cancellation_notice: float
    overdue: float
    critical_ticket: float


class Validation(Section):
    months: int = Field(gt=0)
    days_before: tuple[Positive, ...] = Field(min_length=1)
    outcomes: int = Field(ge=2)
    of_each: int = Field(ge=1)
    per_band: int = Field(ge=1)


class Health(Section):
    weights: dict[str, dict[str, float]]
    missing_value: float
    least_coverage: float = Share
    green_above: float
    red_up_to: float
    improve_by: float
    trend_points: float
    trend_days: tuple[int, int]
    override_days: int
    caps: Caps
    overdue_cap_days: int
    tickets: TicketFactor
    ticket_burden: dict[str, float]
    promises: PromiseFactor
    perception: PerceptionFactor
    payment: PaymentFactor
    relationship: RelationshipFactor
    relationship_loss: dict[str, float]
    validation: Validation

    @field_validator("weights")
    @classmethod
    def _hundred(cls, weights: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
        for tier, parts in weights.items():
            if abs(sum(parts.values()) - 100) > 1e-9:
                raise ValueError(f"the weights of {tier} add up to {sum(parts.values()):g}, not 100")
        return weights
