"""The configuration: the packaged file with its defaults, overlaid by the user's, checked all at once.

``load`` raises ``ConfigError`` with every mistake found, each with its line, in words. Secrets are read from the
environment only.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from sheetcrm.playbooks import Playbook, own_playbooks, playbook
from sheetcrm.playbooks import Section as Checklist
from sheetcrm.resources import resource

Share = Field(ge=0, le=1)
Positive = Annotated[int, Field(gt=0)]


class ConfigError(ValueError):
    """Mistakes in the settings, one sentence each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Aliases(Section):
    tabs: dict[str, str]
    columns: dict[str, dict[str, str]]


class Reading(Section):
    day_first: bool
    oldest_year: int
    latest_year: int


class Calendar(Section):
    holiday_country: str
    holiday_region: str
    extra_holidays: tuple[date, ...]
    workdays: tuple[int, ...]
    day_starts: time
    day_ends: time

    @field_validator("workdays")
    @classmethod
    def _days(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if not days or not set(days) <= set(range(7)):
            raise ValueError("needs days of the week from 0 (Monday) to 6 (Sunday)")
        return days

    @field_validator("day_ends")
    @classmethod
    def _hours(cls, ends: time, info: Any) -> time:
        if "day_starts" in info.data and ends <= info.data["day_starts"]:
            raise ValueError("must be later than day_starts")
        return ends

    @field_validator("holiday_country")
    @classmethod
    def _country(cls, country: str) -> str:
        if country and (len(country) != 2 or not country.isalpha()):
            raise ValueError("needs a country of two letters, such as ES")
        return country.upper()


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
    direction_after_days: int
    response_used_days: int


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


class Surveys(Section):
    share: float = Share
    least: int = Field(ge=1)
    rest_days: int = Field(ge=0)


class Agenda(Section):
    ahead_days: int = Field(ge=0)


class Brief(Section):
    rows: int = Field(gt=0)
    period_days: int = Field(gt=0)
    playbook_steps: int = Field(ge=0)


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


class Mail(Section):
    enabled: bool
    host: str
    port: int = Field(gt=0, lt=65536)
    security: Literal["starttls", "ssl", "none"]
    user: str
    login: Literal["password", "oauth"]
    oauth_client_id: str
    oauth_token_url: str
    oauth_scope: str
    sender: str
    hours: Literal["business", "any"]
    allowed: tuple[str, ...]
    fallback: str
    operator: str
    timeout_seconds: float = Field(gt=0)
    budget_seconds: float = Field(gt=0)
    per_minute: int = Field(ge=0)
    ca_file: str
    customers: Literal["draft", "send"]
    daily_customer_cap: int = Field(ge=0)


class Schedule(Section):
    digest_at: time
    weekly_at: time
    weekly_weekday: int = Field(ge=0, le=6)
    monthly_at: time
    tickets_minutes: int = Field(ge=0)
    catch_up_hours: float = Field(gt=0)
    retry_minutes: float = Field(gt=0)
    attempts: int = Field(gt=0)
    memory_mb: int = Field(ge=0)
    pass_minutes: float = Field(gt=0)
    heartbeat_url: str


class Guard(Section):
    blanked_share: float = Share
    blanked_cells: int
    lost_rows_share: float = Share


class Excel(Section):
    backups: int = Field(ge=0)
    stale_lock_hours: float
    wait_seconds: float


class Google(Section):
    credentials_file: str
    token_file: str
    base_url: str
    connect_seconds: float = Field(gt=0)
    read_seconds: float = Field(gt=0)
    retries: int = Field(ge=0)
    backoff_seconds: float = Field(gt=0)
    deadline_seconds: float = Field(gt=0)
    requests_per_minute: int = Field(ge=0)
    cells_per_call: int = Field(ge=1000)
    lock_seconds: float = Field(gt=0)
    wait_seconds: float = Field(ge=0)


class Config(Section):
    """All settings. ``config.yaml`` at the project's top comments each key with its unit and source."""

    workbook: str
    workbook_url: str
    state: str
    timezone: str
    language: Literal["", "es", "en", "ru"]
    base_currency: str
    rates: dict[str, float]
    playbooks: str
    aliases: Aliases
    reading: Reading
    calendar: Calendar
    contracts: Contracts
    probability: Probability
    contact: Contact
    signals: Signals
    portfolio: Portfolio
    sla: Sla
    health: Health
    opportunities: Opportunities
    metrics: Metrics
    surveys: Surveys
    agenda: Agenda
    brief: Brief
    alerts: Alerts
    mail: Mail
    schedule: Schedule
    guard: Guard
    excel: Excel
    google: Google
    # Read once, with the settings, so that the plan stays a function of its inputs.
    _own_checklists: Mapping[str, Mapping[str, Checklist]] = PrivateAttr(default_factory=dict)

    @field_validator("timezone")
    @classmethod
    def _zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{name} is no time zone; write one such as Europe/Madrid") from None
        return name

    @field_validator("rates")
    @classmethod
    def _positive(cls, rates: dict[str, float]) -> dict[str, float]:
        for currency, rate in rates.items():
            if not rate > 0:
                raise ValueError(f"the rate of {currency} must be above 0")
        return {currency.upper(): rate for currency, rate in rates.items()}

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def playbook(self, language: str) -> Playbook:
        """The checklists of a language: the packaged ones, with people's own in their place."""
        return playbook(language).overlaid(self._own_checklists.get(language, {}))


def load(path: Path | None = None) -> Config:
    """The defaults overlaid by the file at ``path`` (None: the defaults alone). Raises ConfigError."""
    base = _defaults()
    if path is None:
        return Config.model_validate(base)
    overlay = _read(path.read_text(encoding="utf-8"), str(path))
    mistakes = list(_unknown(overlay, base, ""))
    if mistakes:
        raise ConfigError([_located(path, sentence, where) for sentence, where in mistakes])
    folder = overlay.get("playbooks")
    own, wrong = own_playbooks(path.parent / folder) if folder and isinstance(folder, str) else ({}, [])
    try:
        cfg = Config.model_validate(_overlaid(base, overlay))
    except ValidationError as error:
        raise ConfigError([*(_located(path, *_in_words(detail)) for detail in error.errors()), *wrong]) from None
    if wrong:
        raise ConfigError(wrong)
    cfg._own_checklists = own
    return cfg


def defaults() -> Config:
    """The packaged defaults."""
    return load(None)


def secret(name: str) -> SecretStr | None:
    """A secret by its name, such as ``mail_password``; None where none is set.

    From the environment (``SHEETCRM_MAIL_PASSWORD``), from the file that it names there (``…_FILE``), or from a systemd
    credential (``sheetcrm_mail_password``). Raises ConfigError where the named file can't be read.
    """
    variable = f"SHEETCRM_{name.upper()}"
    value = os.environ.get(variable)
    if value:
        return SecretStr(value)
    named = os.environ.get(f"{variable}_FILE")
    if named:
        try:
            return SecretStr(Path(named).read_text(encoding="utf-8").rstrip("\r\n"))
        except (OSError, UnicodeError) as error:
            raise ConfigError([f"{variable}_FILE names {named}, which can't be read ({error})."]) from None
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    placed = Path(credentials) / f"sheetcrm_{name}" if credentials else None
    if placed is not None and placed.is_file():
        return SecretStr(placed.read_text(encoding="utf-8").rstrip("\r\n"))
    return None


@cache
def _defaults() -> Mapping[str, Any]:
    """The packaged file, parsed once: the parser takes a twentieth of a second for it. Nobody changes it."""
    return _read(resource("config.yaml").read_text(encoding="utf-8"), "config.yaml")


def _read(text: str, name: str) -> dict[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    try:
        data = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ConfigError([f"{name}, line {line}: this is not YAML ({error.problem}). Mind the indentation."]) from None
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ConfigError([f"{name}: needs lines of the form `key: value`"])
    return data


# Sections whose keys people choose: anything may stand there.
_OPEN = {"rates", "aliases.tabs", "aliases.columns", "contact.cadence_days"}


def _unknown(overlay: Mapping[str, Any], base: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in overlay.items():
        path = f"{prefix}{key}"
        if key not in base:
            near = difflib.get_close_matches(str(key), [str(known) for known in base], n=1)
            hint = f" Did you mean {prefix}{near[0]}?" if near else ""
            yield f"{path} is no setting.{hint}", path
        elif isinstance(base[key], dict) and path not in _OPEN:
            if isinstance(value, dict):
                yield from _unknown(value, base[key], f"{path}.")
            elif value is not None:
                yield f"{path} needs settings of its own below it, not {value!r}.", path


def _overlaid(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in overlay.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _overlaid(merged[key], value)
        elif value is not None:
            merged[key] = value
    return merged


def _in_words(detail: Any) -> tuple[str, str]:
    where = ".".join(str(part) for part in detail["loc"])
    message = str(detail["msg"]).removeprefix("Value error, ")
    said = detail.get("input")
    return f"{where}: {message}" + ("." if isinstance(said, dict | list | tuple) else f" (it says {said!r})."), where


def _located(path: Path, sentence: str, where: str) -> str:
    line = _line_of(path.read_text(encoding="utf-8"), where)
    return f"{path.name}, line {line}: {sentence}" if line else f"{path.name}: {sentence}"


def _line_of(text: str, where: str) -> int:
    """The line of a dotted key in YAML text; 0 where it cannot be told."""
    from ruamel.yaml import YAML

    node = YAML(typ="rt", pure=True).compose(text)
    line = 0
    for part in where.split("."):
        pairs = getattr(node, "value", None)
        if not isinstance(pairs, list) or not pairs or not isinstance(pairs[0], tuple):
            break
        found = next(((key, value) for key, value in pairs if key.value == part), None)
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line
