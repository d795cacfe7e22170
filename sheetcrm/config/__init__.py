"""The configuration: the packaged file with its defaults, overlaid by the user's, checked all at once.

``load`` raises ``ConfigError`` with every mistake found, each with its line, in words. Secrets are read from the
environment only. One file holds the sections of one subject.
"""

from sheetcrm.config.accounts import Surveys
from sheetcrm.config.alerts import Alerts, MatterOf, Stage
from sheetcrm.config.health import Health, Validation
from sheetcrm.config.load import defaults, load
from sheetcrm.config.mail import Mail
from sheetcrm.config.mistakes import ConfigError
from sheetcrm.config.pages import Metrics
from sheetcrm.config.reading import Aliases, Calendar
from sheetcrm.config.running import Excel, Google, Guard, Schedule
from sheetcrm.config.secrets import secret
from sheetcrm.config.settings import Config

__all__ = [
    "Alerts",
    "Aliases",
    "Calendar",
    "Config",
    "ConfigError",
    "Excel",
    "Google",
    "Guard",
    "Health",
    "Mail",
    "MatterOf",
    "Metrics",
    "Schedule",
    "Stage",
    "Surveys",
    "Validation",
    "defaults",
    "load",
    "secret",
]
