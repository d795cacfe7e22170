"""All sections together: the settings as the program uses them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import PrivateAttr, field_validator

from sheetcrm.config.accounts import Contact, Portfolio, Signals, Sla, Surveys
from sheetcrm.config.alerts import Alerts
from sheetcrm.config.health import Health
from sheetcrm.config.mail import Mail
from sheetcrm.config.pages import Agenda, Brief, Metrics, Opportunities
from sheetcrm.config.reading import Aliases, Calendar, Reading
from sheetcrm.config.renewals import Contracts, Probability
from sheetcrm.config.running import Excel, Google, Guard, Schedule
from sheetcrm.config.section import Section
from sheetcrm.languages import Language
from sheetcrm.playbooks import Playbook, playbook
from sheetcrm.playbooks import Section as Checklist


class Config(Section):
    """All settings. ``config.yaml`` at the project's top comments each key with its unit and source."""

    workbook: str
    workbook_url: str
    state: str
    timezone: str
    language: Literal[""] | Language
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
